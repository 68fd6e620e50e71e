"""How a layer comes to be and how data goes through it: made where it is called, or held by the class.

In: a stage and what is passed to it.  Out: `Apply(New(Dense, 8), x)` in a function, `Apply(Held dense, x)` in a class;
a block that is a function is called with its tensors and its arguments.
"""

from __future__ import annotations

from collections.abc import Callable

from dslc.casing import parameter_name
from dslc.lower import objects, plan
from dslc.lower.expressions import arguments
from dslc.lower.held import held as held_values
from dslc.lower.held import named_inside
from dslc.lower.outputs import with_outputs_last
from dslc.lower.scope import Passed, Scope
from dslc.program import nodes as p
from dslc.program.traversal import are_always_there, inputs_in, parts_by_place, walk

# ---- layers come to be


def make_here(scope: Scope, slot: plan.Slot, stage: p.Stage) -> plan.Expr:
    """Make a layer, in `build`, just before it is called; gives how to get at it."""
    scope.emit(plan.Make(slot, objects.made(scope, stage), stage.span))
    held = plan.Held(slot.attribute)
    return held if slot.holder == "one" else plan.Index(held, (plan.Const(-1),))


def is_made_here(scope: Scope, slot: plan.Slot) -> bool:
    """Whether the method that is planned makes the layer on the way."""
    return scope.building and slot.phase == "build"


def held(scope: Scope, slot: plan.Slot) -> plan.Expr:
    """The layer of a slot in this turn."""
    if slot.holder == "one":
        return plan.Held(slot.attribute)
    reached = scope.turns[slot.attribute]
    return plan.Next(reached) if slot.holder == "next" else reached


def reached(scope: Scope, stage: p.Stage) -> plan.Expr:
    """The layer of a stage of a class, made first where this is the place for it."""
    assert scope.slots is not None
    slot = scope.slots.of(stage)
    return make_here(scope, slot, stage) if is_made_here(scope, slot) else held(scope, slot)


# ---- data goes through them


def layer(scope: Scope, stage: p.MakeLayer, passed: Passed) -> plan.Expr:
    """The call of a layer, block, model or extern on what is passed."""
    ref = stage.layer
    if isinstance(ref, p.ExternRef) and ref.function:
        positional, keywords = arguments(scope, stage.positional, stage.keywords)
        given = (*passed.positional, *positional), (*passed.keywords, *keywords)
        return plan.Apply(plan.Reference(ref.key), *given, stage.site)
    if scope.slots is not None:
        function = reached(scope, stage)
    elif isinstance(ref, p.BlockRef) and scope.facts.is_function(ref.key):
        return _function(scope, stage, ref.key, passed)
    else:
        function = objects.made(scope, stage)
    if isinstance(ref, p.BlockRef) and not scope.facts.block(ref.key).model:
        passed = _by_their_names(scope, ref.key, passed)
    return called(scope, scope.facts.model_of(stage), function, passed, stage.site)


def instance(scope: Scope, stage: p.UseLocal, passed: Passed) -> plan.Expr:
    """The call of a shared layer or a layer parameter."""
    local = stage.local
    model = scope.models.get(local.name) or scope.facts.model_called(stage.site)
    if objects.is_factory(scope, local) and scope.slots is None:
        return called(scope, model, objects.made(scope, stage), passed, stage.site)
    if local.kind == "layer" and scope.slots is not None:
        return called(scope, model, reached(scope, stage), passed, stage.site)
    if local.name in scope.looks:
        return _looked(scope, scope.looks[local.name], scope.place(local), passed, stage.site)
    return called(scope, model, scope.place(local), passed, stage.site)


def at_place(scope: Scope, stage: p.UsePlace, passed: Passed) -> plan.Expr:
    """The call of a layer that a list or record holds."""
    model = scope.facts.model_called(stage.site)
    return called(scope, model, scope.knots.expr(scope, stage.place), passed, stage.site)


def taps(scope: Scope, stage: p.Taps, passed: Passed) -> plan.Expr:
    """The call of what gives the inner values of a model."""
    function = objects.made(scope, stage) if scope.slots is None else reached(scope, stage)
    return _looked(scope, stage, function, passed, stage.site)


