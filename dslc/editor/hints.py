"""Inlay hints: what stands nowhere in the text and everybody wants to see: shapes, parameters, masks.

In: an analysis and a range of its text.  Out: hints, each at the end of what it speaks of, at most one a line and kind.

    x = image -> Conv2D(32, 3) -> ReLU        → (26, 26, 32)  320 parameters
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

from dslc.editor import words
from dslc.editor.analysis import Analysis
from dslc.graph.counts import parameters_of
from dslc.graph.graph import LayerCall
from dslc.program import nodes as p
from dslc.record import record

Kind = Literal["shape", "parameters", "mask"]
KINDS: tuple[Kind, ...] = ("shape", "parameters", "mask")


@record
class Hint:
    """A text at a place between two characters of the source."""

    offset: int
    kind: Kind
    text: str


def hints(analysis: Analysis, start: int, end: int, kinds: Collection[Kind] = KINDS) -> list[Hint]:
    """The hints of the lines from one place to another, in order."""
    shown: dict[tuple[int, Kind], Hint] = {}
    lines: dict[int, list[Sequence[Sequence[LayerCall]]]] = {}
    ends: dict[int, int] = {}  # of what speaks in a line
    sites, starts = analysis.sites, analysis.source.starts
    for node in _computing(analysis, start, end):
        given, layers = sites.shown(node.site), sites.layers(node.site)
        uses: Sequence[Sequence[LayerCall]] = ()
        if isinstance(node, p.MakeLayer):
            is_block = isinstance(node.layer, p.BlockRef)
            uses = sites.inside(node.span, analysis.source) if is_block else layers
        if not given and not uses:
            continue
        at = node.span.end
        row = bisect_right(starts, at)
        ends[row] = max(at, ends.get(row, at))
        if given:
            _put(shown, row, Hint(at, "shape", f"→ {given}"))
        if any(any(call.masked) for calls in layers for call in calls):
            _put(shown, row, Hint(at, "mask", "•"))
        if uses:
            lines.setdefault(row, []).append(uses)
    for row, stages in lines.items():
        text = _parameters(stages)
        if text:
            shown[row, "parameters"] = Hint(ends[row], "parameters", text)
    order = {kind: number for number, kind in enumerate(("shape", "mask", "parameters"))}
    found = [hint for hint in shown.values() if hint.kind in kinds]
    return sorted(found, key=lambda hint: (hint.offset, order[hint.kind]))


def _put(shown: dict[tuple[int, Kind], Hint], row: int, hint: Hint) -> None:
    """Of several computations in a line the last one speaks, of those that end together the outermost."""
    known = shown.get((row, hint.kind))
    if known is None or known.offset < hint.offset:
        shown[row, hint.kind] = hint


def _computing(analysis: Analysis, start: int, end: int) -> Iterator[Any]:
    """What ends in a range and makes layers or gives tensors: stages, operators, functions, parts of tensors."""
    for item in analysis.items:
        if item.span.start > end or start > item.span.end:
            continue
        for node in analysis.sites.stages(item):
            speaks = isinstance(node, p.MakeLayer) or node.site in analysis.sites
            if speaks and start <= node.span.end <= end:
                yield node


def _parameters(stages: Sequence[Sequence[Sequence[LayerCall]]]) -> str:
    """The parameters that the layers and blocks of a line have: in each use of it, or once where those agree."""
    per_use: dict[int, Any] = {}
    for uses in stages:
        for number, calls in enumerate(uses):
            if any(call.unknown for call in calls):
                return ""
            counted = {call.instance: parameters_of(call).total for call in calls}
            for total in counted.values():
                per_use[number] = total + per_use.get(number, 0)
    texts = list(dict.fromkeys(words.count(total) for total in per_use.values() if total != 0))
    if not texts:
        return ""
    shown = " · ".join([*texts[:3], *([f"+{len(texts) - 3}"] if len(texts) > 3 else [])])
    return f"{shown} parameter{'s' if shown != '1' else ''}"
