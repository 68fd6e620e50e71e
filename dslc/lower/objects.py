"""Layers that are handed around: as an object, as a function on tensors, or kept as what makes them.

In: a layer, block or chain that stands as a value, and who takes it.  Out: the object (`layers.Dense(8)`) for a Keras layer or
a class; a function on tensors for a block that is a function; and for a name or a list a function that makes a new layer at
every use, because the source says of a recipe that every use makes one.

    x -> R(Dense(8))               R(New(Dense, 8))           or   r(x, Function(x: Apply(New(Dense, 8), x)))
    y = Dense(8)                   Define y: Give New(Dense, 8)
    x -> R(y)                      R(Call(y))                 or   r(x, Function(x: Apply(Call(y), x)))
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from dslc.lower import plan
from dslc.lower.expressions import argument, argument_name, arguments, comprehension, operation
from dslc.lower.liveness import free
from dslc.lower.recipes import Kind, Many, Row, element_of, holds, holds_layer
from dslc.lower.scope import Passed, Scope
from dslc.program import nodes as p
from dslc.program.spread import entries
from dslc.program.traversal import arguments_of, is_given_layer, is_starred, read, takers, walk
from dslc.record import replace

Made = TypeVar("Made")

# ---- objects


def made(scope: Scope, stage: p.Stage) -> plan.Expr:
    """A layer as an object: `layers.Dense(3)`, `ConvBN(64)`, or `keras.Sequential([...])` for a chain."""
    match stage:
        case p.MakeLayer():
            if not isinstance(stage.layer, p.ExternRef) and not is_application(stage):
                return plan.New(_class_of(stage), *stage_arguments(scope, stage))
            positional, keywords = stage_arguments(scope, _with_frozen_in_words(scope, stage))
            own = tuple(each for each in keywords if each[0] != "trainable")
            layer = plan.New(_class_of(stage), positional, own)
            return plan.Trainable(layer, dict(keywords)["trainable"]) if own != keywords else layer
        case p.Taps():
            return _model_of_taps(scope, stage)
        case p.UseLocal(_, local):
            if is_factory(scope, local):
                return plan.New(scope.place(local), *arguments(scope, stage.positional, stage.keywords))
            return from_recipe(scope, local) if _is_recipe(scope, local) else scope.place(local)
        case p.Stages(_, (one,)):
            return made(scope, one)
        case p.Stages(_, stages):
            return plan.Chain(tuple(made(scope, each) for each in stages))
        case p.Choice(_, test, then, otherwise):
            return inline(
                scope,
                lambda: plan.Conditional(
                    scope.knots.expr(scope, test), made(scope, then), made(scope, otherwise)
                ),
            )
        case _:
            raise AssertionError("checked before: only layers are handed around")


def _class_of(stage: p.MakeLayer) -> plan.Expr:
    layer = stage.layer
    if not isinstance(layer, p.KerasLayer):
        return plan.Reference(layer.key)
    namespace, _, name = layer.name.rpartition(".")
    return plan.Keras(namespace or "layers", name)


def _with_frozen_in_words(scope: Scope, stage: p.MakeLayer) -> p.MakeLayer:
    """A stage without dictionaries that say `trainable`, which is no argument in Python; their entries are written out."""
    keywords: list[p.Argument] = []
    for a in stage.keywords:
        held = entries(scope.facts.module.files[scope.file], a.value) if a.name == p.SPREAD else None
        if held is None or "trainable" not in held:
            keywords.append(a)
        else:
            keywords += (p.Argument(a.span, name, a.name_span, value) for name, value in held.items())
    return replace(stage, keywords=tuple(keywords))  # type: ignore[no-any-return]


def is_application(stage: p.MakeLayer) -> bool:
    """Whether a stage makes a model of `keras.applications`."""
    return isinstance(stage.layer, p.KerasLayer) and "." in stage.layer.name


def _model_of_taps(scope: Scope, stage: p.Taps) -> plan.Expr:
    """`keras.Model(base.input, [base.get_layer(name).output for name in names])`; a `Sequential` has `base.inputs` alone."""
    base = scope.place(stage.model)
    came_in: plan.Expr = plan.Attribute(base, "input")
    if scope.facts.style == "sequential" and scope.facts.analyses.models_held.get(
        (scope.key, stage.model.name)
    ):
        came_in = plan.Index(plan.Attribute(base, "inputs"), (plan.Const(0),))

    def output(name: plan.Expr) -> plan.Expr:
        return plan.Attribute(plan.Call(plan.Attribute(base, "get_layer"), (name,)), "output")

    names = inline(scope, lambda: scope.knots.expr(scope, stage.names))
    outputs = output(names)
    if stage.several and isinstance(names, plan.Comprehension) and names.key is None:
        outputs = plan.Comprehension(output(names.element), names.clauses)
    elif stage.several:
        each = plan.Var(scope.names.temporary("n"))
        outputs = plan.Comprehension(output(each), (plan.Clause(each, names, None),))
    return plan.New(plan.Keras("keras", "Model"), (came_in, outputs))


def inline(scope: Scope, write: Callable[[], Made]) -> Made:
    """What stands inside an expression, which holds no steps."""
    scope.inline += 1
    try:
        return write()
    finally:
        scope.inline -= 1


def _is_recipe(scope: Scope, e: p.Expr) -> bool:
    """Whether a class was given this layer as a recipe."""
    return scope.slots is not None and is_given_layer(e)


def is_factory(scope: Scope, e: p.Expr) -> bool:
    """Whether a name is a layer parameter that holds what makes layers, and takes their arguments here."""
    return is_given_layer(e) and scope.facts.is_configured(scope.key, e.name)


def from_recipe(scope: Scope, e: p.Expr) -> plan.Expr:
    """A new layer after the recipe that a layer parameter holds (in `__init__` too the attribute holds it)."""
    assert isinstance(e, p.Local)
    if is_factory(scope, e):
        return plan.New(scope.place(e))
    return plan.FromRecipe(scope.places["recipe", e.name])


# ---- arguments


def stage_arguments(
    scope: Scope, stage: p.MakeLayer
) -> tuple[tuple[plan.Expr, ...], tuple[tuple[str, plan.Expr], ...]]:
    """The arguments of a layer or block, layers among them as whoever takes them wants them."""
    layer = stage.layer
    parameters = scope.facts.block(layer.key).parameters if isinstance(layer, p.BlockRef) else ()
    functions = isinstance(layer, p.BlockRef) and scope.facts.takes_functions(layer.key)
    layered = {each.name for each in parameters if each.layer}
    places = [each.name for each in parameters]

    def value(e: p.Expr, name: str | None) -> plan.Expr:
        if isinstance(layer, p.BlockRef) and name is not None and scope.facts.is_configured(layer.key, name):
            return as_factory(scope, e)
        if isinstance(layer, p.BlockRef) and functions and name in layered:
            return as_function(scope, e, calls_of(scope, layer.key, name))
        return as_object(scope, e, isinstance(layer, p.KerasLayer))

    stars = [place for place, e in enumerate(stage.positional) if is_starred(e)]
    known = min(stars, default=len(places))  # behind a star nobody knows whose place it is
    positional = tuple(
        value(e, places[place] if place < min(known, len(places)) else None)
        for place, e in enumerate(stage.positional)
    )
    keywords = tuple(
        (
            argument_name(a),
            value(a.value, a.name) if holds_layer(scope.kind(a.value)) else argument(scope, a),
        )
        for a in stage.keywords
    )
    return positional, keywords


def as_object(scope: Scope, e: p.Expr, keras: bool) -> plan.Expr:
    """An argument of a Keras layer or a class: whatever is a layer is a new one."""
    of = partial(as_object, scope, keras=keras)
    kind = scope.kind(e)
    match e:
        case p.MakeLayer() | p.Stages():
            return inline(scope, lambda: made(scope, e))
        case p.Local(_, _, "layer") if keras and scope.slots is not None:
            return from_recipe(scope, e)
        case _ if not holds_layer(kind):
            return scope.knots.expr(scope, e)
        case p.Conditional(_, test, then, otherwise):
            return inline(
                scope, lambda: plan.Conditional(scope.knots.expr(scope, test), of(then), of(otherwise))
            )
        case p.ListOf(_, items):
            return plan.ListOf(tuple(of(item) for item in items))
        case p.TupleOf(_, items):
            return plan.TupleOf(tuple(of(item) for item in items))
        case p.Starred(_, value):
            return plan.Spread(of(value))
        case p.Comprehension():
            return inline(scope, lambda: comprehension(scope, e, of))
        case _:
            return _new(scope, scope.knots.expr(scope, e), kind)


def _new(scope: Scope, kept: plan.Expr, kind: Kind) -> plan.Expr:
    """New layers after what was kept."""
    match kind:
        case "recipe":
            return plan.Call(kept)
        case "maybe":
            is_none = plan.Compare(kept, (("is", plan.Const(None)),))
            return plan.Conditional(is_none, plan.Const(None), plan.Call(kept))
        case Many() | Row():
            make = plan.Var(scope.names.temporary("make"))
            element = _new(scope, make, element_of(kind))
            return plan.Comprehension(element, (plan.Clause(make, kept, None),))
        case _:
            return kept


# ---- what makes layers


def as_factory(scope: Scope, e: p.Expr) -> plan.Expr:
    """An argument as what makes layers of the arguments that it is given: `layers.LayerNormalization`."""
    match e:
        case p.MakeLayer() | p.Stages():
            return stage_as_factory(scope, e)
        case p.Conditional(_, test, then, otherwise):
            ways = as_factory(scope, then), as_factory(scope, otherwise)
            return plan.Conditional(scope.knots.expr(scope, test), *ways)
        case p.Local(_, _, "layer"):
            return scope.place(e)
        case _:
            return scope.knots.expr(scope, e)


def stage_as_factory(scope: Scope, stage: p.Stage) -> plan.Expr:
    """A layer without brackets as what makes it; one that has its arguments takes no others."""
    match stage:
        case p.Stages(_, (one,)):
            return stage_as_factory(scope, one)
        case p.UseLocal(_, local, called=False):
            return scope.place(local)
        case p.MakeLayer(called=False):
            return _class_of(stage)
        case p.Choice(_, test, then, otherwise):
            ways = stage_as_factory(scope, then), stage_as_factory(scope, otherwise)
            return plan.Conditional(scope.knots.expr(scope, test), *ways)
        case _:
            return plan.Function((), inline(scope, lambda: made(scope, stage)))


# ---- functions on tensors

Calls = tuple[tuple[int, tuple[str, ...]], ...]
"""How a layer is called that is handed as a function: with how many tensors, and which keywords."""


def calls_of(scope: Scope, key: plan.Key, name: str | None) -> Calls:
    """How a block calls the layer that it is given under a name, where that is with more than one tensor."""
    return () if name is None else scope.facts.analyses.several.get((key, name), ())


def as_function(scope: Scope, e: p.Expr, calls: Calls) -> plan.Expr:
    """An argument as a function on tensors: `lambda x: layers.ReLU()(x)`."""
    match e:
        case _ if scope.kind(e) == "none":
            return plan.Const(None)
        case p.Local(_, _, "layer") if is_factory(scope, e):
            return _function(scope, e, calls, lambda passed: _apply(plan.New(scope.place(e)), passed))
        case p.Local(_, _, "layer" | "instance"):
            return scope.place(e)
        case p.Conditional(_, test, then, otherwise) if scope.kind(e) == "maybe" or holds(
            scope.kind(e), "none"
        ):
            ways = as_function(scope, then, calls), as_function(scope, otherwise, calls)
            return plan.Conditional(scope.knots.expr(scope, test), *ways)
        case p.Local() if scope.kind(e) == "maybe":
            kept = scope.knots.expr(scope, e)
            function = _function(scope, e, calls, lambda passed: _apply(plan.Call(kept), passed))
            return plan.Conditional(
                plan.Compare(kept, (("is", plan.Const(None)),)), plan.Const(None), function
            )
        case p.Local() if holds(scope.kind(e), "shared", "given"):
            return scope.knots.expr(scope, e)
        case p.MakeLayer() | p.Stages():
            return stage_as_function(scope, e, calls)
        case _:
            return _function(scope, e, calls, lambda passed: _through(scope, e, passed))


def stage_as_function(scope: Scope, stage: p.Stage, calls: Calls) -> plan.Expr:
    """A layer, or anything that data can go through, as a function on tensors."""
    match stage:
        case p.UseLocal(_, local) if not is_factory(scope, local):
            return scope.place(local)
        case p.Stages(_, (one,)):
            return stage_as_function(scope, one, calls)
        case p.MakeLayer(_, p.BlockRef(_, key), _, (), ()) if scope.facts.is_function(key):
            return plan.Reference(key)
        case p.Operation(_, name):
            return operation(name)
        case _:
            return _function(scope, stage, calls, lambda passed: _through_stage(scope, stage, passed))


def _function(
    scope: Scope, node: p.Expr | p.Stage, calls: Calls, body: Callable[[Passed], plan.Expr]
) -> plan.Expr:
    """`lambda x: …`, with names that nothing in it has; where it is called with more, `lambda query, value: …`."""
    first = list(takers(node))
    inputs = scope.facts.inputs_of(first[0])
    if any(scope.facts.model_of(each) is not None for each in first):  # which takes its tensors as one list
        calls = tuple((1, tuple(name for name in names if name not in inputs)) for _, names in calls)
        inputs = ()
    count, keywords = calls[0] if calls else (1, ())
    used = {*read(node), *scope.names.taken, *keywords}
    tensors: list[str] = []
    for place in range(count):
        name = inputs[place] if calls and place < len(inputs) else "x"
        free_name = name not in used and name not in tensors
        tensors.append(name if free_name else scope.names.fresh("tensor"))
    passed = Passed(
        tuple(plan.Var(name) for name in tensors), tuple((name, plan.Var(name)) for name in keywords)
    )
    return plan.Function((*tensors, *keywords), inline(scope, lambda: body(passed)))


def _apply(layer: plan.Expr, passed: Passed) -> plan.Expr:
    return plan.Apply(layer, passed.positional, passed.keywords)


def _through(scope: Scope, e: p.Expr, passed: Passed) -> plan.Expr:
    """What comes out of a layer that is handed around."""
    match e:
        case p.Conditional(_, test, then, otherwise):
            ways = _through(scope, then, passed), _through(scope, otherwise, passed)
            return plan.Conditional(scope.knots.expr(scope, test), *ways)
        case p.Local(_, _, "layer" | "instance"):
            return _apply(scope.place(e), passed)
        case p.MakeLayer() | p.Stages():
            return _through_stage(scope, e, passed)
        case _:
            kept = scope.knots.expr(scope, e)
            return _apply(kept if holds(scope.kind(e), "shared", "given") else plan.Call(kept), passed)


def _through_stage(scope: Scope, stage: p.Stage, passed: Passed) -> plan.Expr:
    if scope.slots is not None:  # it belongs to whoever uses it, not to the class that hands it on
        return _apply(made(scope, stage), passed)
    stages = stage.stages if isinstance(stage, p.Stages) else (stage,)
    return scope.knots.stages(scope, stages, passed, None).value


# ---- kept


def factory(scope: Scope, e: p.MakeLayer | p.Stages) -> plan.Expr:
    """A layer that is kept, as what makes it: `layers.ReLU`, `lambda: layers.Dense(8)`."""
    one = e
    while (
        isinstance(one, p.Stages)
        and len(one.stages) == 1
        and isinstance(one.stages[0], (p.MakeLayer, p.Stages))
    ):
        one = one.stages[0]
    if isinstance(one, p.MakeLayer) and not arguments_of(one):
        return _class_of(one)
    value = inline(scope, lambda: made(scope, e))
    return plan.Function((), value, _as_they_are(scope, e, value))


def _as_they_are(scope: Scope, e: p.Expr, value: plan.Expr) -> tuple[str, ...]:
    """The variables that may be other ones when the layer is made: those bound again, and tensors asked for their shape."""
    measured = {
        each.name
        for node in walk(e)
        if isinstance(node, (p.Attribute, p.CallBuiltin))
        for each in walk(node)
        if isinstance(each, p.Local)
    }
    names = measured | scope.facts.changing(scope.key)
    return tuple(
        sorted({scope.names.given[name] for name in names if name in scope.names.given} & free(value))
    )


def keep(scope: Scope, target: p.Target, value: p.Expr, early: bool) -> bool:
    """Write a layer under a name as a function of that name; says whether there is anything to write so."""
    if not isinstance(target, p.Bind) or not isinstance(value, (p.MakeLayer, p.Stages)):
        return False
    kept = factory(scope, value)
    if not isinstance(kept, plan.Function):
        return False
    parameters = tuple((name, plan.Var(name)) for name in kept.kept)
    give = plan.Give(kept.body, scope.span)
    scope.emit(plan.Define(scope.names.local(target.name), parameters, (give,), scope.span, early))
    return True
