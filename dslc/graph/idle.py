"""Layers that no output depends on: each cause is told once.

In: a run and what its outputs depend on.  Out: a note at the last layer of every idle chain; none where a name that is
reported as unused is the cause.

    a = x -> Dense(4) -> Dense(4)      (a is never used: DSL801 says so, no note)
    _ = x -> Dense(4) -> Dense(4)      (a note at the second Dense, which is why the first is idle)
"""

from __future__ import annotations

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


def _unused(run: Run) -> list[Span]:
    """The statements of all bodies that bind a name which nobody uses."""
    items = [item for file in (run.module, *run.module.files.values()) for item in file.items]
    return [span for item in items if isinstance(item, p.Block) for span in item.unused]


def _inside(span: Span, around: list[Span]) -> bool:
    return any(
        each.source is span.source and each.start <= span.start and span.end <= each.end for each in around
    )
