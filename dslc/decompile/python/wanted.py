"""Which statements of a body something needs, and how a body is said that ends in several places.

needed(body, {"outputs"}, …)    the statements that bind `outputs`, and all that these need, in their order
single_exit(body)               `if a: return x` and what follows, as two ways that end together
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from dslc.casing import untaken
from dslc.record import record

_CHANGES = ("append", "extend", "insert", "add", "update", "pop", "reverse")


@record
class Slice:
    """The statements that something needs, in their order; those it ends at, and the names that nothing here binds."""

    statements: tuple[ast.stmt, ...]
    ends: tuple[ast.stmt, ...]
    free: frozenset[str]


def needed(
    body: Sequence[ast.stmt],
    names: Iterable[str],
    is_end: Callable[[ast.stmt], bool],
    reads: Callable[[ast.stmt], Iterable[str]],
) -> Slice:
    """The statements that names need, and what is checked of all that these read. One that is an end is said elsewhere, and so is all that it needs."""
    first = frozenset(names)
    asked = _sliced(body, set(first), is_end, reads, frozenset())
    known = frozenset(name for s in asked.statements for name in (*bound(s), *reads(s))) | asked.free
    return _sliced(body, set(first), is_end, reads, known)


def _sliced(
    body: Sequence[ast.stmt],
    wanted: set[str],
    is_end: Callable[[ast.stmt], bool],
    reads: Callable[[ast.stmt], Iterable[str]],
    checked: Set[str],
) -> Slice:
    """The statements that names need, with those that check `checked` names."""
    found: list[ast.stmt] = []
    ends: list[ast.stmt] = []
    for s in reversed(body):
        own = set(bound(s))
        test = _checked(s)
        checks = test is not None and bool(checked) and set(read(test)) <= checked
        if not wanted & own and not checks:
            continue
        match s:
            case ast.Assign([ast.Name() | ast.Tuple()]) if all(
                isinstance(each, (ast.Name, ast.Tuple, ast.expr_context)) for each in ast.walk(s.targets[0])
            ):
                wanted -= own  # whatever they held before is gone
        if is_end(s):
            ends.append(s)
            wanted -= own
        else:
            found.append(s)
            wanted |= set(reads(s)) if test is None else set(read(test))
    return Slice(tuple(found[::-1]), tuple(ends[::-1]), frozenset(wanted))


def _checked(s: ast.stmt) -> ast.expr | None:
    """What a statement asks that only refuses values."""
    match s:
        case ast.Assert(test) | ast.If(test, [ast.Raise()], []):
            return test
        case _:
            return None


def bound(s: ast.AST) -> Iterator[str]:
    """The names that a statement binds or changes; those of a comprehension are its own."""
    nodes = list(ast.walk(s))
    inner = {
        id(node) for each in nodes if isinstance(each, ast.comprehension) for node in ast.walk(each.target)
    }
    for node in nodes:
        match node:
            case ast.Name(name, ast.Store()):
                if id(node) not in inner:
                    yield name
            case ast.Attribute(ast.Name(name), _, ast.Store()) | ast.Subscript(
                ast.Name(name), _, ast.Store()
            ):
                yield name
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), change))) if change in _CHANGES:
                yield name
            case ast.FunctionDef(name):
                yield name


def read(s: ast.AST, without: Set[int] = frozenset()) -> Iterator[str]:
    """The names that a statement reads, `without` some nodes by their identity; what a loop goes through is its own."""
    own = {
        name
        for node in ast.walk(s)
        if isinstance(node, (ast.For, ast.comprehension))
        for name in bound(node.target)
    }
    for node in ast.walk(s):
        match node:
            case _ if id(node) in without:
                continue
            case ast.Name(name, ast.Load()) | ast.AugAssign(ast.Name(name)) if name not in own:
                yield name


def taken(node: ast.AST) -> set[str]:
    """All names in a node: of values, and of parameters."""
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return found | {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}


def times(nodes: Iterable[ast.AST], name: str, context: type[ast.expr_context] = ast.expr_context) -> int:
    """How often a name stands in some nodes; with a context how often it is read (`ast.Load`), or given a value (`ast.Store`)."""
    return sum(
        isinstance(each, ast.Name) and each.id == name and isinstance(getattr(each, "ctx", _READ), context)
        for node in nodes
        for each in ast.walk(node)
    )


_READ = ast.Load()  # what a name is that has been made without saying so


def additions(s: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What is added to chains, `net.add(layer)`: the names of these, and the layers."""
    for node in ast.walk(s):
        match node:
            case ast.Call(ast.Attribute(ast.Name(name), "add"), [part], []):
                yield name, part


def single_exit(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """A body that ends in one place, whichever way is gone."""
    for number, s in enumerate(body):
        if not isinstance(s, ast.If) or not _ends(s.body):
            continue
        first, second = single_exit(s.body), single_exit([*s.orelse, *body[number + 1 :]])
        if not _ends(first) or not _ends(second):
            if _ends(first) and second and isinstance(second[-1], ast.Raise):
                return [*body[:number], *_or_refused(s, first, second)]
            break
        one, other = first[-1], second[-1]
        assert isinstance(one, ast.Return) and isinstance(other, ast.Return)
        if one.value is None or other.value is None:
            break
        name = _common(one.value, other.value, body)
        ways = ast.If(s.test, _bound(first, name), _bound(second, name))
        end = ast.Return(ast.Name(name, ast.Load()))
        return [*body[:number], ast.copy_location(ways, s), ast.copy_location(end, other)]
    return list(body)


def _or_refused(s: ast.If, first: Sequence[ast.stmt], second: Sequence[ast.stmt]) -> list[ast.stmt]:
    """A way that gives something, and one that refuses its values."""
    last = first[-1]
    assert isinstance(last, ast.Return)
    if last.value is None:
        return [s]
    name = _common(last.value, last.value, [*first, *second])
    ways = ast.If(s.test, _bound(first, name), list(second))
    return [ast.copy_location(ways, s), ast.copy_location(ast.Return(ast.Name(name, ast.Load())), last)]


def without_continue(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The body of a loop, in which `if a: continue` is what follows, if not a."""
    for number, s in enumerate(body):
        if isinstance(s, ast.If) and s.body and isinstance(s.body[-1], ast.Continue) and not s.orelse:
            rest = without_continue(body[number + 1 :])
            turned = ast.UnaryOp(ast.Not(), s.test)
            ways = ast.If(s.test, s.body[:-1], rest) if s.body[:-1] else ast.If(turned, rest, [])
            return [*body[:number], ast.copy_location(ways, s)] if rest else list(body[:number])
    return list(body)


def _ends(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Return)


def _common(one: ast.expr, other: ast.expr, body: Sequence[ast.stmt]) -> str:
    """The name under which both ways hold what they give."""
    for each in (one, other):
        if isinstance(each, ast.Name):
            return each.id
    taken = {name for s in body for name in (*bound(s), *read(s))}
    return untaken("y", taken)


def _bound(way: Sequence[ast.stmt], name: str) -> list[ast.stmt]:
    """A way that binds a name where it gave a value."""
    last = way[-1]
    value = last.value if isinstance(last, ast.Return) else None
    if value is None or (isinstance(value, ast.Name) and value.id == name):
        return list(way[:-1]) or [ast.copy_location(ast.Pass(), last)]
    end = ast.Assign([ast.Name(name, ast.Store())], value)
    return [*way[:-1], ast.copy_location(end, last)]
