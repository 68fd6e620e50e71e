"""A block or model as a class: `__init__` makes the layers, `call` lets the data flow, `get_config` saves the parameters.

In: a block or model.  Out: a `Layer` or `Model` class. `__init__` and `build` are the part of the body that makes layers
(`_Making`), `call` the part that uses them (`_CallSite`); both walk the same loops under the same conditions.

    block B(n) = Dense(n)           class B(layers.Layer):
                                        def __init__(self, n, **kwargs): … self.dense = layers.Dense(n)
                                        def call(self, x): return self.dense(x)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

from dslc.emit import parts
from dslc.emit import python as py
from dslc.emit.attributes import RESERVED
from dslc.emit.body import Body, Passed
from dslc.emit.context import Context
from dslc.emit.creation import Made, Plan, asks_training, inputs_of, without_tensors
from dslc.emit.expressions import Expressions
from dslc.emit.kinds import Kind, Kinds
from dslc.emit.names import Names
from dslc.emit.outputs import with_outputs_last
from dslc.emit.prune import names_in, without_dead, without_dead_turns
from dslc.emit.usage import assigned, names_used, walk
from dslc.program import nodes as p
from dslc.source import Span

_SELF = py.Name("self")


def attribute(name: str) -> py.Expr:
    return py.Attr(_SELF, name)


class ClassNames:
    """The attributes of one class: parameters first, then layers; never one that Keras's own classes have."""

    def __init__(self, parameters: Sequence[p.Parameter]) -> None:
        self.names = Names(RESERVED)
        self.parameters = {each.name: self._free(each.name) for each in parameters}

    def _free(self, name: str) -> str:
        found = f"{name}_" if name in RESERVED else name
        self.names.reserve(found)
        return found


class _Scope:
    """Names in `__init__` (parameters as they came) or in `build` and `call` (parameters as attributes)."""

    def __init__(self, owner: ClassWriter, in_init: bool) -> None:
        self.owner = owner
        self.in_init = in_init

    def local(self, e: p.Local) -> py.Expr:
        if e.kind in ("parameter", "layer") and not self.in_init:
            return attribute(self.owner.attributes.parameters[e.name])
        if e.kind == "weight":
            return attribute(self.owner.weights[e.name])
        if e.kind == "dim":
            return self.owner.dims.get(e.name, py.Name(e.name))
        return py.Name(self.owner.names.local(e.name))

    def flow(self, e: p.Flow) -> py.Expr:
        raise AssertionError("what makes a layer holds no chain")

    def recipe(self, e: p.MakeLayer | p.Stages) -> py.Expr:
        return self.owner.constructor(e, self.owner.init if self.in_init else self.owner.build)


