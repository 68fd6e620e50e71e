"""The files of a project as an editor sees them: those that are open as they stand on the screen, the others as on the disk.

In: what is opened, changed and closed, and `read` for all other files.  Out: an `Analysis` of each document, made anew only when it
or a file that it uses has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from dslc import driver
from dslc.editor.analysis import Analysis
from dslc.source import Source
from dslc.syntax.parse import parse

if TYPE_CHECKING:
    from dslc.program.resolve import Load

Read = Callable[[str], "Source | str"]
"""`read(path)`: a file on the disk, or the reason why it cannot be had."""

Loader = Callable[[str, Read], "Load"]
"""`loader(path, read)`: how the document at a path gets at the files that it uses, which are read by `read`."""

Listing = Callable[[str], "Sequence[str]"]
"""`listing(path)`: the files of its project that the document at a path may `use`, as it would write them."""


def _nothing(_: str) -> Sequence[str]:
    return ()


class Project:
    """All documents of an editor."""

    def __init__(self, read: Read, loader: Loader, listing: Listing = _nothing) -> None:
        self._read_disk = read
        self._loader = loader
        self.listing = listing
        self._open: dict[str, Source] = {}
        self._disk: dict[str, Source | str] = {}
        self._analyses: dict[str, tuple[Analysis, dict[str, Source | str]]] = {}

    def open(self, path: str, text: str) -> None:
        """Take a document as it is on the screen, for the first time or after a change."""
        known = self._open.get(path)
        if known is None or known.text != text:
            self._open[path] = Source(path, text)

    def close(self, path: str) -> None:
        """Forget what was on the screen."""
        self._open.pop(path, None)
        self.changed(path)

    def changed(self, path: str) -> None:
        """A file has changed on the disk."""
        self._disk.pop(path, None)

    def is_open(self, path: str) -> bool:
        return path in self._open

    def documents(self) -> list[str]:
        """The paths of the open documents."""
        return list(self._open)

    def read(self, path: str) -> Source | str:
        """A file of the project as it stands now."""
        if path in self._open:
            return self._open[path]
        if path not in self._disk:
            self._disk[path] = self._read_disk(path)
        return self._disk[path]

    def used(self, path: str, name: str) -> Source | None:
        """The file that the document at `path` means by `use … from "name"`."""
        found = self._loader(path, self.read)(name, path)
        return found if isinstance(found, Source) else None

    def analysis(self, path: str) -> Analysis | None:
        """All that is known of a document; None where it cannot be read."""
        known = self._analyses.get(path)
        if known is not None and all(self.read(name) is seen for name, seen in known[1].items()):
            return known[0]
        source = self.read(path)
        if not isinstance(source, Source):
            self._analyses.pop(path, None)
            return None
        seen: dict[str, Source | str] = {path: source}

        def noted(name: str) -> Source | str:
            seen[name] = self.read(name)
            return seen[name]

        checked = driver.check(source, self._loader(path, noted))
        files = {name: each for name, each in seen.items() if isinstance(each, Source)}
        made = Analysis(source, parse(source)[0], checked, files)
        self._analyses[path] = (made, seen)
        return made

    def users(self, path: str) -> Iterator[str]:
        """The open documents that a change of a file concerns: itself, and those that use it."""
        for each in self._open:
            known = self._analyses.get(each)
            if each == path or (known is not None and path in known[1]):
                yield each
