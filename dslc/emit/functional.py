"""The functional style: a model is a function that returns `keras.Model(inputs, outputs)`, a block a function on tensors.

model M { input x: (8,)  output x -> Dense(3) }

def M():
    x = keras.Input(shape=(8,), name="x")
    output = layers.Dense(3)(x)
    return keras.Model(inputs=x, outputs=output, name="m")
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.emit import parts
from dslc.emit import python as py
from dslc.emit.body import Body, Passed
from dslc.emit.calling import sizes
from dslc.emit.context import Context
from dslc.emit.creation import inputs_of
from dslc.emit.names import Names, parameter_name
from dslc.emit.needs import needs_a_call
from dslc.emit.outputs import with_outputs_last
from dslc.emit.usage import assigned, names_used
from dslc.graph.graph import Graph
from dslc.program import nodes as p

NAME = "functional"


def refusals(module: p.Module, model: p.Block, graph: Graph | None) -> list[Diagnostic]:
    """Why a functional model cannot hold this: what its own body decides or draws only while it runs."""
    return needs_a_call(model, graph, NAME)


class FunctionSite:
    """Layers are made where they are called; a shared layer is a local variable."""

    def __init__(self, context: Context, model: bool, rebound: frozenset[str] = frozenset()) -> None:
        self.context = context
        self.model = model
        self.rebound = rebound
        self.inputs: list[tuple[str, py.Expr]] = []
        self.records: set[str] = set()
        self.shared_models: dict[str, p.Block] = {}

    def local(self, body: Body, e: p.Local) -> py.Expr:
        return py.Name(body.names.local(e.name))

    def layer(self, body: Body, stage: p.MakeLayer, passed: Passed) -> py.Expr:
        if isinstance(stage.layer, p.BlockRef) and self.is_function(stage.layer.key):
            positional, keywords = self.block_arguments(body, stage, stage.layer.key)
            return py.Call(
                self.context.item(stage.layer.key),
                (*passed.positional, *positional),
                (*keywords, *passed.keywords),
            )
        positional, keywords = body.expressions.arguments(stage.positional, stage.keywords)
        made = py.Call(self.maker(stage), positional, keywords)
        return parts.called(self.context, body, parts.model_of(self.context, stage), made, passed)

    def is_function(self, key: tuple[str, str]) -> bool:
        """Whether a block is a function on tensors here, not a class or a model."""
        return not self.context.block(key).model and key not in self.context.names.classes

    def block_arguments(
        self, body: Body, stage: p.MakeLayer, key: tuple[str, str]
    ) -> tuple[tuple[py.Expr, ...], tuple[tuple[str, py.Expr], ...]]:
        """The arguments of a block; a layer is handed on as a function on tensors, which makes it anew in every use."""
        parameters = self.context.block(key).parameters
        wanted = {each.name for each in parameters if each.layer}
        positional = tuple(
            self.as_function(body, e) if each.layer else body.expr(e)
            for e, each in zip(stage.positional, parameters, strict=False)
        )
        keywords = tuple(
            (
                parameter_name(a.name),
                self.as_function(body, a.value) if a.name in wanted else body.expressions.argument(a),
            )
            for a in stage.keywords
        )
        return positional, keywords

    def as_function(self, body: Body, e: p.Expr | p.Stage) -> py.Expr:
        """A recipe as a function on tensors: `lambda x: layers.ReLU()(x)`."""
        match e:
            case p.Local():
                return self.local(body, e)
            case p.UseLocal(_, local):
                return self.local(body, local)
            case p.Stages(_, (one,)):
                return self.as_function(body, one)
            case p.MakeLayer(_, p.BlockRef(_, key), _, (), ()) if self.is_function(key):
                return self.context.item(key)
            case p.Operation(_, name):
                return self.context.member(*name.split(".", 1))
            case _:
                name = "x" if "x" not in names_used(e) else body.names.fresh("tensor")
                passed = Passed((py.Name(name),))
                body.inline += 1
                stages = e.stages if isinstance(e, p.Stages) else (e,)
                value = body.stages(stages, passed, None).value  # type: ignore[arg-type]
                body.inline -= 1
                return py.Lambda((name,), value)

    def maker(self, stage: p.MakeLayer) -> py.Expr:
        match stage.layer:
            case p.KerasLayer(name):
                return self.context.layer(name)
            case p.BlockRef(_, key) | p.ExternRef(_, key):
                return self.context.item(key)

    def made(self, body: Body, stage: p.Stage) -> py.Expr:
        """A layer as an object that can be called again and again."""
        match stage:
            case p.MakeLayer():
                return py.Call(
                    self.maker(stage), *body.expressions.arguments(stage.positional, stage.keywords)
                )
            case p.UseLocal(_, local):
                return self.local(body, local)
            case p.Stages(_, (one,)):
                return self.made(body, one)
            case p.Stages(_, stages):
                chain = py.List(tuple(self.made(body, each) for each in stages))
                return py.Call(self.context.keras("Sequential"), (chain,))
            case _:
                raise AssertionError(f"no layer can be made of {stage}")

    def instance(self, body: Body, stage: p.UseLocal, passed: Passed) -> py.Expr:
        model = self.shared_models.get(stage.local.name)
        return parts.called(self.context, body, model, self.local(body, stage.local), passed)

    def declare(self, body: Body, statement: p.Shared | p.WeightDeclaration) -> None:
        assert isinstance(statement, p.Shared)
        model = parts.model_of(self.context, statement.value)
        if model is not None:
            self.shared_models[statement.name] = model
        body.inline += 1
        made = self.made(body, statement.value)
        body.inline -= 1
        body.assign(py.Name(body.names.local(statement.name)), made)

    def input(self, body: Body, statement: p.Input) -> None:
        name = body.names.local(statement.name)
        if not self.model:
            return
        value = parts.keras_input(self.context, body, statement)
        if statement.key is not None:
            record = py.Name(name)
            if not any(each == record for _, each in self.inputs):
                self.inputs.append((statement.name, record))
                self.records.add(name)
            body.emit(py.Assign(py.Index(record, (body.expr(statement.key),)), value, statement.span))
            return
        if statement.name in self.rebound:  # `keras.Model` needs the input itself at the end
            kept = py.Name(body.names.fresh(f"{name}_input"))
            body.assign(kept, value)
            body.assign(py.Name(name), kept)
            self.inputs.append((statement.name, kept))
        else:
            body.assign(py.Name(name), value)
            self.inputs.append((statement.name, py.Name(name)))

    def makes(self, node: object) -> bool:
        return False

    def makes_both(self, node: p.If | p.Choice | p.Conditional) -> bool:
        return False

    def recipe(self, body: Body, e: p.MakeLayer | p.Stages) -> py.Expr:
        return self.made(body, e)

    def cond(self, body: Body, stage: p.Cond, passed: Passed) -> py.Expr:
        raise AssertionError("a body with `cond` is a layer class")

    def loop(self, body: Body, statement: p.For, live: set[str]) -> None:
        body.plain_loop(statement, live)

    def branch(self, body: Body, statement: p.If, live: set[str]) -> None:
        body.plain_branch(statement, live)


def model(context: Context, item: p.Block) -> py.Statement:
    """A model as a function that returns a `keras.Model`."""
    names = Names(context.names.taken)
    parameters = parts.signature(context, item.parameters, names, item.key[0])
    statements = with_outputs_last(item.body)
    inputs_written = {each.name for each in inputs_of(item.body)}
    site = FunctionSite(
        context, model=True, rebound=frozenset(inputs_written & assigned(statements, inputs=False))
    )
    body = Body(context, names, item.key[0], site)
    body.expressions.lists = parts.list_parameters(item.parameters)
    body.expressions.key = item.key
    names.claim(inputs_written | assigned(statements))
    for each in dict.fromkeys(each.name for each in inputs_of(item.body) if each.key is not None):
        body.emit(py.Assign(py.Name(names.local(each)), py.Dict(())))
    body.statements(statements, inputs_written - site.rebound)
    named = context.settings.named_io
    inputs = _with_records(site, named)
    outputs = parts.results(body.outputs, named)
    keywords = (("inputs", inputs), ("outputs", outputs), *parts.name_of(context, item))
    body.emit(py.Return(py.Call(context.keras("Model"), (), keywords), item.name_span))
    return py.Function(context.names.names[item.key], parameters, tuple(body.out), item.doc, span=item.span)


def _with_records(site: FunctionSite, named: bool) -> py.Expr:
    """The inputs of a model, those that a record collects spread out."""
    if not site.records:
        return parts.results(site.inputs, named)
    values: list[py.Expr] = []
    for _, value in site.inputs:
        is_record = isinstance(value, py.Name) and value.text in site.records
        values.append(py.Spread(py.Call(py.Attr(value, "values"))) if is_record else value)
    if named:
        items = tuple(
            (
                (py.Spread(value), value)
                if isinstance(value, py.Name) and value.text in site.records
                else (py.Const(name), value)
            )
            for name, value in site.inputs
        )
        return py.Dict(items)
    if len(values) == 1 and isinstance(values[0], py.Spread):
        return py.Call(py.Name("list"), (values[0].value,))
    return py.List(tuple(values))


def block(context: Context, item: p.Block) -> py.Statement:
    """A block as a function on tensors: its inputs come first, then its parameters."""
    names = Names(context.names.taken)
    site = FunctionSite(context, model=False)
    body = Body(context, names, item.key[0], site)
    body.expressions.lists = parts.list_parameters(item.parameters)
    body.expressions.key = item.key
    if item.chain is not None:
        parameters = parts.signature(
            context, item.parameters, names, item.key[0], lambda e: site.as_function(body, e)
        )
        tensor = names.fresh("x")
        inputs = [tensor]
        body.span = item.chain.span
        value = body.stages(item.chain.stages, Passed((py.Name(tensor),)), tensor).value
        body.emit(py.Return(value, item.chain.span))
    else:
        parameters = parts.signature(
            context, item.parameters, names, item.key[0], lambda e: site.as_function(body, e)
        )
        declared = inputs_of(item.body)
        statements = with_outputs_last(item.body)
        names.claim(assigned(item.body) | assigned(statements))
        inputs = [names.local(each.name) for each in declared]
        body.out.extend(sizes(context, names, declared, item.body))
        *first, last = statements
        body.statements(first, names_used(last) | assigned([last]))
        body.direct_output = True
        body.statements([last], set())
        values = tuple(value for _, value in body.outputs)
        body.emit(py.Return(values[0] if len(values) == 1 else py.Tuple(values, bare=True), last.span))
    parameters = (*((name, None) for name in inputs), *parameters)
    return py.Function(context.names.names[item.key], parameters, tuple(body.out), item.doc, span=item.span)
