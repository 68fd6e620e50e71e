"""What became of the models: events of the subprocess as results, as diagnostics in the `.kdl` file, as text, as JSON.

In: events, and for each file what was checked and built.  Out: `Outcome`s, one for each model, and their forms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dslc.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.driver import Built, Checked
    from dslc.graph.graph import Graph
    from dslc.source import Span
    from dslc.styles import Style

Event = dict[str, Any]

_HELD = "shapes as computed, runs at two sizes, saves and loads"


@record
class Outcome:
    """A model after verification: for each style its events, and those of the comparisons between styles."""

    checked: Checked
    graph: Graph
    built: Mapping[Style, Built]
    styles: Mapping[Style, Event]
    comparisons: tuple[Event, ...]
    refused: tuple[str, ...]  # styles that cannot hold the model

    @property
    def holds(self) -> bool:
        """Whether Keras confirmed everything that was asked of it."""
        return (
            bool(self.styles)
            and all(not event["error"] and not event["findings"] for event in self.styles.values())
            and all(agrees(event) for event in self.comparisons)
        )


def agrees(comparison: Event) -> bool:
    """Whether two styles gave the same outputs under the same weights."""
    return comparison["problem"] is None and comparison["difference"] == 0.0


def diagnostics(outcome: Outcome) -> list[Diagnostic]:
    """What Keras would not have, at the line that it comes from."""
    from dslc.diagnostics.messages.files import keras_differs, keras_refuses

    graph = outcome.graph
    found = []
    for style, event in outcome.styles.items():
        error = event["error"]
        if error:
            span = place(outcome.built[style].lines, error["line"]) or graph.span
            found.append(keras_refuses(graph.name, style, error["step"], error["said"]).at(span))
        for what, expected, got in event["findings"]:
            found.append(keras_differs(graph.name, style, what, expected, got).at(graph.span))
    for event in outcome.comparisons:
        if not agrees(event):
            first, second = event["styles"]
            got = event["problem"] or f"off by {event['difference']}"
            what = f"the output under the weights of the {first} style"
            found.append(keras_differs(graph.name, second, what, "the same", got).at(graph.span))
    return found


def place(lines: Mapping[int, Span], line: int | None) -> Span | None:
    """The source of a line of generated code; that of the nearest line before it where it has none of its own."""
    if line is None:
        return None
    before = [number for number in lines if number <= line]
    return lines[max(before)] if before else None


def report(outcome: Outcome) -> str:
    """The lines for one model."""
    width = max((len(style) for style in [*outcome.styles, *outcome.refused]), default=0)
    lines = [f"{outcome.graph.name} ({outcome.checked.source.name})"]
    for style, event in outcome.styles.items():
        failed = "FAILED" if event["error"] else "DIFFERS" if event["findings"] else ""
        held = "" if failed else f"ok: {event['parameters']:,} parameters, {_HELD}"
        lines.append(f"  {style:{width}}  {failed or held}")
    lines += [f"  {style:{width}}  cannot hold it" for style in outcome.refused]
    for event in outcome.comparisons:
        first, second = event["styles"]
        lines.append(f"  {second} against {first}: {_compared(event)}")
    return "\n".join(lines) + "\n"


def _compared(event: Event) -> str:
    if event["problem"]:
        return f"DIFFERS: {event['problem']}"
    if not event["repeatable"]:
        return "not compared, the model is random by itself"
    return "equal outputs under equal weights" if agrees(event) else f"DIFFERS by {event['difference']}"


def data(outcomes: list[Outcome]) -> dict[str, object]:
    """All results as JSON values."""
    return {
        "schema": 1,
        "ok": all(outcome.holds for outcome in outcomes),
        "models": [_model(outcome) for outcome in outcomes],
    }


def _model(outcome: Outcome) -> dict[str, object]:
    return {
        "name": outcome.graph.name,
        "file": outcome.checked.source.name,
        "ok": outcome.holds,
        "styles": {
            style: {
                "ok": not event["error"] and not event["findings"],
                "differences": [
                    {"what": what, "expected": expected, "found": found}
                    for what, expected, found in event["findings"]
                ],
                "error": event["error"] and _error(outcome, style, event["error"]),
            }
            for style, event in outcome.styles.items()
        },
        "refused": list(outcome.refused),
        "comparisons": [
            {
                "styles": event["styles"],
                "ok": agrees(event),
                "difference": event["difference"],
                "problem": event["problem"],
                "compared": event["problem"] is None and event["repeatable"],
            }
            for event in outcome.comparisons
        ],
    }


def _error(outcome: Outcome, style: Style, error: Event) -> dict[str, object]:
    span = place(outcome.built[style].lines, error["line"])
    row = None if span is None else span.row
    return {"when": error["step"], "message": error["said"], "line": error["line"], "row": row}
