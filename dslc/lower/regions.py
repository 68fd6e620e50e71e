"""The piece of a statement that moves into a block: the smallest in which constants and data meet.

In: an expression, what the constants in it are (`is_spot`), the names that data reaches.  Out: the piece, an expression or some
stages of a chain, or None where no data is in it.

    (x + positions) * 2 -> Dense(2)             x + positions
    [x, positions] -> Concatenate -> Dense(2)   [x, positions] -> Concatenate
    x -> Dense(4) -> _ + positions              _ + positions, behind what comes along the arrow
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from dslc.program import nodes as p
from dslc.program.traversal import TREE, walk
from dslc.record import record
from dslc.source import Span

IsSpot = Callable[[Any], bool]


class NotMoved(Exception):  # noqa: N818 - no error: it says that there is no fix
    """The text does not allow the move."""


@record
class Region:
    """The piece of a statement that moves: what it reads, and whether it is a part of a chain without its head."""

    span: Span
    nodes: tuple[Any, ...]
    headless: bool = False


def reads(node: Any) -> set[str]:
    """The names whose values a piece of a body computes with, not those that it only asks for their shapes."""
    return {each.name for each in _values(node) if each.kind in ("value", "parameter")}


def names_in(node: Any) -> list[str]:
    """All names that a piece of a body mentions."""
    return [each.name for each in walk(node) if isinstance(each, p.Local)]


def _values(node: Any) -> Iterator[p.Local]:
    if isinstance(node, p.Attribute) or (isinstance(node, p.CallOperation) and node.name == "ops.shape"):
        return
    if isinstance(node, p.Local):
        yield node
        return
    for each in node if isinstance(node, tuple) else TREE.children(node):
        yield from _values(each)


def region(e: Any, is_spot: IsSpot, live: AbstractSet[str]) -> Region | None:
    """The smallest piece of an expression that holds all spots and data, and gives one tensor."""
    if isinstance(e, p.Flow):
        return _region_of_flow(e, is_spot, live)
    for child in TREE.children(e):
        if _spots(child, is_spot) == _spots(e, is_spot) and not isinstance(child, p.Argument):
            inner = region(child, is_spot, live)
            if inner is not None:
                return inner
    whole = not isinstance(
        e, (p.ListOf, p.TupleOf, p.Starred, p.DictionaryOf, p.CallArguments, p.Slice, p.Comprehension)
    )
    return Region(e.span, (e,)) if whole and hasattr(e, "span") and reads(e) & live else None


def _spots(node: Any, is_spot: IsSpot) -> int:
    return sum(1 for each in walk(node) if is_spot(each))


def _region_of_flow(e: p.Flow, is_spot: IsSpot, live: AbstractSet[str]) -> Region | None:
    if _spots(e.head, is_spot) == _spots(e, is_spot):
        inner = region(e.head, is_spot, live)
        if inner is not None:
            return inner
    with_spots = [at for at, stage in enumerate(e.stages) if _spots(stage, is_spot)]
    last = with_spots[-1] if with_spots else 0
    if _spots(e.head, is_spot) or not reads(e.head) & live:
        while last < len(e.stages) and not (reads((e.head, *e.stages[: last + 1])) & live):
            last += 1
        if last >= len(e.stages):
            return None  # all of it is a constant
        last = _closed(e.stages, last)
        return Region(e.head.span.to(e.stages[last].span), (e.head, *e.stages[: last + 1]))
    first, last = with_spots[0], _closed(e.stages, last)
    stages = e.stages[first : last + 1]
    return Region(stages[0].span.to(stages[-1].span), stages, headless=True)


def _closed(stages: Sequence[p.Stage], last: int) -> int:
    """The first stage from `last` on behind which one tensor flows."""
    while last < len(stages) and isinstance(stages[last], (p.Fork, p.Pass)):
        last += 1
    if last >= len(stages):
        raise NotMoved
    return last


def needs_brackets(span: Span, value: Any) -> bool:
    """Whether a chain in the place of a piece has to stand in brackets: unless it is all, begins a chain, or has them."""
    if span == value.span:
        return False
    text = span.source.text
    before, after = text[: span.start].rstrip(), text[span.end :].lstrip()
    if before.endswith("(") and after.startswith(")") and _opens(value, span):
        return False
    return not any(isinstance(each, p.Flow) and _begins(each, span) for each in walk(value))


def _begins(flow: p.Flow, span: Span) -> bool:
    """Whether a piece is the head of a chain, with stages behind it or without."""
    ends = {flow.head.span.end, *(stage.span.end for stage in flow.stages)}
    return flow.head.span.start == span.start and span.end in ends


def _opens(value: Any, span: Span) -> bool:
    """Whether the bracket in front of a piece is no call's."""
    called = (p.CallOperation, p.CallFn, p.CallBuiltin, p.MakeLayer)
    return not any(
        isinstance(each, called) and any(e.span == span for e in each.positional) for each in walk(value)
    )
