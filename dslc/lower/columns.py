"""Loops through rows that the text writes out, some parts of which are tensors: what is known before any tensor is.

In: the target of a loop and what it goes through; the statements of a body.  Out: a list for each name of the target.

    for name, x in [("begin", a), ("end", b)]        name: ["begin", "end"], x: [a, b]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.lower.collected import Collected
from dslc.program import nodes as p
from dslc.program.traversal import one_each, parts_by_place


def columns_of(target: p.Target, iterable: p.Expr) -> list[tuple[p.Target, p.ListOf]]:
    """What each name of a loop goes through; nothing where there are no rows of so many parts."""
    if not isinstance(target, p.Unpack) or not isinstance(iterable, (p.ListOf, p.TupleOf)):
        return []
    rows = [parts_by_place(row) for row in iterable.items if isinstance(row, (p.TupleOf, p.ListOf))]
    known = [row for row in rows if row is not None and one_each(target, len(row))]
    if not known or len(known) < len(iterable.items):
        return []
    columns = zip(*known, strict=True)
    return [
        (each, p.ListOf(iterable.span, tuple(column)))
        for each, column in zip(target.targets, columns, strict=True)
    ]


def rows_written(statements: Sequence[p.Statement], lists: Mapping[str, Collected]) -> dict[str, p.ListOf]:
    """The lists of a body that nothing is added to, and no line changes; what is in them may mean something else later."""
    return {
        s.target.name: s.value
        for s in statements
        if isinstance(s, p.Assign)
        and isinstance(s.target, p.Bind)
        and isinstance(s.value, p.ListOf)
        and (found := lists.get(s.target.name)) is not None
        and not found.added
        and found.first == len(s.value.items)
    }