def _looked(scope: Scope, stage: p.Taps, function: plan.Expr, passed: Passed, site: int) -> plan.Expr:
    """The call of what looks into a model, which takes its inputs as that does."""
    model, named = scope.models.get(stage.model.name), scope.facts.settings.named_io

    def write(known: Passed) -> plan.Expr:
        given = known.positional if model is None else _inputs_of(model, known.positional, named)
        return plan.Apply(function, given, known.keywords, site)

    call = write(passed) if model is None else _with_places(scope, model, passed, write)
    constant = all(each.kind == "constant" for each in walk(stage.names) if isinstance(each, p.Local))
    return _of_a_graph(scope, call, site, constant)


def _of_a_graph(scope: Scope, call: plan.Expr, site: int, constant: bool) -> plan.Expr:
    """What a graph of Keras gives. Called by a class, one whose list holds one tensor gives this tensor and no list.

    `constant` says that the list is always as long as the checker has found it.
    """
    may_be_alone = scope.facts.analyses.lists.get(site)
    if scope.slots is None or not (may_be_alone or (may_be_alone is False and not constant)):
        return call
    return plan.Call(plan.Keras("keras", "tree.flatten"), (call,))


def turns_of(scope: Scope, site: int) -> tuple[tuple[plan.Expr, ...], tuple[plan.Expr, ...]]:
    """The layers that each turn of a loop or comprehension has: their names in it, and the lists they are in."""
    if scope.slots is None:
        return (), ()
    own = scope.slots.by_loop.get(site, ())
    slots = [slot for slot in own if slot.holder == "turn" and not is_made_here(scope, slot)]
    for slot in slots:
        own_name = slot.weight and slot.attribute in scope.names.given
        called = slot.attribute if own_name else scope.slots.called.get(slot.attribute)
        name = scope.names.local(called) if called is not None else scope.names.fresh(slot.attribute)
        scope.turns[slot.attribute] = plan.Var(name)
    return tuple(scope.turns[slot.attribute] for slot in slots), tuple(
        plan.Held(slot.attribute) for slot in slots
    )


def declare(scope: Scope, s: p.Shared) -> None:
    """A `shared` statement."""
    model = scope.facts.model_of(s.value)
    if model is not None:
        scope.models[s.name] = model
    if isinstance(s.value, p.Taps):
        scope.looks[s.name] = s.value
    if scope.slots is None:
        scope.inline += 1
        value = objects.made(scope, s.value)
        scope.inline -= 1
        scope.bind(plan.Var(scope.names.local(s.name)), value)
        return
    slot = scope.shared[s.name] = scope.slots.of(s.value)
    if is_made_here(scope, slot):
        value = make_here(scope, slot, s.value)
    elif slot.holder == "next":  # one of the iterator for all uses in this turn
        value = held(scope, slot)
    else:
        return
    if slot.holder != "one":
        called = scope.slots.called.get(slot.attribute)
        own_name = scope.names.local(called) if called is not None else None
        name = plan.Var(own_name or scope.names.fresh(f"{slot.attribute}_shared"))
        scope.emit(plan.Bind(name, value, s.span))
        scope.turns[slot.attribute] = name


def _inputs_of(model: p.Block, given: tuple[plan.Expr, ...], named: bool) -> tuple[plan.Expr, ...]:
    """What a model is called with: one tensor, or all of them as a list or a dict."""
    inputs = inputs_in(model.body)
    starred = any(isinstance(each, plan.Spread) for each in given)
    takes_one = len(inputs) == 1 and are_always_there(inputs, model.body)
    if len(given) == 1 and (takes_one or not starred):
        return given
    if not named:
        only = given[0] if len(given) == 1 else None
        if isinstance(only, plan.Spread):
            return (plan.Call(plan.Python("list"), (only.value,)),)
        return (plan.ListOf(given),)
    names = [plan.Const(each.name) for each in inputs]
    if starred:
        both = plan.Call(plan.Python("zip"), (plan.ListOf(tuple(names)), plan.ListOf(given)))
        return (plan.Call(plan.Python("dict"), (both,)),)
    return (plan.DictOf(tuple(zip(names, given, strict=False))),)


