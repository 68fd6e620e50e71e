"""Augmented assignments: Python's own where it means the same, and otherwise the assignment that they stand for.

In: `name operator= value` of a body.  Out: a step. A name of the language keeps a value, and nothing else changes with it.
Python changes a list in place, and with it whatever else holds that list: a constant of the module, an argument, the
value of another name. So does PyTorch with a tensor. There the name is given a new value.

    number += 1                        Grow number + 1                 number += 1
    skips = []   skips += [x]          Append skips x                  skips.append(x)
    widths = WIDTHS   widths += [8]    Bind widths [*widths, 8]        widths = [*widths, 8]
    x -= 1                             Bind x x - 1                    x = x - 1
    rows = [[]]   rows[0] += [x]       Append rows[0] x                rows[0].append(x)
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.lower import plan
from dslc.lower.binding_time import Time
from dslc.lower.expressions import target
from dslc.lower.scope import Scope
from dslc.program import nodes as p
from dslc.source import Span


def augment(scope: Scope, s: p.Augment) -> None:
    """The step of an augmented assignment."""
    goal, before = plan.Var(scope.names.local(s.name)), scope.place(s.target)
    early = scope.is_early(s.target) and scope.is_early(s.value)
    own = goal == before and scope.facts.is_own(scope.key, s.name)
    if s.operator == "+" and isinstance(s.value, p.ListOf):
        if own:
            _extend(scope, goal, s.value.items, s.span, early)
        else:
            items = tuple(scope.knots.expr(scope, item) for item in s.value.items)
            scope.emit(plan.Bind(goal, plan.ListOf((plan.Spread(before), *items)), s.span, "", early))
    elif goal == before and _in_place(scope, s, own):
        scope.emit(plan.Grow(goal, s.operator, scope.knots.expr(scope, s.value), s.span, early))
    elif s.operator == "+" and s.site in scope.facts.analyses.grown:
        both = (plan.Spread(before), plan.Spread(scope.knots.expr(scope, s.value)))
        scope.emit(plan.Bind(goal, plan.ListOf(both), s.span, "", early))
    else:
        meant = p.Binary(s.span, s.operator, s.target, s.value, s.site)
        scope.emit(plan.Bind(goal, scope.knots.expr(scope, meant), s.span, "", early))


def extended_inside(scope: Scope, s: p.Assign) -> bool:
    """Take `rows[i] += [x]` over where Python may do it itself: to a list that nothing else holds."""
    match s:
        case p.Assign(
            _, p.Field(at, p.Local(_, name)), None, p.Binary(_, "+", p.Index(before), p.ListOf(_, items))
        ) if at == before and scope.facts.is_own_inside(scope.key, name):
            goal, early = target(scope, s.target), scope.is_early(s.value)
            _extend(scope, goal, items, s.span, early)
            return True
        case _:
            return False


def _extend(scope: Scope, goal: plan.Expr, items: Sequence[p.Expr], span: Span, early: bool) -> None:
    """`goal.append(item)`, `goal += items` of `[*items]`, or `goal += [item, item]`."""
    made = tuple(scope.knots.expr(scope, item) for item in items)
    match made:
        case (plan.Spread(value),):
            scope.emit(plan.Grow(goal, "+", value, span, early))
        case (value,):
            scope.emit(plan.Append(goal, value, span, early))
        case _:
            scope.emit(plan.Grow(goal, "+", plan.ListOf(made), span, early))


def _in_place(scope: Scope, s: p.Augment, own: bool) -> bool:
    """Whether Python may do it itself: to a list of this body's own, or a number or string, which it can only replace."""
    times, analyses = scope.facts.times(scope.key), scope.facts.analyses
    if s.site in analyses.promoted or s.site in analyses.turned:
        return False
    if max(times.of(s.target), times.of(s.value)) == Time.TENSOR:
        return own and s.site in analyses.grown
    return own or s.operator not in ("+", "*") or s.site in analyses.replaced
