"""`dslc clean [PATH…]`: removes outputs whose sources are gone, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options, console, message, plural

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.tools.terminal import Console


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc clean`."""
    parser.epilog = (
        "What dslc wrote from what stands in the .dslc-manifest.json beside the outputs. Outputs that were edited by hand "
        "are kept. Exit code: 0 done, 1 --check found something, 2 a file cannot be removed."
    )
    parser.add_argument(
        "paths",
        nargs="*",
        default=[os.curdir],
        metavar="PATH",
        help="folders with outputs (default: the current one)",
    )
    parser.add_argument(
        "--check", action="store_true", help="remove nothing; exit 1 if there is something to remove"
    )
    parser.add_argument("--force", action="store_true", help="remove outputs that were edited by hand, too")
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Remove what has lost its source."""
    from dslc.tools.manifest import below

    for path in arguments.paths:
        if not os.path.isdir(path):
            raise UsageError(f"{path} is no folder", "name the folders that hold outputs")
    folders = list(dict.fromkeys(folder for path in arguments.paths for folder in below(path)))
    return clean(folders, arguments.check, arguments.force, console(arguments))


def clean(folders: list[str], check: bool, force: bool, speaker: Console) -> int:
    """Remove, or with `check` only name, the outputs in these folders whose sources are gone."""
    from dslc.tools.manifest import orphans, remove

    lost = orphans(folders)
    if check:
        for orphan in lost:
            message(speaker, f"{orphan.path} was made from {orphan.source}, which is gone")
        return 1 if lost else 0
    removed, kept = remove(lost, force) if lost else ([], [])
    for path in removed:
        message(speaker, f"removed {path}")
    for path in kept:
        message(speaker, f"{path} has lost its source, was edited by hand and is kept; --force removes it")
    if not lost:
        message(speaker, f"every output in {plural(len(folders), 'folder')} has its source")
    return 0
