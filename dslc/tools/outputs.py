"""Where generated modules go, and how they get there: all of them or none, atomically, never over somebody's work.

In: `Output`s, each a path and a text.  Out: files whose bytes are exactly those texts.

    place(Found("models/a/Net.kdl", "models"), "generated")   ->  generated/a/net.py, which must stay in generated/
"""

from __future__ import annotations

import os
import stat
from typing import Literal

from dslc.record import record
from dslc.tools.files import STDIN, Found, inside
from dslc.tools.terminal import UsageError

State = Literal["new", "same", "stale"]


@record
class Place:
    """A path to write to, and the folder that it must not leave."""

    path: str
    folder: str


@record
class Output:
    """A text and where it belongs; `source` is the `.kdl` file it was made from."""

    place: Place
    text: str
    source: str


def place(found: Found, target: str | None, stdin_name: str | None = None) -> Place:
    """Where the module of a source belongs: beside it, or under the folder `target`, its subfolders mirrored.

    `target` is a file when it ends in `.py` and is no folder.
    """
    from dslc.driver import module_name

    origin = found.path if found.path != STDIN else (stdin_name or "model.kdl")
    if target is not None and is_file(target):
        return Place(target, os.path.dirname(target) or os.curdir)
    name = f"{module_name(origin)}.py"
    if target is None:
        folder = os.path.dirname(origin)
        return Place(os.path.join(folder, name), folder or os.curdir)
    below = os.path.relpath(os.path.dirname(origin) or os.curdir, found.base or os.curdir)
    if below.split(os.sep)[0] == os.pardir:
        below = os.curdir
    return Place(os.path.normpath(os.path.join(target, below, name)), target)


def import_path(importer: str, imported: str) -> str:
    """What stands after `from` in the module at `importer` to get at the one at `imported`.

    Inside a package (a folder with an `__init__.py`) the import is relative; outside it begins at the folder that
    both lie below, which has to be on Python's path.
    """
    folder = os.path.dirname(os.path.abspath(importer))
    target = os.path.abspath(imported)
    steps = os.path.relpath(target, folder).removesuffix(".py").split(os.sep)
    ups = steps.count(os.pardir)
    if os.path.exists(os.path.join(folder, "__init__.py")):
        return "." * (ups + 1) + ".".join(steps[ups:])
    if ups == 0:
        return ".".join(steps)
    common = os.path.commonpath([folder, os.path.dirname(target)])
    return ".".join(os.path.relpath(target, common).removesuffix(".py").split(os.sep))


def is_file(target: str) -> bool:
    """Whether the value of `-o` means a file rather than a folder."""
    return target.endswith(".py") and not os.path.isdir(target)


def refuse_clashes(outputs: list[Output]) -> None:
    """Raise UsageError when two sources would be written to one file."""
    taken: dict[str, Output] = {}
    for output in outputs:
        key = os.path.realpath(output.place.path)
        other = taken.setdefault(key, output)
        if other is not output:
            raise UsageError(
                f"{other.source} and {output.source} would both be written to {output.place.path}",
                "rename one of them, or build them into different folders with -o",
            )


def state(output: Output) -> State:
    """How the file that is there compares with what it should hold; version control may have changed its line breaks."""
    try:
        with open(output.place.path, "rb") as file:
            return "same" if file.read().replace(b"\r\n", b"\n") == output.text.encode() else "stale"
    except FileNotFoundError:
        return "new"


def existing_text(path: str) -> str:
    """The text at a path, whatever its bytes; empty when there is no such file."""
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def refusal(output: Output, force: bool) -> str | None:
    """Why this file may not be written, or None when it may."""
    path, folder = output.place.path, output.place.folder
    parent = os.path.realpath(os.path.dirname(path) or os.curdir)
    if not inside(parent, os.path.realpath(folder)):
        return f"{path} leads out of {folder} through a symbolic link"
    try:
        kind = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(kind):
        return None if force else f"{path} is a symbolic link; --force replaces the link by a file"
    if not stat.S_ISREG(kind):
        return f"{path} is not a file"
    if force or state(output) == "same":
        return None
    from dslc.emit.finish import is_edited, is_ours

    text = existing_text(path).replace("\r\n", "\n")  # version control may have changed the line breaks
    if not is_ours(text):
        return f"{path} was not written by dslc; --force replaces it"
    if is_edited(text):
        return f"{path} was edited by hand; --force discards the changes, --diff shows them"
    return None


def write(outputs: list[Output], force: bool = False) -> list[str]:
    """Write every file whose bytes change and return their paths; on any failure no file is changed.

    Raises UsageError with every reason why one of them may not be written, and OSError when the disk will not have
    them. Each file is first written whole under another name beside its place, then all are renamed.
    """
    problems = [problem for output in outputs if (problem := refusal(output, force))]
    if problems:
        raise UsageError("\ndslc: ".join(problems), "nothing was written")
    due = [output for output in outputs if os.path.islink(output.place.path) or state(output) != "same"]
    ready: list[tuple[str, str]] = []
    made: list[str] = []
    try:
        for output in due:
            made += _make_folders(os.path.dirname(output.place.path))
            ready.append((_write_beside(output), output.place.path))
    except BaseException:
        for temporary, _ in ready:
            os.unlink(temporary)
        for folder in reversed(made):
            os.rmdir(folder)
        raise
    for temporary, path in ready:
        os.replace(temporary, path)
    return [path for _, path in ready]


def _make_folders(folder: str) -> list[str]:
    missing: list[str] = []
    while folder and not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    missing.reverse()
    for path in missing:
        os.mkdir(path)
    return missing


def _write_beside(output: Output) -> str:
    path = output.place.path
    temporary = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}.tmp")
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(output.text.encode())
        if os.path.isfile(path) and not os.path.islink(path):
            os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary
