"""Runs the compiler over the files of a command line: what `check`, `build`, `summary` and `verify` share.

In: the paths and `--set` values of a command line.  Out: one `Result` a file, with everything there is to say about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, has_errors, in_order
from dslc.diagnostics.levels import levelled
from dslc.record import record, replace
from dslc.source import Source
from dslc.tools.files import unreadable
from dslc.tools.terms import Terms, add_terms_options, allow, terms

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

    from dslc.driver import Checked
    from dslc.program.resolve import Load
    from dslc.tools.files import Found


@record
class Result:
    """A file after checking; `checked` is None when it could not even be read."""

    found: Found
    checked: Checked | None
    diagnostics: tuple[Diagnostic, ...]


def add_source_options(parser: ArgumentParser, targets: bool = False) -> None:
    """The paths, and what gives them meaning; with `targets` those of the settings stand in for none."""
    several, also = ("*", " (default: the targets of the settings)") if targets else ("+", "")
    parser.add_argument(
        "paths", nargs=several, metavar="PATH", help=f"a .kdl file, a folder of them, or - for stdin{also}"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="give a parameter of the models a value (a number, string, tuple, list, True, False or None)",
    )
    parser.add_argument(
        "--stdin-filename", metavar="NAME", help="the name that stdin has in messages and outputs"
    )
    add_terms_options(parser)


def checked_sources(
    arguments: Namespace, sources: list[Found] | None = None, sizes: bool = False
) -> list[Result]:
    """Every file of the command line (or those already found), read and checked.

    With `sizes`, `--set` may also give a number to a named size, which the caller puts into the graphs.
    """
    from dslc.graph.sizes import size_names
    from dslc.tools.files import find
    from dslc.tools.values import parse

    values = parse(arguments.set)
    every = find(arguments.paths) if sources is None else sources
    agreed = terms(arguments)
    results = [_checked(found, values, arguments.stdin_filename, agreed) for found in every]
    if not any(result.checked is None or has_errors(list(result.diagnostics)) for result in results):
        graphs = [graph for result in results if result.checked for graph in result.checked.graphs]
        known = {name for graph in graphs for name, _ in graph.parameters}
        if sizes:
            known |= {name for graph in graphs for name in size_names(graph)}
        refuse_unknown_parameters(values, known)
    return results


def _checked(found: Found, values: Mapping[str, object], stdin_name: str | None, agreed: Terms) -> Result:
    from dslc.tools.files import read_found

    source = read_found(found, stdin_name, agreed.limits.characters)
    if isinstance(source, Diagnostic):
        return Result(found, None, (source,))
    checked = check_source(source, values, agreed)
    return Result(found, checked, checked.diagnostics)


def check_source(
    source: Source, values: Mapping[str, object], agreed: Terms, read: list[Source] | None = None
) -> Checked:
    """A source checked, its `use`d files read from the project that it lies in; they are put into `read`."""
    from dslc.driver import check
    from dslc.tools.files import loader, project_root

    try:
        load = loader(project_root(source.name), agreed.limits.characters)
        checked = check(source, _noting(load, read), values, agreed.limits, allow(agreed.externs))
        return replace(checked, diagnostics=tuple(levelled(checked.diagnostics, agreed.levels)))  # type: ignore[no-any-return]
    except Exception as error:
        error.add_note(f"while checking {source.name}")
        raise


def _noting(load: Load, read: list[Source] | None) -> Load:
    def noted(path: str, importer: str) -> Source | str:
        found = load(path, importer)
        if read is not None and isinstance(found, Source):
            read.append(found)
        return found

    return noted


def refuse_unknown_parameters(values: Mapping[str, object], parameters: set[str]) -> None:
    """Raise UsageError for a `--set` of a name that no model of the run has as a parameter."""
    from dslc.diagnostics.suggest import nearest
    from dslc.tools.terminal import UsageError

    for name in values:
        if name not in parameters:
            near = nearest(name, parameters)
            known = ", ".join(sorted(parameters)) or "none"
            advice = f"did you mean `{near}`?" if near else f"the parameters: {known}"
            raise UsageError(f"`--set {name}`: no model here has such a parameter", advice)


def ordered(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics of a whole run, by file, row and column, each once."""
    return in_order(diagnostics)


def exit_code(diagnostics: list[Diagnostic]) -> int:
    """2 when a file could not be read, 1 for errors in the source, else 0."""
    if any(unreadable(item) for item in diagnostics):
        return 2
    return 1 if has_errors(diagnostics) else 0
