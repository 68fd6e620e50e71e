"""`dslc verify PATH…`: builds the generated code in TensorFlow and compares it with what the checker said.

In: files and styles.  Out: on stdout what held and what did not, for each model; exit code 1 when something did not.
TensorFlow runs in one subprocess for all files and styles; this process never imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.tools.compiling import Result, add_source_options, checked_sources, exit_code, ordered
from dslc.tools.emission import add_emission_options, emission_options
from dslc.tools.terminal import (
    Console,
    UsageError,
    add_options,
    complaint,
    console,
    message,
    plural,
    product,
    show,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

    from dslc.driver import Built, Checked
    from dslc.styles import Style
    from dslc.tools.files import Found
    from dslc.verify.outcome import Event, Outcome

PATIENCE = 2.0
"""Seconds after which a line says what is being done."""


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc verify`."""
    parser.epilog = "Exit code: 0 everything holds, 1 something does not, 2 it could not be tried (no TensorFlow, no file)."
    add_source_options(parser)
    add_emission_options(parser)
    parser.add_argument("--all-styles", action="store_true", help="every style that can hold the model")
    add_options(parser, ("full", "concise", "json"))


def run(arguments: Namespace) -> int:
    """Verify, and print the results."""
    from dslc.styles import STYLES

    styles: tuple[Style, ...] = STYLES if arguments.all_styles else (arguments.style,)
    results = checked_sources(arguments)
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    failed = exit_code(diagnostics)
    if failed:
        show(console(arguments), diagnostics)
        return failed
    return _verify(results, styles, arguments, as_product=True)


def verify_sources(sources: list[Found], styles: tuple[Style, ...], arguments: Namespace) -> int:
    """What `dslc build --verify` does: the same for the files it has found, the results on stderr."""
    return _verify(checked_sources(arguments, sources), styles, arguments, as_product=False)


def _verify(results: list[Result], styles: tuple[Style, ...], arguments: Namespace, as_product: bool) -> int:
    from dslc.verify.outcome import data, diagnostics, report
    from dslc.verify.process import available

    if not available():
        raise UsageError("verifying needs TensorFlow and Keras", 'pip install "dslc[verify]"')
    speaker = console(arguments)
    sources = [result.checked for result in results if result.checked is not None]
    outcomes, refused = _outcomes(sources, styles, arguments, speaker)
    problems = [item for outcome in outcomes for item in diagnostics(outcome)]
    show(speaker, ordered([*refused, *problems]))
    if not as_product:
        for outcome in outcomes:
            message(speaker, report(outcome).rstrip())
    elif arguments.format == "json":
        from json import dumps

        product(dumps(data(outcomes), indent=2, ensure_ascii=False) + "\n")
    else:
        product("".join(report(outcome) for outcome in outcomes))
    held = sum(outcome.holds for outcome in outcomes)
    message(speaker, f"{held} of {plural(len(outcomes), 'model')} verified")
    return 0 if held == len(outcomes) and not has_errors(refused) else 1


def _outcomes(
    sources: list[Checked], styles: tuple[Style, ...], arguments: Namespace, speaker: Console
) -> tuple[list[Outcome], list[Diagnostic]]:
    from dslc.driver import build, module_name
    from dslc.tools.values import parse
    from dslc.verify.job import job
    from dslc.verify.outcome import Outcome

    values = parse(arguments.set)
    _refuse_missing(sources, values)
    built: list[dict[Style, Built]] = []
    tasks = []
    refused: list[Diagnostic] = []
    for checked in sources:
        emitted = {style: build(checked, style, emission_options(arguments)) for style in styles}
        built.append(emitted)
        tasks.append(job(checked, emitted, module_name(checked.source.name), values, arguments.named_io))
        if len(styles) == 1 or not any(one.code for one in emitted.values()):
            refused += [item for one in emitted.values() if one.code is None for item in one.diagnostics]
    models, comparisons = _collect([task for task in tasks if task["styles"]], speaker)
    outcomes = []
    for checked, emitted in zip(sources, built, strict=True):
        for graph in checked.graphs:
            key = (checked.source.name, graph.name)
            mine = {style: models[(*key, style)] for style in styles if (*key, style) in models}
            without = tuple(style for style, one in emitted.items() if one.code is None)
            outcomes.append(Outcome(checked, graph, emitted, mine, tuple(comparisons.get(key, ())), without))
    return outcomes, refused


def _refuse_missing(sources: list[Checked], values: Mapping[str, object]) -> None:
    from dslc.verify.job import missing_values

    for checked in sources:
        for graph in checked.graphs:
            missing = missing_values(graph, values)
            if missing:
                settings = " ".join(f"--set {name}=…" for name in missing)
                raise UsageError(
                    f"{checked.source.name}: `{graph.name}` cannot be built without a value for "
                    + ", ".join(f"`{name}`" for name in missing),
                    f"give one, e.g. {settings}",
                )


def _collect(
    tasks: list[dict[str, object]], speaker: Console
) -> tuple[dict[tuple[str, str, str], Event], dict[tuple[str, str], list[Event]]]:
    from time import monotonic

    from dslc.verify.process import events

    models: dict[tuple[str, str, str], Event] = {}
    comparisons: dict[tuple[str, str], list[Event]] = {}
    begun = said = monotonic()
    if tasks and speaker.verbose:
        message(speaker, f"starting TensorFlow for {plural(len(tasks), 'file')}")
    for event in events(tasks):
        if event["event"] == "model":
            models[event["file"], event["model"], event["style"]] = event
        elif event["event"] == "styles":
            comparisons.setdefault((event["file"], event["model"]), []).append(event)
        elif event["event"] == "start":
            now = monotonic()
            if not speaker.quiet and (speaker.verbose or now - said >= PATIENCE):
                said = now
                complaint(f"{now - begun:4.0f} s  {event['file']}: {event['model']}, {event['style']}")
    return models, comparisons