class ClassWriter:
    """Writes one class. `init` and `build` translate expressions for these methods, `call` for the flow of data."""

    def __init__(self, context: Context, item: p.Block) -> None:
        self.context = context
        self.item = item
        self.file = item.key[0]
        self.statements = item.body
        self.attributes = ClassNames(item.parameters)
        self.names = Names(context.names.taken)
        self.names.reserve("self")
        self.parameters = parts.signature(context, item.parameters, self.names, self.file, self._default_layer)
        self.weights: dict[str, str] = {}
        self.dims: dict[str, py.Expr] = {}
        self.seeds = False
        body = with_outputs_last(item.body) if item.chain is None else _chain_body(item.chain)
        self.statements = body
        self.kinds = Kinds(body)
        for each in walk(body):
            if isinstance(each, p.WeightDeclaration):
                self.weights[each.name] = self.attributes.names.fresh(each.name)
            elif isinstance(each, (p.CallOperation, p.Operation)) and each.name.startswith("random."):
                self.seeds = True
        if self.seeds:
            self.attributes.names.reserve("seed_generator")
        self.plan = Plan(body, self.kinds, self.attributes.names, self.is_late)
        self.inputs = inputs_of(body)
        self.init = self._expressions(True)
        self.build = self._expressions(False)

    def _default_layer(self, default: p.Expr | p.Stage) -> py.Expr:
        scope = Expressions(self.context, Names(), self.file, parts.StaticScope(Names()))
        return self.constructor(default, scope)  # type: ignore[arg-type]

    def _expressions(self, in_init: bool) -> Expressions:
        made = Expressions(self.context, self.names, self.file, _Scope(self, in_init))
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
        return self._new(e.name) if _is_recipe(e) else expressions.expr(e)

    def _layer_keyword(self, a: p.Argument, expressions: Expressions) -> py.Expr:
        return self._new(a.value.name) if _is_recipe(a.value) else expressions.argument(a)

    def _new(self, name: str) -> py.Expr:
        """A new layer after the recipe that a layer parameter holds."""
        recipe = attribute(self.attributes.parameters[name])
        return py.Call(self.context.keras("saving", "deserialize_keras_object"), (recipe,))

    # ---- the class

    def write(self, base: py.Expr) -> py.Statement:
        """The whole class."""
        item = self.item
        call = self._call()
        init = self._init(base)
        methods: list[py.Statement] = [init]
        build = self._build()
        if build is not None:
            methods.append(build)
        methods.append(call)
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

    def _init(self, base: py.Expr) -> py.Statement:
        lines: list[py.Statement] = [py.Do(_super("__init__", (), (("", py.Name("kwargs")),)))]
        for each in self.item.parameters:
            value: py.Expr = py.Name(self.names.given[each.name])
            if each.layer:  # kept as a recipe: every use makes a layer of its own
                value = py.Call(self.context.keras("saving", "serialize_keras_object"), (value,))
            lines.append(py.Assign(attribute(self.attributes.parameters[each.name]), value))
        if self.seeds:
            generator = py.Call(self.context.member("random", "SeedGenerator"))
            lines.append(py.Assign(attribute("seed_generator"), generator))
        lines.extend(_Making(self, Kind.STATIC, self.init).lines(self.statements))
        if self.item.model:
            lines.extend(self._first_call())
        parameters = (("self", None), *self.parameters)
        return py.Function("__init__", parameters, tuple(lines), rest="kwargs", span=self.item.name_span)

    def _first_call(self) -> list[py.Statement]:
        """`self(keras.Input(…))` builds every layer, so that counting, saving and loading work at once."""
        site = _InitSite(self)
        body = Body(self.context, self.names, self.file, site)
        if not self.plain_inputs:
            return self._gathered_first_call(body, site)
        made = [(each.name, parts.keras_input(self.context, body, each)) for each in self.inputs]
        value: py.Expr
        if self.context.settings.named_io and len(made) > 1:
            value = py.Dict(tuple((py.Const(name), each) for name, each in made))
        else:
            value = made[0][1] if len(made) == 1 else py.List(tuple(each for _, each in made))
        return [py.Do(py.Call(_SELF, (value,)), self.item.name_span, "builds every layer")]

    @property
    def plain_inputs(self) -> bool:
        """Whether every input stands by itself, outside loops and conditions."""
        return all(isinstance(each, p.Input) and each.key is None for each in self.inputs) and len(self.inputs) == sum(
            isinstance(each, p.Input) for each in self.statements
        )

    def _gathered_first_call(self, body: Body, site: _InitSite) -> list[py.Statement]:
        """The same where inputs stand in loops: a list is filled, then the model is called on it."""
        gathered = py.Name(self.names.fresh("inputs"))
        site.gathered = gathered
        empty = py.Dict(()) if self.context.settings.named_io else py.List(())
        body.emit(py.Assign(gathered, empty, self.item.name_span))
        body.statements(_only_inputs(self.statements), set())
        body.emit(py.Do(py.Call(_SELF, (gathered,)), self.item.name_span, "builds every layer"))
        return body.out

    def _build(self) -> py.Statement | None:
        lines = _Making(self, Kind.SHAPE, self.build).lines(self.statements)
        if not lines:
            return None
        names = [f"{self.names.local(each.name)}_shape" for each in self.inputs]
        if len(names) == 1:
            names = ["input_shape"]
            lines.append(py.Do(_super("build", (py.Name("input_shape"),))))
        parameters = (("self", None), *((name, None) for name in names))
        return py.Function("build", parameters, tuple(lines))

    def _call(self) -> py.Statement:
        site = _CallSite(self)
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
        body.statements(first, names_used(last))
        body.direct_output = isinstance(last, p.Output)
        body.statements([last], set())
        values = body.outputs
        named = self.item.model and self.context.settings.named_io
        if self.item.model:
            result = parts.results(values, named)
        else:
            result = values[0][1] if len(values) == 1 else py.Tuple(tuple(v for _, v in values), bare=True)
        body.emit(py.Return(result, last.span))
        lines = without_dead(body.out)
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


