"""What is inside a model: `image -> taps(base, ["conv3_block4_out", "conv5_block3_out"])`.

In: a shared model, names of layers inside it, and an image.  Out: what these layers give, as the results of one call: that of a
model which ends there. It shares the weights of the whole, and has those on the way to its results only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import backbones as messages
from dslc.diagnostics.messages import names as name_messages
from dslc.diagnostics.suggest import nearest
from dslc.graph import backbones, kept, masks
from dslc.graph.conditions import need
from dslc.graph.frame import Frame, Incoming
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.layers import instance_of
from dslc.graph.tensors import of_all_rows, refuse
from dslc.graph.torn import note
from dslc.graph.using import number_of, use
from dslc.graph.values import (
    NOTHING,
    Flowing,
    LayerInstance,
    Origin,
    SharedLayer,
    holds_nothing,
    reached,
    sources_of,
)
from dslc.keras import layers
from dslc.keras.layer import Layer
from dslc.keras.rules.applications import Backbone
from dslc.keras.types import Effect, Refusal, Tensor, Unknown, Weight
from dslc.program import nodes as p
from dslc.record import replace
from dslc.shapes.wording import listed
from dslc.source import Span

TAPS = "taps"
"""What such a call is called in a graph."""


def tapped(run: Run, frame: Frame, stage: p.Taps, incoming: Incoming, place: Frame) -> Any:
    """The tensors that layers inside a model give, in the order of their names."""
    names = _names(run, frame, stage)
    base = frame.names.get(stage.model.name, NOTHING)
    if names is None or not isinstance(base, SharedLayer):
        run.complete = False
        return NOTHING
    made = base.recipe.stage
    while isinstance(made, p.Stages) and len(made.stages) == 1:
        made = made.stages[0]
    base.used = True
    of = made.layer if isinstance(made, p.MakeLayer) else None
    own = run.module.item(of.key) if isinstance(of, p.BlockRef) else None
    if isinstance(own, p.Block) and own.model:
        return _of_own(run, frame, stage, base, own, names, incoming, place)
    if not (
        isinstance(made, p.MakeLayer) and isinstance(made.layer, p.KerasLayer) and "." in made.layer.name
    ):
        run.report(frame, messages.taps_of(made.span.brief), stage.model.span)
        run.complete = False
        return NOTHING
    base.instances.turn = {}
    run.instances.append(base.instances)
    whole = instance_of(run, base.recipe.frame, made, made.layer.name, place)
    run.instances.pop()
    values = [*incoming.positional, *(value for _, value, _ in incoming.keywords)]
    if whole is None or any(holds_nothing(value) for value in values):
        run.complete = False
        return NOTHING
    image = incoming.positional[0] if len(incoming.positional) == 1 else NOTHING
    if not isinstance(image, Flowing):
        run.report(
            frame, name_messages.not_supported_yet("anything but one tensor in front of `taps`"), stage.span
        )
        return NOTHING
    if run.trace is not None:
        run.trace.refuse("`taps`", stage.span)
    return _called(run, frame, stage, whole, names, image, place)


def _of_own(
    run: Run,
    frame: Frame,
    stage: p.Taps,
    base: SharedLayer,
    model: p.Block,
    names: Sequence[str],
    incoming: Incoming,
    place: Frame,
) -> Any:
    """What layers of a model of one's own give, by their `name=`; what lies behind them is not in use."""
    if run.trace is not None:
        run.trace.refuse("`taps`", stage.span)
    before, named = len(run.calls), len(run.named)
    gone = use(run, frame, base, incoming, place, stage.span)
    if gone is NOTHING or holds_nothing(gone):
        return NOTHING
    run.behind_taps.update(range(before, len(run.calls)))
    known = {name: (at, value) for at, name, value in run.named[named:] if at.key == model.key}
    for number, call in enumerate(run.calls[before:], before):
        at = run.places[number]
        if at.key == model.key and len(call.outputs) == 1:
            value = Flowing(call.outputs[0], stage.span, run.origins[number])
            known.update({str(name): (at, value) for key, name in call.arguments if key == "name"})
    for name in names:
        if name not in known:
            text, fix = _how_to_name(model, name, known, stage.span)
            run.report(frame, messages.unknown_tap(model.name, name, known, text), stage.names.span, fix=fix)
            run.complete = False
            return NOTHING
    note(run, id(base.instances), number_of(run, stage.site), place, stage.site, stage.span)
    of_this_call, _ = known[names[0]]
    ends = [known[name][1] for name in names]
    run.ends_of_taps[id(of_this_call)] = [each.origin for each in ends]
    kept.note(run, frame, stage, of_this_call)
    results = [masks.crossed(run, replace(each, span=stage.span)) for each in ends]
    return results if stage.several else results[0]


