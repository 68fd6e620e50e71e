"""Names that own what they hold: nothing else changes when Python changes their value in place.

In: an item of the program.  Out: the names of its body whose every value is made in it and handed on to nobody.

    widths = [8]    more = widths        neither `widths` nor `more`: both hold one list
    skips = []      skips -> Concatenate `skips`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

from dslc.program import nodes as p
from dslc.program.traversal import binders, bound, children, inputs_in, walk

_LOOKS = (
    p.For, p.If, p.Starred, p.Assert, p.Return, p.Index, p.Slice, p.CallBuiltin, p.CallOperation, p.CallArguments, p.Compare, p.Unary,
    p.Attribute, p.Clause, p.Flow, p.Expression, p.Augment, p.Text,
)  # fmt: skip
"""What looks at a value, or takes its elements, and does not keep it."""


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
