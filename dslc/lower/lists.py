"""Names that own what they hold: nothing else changes when Python changes their value in place.

In: an item of the program.  Out: the names of its body whose values are made in it and handed on to nobody before they are changed
for the last time; those of lists and records whose elements are.

    widths = [8]    more = widths   widths += [4]      neither: both hold one list
    skips = []      skips += [x]    output skips       `skips`
    rows = [[x], []]                                   also the elements of `rows`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, assert_never

from dslc.program import nodes as p
from dslc.program.traversal import binders, bound, children, walk

_LOOKS = (
    p.For, p.If, p.Starred, p.Assert, p.Return, p.Index, p.Slice, p.CallBuiltin, p.CallOperation, p.CallArguments, p.Compare, p.Unary,
    p.Attribute, p.Clause, p.Flow, p.Expression, p.Augment, p.Field, p.Text,
)  # fmt: skip
"""What looks at a value, or takes its elements, and does not keep it."""

_LOOKS_INSIDE = (
    p.Index, p.Slice, p.Starred, p.CallOperation, p.Compare, p.Field, p.Augment, p.For, p.Clause
)  # fmt: skip
"""What looks at an element that is a list itself, or takes its elements, and does not keep it."""


def named_lists(item: p.Item) -> frozenset[str]:
    """The names of a body that hold a list: what is made of all that is in one has another name."""
    if not isinstance(item, (p.Block, p.Fn)):
        return frozenset()
    return frozenset(
        node.target.name
        for node in binders(item.body)
        if isinstance(node, p.Assign) and isinstance(node.target, p.Bind) and _is_list(node.value)
    )


def _is_list(e: p.Expr) -> bool:
    return isinstance(e, p.ListOf) or (isinstance(e, p.Comprehension) and e.key is None)


def own_names(item: p.Item) -> frozenset[str]:
    """The names of a body whose values nothing else holds wherever the body changes them."""
    if not isinstance(item, (p.Block, p.Fn)):
        return frozenset()
    held: set[str] = set()
    made = {
        node.target.name
        for node in binders(item.body)
        if isinstance(node, p.Assign) and isinstance(node.target, p.Bind) and _is_new(node.value)
    }
    _follow(item.body, frozenset(), held)
    return frozenset(made - held)


def _follow(statements: Sequence[p.Statement], own: frozenset[str], held: set[str] | None) -> frozenset[str]:
    """Which names hold values of their own behind statements; those that are changed when they do not are `held`, if asked for."""
    for s in statements:
        own -= {name for part in _before(s) for node in walk(part) for name in _kept_by(node)}
        match s:
            case p.Assign(_, p.Bind(_, name), _, value):
                own = own | {name} if _is_new(value) else own - {name}
            case p.Assign(_, p.Field(_, p.Local(_, name))) | p.Augment(_, p.Local(_, name)):
                if held is not None and name not in own:
                    held.add(name)
            case p.Assign(_, target):
                own -= {*bound(target)}
            case p.For(_, target, _, body):
                turn = own - {*bound(target)}
                own = turn & _follow(body, turn, None)  # what a turn hands on is held in the next
                if held is not None:
                    _follow(body, own, held)
            case p.If(_, _, then, otherwise):
                own = _follow(then, own, held) & _follow(otherwise, own, held)
            case (
                p.Output(_, str() as name)
                | p.Shared(_, name)
                | p.WeightDeclaration(_, name)
                | p.Input(_, name)
            ):
                own -= {name}
            case p.Output() | p.Assert() | p.Loss() | p.Return():
                pass  # binds nothing
            case _:
                assert_never(s)
    return own


def _before(s: p.Statement) -> tuple[Any, ...]:
    """What a statement evaluates before it binds anything; what it holds as statements is followed by itself."""
    match s:
        case p.For(_, _, iterable):
            return (p.Clause(s.target, iterable, None, s.site),)
        case p.If(_, test):
            return (p.Assert(s.span, test, None, s.site),)
        case _:
            return (s,)


def own_elements(item: p.Item) -> frozenset[str]:
    """The names of lists and records whose every element is a list that is made there and that nothing else holds."""
    made: set[str] = set()
    shared: set[str] = set()
    for node in binders(getattr(item, "body", ())):
        match node:
            case p.Assign(_, p.Bind(_, name), _, value) if _holds_new_lists(value):
                made.add(name)
            case p.Assign(_, p.Field(_, p.Local(_, name)), _, value):
                shared.update(() if _is_new(value) else (name,))
            case p.Augment(_, p.Local(_, name), _, value):
                shared.update(() if _holds_new_lists(value) else (name,))
            case (
                p.Assign()
                | p.For()
                | p.Clause()
                | p.Output()
                | p.Shared()
                | p.WeightDeclaration()
                | p.Input()
            ):
                pass  # binds no other lists to a name in `made`, or makes it no name of `own_names`
            case p.If() | p.Assert() | p.Loss() | p.Return():
                pass  # binds nothing
            case _:
                assert_never(node)
    for node in walk(getattr(item, "body", ())):
        if _looks_inside(node):
            continue
        for part in children(node):
            if isinstance(part, p.Index) and isinstance(part.value, p.Local):
                shared.add(part.value.name)
    for node in walk(getattr(item, "body", ())):
        if not isinstance(node, (p.Index, p.Field, p.Augment)):
            shared.update(part.name for part in children(node) if isinstance(part, p.Local))
    return frozenset(made - shared) & own_names(item)


def _looks_inside(node: Any) -> bool:
    """Whether a node looks at an element of a list, or takes what is in it, and does not keep it."""
    match node:
        case p.Flow():
            return _is_called(node)
        case p.Binary(_, operator):
            return operator not in ("and", "or")
        case p.CallBuiltin(_, name):
            return name not in ("min", "max")
        case _:
            return isinstance(node, _LOOKS_INSIDE)


def _holds_new_lists(e: p.Expr) -> bool:
    match e:
        case p.ListOf(_, items):
            return all(isinstance(each, p.ListOf) for each in items)
        case p.Comprehension(_, element):
            return isinstance(element, p.ListOf)
        case p.CallBuiltin(_, "record"):
            return True
        case _:
            return False


def _is_new(e: p.Expr) -> bool:
    """Whether an expression makes its value: one that no name held before."""
    match e:
        case p.Binary(_, operator):
            return operator not in ("and", "or")
        case p.CallBuiltin(_, name):
            return name not in ("min", "max", "sum")
        case (
            p.Const()
            | p.Text()
            | p.ListOf()
            | p.TupleOf()
            | p.DictionaryOf()
            | p.Comprehension()
            | p.Unary()
            | p.Compare()
        ):
            return True
        case _:
            return False


def _kept_by(node: Any) -> Iterator[str]:
    """The names whose values a node hands on as they are: to another name, a list, a function, a block that may give them back."""
    match node:
        case p.Flow(_, p.CallArguments() as head) if not _is_called(node):
            parts = children(head)
        case p.Flow(_, head) if not _is_called(node):
            parts = iter((head,))
        case p.Pass(_, p.CallArguments() as arguments):
            parts = children(arguments)
        case p.Binary(_, operator) if operator not in ("and", "or"):
            return
        case _ if isinstance(node, _LOOKS):
            return
        case _:
            parts = children(node)
    for part in parts:
        if isinstance(part, p.Local) and part.kind != "constant":
            yield part.name


def _is_called(flow: p.Flow) -> bool:
    """Whether the first that data flows through is a layer of Keras or a function, which give back no list that they are given."""
    match flow.stages[0]:
        case p.MakeLayer(_, p.KerasLayer()) | p.Operation():
            return True
        case _:
            return False
