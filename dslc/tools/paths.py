"""The paths of a command line and the files that they stand for: what all commands that read models share.

In: `PATH…`, `--exclude` and the settings' `exclude`.  Out: the files, in order.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.tools.excluded import Exclude
from dslc.tools.files import find

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.tools.files import Found

_WHAT = "a .kdl file, a folder of them, or - for stdin"


def add_paths(parser: ArgumentParser, default: str | None = None) -> None:
    """The paths; `default` says what stands in for none, where there may be none."""
    parser.add_argument(
        "paths",
        nargs="+" if default is None else "*",
        metavar="PATH",
        help=_WHAT if default is None else f"{_WHAT} (default: {default})",
    )
    parser.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERN",
        help="leave this out where a folder is searched, besides what .gitignore and the settings name; in the notation of .gitignore",
    )


def excludes(arguments: Namespace) -> tuple[Exclude, ...]:
    """What the search of a folder leaves out by the settings and by `--exclude`."""
    from dslc.tools.settings import settings

    return (*settings().exclude, Exclude(os.curdir, tuple(arguments.exclude)))


def files(arguments: Namespace) -> list[Found]:
    """The files of a command line; without a path those of the current folder."""
    return find(arguments.paths or [os.curdir], excludes(arguments))
