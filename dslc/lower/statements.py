"""The statements of a body as steps.

In: the statements of a model, block or fn.  Out: steps in the scope of a method, and what the body gives in
`Scope.outputs`.

    y = x -> Dense(8)                  Bind y Apply(New(Dense, 8), x)
    for w in [1, 2] { … }              Loop w [1, 2] …
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import assert_never

from dslc.lower import augmented, flows, layers, objects, plan
from dslc.lower.assertions import check
from dslc.lower.expressions import at_call, beside, branch, is_uneven, iterable, target, together
from dslc.lower.flows import (
    chain,
    chain_name,
    comment_of,
    goes_both_ways,
    in_lines,
    origin,
    takes_lines,
    unnamed,
)
from dslc.lower.inputs import are_alike, lower_input
from dslc.lower.liveness import read_before_bound
from dslc.lower.scope import Knots, Live, Scope
from dslc.program import nodes as p
from dslc.program.traversal import assigned, read

KNOTS = Knots(flow=flows.inside, recipe=objects.factory, expr=flows.expr, stages=flows.stages)


def lower_body(scope: Scope, items: Sequence[p.Statement], live: Live) -> None:
    """Statements as steps; `live` are the names that are needed behind them."""
    last_read: dict[str, int] = {}
    last_bound: dict[str, int] = {}
    for number, s in enumerate(items):
        last_read.update(dict.fromkeys(read(s), number))
        last_bound.update(dict.fromkeys(assigned((s,)), number))
    for number, s in enumerate(items):
        behind = Live(live, last_read, number)
        _statement(scope, s, Live(behind, last_bound, number) if isinstance(s, p.Output) else behind)


def _statement(scope: Scope, s: p.Statement, live: Live) -> None:
    scope.span = s.span
    scope.names.begin_statement()
    match s:
        case p.Input():
            lower_input(scope, s)
        case p.Output():
            _output(scope, s, live)
        case p.Assign():
            _assign(scope, s, live)
        case p.Augment():
            augmented.augment(scope, s)
        case p.Shared():
            layers.declare(scope, s)
        case p.WeightDeclaration():
            layers.weight(scope, s)
        case p.For():
            _loop(scope, s, live)
        case p.If():
            _branch(scope, s, live)
        case p.Assert(_, test, says):
            if not scope.is_checked(test):
                check(scope, test, says)
        case p.Loss(_, value):
            _loss(scope, value)
        case p.Return(_, value):
            scope.emit(plan.Give(scope.knots.expr(scope, value), scope.span))
        case _:
            assert_never(s)


def _loss(scope: Scope, e: p.Expr) -> None:
    """`self.add_loss(…)`; while layers are built only what builds those in it."""
    value = scope.knots.expr(scope, e)
    if scope.building:
        scope.emit(plan.Bind(plan.Var("_"), value, scope.span))
    else:
        scope.emit(plan.Do(plan.Call(plan.Held("add_loss"), (value,)), scope.span))


def _assign(scope: Scope, s: p.Assign, live: Live) -> None:
    if augmented.extended_inside(scope, s):
        return
    match s.target, s.value:
        case p.Bind(_, name), p.Flow() as flow:
            made = chain(scope, flow, chain_name(scope, flow, name))
        case _, p.Flow() as flow:
            made = chain(scope, flow, unnamed(scope, flow, live))
        case p.Bind(_, name), (p.Comprehension() | p.Conditional()) as value if (
            takes_lines(scope, value) and name not in read(value) and not scope.is_early(value)
        ):
            made = in_lines(scope, value, scope.names.local(name))
        case goal_name, value:
            if objects.keep(scope, goal_name, value, scope.is_early(value)):
                return
            made = scope.knots.expr(scope, value)
    goal = target(scope, s.target)
    made = beside(goal, made)
    if goal != made:
        comment, early = comment_of(scope, s.value), scope.is_early(s.value)
        scope.emit(plan.Bind(goal, made, origin(scope, s.value), comment, early))


def _output(scope: Scope, s: p.Output, live: Live) -> None:
    if s.name is not None and not isinstance(s.value, p.Local):
        name = scope.names.local(s.name)
        if isinstance(s.value, p.Flow):
            value = chain(scope, s.value, chain_name(scope, s.value, s.name))
        else:
            value = scope.knots.expr(scope, s.value)
        scope.span = origin(scope, s.value)
        if not (scope.direct_output and s.name not in live):
            scope.bind(plan.Var(name), value, comment_of(scope, s.value))
            scope.names.kept.add(name)
            value = plan.Var(name)
    elif isinstance(s.value, p.Flow):
        temporary = unnamed(scope, s.value, live)
        value = chain(scope, s.value, temporary)
        scope.span = origin(scope, s.value)
        if not scope.direct_output:
            scope.bind(plan.Var(temporary), value, comment_of(scope, s.value))
            value = plan.Var(temporary)
            scope.names.keep(temporary)
    else:
        value = scope.knots.expr(scope, s.value)
        scope.names.kept |= {scope.names.local(name) for name in read(s.value)}
    if scope.every_output is not None:
        if isinstance(s.value, p.Local) and s.name is not None and s.name in live:
            scope.bind(plan.Var(scope.names.local(s.name)), value)  # another name of it
        scope.emit(plan.Append(scope.every_output, value, scope.span))
    else:
        scope.outputs.append((s.name, value))
    scope.last_comment = comment_of(scope, s.value)


# ---- loops


def _loop(scope: Scope, s: p.For, live: Live) -> None:
    """A `for`: what a turn reads may be what the turn before has bound. In a class it goes over the layers of its turns."""
    turns, held = layers.turns_of(scope, s.site)
    again = Live(live, dict.fromkeys(read(s.body) | assigned(s.body) & set(s.carried), 1), 0)
    if scope.slots is None:
        source = iterable(scope, s.iterable)
        goal = target(scope, s.target)
        steps = scope.apart(partial(lower_body, scope, s.body, again))
    else:
        steps = scope.apart(partial(lower_body, scope, s.body, again))
        source = iterable(scope, s.iterable)
        goal = target(scope, s.target)
    scope.emit(plan.Loop(goal, source, steps, s.span, s.site, turns, held, is_uneven(scope, s.iterable)))


# ---- branches


def _branch(scope: Scope, s: p.If, live: Live) -> None:
    if goes_both_ways(scope, s):
        _both_ways(scope, s, live)
    elif scope.slots is not None and scope.facts.is_open(s):
        _late_branch(scope, s, live)
    else:
        test = scope.knots.expr(scope, s.test)
        then = scope.apart(partial(lower_body, scope, s.then, live))
        otherwise = scope.apart(partial(lower_body, scope, s.otherwise, live))
        if are_alike(scope, then, otherwise):
            scope.out.extend(then)
        elif then or otherwise:
            scope.emit(branch(test, then, otherwise, s.span))


def _both_ways(scope: Scope, s: p.If, live: Live) -> None:
    """Both ways of an `if` one after the other, the second from where the first began."""
    again = assigned(s.then) & read(s.otherwise) & set(scope.names.given)
    kept = {scope.names.local(name): scope.names.fresh(f"{name}_before") for name in sorted(again)}
    for name, before in kept.items():
        scope.bind(plan.Var(before), plan.Var(name))
    scope.out.extend(scope.apart(partial(lower_body, scope, s.then, live)))
    for name, before in kept.items():
        scope.bind(plan.Var(name), plan.Var(before))
    scope.out.extend(scope.apart(partial(lower_body, scope, s.otherwise, live)))


def _late_branch(scope: Scope, s: p.If, live: Live) -> None:
    """An `if` that only the call can decide: both ways as functions of what they change, and `ops.cond`."""
    changed = assigned(s.then) | assigned(s.otherwise)
    before = set(scope.names.given)
    results = tuple(plan.Var(scope.names.local(name)) for name in sorted(changed) if name in live)
    result = together(results)
    test = at_call(scope.knots.expr(scope, s.test))
    functions: list[plan.Expr] = []
    for base, statements in (("then", s.then), ("otherwise", s.otherwise)):
        steps = scope.apart(partial(lower_body, scope, statements, live))
        steps = (*steps, plan.Give(result, s.span))
        needed = read_before_bound(steps)
        names = [each for name in sorted(changed & before) if (each := scope.names.local(name)) in needed]
        function = scope.names.fresh(base)
        scope.emit(plan.Define(function, tuple((each, plan.Var(each)) for each in names), steps, s.span))
        functions.append(plan.Var(function))
    scope.bind(result, plan.Call(plan.Keras("ops", "cond"), (test, *functions)))
