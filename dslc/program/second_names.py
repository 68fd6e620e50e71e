"""Second names of shared layers: what they are kept under, alone or in a list, an arrow may lead to.

In: a place that binds names, and what it gives them.  Out: the names that may hold a shared layer. Whether they do, a run finds out.

    layers += [c]                   layers
    gates["input"] = c              gates
    for i, c in enumerate(layers)   c, and not i
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from dslc.program import nodes as p
from dslc.program.traversal import bound, children, one_each, walk


def second_names(known: Set[str], target: p.Target, value: p.Expr, turns: bool = False) -> Iterator[str]:
    """The names of a target that are given shared layers, or, in `turns` of a loop, what is found in a list of them."""
    match target, value:
        case p.Unpack(_, targets), p.CallBuiltin(_, "zip", parts) if turns and one_each(target, len(parts)):
            for each, part in zip(targets, parts, strict=True):
                yield from second_names(known, each, part, turns)
        case p.Unpack(_, (_, inner)), p.CallBuiltin(_, "enumerate", (counted, *_)) if turns:
            yield from second_names(known, inner, counted, turns)
        case p.Unpack(_, targets), p.TupleOf(_, items) | p.ListOf(_, items) if not turns and one_each(
            target, len(items)
        ):
            for each, item in zip(targets, items, strict=True):
                yield from second_names(known, each, item)
        case _:
            if any(each.kind == "instance" or each.name in known for each in handed_around(value)):
                yield from _holders(target)


def _holders(target: p.Target) -> Iterator[str]:
    """The names under which a target keeps what it is given: those that it binds, and that of the record or list that it is a place in."""
    yield from bound(target)
    yield from (each.record.name for each in walk(target) if isinstance(each, p.Field))


def handed_around(e: p.Expr) -> Iterator[p.Local]:
    """The names in an expression, without those of chains, which give tensors."""
    if isinstance(e, p.Local):
        yield e
    elif not isinstance(e, p.Flow):
        for each in children(e):
            yield from handed_around(each)
