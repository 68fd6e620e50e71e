"""Where generated modules go, and when they may: all of them or none (`journal`), never over somebody's work.

In: `Output`s, each a path and a text.  Out: files whose bytes are exactly those texts.

    place(Found("models/a/Net.kdl", "models"), "generated")   ->  generated/a/Net.py, which must stay in generated/
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Literal

from dslc.record import record
from dslc.tools.files import STDIN, Found, RealPaths, inside, project_root
from dslc.tools.regular import regular
from dslc.tools.streams import is_stream
from dslc.tools.terminal import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dslc.tools.journal import Change

_KERAS_NEEDS = frozenset(
    ("absl", "h5py", "jax", "jaxlib", "keras", "ml_dtypes", "numpy", "optree", "packaging", "rich", "scipy")
) | {"tensorflow", "torch"}
"""What importing Keras and its backends looks for, besides the standard library."""

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


def import_path(importer: str, imported: str, relative: bool) -> str:
    """What stands after `from` in the module at `importer` to get at the one at `imported`.

    An absolute import begins at the folder that both lie below, which has to be on Python's path.
    """
    folder = os.path.dirname(os.path.abspath(importer))
    target = os.path.abspath(imported)
    steps = os.path.relpath(target, folder).removesuffix(".py").split(os.sep)
    ups = steps.count(os.pardir)
    if relative:
        return "." * (ups + 1) + ".".join(steps[ups:])
    if ups == 0:
        return ".".join(steps)
    common = os.path.commonpath([folder, os.path.dirname(target)])
    return ".".join(os.path.relpath(target, common).removesuffix(".py").split(os.sep))


def in_package(path: str) -> bool:
    """Whether the module at a path lies in a package: a folder above it has an `__init__.py`, or is below the project's `src`."""
    folder = os.path.dirname(os.path.abspath(path))
    root = project_root(path)
    while True:
        if os.path.exists(os.path.join(folder, "__init__.py")):
            return True
        parent = os.path.dirname(folder)
        if os.path.basename(parent) == "src" and os.path.realpath(os.path.dirname(parent)) == root:
            return True
        if os.path.realpath(folder) == root or parent == folder:
            return False
        folder = parent


_OTHER_FILES = (
    ".kdl",
    ".pyi",
    ".pyc",
    ".txt",
    ".md",
    ".log",
    ".ipynb",
    ".json",
    ".html",
    ".svg",
    ".png",
    ".h5",
    ".keras",
)
"""What a file is called that is no module, and hardly ever a folder."""


def is_file(target: str) -> bool:
    """Whether the value of `-o` means a file rather than a folder."""
    return target.endswith(".py") and not os.path.isdir(target)


def refuse_target(target: str) -> None:
    """Raise UsageError for a value of `-o` that is neither a file of Python nor a folder: a file of another kind, or a source."""
    if is_file(target) or os.path.isdir(target) or is_stream(target):
        return
    if target.lower().endswith(_OTHER_FILES) or os.path.isfile(target):
        instead = f"{os.path.splitext(target)[0]}.py"
        raise UsageError(
            f"-o {target}: a module of Python ends in .py", f"write `-o {instead}`, or name a folder"
        )


def refuse_clashes(outputs: list[Output]) -> None:
    """Raise UsageError when two sources would be written to one file, here or where letters are one in both cases."""
    from unicodedata import normalize

    taken: dict[str, Output] = {}
    real = RealPaths()
    for output in outputs:
        key = normalize("NFC", real.of(output.place.path)).casefold()
        other = taken.setdefault(key, output)
        if other is not output:
            if other.source == output.source:
                raise UsageError(
                    f"{output.source} is to be written to {output.place.path} twice",
                    "give each target an `output` of its own",
                )
            raise UsageError(
                f"{other.source} and {output.source} would both be written to {output.place.path}",
                "rename one of them, or build them into different folders with -o",
            )


def is_needed(stem: str) -> bool:
    """Whether Keras or Python has a module of this name, which a file of it would hide."""
    import sys

    return stem in _KERAS_NEEDS or stem in sys.stdlib_module_names


