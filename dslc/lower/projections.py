"""What `__init__` and `build` do: the part of a body that makes layers and weights, without its data flow.

In: the statements of a body, in the scope of the method, and the phase.  Out: steps that make the slots of that phase in
the same loops and under the same conditions as the body; what else they hold is early, and left out where nobody reads it.

    w = n + 1                          Bind w n + 1
    y = x -> Dense(w) -> ReLU          Make dense New(Dense, w), Make re_lu New(ReLU)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import assert_never

from dslc.graph.measured import sizes_apart
from dslc.lower import augmented, layers, objects, plan
from dslc.lower.assertions import check
from dslc.lower.binding_time import BindingTimes, Time
from dslc.lower.expressions import beside, branch, is_uneven, iterable, target
from dslc.lower.liveness import free
from dslc.lower.plan import Phase
from dslc.lower.scope import Scope
from dslc.lower.slots import Slots
from dslc.program import nodes as p
from dslc.program.traversal import is_recipe, is_straight, one_each, parts_by_place, values_in
from dslc.record import replace

TIMES: dict[Phase, Time] = {"init": Time.STATIC, "build": Time.SHAPE}
"""What is known in each phase."""


def project(scope: Scope, statements: Sequence[p.Statement], phase: Phase) -> list[plan.Step]:
    """The steps of a phase; the list of a slot that is made in turns comes before the step that fills it."""
    steps: list[plan.Step] = []
    empty: set[str] = set()
    for step in _apart(scope, statements, phase):
        for each in plan.walk(step):
            if isinstance(each, plan.Make) and each.slot.holder != "one" and each.slot.attribute not in empty:
                empty.add(each.slot.attribute)
                steps.append(plan.Empty(each.slot, step.span))
        steps.append(step)
    return merged(steps)


def merged(steps: Sequence[plan.Step]) -> list[plan.Step]:
    """Neighbouring branches under one condition as one, where the first binds nothing that the condition reads."""
    made: list[plan.Step] = []
    for step in steps:
        if isinstance(step, plan.Loop):
            step = replace(step, body=tuple(merged(step.body)))
        if isinstance(step, plan.Branch):
            step = replace(step, then=tuple(merged(step.then)), otherwise=tuple(merged(step.otherwise)))
            before = made[-1] if made else None
            if isinstance(before, plan.Branch) and before.test == step.test and not _binds(before, step.test):
                then, otherwise = (*before.then, *step.then), (*before.otherwise, *step.otherwise)
                made[-1] = replace(before, then=tuple(merged(then)), otherwise=tuple(merged(otherwise)))
                continue
        made.append(step)
    return made


def _binds(branch: plan.Branch, test: plan.Expr) -> bool:
    """Whether a way of a branch changes what a condition reads."""
    changed: set[str] = set()
    for each in plan.walk(branch):
        match each:
            case plan.Bind(target) | plan.Grow(target) | plan.Append(target):
                changed |= free(target)
            case plan.Loop(target) if target is not None:
                changed |= free(target)
            case plan.Define(name):
                changed.add(name)
            case _:
                pass  # binds nothing
    return bool(changed & free(test))


def _apart(scope: Scope, statements: Sequence[p.Statement], phase: Phase) -> tuple[plan.Step, ...]:
    return scope.apart(partial(_project_all, scope, statements, phase))


def _project_all(scope: Scope, statements: Sequence[p.Statement], phase: Phase) -> None:
    for s in statements:
        _project(scope, s, phase)


def _project(scope: Scope, s: p.Statement, phase: Phase) -> None:
    slots = _slots(scope)
    times, now = slots.times, TIMES[phase]
    scope.span = s.span
    match s:
        case p.For(span, goal, source, body):
            _make_in_value(scope, source, phase)
            if times.of_loop(source) > now:
                return
            inner = _apart(scope, body, phase)
            if inner:
                goal, source = times.without_tensors(goal, source)
                made, uneven = iterable(scope, source), is_uneven(scope, source)
                scope.emit(plan.Loop(target(scope, goal), made, inner, span, s.site, uneven=uneven))
        case p.If(span, test, then, otherwise):
            if not slots.is_late(s) and times.of(test) > now:
                return
            _ways(scope, s, _apart(scope, then, phase), _apart(scope, otherwise, phase))
        case p.Shared(span, _, _, value):
            slot = slots.of(value)
            if slot.phase == phase:
                scope.emit(plan.Make(slot, objects.made(scope, value), span))
            scope.shared[s.name] = slot  # until here the name means what it meant before
        case p.WeightDeclaration():
            slot = scope.shared[s.name] = slots.by_site[s.site]
            if slot.phase == phase:
                scope.emit(layers.make_weight(scope, s, slot))
        case p.Assign(span, goal, _, value):
            for each, part in _early_parts(times, goal, value, now):
                if not objects.keep(scope, each, part, early=True):
                    names = target(scope, each)
                    made = beside(names, scope.knots.expr(scope, part))
                    scope.emit(plan.Bind(names, made, span, "", True))
            _make_inside(scope, s, phase)
        case p.Augment(_, goal, _, value) if times.of(value) <= now and times.names[goal.name] <= now:
            augmented.augment(scope, s)
        case p.Assert(_, test, says):
            if phase == "init" and times.of(test) == Time.STATIC:
                check(scope, test, says)
        case p.Input() | p.Output() | p.Augment() | p.Loss() | p.Return():
            _make_inside(scope, s, phase)
        case _:
            assert_never(s)


def _slots(scope: Scope) -> Slots:
    assert scope.slots is not None, "only a class has phases"
    return scope.slots


def _early_parts(
    times: BindingTimes, goal: p.Target, value: p.Expr, now: Time
) -> list[tuple[p.Target, p.Expr]]:
    """What of an assignment is known by now: of `n, y = (3, x)` the `n`, of `_, c = y.shape` what is said without `y`."""
    sizes = sizes_apart(goal, value)
    parts: Sequence[p.Expr] | None = sizes
    if not any(each.site in times.sizes.dims for each in sizes):
        if times.of(value) <= now:
            return [(goal, value)]
        parts = parts_by_place(value) if isinstance(value, p.TupleOf) else None
    if parts is not None and one_each(goal, len(parts)):
        pairs = zip(goal.targets, parts, strict=True)
        return [each for target_, part in pairs for each in _early_parts(times, target_, part, now)]
    return []


def _ways(
    scope: Scope,
    node: p.If | p.Choice | p.Conditional,
    then: tuple[plan.Step, ...],
    otherwise: tuple[plan.Step, ...],
) -> None:
    """Both ways where a call takes either, else the one that the condition names."""
    if not then and not otherwise:
        return
    if _slots(scope).is_late(node):
        scope.out.extend([*then, *otherwise])
    else:
        scope.emit(branch(scope.knots.expr(scope, node.test), then, otherwise, scope.span))


def _make_inside(scope: Scope, node: p.Statement | p.Stage | p.Expr, phase: Phase) -> None:
    """The layers that are made inside the chains of a statement."""
    for part in values_in(node):
        _make_in(scope, part, phase)


def _make_in(scope: Scope, node: p.Stage | p.Expr, phase: Phase) -> None:
    match node:
        case p.MakeLayer(_, p.ExternRef(function=True)):
            pass  # no layer
        case p.MakeLayer() | p.Taps() | p.UseLocal(_, p.Local(_, _, "layer")):
            slot = _slots(scope).of(node)
            if slot.phase == phase:
                scope.emit(plan.Make(slot, objects.made(scope, node), node.span))
        case p.Choice(_, _, then, otherwise):
            ways = [scope.apart(partial(_make_in, scope, way, phase)) for way in (then, otherwise)]
            _ways(scope, node, ways[0], ways[1])
        case p.Conditional(_, _, then, otherwise):
            ways = [scope.apart(partial(_make_in_value, scope, way, phase)) for way in (then, otherwise)]
            _ways(scope, node, ways[0], ways[1])
        case p.Comprehension(_, element, clauses):
            inner = scope.apart(partial(_make_in_value, scope, element, phase))
            for clause in reversed(clauses):
                if inner and clause.test is not None:
                    inner = (plan.Branch(scope.knots.expr(scope, clause.test), inner, (), scope.span),)
                if inner:
                    goal, source = _slots(scope).times.without_tensors(clause.target, clause.iterable)
                    made, uneven = iterable(scope, source), is_uneven(scope, source)
                    loop = plan.Loop(target(scope, goal), made, inner, scope.span, node.site, uneven=uneven)
                    inner = (loop,)
                inner = (*scope.apart(partial(_make_in_value, scope, clause.iterable, phase)), *inner)
            scope.out.extend(inner)
        case p.Cond() | p.Binary():
            _make_inside(scope, node, phase)
        case _ if is_straight(node):
            _make_inside(scope, node, phase)
        case _:
            assert_never(node)


def _make_in_value(scope: Scope, e: p.Expr, phase: Phase) -> None:
    if not is_recipe(e):  # whoever uses it makes it
        _make_in(scope, e, phase)
