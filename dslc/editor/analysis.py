"""All that is known of a document: its text, tree, program, graphs and diagnostics, and what stands at a place in it.

In: a checked source.  Out: answers that every feature needs: which node lies under the cursor, which graphs pass a site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.driver import Checked
from dslc.graph.graph import Graph, LayerCall, Shapes
from dslc.program import nodes as p
from dslc.program.resolve import Load
from dslc.program.traversal import walk
from dslc.record import record
from dslc.source import Source, Span
from dslc.syntax import nodes as t


@record
class Analysis:
    """One document. `files` are all that were read for it, by their paths, itself among them. `layers` are those of all models by the
    sites of the stages that make them, each with its calls; `shapes` what each stage gives in all models and uses, each once, as far
    as it is known. All of it is true until the document is analysed anew: then its places move."""

    source: Source
    tree: t.Module
    checked: Checked
    files: Mapping[str, Source]
    layers: Mapping[int, Sequence[Sequence[LayerCall]]]
    shapes: Mapping[int, Sequence[Shapes]]

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


def analysed(source: Source, tree: t.Module, checked: Checked, files: Mapping[str, Source]) -> Analysis:
    """The analysis of a checked source."""
    layers: dict[int, list[list[LayerCall]]] = {}
    shapes: dict[int, dict[Shapes, None]] = {}
    for graph in checked.graphs:
        for calls in by_layer((*graph.calls, *graph.idle)):
            layers.setdefault(calls[0].site, []).append(calls)
    for found in (checked.beside, *(graph.shapes for graph in checked.graphs)):
        for site, given in found.items():
            shapes.setdefault(site, {}).update((each, None) for each in given if None not in each)
    return Analysis(source, tree, checked, files, layers, {site: list(each) for site, each in shapes.items()})


def by_layer(calls: Iterable[LayerCall]) -> list[list[LayerCall]]:
    """Calls in one model, those of each layer at one stage together."""
    made: dict[tuple[int, int], list[LayerCall]] = {}
    for call in calls:
        made.setdefault((call.site, call.instance), []).append(call)
    return list(made.values())


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


class UsesOfBlocks:
    """What is inside the blocks and models that stages use, in all models of a document; found out when somebody asks."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis

    @cached_property
    def _inside(self) -> dict[tuple[int, int], list[list[LayerCall]]]:
        """The layer calls in each use, by where the stage stands that uses a block."""
        found: dict[tuple[int, int], list[list[LayerCall]]] = {}
        for graph in self._analysis.graphs:
            uses: dict[str, list[LayerCall]] = {path: [] for path in graph.uses}
            for call in graph.calls:
                path = call.path
                while "/" in path:
                    path = path.rpartition("/")[0]
                    if path in uses:
                        uses[path].append(call)
            for path, use in graph.uses.items():
                if path == use.first and use.span.source is self._analysis.source:
                    found.setdefault((use.span.start, use.span.end), []).append(uses[path])
        return found

    def at(self, span: Span) -> list[list[LayerCall]]:
        """The layer calls in each use that a stage is, those of the same shared block once."""
        return self._inside.get((span.start, span.end), [])
