"""All that is known of a document: its text, tree, program, graphs and diagnostics, and what stands at a place in it.

In: a checked source.  Out: answers that every feature needs: which node lies under the cursor, which graphs pass a site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.driver import Checked
from dslc.editor.sites import Sites
from dslc.graph.graph import Graph
from dslc.program import nodes as p
from dslc.program.resolve import Load
from dslc.program.traversal import walk
from dslc.record import record
from dslc.source import Source
from dslc.syntax import nodes as t


@record
class Analysis:
    """One document. `files` are all that were read for it, by their paths, itself among them; `sites` say what its stages give and
    make. All of it is true until the document is analysed anew: then its places move."""

    source: Source
    tree: t.Module
    checked: Checked
    files: Mapping[str, Source]
    sites: Sites

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be said of the document, and of files that it uses."""
        return self.checked.diagnostics

    @property
    def graphs(self) -> Sequence[Graph]:
        """The models of the document over shapes."""
        return self.checked.graphs

    @property
    def items(self) -> Sequence[p.Item]:
        """What the document defines, resolved."""
        return () if self.checked.program is None else self.checked.program.items


def nodes(analysis: Analysis, start: int = 0, end: int | None = None) -> Iterator[Any]:
    """Every node of the items that reach into a range of a document, each before those inside it."""
    last = len(analysis.source.text) if end is None else end
    for item in analysis.items:
        if item.span.start <= last and start <= item.span.end:
            yield from walk(item)


def at(analysis: Analysis, offset: int) -> list[Any]:
    """The nodes of the program that a place lies in, the outermost first; its end counts, as a cursor stands between characters."""
    found = []
    for item in analysis.items:
        if item.span.start <= offset <= item.span.end:
            found += [each for each in walk(item) if _holds(each, offset)]
    return sorted(found, key=lambda each: each.span.start - each.span.end)


def _holds(node: Any, offset: int) -> bool:
    span = getattr(node, "span", None)
    return span is not None and span.start <= offset <= span.end


def loaded(analysis: Analysis) -> Load:
    """The files that a document uses, as they were read for it."""

    def load(path: str, importer: str) -> Source | str:
        program = analysis.checked.program
        module = None if program is None else program.files.get(importer)
        file = next((use.file for use in module.uses if use.path == path), "") if module else ""
        return analysis.files.get(file, "there is no such file")

    return load
