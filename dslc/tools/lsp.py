"""`dslc lsp`: the language server on standard input and output, for editors (`pip install 'dslc[lsp]'`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.editor.project import Read
    from dslc.program.resolve import Load
    from dslc.source import Source

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

    make_server(read_path, load_for, usable).start_io()
    return 0


def read_path(path: str) -> Source | str:
    """A file on the disk, or why it cannot be had."""
    from dslc.source import Source
    from dslc.tools.files import read

    found = read(path)
    return found if isinstance(found, Source) else found.text


def load_for(path: str, read: Read) -> Load:
    """How the document at a path gets at the files of its project."""
    from dslc.tools.files import loader, project_root

    return loader(project_root(path), read)


def usable(path: str) -> list[str]:
    """The files of its project that the document at a path may `use`, as it would write them; the nearest first."""
    import os
    from itertools import islice

    from dslc.tools.files import SUFFIX, folders_below, project_root

    here = os.path.dirname(os.path.realpath(path))
    own = os.path.basename(path)
    found = []
    for folder, names in islice(folders_below(project_root(path)), MOST_FOLDERS):
        beside = os.path.relpath(os.path.realpath(folder), here)
        found += [os.path.normpath(os.path.join(beside, name)) for name in names if name.endswith(SUFFIX)]
    shown = [each.replace(os.sep, "/") for each in found if each != own]
    return sorted(shown, key=lambda each: (each.count("/"), each))
