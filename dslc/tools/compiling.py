"""Runs the compiler over the files of a command line: what `check`, `build`, `summary` and `verify` share.

In: the paths and `--set` values of a command line.  Out: one `Result` a file, with everything there is to say about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, has_errors, in_order
from dslc.record import record, replace
from dslc.source import Source
from dslc.tools.files import is_of_python, unreadable
from dslc.tools.paths import add_paths, files
from dslc.tools.terms import Terms, add_terms_options, allow, terms, told

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Mapping, Sequence

    from dslc.driver import Checked
    from dslc.memory import Memory
    from dslc.program.resolve import Load
    from dslc.tools.files import Found


@record
class Result:
    """A file after checking; `checked` is None when it could not even be read."""

    found: Found
    checked: Checked | None
    diagnostics: tuple[Diagnostic, ...]
    missing: tuple[str, ...] = ()  # models of a file of Python that cannot be read


def add_source_options(parser: ArgumentParser, default: str | None = None) -> None:
    """The paths, and what gives them meaning; `default` says what stands in for none, where there may be none."""
    add_paths(parser, default)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="give a parameter of the models a value (a number, string, tuple, list, dictionary, True, False or None), or a named size (H?) of their inputs a number",
    )
    parser.add_argument(
        "--stdin-filename", metavar="NAME", help="the name that stdin has in messages and outputs"
    )
    add_terms_options(parser)


def checked_sources(arguments: Namespace, sources: list[Found] | None = None) -> list[Result]:
    """Every file of the command line (or those already found), read and checked."""
    from dslc.graph.sizes import takes
    from dslc.tools.values import parse

    values = parse(arguments.set)
    every = files(arguments) if sources is None else sources
    agreed = terms(arguments)
    results = [
        (
            _of_python(found, values, agreed, arguments)
            if is_of_python(found.path)
            else _checked(found, values, arguments.stdin_filename, agreed)
        )
        for found in every
    ]
    if not any(result.checked is None or has_errors(result.diagnostics) for result in results):
        graphs = [graph for result in results if result.checked for graph in result.checked.graphs]
        refuse_unknown_parameters(values, {name for graph in graphs for name in takes(graph)})
    return results


def _checked(found: Found, values: Mapping[str, object], stdin_name: str | None, agreed: Terms) -> Result:
    from dslc.tools.files import read_found

    source = read_found(found, stdin_name, agreed.limits.characters)
    if isinstance(source, Diagnostic):
        return Result(found, None, (source,))
    checked = check_source(source, values, agreed)
    return Result(found, checked, checked.diagnostics)


def _of_python(found: Found, values: Mapping[str, object], agreed: Terms, arguments: Namespace) -> Result:
    """The models of a file of Python, which is read and never run; what is said of them is said at its lines."""
    from dslc.tools.imported import imported
    from dslc.tools.terminal import console

    made = imported(found.path, "", values, console(arguments), is_checked=True)
    checked = check_source(Source(found.path, made.text), values, agreed)
    return Result(found, checked, told(made.said, agreed), made.missing)


def tell_missing(results: Sequence[Result], arguments: Namespace) -> bool:
    """Say which models of files of Python cannot be read; whether there are any."""
    from dslc.tools.terminal import console, message

    missing = [each for result in results for each in result.missing]
    if missing:
        message(console(arguments), f"not read: {', '.join(missing)}")
    return bool(missing)


def check_source(
    source: Source,
    values: Mapping[str, object],
    agreed: Terms,
    read: list[Source] | None = None,
    memory: Memory | None = None,
) -> Checked:
    """A source checked, its `use`d files read from the project that it lies in; they are put into `read`.

    What a `memory` holds of the last check of this file is not found out again.
    """
    from dslc.driver import check
    from dslc.tools.files import loader, project_root

    try:
        load = loader(project_root(source.name), agreed.limits.characters)
        checked = check(source, _noting(load, read), values, agreed.limits, allow(agreed.externs), memory)
        said, refused = told(checked.diagnostics, agreed), told(checked.in_no_style, agreed)
        if values and has_errors(said):

            def fails(given: Mapping[str, object]) -> bool:
                alone = check(source, load, given, agreed.limits, allow(agreed.externs))
                return has_errors(told(alone.diagnostics, agreed))

            said = _of_the_command(said, values, fails)
        return replace(checked, diagnostics=said, in_no_style=refused)  # type: ignore[no-any-return]
    except Exception as error:
        error.add_note(f"while checking {source.name}")
        raise


def _of_the_command(
    said: tuple[Diagnostic, ...], values: Mapping[str, object], fails: Callable[[Mapping[str, object]], bool]
) -> tuple[Diagnostic, ...]:
    """Diagnostics of a text in which nothing is wrong without what the command line sets: that is what is to be changed."""
    if fails({}):
        return said
    alone = values.items() if len(values) > 1 else ()  # one by itself is what has been checked
    wrong = [name for name, value in alone if fails({name: value})] or list(values)
    setting = " ".join(f"--set {name}={values[name]}" for name in wrong)
    advice = f"without `{setting}` nothing is wrong here"
    return tuple(
        (
            replace(each, help=f"{each.help}; {advice}" if each.help else advice, fix=None)
            if each.severity == "error"
            else each
        )
        for each in said
    )


def _noting(load: Load, read: list[Source] | None) -> Load:
    def noted(path: str, importer: str) -> Source | str:
        found = load(path, importer)
        if read is not None and isinstance(found, Source):
            read.append(found)
        return found

    return noted


def sized(result: Result, arguments: Namespace) -> Result:
    """A result with the numbers that `--set` gives to named sizes."""
    from dslc.graph.sizes import with_sizes
    from dslc.tools.values import parse

    if result.checked is None or not arguments.set:
        return result
    sizes = {name: value for name, value in parse(arguments.set).items() if isinstance(value, int)}
    graphs = tuple(
        with_sizes(
            graph, {name: value for name, value in sizes.items() if name not in dict(graph.parameters)}
        )
        for graph in result.checked.graphs
    )
    return replace(result, checked=replace(result.checked, graphs=graphs))  # type: ignore[no-any-return]


def refuse_unknown_parameters(values: Mapping[str, object], parameters: set[str]) -> None:
    """Raise UsageError for a `--set` of a name that no model of the run has as a parameter or size."""
    from dslc.diagnostics.suggest import nearest
    from dslc.tools.terminal import UsageError

    for name in values:
        if name not in parameters:
            near = nearest(name, parameters)
            known = ", ".join(sorted(parameters)) or "none"
            advice = f"did you mean `{near}`?" if near else f"the parameters and sizes: {known}"
            raise UsageError(f"`--set {name}`: no model here has such a parameter or size", advice)


def only(model: str | None, checked: list[Checked]) -> list[Checked]:
    """The files with the graph of this model alone, where one is named. Raises UsageError where there is none of that name."""
    from dslc.diagnostics.suggest import did_you_mean
    from dslc.tools.terminal import UsageError

    if model is None:
        return checked
    names = [graph.name for each in checked for graph in each.graphs]
    if model not in names:
        advice = did_you_mean(model, names) or f"the models: {', '.join(names) or 'none'}"
        raise UsageError(f"there is no model `{model}` here", advice)
    kept = [
        replace(each, graphs=tuple(graph for graph in each.graphs if graph.name == model)) for each in checked
    ]
    return [each for each in kept if each.graphs]


def ordered(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics of a whole run, by file, row and column, each once."""
    return in_order(diagnostics)


def exit_code(diagnostics: list[Diagnostic], strict: bool = False) -> int:
    """2 when a file could not be read, 1 for errors in the source (and, if `strict`, for warnings and notes), else 0."""
    if any(unreadable(item) for item in diagnostics):
        return 2
    return 1 if has_errors(diagnostics) or (strict and diagnostics) else 0
