"""The outline of a document, and symbols of a whole project by a part of their name.

In: an analysis and its names.  Out: items (models, blocks, functions, constants), inside them inputs, outputs, named values, shared layers and
weights, each with its shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from dslc.editor import words
from dslc.editor.analysis import Analysis
from dslc.editor.bindings import STATEMENTS, bound_by
from dslc.editor.bound import Held, held
from dslc.editor.names import Kind, Names, Symbol
from dslc.editor.project import Project
from dslc.record import record
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.traversal import TREE


@record
class Entry:
    """A line of the outline: `span` is all of it, `name_span` its name."""

    name: str
    kind: Kind
    detail: str
    span: Span
    name_span: Span
    children: tuple[Entry, ...] = ()


def outline(analysis: Analysis, names: Names) -> list[Entry]:
    """What a document defines, in order."""
    shapes = held(analysis, names)
    return _items(analysis.tree, lambda body: _inside(names, body, shapes))


def _items(tree: t.Module, within: Callable[[t.Body], tuple[Entry, ...]]) -> list[Entry]:
    """The items of a file, in order, with what is `within` the bodies of models and blocks."""
    found: list[Entry] = []
    for statement in tree.statements:
        match statement:
            case t.Block(span, keyword, name, parameters, body, _):
                kind: Kind = "model" if keyword == "model" else "block"
                inside = within(body) if isinstance(body, t.Body) else ()
                found.append(Entry(name.text, kind, _given(parameters), span, name.span, inside))
            case t.Fn(span, name, parameters, _):
                found.append(Entry(name.text, "fn", _given(parameters), span, name.span))
            case t.Extern(span, name, parameters, module):
                found.append(
                    Entry(name.text, "extern", f"{_given(parameters)} from {module}".strip(), span, name.span)
                )
            case t.Assign(span, t.Name() as name, _, value):
                found.append(Entry(name.text, "constant", value.span.brief, span, name.span))
            case (
                t.Use() | t.Input() | t.Output() | t.Shared() | t.WeightStatement() | t.For() | t.If() | t.Loss() | t.Assert()
                | t.Return() | t.Assign() | t.Augment() | t.ExpressionStatement() | t.Broken()
            ):  # fmt: skip
                pass  # `use` defines nothing, and other statements do not belong here
            case _:
                assert_never(statement)
    return found


def _given(parameters: Sequence[t.Parameter]) -> str:
    return f"({', '.join(each.span.brief for each in parameters)})" if parameters else ""


_SHOWN = ("input", "output", "value", "shared", "weight")


def _inside(names: Names, body: t.Body, shapes: Held) -> tuple[Entry, ...]:
    """The names of a body where they are declared."""
    statements = {
        name.span.start: each
        for each in TREE.walk(body)
        if isinstance(each, STATEMENTS)
        for name, _ in bound_by(each)
    }
    found = []
    known: set[Symbol] = set()
    for each in names.within(body.span):
        statement = statements.get(each.span.start)
        if each.symbol is None or statement is None or each.kind not in _SHOWN or each.symbol in known:
            continue
        known.add(each.symbol)
        given = shapes.get(each.span.start, [])
        detail = words.uses(given) if given else _declared(statement)
        found.append(Entry(each.symbol.name, each.kind, detail, statement.span, each.span))
    return tuple(found)


def _declared(statement: t.Statement) -> str:
    """What a statement itself says of the name that it binds."""
    match statement:
        case t.Input(_, _, t.Contract(span, _, _, _), _):
            return span.brief
        case t.Shared(_, _, value):
            return value.span.brief
        case t.WeightStatement(_, _, shape, value):
            part = shape or value
            return "" if part is None else part.span.brief
        case _:
            return ""


def search(project: Project, query: str, folders: Sequence[str] = ()) -> list[tuple[Entry, str]]:
    """The items of the project whose name has the letters of a query in it, in order; each with its file.

    The project is that of the open documents and of `folders`; the files that no open one uses are only read, not checked.
    """
    return [
        (each, path)
        for path, tree in project.trees(folders)
        for each in _items(tree, lambda _: ())
        if _has(each.name.lower(), query.lower())
    ]


def _has(name: str, letters: str) -> bool:
    """Whether letters stand in a name in this order."""
    rest = iter(name)
    return all(letter in rest for letter in letters)
