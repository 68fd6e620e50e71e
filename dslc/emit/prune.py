"""Emitted statements without those whose value nobody reads: a class splits a body in two, and each half needs less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.emit import python as py
from dslc.source import Span


def names_in(node: Any) -> set[str]:
    """Every name that Python text mentions, targets included."""
    if isinstance(node, py.Name):
        return {node.text}
    if isinstance(node, (tuple, list)) and not isinstance(node, Span):
        return {name for each in node for name in names_in(each)}
    if hasattr(node, "__match_args__") and type(node).__module__ == py.__name__:
        return {name for field in node.__match_args__ for name in names_in(getattr(node, field))}
    return set()


def mentions(node: Any, words: set[str]) -> bool:
    """Whether Python text mentions one of the words, as a name or as an attribute."""
    match node:
        case py.Name(text):
            return text in words
        case py.Attr(value, name):
            return name in words or mentions(value, words)
        case tuple() if not isinstance(node, Span):
            return any(mentions(each, words) for each in node)
        case _ if type(node).__module__ == py.__name__:
            return any(mentions(getattr(node, field), words) for field in node.__match_args__)
        case _:
            return False


def without_dead(statements: Sequence[py.Statement], live: set[str] | None = None) -> list[py.Statement]:
    """The statements that matter: a static assignment to names that nothing behind it mentions is left out.

    What flows is always used (the checker has said so), so only assignments that call nothing can be dead here.
    """
    kept: list[py.Statement] = []
    needed = set(live or ())
    for statement in reversed(statements):
        if isinstance(statement, py.Assign) and _is_plain(statement.value):
            targets = _names(statement.target)
            if targets and not targets & needed:
                continue
        needed |= names_in(statement)
        kept.insert(0, statement)
    return kept


def without_dead_turns(statements: Sequence[py.Statement]) -> list[py.Statement]:
    """The same for the body of a loop, where the next turn may read what this one has assigned."""
    return without_dead(statements, {name for statement in statements for name in _reads(statement)})


def _reads(statement: py.Statement) -> set[str]:
    if isinstance(statement, py.Assign):
        return names_in(statement.value) - _names(statement.target)
    return names_in(statement)


def _names(target: py.Expr) -> set[str]:
    match target:
        case py.Name(text):
            return {text}
        case py.Tuple(items, _):
            return {name for item in items for name in _names(item)}
        case _:
            return set()


def _is_plain(value: py.Expr) -> bool:
    """Whether a value is static: it calls nothing that could have made or used a layer."""
    match value:
        case py.Call(py.Name(name), positional, keywords):
            return name in _STATIC and all(_is_plain(each) for each in positional) and not keywords
        case py.Call(
            py.Attr(py.Name("initializers" | "regularizers" | "constraints" | "activations"), _), _, _
        ):
            return True
        case py.Call():
            return False
        case py.Name() | py.Const() | py.Attr():
            return True
        case py.Binary(_, left, right):
            return _is_plain(left) and _is_plain(right)
        case py.Unary(_, operand):
            return _is_plain(operand)
        case py.Tuple(items, _) | py.List(items):
            return all(_is_plain(each) for each in items)
        case py.Index(inner, items, _):
            return _is_plain(inner) and all(_is_plain(each) for each in items)
        case py.Conditional(test, then, otherwise):
            return _is_plain(test) and _is_plain(then) and _is_plain(otherwise)
        case py.Compare(first, rest):
            return _is_plain(first) and all(_is_plain(each) for _, each in rest)
        case _:
            return False


_STATIC = {"len", "range", "int", "float", "round", "max", "min", "abs", "list", "tuple", "sum", "reversed", "zip", "str",
           "bool", "enumerate", "sorted"}  # fmt: skip
