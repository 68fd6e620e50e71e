"""Layers and functions of Python while a model is followed: what they give is what their contract says.

In: a stage that uses one, its arguments, and what comes along the arrow.  Out: what it gives, and the call in the graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dslc.casing import snake_case
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import outside
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph import casts
from dslc.graph import inputs as model_inputs
from dslc.graph.blocks import are_for_any_layer, coming, misled
from dslc.graph.contracts import take_input, tensor_batch
from dslc.graph.dictionaries import freezes, with_arguments
from dslc.graph.frame import Frame, Incoming
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.layer_names import claim
from dslc.graph.layers import literal_stage, of_training
from dslc.graph.masks import computed
from dslc.graph.parameters import bind_parameters
from dslc.graph.using import number_of
from dslc.graph.values import (
    NOTHING,
    Flowing,
    flowing,
    holds_nothing,
    origin_of,
    sources_of,
)
from dslc.keras.types import Tensor
from dslc.program import nodes as p
from dslc.record import replace
from dslc.shapes.dim import Sym


def use_extern(
    run: Run, frame: Frame, stage: p.MakeLayer, extern: p.Extern, incoming: Incoming, place: Frame
) -> Any:
    """What a Python layer gives by its contract; nobody knows without one."""
    if extern.kind == "activation":
        return _activated(run, frame, extern, incoming, stage)
    inner = Frame(extern.key[0], extern.key, "", place, (stage.span, f"`{stage.span.brief}`"))
    stage = with_arguments(run, frame, stage, extern.name, freezes(run, frame))
    if stage is None:
        return NOTHING
    positional = run.evaluate_all(frame, stage.positional)
    keywords = [(a.name, run.evaluate(frame, a.value)) for a in stage.keywords]
    run.weigh(stage.span, *positional, *(v for _, v in keywords))
    if of_training(run, frame, stage, f"the layer {extern.name}", [*positional, *(v for _, v in keywords)]):
        return NOTHING
    as_given = dict(keywords)
    if extern.parameters is not None:
        base = () if extern.kind == "fn" else ("name", "dtype", "trainable")
        of_layer = {a.name: a for a in stage.keywords if a.name in base}
        for each in extern.parameters:
            of_layer.pop(each.name, None)
        kept = tuple(a for a in stage.keywords if a.name not in of_layer)
        own = replace(stage, keywords=kept)
        values = [(n, v) for n, v in keywords if n not in of_layer]
        as_given = {n: v for n, v in keywords if n in of_layer}
        if not are_for_any_layer(run, frame, extern.name, of_layer, as_given):
            return NOTHING
        if not bind_parameters(run, frame, inner, extern.parameters, extern.name, positional, values, own):
            return NOTHING
    if any(holds_nothing(value) for value in coming(incoming)):
        return NOTHING
    if extern.kind != "fn":
        claim(run, frame, stage, next((v for n, v in keywords if n == "name"), None), place)
        misled(run, incoming, stage, None, place)
    return run_extern(run, frame, inner, extern, incoming, stage, place, as_given)


def _activated(run: Run, frame: Frame, extern: p.Extern, incoming: Incoming, stage: p.MakeLayer) -> Any:
    """What a function of Python's gives that layers take as their activation: a tensor like the one that comes."""
    if extern.parameters is not None:  # it makes an activation
        run.report(frame, stage_messages.not_a_layer(f"{extern.name}(…)", "an activation"), stage.span)
        return NOTHING
    given = incoming.positional
    if any(holds_nothing(value) for value in coming(incoming)):
        return NOTHING
    if len(given) != 1 or incoming.keywords or not isinstance(given[0], Flowing):
        count = len(given) + len(incoming.keywords)
        said = argument_messages.too_many_arguments(f"the call of {extern.name}", count, ("x",))
        run.report(frame, said, stage.span)
        return NOTHING
    like = Flowing(given[0].tensor, stage.span, origin_of(given[0]), given[0].astray)
    result = computed(run, given, stage.span, extern.kind, like)
    return _traced(run, frame, result, incoming, stage)


