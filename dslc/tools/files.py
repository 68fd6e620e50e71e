"""Finds and reads `.kdl` files.

In: the paths of a command line (files, folders, `-`).  Out: sources, or diagnostics that say why there is none.
Folders are searched for `*.kdl`, without what `excluded` leaves out, in sorted order, so that the same tree gives the same run
everywhere. A file that another one `use`s is read through `loader`, which never leaves the project.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

from dslc.budget import ABOUT, DEFAULTS
from dslc.diagnostics.diagnostic import Diagnostic
from dslc.record import record
from dslc.source import Source, Span
from dslc.tools.excluded import IGNORE_FILE, Exclude, Excluded, belongs_to_others
from dslc.tools.streams import OPEN
from dslc.tools.terminal import UsageError
from dslc.tools.unchanged import PROJECT_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dslc.program.resolve import Load

STDIN = "-"
_STDIN_MOST = 50_000_000
"""Characters that are read of stdin; the limit of a run ends it long before."""

SUFFIX = ".kdl"
OF_PYTHON = (".py", ".ipynb")
"""Files whose models are read as `dslc import` reads them, where nothing is written of them."""
PATTERN = frozenset("*?[")


@record
class Found:
    """A file to compile: its path, and the folder below which it was found (outputs keep the path from there).

    `content` is what standard input held, which can be read only once.
    """

    path: str
    base: str
    content: bytes | None = None


def is_of_python(path: str) -> bool:
    """Whether a path is a file of Python that is there, or one of its models: `train.py`, `train.py:build`."""
    file = path if path.endswith(OF_PYTHON) else path.rpartition(":")[0]
    return file.endswith(OF_PYTHON) and os.path.exists(file)


def find(paths: list[str], excludes: tuple[Exclude, ...] = ()) -> list[Found]:
    """The files that the paths stand for, each once, in the order given and sorted within a folder.

    A folder is searched but for what version control ignores and `excludes` names; a file that is named is never left out.

    A path that does not exist is kept: reading it says so, beside the mistakes of the other files. One with `*`, `?` or `[` that
    no shell has expanded (that of Windows never does) stands for the files that fit it.
    Raises UsageError when a folder holds no `.kdl` file, and when no file fits.
    """
    found: dict[str, Found] = {}
    real = RealPaths()
    for path in _expanded(paths):
        if path != STDIN and os.path.isdir(path):
            below = _below(path, excludes)
            if not below:
                raise _nothing_in(path)
        else:
            content = _stdin() if path == STDIN and STDIN not in found else None
            below = [Found(path if path == STDIN else _tidy(path), os.path.dirname(path), content)]
        for item in below:
            found.setdefault(item.path if item.path == STDIN else real.of(item.path), item)
    return list(found.values())


def _stdin() -> bytes:
    if sys.stdin is None:
        raise UsageError("there is nothing to read: stdin is closed", "name a file")
    return sys.stdin.buffer.read(4 * _STDIN_MOST)


def _expanded(paths: list[str]) -> list[str]:
    """The paths, those in the place of a pattern that fit it."""
    expanded = []
    for path in paths:
        if not PATTERN.intersection(path) or os.path.lexists(path):
            expanded.append(path)
            continue
        from glob import glob

        fitting = sorted(glob(path, recursive=True))
        if not fitting:
            raise UsageError(f"no file fits {path}", "name a file or a folder")
        expanded += fitting
    return expanded


def folders_below(folder: str, excluded: Excluded | None = None) -> Iterator[tuple[str, list[str]]]:
    """A folder and those inside it, in order, with the names of their files; those of other programs are left out, and those
    that are `excluded`."""
    for where, folders, names in os.walk(folder, onerror=_raised):
        folders[:] = sorted(
            name
            for name in folders
            if not belongs_to_others(where, name)
            and not (excluded is not None and excluded.leaves_out(where, name, folder=True))
        )
        yield where, names


def searched(folder: str, excludes: tuple[Exclude, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """The folders that a search of one goes through, in order, with the names of their `.kdl` files, but for those left out."""
    excluded = Excluded(folder, project_root(os.path.join(folder, SUFFIX)), excludes)
    for where, names in folders_below(folder, excluded):
        models = sorted(name for name in names if name.endswith(SUFFIX) and not name.startswith("."))
        yield where, [name for name in models if not excluded.leaves_out(where, name, folder=False)]


def comes_to(folder: str, path: str, excludes: tuple[Exclude, ...] = ()) -> bool:
    """Whether a search of a folder finds a file, without the search."""
    below = os.path.relpath(os.path.realpath(path), os.path.realpath(folder)).split(os.sep)
    if below[0] == os.pardir or not path.endswith(SUFFIX) or below[-1].startswith("."):
        return False
    excluded = Excluded(folder, project_root(os.path.join(folder, SUFFIX)), excludes)
    where = folder
    for name in below[:-1]:
        if belongs_to_others(where, name) or excluded.leaves_out(where, name, folder=True):
            return False
        where = os.path.join(where, name)
    return not excluded.leaves_out(where, below[-1], folder=False)


def _raised(error: OSError) -> None:
    """A folder that cannot be looked into is not left out in silence; one that is not there holds nothing."""
    if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
        folder = _tidy(str(error.filename))
        raise UsageError(f"I cannot look into {folder}: {(error.strerror or str(error)).lower()}")


def _below(folder: str, excludes: tuple[Exclude, ...]) -> list[Found]:
    return [
        Found(_tidy(os.path.join(where, name)), _tidy(folder))
        for where, names in searched(folder, excludes)
        for name in names
    ]


def _nothing_in(folder: str) -> UsageError:
    left_out = any(name.endswith(SUFFIX) for _, names in folders_below(folder) for name in names)
    if left_out:
        return UsageError(
            f"every {SUFFIX} file in {folder} is hidden, ignored by {IGNORE_FILE} or excluded",
            "name a file, which is never left out",
        )
    return UsageError(f"there is no {SUFFIX} file in {folder}", "dslc new NAME writes a first one")


def read_found(found: Found, stdin_name: str | None, most: int = DEFAULTS.characters) -> Source | Diagnostic:
    """The source of a file of the command line, or the diagnostic that says why it cannot be had."""
    if found.content is None:
        return read(found.path, most)
    return decode(stdin_name or "<stdin>", found.content)


def read(path: str, most: int = DEFAULTS.characters) -> Source | Diagnostic:
    """The source at a path, or the diagnostic that says why it cannot be had."""
    content = contents(path, most)
    return content if isinstance(content, Diagnostic) else decode(path, content)


def contents(path: str, most: int = DEFAULTS.characters) -> bytes | Diagnostic:
    """The bytes at a path, or the diagnostic that says why they cannot be had; nobody waits for them, and `most` characters end them.

    A pipe is read only through `/dev/fd`, where a shell has put it (`dslc check <(…)`).
    """
    try:
        kind = os.stat(path).st_mode
        if stat.S_ISDIR(kind):
            reason = "it is a folder"
        elif not stat.S_ISREG(kind) and not (stat.S_ISFIFO(kind) and path.startswith(OPEN)):
            reason = "it is not a file of text"
        else:
            flags = 0 if stat.S_ISFIFO(kind) else getattr(os, "O_NONBLOCK", 0)
            opened = os.open(path, os.O_RDONLY | flags | getattr(os, "O_BINARY", 0))
            with open(opened, "rb") as file:
                content: bytes | None = file.read(4 * most + 4)  # a character has up to four bytes
            if content is None:
                reason = "nothing can be read from it now"
            elif len(content) <= 4 * most + 3:
                return content
            else:
                from dslc.diagnostics.messages.limits import limit_reached

                first = content[:200].decode("utf-8", "replace").split("\n")[0]
                said = limit_reached("characters", most, ABOUT["characters"])
                return said.at(Span(Source(path, first), 0, len(first)))
    except FileNotFoundError:
        dangling = os.path.islink(path)
        reason = "it is a link to what is not there" if dangling else "there is no such file"
    except ValueError:
        reason = "this is not a path"
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    from dslc.diagnostics.messages.files import unreadable_file

    return unreadable_file(path, reason, _similar(path)).at(Span(Source(path, ""), 0, 0))


def unreadable(item: Diagnostic) -> bool:
    """Whether a diagnostic says that a file of the command line could not be read (which is no mistake in a model)."""
    return item.code == "DSL602" and not item.span.source.text


def decode(name: str, content: bytes) -> Source | Diagnostic:
    """The source made of the bytes of a file; its byte order mark and the line breaks of Windows are taken away."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        from dslc.diagnostics.messages.files import not_utf8

        source = Source(name, _lines(content.decode("utf-8-sig", "replace")))
        at = len(_lines(error.object[: error.start].decode("utf-8", "replace")))
        return not_utf8(error.object[error.start]).at(Span(source, at, at + 1))
    return Source(name, _lines(text))


