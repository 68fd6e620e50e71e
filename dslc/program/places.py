"""Spans that stand one behind the other, found by what stands in them.

Places([the span of each block]).holding(the span of an error)        the number of the block it stands in, or None
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from dslc.source import Span


class Places:
    """Where the things of one file begin and end; a search takes the logarithm of their number."""

    def __init__(self, spans: Iterable[Span]) -> None:
        found = sorted((each.start, each.end, number) for number, each in enumerate(spans))
        self._starts = [start for start, _, _ in found]
        self._ends = [end for _, end, _ in found]
        self._numbers = [number for _, _, number in found]

    def holding(self, span: Span) -> int | None:
        """The number of the thing that holds all of `span`."""
        at = bisect_right(self._starts, span.start) - 1
        return self._numbers[at] if at >= 0 and span.end <= self._ends[at] else None
