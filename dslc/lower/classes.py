"""A block or model as a class: `__init__` makes the layers, `call` lets the data flow, `get_config` saves the parameters.

In: a block or model.  Out: a `ClassPlan`. `__init__` is the projection of the body on what is known at once, `build` that on
the shapes of the inputs, `call` its data flow. A model knows its input shapes in `__init__`, so it has no `build`: what
depends on a shape is made on symbolic inputs there, and its last line calls the model on them.

    block B(n) = Dense(n)           __init__   Bind self.n n, Make dense New(Dense, n)
                                    call       Give Apply(Held dense, x)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, assert_never

from dslc.lower import layers, objects, plan
from dslc.lower.arithmetic import arithmetic
from dslc.lower.beforehand import Beforehand, body_of, lists_in, sizes_said
from dslc.lower.binding_time import BindingTimes, Time
from dslc.lower.configurations import Configuration, of_super
from dslc.lower.expressions import together
from dslc.lower.facts import Facts
from dslc.lower.fewest import fewest
from dslc.lower.functions import (
    all_inputs,
    begin_inputs,
    converted,
    freezing,
    give_last,
    given_layers,
    is_missing,
    name_of,
    none_for_layer,
    results,
    signature,
    static_scope,
)
from dslc.lower.inputs import cast, declared_sizes, input_records, keras_input, sizes
from dslc.lower.kinds import of_item
from dslc.lower.liveness import free, is_early, live_steps, read_before_bound
from dslc.lower.local_layers import without_attributes
from dslc.lower.loops import over_layers
from dslc.lower.names import AttributeNames
from dslc.lower.penalties import made_before
from dslc.lower.projections import project
from dslc.lower.scope import Live, Scope
from dslc.lower.slots import Slots
from dslc.lower.statements import lower_body
from dslc.lower.tables import made_once, tables
from dslc.lower.training import trains_otherwise
from dslc.program import nodes as p
from dslc.program.traversal import (
    are_always_there,
    asks_training,
    assigned,
    children,
    inputs_in,
    is_drawn,
    statements_in,
    walk,
)
from dslc.program.ways import is_false
from dslc.record import replace

SELF = plan.Var("self")


def class_plan(facts: Facts, item: p.Block) -> plan.ClassPlan:
    """The plan of a block or model as a class."""
    return _Class(facts, item).planned()


class _Class:
    """What the methods of one class share."""

    def __init__(self, facts: Facts, item: p.Block) -> None:
        self.facts = facts
        self.item = item
        self.statements = body_of(item)
        self.inputs = inputs_in(self.statements)
        self.attributes = AttributeNames(item.parameters)
        self.names = facts.body_names(item, is_class=True)
        self.names.claim(assigned(self.statements))
        self.replay_names = (
            self.names.fork()
        )  # what goes through the flow before the first call says as the call does
        self.configuration = Configuration(facts, item, self.names, self.attributes)
        self.rebound = assigned(self.statements, inputs=False)
        self.parameters = signature(facts, item.parameters, self.names, item.key, self._default_layer)
        self.sizes = sizes_said(facts.analyses, item)
        lists = lists_in(facts.analyses, item)
        self.times = BindingTimes(self.statements, facts.analyses.ended, self.sizes, lists)
        self.asks_training = asks_training(self.statements)
        self.trains = self.asks_training and _trains(self.statements)
        self.either = frozenset(self._either_weight_or_value())
        draws = any(is_drawn(each) for each in walk(self.statements))
        self.seed = plan.Held(self.attributes.names.fresh("seed_generator")) if draws else None
        self.kept_tables = {
            self.attributes.names.fresh(each.call.name): each
            for each in tables(self.statements, self.times, self.rebound, facts.analyses.tables)
        }
        self.tables = {each.call.span: attribute for attribute, each in self.kept_tables.items()}
        self.slots = Slots(self.statements, self.times, self.attributes.names, facts.analyses.is_late)
        self.beforehand = Beforehand(facts.analyses, item, self.statements, self.times, self.slots)
        self.penalties: list[plan.Step] = []  # made in `__init__` for what `build` makes

    def _either_weight_or_value(self) -> Iterator[str]:
        """Weights under a condition whose names stand for something else where it does not hold: `bias = None` before."""
        conditional = {
            s.name
            for s in statements_in(self.statements)
            if isinstance(s, p.WeightDeclaration) and s not in self.statements
        }
        for each in walk(self.statements) if conditional else ():
            if isinstance(each, p.Local) and each.kind == "value" and each.name in conditional:
                yield each.name

    def _default_layer(self, default: p.Stage, name: str) -> plan.Expr:
        if self.item.model:
            return none_for_layer(default, name)
        return objects.made(static_scope(self.facts, self.names, self.item.key), default)

    def scope(self, in_init: bool) -> Scope:
        """A method; parameters are variables in `__init__` and attributes everywhere else."""
        scope = static_scope(self.facts, self.names, self.item.key)
        scope.sizes = self._sizes({}) if in_init else {}
        scope.slots = self.slots
        for each in self.item.parameters:
            held = plan.Held(self.attributes.parameters[each.name])
            scope.places["recipe", each.name] = held
            if each.kept:
                scope.places["instance", each.name] = held
            if not in_init:
                scope.places["parameter", each.name] = held
                scope.places["layer", each.name] = held
            if not in_init and each.name in self.rebound:  # from here on it is a variable like any other
                del scope.places["parameter", each.name]
                scope.emit(plan.Bind(plan.Var(self.names.given[each.name]), held, each.span, "", True))
        if self.item.model:
            scope.models.update(self.facts.handed_models(self.item))
        scope.either = self.either
        scope.seed = self.seed
        return scope

    def _sizes(self, shapes: Mapping[str, plan.Expr]) -> dict[int, plan.Expr]:
        """The measured sizes that are known by the parameters, and by the shapes that `build` is given of the inputs."""
        places: dict[str, plan.Expr] = {}
        for each in self.item.parameters:
            here = not shapes and each.name not in self.rebound
            held = plan.Held(self.attributes.parameters[each.name])
            places[each.name] = plan.Var(self.names.given[each.name]) if here else held
        for name, axis in self.sizes.axes.items() if shapes else ():
            places[name] = plan.Index(shapes[axis.name], (plan.Const(axis.axis),))
        return {
            site: arithmetic(dim, places)
            for site, dim in self.sizes.dims.items()
            if shapes or not self.sizes.needs_shapes(site)
        }

    @property
    def plain_inputs(self) -> bool:
        """Whether every input stands by itself, outside loops and conditions."""
        return all(each.key is None for each in self.inputs) and are_always_there(
            self.inputs, self.statements
        )

    @property
    def given_at_call(self) -> str:
        """The name that `call` has for what it is given."""
        return self.call.parameters[1][0]

    # ---- the class

    def planned(self) -> plan.ClassPlan:
        item = self.item
        call = self.call
        build = None if item.model else self._build()
        init = self._init()
        says = item.parameters or len(init.steps) > 1 or item.key in self.facts.analyses.uncast
        methods: list[plan.Method] = [init] if says else []
        if item.key in self.facts.analyses.wrapped:
            methods += [build or self._build_by_shape(), call, self._compute_output_shape()]
            if item.key in self.facts.analyses.of_other_dtypes:
                methods.append(self._compute_output_spec())
        else:
            methods += [call] if build is None else [build, call]
        if item.parameters:
            methods.append(self.configuration.get_config())
        loads = self.configuration.from_config()
        if loads is not None:
            methods.append(loads)
        made = plan.ClassPlan(
            self.facts.names.names[item.key],
            item.key,
            "Model" if item.model else "Layer",
            self.facts.package,
            item.doc,
            tuple(self.slots.in_order()),
            tuple(methods),
            item.name_span,
        )
        return without_attributes(made)

    # ---- __init__

    def _init(self) -> plan.Method:
        scope = self.scope(in_init=True)
        named = name_of(self.facts, self.item) if self.item.model else ()
        named = () if any(each.name == "name" for each in self.item.parameters) else named
        given: list[tuple[str, plan.Expr]] = [(word, plan.Var(word)) for word, _ in named]
        if self.item.key in self.facts.analyses.uncast:
            given.append(("autocast", plan.Const(False)))
        first: list[plan.Step] = [plan.Do(of_super("__init__", (), (*given, ("", plan.Var("kwargs")))), None)]
        for parameter, kind in of_item(self.facts.analyses.kinds, self.item):
            name = plan.Var(self.names.given[parameter.name])
            first.append(converted(name, kind, parameter, nested=True))
        own = {each.name: default for each, default in given_layers(self.item)} if self.item.model else {}
        for each in self.item.parameters:
            value: plan.Expr = plan.Var(self.names.given[each.name])
            if each.name in own:
                made = objects.made(static_scope(self.facts, self.names, self.item.key), own[each.name])
                value = plan.Conditional(is_missing(value), made, value)
            elif (
                each.layer and not each.kept and not self.configuration.is_configured(each)
            ):  # a recipe: every use makes a layer of its own
                value = plan.Recipe(value)
            first.append(plan.Bind(plan.Held(self.attributes.parameters[each.name]), value, None))
        if self.seed is not None:
            first.append(plan.Bind(self.seed, plan.Call(plan.Keras("random", "SeedGenerator")), None))
        steps = [*self.penalties, *self._kept_tables(scope), *project(scope, self.statements, "init")]
        if self.item.model and self.beforehand.makes_on_the_way:
            steps = self._from_the_beginning(list(live_steps(steps, is_early)), self._first_call())
        elif self.item.model:
            steps += self._first_call()
        kept = live_steps(steps, is_early)
        parameters: list[tuple[str, plan.Expr | None]] = [("self", None), *self.parameters, *named]
        if "trainable" in self.facts.analyses.as_layers.get(self.item.key, ()):
            parameters.append(("trainable", plan.Const(True)))
            kept = (*kept, freezing(plan.Var("trainable"), plan.Held("trainable"), self.item.name_span))
        return plan.Method(
            "__init__", tuple(parameters), (*first, *kept), None, self.item.name_span, "kwargs"
        )

    def _from_the_beginning(self, before: list[plan.Step], replay: list[plan.Step]) -> list[plan.Step]:
        """Steps, and behind them the flow from its first line: parameters that they have changed are what was given again."""
        changed: set[str] = set()
        for each in plan.walk(tuple(before)):
            if isinstance(each, (plan.Bind, plan.Grow, plan.Loop)) and each.target is not None:
                changed |= free(each.target)
        again = changed & read_before_bound(replay)
        return [
            *before,
            *(
                plan.Bind(plan.Var(name), plan.Held(self.attributes.parameters[each.name]), each.span)
                for each in self.item.parameters
                if (name := self.names.given[each.name]) in again
            ),
            *replay,
        ]

    def _kept_tables(self, scope: Scope) -> list[plan.Step]:
        """Lists that `call` needs, computed once: they follow from the parameters, so nothing of them is saved."""
        read = {each.attribute for each in plan.walk(self.call) if isinstance(each, plan.Held)}
        return made_once(scope, [each for each in self.kept_tables.items() if each[0] in read])

    def _first_call(self) -> list[plan.Step]:
        """`self(keras.Input(…))` builds every layer, so that counting, saving and loading work at once."""
        scope = self.scope(in_init=True)
        named = self.facts.settings.named_io
        if self.beforehand.makes_on_the_way:
            records = begin_inputs(scope, self.item, "" if self.plain_inputs else self.given_at_call)
            return list(self._replayed(scope, lambda: self._calls(all_inputs(scope, records))))
        if self.plain_inputs:
            made = [(each.name, keras_input(scope, each)) for each in self.inputs]
            return self._calls(results(made, named))
        gathered = plan.Var(self.given_at_call)
        scope.inputs, scope.gathered = "gathered", gathered
        empty: plan.Expr = plan.DictOf(()) if named else plan.ListOf(())
        scope.emit(plan.Bind(gathered, empty, self.item.name_span))
        scope.slots = None
        lower_body(scope, _only_inputs(self.statements), Live())
        return [*scope.out, *self._calls(gathered)]

    def _calls(self, value: plan.Expr) -> list[plan.Step]:
        """Calls on symbolic inputs that build every layer."""
        span = self.item.name_span
        call = plan.Do(plan.Apply(SELF, (value,)), span, "builds every layer")
        if not self.trains:
            return [call]
        training = plan.Apply(SELF, (value,), (("training", plan.Const(True)),))
        return [call, plan.Do(training, span, "and what only training uses")]

    # ---- build

    def _shape_name(self, each: p.Input) -> str:
        return "input_shape" if len(self.inputs) == 1 else f"{self.names.local(each.name)}_shape"

    def _build(self) -> plan.Method | None:
        """`build` of a block, where a layer or weight depends on a shape: of an input, or of something on its way."""
        scope = self.scope(in_init=False)
        shapes = {each.name: plan.Var(self._shape_name(each)) for each in self.inputs}
        scope.sizes = self._sizes(shapes)
        if self.beforehand.depends_on_the_way:
            for each, value in self._symbolic_inputs():
                scope.emit(plan.Bind(plan.Var(self.names.local(each.name)), value, each.span))
            steps = list(self._replayed(scope, list))
        else:
            scope.shapes.update(shapes)
            for name, one, axis in declared_sizes(self.inputs):
                scope.places["dim", name] = plan.Index(shapes[one.name], (plan.Const(axis),))
            steps = list(live_steps([*scope.out, *project(scope, self.statements, "build")], is_early))
        if self.trains:
            tensors = tuple(value for _, value in self._symbolic_inputs())
            call = plan.Apply(plan.Held("compute_output_spec"), tensors, (("training", plan.Const(True)),))
            steps.append(plan.Do(call, self.item.name_span, "builds what only training uses"))
        if self.item.key in self.facts.analyses.frozen:
            steps = list(_frozen_where_made(steps))
            steps += self._frozen_where_built()
        if not steps:
            return None
        self.penalties, steps = made_before(steps, self.attributes.names.fresh)
        names = [self._shape_name(each) for each in self.inputs]
        if len(names) == 1:
            steps.append(plan.Do(of_super("build", (plan.Var("input_shape"),)), None))
        parameters = (("self", None), *((name, None) for name in names))
        return plan.Method("build", parameters, tuple(steps), None, None)

    def _frozen_where_built(self) -> list[plan.Step]:
        """What freezes the layers inside layers that are made when these are built, which is mostly in the first call."""
        if self.item.model or not self.facts.analyses.builds_layers(self.item):
            return []
        tensors = tuple(value for _, value in self._symbolic_inputs())
        held, span = plan.Held("trainable"), self.item.name_span
        own = freezing(held, held, span)
        again = plan.Bind(held, plan.Const(True), span, "Keras sets nothing to what it is")
        call = plan.Apply(plan.Held("compute_output_spec"), tensors)
        steps = (again, plan.Do(call, span, "builds every layer"), *own.then)
        return [plan.Branch(own.test, steps, (), span)]

    def _replayed(self, scope: Scope, last: Callable[[], list[plan.Step]]) -> tuple[plan.Step, ...]:
        """The flow of data on symbolic tensors as far as layers need it, each made before it is called."""
        scope.building = True
        scope.names = self.replay_names
        scope.is_checked = lambda test: True
        before, scope.out = scope.out, []
        if self.asks_training:
            scope.emit(plan.Bind(plan.Var("training"), plan.Const(False), None))
        self._begin(scope)
        kept = {each.name for each in self.inputs} if self.item.model else set()  # for the first call
        lower_body(scope, self.statements, Live(None, dict.fromkeys(kept - scope.rebound, 1), 0))
        awaited = {slot.attribute for slot in self.beforehand.built_first} | {*self.beforehand.given_first}
        reached = {name for name in awaited if name in scope.turns}
        awaited_names = frozenset(
            each.name for name in reached if isinstance(each := scope.turns[name], plan.Var)
        )
        for call in _not_called(awaited, scope.out, [value for _, value in scope.outputs]):
            scope.emit(plan.Do(call, None))
        steps, scope.out = [*before, *scope.out, *last()], []
        return over_layers(live_steps(steps, partial(_may_go, frozenset(awaited), awaited_names)), scope)

    def _build_by_shape(self) -> plan.Method:
        """A `build` for a layer that another may build before it calls it."""
        shape = plan.Var("input_shape")
        asked = plan.Apply(plan.Held("compute_output_shape"), (shape,))
        steps = (plan.Do(asked, None, "builds every layer"), plan.Do(of_super("build", (shape,)), None))
        return plan.Method("build", (("self", None), ("input_shape", None)), steps, None, None)

    def _compute_output_shape(self) -> plan.Method:
        """What a layer around this one asks for: Keras infers shapes only of what is called."""
        ((_, tensor),) = self._symbolic_inputs()
        result = plan.Attribute(plan.Apply(plan.Held("call"), (tensor,)), "shape")
        parameters = (("self", None), ("input_shape", None))
        return plan.Method("compute_output_shape", parameters, (plan.Give(result, None),), None, None)

    def _compute_output_spec(self) -> plan.Method:
        """What a graph asks for: of a class that tells its shape it takes the dtype to be that of its weights."""
        names = [name for name, _ in self.call.parameters[1:]]
        tensors = tuple(plan.Var(name) for name in names if name != "training")
        asked = tuple((name, plan.Var(name)) for name in names if name == "training")
        result = plan.Var(self.names.fresh("result"))
        called = plan.Call(plan.Held("call"), tensors, asked)
        spec = plan.Call(
            plan.Keras("keras", "KerasTensor"),
            (plan.Attribute(result, "shape"),),
            (("dtype", plan.Attribute(result, "dtype")),),
        )
        steps = (plan.Bind(result, called, None), plan.Give(spec, None))
        return plan.Method("compute_output_spec", self.call.parameters, steps, None, None)

    def _symbolic_inputs(self) -> list[tuple[p.Input, plan.Expr]]:
        """For each input of a block a symbolic tensor of the shape that `build` is given."""
        made: list[tuple[p.Input, plan.Expr]] = []
        for each in self.inputs:
            shape = plan.Var(self._shape_name(each))
            dtype = each.contract.dtype if each.contract is not None else None
            kind = plan.Const(dtype) if dtype is not None else plan.Held("compute_dtype")
            tensor = plan.Keras("keras", "KerasTensor")
            value: plan.Expr = plan.Call(tensor, (shape,), (("dtype", kind),))
            if (
                self.item.key,
                each.name,
            ) in self.facts.analyses.nested:  # a shape for each of a list or record
                one = plan.Function(("shape",), plan.Call(tensor, (plan.Var("shape"),), (("dtype", kind),)))
                value = plan.Call(plan.Keras("keras", "tree.map_shape_structure"), (one, shape))
            made.append((each, value))
        return made

    # ---- call

    def _begin(self, scope: Scope) -> None:
        """Names for sizes, lists to fill, and iterators over the layers that a turn may or may not make."""
        sizes(scope, self.inputs, self.statements)
        for slot in {each.attribute: each for each in self.slots.in_order()}.values():
            if layers.is_made_here(scope, slot):
                if slot.holder != "one":
                    scope.emit(plan.Empty(slot, None))
            elif slot.holder == "next":
                name = plan.Var(scope.names.fresh(slot.attribute))
                scope.turns[slot.attribute] = name
                source = plan.Call(plan.Python("iter"), (plan.Held(slot.attribute),))
                scope.emit(plan.Bind(name, source, None, "", True))

    @cached_property
    def call(self) -> plan.Method:
        """The flow of data."""
        scope = self.scope(in_init=False)
        parameters: list[tuple[str, plan.Expr | None]] = [("self", None)]
        inputs = [self.names.local(each.name) for each in self.inputs]
        if self.item.model and (not self.plain_inputs or len(inputs) > 1):
            parameters.append((self.names.fresh("inputs"), None))
            self._take_inputs(scope, plan.Var(parameters[-1][0]), inputs)
        else:
            parameters.extend((name, None) for name in inputs)
        if self.item.model and self.plain_inputs:
            for each, name in zip(self.inputs, map(plan.Var, inputs), strict=True):
                scope.bind(name, cast(scope, each, name) or name)
        if self.asks_training or (
            self.item.model and trains_otherwise(self.facts.analyses.module, self.item)
        ):
            parameters.append(("training", plan.Const(None)))
        scope.tables = self.tables
        self._begin(scope)
        scope.is_checked = (  # by `__init__`; without a way that only raises, others may seem to leave a name without a value
            lambda test: self.times.of(test) == Time.STATIC and not is_false(test)
        )
        last = give_last(scope, self.statements)
        values = scope.outputs
        if self.item.model:
            result = results(values, self.facts.settings.named_io)
        else:
            result = together([value for _, value in values])
        span, comment = (scope.span, scope.last_comment) if len(values) == 1 else (last.span, "")
        scope.emit(plan.Give(result, span, comment))
        steps = over_layers(live_steps(scope.out, is_early), scope)
        return plan.Method("call", tuple(parameters), steps, None, self.item.name_span)

    def _take_inputs(self, scope: Scope, whole: plan.Var, inputs: list[str]) -> None:
        """The inputs of a model out of the list or dict that it is called with."""
        named = self.facts.settings.named_io
        if self.plain_inputs and named:
            for each, name in zip(self.inputs, inputs, strict=True):
                scope.emit(plan.Bind(plan.Var(name), plan.Index(whole, (plan.Const(each.name),)), None))
        elif self.plain_inputs:
            every = plan.TupleOf(tuple(plan.Var(name) for name in inputs), bare=True)
            scope.emit(plan.Bind(every, whole, None))
        else:
            scope.inputs, scope.gathered = "taken", whole
            for name in input_records(self.item.body)[0]:
                scope.emit(plan.Bind(plan.Var(self.names.local(name)), plan.DictOf(()), None))
            if not named:
                if fewest(scope, self.item.body, p.Input) < 2:
                    scope.emit(_alone_as_list(whole))
                turns = plan.Var(self.names.fresh("next_input"))
                scope.emit(plan.Bind(turns, plan.Call(plan.Python("iter"), (whole,)), None))
                scope.gathered = turns


def _frozen_where_made(steps: Iterable[plan.Step]) -> Iterator[plan.Step]:
    """The steps of a `build`, each layer that they make frozen like the block that it is in."""
    for step in steps:
        match step:
            case plan.Loop():
                yield replace(step, body=tuple(_frozen_where_made(step.body)))
            case plan.Branch():
                then, otherwise = (tuple(_frozen_where_made(way)) for way in (step.then, step.otherwise))
                yield plan.Branch(step.test, then, otherwise, step.span)
            case plan.Make(slot, _, span) if not slot.weight:
                yield step
                made: plan.Expr = plan.Held(slot.attribute)
                if slot.holder != "one":
                    made = plan.Index(made, (plan.Const(-1),))
                yield freezing(plan.Held("trainable"), plan.Attribute(made, "trainable"), span)
            case _:
                yield step


def _may_go(awaited: frozenset[str], names: frozenset[str], step: plan.Step) -> bool:
    """Whether a step of a `build` may be left out: it builds none of the layers that must be built there."""
    if not isinstance(step, (plan.Bind, plan.Grow, plan.Append, plan.Define)):
        return False
    if isinstance(step, plan.Bind) and isinstance(step.target, plan.Held):
        return False
    return not any(
        (isinstance(each, plan.Held) and each.attribute in awaited)
        or (isinstance(each, plan.Var) and each.name in names)
        for each in plan.walk(step)
    )


def _not_called(
    awaited: set[str], steps: Sequence[plan.Step], values: Iterable[plan.Expr]
) -> list[plan.Apply]:
    """The first call in what a body gives of each of these layers that no step of it calls."""
    called = _held(steps)
    found: list[plan.Apply] = []
    for each in plan.walk(tuple(values)):
        if isinstance(each, plan.Apply) and _held(each.function) & awaited - called:
            called |= _held(each)
            found.append(each)
    return found


def _held(node: object) -> set[str]:
    """The attributes in a part of a plan."""
    return {each.attribute for each in plan.walk(node) if isinstance(each, plan.Held)}


def _trains(body: Sequence[p.Statement]) -> bool:
    """Whether layers stand only behind a question for `training`: a first call, which does not train, would not build them."""
    behind = [each for node in _training_ways(body) for each in walk(node)]
    if any(isinstance(each, (p.MakeLayer, p.UsePlace)) for each in behind):
        return True
    used = _names_used(behind)
    return any(used[name] == times for name, times in _names_used(walk(body)).items())


def _training_ways(nodes: Iterable[Any]) -> Iterator[Any]:
    """What is gone through in training, maybe only there."""
    for node in nodes:
        if not isinstance(node, (p.If, p.Choice, p.Conditional)) or not asks_training(node.test):
            yield from _training_ways(children(node))
            continue
        match node.test:
            case p.Local():
                yield node.then
            case p.Unary(_, "not", p.Local()):
                yield node.otherwise
            case _:
                yield node.then, node.otherwise


def _names_used(nodes: Iterable[Any]) -> Counter[str]:
    """How often data flows through each of the names of layers."""
    return Counter(each.local.name for each in nodes if isinstance(each, p.UseLocal))


def _only_inputs(statements: Sequence[p.Statement]) -> list[p.Statement]:
    """The `input` statements of a body, with the loops and conditions around them."""
    kept: list[p.Statement] = []
    for s in statements:
        match s:
            case p.Input():
                kept.append(s)
            case _ if not inputs_in((s,)):
                pass
            case p.For(span, target, iterable, body, carried, site):
                kept.append(p.For(span, target, iterable, tuple(_only_inputs(body)), carried, site))
            case p.If(span, test, then, otherwise, site):
                kept.append(p.If(span, test, tuple(_only_inputs(then)), tuple(_only_inputs(otherwise)), site))
            case (
                p.Output() | p.Shared() | p.WeightDeclaration() | p.Assign() | p.Augment() | p.Loss() | p.Assert() | p.Return()
            ):  # fmt: skip
                pass  # no input
            case _:
                assert_never(s)
    return kept


def _alone_as_list(inputs: plan.Var) -> plan.Step:
    """A model with one input is called with that alone."""
    lists = plan.TupleOf((plan.Python("list"), plan.Python("tuple")))
    several = plan.Call(plan.Python("isinstance"), (inputs, lists))
    return plan.Branch(
        plan.Unary("not", several), (plan.Bind(inputs, plan.ListOf((inputs,)), None),), (), None
    )
