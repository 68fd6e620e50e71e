"""Names that own what they hold: nothing else changes when Python changes their value in place.

In: an item of the program.  Out: the names of its body whose every value is made in it and handed on to nobody; those of lists and
records whose elements are.

    widths = [8]    more = widths        neither `widths` nor `more`: both hold one list
    skips = []      skips -> Concatenate `skips`
    rows = [[x], []]                     also the elements of `rows`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

from dslc.program import nodes as p
from dslc.program.traversal import binders, bound, children, inputs_in, walk

_LOOKS = (
    p.For, p.If, p.Starred, p.Assert, p.Return, p.Index, p.Slice, p.CallBuiltin, p.CallOperation, p.CallArguments, p.Compare, p.Unary,
    p.Attribute, p.Clause, p.Flow, p.Expression, p.Augment, p.Field, p.Text,
)  # fmt: skip
"""What looks at a value, or takes its elements, and does not keep it."""

_LOOKS_INSIDE = (
    p.Index, p.Slice, p.Starred, p.CallOperation, p.Compare, p.Field, p.Augment, p.For, p.Clause
)  # fmt: skip
"""What looks at an element that is a list itself, or takes its elements, and does not keep it."""


def own_names(item: p.Item) -> frozenset[str]:
    """The names of a body whose every value is made in it and is held by nothing else."""
    if not isinstance(item, (p.Block, p.Fn)):
        return frozenset()
    made: set[str] = set()
    shared = {each.name for each in item.parameters} | {each.name for each in inputs_in(item.body)}
    for node in binders(item.body):
        match node:
            case p.Assign(_, p.Bind(_, name), _, value) if _is_new(value):
                made.add(name)
            case p.Assign(_, target) | p.For(_, target) | p.Clause(target):
                shared.update(bound(target))
            case p.Output(_, str() as name) | p.Shared(_, name) | p.WeightDeclaration(_, name):
                shared.add(name)
            case p.Input() | p.Output() | p.Augment() | p.If() | p.Assert() | p.Loss() | p.Return():
                pass  # binds nothing, or the same value again
            case _:
                assert_never(node)
    for node in walk(item.body):
        shared.update(_kept_by(node))
    return frozenset(made - shared)


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
        case p.Flow(_, _, (p.MakeLayer(_, p.KerasLayer()), *_)):
            return True
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
    """The names whose values a node hands on as they are: to another name, a list, a function, a layer."""
    if isinstance(node, _LOOKS) or (isinstance(node, p.Binary) and node.operator not in ("and", "or")):
        return
    for part in children(node):
        if isinstance(part, p.Local) and part.kind != "constant":
            yield part.name