def _is_recipe(e: p.Expr) -> TypeGuard[p.Local]:
    return isinstance(e, p.Local) and e.kind == "layer"


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


class _Making:
    """The statements that make the layers (and weights) of one kind: what `__init__` or `build` does."""

    def __init__(self, owner: ClassWriter, kind: Kind, expressions: Expressions) -> None:
        self.owner = owner
        self.kind = kind
        self.expressions = expressions
        if kind == Kind.SHAPE:
            self._shapes()

    def _shapes(self) -> None:
        """In `build`, the shape of an input is an argument."""
        inputs = self.owner.inputs
        for each in inputs:
            name = "input_shape" if len(inputs) == 1 else f"{self.owner.names.local(each.name)}_shape"
            if each.contract is not None and isinstance(each.contract.shape, p.TupleOf):
                for axis, dim in enumerate(each.contract.shape.items, 1):
                    if isinstance(dim, p.UnknownSize) and dim.name is not None:
                        self.owner.dims.setdefault(dim.name, py.Index(py.Name(name), (py.Const(axis),)))

    def lines(self, statements: Sequence[p.Statement]) -> list[py.Statement]:
        made, _ = self._backwards(statements, set())
        lists = [
            m.attribute for m in self.owner.plan.made.values() if m.holder != "one" and m.kind == self.kind
        ]
        placed: list[py.Statement] = []
        for line in made:  # a list is made before the loop that fills it
            filled = _appended(line)
            for name in [name for name in lists if name in filled]:
                placed.append(py.Assign(attribute(name), py.List(()), line.span))
                lists.remove(name)
            placed.append(line)
        made = placed
        return _with_input_shapes(self.owner, made) if self.kind == Kind.SHAPE else made

    def _backwards(
        self, statements: Sequence[p.Statement], needed: set[str]
    ) -> tuple[list[py.Statement], set[str]]:
        """The statements kept of a body, and the names they need from before it: read from the end to the start."""
        kept: list[py.Statement] = []
        needed = set(needed)
        for s in reversed(statements):
            lines, needed = self._one(s, needed)
            kept[:0] = lines
        return kept, needed

    def _one(self, s: p.Statement, needed: set[str]) -> tuple[list[py.Statement], set[str]]:
        plan = self.owner.plan
        match s:
            case p.For(span, target, iterable, body):
                inner, inside = self._backwards(body, needed)
                again = inside | needed
                inner, inside = self._backwards(
                    body, again
                )  # what a turn needs, the turn before may have bound
                if not inner:
                    return [], needed
                kept_target, kept_iterable = without_tensors(self.owner.kinds, target, iterable)
                loop = py.For(
                    self.expressions.target(kept_target),
                    self.expressions.iterable(kept_iterable),
                    tuple(inner),
                    span,
                )
                return [loop], needed | inside | names_used(kept_iterable)
            case p.If(span, test, then, otherwise):
                first, needs_then = self._backwards(then, needed)
                second, needs_else = self._backwards(otherwise, needed)
                if not first and not second:
                    return [], needed
                if self.owner.is_late(test):
                    return [*first, *second], needs_then | needs_else
                condition = self.expressions.expr(test)
                return [
                    branch(condition, first, second, span)
                ], needed | needs_then | needs_else | names_used(test)
            case p.Shared(span, _, _, value):
                m = plan.of(value)
                if m.kind != self.kind:
                    return [], needed
                return [
                    self._keep(m, self.owner.constructor(value, self.expressions), span)
                ], needed | names_used(value)
            case p.WeightDeclaration():
                return self._weight(s, needed)
            case p.Assign(span, target, _, value) if self._is_needed(target, value, needed):
                lines = self._makers(s, span)
                return [
                    py.Assign(self.expressions.target(target), self.expressions.expr(value), span),
                    *lines,
                ], (needed | names_used(value))
            case p.Extend(span, name, value) if name in needed and self._early(value):
                return [
                    py.AugAssign(py.Name(self.owner.names.local(name)), self.expressions.expr(value), span)
                ], (needed | names_used(value))
            case p.Assert(span, test, says) if self.kind == Kind.STATIC and self._early(test):
                message = py.Const(test.span.text) if says is None else self.expressions.expr(says)
                from dslc.emit.body import negated

                error = py.Raise(py.Call(py.Name("ValueError"), (message,)), span)
                return [py.If(negated(self.expressions.expr(test)), (error,), (), span)], needed | names_used(
                    s
                )
            case _:
                lines = self._makers(s, s.span)
                return lines, needed | self._names_of_makers(s) if lines else needed

    def _is_needed(self, target: p.Target, value: p.Expr, needed: set[str]) -> bool:
        from dslc.emit.usage import bound_names

        return bool(set(bound_names(target)) & needed) and self._early(value)

    def _early(self, value: p.Expr) -> bool:
        return self.owner.kinds.of(value) <= self.kind

    def _keep(self, m: Made, value: py.Expr, span: Span) -> py.Statement:
        if m.holder == "one":
            return py.Assign(attribute(m.attribute), value, span)
        return py.Do(py.Call(py.Attr(attribute(m.attribute), "append"), (value,)), span)

    def _weight(self, s: p.WeightDeclaration, needed: set[str]) -> tuple[list[py.Statement], set[str]]:
        values = [*s.positional, *(a.value for a in s.keywords)]
        kind = max((self.owner.kinds.of(value) for value in values), default=Kind.STATIC)
        if kind != self.kind:
            return [], needed
        positional, keywords = self.expressions.arguments(s.positional, s.keywords)
        named = (
            keywords if any(a.name == "name" for a in s.keywords) else (*keywords, ("name", py.Const(s.name)))
        )
        shape = (("shape", positional[0]),) if positional else ()
        call = py.Call(py.Attr(_SELF, "add_weight"), (), (*shape, *named))
        return [py.Assign(attribute(self.owner.weights[s.name]), call, s.span)], needed | names_used(values)

    # ---- layers made inside the chains of a statement

    def _makers(self, node: Any, span: Span) -> list[py.Statement]:
        plan = self.owner.plan
        match node:
            case p.MakeLayer() | p.UseLocal(_, p.Local(_, _, "layer")):
                m = plan.of(node)
                if m.kind != self.kind:
                    return []
                return [self._keep(m, self.owner.constructor(node, self.expressions), node.span)]
            case p.Choice(_, test, then, otherwise) | p.Conditional(_, test, then, otherwise):
                first, second = self._makers(then, span), self._makers(otherwise, span)
                if not first and not second:
                    return []
                if self.owner.is_late(test):
                    return [*first, *second]
                return [branch(self.expressions.expr(test), first, second, span)]
            case p.Comprehension(_, element, clauses, _):
                inner = self._makers(element, span)
                for clause in reversed(clauses):
                    if not inner:
                        return []
                    if clause.test is not None:
                        inner = [py.If(self.expressions.expr(clause.test), tuple(inner), (), span)]
                    target, iterable = without_tensors(self.owner.kinds, clause.target, clause.iterable)
                    inner = [
                        py.For(
                            self.expressions.target(target),
                            self.expressions.iterable(iterable),
                            tuple(inner),
                            span,
                        )
                    ]
                return inner
            case p.CallBuiltin() | p.CallOperation() | p.CallFn():
                return [
                    line
                    for e in (*node.positional, *(a.value for a in node.keywords))
                    for line in self._makers(e, span)
                ]
            case tuple():
                return [line for each in node for line in self._makers(each, span)]
            case _ if hasattr(node, "__match_args__") and type(node).__module__ == p.__name__:
                found: list[py.Statement] = []
                for field in node.__match_args__:
                    part = getattr(node, field)
                    if field != "span" and (isinstance(part, tuple) or hasattr(part, "__match_args__")):
                        found.extend(self._makers(part, span))
                return found
            case _:
                return []

    def _names_of_makers(self, node: Any) -> set[str]:
        """The static names that the layers made in a statement need."""
        found: set[str] = set()
        for each in walk(node):
            made = self.owner.plan.made.get(id(each))
            if isinstance(each, p.MakeLayer) and made is not None and made.kind == self.kind:
                found |= names_used((each.positional, tuple(a.value for a in each.keywords)))
            elif isinstance(each, (p.Choice, p.Conditional)):
                found |= names_used(each.test)
            elif isinstance(each, p.Comprehension):
                found |= names_used(tuple(c.iterable for c in each.clauses))
        return found


