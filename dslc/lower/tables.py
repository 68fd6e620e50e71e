"""Tables: lists that a `fn` computes from the parameters of a class, which its `call` reads.

In: the statements of a body, and which calls give lists.  Out: the calls that `__init__` can make once. The list has its home
in an attribute: it is no weight, and not in `get_config`, as it follows from what is.

    bias = ops.take(table, position_index(window), axis=0)
    __init__    self.position_index = position_index(window)
    call        ops.take(self.table, self.position_index, axis=0)

Under an `if` that parameters decide, `__init__` makes it under the same condition. What stands in a loop, in a comprehension
or under any other condition stays there: it may never be computed, or each time anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any, assert_never

from dslc.lower import plan
from dslc.lower.binding_time import BindingTimes, Time
from dslc.lower.expressions import negated
from dslc.lower.scope import Scope
from dslc.program import nodes as p
from dslc.program.traversal import is_straight, values_in, walk
from dslc.record import record
from dslc.source import Span


@record
class Table:
    """A call that `__init__` makes, and the conditions that it is under, each with whether it has to hold."""

    call: p.CallFn
    conditions: tuple[tuple[p.Expr, bool], ...] = ()


def tables(
    statements: Sequence[p.Statement], times: BindingTimes, rebound: Collection[str], lists: Collection[Span]
) -> Iterator[Table]:
    """The calls of fns, in order, that give lists and read nothing but parameters and constants."""
    for s in statements:
        match s:
            case p.If(_, test, then, otherwise):
                if times.of(test) == Time.STATIC and _is_given(test, rebound):
                    for body, holds in ((then, True), (otherwise, False)):
                        for each in tables(body, times, rebound, lists):
                            yield Table(each.call, ((test, holds), *each.conditions))
            case p.For() | p.Assert():
                pass  # computed each time anew, or never
            case p.Shared() | p.WeightDeclaration() | p.Input():
                pass  # `__init__` makes it anyway
            case p.Assign(_, _, _, value) if times.of(value) < Time.TENSOR and not isinstance(
                value, p.CallFn
            ):
                pass  # a value of its own name, which whoever needs it computes
            case p.Assign() | p.Augment() | p.Output() | p.Loss() | p.Return():
                yield from map(Table, _inside(s, rebound, lists))
            case _:
                assert_never(s)


def made_once(scope: Scope, tables: Sequence[tuple[str, Table]], depth: int = 0) -> list[plan.Step]:
    """Tables in their attributes, those under one condition together: `depth` conditions stand around already."""

    def condition(each: tuple[str, Table]) -> p.Expr | None:
        under = each[1].conditions
        return under[depth][0] if len(under) > depth else None

    steps: list[plan.Step] = []
    for test, together in groupby(tables, condition):
        group = list(together)
        if test is None:
            calls = [(attribute, table.call) for attribute, table in group]
            steps += [
                plan.Bind(plan.Held(attribute), scope.knots.expr(scope, call), call.span)
                for attribute, call in calls
            ]
            continue
        then, otherwise = (
            tuple(made_once(scope, [e for e in group if e[1].conditions[depth][1] is way], depth + 1))
            for way in (True, False)
        )
        asked, span = scope.knots.expr(scope, test), group[0][1].call.span
        if then:
            steps.append(plan.Branch(asked, then, otherwise, span))
        else:
            steps.append(plan.Branch(negated(asked), otherwise, (), span))
    return steps


def _inside(node: Any, rebound: Collection[str], lists: Collection[Span]) -> Iterator[p.CallFn]:
    for part in values_in(node):
        yield from _in(part, rebound, lists)


def _in(node: p.Stage | p.Expr, rebound: Collection[str], lists: Collection[Span]) -> Iterator[p.CallFn]:
    match node:
        case p.Choice() | p.Cond() | p.Conditional() | p.Comprehension() | p.Binary(_, "and" | "or"):
            return
        case p.MakeLayer():
            return  # `__init__` makes it anyway
        case p.CallFn(span) if span in lists and _is_given(node, rebound):
            yield node
        case p.Binary():
            yield from _inside(node, rebound, lists)
        case _ if is_straight(node):
            yield from _inside(node, rebound, lists)
        case _:
            assert_never(node)


def _is_given(e: p.Expr, rebound: Collection[str]) -> bool:
    """Whether an expression reads parameters and constants only, as they came in."""
    for each in walk(e):
        if isinstance(each, p.Local) and (each.kind not in ("parameter", "constant") or each.name in rebound):
            return False
        if isinstance(each, (p.Flow, p.MakeLayer, p.Stages, p.Hole, p.Comprehension)):
            return False
    return True
