"""Bodies of the tree before they are resolved: the statements inside statements, and the names that they bind.

In: statements as they were read, the broken ones too.  Out: names with their lines, so that a name which is used before it is
bound, or which a mistake has kept from being bound, is told as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from dslc.record import record
from dslc.regex import regex
from dslc.syntax import nodes as t
from dslc.syntax import traversal
from dslc.syntax.traversal import bodies_in

_HEAD = regex(r"(?:(?!=|:|->|(?<=\w)[(])[\s\S])*")
_ELSEWHERE = regex(
    r"->\s*[a-z_]\w*(?=\s*:)"  # x -> name: Dense(8)
    r"|[=|]>\s*[a-z_]\w*(?=\s*$)"  # x -> Dense(8) => name
    r"|(?<==)\s*[a-z_]\w*(?=\s*=[^=>])"  # other = name = …
    r"|(?<=^input)[a-z]\d*(?=\s*:)"  # inputx: (8,)
)
"""Where else a broken statement names something."""
_FURTHER = regex(r",[ \t]*([a-z_]\w*)[ \t]+=[ \t]")
"""What a line names that shares several layers."""
_NAME = regex(r"[^\W\d]\w*")
_ALL_NAMES = ("def ", "class ", "input", "with ", "forward(", "call(", "__call__(")
"""How a broken line begins of which every name may have been meant to be bound."""


def names_in(text: str) -> list[str]:
    """The names in a text."""
    return _NAME.findall(text)


def names_in_head(statement: t.Broken) -> set[str]:
    """The names that a broken statement may have meant to bind: those before its first `=`, `:`, `->` or call."""
    span, body = statement.span, statement.body
    text = span.text if body is None else span.source.text[span.start : body.span.start]
    named = {name for found in _ELSEWHERE.findall(text) for name in names_in(found)}
    if text.startswith("shared "):
        named |= set(_FURTHER.findall(text))
    if text.startswith(_ALL_NAMES) or (body is not None and text.startswith("shared ")):
        return named | set(names_in(text))
    head = _HEAD.match(text)
    return named if head is None else named | set(names_in(head.group()))


def rows_of_names(statements: Iterable[t.Statement]) -> dict[str, int]:
    """The line in which each name of a body is bound first."""
    rows: dict[str, int] = {}
    for statement in walk(statements):
        for name in names_bound(statement):
            rows.setdefault(name, statement.span.row)
    return rows


def names_bound(statement: t.Statement) -> list[str]:
    """The names that a statement binds itself, without what stands in it."""
    match statement:
        case t.Assign(_, target, _, _) | t.Input(_, target, _, _) | t.For(_, target, _, _):
            return _names_of(target)
        case t.Output(_, value, t.Name(_, name), _) if value is not None:
            return [name]
        case t.Shared(_, t.Name(_, name), _) | t.WeightStatement(_, t.Name(_, name), _, _):
            return [name]
        case (
            t.Use() | t.Extern() | t.Fn() | t.Block() | t.Output() | t.If() | t.Assert() | t.Loss() | t.Return() | t.Augment()
            | t.ExpressionStatement() | t.Broken()
        ):  # fmt: skip
            return []  # binds nothing, or what has a name already
        case _:
            assert_never(statement)


def _names_of(target: object) -> list[str]:
    match target:
        case t.Name(_, text):
            return [text]
        case t.TargetGroup(_, items, _, _) | t.Tuple(_, items, _) | t.List(_, items):
            return [name for item in items for name in _names_of(item)]
        case t.Group(_, value) | t.Starred(_, value):
            return _names_of(value)
        case _:
            return []


def kinds_of_statements(statements: Iterable[t.Statement]) -> set[type]:
    """The kinds of statements that a body has, at any depth."""
    return {type(each) for each in walk(statements)}


def walk(statements: Iterable[t.Statement]) -> Iterator[t.Statement]:
    """Every statement of a body, those in loops and branches too; what an extern declares is its own."""
    for s in statements:
        yield s
        for body in () if isinstance(s, t.Extern) else bodies_in(s):
            yield from walk(body.statements)


def names_of_item(statement: t.Statement) -> list[str]:
    """The names of an item that stands where it cannot."""
    match statement:
        case t.Use(_, names, _):
            return [each.text for each in names]
        case t.Block(_, _, t.Name(_, name)) | t.Fn(_, t.Name(_, name)) | t.Extern(_, t.Name(_, name)):
            return [name]
        case _:
            return []


@record
class Taken:
    """What a block or model takes: its inputs, and whether it asks one of them for the fields of a record."""

    inputs: tuple[str, ...]
    by_keys: bool


def taken_by(block: t.Block) -> Taken:
    """What a block or model takes, by its lines."""
    inside = block.body.statements if isinstance(block.body, t.Body) else ()
    inputs = tuple(
        s.target.text for s in walk(inside) if isinstance(s, t.Input) and isinstance(s.target, t.Name)
    )
    return Taken(inputs, any(_is_field(each, inputs) for s in inside for each in traversal.walk(s)))


def _is_field(e: object, names: tuple[str, ...]) -> bool:
    """Whether an expression is `name["key"]`."""
    match e:
        case t.Index(_, t.Name(_, name), (t.Literal(_, str()),)):
            return name in names
        case _:
            return False


def called(e: t.Expr) -> str | None:
    """The last name of what a call calls: `keras.layers.Dense(8)` calls `Dense`."""
    match e:
        case t.Call(_, t.Name(_, name) | t.Attribute(_, _, name, _)):
            return name
        case _:
            return None
