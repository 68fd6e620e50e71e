"""The sequential style: a plain chain of layers as `keras.Sequential([...])`; everything else is refused with every reason.

model M { input x: (8,)  output x -> Dense(4) -> ReLU }

def M():
    return keras.Sequential([keras.Input(shape=(8,), name="x"), layers.Dense(4), layers.ReLU()], name="m")
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import styles as messages
from dslc.emit import parts
from dslc.emit import python as py
from dslc.emit.body import Body
from dslc.emit.context import Context
from dslc.emit.functional import FunctionSite
from dslc.emit.names import Names
from dslc.emit.needs import IN_A_CIRCLE, decides_late, in_a_circle, layer_blocks
from dslc.emit.usage import arguments_of, bound_names, walk
from dslc.graph.graph import Graph
from dslc.program import nodes as p
from dslc.source import Span

NAME = "sequential"


def refusals(module: p.Module, model: p.Block, graph: Graph | None) -> list[Diagnostic]:
    """Every reason why a chain of layers cannot hold the model, each at its line."""
    return _Chain(module, model, () if graph is None else (graph,)).reasons()


class _Chain:
    """Looks through a model for what is no plain chain. `at` are the names that hold its end so far."""

    def __init__(self, module: p.Module, model: p.Block, graphs: Sequence[Graph]) -> None:
        self.module = module
        self.graphs = graphs
        self.model = model
        self.found: list[Diagnostic] = []
        self.at: frozenset[str] = frozenset()
        self.tensors: set[str] = set()  # all names that were the end of the chain at some time
        self.late = frozenset(test for graph in graphs for test in graph.open_tests)
        self.shared: dict[str, int] = {}

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
        if not self.found and any(not (graph.calls or graph.idle) for graph in self.graphs):
            self.say("there is no layer between its input and its output", self.model.name_span)
        return self.found

    def say(self, reason: str, span: Span) -> None:
        if not any(each.span == span for each in self.found):
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
                            f"line {span.row} takes several results apart ({', '.join(bound_names(target))})",
                            span,
                        )
                case p.Shared(span, name, _, value):
                    self.shared[name] = 0
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
                    self.body(body)
                    self.body(body)  # a second turn begins where the first has ended
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
                    pass

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
            case p.MakeLayer():
                pass
            case p.UseLocal(span, local):
                if local.kind == "layer":
                    self.say(f"`{local.name}` is a layer that the block is given", span)
                elif local.kind == "instance":
                    self.shared[local.name] = self.shared.get(local.name, 0) + 1
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

    def is_layer(self, block: p.Block) -> bool:

        return block.model or block.key in layer_blocks(self.module, self.graphs)


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four", 5: "five"}.get(number, str(number))


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class _Writer:
    """Writes the layers of a chain: as one list while it is a straight line, with `model.add(…)` where it is not."""

    def __init__(self, context: Context, body: Body, site: FunctionSite) -> None:
        self.context = context
        self.body = body
        self.site = site

    def entries(self, stage: p.Stage) -> list[py.Expr]:
        """The layers of a stage, one entry of the list each; a conditional one cannot be an entry."""
        match stage:
            case p.Stages(_, stages):
                return [entry for each in stages for entry in self.entries(each)]
            case p.Expression(_, p.Hole()):
                return []
            case p.MakeLayer(_, p.BlockRef(_, key), _, positional, keywords):
                block = self.context.block(key)
                if block.model or key in self.context.names.classes:
                    return [self.site.made(self.body, stage)]
                call = py.Call(self.context.item(key), *self.body.expressions.arguments(positional, keywords))
                return [py.Spread(call)]
            case _:
                return [self.site.made(self.body, stage)]


def is_chain(block: p.Block) -> bool:
    """Whether a block is a chain of layers and nothing else: one that no model uses may be more."""
    for each in walk(block.chain):
        match each:
            case p.Expression(_, p.Hole()):
                pass
            case p.Expression() | p.Operation() | p.Fork() | p.Pass() | p.Cond():
                return False
            case _:
                pass
    return block.chain is not None and not any(each.layer for each in block.parameters)


def is_straight(statements: Sequence[p.Statement]) -> bool:
    """Whether a model's layers can be one list: no loops, conditions or conditional stages."""
    return not any(isinstance(each, (p.For, p.If, p.Choice, p.Assert)) for each in walk(tuple(statements)))


def model(context: Context, item: p.Block) -> py.Statement:
    """A model as a function that returns a `keras.Sequential`."""
    names = Names(context.names.taken)
    parameters = parts.signature(context, item.parameters, names, item.key[0])
    site = FunctionSite(context, model=True)
    body = Body(context, names, item.key[0], site)
    body.expressions.lists = parts.list_parameters(item.parameters)
    body.expressions.key = item.key
    writer = _Writer(context, body, site)
    name = parts.name_of(context, item)
    reference = context.keras("Sequential")
    if is_straight(item.body):
        entries: list[py.Expr] = []
        for s in item.body:
            body.span = s.span
            match s:
                case p.Input():
                    entries.append(parts.keras_input(context, body, s))
                case p.Output(_, _, _, _, p.Flow() as flow) | p.Assign(_, _, _, p.Flow() as flow):
                    entries.extend(_flow_entries(writer, flow))
                case p.Assign(_, bound, _, value) if not isinstance(value, p.Local):
                    body.assign(body.expressions.target(bound), body.expr(value))
                case p.Shared():
                    site.declare(body, s)
                case _:
                    pass
        result = py.Call(reference, (py.List(tuple(entries)),), name)
        body.emit(py.Return(result, item.name_span))
    else:
        target = py.Name(names.fresh("model"))
        body.span = item.name_span
        body.assign(target, py.Call(reference, (), name))
        _Adding(writer, target, "add").statements(item.body)
        body.span = item.name_span
        body.emit(py.Return(target, item.name_span))
    return py.Function(context.names.names[item.key], parameters, tuple(body.out), item.doc, span=item.span)


