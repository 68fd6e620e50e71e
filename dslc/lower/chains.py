"""Sequential: why a model is no plain chain of layers, and the plan of one that is.

In: a model.  Out: every reason against it with its line, or a function that returns a `keras.Sequential`: one list where the
chain is straight, `model.add(…)` under loops and conditions where it is not.

    model M { input x: (8,)            Give Sequential([Input, New(Dense, 4), New(ReLU)])
        output x -> Dense(4) -> ReLU }
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import assert_never

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import styles as messages
from dslc.lower import layers, plan
from dslc.lower.binding_time import BindingTimes, Time
from dslc.lower.expressions import arguments, iterable, target
from dslc.lower.facts import Analyses, Facts
from dslc.lower.flows import branch
from dslc.lower.functions import body_scope, name_of, signature
from dslc.lower.inputs import keras_input
from dslc.lower.scope import Scope
from dslc.lower.stateful import IN_A_CIRCLE, decides_late, in_a_circle, unreached_in
from dslc.lower.statements import check, extend
from dslc.program import nodes as p
from dslc.program.traversal import arguments_of, bound, read, walk
from dslc.source import Span


def reasons(analyses: Analyses, model: p.Block) -> list[Diagnostic]:
    """Every reason why a chain of layers cannot hold the model, each at its line."""
    return _Chain(analyses, model).reasons()


class _Chain:
    """Looks through a model for what is no plain chain. `at` are the names that hold its end so far."""

    def __init__(self, analyses: Analyses, model: p.Block) -> None:
        self.module = analyses.module
        self.classes = analyses.stateful
        self.late = analyses.open_sites
        graph = analyses.graph(model.name)
        self.graphs = () if graph is None else (graph,)
        self.model = model
        self.found: list[Diagnostic] = []
        self.said: set[Span] = set()
        self.at: frozenset[str] = frozenset()
        self.tensors: set[str] = set()  # all names that were the end of the chain at some time
        self.shared: dict[str, int] = {}
        self.declared: dict[str, int] = {}  # inside how many loops
        self.turns = 0  # loops around

    def reasons(self) -> list[Diagnostic]:
        inputs = [each for each in walk(self.model.body) if isinstance(each, p.Input)]
        outputs = [each for each in walk(self.model.body) if isinstance(each, p.Output)]
        if len(inputs) > 1:
            names = ", ".join(each.name for each in inputs)
            self.say(f"{_count(len(inputs))} inputs: {names}", inputs[1].span)
        if len(outputs) > 1:
            names = ", ".join(each.name or "(unnamed)" for each in outputs)
            self.say(f"{_count(len(outputs))} outputs: {names}", outputs[1].span)
        for each in walk(self.model.body):
            if isinstance(each, p.Local) and each.kind == "training":
                self.say("it depends on `training`", each.span)
        self.body(self.model.body)
        for graph in self.graphs:
            for span in in_a_circle(graph):
                self.say(IN_A_CIRCLE, span)
            rows = {each.span.row for each in self.found}
            for reason, span in unreached_in(self.model, graph):
                if span.row not in rows:
                    self.say(reason, span)
        if not self.found and any(not (graph.calls or graph.idle) for graph in self.graphs):
            self.say("there is no layer between its input and its output", self.model.name_span)
        return self.found

    def say(self, reason: str, span: Span) -> None:
        if span not in self.said:
            self.said.add(span)
            self.found.append(messages.not_sequential(reason, "functional").at(span))

    def body(self, statements: Sequence[p.Statement]) -> None:
        for s in statements:
            self.tensors |= self.at
            match s:
                case p.Input(span, name, _, key):
                    if key is not None:
                        self.say("its inputs are collected in a record", span)
                    if not self.at:
                        self.at = frozenset((name,))
                case p.Output(span, name, _, _, value):
                    self.value(value, span, name)
                case p.Assign(span, p.Bind(_, name), _, value):
                    if self.is_static(value):
                        self.measured(value)
                        continue
                    self.value(value, span, name)
                case p.Assign(span, target, _, value):
                    if self.is_static(value):
                        self.measured(value)
                    else:
                        self.say(
                            f"line {span.row} takes several results apart ({', '.join(bound(target))})",
                            span,
                        )
                case p.Shared(span, name, _, value):
                    self.shared[name] = 0
                    self.declared[name] = self.turns
                    self.stage(value)
                case p.WeightDeclaration(span, name):
                    self.say(f"the model has a weight of its own, `{name}`", span)
                case p.Extend(span, name, value):
                    if self.is_static(value):
                        self.measured(value)
                    else:
                        self.say(f"tensors are collected in the list `{name}`", span)
                case p.For(_, _, iterable, body):
                    self.measured(iterable)
                    start = self.at
                    self.turns += 1
                    self.body(body)
                    if read(body) & (start - self.at):
                        self.body(body)  # a second turn begins where the first has ended
                    self.turns -= 1
                    self.at = self.at & start or self.at
                case p.If(span, test, then, otherwise):
                    if decides_late(s, self.late):
                        self.say(f"`{test.span.text}` depends on a size that is unknown until the call", span)
                    self.measured(test)
                    start = self.at
                    self.body(then)
                    first, self.at = self.at, start
                    self.body(otherwise)
                    self.at = first & self.at
                case p.Assert(_, test, says):
                    self.measured(test)
                    if says is not None:
                        self.measured(says)
                case p.Return():
                    pass  # only in a fn
                case _:
                    assert_never(s)

    def measured(self, e: p.Expr) -> None:
        """A static value may not ask a tensor for its shape: a list of layers has no tensors."""
        for each in walk(e):
            if isinstance(each, p.Hole) or (
                isinstance(each, p.Local)
                and each.kind in ("value", "dim")
                and each.name in self.tensors | self.at
            ):
                self.say(f"`{e.span.brief}` depends on a tensor on the way", e.span)
                break

    def is_static(self, value: p.Expr) -> bool:
        """Whether no tensor is in a value: it may stand beside a chain."""
        for each in walk(value):
            if isinstance(each, (p.Flow, p.CallOperation, p.Hole)):
                return False
            if isinstance(each, p.Local) and each.name in self.at and each.kind == "value":
                return False
        return True

    def value(self, value: p.Expr, span: Span, name: str | None) -> None:
        """The next piece of the chain: it has to begin where the last one ended."""
        match value:
            case p.Flow(_, head, stages):
                self.head(head)
                for stage in stages:
                    self.stage(stage)
            case p.Local(_, text, _):
                if text not in self.at:
                    self.say(f"`{text}` is not the end of the chain so far", value.span)
                elif name is not None:
                    self.at |= {name}
                return
            case _:
                self.say(f"`{value.span.brief}` is an expression, not a layer", value.span)
        self.at = frozenset((name,)) if name is not None else frozenset()

    def head(self, head: p.Expr | p.CallArguments) -> None:
        match head:
            case p.Local(_, name, "value"):
                if name not in self.at:
                    self.say(f"a second path begins at `{name}`", head.span)
            case p.ListOf(span, items):
                names = [item.span.brief for item in items]
                self.say(f"{_joined(names)} are merged in line {span.row}", span)
            case p.CallArguments(span, positional, keywords):
                names = [item.span.brief for item in positional] + [f"{a.name}=" for a in keywords]
                self.say(f"a layer is called with several arguments ({', '.join(names)})", span)
            case p.Flow(_, inner, stages):
                self.head(inner)
                for stage in stages:
                    self.stage(stage)
            case _:
                self.say(f"`{head.span.brief}` is an expression, not a layer", head.span)

    def stage(self, stage: p.Stage) -> None:
        if isinstance(stage, p.MakeLayer):
            for e in arguments_of(stage):
                self.measured(e)
        match stage:
            case p.MakeLayer(span, p.BlockRef(name, key), _, _, _):
                block = self.module.item(key)
                if isinstance(block, p.Block) and not self.is_layer(block):
                    if block.chain is None:
                        self.say(f"the block {name} is no plain chain of layers", span)
                    else:
                        self.stage(block.chain)
                        given = [each for each in block.parameters if each.layer]
                        if given and not any(isinstance(each, p.UseLocal) for each in walk(block.chain)):
                            self.say(f"`{given[0].name}` is a layer that the block is given", given[0].span)
            case p.MakeLayer():
                pass
            case p.UseLocal(span, local):
                if local.kind == "layer":
                    self.say(f"`{local.name}` is a layer that the block is given", span)
                elif local.kind == "instance":
                    again = 2 if self.turns > self.declared.get(local.name, 0) else 1  # once each turn
                    self.shared[local.name] = self.shared.get(local.name, 0) + again
                    if self.shared[local.name] > 1:
                        self.say(f"the shared layer `{local.name}` is used twice", span)
            case p.Operation(span, name):
                self.say(f"`{name}` is a function, not a layer", span)
            case p.Expression(span, p.Hole()):
                pass
            case p.Expression(span, value):
                self.say(f"`{value.span.brief}` is an expression, not a layer", span)
            case p.Fork(span, branches):
                self.say(f"the chain splits into {_count(len(branches))} branches in line {span.row}", span)
            case p.Pass(span, _):
                self.say("a layer is called with several arguments", span)
            case p.Choice(span, test, then, otherwise):
                if decides_late(stage, self.late):
                    self.say(f"`{test.span.text}` depends on a size that is unknown until the call", span)
                self.measured(test)
                self.stage(then)
                self.stage(otherwise)
            case p.Stages(_, stages):
                for each in stages:
                    self.stage(each)
            case p.Cond(span):
                self.say("`cond` chooses by the value of a tensor", span)
            case _:
                assert_never(stage)

    def is_layer(self, block: p.Block) -> bool:
        return block.model or block.key in self.classes


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four", 5: "five"}.get(number, str(number))


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# ---- the plan


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
            return [layers.made(scope, stage)]


def is_chain(block: p.Block) -> bool:
    """Whether a block is a chain of layers and nothing else: one that no model uses may be more."""
    for each in walk(block.chain):
        match each:
            case p.Expression(_, p.Hole()):
                pass
            case p.Expression() | p.Operation() | p.Fork() | p.Pass() | p.Cond():
                return False
            case _:
                pass  # a layer, or an argument of one
    return block.chain is not None and not any(each.layer for each in block.parameters)


def is_straight(statements: Sequence[p.Statement]) -> bool:
    """Whether a model's layers can be one list: no loops, conditions or conditional stages."""
    return not any(isinstance(each, (p.For, p.If, p.Choice, p.Assert)) for each in walk(tuple(statements)))


