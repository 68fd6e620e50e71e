"""Constants that share a line: reported once, and read as a line for each.

In: the statements of a file.  Out: the same with a line for each constant, and what is said of those that had one for several.

    WIDTH, DEPTH = 64, 3          WIDTH = 64
                                  DEPTH = 3
    FIRST, *REST = 1, 2, 3        FIRST = 1
                                  REST = [2, 3]
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import syntax as messages
from dslc.record import record
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
        lines = [f"block {each.text}" if _is_layer(each.value) else each.text for each in several]
        fix = Fix("safe", "write a line for each", (Edit(statement.span, "\n".join(lines)),))
        advice = f"every constant has a line of its own: write {' and '.join(f'`{line}`' for line in lines)}"
        said.append(messages.outside("several constants in one line", advice).at(statement.span, (), fix))
        apart += map(_statement, several)
    return tuple(apart), said


@record
class _Constant:
    """A name of a line that has several, with its value, and how the two are written alone."""

    name: t.Name
    value: t.Expr
    text: str


def _statement(each: _Constant) -> t.Statement:
    if _is_layer(each.value):
        return t.Block(each.name.span, "block", each.name, (), each.value, brackets=False)
    return t.Assign(each.name.span, each.name, None, each.value)


def _is_layer(value: t.Expr) -> bool:
    """Whether a value is a layer or a chain of layers, by its capital: under a name these are a block."""
    first = value.head if isinstance(value, t.Chain) else value
    return (
        isinstance(first, t.Call) and isinstance(first.function, t.Name) and first.function.text[:1].isupper()
    )


def _several(statement: t.Assign) -> list[_Constant] | None:
    """The names of a line with the value of each, and how that is written; None where they do not go together."""
    targets, value = _items(statement.target), statement.value
    if targets is None:
        return None
    values = _items(value)
    names = [each.value if isinstance(each, t.Starred) else each for each in targets]
    if not all(isinstance(each, t.Name) for each in names):
        return None
    if values is None and isinstance(value, (t.Name, t.Call)) and not _star(targets):
        whole = value.span.text
        return [
            _Constant(
                name,
                t.Index(name.span, value, (t.Literal(name.span, place, str(place)),)),
                f"{name.text} = {whole}[{place}]",
            )
            for place, name in enumerate(names)
            if isinstance(name, t.Name)
        ]
    if values is not None and len(stars := _star(targets)) == 1:
        values = _gathered(values, stars[0], len(values) - len(targets) + 1)
    if values is None or len(values) != len(names) or any(isinstance(each, t.Starred) for each in values):
        return None
    pairs = zip(names, values, strict=True)
    return [
        _Constant(name, each, f"{name.text} = {_text(each)}")
        for name, each in pairs
        if isinstance(name, t.Name)
    ]


def _star(targets: Sequence[t.Expr]) -> list[int]:
    """The places of the names with a star."""
    return [place for place, each in enumerate(targets) if isinstance(each, t.Starred)]


def _gathered(values: tuple[t.Expr, ...], place: int, count: int) -> tuple[t.Expr, ...] | None:
    """Values with a list of those that a star takes, `count` of them from its place on."""
    if count < 0:
        return None
    taken = values[place : place + count]
    span = taken[0].span.to(taken[-1].span) if taken else values[0].span
    return (*values[:place], t.List(span, taken), *values[place + count :])


def _text(value: t.Expr) -> str:
    """How a value is written; the list that a star takes is written nowhere."""
    if isinstance(value, t.List) and not value.span.text.startswith("["):
        return f"[{', '.join(each.span.text for each in value.items)}]"
    return value.span.text


def _items(e: t.Expr) -> tuple[t.Expr, ...] | None:
    return e.items if isinstance(e, (t.Tuple, t.List)) else None