def _appended(node: Any) -> set[str]:
    """The lists that a statement appends to."""
    match node:
        case py.Call(py.Attr(py.Attr(py.Name("self"), name), "append"), _, _):
            return {name}
        case tuple() if not isinstance(node, Span):
            return {name for each in node for name in _appended(each)}
        case _ if type(node).__module__ == py.__name__:
            return {name for field in node.__match_args__ for name in _appended(getattr(node, field))}
        case _:
            return set()


def branch(
    test: py.Expr, then: Sequence[py.Statement], otherwise: Sequence[py.Statement], span: Span
) -> py.Statement:
    """An `if`; turned round when only its `else` does anything."""
    from dslc.emit.body import negated

    if then:
        return py.If(test, tuple(then), tuple(otherwise), span)
    return py.If(negated(test), tuple(otherwise), (), span)


def _with_input_shapes(owner: ClassWriter, lines: list[py.Statement]) -> list[py.Statement]:
    """In `build`, `x.shape` of an input is the shape that `build` is given."""
    names = {owner.names.local(each.name) for each in owner.inputs}
    single = len(names) == 1

    def rewrite(node: Any) -> Any:
        if (
            isinstance(node, py.Attr)
            and node.name == "shape"
            and isinstance(node.value, py.Name)
            and node.value.text in names
        ):
            return py.Name("input_shape" if single else f"{node.value.text}_shape")
        if isinstance(node, tuple) and not isinstance(node, Span):
            return tuple(rewrite(each) for each in node)
        if hasattr(node, "__match_args__") and type(node).__module__ == py.__name__:
            return type(node)(*(rewrite(getattr(node, field)) for field in node.__match_args__))
        return node

    return [rewrite(line) for line in lines]


