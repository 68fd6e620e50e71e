"""Layers that no output depends on: each cause is told once.

In: a run and what its outputs depend on.  Out: a note at the last layer of every idle chain; none where a name that is
reported as unused is the cause.

    a = x -> Dense(4) -> Dense(4)      (a is never used: DSL801 says so, no note)
    _ = x -> Dense(4) -> Dense(4)      (a note at the second Dense, which is why the first is idle)
"""

from __future__ import annotations

from bisect import bisect_right

from dslc.diagnostics.messages import taste
from dslc.graph.run import Frame, Run
from dslc.graph.values import Reached, reached
from dslc.program import nodes as p
from dslc.source import Span


def report_idle(run: Run, frame: Frame, needed: Reached) -> None:
    """Tell of the layers that nothing depends on, not of those that only feed them."""
    idle = [number for number in range(len(run.calls)) if number not in needed.calls]
    if not idle:
        return
    origins = [run.origins[number] for number in idle if number in run.origins]
    behind = reached(parent for origin in origins for parent in origin.parents)
    unused = _unused(run)
    told = {number for number in idle if _inside(run.calls[number].span, unused)}
    causes = [run.origins[number] for number in told if number in run.origins]
    causes += [
        run.operation_origins[number]
        for number, operation in enumerate(run.operations)
        if number not in needed.operations and _inside(operation.span, unused)
    ]
    explained = reached(causes).calls
    used = {
        (call.span.start, call.span.end) for number, call in enumerate(run.calls) if number in needed.calls
    }
    for number in idle:
        if number in behind.calls or number in explained or number in told:
            continue
        call = run.calls[number]
        partly = (call.span.start, call.span.end) in used
        run.report(frame, taste.without_effect(call.layer, partly), call.span)


def _unused(run: Run) -> dict[str, list[tuple[int, int]]]:
    """Where the statements of each file stand that bind a name which nobody uses, in order."""
    found: dict[str, list[tuple[int, int]]] = {}
    for file in (run.module, *run.module.files.values()):
        for item in file.items:
            if isinstance(item, p.Block):
                for span in item.unused:
                    found.setdefault(span.source.name, []).append((span.start, span.end))
    return {name: sorted(set(places)) for name, places in found.items()}


def _inside(span: Span, around: dict[str, list[tuple[int, int]]]) -> bool:
    """Whether a call stands in one of these statements, which do not hold each other."""
    places = around.get(span.source.name, [])
    at = bisect_right(places, (span.start, len(span.source.text))) - 1
    return at >= 0 and places[at][0] <= span.start and span.end <= places[at][1]
