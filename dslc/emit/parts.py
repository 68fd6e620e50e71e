"""Parts that every style writes alike: `keras.Input`, parameters, constants, `fn`s, the results of a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dslc.emit import python as py
from dslc.emit.automatic import is_automatic
from dslc.emit.body import Body, Passed
from dslc.emit.context import Context
from dslc.emit.creation import inputs_of
from dslc.emit.expressions import Expressions
from dslc.emit.names import Names
from dslc.emit.outputs import with_outputs_last
from dslc.emit.usage import walk
from dslc.program import nodes as p
from dslc.program.casing import snake_case


class StaticScope:
    """The scope of constants, defaults and `fn`s: names only."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def local(self, e: p.Local) -> py.Expr:
        return py.Name(self.names.local(e.name))

    def flow(self, e: p.Flow) -> py.Expr:
        raise AssertionError("a static expression holds no chain")

    def recipe(self, e: p.MakeLayer | p.Stages) -> py.Expr:
        raise AssertionError("a static expression holds no layer")


class StaticSite:
    """How the body of a `fn` is written: there are no layers in it."""

    def local(self, body: Body, e: p.Local) -> py.Expr:
        return py.Name(body.names.local(e.name))

    def loop(self, body: Body, statement: p.For, live: set[str]) -> None:
        body.plain_loop(statement, live)

    def branch(self, body: Body, statement: p.If, live: set[str]) -> None:
        body.plain_branch(statement, live)

    def layer(self, body: Body, stage: p.MakeLayer, passed: Passed) -> py.Expr:
        raise AssertionError("a fn holds no layer")

    def instance(self, body: Body, stage: p.UseLocal, passed: Passed) -> py.Expr:
        raise AssertionError("a fn holds no layer")

    def declare(self, body: Body, statement: p.Shared | p.WeightDeclaration) -> None:
        raise AssertionError("a fn holds no layer")

    def input(self, body: Body, statement: p.Input) -> None:
        raise AssertionError("a fn has no inputs")

    def makes(self, node: object) -> bool:
        return False

    def makes_both(self, node: p.If | p.Choice | p.Conditional) -> bool:
        return False

    def recipe(self, body: Body, e: p.MakeLayer | p.Stages) -> py.Expr:
        raise AssertionError("a fn holds no layer")

    def cond(self, body: Body, stage: p.Cond, passed: Passed) -> py.Expr:
        raise AssertionError("a fn holds no tensor")


def constant(context: Context, item: p.Constant) -> py.Statement:
    """A constant of the file as one of the module."""
    names = Names(context.names.taken)
    value = Expressions(context, names, item.key[0], StaticScope(names)).expr(item.value)
    return py.Assign(py.Name(context.names.names[item.key]), value, item.span)


def function(context: Context, item: p.Fn) -> py.Statement:
    """A `fn` as a Python function."""
    names = Names(context.names.taken)
    parameters = signature(context, item.parameters, names, item.key[0])
    body = Body(context, names, item.key[0], StaticSite())
    body.expressions.lists = list_parameters(item.parameters)
    if item.value is not None:
        body.span = item.span
        body.emit(py.Return(body.expr(item.value), item.span))
    else:
        body.statements(item.body, set())
    return py.Function(context.names.names[item.key], parameters, tuple(body.out), item.doc, span=item.span)


def signature(
    context: Context,
    parameters: Sequence[p.Parameter],
    names: Names,
    file: str,
    layer_default: Callable[[p.Expr | p.Stage], py.Expr | None] = lambda default: None,
) -> tuple[tuple[str, py.Expr | None], ...]:
    """Parameters with their defaults; a mutable default becomes an immutable one, a layer what the style makes of it."""
    scope = Expressions(context, Names(context.names.taken), file, StaticScope(Names()))
    made: list[tuple[str, py.Expr | None]] = []
    for each in parameters:
        default: py.Expr | None = None
        if each.default is not None and each.layer:
            default = layer_default(each.default)
        elif each.default is not None:
            value = each.default
            assert not isinstance(
                value, (p.UseLocal, p.Operation, p.Expression, p.Fork, p.Pass, p.Choice, p.Cond)
            )
            default = scope.expr(value)
            if isinstance(default, py.List):
                default = py.Tuple(default.items)
        made.append((names.parameter(each.name), default))
    return tuple(made)


