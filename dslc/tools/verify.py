"""`dslc verify PATH…`: builds the generated code in Keras and compares it with what the checker said.

In: files, styles, a backend of Keras.  Out: on stdout what held and what did not, for each model; exit code 1 when something did
not. Keras runs in subprocesses for all files and styles; this process never imports it. A file with mistakes is told of, and
the others are verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.tools.compiling import Result, add_source_options, checked_sources, exit_code, ordered, tell_missing
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
    from collections.abc import Iterable, Iterator

    from dslc.driver import Built, Checked
    from dslc.styles import Style
    from dslc.tools.files import Found
    from dslc.verify.backends import Backend
    from dslc.verify.beside import Modules
    from dslc.verify.outcome import Event, Outcome

PATIENCE = 2.0
"""Seconds after which a line says what is being done."""


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc verify`."""
    from dslc.verify.process import LIMIT

    parser.epilog = (
        "Exit code: 0 everything holds, 1 something does not, 2 it could not be tried (no Keras, no file, a value is "
        "missing, this machine cannot run it)."
    )
    add_source_options(parser)
    add_emission_options(parser)
    parser.set_defaults(style=None)  # nobody has chosen one: see `_built`
    parser.add_argument("--all-styles", action="store_true", help="every style that can hold the model")
    parser.add_argument(
        "--backend",
        default="tensorflow",
        metavar="NAME",
        help="the backend of Keras: tensorflow, jax or torch (default: tensorflow)",
    )
    parser.add_argument(
        "--time-limit",
        type=float,
        default=LIMIT,
        metavar="SECONDS",
        help=f"for one model in one style (default: {LIMIT:g})",
    )
    add_options(parser, ("full", "concise", "json"))


def run(arguments: Namespace) -> int:
    """Verify, and print the results."""
    from dslc.styles import STYLES

    backend = _backend(arguments.backend)
    styles: tuple[Style, ...] = STYLES if arguments.all_styles else ("functional",)
    if not arguments.all_styles and (chosen := _chosen(arguments)) is not None:
        styles = (chosen,)
    results = checked_sources(arguments)
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    failed = 1 if tell_missing(results, arguments) else exit_code(diagnostics, arguments.strict)
    sound = [each for each in results if each.checked is not None and not has_errors(each.diagnostics)]
    if failed:
        show(console(arguments), diagnostics)
    if not sound:
        return failed
    found = _verify(sound, styles, arguments, as_product=True, backend=backend)
    if len(sound) < len(results):
        message(
            console(arguments),
            f"{plural(len(results) - len(sound), 'file')} with errors could not be verified",
        )
    return failed or found


def _chosen(arguments: Namespace) -> Style | None:
    """The one style that was asked for, by an option or a setting."""
    from dslc.styles import STYLES
    from dslc.tools.settings import settings

    name = arguments.style or settings().style
    return next(
        (style for style in STYLES if style == name and (arguments.style or style != "functional")), None
    )


def verify_sources(sources: list[Found], styles: tuple[Style, ...], arguments: Namespace) -> int:
    """What `dslc build --verify` does: the same for the files it has found, the results on stderr."""
    return _verify(checked_sources(arguments, sources), styles, arguments, as_product=False)


def _backend(name: str) -> Backend:
    from dslc.diagnostics.suggest import did_you_mean
    from dslc.verify.backends import BACKENDS

    for backend in BACKENDS:
        if backend == name:
            return backend
    aliases = {"tf": "tensorflow", "pytorch": "torch"}
    near = aliases.get(name.lower())
    advice = f"did you mean `{near}`?" if near else did_you_mean(name, BACKENDS)
    raise UsageError(
        f"`--backend {name}`: there is no such backend of Keras",
        advice or f"choose from {', '.join(BACKENDS)}",
    )


def _verify(
    results: list[Result],
    styles: tuple[Style, ...],
    arguments: Namespace,
    as_product: bool,
    backend: Backend = "tensorflow",
) -> int:
    from dslc.verify.backends import INSTALL, TITLES, missing
    from dslc.verify.outcome import data, diagnostics, report

    lacking = missing(backend)
    if lacking:
        titles = " and ".join({"keras": "Keras"}.get(name, TITLES[backend]) for name in lacking)
        raise UsageError(f"verifying needs {titles}, which is not installed beside dslc", INSTALL[backend])
    speaker = console(arguments)
    sources = [result.checked for result in results if result.checked is not None]
    without, parts = _without_values(sources, arguments, speaker)
    outcomes, refused = _outcomes(sources, without | parts, styles, arguments, speaker, backend)
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
    message(speaker, f"{held} of {plural(len(outcomes) + len(without), 'model')} verified")
    wrong = [outcome for outcome in outcomes if not outcome.holds and not outcome.untried]
    if wrong or has_errors(refused):
        return 1
    return 0 if held == len(outcomes) and not without else 2