def model(facts: Facts, item: p.Block) -> plan.FunctionPlan:
    """A model as a function that returns a `keras.Sequential`."""
    names = facts.body_names(item, is_class=False)
    scope = body_scope(facts, item, names)
    parameters = signature(facts, item.parameters, names, item.key, partial(layers.made, scope))
    name = name_of(facts, item)
    reference = plan.Keras("keras", "Sequential")
    scope.span = item.name_span
    if is_straight(item.body):
        entries = _Adding(scope, None, item.body).entries
        result: plan.Expr = plan.Call(reference, (plan.ListOf(tuple(entries)),), name)
    else:
        result = plan.Var(names.fresh("model"))
        scope.bind(result, plan.Call(reference, (), name))
        _Adding(scope, plan.Attribute(result, "add"), item.body)
    scope.emit(plan.Give(result, item.name_span))
    return _planned(facts, item, scope, parameters)


def block(facts: Facts, item: p.Block) -> plan.FunctionPlan:
    """A block in short form as a function that returns its layers."""
    assert item.chain is not None
    names = facts.body_names(item, is_class=False)
    scope = body_scope(facts, item, names)
    parameters = signature(facts, item.parameters, names, item.key, partial(layers.made, scope))
    scope.span = item.chain.span
    if not any(isinstance(each, p.Choice) for each in walk(item.chain)):
        result: plan.Expr = plan.ListOf(tuple(_entries(scope, item.chain)))
    else:
        result = plan.Var(names.fresh("chain"))
        scope.bind(result, plan.ListOf(()))
        _Adding(scope, plan.Attribute(result, "append"), ()).stage(item.chain)
    scope.emit(plan.Give(result, item.chain.span))
    return _planned(facts, item, scope, parameters)


