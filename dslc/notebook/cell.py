"""Compiles the text of a cell.

In: the line behind `%%kdl`, the text below it, the folder of the notebook.  Out: a `Cell`: everything there is to say of it, and its
Python where nothing is wrong.

Lines are counted as the notebook counts them: the first is that of `%%kdl`.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.driver import Checked, Options, build
from dslc.record import record
from dslc.source import Source
from dslc.styles import STYLES, Style
from dslc.tools.terminal import UsageError
from dslc.tools.words import Parser, refuse_empty, refuse_unknown

SHOWN = ("picture", "python", "both", "none")


@record
class Request:
    """What a cell asks for. `style` is None for that of the project."""

    name: str
    style: Style | None
    show: str
    values: Mapping[str, object]


@record
class Cell:
    """A cell after compiling. `code` is None where `diagnostics` holds an error."""

    name: str
    checked: Checked
    diagnostics: tuple[Diagnostic, ...]
    code: str | None


class _Parser(Parser):
    @property
    def more(self) -> str:
        return "%%kdl? says what there is"


def request(line: str, otherwise: str) -> Request:
    """What the line behind `%%kdl` says; a cell without a name is called `otherwise`. Raises UsageError."""
    from dslc.tools.values import parse

    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"`%%kdl {line}`: {str(error).lower()}") from None
    parser = _parser()
    refuse_unknown(parser, words)
    said = parser.parse_args(words)
    refuse_empty(parser, said)
    name = otherwise if said.name is None else said.name.removesuffix(".kdl")
    if not name.isidentifier():
        raise UsageError(f"`{name}` cannot be the name of a module", "for example %%kdl digits")
    return Request(name, said.style, said.show, parse(said.set))


def usage() -> str:
    """What `%%kdl?` says."""
    return f"{_parser().format_help()}\nSee `dslc help notebooks`, and `dslc help language` for what a cell may hold.\n"


def _parser() -> _Parser:
    about = "Models of a cell, as names of the notebook."
    parser = _Parser(prog="%%kdl", add_help=False, allow_abbrev=False, description=about)
    parser.add_argument("name", nargs="?", help="what the module is called, in messages and in tracebacks")
    parser.add_argument(
        "--style", choices=STYLES, help="how the Python is written (default: as the project says)"
    )
    parser.add_argument(
        "--show",
        choices=SHOWN,
        default="picture",
        help="what stands below the cell, besides a summary (none: nothing)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="give a parameter of the models a value",
    )
    return parser


def compiled(text: str, wanted: Request, folder: str) -> Cell:
    """A cell checked and, if nothing is wrong, built. Raises UsageError for a value of what is no parameter."""
    from dslc.tools.compiling import check_source, refuse_unknown_parameters
    from dslc.tools.settings import settings
    from dslc.tools.terms import terms_of, told

    file = os.path.join(folder, f"{wanted.name}.kdl") if folder != os.curdir else f"{wanted.name}.kdl"
    source = Source(file, "\n" + text.replace("\r\n", "\n"))
    agreed = terms_of(folder)
    checked = check_source(source, wanted.values, agreed)
    if has_errors(checked.diagnostics):
        return Cell(wanted.name, checked, checked.diagnostics, None)
    refuse_unknown_parameters(
        wanted.values, {name for graph in checked.graphs for name, _ in graph.parameters}
    )
    usual: Style = next(each for each in STYLES if each == settings(folder).style)
    built = build(checked, wanted.style or usual, Options(origins={}))
    said = tuple(dict.fromkeys(told((*checked.diagnostics, *built.diagnostics), agreed)))
    return Cell(wanted.name, checked, said, built.code)