def _outcomes(
    sources: list[Checked],
    left_out: set[tuple[str, str]],
    styles: tuple[Style, ...],
    arguments: Namespace,
    speaker: Console,
    backend: Backend,
) -> tuple[list[Outcome], list[Diagnostic]]:
    from dslc.driver import emitted_graphs, module_name
    from dslc.tools.terms import python_folders, terms
    from dslc.tools.values import parse
    from dslc.verify.job import job
    from dslc.verify.outcome import Outcome

    values = parse(arguments.set)
    allowed = terms(arguments).externs
    built: list[tuple[Checked, dict[Style, Built]]] = []
    tasks: list[dict[str, Any]] = []
    refused: list[Diagnostic] = []

    def made() -> Iterator[dict[str, Any]]:
        for checked in sources:
            emitted, beside = _with_those_beside(
                checked, _built(checked, styles, arguments, speaker), arguments
            )
            graphs = emitted_graphs(checked, emission_options(arguments))
            built.append((graphs, emitted))
            roots = python_folders(checked.source.name)
            task = job(
                graphs,
                emitted,
                module_name(checked.source.name),
                values,
                arguments.named_io,
                roots,
                allowed,
                beside,
            )
            models: Any = task["models"]
            task["models"] = [each for each in models if (checked.source.name, each["name"]) not in left_out]
            if len(emitted) == 1 or not any(one.code for one in emitted.values()):
                refused.extend(
                    item for one in emitted.values() if one.code is None for item in one.diagnostics
                )
            if task["styles"] and task["models"]:
                _announce_externs(task, speaker)
                tasks.append(task)
                yield task

    if backend != "tensorflow" and arguments.imports == "tensorflow":
        message(speaker, "with `--imports tensorflow` the code needs TensorFlow installed, whatever runs it")
    models_found, comparisons = _collect(made(), len(sources), speaker, backend, arguments)
    if backend != "tensorflow":
        _ask_tensorflow(tasks, models_found, comparisons, speaker, arguments)
    outcomes = []
    for checked, emitted in built:
        for graph in checked.graphs:
            key = (checked.source.name, graph.name)
            if key in left_out:
                continue
            mine = {style: models_found[(*key, style)] for style in emitted if (*key, style) in models_found}
            without = tuple(style for style, one in emitted.items() if not _has(one, graph.name))
            met = tuple(comparisons.get(key, ()))
            outcomes.append(Outcome(checked, graph, emitted, mine, met, without, backend))
    return outcomes, refused


def _built(
    checked: Checked, styles: tuple[Style, ...], arguments: Namespace, speaker: Console
) -> dict[Style, Built]:
    """The code in each style, of all models that it can hold; where nobody has chosen one and functional cannot hold the
    file, in subclass, and said so.
    """
    from dslc.driver import build, builder, held_part

    options = emission_options(arguments)
    built = builder(checked, options)
    emitted = {style: built(style) for style in styles}
    first = emitted[styles[0]]
    refusals = [each for each in first.diagnostics if each.severity == "error"]
    if len(styles) > 1:
        for style in [each for each, one in emitted.items() if one.code is None]:
            part = held_part(checked, style)
            emitted[style] = emitted[style] if part is None else build(part, style, options)
        return emitted
    if first.code is not None or _chosen(arguments) is not None:
        return emitted
    if any(each.code not in ("DSL501", "DSL502", "DSL503") for each in refusals):
        return emitted
    other = built("subclass")
    if other.code is None:
        return emitted
    message(speaker, f"{checked.source.name}: {refusals[0].text}; it is verified as subclass")
    return {"subclass": other}


def _with_those_beside(
    checked: Checked, emitted: dict[Style, Built], arguments: Namespace
) -> tuple[dict[Style, Built], dict[Style, Modules]]:
    """The code as `dslc build` writes it where a source uses others: it imports their modules, which are here in each style.

    It holds what it needs of them in a style in which one of them cannot be built, for the sake of what is not needed.
    """
    from dslc.driver import build
    from dslc.source import Source
    from dslc.tools.compiling import check_source
    from dslc.tools.files import read as read_source
    from dslc.tools.modules import used_files
    from dslc.tools.terms import terms
    from dslc.verify.beside import modules_beside, with_modules

    options = with_modules(used_files(checked), emission_options(arguments))
    sources = {name: read_source(name) for name in options.modules}
    agreed = terms(arguments)
    others = {
        name: check_source(each, {}, agreed) for name, each in sources.items() if isinstance(each, Source)
    }
    held = [style for style, one in emitted.items() if one.code is not None]
    if not others or len(others) < len(sources) or any(map(_is_wrong, others.values())):
        return emitted, {}
    modules = modules_beside(others, options, held)
    apart = {style: build(emitted[style].checked, style, options) for style in modules}
    return {**emitted, **apart}, modules


