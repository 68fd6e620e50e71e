"""How often a statement in loops and under conditions is reached, where literals alone say it.

In: the loops and conditions around the statement, from the outside in.  Out: a number; None where a parameter decides, or a call.

    for i, n in enumerate([8, 16, 32]) { if i > 0 { … } }        2
    for i in range(stages) { if i > 0 { … } }                    None
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dslc.graph import builtins, static
from dslc.graph.values import is_plain
from dslc.program import nodes as p
from dslc.program.traversal import assigned, bound, is_starred
from dslc.record import record

_MOST = 1000
"""The turns that are gone through for a number: a longer loop is not unrolled to count it."""


@record
class Under:
    """A condition, and whether it has to hold."""

    test: p.Expr
    holds: bool


Step = p.For | p.Clause | Under


def times_reached(path: Sequence[Step]) -> int | None:
    """How often the end of a path is reached."""
    if any(isinstance(each, p.For) and assigned(each.body) & {*bound(each.target)} for each in path):
        return None  # a turn changes what the loop counts with
    number = 0
    ways: list[tuple[int, dict[str, Any]]] = [(0, {})]
    for _ in range(_MOST):
        if not ways:
            return number
        depth, names = ways.pop()
        if depth == len(path):
            number += 1
            continue
        further = _turns(path[depth], names)
        if further is None:
            return None
        ways += [(depth + 1, each) for each in further]
    return None


def _turns(step: Step, names: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The names of each turn of a loop; those there are, where a condition is as it has to be."""
    if isinstance(step, Under):
        holds = _value(step.test, names)
        return None if holds is None else [dict(names)] * (bool(holds) is step.holds)
    values = _value(step.iterable, names)
    if not isinstance(values, (list, tuple, range)) or len(values) > _MOST:
        return None
    turns = []
    for value in values:
        more = _bound(step.target, value)
        if more is None:
            return None
        turns.append({**names, **more})
    return turns


def _bound(target: p.Target, value: Any) -> dict[str, Any] | None:
    match target:
        case p.Discard():
            return {}
        case p.Bind(_, name):
            return {name: value}
        case p.Unpack(_, targets) if isinstance(value, (list, tuple)) and len(value) == len(targets):
            parts = [_bound(*each) for each in zip(targets, value, strict=True)]
            known = [part for part in parts if part is not None]
            return (
                None
                if len(known) < len(parts)
                else {key: each for part in known for key, each in part.items()}
            )
        case _:
            return None


def _value(e: p.Expr, names: Mapping[str, Any]) -> Any:
    """What an expression of literals and loop variables comes to; None for every other one."""
    found = _computed(e, names)
    return found if is_plain(found) or isinstance(found, range) else None


def _computed(e: p.Expr, names: Mapping[str, Any]) -> Any:
    match e:
        case p.Const(_, value):
            return value
        case p.Local(_, name, "value"):
            return names.get(name)
        case p.ListOf(_, items) if not any(map(is_starred, items)):
            return _values(items, names)
        case p.TupleOf(_, items) if not any(map(is_starred, items)):
            values = _values(items, names)
            return None if values is None else tuple(values)
        case p.Unary(span, operator, operand):
            value = _value(operand, names)
            return None if value is None else static.unary(operator, value, span.brief)
        case p.Binary(span, "and" | "or" as operator, left, right):
            values = _values((left, right), names)
            return None if values is None else (all if operator == "and" else any)(values)
        case p.Binary(span, operator, left, right):
            values = _values((left, right), names)
            return None if values is None else static.binary(operator, values[0], values[1], span.brief)
        case p.Compare(span, first, ((operator, last),)):
            values = _values((first, last), names)
            return None if values is None else static.compare(operator, values[0], values[1], span.brief)
        case p.CallBuiltin(
            span, "range" | "enumerate" | "zip" | "reversed" | "len" | "list" as name, parts, ()
        ):
            values = _values(parts, names)
            return None if values is None else builtins.call(name, values, {}, span.brief)
        case _:
            return None


def _values(parts: Sequence[p.Expr], names: Mapping[str, Any]) -> list[Any] | None:
    values = [_value(each, names) for each in parts]
    return None if any(each is None for each in values) else values
