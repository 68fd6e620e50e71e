"""A block or model as a class: `__init__` makes the layers, `call` lets the data flow, `get_config` saves the parameters.

In: a block or model.  Out: a `Layer` or `Model` class. `__init__` and `build` are the part of the body that makes layers
(`Making`), `call` the part that uses them (`CallSite`); both walk the same loops under the same conditions.

    block B(n) = Dense(n)           class B(layers.Layer):
                                        def __init__(self, n, **kwargs): … self.dense = layers.Dense(n)
                                        def call(self, x): return self.dense(x)
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.emit import parts
from dslc.emit import python as py
from dslc.emit.attributes import SELF, ClassNames, attribute
from dslc.emit.body import Body
from dslc.emit.calling import CallSite, ClassScope, InitSite
from dslc.emit.context import Context
from dslc.emit.creation import Made, Plan, asks_training, inputs_of
from dslc.emit.expressions import Expressions
from dslc.emit.fresh import layer_from, recipe
from dslc.emit.kinds import Kind, Kinds
from dslc.emit.making import Making, makes_layer
from dslc.emit.names import Names
from dslc.emit.needs import builds_first
from dslc.emit.outputs import with_outputs_last
from dslc.emit.prune import mentions, without_dead, without_unread
from dslc.emit.usage import arguments_of, assigned, is_given_layer, names_used, walk
from dslc.program import nodes as p

_NO_INPUTS = ("args", "kwargs", "mask")
"""Parameters of `call` that mean something to Keras: an input that is called so would be taken for that."""


class ClassWriter:
    """Writes one class. `init` and `build` translate expressions for these methods, `call` for the flow of data."""

    def __init__(self, context: Context, item: p.Block) -> None:
        self.context = context
        self.item = item
        self.file = item.key[0]
        self.statements = item.body
        self.attributes = ClassNames(item.parameters)
        self.names = Names(context.names.taken)
        for name in ("self", "input_shape"):
            self.names.reserve(name)
        self.parameters = parts.signature(
            context, item.parameters, self.names, self.file, self._default_layer
        )
        self.weights: dict[str, str] = {}
        self.dims: dict[str, py.Expr] = {}
        self.seeds = False
        body = with_outputs_last(item.body) if item.chain is None else _chain_body(item.chain)
        self.statements = body
        self.inputs = inputs_of(body)
        for each in self.inputs:
            if each.name in _NO_INPUTS and (len(self.inputs) == 1 or not item.model):
                self.names.reserve(each.name)
        self.names.claim(assigned(body))
        self.kinds = Kinds(body)
        for each in walk(body):
            if isinstance(each, p.WeightDeclaration):
                self.weights[each.name] = self.attributes.names.fresh(each.name)
            elif isinstance(each, (p.CallOperation, p.Operation)) and each.name.startswith("random."):
                self.seeds = True
        if self.seeds:
            self.attributes.names.reserve("seed_generator")
        self.trains = any(_trains(each) for each in walk(body))
        self.plan = Plan(body, self.kinds, self.attributes.names, self.is_late)
        self.init = self._expressions(True)
        self.build = self._expressions(False)

    def _default_layer(self, default: p.Expr | p.Stage) -> py.Expr:
        scope = Expressions(self.context, Names(), self.file, parts.StaticScope(Names()))
        return self.constructor(default, scope)  # type: ignore[arg-type]

    def _expressions(self, in_init: bool) -> Expressions:
        made = Expressions(self.context, self.names, self.file, ClassScope(self, in_init))
        made.lists = parts.list_parameters(self.item.parameters)
        made.key = self.item.key
        return made

    def is_late(self, test: p.Expr) -> bool:
        """Whether only `call` can decide a condition, so that both of its ways must be made."""
        return asks_training(test) or self.context.is_open(test)

    # ---- layers

    def constructor(self, stage: p.Stage, expressions: Expressions) -> py.Expr:
        """`layers.Dense(3)`, `ConvBN(64)`, or `keras.Sequential([...])` for a chain."""
        match stage:
            case p.MakeLayer(_, layer, _, positional, keywords):
                if not isinstance(layer, p.KerasLayer):
                    return py.Call(self.context.item(layer.key), *expressions.arguments(positional, keywords))
                given = tuple(self._layer_argument(e, expressions) for e in positional)
                named = tuple((a.name, self._layer_keyword(a, expressions)) for a in keywords)
                return py.Call(self.context.layer(layer.name), given, named)
            case p.UseLocal(_, p.Local(_, name, "layer")):
                return self._new(name)
            case p.UseLocal(_, local):
                return expressions.scope.local(local)
            case p.Stages(_, (one,)):
                return self.constructor(one, expressions)
            case p.Stages(_, stages):
                chain = py.List(tuple(self.constructor(each, expressions) for each in stages))
                return py.Call(self.context.keras("Sequential"), (chain,))
            case _:
                raise AssertionError("checked before: only layers are handed around")

    def _layer_argument(self, e: p.Expr, expressions: Expressions) -> py.Expr:
        """An argument of a Keras layer; a layer parameter gives it a layer of its own."""
        return self._new(e.name) if is_given_layer(e) else expressions.expr(e)

    def _layer_keyword(self, a: p.Argument, expressions: Expressions) -> py.Expr:
        return self._new(a.value.name) if is_given_layer(a.value) else expressions.argument(a)

    def _new(self, name: str) -> py.Expr:
        """A new layer after the recipe that a layer parameter holds."""
        made = attribute(self.attributes.parameters[name])
        return layer_from(self.context, made)

    # ---- the class

    def write(self, base: py.Expr) -> py.Statement:
        """The whole class."""
        item = self.item
        call = self._call()
        init = self._init()
        methods: list[py.Statement] = [init] if item.parameters or len(init.body) > 1 else []
        build = self._build()
        if item.key in self.context.wrapped:
            methods += [build or self._build_by_shape(), call, self._compute_output_shape()]
        else:
            methods += [call] if build is None else [build, call]
        if item.parameters:
            methods.append(self._get_config())
        package = py.Call(
            self.context.keras("saving", "register_keras_serializable"),
            (),
            (("package", py.Const(self.context.package)),),
        )
        return py.Class(
            self.context.names.names[item.key],
            base,
            tuple(methods),
            item.doc,
            (package,),
            span=item.name_span,
        )

    def _init(self) -> py.Function:
        lines: list[py.Statement] = [py.Do(_super("__init__", (), (("", py.Name("kwargs")),)))]
        for each in self.item.parameters:
            value: py.Expr = py.Name(self.names.given[each.name])
            if each.layer:  # kept as a recipe: every use makes a layer of its own
                value = recipe(self.context, value)
            lines.append(py.Assign(attribute(self.attributes.parameters[each.name]), value))
        if self.seeds:
            generator = py.Call(self.context.member("random", "SeedGenerator"))
            lines.append(py.Assign(attribute("seed_generator"), generator))
        lines.extend(Making(self, Kind.STATIC, self.init).lines(self.statements))
        if self.item.model:
            lines.extend(self._first_call())
        parameters = (("self", None), *self.parameters)
        return py.Function("__init__", parameters, tuple(lines), rest="kwargs", span=self.item.name_span)

    def _first_call(self) -> list[py.Statement]:
        """`self(keras.Input(…))` builds every layer, so that counting, saving and loading work at once."""
        site = InitSite(self)
        body = Body(self.context, self.names, self.file, site)
        if not self.plain_inputs:
            return self._gathered_first_call(body, site)
        made = [(each.name, parts.keras_input(self.context, body, each)) for each in self.inputs]
        value: py.Expr
        if self.context.settings.named_io and len(made) > 1:
            value = py.Dict(tuple((py.Const(name), each) for name, each in made))
        else:
            value = made[0][1] if len(made) == 1 else py.List(tuple(each for _, each in made))
        return self._calls(value)

    def _calls(self, value: py.Expr) -> list[py.Statement]:
        """Calls on symbolic inputs that build every layer."""
        call = py.Do(py.Call(SELF, (value,)), self.item.name_span, "builds every layer")
        if not self.trains:
            return [call]
        training = py.Call(SELF, (value,), (("training", py.Const(True)),))
        return [call, py.Do(training, self.item.name_span, "and what only training uses")]

    @property
    def plain_inputs(self) -> bool:
        """Whether every input stands by itself, outside loops and conditions."""
        return all(isinstance(each, p.Input) and each.key is None for each in self.inputs) and len(
            self.inputs
        ) == sum(isinstance(each, p.Input) for each in self.statements)

    def _gathered_first_call(self, body: Body, site: InitSite) -> list[py.Statement]:
        """The same where inputs stand in loops: a list is filled, then the model is called on it."""
        gathered = py.Name(self.names.fresh("inputs"))
        site.gathered = gathered
        empty = py.Dict(()) if self.context.settings.named_io else py.List(())
        body.emit(py.Assign(gathered, empty, self.item.name_span))
        body.statements(_only_inputs(self.statements), set())
        return [*body.out, *self._calls(gathered)]

    def _build(self) -> py.Statement | None:
        """`build`, where a layer or weight depends on a shape: on that of the inputs, or of something on its way."""
        first = [m for m in self.plan.made.values() if builds_first(m.stage, self.context.built_first)]
        if first or self._depends_on_the_way():
            lines = self._replayed(first)
        else:
            lines = Making(self, Kind.SHAPE, self.build).lines(self.statements)
        if self.trains and not self.item.model:
            tensors = tuple(value for _, value in self._symbolic_inputs())
            call = py.Call(py.Attr(SELF, "compute_output_spec"), tensors, (("training", py.Const(True)),))
            lines.append(py.Do(call, self.item.name_span, "builds what only training uses"))
        if not lines:
            return None
        names = [f"{self.names.local(each.name)}_shape" for each in self.inputs]
        if self.item.model and len(names) > 1:
            whole = py.Name("input_shape")
            if self.context.settings.named_io:
                keys = [py.Const(each.name) for each in self.inputs]
                taken = [
                    py.Assign(py.Name(name), py.Index(whole, (key,)), self.item.name_span)
                    for name, key in zip(names, keys, strict=True)
                ]
            else:
                every = py.Tuple(tuple(py.Name(name) for name in names), bare=True)
                taken = [py.Assign(every, whole, self.item.name_span)]
            lines[:0] = taken
            names = ["input_shape"]
        elif len(names) == 1:
            names = ["input_shape"]
            lines.append(py.Do(_super("build", (py.Name("input_shape"),))))
        parameters = (("self", None), *((name, None) for name in names))
        return py.Function("build", parameters, tuple(lines))

    def _build_by_shape(self) -> py.Statement:
        """A `build` for a layer that another may build before it calls it."""
        shape = py.Name("input_shape")
        asked = py.Call(py.Attr(SELF, "compute_output_shape"), (shape,))
        lines = (py.Do(asked, comment="builds every layer"), py.Do(_super("build", (shape,))))
        return py.Function("build", (("self", None), ("input_shape", None)), lines)

    def _compute_output_shape(self) -> py.Statement:
        """What a layer around this one asks for: Keras infers shapes only of what is called."""
        ((_, tensor),) = self._symbolic_inputs()
        result = py.Attr(py.Call(py.Attr(SELF, "call"), (tensor,)), "shape")
        parameters = (("self", None), ("input_shape", None))
        return py.Function("compute_output_shape", parameters, (py.Return(result),))

    def _depends_on_the_way(self) -> bool:
        """Whether a layer depends on the shape of anything but an input as it came in."""
        late = any(m.kind == Kind.SHAPE for m in self.plan.made.values())
        pure = {each.name for each in self.inputs} - assigned(self.statements, inputs=False)
        for each in walk(self.statements):
            match each:
                case p.WeightDeclaration():
                    late = late or any(self.kinds.of(value) == Kind.SHAPE for value in arguments_of(each))
                case _:
                    pass
        if self.plan.counts_tensors:
            return True
        return late and any(_is_measured(each, pure, self.kinds) for each in walk(self.statements))

    def _replayed(self, first: Sequence[Made]) -> list[py.Statement]:
        """The flow of data on symbolic tensors as far as the last layer that needs it, each made before it is called.

        The layers in `first` are there already, but must be built here (see `built_first`).
        """
        site = CallSite(self, building=True)
        body = Body(self.context, self.names, self.file, site)
        body.expressions.lists = parts.list_parameters(self.item.parameters)
        for each, value in self._symbolic_inputs():
            body.emit(py.Assign(py.Name(self.names.local(each.name)), value, each.span))
        if any(isinstance(each, p.Local) and each.kind == "training" for each in walk(self.statements)):
            body.emit(py.Assign(py.Name("training"), py.Const(False)))
        if self.seeds:
            body.expressions.seed = attribute("seed_generator")
        site.begin(body)
        body.is_checked = lambda test: True
        body.statements(self.statements, set())
        lines = body.out
        awaited = {m.attribute for m in first} | {site.turns.get(m.attribute, m.attribute) for m in first}
        while lines and not (makes_layer(lines[-1]) or mentions(lines[-1], awaited)):
            lines.pop()
        match lines:
            case [*_, py.Assign(py.Name(), py.Call() as call, span)] if mentions(call, awaited):
                lines[-1] = py.Do(call, span)  # nothing reads the last value
            case _:
                pass
        return without_unread(without_dead(lines))

    def _symbolic_inputs(self) -> list[tuple[p.Input, py.Expr]]:
        """For each input of a block a symbolic tensor of the shape that `build` is given."""
        made: list[tuple[p.Input, py.Expr]] = []
        for each in self.inputs:
            name = self.names.local(each.name)
            shape = py.Name("input_shape" if len(self.inputs) == 1 else f"{name}_shape")
            dtype = each.contract.dtype if each.contract is not None else None
            kind = py.Const(dtype) if dtype is not None else attribute("compute_dtype")
            made.append((each, py.Call(self.context.keras("KerasTensor"), (shape,), (("dtype", kind),))))
        return made

    def _call(self) -> py.Statement:
        site = CallSite(self)
        body = Body(self.context, self.names, self.file, site)
        body.expressions.lists = parts.list_parameters(self.item.parameters)
        parameters: list[tuple[str, py.Expr | None]] = [("self", None)]
        inputs = [self.names.local(each.name) for each in self.inputs]
        if self.item.model and not self.plain_inputs:
            parameters.append((self.names.fresh("inputs"), None))
            site.gathered = py.Name(parameters[-1][0])
            for name in dict.fromkeys(each.name for each in self.inputs if each.key is not None):
                body.emit(py.Assign(py.Name(self.names.local(name)), py.Dict(())))
            if not self.context.settings.named_io:
                turns = py.Name(self.names.fresh("next_input"))
                body.emit(py.Assign(turns, py.Call(py.Name("iter"), (site.gathered,))))
                site.gathered = turns
        elif self.item.model and len(inputs) > 1:
            parameters.append((self.names.fresh("inputs"), None))
            whole = py.Name(parameters[-1][0])
            if self.context.settings.named_io:
                for each, name in zip(self.inputs, inputs, strict=True):
                    body.emit(py.Assign(py.Name(name), py.Index(whole, (py.Const(each.name),))))
            else:
                body.emit(py.Assign(py.Tuple(tuple(py.Name(name) for name in inputs), bare=True), whole))
        else:
            parameters.extend((name, None) for name in inputs)
        if any(isinstance(each, p.Local) and each.kind == "training" for each in walk(self.statements)):
            parameters.append(("training", py.Const(None)))
        if self.seeds:
            body.expressions.seed = attribute("seed_generator")
        site.begin(body)
        body.is_checked = lambda test: self.kinds.of(test) == Kind.STATIC  # by `__init__`
        *first, last = self.statements
        body.statements(first, names_used(last) | assigned([last]))
        body.direct_output = isinstance(last, p.Output)
        body.statements([last], set())
        values = body.outputs
        named = self.item.model and self.context.settings.named_io
        if self.item.model:
            result = parts.results(values, named)
        else:
            result = values[0][1] if len(values) == 1 else py.Tuple(tuple(v for _, v in values), bare=True)
        body.emit(py.Return(result, last.span))
        lines = without_unread(without_dead(body.out))
        return py.Function("call", tuple(parameters), tuple(lines), span=self.item.name_span)

    def _saved(self, parameter: p.Parameter) -> py.Expr:
        """A parameter as `get_config` gives it: an initializer as its configuration."""
        value = attribute(self.attributes.parameters[parameter.name])
        if (self.item.key, parameter.name) not in self.context.initializers:
            return value
        found = py.Call(self.context.member("initializers", "get"), (value,))
        return py.Call(self.context.member("initializers", "serialize"), (found,))

    def _get_config(self) -> py.Statement:
        base = (py.Spread(py.Name("")), _super("get_config", ()))
        items = [base] + [
            (py.Const(self.names.given[each.name]), self._saved(each)) for each in self.item.parameters
        ]
        return py.Function("get_config", (("self", None),), (py.Return(py.Dict(tuple(items))),))


def _trains(node: object) -> bool:
    """Whether layers stand behind a question for `training`: a first call, which does not train, would not build them."""
    return (
        isinstance(node, (p.If, p.Choice, p.Conditional))
        and asks_training(node.test)
        and any(isinstance(each, p.MakeLayer) for each in walk((node.then, node.otherwise)))
    )


def _is_measured(node: object, pure: set[str], kinds: Kinds) -> bool:
    """Whether a node asks for the shape of something on its way, or how many tensors there are."""
    match node:
        case p.Attribute(_, p.Local(_, name, "value"), "shape"):
            return name not in pure
        case p.Attribute(_, _, "shape"):
            return True
        case p.CallBuiltin(_, "len", (inner,)):
            return kinds.of(inner) == Kind.TENSOR
        case _:
            return False


def _only_inputs(statements: Sequence[p.Statement]) -> list[p.Statement]:
    """The `input` statements of a body, with the loops and conditions around them."""
    kept: list[p.Statement] = []
    for s in statements:
        match s:
            case p.Input():
                kept.append(s)
            case p.For(span, target, iterable, body, carried) if inputs_of(body):
                kept.append(p.For(span, target, iterable, tuple(_only_inputs(body)), carried))
            case p.If(span, test, then, otherwise) if inputs_of((*then, *otherwise)):
                kept.append(p.If(span, test, tuple(_only_inputs(then)), tuple(_only_inputs(otherwise))))
            case _:
                pass
    return kept


def _super(
    method: str, positional: tuple[py.Expr, ...], keywords: tuple[tuple[str, py.Expr], ...] = ()
) -> py.Expr:
    return py.Call(py.Attr(py.Call(py.Name("super")), method), positional, keywords)


def _chain_body(chain: p.Stages) -> tuple[p.Statement, ...]:
    """A block in short form, as if it had been written with `input x` and `output x -> …`."""
    span = chain.span
    head = p.Local(span, "x", "value")
    return (
        p.Input(span, "x", span, None, None, None),
        p.Output(span, None, span, None, p.Flow(span, head, chain.stages)),
    )