def run_extern(
    run: Run,
    frame: Frame,
    inner: Frame,
    extern: p.Extern,
    incoming: Incoming,
    stage: p.MakeLayer,
    place: Frame,
    as_given: Mapping[str, Any],
) -> Any:
    """What a Python layer gives by its contract."""
    tensors = [tensor for value in incoming.positional for tensor in flowing(value)]
    path = place.path(snake_case(extern.name), as_given.get("name"))
    frozen = place.frozen or as_given.get("trainable") is False
    at = (path, place, frozen)
    number = None if extern.kind == "fn" else len(run.calls)
    origin = origin_of(*tensors, call=number, name=path)
    if not extern.contract:
        run.report(frame, outside.extern_without_contract(extern.name), stage.span)
        return _called(run, frame, extern, incoming, stage, at, [Flowing(Tensor(None), stage.span, origin)])
    inner.given = list(incoming.positional)
    inner.keywords = {name: value for name, value, _ in incoming.keywords}
    for each in extern.inputs:
        inner.names[each.name] = take_input(run, inner, each)
        if holds_nothing(inner.names[each.name]):
            return NOTHING
    if inner.given:
        run.report(
            frame,
            argument_messages.too_many_arguments(
                f"the call of {extern.name}", len(incoming.positional), tuple(e.name for e in extern.inputs)
            ),
            stage.span,
        )
        return NOTHING
    batch = tensors[0].tensor.shape[0] if tensors and tensors[0].tensor.shape else tensor_batch()
    results: list[Any] = []
    for contract in extern.outputs:
        same = run.evaluate(inner, contract.shape) if isinstance(contract.shape, p.Local) else None
        if isinstance(same, Flowing):  # `output x`: what came in as `x`, in shape and dtype
            dtype = contract.dtype or casts.computed_in(extern, same.tensor, as_given)
            results.append(Flowing(Tensor(same.tensor.shape, dtype), stage.span, origin))
            continue
        shape = model_inputs.shape_of(run, inner, contract.shape)
        if shape is None:
            return NOTHING
        if isinstance(batch, Sym) and batch in shape:
            text = contract.shape.span.text
            said = messages.bad_input_shape(
                text, f"the batch is left out: `{text}[1:]`, or the input by its name"
            )
            run.report(inner, said, contract.shape.span)
            return NOTHING
        first = tensors[0].tensor if tensors else Tensor(())
        dtype = contract.dtype or casts.computed_in(extern, first, as_given)
        results.append(Flowing(Tensor((batch, *shape), dtype), stage.span, origin))
    if not results:
        return NOTHING  # that it lacks an output was said
    return _called(run, frame, extern, incoming, stage, at, results)


def _called(
    run: Run,
    frame: Frame,
    extern: p.Extern,
    incoming: Incoming,
    stage: p.MakeLayer,
    at: tuple[str, Frame, bool],
    results: list[Flowing],
) -> Any:
    """Record the call of a Python layer, whose weights and cost nobody knows."""
    found = results[0] if len(results) == 1 else tuple(results)
    if extern.kind == "fn":  # no layer: what it computes is in the graph, and costs what nobody knows
        return _traced(run, frame, found, incoming, stage)
    path, place, frozen = at
    tensors = [tensor for value in coming(incoming) for tensor in flowing(value)]
    number = number_of(run, stage.site)
    run.origins[len(run.calls)] = results[0].origin
    run.places[len(run.calls)] = place
    run.calls.append(
        LayerCall(
            path,
            extern.name,
            number,
            tuple(tensor.tensor for tensor in tensors),
            tuple(each.tensor for each in results),
            (),
            not frozen,
            0,
            stage.span,
            stage.site,
            not run.branching,
            sources_of([tensor.origin for tensor in tensors]),
            (f"extern {extern.name}",),
        )
    )
    if run.trace is not None and run.instances:
        run.trace.refuse("a shared Python layer", stage.span)
    return _traced(run, frame, found, incoming, stage, number)


def _traced(
    run: Run, frame: Frame, found: Any, incoming: Incoming, stage: p.MakeLayer, instance: int = 0
) -> Any:
    """What something of Python's gives, noted for the unrolled form."""
    if run.trace is not None:
        made = literal_stage(run, frame, run.trace, stage)
        run.trace.layer(found, incoming.positional, incoming.keywords, made, instance)
    return found
