"""The files of a project as an editor sees them: those that are open as they stand on the screen, the others as on the disk.

In: what is opened, changed and closed, and `read` for all other files.  Out: an `Analysis` of each document, made anew only when it
or a file that it uses has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dslc import driver
from dslc.budget import DEFAULTS, Limits
from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.levels import AS_THEY_ARE, Levels, levelled
from dslc.editor.analysis import Analysis
from dslc.editor.names import Names, gathered
from dslc.editor.naming import names
from dslc.editor.sites import Sites
from dslc.memory import Memory
from dslc.record import replace
from dslc.source import Source, Span
from dslc.syntax import nodes as t
from dslc.syntax.parse import parse
from dslc.syntax.traversal import walk

if TYPE_CHECKING:
    from dslc.program.resolve import Allow, Load

Read = Callable[[str], "Source | Diagnostic"]
"""`read(path)`: a file on the disk, or the diagnostic that says why it cannot be had."""

Loader = Callable[[str, Read], "Load"]
"""`loader(path, read)`: how the document at a path gets at the files that it uses, which are read by `read`."""

Listing = Callable[[str], "Sequence[str]"]
"""`listing(path)`: the files of its project that the document at a path may `use`, as it would write them."""


_ANYWHERE = ".kdl"
"""What is in a folder, and no file of it."""


def _nothing(_: str) -> Sequence[str]:
    return ()


Terms = Callable[[str], "tuple[Limits, Allow | None, Levels]"]
"""`terms(path)`: what checking a document may cost, which modules its externs may come from, which warnings are heard."""


def usual(_: str) -> tuple[Limits, Allow | None, Levels]:
    """The terms where nobody has set any."""
    return DEFAULTS, None, AS_THEY_ARE


class Project:
    """All documents of an editor."""

    def __init__(self, read: Read, loader: Loader, listing: Listing = _nothing, terms: Terms = usual) -> None:
        self._read_disk = read
        self._loader = loader
        self.listing = listing
        self._terms = terms
        self._open: dict[str, Source] = {}
        self._disk: dict[str, Source | Diagnostic] = {}
        self._memories: dict[str, Memory] = {}
        self._sites: dict[str, Sites] = {}
        self._analyses: dict[str, tuple[Analysis, dict[str, Source | Diagnostic]]] = {}
        self._names: dict[str, tuple[Analysis, Names]] = {}
        self._mentions: dict[str, list[str]] = {}
        self._trees: dict[str, tuple[Source, t.Module]] = {}
        self._takes: dict[str, tuple[Source, Mapping[str, Mapping[str, Sequence[Span]]]]] = {}

    def open(self, path: str, text: str) -> None:
        """Take a document as it is on the screen, for the first time or after a change."""
        known = self._open.get(path)
        if known is None or known.text != text:
            self._open[path] = Source(path, text)

    def close(self, path: str) -> None:
        """Forget what was on the screen."""
        self._open.pop(path, None)
        self._memories.pop(path, None)
        self._sites.pop(path, None)
        self._analyses.pop(path, None)
        self._names.pop(path, None)
        self.changed(path)

    def changed(self, path: str) -> None:
        """A file has changed on the disk."""
        self._disk.pop(path, None)
        self._mentions.clear()
        self._takes.clear()

    def resettled(self) -> None:
        """The terms may be others now, for any document."""
        self._analyses.clear()

    def is_open(self, path: str) -> bool:
        return path in self._open

    def unsaved(self) -> list[str]:
        """The open documents that are not on the disk as they stand on the screen."""
        return [path for path in self._open if not self.is_saved(path)]

    def is_saved(self, path: str) -> bool:
        """Whether a file is on the disk as it is here."""
        if path not in self._open:
            return True
        found = self._read_disk(path)
        return isinstance(found, Source) and found.text == self._open[path].text

    def documents(self) -> list[str]:
        """The paths of the open documents."""
        return list(self._open)

    def read(self, path: str) -> Source | Diagnostic:
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
        seen: dict[str, Source | Diagnostic] = {path: source}

        def noted(name: str) -> Source | Diagnostic:
            seen[name] = self.read(name)
            return seen[name]

        memory = self.memory(path)
        limits, allow, levels = self._terms(path)
        load = self._loader(path, noted)
        checked = driver.check(source, load, limits=limits, allow=allow, memory=memory)
        checked = replace(checked, diagnostics=tuple(levelled(checked.diagnostics, levels)))
        files = {name: each for name, each in seen.items() if isinstance(each, Source)}
        sites = self._sites.setdefault(path, Sites())
        made = Analysis(source, memory.trees[path], checked, files, sites)
        sites.turn(made.graphs, checked.beside, made.items)
        self._analyses[path] = (made, seen)
        return made

    def memory(self, path: str) -> Memory:
        """What is known of the parts of a document from one analysis to the next."""
        return self._memories.setdefault(path, Memory())

    def names(self, path: str) -> Names:
        """All names of a document; none where it cannot be read."""
        analysis = self.analysis(path)
        if analysis is None:
            return gathered(())
        known = self._names.get(path)
        if known is None or known[0] is not analysis:
            known = self._names[path] = (analysis, names(analysis))
        return known[1]

    def files(self, path: str, closed: bool = True) -> list[str]:
        """The files that may share names with a document: itself, open ones, what these use; of its project also `closed` ones that
        use any of these, which takes longer: each is checked."""
        found: dict[str, None] = {}
        for each in (path, *self._open):
            found.update(dict.fromkeys(self._files(each)))
        for each in self._files(path) if closed else ():
            for user in self._mentioning(each):
                if each in (others := self._files(user)):
                    found.update(dict.fromkeys(others))
        return list(found)

    def taken(self, path: str, name: str) -> list[Span]:
        """Where files of its project that `files` does not name, closed ones, use an item of a file; nobody checks them for this."""
        known = self.files(path, closed=False)
        found: list[Span] = []
        for user in self._mentioning(path):
            source = None if user in known else self.read(user)
            if isinstance(source, Source):
                found += self._takes_of(source).get(path, {}).get(name, ())
        return found

    def _takes_of(self, source: Source) -> Mapping[str, Mapping[str, Sequence[Span]]]:
        """What a file takes from others, by their paths: each name with the places where it stands, which nothing else can be called."""
        known = self._takes.get(source.name)
        if known is None or known[0] is not source:
            known = self._takes[source.name] = (source, self._take(self._tree(source), source.name))
        return known[1]

    def _take(self, tree: t.Module, path: str) -> dict[str, dict[str, list[Span]]]:
        found: dict[str, dict[str, list[Span]]] = {}
        uses = [each for each in tree.statements if isinstance(each, t.Use)]
        standing: dict[str, list[Span]] = {}
        for each in walk(tuple(each for each in tree.statements if not isinstance(each, t.Use))):
            if isinstance(each, t.Name):
                standing.setdefault(each.text, []).append(each.span)
        for use in uses:
            used = self.used(path, str(use.path.value))
            taken = {} if used is None else found.setdefault(used.name, {})
            taken.update((each.text, standing.get(each.text, [])) for each in use.names)
        return found

    def trees(self, folders: Sequence[str] = ()) -> Iterator[tuple[str, t.Module]]:
        """The trees of all files, with their paths: of open documents, what these use, and the others of their project and of
        `folders`, which nobody checks for this."""
        known: dict[str, None] = {}
        for each in self._open:
            for path in self._files(each):
                known.setdefault(path)
        beside: dict[str, Source] = {}
        for start in (*(f"{folder}/{_ANYWHERE}" for folder in folders), *self._open):
            if start not in beside:  # else its project has been looked through
                beside.update((each.name, each) for each in self._beside(start))
        for path in known:
            source = self.read(path)
            if isinstance(source, Source):
                yield path, self._tree(source)
        for path, source in beside.items():
            if path not in known:
                yield path, self._tree(source)

    def _tree(self, source: Source) -> t.Module:
        known = self._trees.get(source.name)
        if known is None or known[0] is not source:
            known = self._trees[source.name] = (source, parse(source)[0])
        return known[1]

    def _files(self, path: str) -> Collection[str]:
        """A document, if it can be read, and what it uses."""
        analysis = self.analysis(path)
        return () if analysis is None else analysis.files

    def _mentioning(self, path: str) -> list[str]:
        """The files of its project that have the name of a file in their text: who uses it is among them."""
        if path not in self._mentions:
            name = path.replace("\\", "/").rpartition("/")[2]
            self._mentions[path] = [each.name for each in self._beside(path) if name in each.text]
        return self._mentions[path]

    def _beside(self, path: str) -> Iterator[Source]:
        """The other files of the project of a document, those that can be read."""
        yield from filter(None, (self.used(path, each) for each in self.listing(path)))

    def supposing(self, texts: Mapping[str, str]) -> Project:
        """The same project with other texts in some of its files."""
        made = Project(self.read, self._loader, self.listing, self._terms)
        for path, text in texts.items():
            made.open(path, text)
        return made

    def users(self, path: str) -> Iterator[str]:
        """The open documents that a change of a file concerns: itself, and those that use it."""
        for each in self._open:
            known = self._analyses.get(each)
            if each == path or (known is not None and path in known[1]):
                yield each