def list_parameters(parameters: Sequence[p.Parameter]) -> set[str]:
    """Parameters that hold a list in the source and a tuple in Python, because they have a default."""
    return {each.name for each in parameters if isinstance(each.default, p.ListOf)}


def keras_input(context: Context, body: Body, s: p.Input) -> py.Expr:
    """`keras.Input(shape=(28, 28, 1), name="image")`."""
    name = py.Const(s.name) if s.key is None else body.expr(s.key)
    keywords: list[tuple[str, py.Expr]] = []
    positional: list[py.Expr] = []
    if s.options is not None:
        given, named = s.options
        positional = [shape(body, e) for e in given]
        keywords = [(a.name, shape(body, a.value)) for a in named if a.name != "name"]
    elif s.contract is not None:
        keywords.append(("shape", shape(body, s.contract.shape)))
        if s.contract.dtype is not None:
            keywords.append(("dtype", py.Const(s.contract.dtype)))
    if s.key is not None or not is_automatic(s.name, context.automatic):
        keywords.append(("name", name))
    return py.Call(context.keras("Input"), tuple(positional), tuple(keywords))


def shape(body: Body, e: p.Expr) -> py.Expr:
    """A declared shape as Keras takes it: unknown sizes, and what is computed from them, are None."""
    match e:
        case p.TupleOf(_, items):
            return py.Tuple(tuple(shape(body, item) for item in items))
        case p.ListOf(_, items):
            return py.List(tuple(shape(body, item) for item in items))
        case _:
            if any(isinstance(each, p.UnknownSize) or _is_dim(each) for each in walk(e)):
                return py.Const(None)
            return body.expr(e)


def _is_dim(node: object) -> bool:
    return isinstance(node, p.Local) and node.kind == "dim"


def results(outputs: Sequence[tuple[str | None, py.Expr]], named: bool = False) -> py.Expr:
    """What a model gives: one result, a list of several, or with `--named-io` a dict."""
    if named and len(outputs) > 1:
        return py.Dict(
            tuple((py.Const(name or f"output_{i}"), value) for i, (name, value) in enumerate(outputs, 1))
        )
    return outputs[0][1] if len(outputs) == 1 else py.List(tuple(value for _, value in outputs))


def called(context: Context, body: Body, model: p.Block | None, layer: py.Expr, passed: Passed) -> py.Expr:
    """The call of a layer; a model takes several inputs as one list, or with `--named-io` as a dict, and gives one back."""
    if model is None:
        return py.Call(layer, passed.positional, passed.keywords)
    named = context.settings.named_io
    positional = passed.positional
    if len(positional) > 1:
        names = [each.name for each in inputs_of(model.body)]
        if named:
            pairs = zip(names, positional, strict=False)
            positional = (py.Dict(tuple((py.Const(name), value) for name, value in pairs)),)
        else:
            positional = (py.List(positional),)
    call = py.Call(layer, positional, passed.keywords)
    outputs = [each for each in with_outputs_last(model.body) if isinstance(each, p.Output)]
    if not named or len(outputs) < 2:
        return call
    name = body.temporary("results")
    first: py.Expr = py.Walrus(name, call)
    if not body.inline:
        body.assign(py.Name(name), call)
        first = py.Name(name)
    keys = [each.name or f"output_{number}" for number, each in enumerate(outputs, 1)]
    values = [
        py.Index(first if number == 0 else py.Name(name), (py.Const(key),)) for number, key in enumerate(keys)
    ]
    return py.Tuple(tuple(values), bare=True)


def model_of(context: Context, stage: p.Stage) -> p.Block | None:
    """The model that a stage makes, if it makes one."""
    if isinstance(stage, p.Stages) and len(stage.stages) == 1:
        return model_of(context, stage.stages[0])
    if isinstance(stage, p.MakeLayer) and isinstance(stage.layer, p.BlockRef):
        block = context.block(stage.layer.key)
        return block if block.model else None
    return None


def name_of(context: Context, item: p.Block) -> tuple[tuple[str, py.Expr], ...]:
    """`name="…"` of a model; none for one that is a layer of others several times: Keras wants every name once."""
    if item.key in context.repeated_models:
        return ()
    return (("name", py.Const(snake_case(item.name))),)
