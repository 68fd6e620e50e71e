"""Augmented assignments: Python's own where it means the same, and otherwise the assignment that they stand for.

In: `name operator= value` of a body.  Out: a step. A name of the language keeps a value, and nothing else changes with it.
Python changes a list in place, and with it whatever else holds that list: a constant of the module, an argument, the
value of another name. So does PyTorch with a tensor. There the name is given a new value.

    number += 1                        Grow number + 1                 number += 1
    skips = []   skips += [x]          Append skips x                  skips.append(x)
    widths = WIDTHS   widths += [8]    Bind widths [*widths, 8]        widths = [*widths, 8]
    x -= 1                             Bind x x - 1                    x = x - 1
"""

from __future__ import annotations

from dslc.lower import plan
from dslc.lower.binding_time import Time
from dslc.lower.scope import Scope
from dslc.program import nodes as p


def augment(scope: Scope, s: p.Augment) -> None:
    """The step of an augmented assignment."""
    goal, before = plan.Var(scope.names.local(s.name)), scope.place(s.target)
    early = scope.is_early(s.target) and scope.is_early(s.value)
    own = goal == before and scope.facts.is_own(scope.key, s.name)
    if s.operator == "+" and isinstance(s.value, p.ListOf):
        items = tuple(scope.knots.expr(scope, item) for item in s.value.items)
        if not own:
            scope.emit(plan.Bind(goal, plan.ListOf((plan.Spread(before), *items)), s.span, "", early))
        elif len(items) == 1:
            scope.emit(plan.Append(goal, items[0], s.span, early))
        else:
            scope.emit(plan.Grow(goal, "+", plan.ListOf(items), s.span, early))
    elif goal == before and _in_place(scope, s, own):
        scope.emit(plan.Grow(goal, s.operator, scope.knots.expr(scope, s.value), s.span, early))
    elif s.operator == "+" and s.site in scope.facts.analyses.grown:
        both = (plan.Spread(before), plan.Spread(scope.knots.expr(scope, s.value)))
        scope.emit(plan.Bind(goal, plan.ListOf(both), s.span, "", early))
    else:
        meant = p.Binary(s.span, s.operator, s.target, s.value, s.site)
        scope.emit(plan.Bind(goal, scope.knots.expr(scope, meant), s.span, "", early))


def _in_place(scope: Scope, s: p.Augment, own: bool) -> bool:
    """Whether Python may do it itself: to a list of this body's own, or a number or string, which it can only replace."""
    times, analyses = scope.facts.times(scope.key), scope.facts.analyses
    if s.site in analyses.promoted:
        return False
    if max(times.of(s.target), times.of(s.value)) == Time.TENSOR:
        return own and s.site in analyses.grown
    return own or s.operator not in ("+", "*") or s.site in analyses.replaced
