"""What a search of a folder leaves out: what version control ignores, what the settings exclude, and what belongs to other programs.

In: the folder that is searched, `exclude` of the settings and `--exclude`.  Out: `leaves_out`, asked of every folder and file below.
A file or folder that the command line names is not left out itself.

    .gitignore                   build/, *.draft.kdl, !keep.draft.kdl     in every folder from that of the project downwards
    exclude = ["tests/broken"]   the same notation, relative to the file of the settings
    node_modules, a virtual environment, hidden folders                   never searched

`pathspec` knows the notation of git. It is imported only where the last part of a pattern fits a name at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from fnmatch import translate
from typing import TYPE_CHECKING

from dslc.record import record
from dslc.regex import regex
from dslc.tools.regular import regular

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".gitignore"
_OTHERS = frozenset({"__pycache__", "node_modules", "site-packages", "__pypackages__"})
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"


@record
class Exclude:
    """Patterns in the notation of git, and the folder that they are relative to."""

    folder: str
    patterns: tuple[str, ...]


def fits(patterns: Exclude, path: str) -> bool:
    """Whether a file is among those that the patterns name."""
    return _Patterns(patterns.folder, patterns.patterns).answer(os.path.realpath(path), False) is True


def belongs_to_others(where: str, name: str) -> bool:
    """Whether a folder inside `where` holds what other programs keep there."""
    if name.startswith(".") or name in _OTHERS:
        return True
    return os.path.lexists(os.path.join(where, name, _VIRTUAL_ENVIRONMENT))


class Excluded:
    """The patterns that hold below a folder, read as they are met; made anew for every search."""

    def __init__(self, top: str, project: str, excludes: Iterable[Exclude]) -> None:
        self._given = [_Patterns(each.folder, each.patterns) for each in excludes if each.patterns]
        self._files: dict[str, list[_Patterns]] = {}
        self._project = os.path.realpath(project)
        self._top = os.path.realpath(top)
        self._named = top
        self._real: dict[str, str] = {}  # the folders of the search by their names in it

    def leaves_out(self, where: str, name: str, folder: bool) -> bool:
        """Whether a folder or file of the search is left out; the nearest pattern about it decides."""
        real = self._real.get(where)
        if real is None:
            below = os.path.relpath(where, self._named)
            real = self._real[where] = os.path.normpath(os.path.join(self._top, below))
        path = os.path.join(real, name)
        if any(each.says(path, name, folder) for each in self._given):
            return True
        for patterns in self._ignored_in(real):
            said = patterns.says(path, name, folder)
            if said is not None:
                return said
        return False

    def _ignored_in(self, folder: str) -> list[_Patterns]:
        """The ignore files that say something about what lies in a folder, the nearest first."""
        found = self._files.get(folder)
        if found is None:
            parent = os.path.dirname(folder)
            above = [] if folder == self._project or parent == folder else self._ignored_in(parent)
            here: list[_Patterns] = []
            with (
                suppress(OSError, ValueError),
                open(os.path.join(folder, IGNORE_FILE), "rb", opener=regular) as file,
            ):
                lines = file.read().decode("utf-8", "replace").splitlines()
                here = [_Patterns(folder, [line for line in lines if line and not line.startswith("#")])]
            found = self._files[folder] = here + above
        return found


class _Patterns:
    """The patterns of one place."""

    def __init__(self, folder: str, patterns: Iterable[str]) -> None:
        self._folder = os.path.realpath(folder)
        self._patterns = list(patterns)
        lasts = {_last(each) for each in self._patterns}
        self._last = regex("|".join(translate(each) for each in sorted(lasts)) or r"(?!)")
        self._spec: GitIgnoreSpec | None = None

    def says(self, path: str, name: str, folder: bool) -> bool | None:
        """Whether a path of which every folder above is searched is left out; None where no pattern is about it."""
        return None if self._last.match(name) is None else self.answer(path, folder)

    def answer(self, path: str, folder: bool) -> bool | None:
        """Whether a path, or a folder above it, is named; None where no pattern is about it."""
        if self._spec is None:
            from pathspec import GitIgnoreSpec

            self._spec = GitIgnoreSpec.from_lines(self._patterns)
        below = os.path.relpath(path, self._folder).replace(os.sep, "/")
        if below.startswith("../"):
            return None
        return self._spec.check_file(below + "/" if folder else below).include


def _last(pattern: str) -> str:
    """The part of a pattern that the name of a path has to fit; `*` where that is not plain to see."""
    last = pattern.removeprefix("!").strip().rstrip("/").rsplit("/", 1)[-1]
    return "*" if "\\" in pattern or "**" in last or not last else last
