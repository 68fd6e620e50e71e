"""Models of `keras.applications` while a model is followed: their descriptions, each followed once for an image of one shape.

In: a layer with its arguments, later the shape of an image.  Out: what comes of it, as the effect of one layer, and what is inside
by the names that Keras fixes. A description is read when a model of its file is first used, and what was found out is kept in
the `Library` of the run: by the model, its arguments and the shape.

    applications.VGG16(include_top=False)      (batch, H, W, 3) becomes (batch, H // 32, W // 32, 512), 14,714,688 parameters
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from dslc.budget import Budget
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import backbones as messages
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Library, Run, StoppedError
from dslc.graph.values import Flowing, LayerInstance, Reached, plain, reached
from dslc.keras.applications import FAMILIES, PREFIX, description
from dslc.keras.layer import Layer
from dslc.keras.rules.applications import Backbone
from dslc.keras.types import Effect, Refusal, Weight
from dslc.program import nodes as p
from dslc.program.resolve import resolve
from dslc.record import record, replace
from dslc.shapes.shape import Shape
from dslc.source import Source, Span


@record
class Inside:
    """A description that was followed: what the model gives, its calls, and its named layers.

    `error` is what stands in the way, `cost` what following it took out of the budget.
    """

    run: Run
    results: tuple[Flowing, ...]
    error: Message | None
    cost: Mapping[str, int]


def keras_name(layer: Layer) -> str | None:
    """The name that Keras gives to a layer whoever else is there: that of a model of `keras.applications`."""
    plan = layer.plan
    return plan.model if isinstance(plan, Backbone) and plan.model != "functional" else None


def described(run: Run, layer: Layer, span: Span) -> Layer:
    """A model of `keras.applications` that knows what its description comes to; any other layer as it is."""
    if not isinstance(layer.plan, Backbone):
        return layer
    return replace(layer, plan=replace(layer.plan, follow=partial(_follow, run, span)))  # type: ignore[no-any-return]


def _follow(run: Run, span: Span, backbone: Backbone, shape: Shape) -> Effect | Refusal:
    """What the model gives for an image of this shape."""
    found = inside(run, span, backbone, shape)
    if found.error is not None:
        return too_small(backbone, found, shape)
    whole = reached(each.origin for each in found.results)
    return effect(run, span, backbone, found, plain(found.results[0]), whole)


def effect(run: Run, span: Span, backbone: Backbone, found: Inside, result: Any, needed: Reached) -> Effect:
    """The part of a model that gives `result` as one layer: its weights, its cost, and the conditions it states on sizes."""
    inner = found.run
    calls = [inner.calls[number] for number in sorted(needed.calls)]
    flops: Any = 0
    for call in calls:
        flops = call.flops + flops
    for number in needed.operations:
        flops = inner.operations[number].flops + flops
    warnings: list[Refusal] = []
    for held in inner.held:
        if held.made is not None and held.made[1] in (
            needed.calls if held.made[0] == "call" else needed.operations
        ):
            message = replace(held.diagnostic.message, stated=held.stated)
            warnings.append(Refusal(messages.within(backbone.name, message)))
    for dim, (made, _) in inner.bounds.items():
        if made[1] in (needed.calls if made[0] == "call" else needed.operations):
            run.bounds.setdefault(dim, (("call", len(run.calls)), span))
    ends = [each.shape for each in (result if isinstance(result, list) else [result])]
    inside = [tensor for call in calls for tensor in call.outputs]
    inside += [tensor for number in sorted(needed.operations) for tensor in inner.operations[number].outputs]
    for shape in ends:
        inside.remove(next(each for each in reversed(inside) if each.shape == shape))
    return Effect(result, weights_of(calls), flops, tuple(warnings), None, tuple(inside))


def too_small(backbone: Backbone, found: Inside, shape: Shape) -> Refusal:
    """Why the model cannot be called on an image of this shape."""
    text = "" if found.error is None else found.error.text
    least = FAMILIES[backbone.name.removeprefix(PREFIX)].least
    small = any(isinstance(each, int) and each < least for each in shape[1:-1])
    return Refusal(messages.inside(backbone.name, text, least if small else None), None, (0,))


def part_of(
    run: Run, whole: LayerInstance, part: int, found: Inside, needed: Iterable[int]
) -> tuple[Weight, ...]:
    """The weights that a part of a model has and no other part of it has brought; the same each time that it is called.

    `part` is its number, `needed` are the calls inside that it makes. A model that is called as a whole has brought all.
    """
    if part in run.parts:
        return run.parts[part]
    if whole.built is None and whole.number not in run.tapped:
        every = reached(each.origin for each in found.results).calls
        run.tapped[whole.number] = {number: found.run.calls[number].weights for number in sorted(every)}
    left = run.tapped.get(whole.number, {})
    run.parts[part] = tuple(each for number in sorted(needed) for each in left.pop(number, ()))
    return run.parts[part]


def rest_of(run: Run, whole: LayerInstance, outcome: Effect) -> Effect:
    """The effect of a whole model, with the weights that no part of it has brought before."""
    left = run.tapped.get(whole.number)
    if left is None:
        return outcome
    weights = tuple(each for own in left.values() for each in own)
    left.clear()
    return replace(outcome, weights=weights)  # type: ignore[no-any-return]


def weights_of(calls: Iterable[LayerCall]) -> tuple[Weight, ...]:
    """The weights of these calls, those of each layer once."""
    return tuple(weight for call in calls for weight in call.weights)


def inside(run: Run, span: Span, backbone: Backbone, shape: Shape) -> Inside:
    """What is inside a model for an image of this shape, followed or found in the library of the run."""
    key = (backbone.name, tuple(backbone.values.items()), shape)
    library = run.library
    try:
        known: Inside | None = library.inside.get(key)
    except TypeError:  # an activation that is an object with a list in it
        return _followed(run, span, backbone, shape)
    if known is not None and run.budget.pay(known.cost):
        return known
    made = _followed(run, span, backbone, shape)
    library.keep(key, made)
    return made


def _followed(run: Run, span: Span, backbone: Backbone, shape: Shape) -> Inside:
    name = backbone.name.removeprefix(PREFIX)
    model_of = module(run.library, name)
    model = model_of.index[name]
    assert isinstance(model, p.Block)
    parameters = {each.name for each in model.parameters}
    values = {key: value for key, value in backbone.values.items() if key in parameters}
    before = run.budget.spent()
    inner, results = run.model(run, model_of, model, values, {"image": shape})
    if run.budget.stop is not None:  # said of a line of the description, which nobody has written here
        run.budget.stop = replace(run.budget.stop, span=span, labels=())
        run.complete = False
        raise StoppedError
    cost = {each: spent - before[each] for each, spent in run.budget.spent().items()}
    errors = [each for each in inner.diagnostics if each.severity == "error"]
    error = None
    if errors or not results:
        error = errors[0].message
    return Inside(inner, results, error, cost)


def module(library: Library, name: str) -> p.Module:
    """The description of a model, read when it is first asked for."""
    file = FAMILIES[name].file
    known = library.modules.get(file)
    if known is None:
        source = Source(f"keras.applications/{file}", description(file))
        known, problems = resolve(source, None, Budget())
        assert not problems, problems
        library.modules[file] = known
    return known


# ---- the layers inside


def named(found: Inside) -> dict[str, int]:
    """The calls inside, by the name that Keras fixes of their layer."""
    return {
        str(name): number
        for number, call in enumerate(found.run.calls)
        for key, name in call.arguments
        if key == "name" and name is not None
    }


def numbered(found: Inside) -> frozenset[str]:
    """The names that Keras makes up for the layers and functions inside, without their numbers."""
    from dslc.keras.automatic_names import layer_name

    unnamed = [call for call in found.run.calls if dict(call.arguments).get("name") is None]
    return frozenset(layer_name(call.layer) for call in unnamed) | frozenset(
        each.path.rpartition("/")[2].rstrip("0123456789").rstrip("_") for each in found.run.operations
    )