def _planned(
    facts: Facts, item: p.Block, scope: Scope, parameters: tuple[tuple[str, plan.Expr | None], ...]
) -> plan.FunctionPlan:
    name = facts.names.names[item.key]
    return plan.FunctionPlan(item.key, plan.Method(name, parameters, tuple(scope.out), item.doc, item.span))


class _Adding:
    """A chain with loops and conditions, its layers added under the same ones; without `add` they are `entries`."""

    def __init__(self, scope: Scope, add: plan.Expr | None, statements: Sequence[p.Statement]) -> None:
        self.scope = scope
        self.add = add
        self.times = BindingTimes(statements)
        self.entries: list[plan.Expr] = []
        self.statements(statements)

    def statements(self, statements: Sequence[p.Statement]) -> None:
        scope = self.scope
        for s in statements:
            scope.span = s.span
            match s:
                case p.Input():
                    self.added(keras_input(scope, s), 0)
                case p.Output(_, _, _, _, p.Flow() as flow) | p.Assign(_, _, _, p.Flow() as flow):
                    self.flow(flow)
                case p.Assign(_, goal, _, value) if self.times.of(value) < Time.TENSOR:
                    scope.bind(target(scope, goal), scope.knots.expr(scope, value))
                case p.Extend(_, name, value):
                    extend(scope, name, value)
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
                case p.WeightDeclaration() | p.Return():
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
