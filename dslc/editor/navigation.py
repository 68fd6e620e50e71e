"""Where a name comes from, where else it stands, and which files a document names.

In: a project, a document, a place in it.  Out: spans, in any file of the project.

    x = a -> Dense(3)
    if deep { x = x -> Dense(3) }
    output x                         `x` here comes from both lines above
"""

from __future__ import annotations

from collections.abc import Iterator

from dslc.editor.analysis import Analysis
from dslc.editor.names import Names, Occurrence, Symbol
from dslc.editor.project import Project
from dslc.record import record
from dslc.source import Source, Span
from dslc.syntax import nodes as t


@record
class Link:
    """The path in a `use`, and the file that it leads to."""

    span: Span
    file: str


def definition(project: Project, path: str, offset: int) -> list[Span]:
    """Where what stands at a place got its meaning: the bindings that may have given a value, an item, a parameter, a file."""
    analysis = project.analysis(path)
    if analysis is None:
        return []
    for link in links(analysis):
        if link.span.start <= offset <= link.span.end:
            source = project.read(link.file)
            return [Span(source, 0, 0)] if isinstance(source, Source) else []
    found = project.names(path).at(offset)
    if found is None or found.symbol is None:
        return []
    return list(found.bound_by) or [each.span for each in declarations(project, found.symbol)]


def declarations(project: Project, symbol: Symbol) -> list[Occurrence]:
    """Where a symbol is declared, in its own file."""
    return [each for each in project.names(symbol.home[0]).of(symbol) if each.role == "declaration"]


def occurrences(project: Project, path: str, symbol: Symbol, closed: bool = True) -> Iterator[Occurrence]:
    """All places where a symbol stands, in the files that a document shares names with, `closed` ones too."""
    for file in project.files(path, closed):
        yield from project.names(file).of(symbol)


def references(project: Project, path: str, offset: int, declared: bool = True) -> list[Span]:
    """All places that mean what stands at a place; without its declaration unless that is wanted."""
    found = project.names(path).at(offset)
    if found is None or found.symbol is None:
        return []
    places = occurrences(project, path, found.symbol)
    return [each.span for each in places if declared or each.role != "declaration"]


def highlights(names: Names, offset: int) -> list[Occurrence]:
    """The same within one document, each with what is done there."""
    found = names.at(offset)
    return [] if found is None or found.symbol is None else list(names.of(found.symbol))


def links(analysis: Analysis) -> list[Link]:
    """The paths in a document that lead to files."""
    program = analysis.checked.program
    uses = [each for each in analysis.tree.statements if isinstance(each, t.Use)]
    known = () if program is None else program.uses
    return [Link(use.path.span, to.file) for use, to in zip(uses, known, strict=False) if to.file]
