"""What became of the models: events of the subprocess as results, as diagnostics in the `.kdl` file, as text, as JSON.

In: events, and for each file what was checked and built.  Out: `Outcome`s, one for each model, and their forms. Each thing that
went wrong has one culprit (`blame.py`) and a line of the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from dslc.keras.applications import PREFIX
from dslc.record import record
from dslc.shapes.wording import listed
from dslc.verify.backends import TITLES, Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dslc.diagnostics.diagnostic import Diagnostic, Message
    from dslc.driver import Built, Checked
    from dslc.graph.graph import Graph
    from dslc.source import Span
    from dslc.styles import Style
    from dslc.verify.blame import Culprit

Event = dict[str, Any]


@record
class Outcome:
    """A model after verification: for each style its events, and those of the comparisons between styles."""

    checked: Checked
    graph: Graph
    built: Mapping[Style, Built]
    styles: Mapping[Style, Event]
    comparisons: tuple[Event, ...]
    refused: tuple[Style, ...]  # styles that cannot hold the model
    backend: Backend = "tensorflow"

    @property
    def holds(self) -> bool:
        """Whether Keras confirmed everything that was asked of it."""
        return bool(self.styles) and not list(culprits(self))

    @property
    def untried(self) -> bool:
        """Whether nothing is known to be wrong, and something could not be tried on this machine."""
        found = list(culprits(self))
        return bool(found) and all(each == "machine" for each in found)


def culprits(outcome: Outcome) -> Iterator[Culprit]:
    """Whose mistake each thing is that went wrong."""
    for event in outcome.styles.values():
        if event["error"]:
            yield event["error"]["culprit"]
        for finding in event["findings"]:
            yield finding["culprit"]
    for event in outcome.comparisons:
        if not agrees(event):
            yield event["culprit"]


def agrees(comparison: Event) -> bool:
    """Whether two styles gave the same outputs under the same weights."""
    if comparison["problem"] is not None or comparison["difference"] == "infinite":
        return False
    return bool(comparison["difference"] <= comparison["tolerance"])


def diagnostics(outcome: Outcome) -> list[Diagnostic]:
    """What went wrong, at the line that it comes from."""
    from dslc.diagnostics.messages.verified import only_compiled, quoted

    graph = outcome.graph
    found = []
    for style, event in outcome.styles.items():
        error = event["error"]
        if error:
            what = f"Keras refuses it when {error['step']}:\n{quoted(error['said'])}"
            found.append(_told(outcome, style, error, what, _error_message(outcome, style, error)))
        elif event.get("because"):
            span = _span(outcome, style, event["because"])
            found.append(only_compiled(graph.name, style, event["because"]["said"]).at(span))
        for one in event["findings"]:
            what = f"{one['what']} is {one['found']} in Keras, and the checker says {one['expected']}"
            found.append(_told(outcome, style, one, what, _difference(outcome, style, one)))
    for event in outcome.comparisons:
        if not agrees(event):
            first, second = event["styles"]
            one = {
                **event,
                "what": f"the output under the weights of the {first} style",
                "expected": "the same",
                "found": event["problem"] or f"off by {event['difference']}",
            }
            what = f"against the {first} style: {one['found']}"
            found.append(_told(outcome, second, one, what, _difference(outcome, second, one)))
    return found


def _error_message(outcome: Outcome, style: Style, error: Event) -> Message:
    from dslc.diagnostics.messages.verified import keras_refuses

    return keras_refuses(outcome.graph.name, style, error["step"], error["said"])


def _difference(outcome: Outcome, style: Style, one: Event) -> Message:
    from dslc.diagnostics.messages.verified import keras_differs

    return keras_differs(outcome.graph.name, style, one["what"], one["expected"], one["found"])


def _told(outcome: Outcome, style: Style, one: Event, what: str, ours: Message) -> Diagnostic:
    """What went wrong, in the words for whoever is to blame; `ours` says it where that is `dslc`."""
    from dslc.diagnostics.diagnostic import Label
    from dslc.diagnostics.messages.verified import (
        backend_cannot,
        backend_untold,
        extern_fails,
        keras_contradicts_itself,
        machine_cannot,
    )

    name = outcome.graph.name
    culprit: Culprit = one["culprit"]
    span = _span(outcome, style, one)
    match culprit:
        case "dslc":
            return ours.at(span)
        case "machine":
            step, said = one.get("step", "two styles are compared"), one.get("said") or one["found"]
            return machine_cannot(name, style, step, said, one["more"]).at(span)
        case "keras":
            return keras_contradicts_itself(name, style, what, one["more"] or "the process dies in it").at(
                span
            )
        case "backend":
            return backend_cannot(name, style, TITLES[outcome.backend], what).at(span)
        case "untold":
            return backend_untold(name, style, TITLES[outcome.backend], what).at(span)
        case "extern":
            extern = one.get("extern") or _called(outcome, one)
            theirs = what.replace("Keras refuses it", "it fails").replace(
                "the checker says", "its contract says"
            )
            told = extern_fails(name, style, extern, theirs, one["more"])
            declared = _declared(outcome, extern)
            labels = () if declared is None or declared == span else (Label(declared, "declared here"),)
            return told.at(span, labels)
        case _:
            assert_never(culprit)


def _span(outcome: Outcome, style: Style, one: Event) -> Span:
    """The source of what went wrong: a call, an input or an output of the graph, or a line of the generated module."""
    from dslc.verify.job import call_at

    graph, lines = outcome.graph, outcome.built[style].lines
    match one.get("at"):
        case ["call", int(index)]:
            call = call_at(graph, index)
            return graph.span if call is None else call.span
        case ["input", int(index)]:
            return graph.inputs[index].span
        case ["output", int(index)]:
            return graph.outputs[index].span
        case ["line", int(line)]:
            return place(lines, line) or graph.span
    found = place(lines, one.get("line"))
    if one.get("extern") and (found is None or one.get("step") == "its module is imported"):
        found = _declared(outcome, one["extern"])
    return _narrowed(outcome, found, one.get("layer"))


def _narrowed(outcome: Outcome, span: Span | None, layer: str | None) -> Span:
    """The one call of a layer inside a span, or in all of the model where the span says no more; else the span."""
    whole = outcome.graph.span
    anywhere = span is None or (span.source is whole.source and span.begin == whole.begin)
    span = span or whole
    calls = [call.span for call in (*outcome.graph.calls, *outcome.graph.idle) if call.layer == layer]
    inside = {
        (each.begin, each.finish): each
        for each in calls
        if anywhere
        or (each.source is span.source and span.begin <= each.begin and each.finish <= span.finish)
    }
    return next(iter(inside.values())) if len(inside) == 1 else span


def _called(outcome: Outcome, one: Event) -> str:
    """The name of the extern whose call a finding is about."""
    from dslc.verify.job import call_at

    at = one.get("at")
    call = call_at(outcome.graph, at[1]) if at and at[0] == "call" else None
    return "" if call is None else call.layer


def _declared(outcome: Outcome, extern: str) -> Span | None:
    from dslc.verify.job import externs

    return next((item.span for item in externs(outcome.checked) if item.name == extern), None)


def place(lines: Mapping[int, Span], line: int | None) -> Span | None:
    """The source of a line of generated code; that of the nearest line before it where it has none of its own."""
    if line is None:
        return None
    before = [number for number in lines if number <= line]
    return lines[max(before)] if before else None


def _without(outcome: Outcome, style: Style) -> str:
    """Why there is no code of a model in a style: itself, or another part of its file."""
    from dslc.driver import refusals

    if len(outcome.checked.graphs) == 1 or refusals(outcome.checked, style, outcome.graph.name):
        return "cannot hold it"
    return "could hold it, and not another part of the same file"


def _left_out(outcome: Outcome, style: Style) -> str:
    """The models of a file that a style cannot hold, without which the others were built."""
    there = {each.name for each in outcome.built[style].checked.graphs}
    others = [f"`{each.name}`" for each in outcome.checked.graphs if each.name not in there]
    return f" (in a file without {listed(others, 'and')})" if others else ""


def report(outcome: Outcome) -> str:
    """The lines for one model."""
    width = max((len(style) for style in [*outcome.styles, *outcome.refused]), default=0)
    lines = [f"{outcome.graph.name} ({outcome.checked.source.name})"]
    lines += [
        f"  {style:{width}}  {_state(event)}{_left_out(outcome, style)}"
        for style, event in outcome.styles.items()
    ]
    lines += [f"  {style:{width}}  {_without(outcome, style)}" for style in outcome.refused]
    trained = without_their_weights(outcome.graph)
    if trained:
        lines.append(f"  built with weights=None, which loads nothing: {', '.join(trained)}")
    for event in outcome.comparisons:
        first, second = event["styles"]
        lines.append(f"  {second} against {first}: {_compared(event)}")
    unmoved = [f"`{layer}` (line {row})" for layer, row in unreached(outcome)]
    if unmoved:
        lines.append(f"  training does not reach {listed(unmoved, 'and')}")
    return "\n".join(lines) + "\n"


def unreached(outcome: Outcome) -> tuple[tuple[str, int], ...]:
    """The layers with weights that no gradient reaches, and their lines, each once: the same in all styles, or that is a difference."""
    found: dict[tuple[str, int], None] = {}
    for style, event in outcome.styles.items():
        for one in event.get("unreached", ()):
            found[one["layer"], _span(outcome, style, one).row] = None
    return tuple(found)


def without_their_weights(graph: Graph) -> tuple[str, ...]:
    """The models of `keras.applications` in a graph that are to have weights, which verification does not load."""
    from dslc.keras.layers import find, signature

    found: dict[str, None] = {}
    for call in graph.calls:
        row = find(call.layer) if call.layer.startswith(PREFIX) else None
        if row is None:
            continue
        default = next(each.default for each in signature(row).constructor if each.name == "weights")
        if dict(call.arguments).get("weights", default) is not None:
            found[call.layer] = None
    return tuple(found)


_FAILED: dict[Culprit, str] = {
    "dslc": "FAILED",
    "machine": "NOT VERIFIED: this machine cannot run it",
    "keras": "FAILED: Keras contradicts itself",
    "backend": "FAILED: the backend cannot run it",
    "untold": "FAILED in this backend: TensorFlow, which would tell why, is not installed",
    "extern": "FAILED in an extern",
}


def _state(event: Event) -> str:
    if event["error"]:
        return _FAILED[event["error"]["culprit"]]
    if event["findings"]:
        return "DIFFERS"
    compiled = " (compiled: this machine runs it in no other way)" if event.get("because") else ""
    trains = "trains, " if event.get("trained") else ""
    held = f"shapes as computed, runs at two sizes, {trains}saves and loads"
    return f"ok: {event['parameters']:,} parameters, {held}{compiled}"


def _compared(event: Event) -> str:
    if event["problem"]:
        return f"DIFFERS: {event['problem']}"
    if not event["repeatable"]:
        return "not compared, two runs of the model differ by themselves"
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
        "backend": outcome.backend,
        "ok": outcome.holds,
        "styles": {
            style: {
                "ok": not event["error"] and not event["findings"],
                "compiled": bool(event.get("because")),
                "differences": [
                    {
                        "what": one["what"],
                        "expected": one["expected"],
                        "found": one["found"],
                        "culprit": one["culprit"],
                        "row": _span(outcome, style, one).row,
                    }
                    for one in event["findings"]
                ],
                "error": event["error"] and _error(outcome, style, event["error"]),
            }
            for style, event in outcome.styles.items()
        },
        "refused": list(outcome.refused),
        "without_their_weights": list(without_their_weights(outcome.graph)),
        "unreached_by_training": [{"layer": layer, "row": row} for layer, row in unreached(outcome)],
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
    return {
        "when": error["step"],
        "message": error["said"],
        "culprit": error["culprit"],
        "shown": error["more"] or None,
        "line": error["line"],
        "row": _span(outcome, style, error).row,
    }
