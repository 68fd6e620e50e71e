"""Inlay hints: what stands nowhere in the text and everybody wants to see: shapes, parameters, masks.

In: an analysis and a range of its text.  Out: hints, each at the end of what it speaks of, at most one a line and kind.

    x = image -> Conv2D(32, 3) -> ReLU        → (26, 26, 32)  320 parameters
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Literal

from dslc.editor import words
from dslc.editor.analysis import Analysis, nodes
from dslc.graph.counts import parameters_of
from dslc.program import nodes as p
from dslc.record import record

Kind = Literal["shape", "parameters", "mask"]
KINDS: tuple[Kind, ...] = ("shape", "parameters", "mask")


_SPEAKING = (
    p.MakeLayer,
    p.UseLocal,
    p.Operation,
    p.Expression,
    p.Fork,
    p.Choice,
    p.CallOperation,
    p.Cond,
    p.Taps,
)


@record
class Hint:
    """A text at a place between two characters of the source."""

    offset: int
    kind: Kind
    text: str


def hints(analysis: Analysis, start: int, end: int, kinds: Collection[Kind] = KINDS) -> list[Hint]:
    """The hints of the lines from one place to another, in order."""
    shown: dict[tuple[int, Kind], Hint] = {}
    totals: dict[int, tuple[int, list[p.MakeLayer]]] = {}
    for stage in _stages(analysis, start, end):
        row, at = stage.span.finish.row, stage.span.end
        given = analysis.shapes.get(stage.site, ())
        if given:
            _put(shown, row, Hint(at, "shape", f"→ {words.uses(given)}"))
        calls = analysis.calls.get(stage.site, ())
        if any(any(call.masked) for call in calls):
            _put(shown, row, Hint(at, "mask", "•"))
        if isinstance(stage, p.MakeLayer) and calls:
            place, made = totals.get(row, (at, []))
            totals[row] = (max(place, at), [*made, stage])
    for row, (at, stages) in totals.items():
        text = _parameters(analysis, stages)
        if text:
            shown[row, "parameters"] = Hint(at, "parameters", text)
    order = {kind: number for number, kind in enumerate(("shape", "mask", "parameters"))}
    found = [hint for hint in shown.values() if hint.kind in kinds]
    return sorted(found, key=lambda hint: (hint.offset, order[hint.kind]))


def _put(shown: dict[tuple[int, Kind], Hint], row: int, hint: Hint) -> None:
    """Of several stages in a line the last one speaks."""
    known = shown.get((row, hint.kind))
    if known is None or known.offset <= hint.offset:
        shown[row, hint.kind] = hint


def _stages(analysis: Analysis, start: int, end: int) -> Iterator[Any]:
    """The stages and computations that end in a range."""
    for node in nodes(analysis, start, end):
        if isinstance(node, _SPEAKING) and start <= node.span.end <= end:
            yield node


def _parameters(analysis: Analysis, stages: list[p.MakeLayer]) -> str:
    """The parameters that the layers of a line have: in each use of them, or once where those agree."""
    per_use: dict[int, Any] = {}
    for stage in stages:
        counted: dict[int, Any] = {}
        for call in analysis.calls.get(stage.site, ()):
            if call.unknown:
                return ""
            counted.setdefault(call.instance, parameters_of(call).total)
        for number, total in enumerate(counted.values()):
            per_use[number] = total + per_use.get(number, 0)
    texts = list(dict.fromkeys(words.count(total) for total in per_use.values() if total != 0))
    if not texts:
        return ""
    shown = " · ".join([*texts[:3], *([f"+{len(texts) - 3}"] if len(texts) > 3 else [])])
    return f"{shown} parameter{'s' if shown != '1' else ''}"