def _with_places(
    scope: Scope, model: p.Block, passed: Passed, write: Callable[[Passed], plan.Expr]
) -> plan.Expr:
    """A call of a model, which takes tensors by their places: those that are given by name stand behind the others.

    Where this is another order than that of the text, what is computed for them has names first.
    """
    by_name = dict(passed.keywords)
    names = [each.name for each in inputs_in(model.body) if each.name in by_name]

    def placed(known: Passed) -> plan.Expr:
        values = dict(known.keywords)
        behind = tuple(values.pop(name) for name in names)
        return write(Passed((*known.positional, *behind), tuple(values.items())))

    reordered = names != [name for name in by_name if name in names]
    return held_values(scope, passed, 2 if reordered else 1, None, placed)


def called(scope: Scope, model: p.Block | None, function: plan.Expr, passed: Passed, site: int) -> plan.Expr:
    """The call of a layer; a model takes several inputs as one list, or with `--named-io` as a dict, and gives one back."""
    if model is None:
        return plan.Apply(function, passed.positional, passed.keywords, site)
    named = scope.facts.settings.named_io

    def write(known: Passed) -> plan.Expr:
        return plan.Apply(function, _inputs_of(model, known.positional, named), known.keywords, site)

    call = _with_places(scope, model, passed, write)
    outputs = [each for each in with_outputs_last(model.body) if isinstance(each, p.Output)]
    if len(outputs) == 1 and not scope.facts.analyses.is_class(model, scope.facts.style):
        return _of_a_graph(scope, call, site, parts_by_place(outputs[0].value) is not None)
    if not named or len(outputs) < 2:
        return call
    name = scope.names.temporary("results")
    keys = [each.name or f"output_{number}" for number, each in enumerate(outputs, 1)]
    values = plan.TupleOf(tuple(plan.Index(plan.Var(name), (plan.Const(key),)) for key in keys), bare=True)
    if scope.inline:
        return named_inside(scope, [plan.Let(name, call)], values)
    scope.bind(plan.Var(name), call)
    return values


# ---- blocks


def _by_their_names(scope: Scope, key: plan.Key, passed: Passed) -> Passed:
    """What is passed, with keywords by the names that the block has for its inputs."""
    if not passed.keywords:
        return passed
    names = scope.facts.body_names(scope.facts.block(key), scope.facts.is_class(key))
    return Passed(passed.positional, tuple((names.local(name), value) for name, value in passed.keywords))


def _function(scope: Scope, stage: p.MakeLayer, key: plan.Key, passed: Passed) -> plan.Expr:
    """The call of a block that is a function: its tensors, then its arguments."""
    positional, keywords = objects.stage_arguments(scope, stage)
    passed = _by_their_names(scope, key, passed)
    if passed.keywords:  # a tensor by its name: nothing may stand by its place behind it
        given = scope.facts.block(key).parameters
        names = [parameter_name(each.name) for each in given]
        keywords = (*passed.keywords, *zip(names, positional, strict=False), *keywords)
        return plan.Apply(plan.Reference(key), passed.positional, keywords, stage.site)
    return plan.Apply(plan.Reference(key), (*passed.positional, *positional), keywords, stage.site)


# ---- weights


def weight(scope: Scope, s: p.WeightDeclaration) -> None:
    """A `weight` statement where data flows: made here if this is the place for it, and what its name stands for in this turn."""
    assert scope.slots is not None
    slot = scope.shared[s.name] = scope.slots.by_site[s.site]
    value: plan.Expr | None = None
    if is_made_here(scope, slot):
        scope.emit(make_weight(scope, s, slot))
        value = plan.Index(plan.Held(slot.attribute), (plan.Const(-1),)) if slot.holder != "one" else None
    elif slot.holder == "next":
        value = held(scope, slot)
    if s.name in scope.either:
        name = plan.Var(scope.names.local(s.name))
        scope.bind(name, value if value is not None else held(scope, slot))
    elif value is not None:
        name = plan.Var(scope.names.local(s.name))
        scope.emit(plan.Bind(name, value, s.span))
        scope.turns[slot.attribute] = name


def make_weight(scope: Scope, s: p.WeightDeclaration, slot: plan.Slot) -> plan.Step:
    """`self.scale = self.add_weight(shape=…, name="scale")`."""
    positional, keywords = arguments(scope, s.positional, s.keywords)
    named = (
        keywords if any(a.name == "name" for a in s.keywords) else (*keywords, ("name", plan.Const(s.name)))
    )
    shape = (("shape", positional[0]),) if positional else ()
    call = plan.Call(plan.Held("add_weight"), (), (*shape, *named))
    return plan.Make(slot, call, s.span)