def whole(run: Run, value: SharedLayer, place: Frame, span: Span) -> None:
    """Note that data goes through the whole of a model of one's own, which somebody may look into, too."""
    stage = value.recipe.stage
    if isinstance(stage, p.MakeLayer) and isinstance(stage.layer, p.BlockRef):
        number = id(value.instances)
        note(run, number, number, place, stage.site, span)


def _how_to_name(
    model: p.Block, name: str, known: Collection[str], at: Span
) -> tuple[str | None, Fix | None]:
    """What to do for a tap into a model of one's own that is not there: mostly its layer has no `name=`."""
    if nearest(name, known) is not None:
        return None, None
    maker = _maker(model, name)
    if maker is None:
        return f'a layer of the model itself is a tap by its name: `Dense(8, name="{name}")`', None
    given = maker.positional or maker.keywords
    before = maker.span.text.rstrip().removesuffix(")") if maker.called else f"{maker.span.text}("
    text = f'{before.rstrip().rstrip(",")}{", " if given else ""}name="{name}")'
    same = maker.span.source.name == at.source.name
    fix = Fix("safe", f"name the layer `{name}`", (Edit(maker.span, text),)) if same else None
    return f"the layer that gives `{name}` is a tap when it has that name: write `{text}`", fix


def _maker(model: p.Block, name: str) -> p.MakeLayer | None:
    """The layer of Keras that gives a value of a model, which is bound once and has no `name=`."""
    bound = [
        each.value
        for each in model.body
        if (isinstance(each, p.Assign) and isinstance(each.target, p.Bind) and each.target.name == name)
        or (isinstance(each, p.Output) and each.name == name)
    ]
    value = bound[0] if len(bound) == 1 else None
    last = value.stages[-1] if isinstance(value, p.Flow) else None
    if not isinstance(last, p.MakeLayer) or not isinstance(last.layer, p.KerasLayer):
        return None
    return None if any(each.name in ("name", p.SPREAD) for each in last.keywords) else last


def _names(run: Run, frame: Frame, stage: p.Taps) -> list[str] | None:
    value = run.evaluate(frame, stage.names)
    if holds_nothing(value) or isinstance(value, Unknown):
        return None
    found = (
        value if stage.several and isinstance(value, (list, tuple)) else None if stage.several else [value]
    )
    if not found or not all(isinstance(each, str) for each in found) or len(set(found)) < len(found):
        run.report(frame, messages.names_of_taps(stage.names.span.brief), stage.names.span)
        return None
    return list(found)


