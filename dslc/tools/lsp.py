"""`dslc lsp`: the language server on standard input and output, for editors (`pip install 'dslc[lsp]'`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.budget import Limits
    from dslc.diagnostics.levels import Levels
    from dslc.editor.project import Read
    from dslc.program.resolve import Allow, Load

MOST_FOLDERS = 2000
"""So many are looked through for files to `use`; without a mark of a project, its root may be somebody's home."""


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc lsp`."""
    parser.add_argument(
        "--stdio", action="store_true", help="speak on standard input and output (the only way)"
    )
    add_options(parser, ("full",))


def run(_: Namespace) -> int:
    """Serve until the client says goodbye."""
    try:
        import pygls  # noqa: F401 - asked for by name, to say what to install
    except ImportError:
        raise UsageError(
            "the language server needs pygls, which is not here", "pip install 'dslc[lsp]'"
        ) from None
    from dslc.lsp.serve import make_server
    from dslc.lsp.server import Outside
    from dslc.tools.destinations import destinations, words
    from dslc.tools.files import read
    from dslc.tools.running import run as run_beside

    make_server(
        Outside(read, load_for, usable, terms_for, width_for, destinations, words, run_beside)
    ).start_io()
    return 0


def load_for(path: str, read: Read) -> Load:
    """How the document at a path gets at the files of its project."""
    from dslc.tools.files import loader, project_root

    return loader(project_root(path), reader=read)


def terms_for(path: str) -> tuple[Limits, Allow | None, Levels]:
    """What the settings around a document allow; where they are wrong, `dslc config` says how, and here they are none."""
    import os

    from dslc.tools.terms import DEFAULT_TERMS, allow, levels_in, terms_of

    try:
        agreed = terms_of(os.path.dirname(path))
    except UsageError:
        agreed = DEFAULT_TERMS
    return agreed.limits, allow(agreed.externs), levels_in(path, agreed)


def width_for(path: str) -> int:
    """How long the lines of a document may be by the settings around it."""
    import os

    from dslc.syntax.format import WIDTH
    from dslc.tools.settings import settings

    try:
        return settings(os.path.dirname(path)).line_length or WIDTH
    except UsageError:
        return WIDTH


def usable(path: str) -> list[str]:
    """The files of its project that the document at a path may `use`, as it would write them; the nearest first."""
    import os
    from itertools import islice

    from dslc.tools.files import project_root, searched

    here = os.path.dirname(os.path.realpath(path))
    own = os.path.basename(path)
    found = []
    for folder, names in islice(searched(project_root(path)), MOST_FOLDERS):
        beside = os.path.relpath(os.path.realpath(folder), here)
        found += [os.path.normpath(os.path.join(beside, name)) for name in names]
    shown = [each.replace(os.sep, "/") for each in found if each != own]
    return sorted(shown, key=lambda each: (each.count("/"), each))
