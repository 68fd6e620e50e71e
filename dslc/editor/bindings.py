"""Which names statements bind, and where a name may have got its value when a loop begins its next turn.

In: statements of the tree.  Out: names with what they are; spans of bindings. What a line that could not be read may have bound is
taken from its head, as `program` does.

    input x: (8,)              x, an input
    for i, f in items { … }    i and f, targets
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, assert_never, get_args

from dslc.program.bodies import names_in_head
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.lexer import tokenize
from dslc.syntax.traversal import TREE, bodies_in

BoundKind = Literal["input", "output", "value", "target", "shared", "weight", "size"]
Reach = dict[str, tuple[Span, ...]]
"""For each name of a body the places that may have given it the value it has."""

STATEMENTS: tuple[type[Any], ...] = get_args(t.Statement)
_ITEMS = (t.Block, t.Fn, t.Extern)


def bound_by(statement: t.Statement) -> Iterator[tuple[t.Name, BoundKind]]:
    """The names that one statement binds, without those in its body."""
    match statement:
        case t.Input(_, target, _, _):
            yield from ((name, "input") for name in names_of(target))
        case t.Output(_, _, target, _) if target is not None:
            yield from ((name, "output") for name in names_of(target))
        case t.Shared(_, name, _):
            yield name, "shared"
        case t.WeightStatement(_, name, _, _):
            yield name, "weight"
        case t.For(_, target, _, _):
            yield from ((name, "target") for name in names_of(target))
        case t.Assign(_, target, _, _) | t.Augment(_, target, _, _):
            yield from ((name, "value") for name in names_of(target))
        case t.Broken():
            heads = names_in_head(statement)
            for word, name in broken_names(statement):
                if name.text in heads and word == "name":
                    heads.discard(name.text)
                    yield name, "value"
        case (
            t.Use() | t.Block() | t.Fn() | t.Extern() | t.Output() | t.If() | t.Assert() | t.Loss() | t.Return()
            | t.ExpressionStatement()
        ):  # fmt: skip
            return  # gives no name of this body a value
        case _:
            assert_never(statement)


def names_of(target: t.Expr | t.Target) -> Iterator[t.Name]:
    """The names that a target gives a value, also the record whose field it is."""
    match target:
        case t.Name(_, text):
            if text != t.NOTHING:
                yield target
        case t.TargetGroup(_, items, _, _) | t.Tuple(_, items, _) | t.List(_, items):
            for item in items:
                yield from names_of(item)
        case t.Group(_, value) | t.Starred(_, value):
            yield from names_of(value)
        case t.Index(_, t.Name() as name, _, _):
            yield name
        case (
            t.Hole() | t.Literal() | t.FString() | t.UnknownDim() | t.Arguments() | t.Starred() | t.Dictionary() | t.Comprehension()
            | t.Unary() | t.Binary() | t.Compare() | t.Conditional() | t.Call() | t.Attribute() | t.Index() | t.Slice() | t.Chain()
        ):  # fmt: skip
            return  # no target, which is reported; what is read in it `keys_of` has
        case _:
            assert_never(target)


def keys_of(target: Any) -> Iterator[t.Expr]:
    """What is read in a target: the keys of its fields."""
    match target:
        case t.TargetGroup(_, items, _, _) | t.Tuple(_, items, _) | t.List(_, items):
            for item in items:
                yield from keys_of(item)
        case t.Group(_, value) | t.Starred(_, value):
            yield from keys_of(value)
        case t.Index(_, t.Name(), items, _):
            yield from items
        case t.Name() | t.Hole():
            return
        case _:
            yield target


def kinds_in(statements: Sequence[t.Statement]) -> dict[str, BoundKind]:
    """What each name is that statements bind, at any depth; the first binding says it. Items inside have names of their own."""
    found: dict[str, BoundKind] = {}
    stack: list[Any] = list(reversed(statements))
    while stack:
        node = stack.pop()
        if isinstance(node, _ITEMS):
            continue
        if isinstance(node, t.UnknownDim) and node.name is not None:
            found.setdefault(node.name, "size")
        if isinstance(node, STATEMENTS):
            for name, kind in bound_by(node):
                found.setdefault(name.text, kind)
        stack.extend(reversed(list(TREE.children(node))))
    return found


def leaving(statements: Sequence[t.Statement], known: dict[int, Reach]) -> Reach:
    """The bindings that a turn of a loop may leave to the next; `known` are those of bodies that were asked for before."""
    found: Reach = {}
    for statement in statements:
        for body in () if isinstance(statement, _ITEMS) else bodies_in(statement):
            for text, spans in _of_body(body, known).items():
                found[text] = joined(found.get(text, ()), spans)
        if not isinstance(statement, t.For):
            for name, _ in bound_by(statement):
                found[name.text] = (name.span,)
    return found


def _of_body(body: t.Body, known: dict[int, Reach]) -> Reach:
    at = body.span.start
    if at not in known:
        known[at] = leaving(body.statements, known)
    return known[at]


def joined(first: tuple[Span, ...], second: tuple[Span, ...]) -> tuple[Span, ...]:
    """The bindings of two ways, each once."""
    return first if first == second else tuple(dict.fromkeys((*first, *second)))


def both(first: Reach, second: Reach) -> Reach:
    """What reaches the place where two ways meet."""
    return {text: joined(first.get(text, ()), second.get(text, ())) for text in {**first, **second}}


Word = Literal["name", "member", "argument", "word"]
"""What a word is in a line that could not be read: a name, what stands behind a dot or before `=` in brackets, a word of the language."""


def broken_names(statement: t.Broken) -> Iterator[tuple[Word, t.Name]]:
    """The words of a line that could not be read, as far as its body."""
    base, text = statement.span.base, statement.span.source.text
    start, end = statement.span.start, statement.span.end
    if statement.body is not None:
        end = statement.body.span.start
    cut = text[start:end]
    before = ""
    tokens = tokenize(base, cut).tokens
    for number, token in enumerate(tokens):
        behind = tokens[number + 1].type if number + 1 < len(tokens) else ""
        word = cut[token.start : token.end]
        if word.isidentifier() and word != "_" and token.type not in ("TRUE", "FALSE", "NONE"):
            first = token.start + start - base.offset
            yield _word(token.type, before, behind), t.Name(Span(base, first, first + len(word)), word)
        before = token.type


def _word(kind: str, before: str, behind: str) -> Word:
    """What a word is, by its token and those beside it."""
    if kind != "NAME":
        return "word"
    if before == "DOT":
        return "member"
    return "argument" if behind == "EQUAL" and before in ("LPAR", "COMMA") else "name"