class RealPaths:
    """`os.path.realpath` for many files of few folders, each of which is followed once; made anew for every look at the disk."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def folder(self, path: str) -> str:
        """The real path of the folder that a file lies in."""
        folder = os.path.dirname(path)
        real = self._folders.get(folder)
        if real is None:
            real = self._folders[folder] = os.path.realpath(folder or os.curdir)
        return real

    def of(self, path: str) -> str:
        """The real path of a file."""
        name = os.path.basename(path)
        there = os.path.join(self.folder(path), name)
        plain = name not in ("", os.curdir, os.pardir) and not os.path.islink(there)
        return there if plain else os.path.realpath(path)


def project_root(path: str) -> str:
    """The folder that `use` cannot leave: the nearest one upwards that holds a `pyproject.toml`, a `dslc.toml` or `.git`.

    Without such a mark it is the current folder where that contains the file, else the file's own folder.
    """
    try:
        here = os.path.dirname(os.path.realpath(path))
    except (OSError, ValueError):  # the current folder is gone, or this is no path
        return os.path.dirname(path.replace("\0", ""))
    folder = here
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in PROJECT_MARKS):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    try:
        current = os.path.realpath(os.curdir)
    except OSError:
        return here
    return current if inside(here, current) else here


def path_in_project(path: str) -> str:
    """The way from the project of a file to it, the same from wherever one looks: `nets/digits.kdl`; outside of any its name."""
    real, root = os.path.realpath(path), project_root(path)
    if any(os.path.exists(os.path.join(root, mark)) for mark in PROJECT_MARKS):
        return os.path.relpath(real, root).replace(os.sep, "/")
    return os.path.basename(path)


def inside(path: str, folder: str) -> bool:
    """Whether a real path is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def loader(
    root: str,
    most: int = DEFAULTS.characters,
    reader: Callable[[str], Source | Diagnostic] | None = None,
) -> Load:
    """How `use` gets at other files of the project: relative to the one that asks, never outside `root`.

    `reader` has them from somewhere else than the disk.
    """

    def load(path: str, importer: str) -> Source | str:
        if os.path.isabs(path):
            return "a path here is relative to this file"
        target = _tidy(os.path.join(os.path.dirname(importer), path))
        try:
            if not inside(os.path.realpath(target), os.path.realpath(root)):
                below = os.path.normpath(path).split(os.sep)[0] != os.pardir
                if below and not os.path.lexists(target):  # in a sandbox of links to the files of the project
                    return "there is no such file"
                return f"it lies outside the project ({os.path.basename(root) or root})"
        except ValueError:
            return "this is not a path"
        except OSError as error:
            return (error.strerror or str(error)).lower()
        if not target.endswith(SUFFIX) and not os.path.isdir(target):
            return f"only {SUFFIX} files can be used"
        found = read(target, most) if reader is None else reader(target)
        if isinstance(found, Source):
            return found
        if found.code == "DSL704":
            return f"it has more than {most:,} characters (--limit characters={most * 10} allows that)"
        near = _similar(target)
        advice = "" if near is None else f"; did you mean `{os.path.basename(near)}`?"
        return found.text.removeprefix(f"I cannot read {target}: ") + advice

    return load


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _tidy(path: str) -> str:
    return os.path.normpath(path).replace(os.sep, "/")


def _similar(path: str) -> str | None:
    from dslc.diagnostics.suggest import nearest

    folder, name = os.path.split(path)
    try:
        names = [other for other in os.listdir(folder or os.curdir) if other.endswith(SUFFIX)]
    except (OSError, ValueError):
        return None
    if not name.endswith(SUFFIX) and os.path.splitext(name)[0] + SUFFIX in names:  # `net.py`, `net.kd`, `net`
        return os.path.join(folder, os.path.splitext(name)[0] + SUFFIX)
    found = nearest(name.removesuffix(SUFFIX), [other.removesuffix(SUFFIX) for other in names])
    return None if found is None or found + SUFFIX == name else os.path.join(folder, found + SUFFIX)