class _InitSite:
    """The last lines of a model's `__init__`, where its inputs are described: parameters as they came."""

    def __init__(self, owner: ClassWriter) -> None:
        self.owner = owner
        self.gathered: py.Expr | None = None

    def local(self, body: Body, e: p.Local) -> py.Expr:
        return self.owner.init.scope.local(e)

    def layer(self, body: Body, stage: p.MakeLayer, passed: Passed) -> py.Expr:
        raise AssertionError("a shape holds no layer")

    def instance(self, body: Body, stage: p.UseLocal, passed: Passed) -> py.Expr:
        raise AssertionError("a shape holds no layer")

    def declare(self, body: Body, statement: p.Shared | p.WeightDeclaration) -> None:
        raise AssertionError("a shape holds no layer")

    def input(self, body: Body, statement: p.Input) -> None:
        assert self.gathered is not None
        made = parts.keras_input(self.owner.context, body, statement)
        if self.owner.context.settings.named_io:
            key = py.Const(statement.name) if statement.key is None else body.expr(statement.key)
            body.emit(py.Assign(py.Index(self.gathered, (key,)), made, statement.span))
        else:
            body.emit(py.Do(py.Call(py.Attr(self.gathered, "append"), (made,)), statement.span))

    def recipe(self, body: Body, e: p.MakeLayer | p.Stages) -> py.Expr:
        raise AssertionError("a shape holds no layer")

    def cond(self, body: Body, stage: p.Cond, passed: Passed) -> py.Expr:
        raise AssertionError("a shape holds no layer")

    def loop(self, body: Body, statement: p.For, live: set[str]) -> None:
        body.plain_loop(statement, live)

    def branch(self, body: Body, statement: p.If, live: set[str]) -> None:
        body.plain_branch(statement, live)


