"""What stands above models and blocks, and who uses whom: lenses and the hierarchy of calls.

In: a project and a document.  Out: texts with the place they stand above; items with the places where one uses the other.
How the Python of a model is, in the styles of its project (`functional: stale`), `python.state` says.

    34,826 parameters · 1.05 M FLOPs · 136 kB of weights
    model DigitClassifier(classes = 10) { … }
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import assert_never

from dslc.editor import navigation, words
from dslc.editor.analysis import Analysis
from dslc.editor.names import Kind, Occurrence, Symbol
from dslc.editor.project import Project
from dslc.graph import counts
from dslc.graph.graph import Graph
from dslc.record import record
from dslc.shapes.dim import Dim
from dslc.source import Span
from dslc.syntax import nodes as t

_CALLED = ("model", "block", "fn", "extern")


@record
class Lens:
    """A text above an item; `uses` are the places that it counts."""

    span: Span
    text: str
    uses: tuple[Span, ...] = ()


@record
class Item:
    """A block, model, function or extern as a part of a hierarchy."""

    name: str
    kind: Kind
    span: Span
    name_span: Span


def lenses(project: Project, path: str) -> list[Lens]:
    """What models cost, and how often blocks are used, in closed files of the project, too."""
    analysis = project.analysis(path)
    found: list[Lens] = []
    for statement in () if analysis is None else analysis.tree.statements:
        if analysis is not None and isinstance(statement, t.Block):
            costs = [each for each in analysis.graphs if each.span == statement.span or _is(each, statement)]
            found += [
                Lens(statement.name.span, cost(each)) for each in costs[:1] if statement.keyword == "model"
            ]
            symbol = Symbol(statement.name.text, (path, ""))
            known = [span for item, spans in _users(project, path, symbol, False) for span in spans if item]
            uses = (*known, *project.taken(path, symbol.name))
            if statement.keyword == "block" or uses:
                text = "1 use" if len(uses) == 1 else f"{len(uses)} uses"
                found.append(Lens(statement.name.span, text, uses))
    return found


def _is(graph: Graph, statement: t.Block) -> bool:
    inside = statement.span
    return graph.span.source.name == inside.source.name and inside.start <= graph.span.start <= inside.end


def cost(graph: Graph) -> str:
    """What a model costs: at least that, where a part of it is unknown."""
    total, flops = counts.parameters(graph).total, counts.flops(graph)
    parts = [f"{words.count(total)} parameters", f"{words.count(flops)} FLOPs"]
    if total != 0:
        parts.append(f"{_size(counts.weight_bytes(graph))} of weights")
    return ("at least " if counts.unknown(graph) or not graph.complete else "") + " · ".join(parts)


def _size(number: Dim) -> str:
    text = words.count(number)
    return f"{text}B" if text[-1:].isalpha() and isinstance(number, int) else f"{text} bytes"


def models(analysis: Analysis) -> list[Item]:
    """The models of a document, above which stands how their Python is."""
    return [
        _made(each)
        for each in analysis.tree.statements
        if isinstance(each, t.Block) and each.keyword == "model"
    ]


def item_at(project: Project, path: str, offset: int) -> Item | None:
    """The item that a name at a place means."""
    found = project.names(path).at(offset)
    if found is None or found.symbol is None or found.kind not in _CALLED or found.symbol.home[1]:
        return None
    return _item(project, found.symbol)


def _item(project: Project, symbol: Symbol) -> Item | None:
    analysis = project.analysis(symbol.home[0])
    for each in () if analysis is None else analysis.tree.statements:
        if isinstance(each, (t.Block, t.Fn, t.Extern)) and each.name.text == symbol.name:
            return _made(each)
    return None


def _made(statement: t.Block | t.Fn | t.Extern) -> Item:
    kind: Kind
    match statement:
        case t.Block(keyword="model"):
            kind = "model"
        case t.Block():
            kind = "block"
        case t.Fn():
            kind = "fn"
        case t.Extern():
            kind = "extern"
        case _:
            assert_never(statement)
    return Item(statement.name.text, kind, statement.span, statement.name.span)


def incoming(project: Project, path: str, offset: int) -> list[tuple[Item, list[Span]]]:
    """The items that use the one at a place, each with the places where it does."""
    found = project.names(path).at(offset)
    if found is None or found.symbol is None or found.kind not in _CALLED:
        return []
    return [(item, spans) for item, spans in _users(project, path, found.symbol) if item is not None]


def _users(
    project: Project, path: str, symbol: Symbol, closed: bool = True
) -> list[tuple[Item | None, list[Span]]]:
    """Where a symbol is used, by the items around; None for constants, and for what could not be read."""
    users: dict[Item | None, list[Span]] = {}
    for each in navigation.occurrences(project, path, symbol, closed):
        if each.role == "read":
            analysis = project.analysis(each.span.source.name)
            around = None if analysis is None else _around(analysis, each)
            users.setdefault(around, []).append(each.span)
    return list(users.items())


def _around(analysis: Analysis, each: Occurrence) -> Item | None:
    statements = analysis.tree.statements
    number = bisect_right(statements, each.span.start, key=lambda one: one.span.start) - 1
    around = statements[number] if number >= 0 else None
    return _made(around) if isinstance(around, (t.Block, t.Fn, t.Extern)) else None


def outgoing(project: Project, path: str, offset: int) -> list[tuple[Item, Sequence[Span]]]:
    """The items that the one at a place uses, each with the places where it does."""
    item = item_at(project, path, offset)
    if item is None:
        return []
    used: dict[Symbol, list[Span]] = {}
    for each in project.names(item.span.source.name).within(item.span):
        if each.symbol is not None and each.kind in _CALLED and each.role == "read":
            used.setdefault(each.symbol, []).append(each.span)
    made = ((_item(project, symbol), spans) for symbol, spans in used.items())
    return [(one, spans) for one, spans in made if one is not None]