def refuse_shadows(sources: Mapping[str, str], outputs: list[Output], generated: set[str]) -> None:
    """Raise UsageError when an output would be found in the place of a module that it or another beside it needs.

    `sources` names that of each output, also of those that an earlier run has found good; `generated` are the modules of the run:
    what is imported from them is meant.
    """
    import re

    imported: dict[str, set[str]] = {}
    for output in outputs:
        tops = set(re.findall(r"^(?:from|import) (\w+)", output.text, re.MULTILINE)) - generated
        imported.setdefault(os.path.dirname(output.place.path), set()).update(tops)
    for path, source in sources.items():
        folder, name = os.path.split(path)
        stem = name.removesuffix(".py")
        shadows = is_needed(stem) or stem in imported.get(folder, ())
        if shadows and not in_package(path):
            raise UsageError(
                f"{path} would hide the module `{stem}` from Keras and every module beside it",
                f"rename {source}, give another name with -o NAME.py, or build into a package "
                "(a folder with an __init__.py)",
            )


def state(output: Output) -> State:
    """How the file that is there compares with what it should hold; version control may have changed its line breaks."""
    try:
        with open(output.place.path, "rb", opener=regular) as file:
            return "same" if file.read().replace(b"\r\n", b"\n") == output.text.encode() else "stale"
    except (FileNotFoundError, NotADirectoryError):
        return "new"


def existing_text(path: str) -> str:
    """The text at a path, whatever its bytes; empty when there is no such file."""
    try:
        with open(path, "rb", opener=regular) as file:
            return file.read().decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def refusals(outputs: list[Output], force: bool) -> dict[str, str]:
    """The outputs that may not be written, by path, and why."""
    from dslc.tools.manifest import owners

    others = {} if force else owners(_sources(outputs))
    found = {}
    real = RealPaths()
    for output in outputs:
        path, reason = output.place.path, _refusal(output, force, real)
        if reason is None and path in others:
            reason = f"{path} belongs to {others[path]}: rename one of the two sources; --force gives it to {output.source}"
        if reason is not None:
            found[path] = reason
    return found


def _refusal(output: Output, force: bool, real: RealPaths) -> str | None:
    path, folder = output.place.path, output.place.folder
    if not inside(real.folder(path), real.folder(os.path.join(folder, ""))):
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


def write(
    outputs: list[Output], force: bool = False, besides: Mapping[str, bytes] | None = None
) -> list[str]:
    """Write every file whose bytes change and return their paths; on any failure no file is changed.

    `besides` are files that change with them, whatever they held before.
    Raises UsageError with every reason why one of them may not be written, or why the disk will not have it.
    """
    from dslc.tools.journal import alone_in, apply, unsettled

    besides = besides or {}
    folders = sorted({os.path.dirname(path) for path in (*(each.place.path for each in outputs), *besides)})
    _refuse(refusals(outputs, force))
    if not unsettled(folders) and not due(outputs, besides):
        return []
    with alone_in(folders):  # the run before us may have written what we have just looked at
        _refuse(refusals(outputs, force))
        changes = due(outputs, besides)
        apply(changes)
    paths = {output.place.path for output in outputs}
    return [change.path for change in changes if change.path in paths]


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise UsageError("\ndslc: ".join(problems.values()), "nothing was written")


def _sources(outputs: list[Output]) -> dict[str, str]:
    return {output.place.path: output.source for output in outputs}


def due(outputs: list[Output], besides: Mapping[str, bytes]) -> list[Change]:
    """What is to be done for the files that are not what they should be, and for what is known of all outputs."""
    from dslc.tools.journal import Change, content
    from dslc.tools.manifest import changes

    stale = [
        Change(output.place.path, content(output.place.path), output.text.encode())
        for output in outputs
        if os.path.islink(output.place.path) or state(output) != "same"
    ]
    held = {path: content(path) for path in besides}
    stale += [Change(path, held[path], text) for path, text in besides.items() if held[path] != text]
    return stale + changes(_sources(outputs))
