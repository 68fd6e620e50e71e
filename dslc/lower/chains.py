"""Sequential: the plan of a model that is a plain chain of layers (`not_sequential.py` says which are not).

In: a model.  Out: a function that returns a `keras.Sequential`: one list where the chain is straight, `model.add(…)` under
loops and conditions where it is not.

    model M { input x: (8,)            Give Sequential([Input, New(Dense, 4), New(ReLU)])
        output x -> Dense(4) -> ReLU }
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import assert_never

from dslc.lower import augmented, layers, objects, plan
from dslc.lower.assertions import check
from dslc.lower.binding_time import BindingTimes, Time
from dslc.lower.expressions import arguments, branch, iterable, target
from dslc.lower.facts import Facts
from dslc.lower.functions import (
    give_model,
    given_in_function,
    lists_again,
    none_for_layer,
    planned,
    signature,
    static_scope,
    take_layers,
)
from dslc.lower.inputs import keras_input
from dslc.lower.scope import Scope
from dslc.program import nodes as p
from dslc.program.traversal import arguments_of, bodies, read, stages_in, walk
from dslc.source import Span


def _entries(scope: Scope, stage: p.Stage) -> list[plan.Expr]:
    """The layers of a stage, one entry of the list each; a conditional one cannot be an entry."""
    match stage:
        case p.Stages(_, stages):
            return [entry for each in stages for entry in _entries(scope, each)]
        case p.Expression(_, p.Hole()):
            return []
        case p.MakeLayer(_, p.BlockRef(_, key), _, positional, keywords) if scope.facts.is_function(key):
            return [plan.Spread(plan.Call(plan.Reference(key), *arguments(scope, positional, keywords)))]
        case _:
            return [objects.made(scope, stage)]


def is_chain(block: p.Block) -> bool:
    """Whether a block is a chain of layers and nothing else: one that no model uses may be more."""
    for each in stages_in(block.chain):
        match each:
            case p.Expression(_, p.Hole()) | p.MakeLayer() | p.UseLocal() | p.Choice() | p.Stages():
                pass
            case p.UsePlace() | p.Expression() | p.Operation() | p.Fork() | p.Pass() | p.Cond() | p.Taps():
                return False
            case _:
                assert_never(each)
    return block.chain is not None and not any(each.layer for each in block.parameters)


def is_straight(facts: Facts, item: p.Block) -> bool:
    """Whether the layers of a body can be one list: no loops, conditions or conditional stages, and names that stay what they are."""
    plain = not any(bodies(s) or isinstance(s, p.Assert) for s in item.body)
    changing = facts.changing(item.key)

    def bends(each: object) -> bool:
        match each:
            case p.Choice():
                return True
            case p.MakeLayer() | p.UseLocal():
                return not changing.isdisjoint(read(arguments_of(each)))
            case p.Input():
                return not changing.isdisjoint(read(each))
            case _:
                return False

    return plain and not any(map(bends, walk(item.body)))


def model(facts: Facts, item: p.Block) -> plan.FunctionPlan:
    """A model as a function that returns a `keras.Sequential`."""
    names = facts.body_names(item, is_class=False)
    scope = static_scope(facts, names, item.key)
    parameters = signature(facts, item.parameters, names, item.key, none_for_layer)
    lists_again(scope, item)
    take_layers(scope, item)
    taken, name = given_in_function(facts, item)
    reference = plan.Keras("keras", "Sequential")
    scope.span = item.name_span
    if is_straight(facts, item):
        entries = _Adding(scope, None, item.body).entries
        result: plan.Expr = plan.Call(reference, (plan.ListOf(tuple(entries)),), name)
    else:
        result = plan.Var(names.fresh("model"))
        scope.bind(result, plan.Call(reference, (), name))
        _Adding(scope, plan.Attribute(result, "add"), item.body)
    give_model(scope, item, result)
    return planned(scope, item, (*parameters, *taken))


def block(facts: Facts, item: p.Block) -> plan.FunctionPlan:
    """A block that is a plain chain as a function that returns its layers."""
    names = facts.body_names(item, is_class=False)
    scope = static_scope(facts, names, item.key)
    parameters = signature(
        facts, item.parameters, names, item.key, lambda default, _: objects.made(scope, default)
    )
    lists_again(scope, item)
    span = scope.span = item.name_span if item.chain is None else item.chain.span
    result: plan.Expr
    if item.chain is None and is_straight(facts, item):
        result = plan.ListOf(tuple(_Adding(scope, None, item.body).entries))
    elif item.chain is not None and not any(isinstance(each, p.Choice) for each in walk(item.chain)):
        result = plan.ListOf(tuple(_entries(scope, item.chain)))
    else:
        result = plan.Var(names.fresh("chain"))
        scope.bind(result, plan.ListOf(()))
        adding = _Adding(scope, plan.Attribute(result, "append"), item.body)
        if item.chain is not None:
            adding.stage(item.chain)
    scope.emit(plan.Give(result, span))
    return planned(scope, item, parameters)


class _Adding:
    """A chain with loops and conditions, its layers added under the same ones; without `add` they are `entries`."""

    def __init__(self, scope: Scope, add: plan.Expr | None, statements: Sequence[p.Statement]) -> None:
        self.scope = scope
        self.add = add
        self.times = BindingTimes(statements, scope.facts.analyses.ended)
        self.entries: list[plan.Expr] = []
        self.statements(statements)

    def statements(self, statements: Sequence[p.Statement]) -> None:
        scope = self.scope
        for s in statements:
            scope.span = s.span
            match s:
                case p.Input():
                    if self.scope.facts.block(scope.key).model:  # a block is given what comes before
                        self.added(keras_input(scope, s), 0)
                case p.Output(_, _, _, _, p.Flow() as flow) | p.Assign(_, _, _, p.Flow() as flow):
                    self.flow(flow)
                case p.Assign(_, goal, _, value) if self.times.of(value) < Time.TENSOR:
                    if not objects.keep(scope, goal, value, early=False):
                        scope.bind(target(scope, goal), scope.knots.expr(scope, value))
                case p.Augment():
                    augmented.augment(scope, s)
                case p.Shared():
                    layers.declare(scope, s)
                case p.Assert(_, test, says):
                    check(scope, test, says)
                case p.For(span, goal, source, body):
                    made = (target(scope, goal), iterable(scope, source))
                    steps = scope.apart(partial(self.statements, body))
                    scope.emit(plan.Loop(*made, steps, span, s.site))
                case p.If(span, test, then, otherwise):
                    condition = scope.knots.expr(scope, test)
                    ways = [scope.apart(partial(self.statements, way)) for way in (then, otherwise)]
                    self.either(condition, ways, span)
                case p.Output() | p.Assign():
                    pass  # one more name for the end of the chain
                case p.WeightDeclaration() | p.Loss() | p.Return():
                    raise AssertionError("no chain has it")
                case _:
                    assert_never(s)

    def flow(self, flow: p.Flow) -> None:
        if isinstance(flow.head, p.Flow):
            self.flow(flow.head)
        for stage in flow.stages:
            self.stage(stage)

    def stage(self, stage: p.Stage) -> None:
        scope = self.scope
        match stage:
            case p.Stages(_, stages):
                for each in stages:
                    self.stage(each)
            case p.Choice(span, test, then, otherwise):
                ways = [scope.apart(partial(self.stage, way)) for way in (then, otherwise)]
                self.either(scope.knots.expr(scope, test), ways, span)
            case _:
                for entry in _entries(scope, stage):
                    self.added(entry, stage.site)

    def added(self, entry: plan.Expr, site: int) -> None:
        scope = self.scope
        if self.add is None:
            self.entries.append(entry)
        elif isinstance(entry, plan.Spread):
            layer = plan.Var(scope.names.local("layer"))
            one = plan.Do(plan.Call(self.add, (layer,)), scope.span)
            scope.emit(plan.Loop(layer, entry.value, (one,), scope.span, site))
        else:
            scope.emit(plan.Do(plan.Call(self.add, (entry,)), scope.span))

    def either(self, test: plan.Expr, ways: list[tuple[plan.Step, ...]], span: Span) -> None:
        if ways[0] or ways[1]:
            self.scope.emit(branch(test, ways[0], ways[1], span))