def _called(
    run: Run,
    frame: Frame,
    stage: p.Taps,
    whole: LayerInstance,
    names: Sequence[str],
    image: Flowing,
    place: Frame,
) -> Any:
    layer = whole.layer
    backbone = layer.plan
    if not isinstance(backbone, Backbone) or image.tensor.shape is None:
        run.complete = False
        return NOTHING
    insides: list[tuple[backbones.Inside, frozenset[int]]] = []
    meant: dict[str, str | None] = {}  # the layers that there are not, and what they are near to

    def part(backbone: Backbone, shape: Any) -> Effect | Refusal:
        found = backbones.inside(run, stage.span, backbone, shape)
        if found.error is not None:
            return backbones.too_small(backbone, found, shape)
        known = backbones.named(found)
        missing = [name for name in names if name not in known]
        if missing:
            meant.update((name, messages.near_tap(name, known)) for name in missing)
            said = messages.unknown_tap(backbone.name, missing[0], known, _why(found, missing[0]))
            if len(missing) > 1 and None not in meant.values():
                said = replace(
                    said, help=f"did you mean {listed([f'`{each}`' for each in meant.values()], 'and')}?"
                )
            return Refusal(said, "names")
        ends = [known[name] for name in names]
        inner = reached(found.run.origins[number] for number in ends)
        insides.append((found, inner.calls))
        results = [found.run.calls[number].outputs[0] for number in ends]
        return backbones.effect(run, stage.span, backbone, found, results, inner)

    outcome = layers.call(_with(layer, replace(backbone, follow=part)), [image.tensor], [], None)
    if isinstance(outcome, Refusal):
        refuse(
            run, frame, outcome, stage.span, [image], {"names": stage.names.span}, fix=_as_meant(stage, meant)
        )
        run.complete = False
        return NOTHING
    for warning in outcome.warnings:
        refuse(run, frame, warning, stage.span, [image], {}, ("call", len(run.calls)))
    number = number_of(run, stage.site)
    weights = backbones.part_of(run, whole, number, *insides[-1])
    note(run, whole.number, number, place, stage.site, stage.span)
    results = _recorded(run, stage, whole, (weights, number), outcome, image, place)
    kept.note(run, frame, stage, whole)
    return results


def _with(layer: Layer, plan: Backbone) -> Layer:
    return replace(layer, plan=plan)  # type: ignore[no-any-return]


def _as_meant(stage: p.Taps, meant: Mapping[str, str | None]) -> Fix | None:
    """The names of layers that there are, in the place of those that are near to them."""
    written = stage.names.items if isinstance(stage.names, (p.ListOf, p.TupleOf)) else (stage.names,)
    edits = tuple(
        Edit(each.span, f'"{near}"')
        for each in written
        if isinstance(each, p.Const) and (near := meant.get(str(each.value))) is not None
    )
    return (
        Fix("unsafe", "write " + ", ".join(f"`{each.content}`" for each in edits), edits) if edits else None
    )


def _why(found: backbones.Inside, name: str) -> str | None:
    """Why a name that Keras may have made up is no tap."""
    if name.rstrip("0123456789").rstrip("_") not in backbones.numbered(found):
        return None
    return "Keras numbers its layers without a name by itself, and the number depends on what was made before"


def _recorded(
    run: Run,
    stage: p.Taps,
    whole: LayerInstance,
    own: tuple[tuple[Weight, ...], int],
    outcome: Effect,
    image: Flowing,
    place: Frame,
) -> Any:
    path = place.path(f"{stage.model.name}_{TAPS}")
    origin = Origin((image.origin,), len(run.calls), name=path)
    tensors: list[Tensor] = outcome.result
    results = [Flowing(tensor, stage.span, origin) for tensor in tensors]
    run.origins[len(run.calls)] = origin
    run.places[len(run.calls)] = place
    run.calls.append(
        LayerCall(
            path,
            TAPS,
            own[1],
            (image.tensor,),
            tuple(tensors),
            own[0],
            whole.layer.trainable,
            of_all_rows(run, outcome.flops, tensors, origin),
            stage.span,
            stage.site,
            not run.branching,
            sources_of((image.origin,)),
            inside=outcome.inside,
        )
    )
    need(run, (image.tensor,), tensors, ("call", len(run.calls) - 1), stage.span)
    crossed = [masks.crossed(run, each) for each in results]
    return crossed if stage.several else crossed[0]
