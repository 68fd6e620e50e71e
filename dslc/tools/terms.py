"""What a run may spend, and which Python it may name: the options `--limit` and `--allow-extern`, and their settings.

In: a command line, the settings of the project.  Out: `Terms`, and `allow`, which says why a file may not name a module.

    dslc check net.kdl --limit calls=500000          Terms(Limits(calls=500000))
    extern Patches(n) from my_layers                 allowed where my_layers.py lies beside the model or in its project
    extern Patches(n) from acme.layers               allowed by --allow-extern acme, or externs = ["acme"] in [tool.dslc]
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.budget import ABOUT, DEFAULTS, Limits, limits_from
from dslc.diagnostics.levels import AS_THEY_ARE, Levels, levelled
from dslc.record import record, replace
from dslc.tools.excluded import fits
from dslc.tools.terminal import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.program.resolve import Allow
    from dslc.tools.settings_table import PerFile


@record
class Terms:
    """The limits of a run, the modules outside the project that its externs may come from, and which warnings are heard."""

    limits: Limits = DEFAULTS
    externs: tuple[str, ...] = ()
    levels: Levels = AS_THEY_ARE
    per_file: tuple[PerFile, ...] = ()


DEFAULT_TERMS = Terms()


def add_limit_option(parser: ArgumentParser) -> None:
    """The option that raises a limit."""
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help=f"let a file take more than it usually may: {', '.join(ABOUT)} (see dslc explain DSL704)",
    )


def add_terms_options(parser: ArgumentParser) -> None:
    """The options of every command that checks files."""
    add_limit_option(parser)
    parser.add_argument(
        "--allow-extern",
        action="append",
        default=[],
        metavar="MODULE",
        help="let `extern` name this module or package, which does not lie in the project",
    )
    parser.add_argument(
        "--strict", action="store_true", help="let warnings and notes fail the run, as errors do"
    )
    parser.add_argument(
        "--select", action="append", default=[], metavar="CODES", help="say only these warnings and notes"
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODES",
        help="say nothing of these warnings and notes, for example DSL801,DSL415, or DSL8 for all that begin so",
    )


def terms(arguments: Namespace) -> Terms:
    """The terms of a run: its options, and what they leave open from the settings."""
    from dslc.tools.settings import settings
    from dslc.tools.settings_table import known_codes, known_limits

    chosen = settings()
    given: dict[str, int] = dict(chosen.limits)
    for text in arguments.limit:
        name, _, number = text.partition("=")
        digits = number.strip().replace("_", "").replace(",", "")
        if not digits.isdecimal() or len(digits) > 18:
            raise UsageError(f"`--limit {text}`: expected NAME=NUMBER", "for example --limit calls=500000")
        given |= known_limits({name.strip(): int(digits)}, f"`--limit {text}`")
    allowed = list(getattr(arguments, "allow_extern", []))
    levels = chosen.levels
    for name in ("select", "ignore"):
        words = [code.strip() for text in getattr(arguments, name, []) for code in text.split(",")]
        levels = replace(levels, **{name: (*getattr(levels, name), *known_codes(words, f"--{name}"))})
    return Terms(
        limits_from(given), tuple(dict.fromkeys([*chosen.externs, *allowed])), levels, chosen.per_file
    )


def terms_of(folder: str) -> Terms:
    """The terms that the settings for work in a folder set, where there is no command line."""
    from dslc.tools.settings import settings

    chosen = settings(folder)
    return Terms(limits_from(chosen.limits), chosen.externs, chosen.levels, chosen.per_file)


def levels_in(file: str, agreed: Terms) -> Levels:
    """Which warnings are heard in a file."""
    silent = [code for each in agreed.per_file if fits(each.files, file) for code in each.codes]
    levels = agreed.levels
    return replace(levels, ignore=(*levels.ignore, *silent)) if silent else levels


def told(diagnostics: Iterable[Diagnostic], agreed: Terms) -> tuple[Diagnostic, ...]:
    """The diagnostics as the terms want them, each by the file that it is about."""
    by_file: dict[str, Levels] = {}
    found: list[Diagnostic] = []
    for each in diagnostics:
        name = each.span.source.name
        if name not in by_file:
            by_file[name] = levels_in(name, agreed)
        found += levelled([each], by_file[name])
    return tuple(found)


def allow(externs: tuple[str, ...] = ()) -> Allow:
    """Why a file may not name a module in `extern`, None where it may: it lies in the project, or among `externs`."""

    def reason(module: str, importer: str) -> str | None:
        if any(module == each or module.startswith(f"{each}.") for each in (*externs, "keras.applications")):
            return None
        top = module.split(".")[0]
        if any(_lies_in(folder, top) for folder in python_folders(importer)):
            return None
        return f"there is no module `{top}` beside this file or in its project"

    return reason


def python_folders(file: str) -> list[str]:
    """The folders in which the modules of a file's own project lie: its own, that of the project, and `src` there."""
    from dslc.tools.files import project_root

    root = project_root(file)
    try:
        own = os.path.dirname(os.path.realpath(file))
    except (OSError, ValueError):  # the current folder is gone, or this is no path
        return []
    return list(dict.fromkeys([own, root, os.path.join(root, "src")]))


def places(module: str, importer: str) -> list[str]:
    """Where a module of a file's own project may lie."""
    top = module.split(".")[0]
    return [path for folder in python_folders(importer) for path in _places(folder, top)]


def _places(folder: str, top: str) -> tuple[str, str]:
    return os.path.join(folder, f"{top}.py"), os.path.join(folder, top)


def _lies_in(folder: str, top: str) -> bool:
    """Whether a folder holds a module or package of that name, and no link that leads out of it."""
    from dslc.tools.files import inside

    for path in _places(folder, top):
        if os.path.exists(path) and inside(os.path.realpath(path), os.path.realpath(folder)):
            return path.endswith(".py") or os.path.isdir(path)
    return False