def _flow_entries(writer: _Writer, flow: p.Flow) -> list[py.Expr]:
    before = _flow_entries(writer, flow.head) if isinstance(flow.head, p.Flow) else []
    return before + [entry for stage in flow.stages for entry in writer.entries(stage)]


class _Adding:
    """A chain with loops and conditions: `model.add(layer)` (`chain.append(layer)` for a list) under the same ones."""

    def __init__(self, writer: _Writer, model: py.Expr, method: str) -> None:
        self.writer = writer
        self.body = writer.body
        self.model = model
        self.method = method

    def statements(self, statements: Sequence[p.Statement]) -> None:
        for s in statements:
            self.body.span = s.span
            match s:
                case p.Input():
                    self.add(parts.keras_input(self.writer.context, self.body, s))
                case p.Output(_, _, _, _, p.Flow() as flow) | p.Assign(_, _, _, p.Flow() as flow):
                    self.flow(flow)
                case p.Assign(_, target, _, value) if not isinstance(value, p.Local):
                    self.body.assign(self.body.expressions.target(target), self.body.expr(value))
                case p.Extend(_, name, value):
                    self.body.extend(name, value)
                case p.Shared():
                    self.writer.site.declare(self.body, s)
                case p.Assert(_, test, says):
                    self.body.check(test, says)
                case p.For(span, target, iterable, body):
                    made_target = self.body.expressions.target(target)
                    made_iterable = self.body.expressions.iterable(iterable)
                    self.body.emit(py.For(made_target, made_iterable, self.inside(body), span))
                case p.If(span, test, then, otherwise):
                    self.either(self.body.expr(test), self.inside(then), self.inside(otherwise), span)
                case _:
                    pass

    def inside(self, statements: Sequence[p.Statement]) -> tuple[py.Statement, ...]:
        outer, self.body.out = self.body.out, []
        self.statements(statements)
        made, self.body.out = self.body.out, outer
        return tuple(made)

    def flow(self, flow: p.Flow) -> None:
        if isinstance(flow.head, p.Flow):
            self.flow(flow.head)
        for stage in flow.stages:
            self.stage(stage)

    def stage(self, stage: p.Stage) -> None:
        match stage:
            case p.Stages(_, stages):
                for each in stages:
                    self.stage(each)
            case p.Choice(span, test, then, otherwise):
                ways = []
                for way in (then, otherwise):
                    outer, self.body.out = self.body.out, []
                    self.stage(way)
                    made, self.body.out = self.body.out, outer
                    ways.append(tuple(made))
                self.either(self.body.expr(test), ways[0], ways[1], span)
            case _:
                for entry in self.writer.entries(stage):
                    if isinstance(entry, py.Spread):
                        layer = py.Name(self.body.names.local("layer"))
                        self.body.emit(
                            py.For(layer, entry.value, (py.Do(self.added(layer), stage.span),), stage.span)
                        )
                    else:
                        self.add(entry)

    def added(self, layer: py.Expr) -> py.Expr:
        return py.Call(py.Attr(self.model, self.method), (layer,))

    def add(self, layer: py.Expr) -> None:
        self.body.emit(py.Do(self.added(layer), self.body.span))

    def either(
        self, test: py.Expr, then: tuple[py.Statement, ...], otherwise: tuple[py.Statement, ...], span: Span
    ) -> None:
        from dslc.emit.making import branch

        if then or otherwise:
            self.body.emit(branch(test, then, otherwise, span))


def block(context: Context, item: p.Block) -> py.Statement:
    """A block in short form as a function that returns its layers."""
    assert item.chain is not None
    names = Names(context.names.taken)
    parameters = parts.signature(context, item.parameters, names, item.key[0])
    site = FunctionSite(context, model=False)
    body = Body(context, names, item.key[0], site)
    body.expressions.lists = parts.list_parameters(item.parameters)
    body.expressions.key = item.key
    writer = _Writer(context, body, site)
    if not any(isinstance(each, p.Choice) for each in walk(item.chain)):
        body.emit(py.Return(py.List(tuple(writer.entries(item.chain))), item.chain.span))
    else:
        name = py.Name(names.fresh("chain"))
        body.span = item.chain.span
        body.assign(name, py.List(()))
        _Adding(writer, name, "append").stage(item.chain)
        body.emit(py.Return(name, item.chain.span))
    return py.Function(context.names.names[item.key], parameters, tuple(body.out), item.doc, span=item.span)