def _is_wrong(checked: Checked) -> bool:
    return has_errors(checked.of_the_text)


def _has(built: Built, model: str) -> bool:
    return built.code is not None and any(graph.name == model for graph in built.checked.graphs)


def _without_values(
    sources: list[Checked], arguments: Namespace, speaker: Console
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The models (by file and name) that cannot be built because a parameter has no value, and those of them that are parts of others,
    which give it to them, and are verified there; each is told of.
    """
    from dslc.tools.values import parse
    from dslc.verify.job import missing_values

    values = parse(arguments.set)
    parts: set[tuple[str, str]] = set()
    lacking: dict[tuple[str, str], list[str]] = {}
    for checked in sources:
        missing = {graph.name: missing_values(graph, values) for graph in checked.graphs}
        users = {
            use.key[1]: graph.name
            for graph in checked.graphs
            if not missing[graph.name]
            for use in graph.uses.values()
        }
        for name, names in missing.items():
            if names and name in users:
                parts.add((checked.source.name, name))
                said = f"`{name}` is verified in `{users[name]}`, which gives it its values"
                message(speaker, f"{checked.source.name}: {said}")
            elif names:
                lacking[checked.source.name, name] = names
    for (file, model), names in lacking.items():
        said = ", ".join(f"`{name}`" for name in names)
        settings = " ".join(f"--set {name}=…" for name in names)
        text = f"{file}: `{model}` cannot be built without a value for {said}"
        if len(lacking) == sum(len(checked.graphs) for checked in sources):
            raise UsageError(text, f"give one, e.g. {settings}")
        complaint(f"dslc: {text} (give one, e.g. {settings})")
    return set(lacking), parts


def _announce_externs(task: dict[str, Any], speaker: Console) -> None:
    """Say which Python is about to run that is not Keras's, before it does."""
    if task["externs"]:
        names = ", ".join(f"`{name}` from {module}" for name, module in task["externs"])
        message(speaker, f"{task['file']} runs Python of its own: {names}")


def _ask_tensorflow(
    tasks: list[dict[str, Any]],
    models: dict[tuple[str, str, str], Event],
    comparisons: dict[tuple[str, str], list[Event]],
    speaker: Console,
    arguments: Namespace,
) -> None:
    """Blame the backend for what fails there and holds in TensorFlow, under the same code; without TensorFlow nobody."""
    from dslc.verify.backends import missing
    from dslc.verify.outcome import agrees

    def ours(event: Event) -> bool:
        return event["culprit"] in ("dslc", "keras")

    wrong = {key[:2] for key, event in models.items() if any(ours(each) for each in _wrong(event))}
    wrong |= {key for key, events in comparisons.items() if any(not agrees(each) for each in events)}
    if not wrong:
        return
    if missing("tensorflow"):
        failed = [
            *(each for event in models.values() for each in _wrong(event) if ours(each)),
            *(each for events in comparisons.values() for each in events),
        ]
        for each in failed:
            each["culprit"] = "untold"
        return
    again = [
        {**task, "models": [each for each in task["models"] if (task["file"], each["name"]) in wrong]}
        for task in tasks
    ]
    again = [task for task in again if task["models"]]
    known, met = _collect(again, len(again), speaker, "tensorflow", arguments)
    for key, event in models.items():
        other = known.get(key)
        if other is not None and not other["error"] and not other["findings"]:
            for each in _wrong(event):
                each["culprit"] = "backend" if ours(each) else each["culprit"]
    for pair, events in comparisons.items():
        if met.get(pair) and all(agrees(each) for each in met[pair]):
            for each in events:
                each["culprit"] = "backend"


def _wrong(event: Event) -> list[Event]:
    """What differs in a model, and the error that ended it."""
    return [*event["findings"], *([event["error"]] if event["error"] else [])]


def _collect(
    tasks: Iterable[dict[str, Any]], files: int, speaker: Console, backend: Backend, arguments: Namespace
) -> tuple[dict[tuple[str, str, str], Event], dict[tuple[str, str], list[Event]]]:
    from time import monotonic

    from dslc.verify.backends import TITLES
    from dslc.verify.process import LIMIT, events

    models: dict[tuple[str, str, str], Event] = {}
    comparisons: dict[tuple[str, str], list[Event]] = {}
    begun = said = monotonic()
    if files and speaker.verbose:
        message(speaker, f"starting Keras on {TITLES[backend]} for {plural(files, 'file')}")
    for event in events(tasks, backend, getattr(arguments, "time_limit", LIMIT), files):
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