class _CallSite:
    """The `call` of a class: layers are attributes, and a loop walks the lists that `__init__` filled."""

    def __init__(self, owner: ClassWriter) -> None:
        self.owner = owner
        self.scope = _Scope(owner, in_init=False)
        self.turns: dict[str, str] = {}
        self.gathered: py.Expr | None = None  # what the inputs are taken from, where they stand in loops

    def begin(self, body: Body) -> None:
        """Names for sizes, and iterators over the layers that a turn may or may not make."""
        for each in self.owner.inputs:
            if each.contract is not None and isinstance(each.contract.shape, p.TupleOf):
                for axis, dim in enumerate(each.contract.shape.items, 1):
                    if isinstance(dim, p.UnknownSize) and dim.name is not None:
                        shape = py.Attr(py.Name(self.owner.names.local(each.name)), "shape")
                        self.owner.dims[dim.name] = py.Index(shape, (py.Const(axis),))
        for m in self.owner.plan.made.values():
            if m.holder == "next":
                name = self.owner.names.fresh(m.attribute)
                self.turns[m.attribute] = name
                body.emit(py.Assign(py.Name(name), py.Call(py.Name("iter"), (attribute(m.attribute),))))

    def held(self, m: Made) -> py.Expr:
        match m.holder:
            case "one":
                return attribute(m.attribute)
            case "turn":
                return py.Name(self.turns[m.attribute])
            case "next":
                return py.Call(py.Name("next"), (py.Name(self.turns[m.attribute]),))

    def local(self, body: Body, e: p.Local) -> py.Expr:
        if e.kind == "instance":
            m = self.owner.plan.shared[e.name]
            return py.Name(self.turns[m.attribute]) if m.holder != "one" else attribute(m.attribute)
        return self.scope.local(e)

    def layer(self, body: Body, stage: p.MakeLayer, passed: Passed) -> py.Expr:
        positional = passed.positional
        if isinstance(stage.layer, p.BlockRef) and len(positional) > 1:
            if self.owner.context.block(stage.layer.key).model:
                positional = (py.List(positional),)
        return py.Call(self.held(self.owner.plan.of(stage)), positional, passed.keywords)

    def instance(self, body: Body, stage: p.UseLocal, passed: Passed) -> py.Expr:
        if stage.local.kind == "layer":
            return py.Call(self.held(self.owner.plan.of(stage)), passed.positional, passed.keywords)
        return py.Call(self.local(body, stage.local), passed.positional, passed.keywords)

    def declare(self, body: Body, statement: p.Shared | p.WeightDeclaration) -> None:
        if isinstance(statement, p.Shared):
            m = self.owner.plan.of(statement.value)
            if m.holder == "next":  # one of the iterator for all uses in this turn
                name = self.owner.names.fresh(f"{m.attribute}_shared")
                body.emit(py.Assign(py.Name(name), self.held(m), statement.span))
                self.turns[m.attribute] = name

    def input(self, body: Body, statement: p.Input) -> None:
        """Inputs are the arguments of `call`; those in loops are taken from what it is given."""
        if self.gathered is None:
            return
        name = py.Name(self.owner.names.local(statement.name))
        key = py.Const(statement.name) if statement.key is None else body.expr(statement.key)
        if self.owner.context.settings.named_io:
            value: py.Expr = py.Index(self.gathered, (key,))
        else:
            value = py.Call(py.Name("next"), (self.gathered,))
        target = name if statement.key is None else py.Index(name, (key,))
        body.emit(py.Assign(target, value, statement.span))

    def recipe(self, body: Body, e: p.MakeLayer | p.Stages) -> py.Expr:
        return self.owner.constructor(e, self.owner.build)

    def cond(self, body: Body, stage: p.Cond, passed: Passed) -> py.Expr:
        """`ops.cond(predicate, lambda: A(x), lambda: B(x))`."""
        passed = body.hold(passed, 3, None) if not body.inline else passed
        body.expressions.holes.append(passed.value)
        body.inline += 1
        predicate = body.expr(stage.predicate)
        ways = tuple(py.Lambda((), body.stage(each, passed, None)) for each in (stage.then, stage.otherwise))
        body.inline -= 1
        body.expressions.holes.pop()
        return py.Call(self.owner.context.member("ops", "cond"), (predicate, *ways))

    def loop(self, body: Body, statement: p.For, live: set[str]) -> None:
        """A `for` over the layers it made, and over what it goes through as far as a turn needs that."""
        lists = [m for m in self.owner.plan.loops.get(id(statement), ()) if m.holder == "turn"]
        for m in lists:
            self.turns[m.attribute] = self.owner.names.fresh(m.attribute)
        again = live | names_used(statement.body) | assigned(statement.body) & set(statement.carried)
        inner = without_dead_turns(body.inside(statement.body, again))
        used = names_in(inner)
        target, iterable = _needed_part(statement.target, statement.iterable, body, used)
        if not inner:
            return
        if not lists:
            made = body.expressions.iterable(statement.iterable)
            body.emit(py.For(body.expressions.target(statement.target), made, tuple(inner), statement.span))
            return
        names: list[py.Expr] = [py.Name(self.turns[m.attribute]) for m in lists]
        sources: list[py.Expr] = [attribute(m.attribute) for m in lists]
        if target is not None and iterable is not None:
            made_target = body.expressions.target(target)
            made_iterable = body.expressions.iterable(iterable)
            match made_iterable, made_target:
                case py.Call(py.Name("zip"), parts_, ()), py.Tuple(items, True) if len(parts_) == len(items):
                    names, sources = [*items, *names], [*parts_, *sources]
                case _:
                    grouped = (
                        py.Tuple(made_target.items) if isinstance(made_target, py.Tuple) else made_target
                    )
                    names, sources = [grouped, *names], [made_iterable, *sources]
        if len(names) == 1:
            body.emit(py.For(names[0], sources[0], tuple(inner), statement.span))
        else:
            loop_target = py.Tuple(tuple(names), bare=True)
            body.emit(
                py.For(loop_target, py.Call(py.Name("zip"), tuple(sources)), tuple(inner), statement.span)
            )

    def branch(self, body: Body, statement: p.If, live: set[str]) -> None:
        if self.owner.context.is_open(statement.test):
            body.late_branch(statement, live)
        else:
            body.plain_branch(statement, live)


def _needed_part(
    target: p.Target, iterable: p.Expr, body: Body, used: set[str]
) -> tuple[p.Target | None, p.Expr | None]:
    """What of a loop's own target a turn of `call` still reads; `zip` gives up the parts that nobody reads."""
    from dslc.emit.usage import bound_names

    def read(each: p.Target) -> bool:
        return any(body.names.local(name) in used for name in bound_names(each))

    match iterable, target:
        case p.CallBuiltin(span, "zip", items, keywords), p.Unpack(where, targets, brackets) if len(
            items
        ) == len(targets):
            pairs = [_needed_part(t, e, body, used) for t, e in zip(targets, items, strict=True)]
            kept = [(t, e) for t, e in pairs if t is not None and e is not None]
            if not kept:
                return None, None
            if len(kept) == 1:
                return kept[0]
            new_target = p.Unpack(where, tuple(t for t, _ in kept), brackets)
            return new_target, p.CallBuiltin(span, "zip", tuple(e for _, e in kept), keywords)
        case p.CallBuiltin(_, "enumerate", (inner,), ()), p.Unpack(_, (index, value), _) if not read(index):
            return _needed_part(value, inner, body, used)
        case _:
            return (target, iterable) if read(target) else (None, None)
