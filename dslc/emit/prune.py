"""Emitted statements without those whose value nobody reads: a class splits a body in two, and each half needs less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.emit import python as py
from dslc.emit.body import negated
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


def without_dead_turns(statements: Sequence[py.Statement], live: set[str]) -> list[py.Statement]:
    """The same for the body of a loop, where the next turn may read what this one has assigned.

    `live` are the names that are read behind the loop. An assignment that only feeds itself is not read: `number += 1`.
    """
    return without_dead(statements, live | {name for statement in statements for name in _reads(statement)})


def without_unread(statements: Sequence[py.Statement]) -> list[py.Statement]:
    """The statements without static assignments to names that only such assignments read, at any depth.

    A counter that a loop of `__init__` needs is in the loop of `call` one of these: `number += 1` reads nothing but itself.
    """
    read = {name for statement in statements for name in _read_for_good(statement)}
    todo = [assignment for statement in statements for assignment in _static(statement)]
    while True:
        more = {name for target, value in todo if _names(target) & read for name in names_in(value)} - read
        if not more:
            return _kept(statements, read)
        read |= more


def _static(statement: py.Statement) -> list[tuple[py.Expr, py.Expr]]:
    """The static assignments to names in a statement: target and value."""
    match statement:
        case py.Assign(target, value) | py.AugAssign(target, value) if _names(target) and _is_plain(value):
            return [(target, value)]
        case py.For(_, _, body):
            return [each for s in body for each in _static(s)]
        case py.If(_, then, otherwise):
            return [each for s in (*then, *otherwise) for each in _static(s)]
        case _:
            return []


def _read_for_good(statement: py.Statement) -> set[str]:
    """The names that anything but a static assignment mentions."""
    match statement:
        case _ if isinstance(statement, (py.Assign, py.AugAssign)) and _static(statement):
            return set()
        case py.Assign(py.Name(), value):
            return names_in(value)
        case py.For(_, iterable, body):
            return names_in(iterable) | {name for s in body for name in _read_for_good(s)}
        case py.If(test, then, otherwise):
            return names_in(test) | {name for s in (*then, *otherwise) for name in _read_for_good(s)}
        case _:
            return names_in(statement)


def _kept(statements: Sequence[py.Statement], read: set[str]) -> list[py.Statement]:
    kept: list[py.Statement] = []
    for s in statements:
        match s:
            case py.Assign(target) | py.AugAssign(target) if _static(s) and not _names(target) & read:
                continue
            case py.For(target, iterable, body, span):
                if inner := _kept(body, read):
                    kept.append(py.For(target, iterable, tuple(inner), span))
            case py.If(test, then, otherwise, span):
                first, second = _kept(then, read), _kept(otherwise, read)
                if first:
                    kept.append(py.If(test, tuple(first), tuple(second), span))
                elif second:
                    kept.append(py.If(negated(test), tuple(second), (), span))
            case _:
                kept.append(s)
    return kept


def _reads(statement: py.Statement) -> set[str]:
    if isinstance(statement, py.Assign):
        own = _names(statement.target) if _is_plain(statement.value) else set()
        return names_in(statement.value) - own
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
        case py.Comprehension(element, clauses):
            return _is_plain(element) and all(
                _is_plain(iterable) and (test is None or _is_plain(test)) for _, iterable, test in clauses
            )
        case py.Call(py.Attr(py.Name("math"), _), positional, ()):
            return all(_is_plain(each) for each in positional)
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
           "bool", "enumerate", "sorted", "iter"}  # fmt: skip
