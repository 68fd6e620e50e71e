"""Constants that share a line: reported once, and read as a line for each.

In: the statements of a file.  Out: the same with a line for each constant, and what is said of those that had one for several.

    WIDTH, DEPTH = 64, 3          WIDTH = 64
                                  DEPTH = 3
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import syntax as messages
from dslc.syntax import nodes as t


def one_by_one(statements: Sequence[t.Statement]) -> tuple[tuple[t.Statement, ...], list[Diagnostic]]:
    """The statements of a file with each constant in a line of its own, and what is said of the lines that had several."""
    apart: list[t.Statement] = []
    said: list[Diagnostic] = []
    for statement in statements:
        several = _several(statement) if isinstance(statement, t.Assign) else None
        if several is None:
            apart.append(statement)
            continue
        lines = [f"{name.text} = {text}" for name, _, text in several]
        fix = Fix("safe", "write a line for each", (Edit(statement.span, "\n".join(lines)),))
        advice = f"every constant has a line of its own: write {' and '.join(f'`{line}`' for line in lines)}"
        said.append(messages.outside("several constants in one line", advice).at(statement.span, (), fix))
        apart += [t.Assign(name.span, name, None, value) for name, value, _ in several]
    return tuple(apart), said


def _several(statement: t.Assign) -> list[tuple[t.Name, t.Expr, str]] | None:
    """The names of a line with the value of each, and how that is written; None where they do not go together."""
    names, value = _items(statement.target), statement.value
    if names is None or not all(isinstance(each, t.Name) for each in names):
        return None
    values = _items(value)
    if values is None and isinstance(value, (t.Name, t.Call)):
        whole = value.span.text
        return [
            (name, t.Index(name.span, value, (t.Literal(name.span, place, str(place)),)), f"{whole}[{place}]")
            for place, name in enumerate(names)
            if isinstance(name, t.Name)
        ]
    if values is None or len(values) != len(names) or any(isinstance(each, t.Starred) for each in values):
        return None
    pairs = zip(names, values, strict=True)
    return [(name, each, each.span.text) for name, each in pairs if isinstance(name, t.Name)]


def _items(e: t.Expr) -> tuple[t.Expr, ...] | None:
    return e.items if isinstance(e, (t.Tuple, t.List)) else None
