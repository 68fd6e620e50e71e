"""Layers around layers: `TimeDistributed`, `Bidirectional`, `SpectralNormalization`.

The inner layer is called by its own row (or, for a block, by the checker); what it does is then changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import beside as say_beside
from dslc.diagnostics.messages import shapes as say
from dslc.diagnostics.messages.mixed_up import cast_to_whole
from dslc.keras.dtypes import is_float
from dslc.keras.layer import Layer, Refused, Undetermined, refuse
from dslc.keras.rules.beside import given_states, whole_mask
from dslc.keras.rules.convolutional import Window
from dslc.keras.rules.demands import autocast, fits, known_shape, least_rank, static, truth, weight
from dslc.keras.rules.recurrent import need_mask, number_of_states
from dslc.keras.rules.uncast import dtype_of_run, never_trained
from dslc.keras.types import Effect, Function, Refusal, Tensor
from dslc.keras.whole_numbers import of_run, running
from dslc.keras.written import written
from dslc.record import replace
from dslc.shapes.dim import Dim, known
from dslc.shapes.shape import Shape, show

RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
WITHOUT_KERNEL = (*RECURRENT, "Bidirectional", "TimeDistributed", "Pipeline")
COMMON = ("stateful", "return_sequences", "return_state")


def inner_call(inner: Any, x: Any, built: Effect | None, beside: Sequence[tuple[str, Any]] = ()) -> Effect:
    """What the wrapped layer (or block) does with `x`, and with what a call is given `beside` it."""
    if isinstance(inner, Function):
        effect = inner.apply([x])
        if isinstance(effect, Refusal):
            raise Refused(effect)
        if not isinstance(effect, Effect):
            raise Undetermined
        return effect
    from dslc.keras.layers import call  # the door; it calls back into this room only for wrappers

    found = call(inner, [x], beside, built)
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


def over_time(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`TimeDistributed`: the layer on every step; the time axis is put back after the batch."""
    shape = least_rank(layer, x, 3)
    inner = static(layer.args["layer"])
    if isinstance(inner, Layer) and inner.name == "Pipeline":  # it cannot say a shape without a run
        message = say_arguments.needs_a_layer(layer.name, "layer", "Pipeline(…)", "a single layer")
        raise refuse(message, "layer")
    each = Tensor((shape[0], *shape[2:]), autocast(layer, x.dtype))
    mask = arguments["mask"]
    conditions = whole_mask(
        layer, mask, shape[:2], f"it masks the steps of {show(shape)}", ones=False, more=True
    )
    beside = (
        [("mask", Tensor((mask.shape[0], *mask.shape[2:]), mask.dtype))] if _takes_mask(inner, mask) else []
    )
    effect = inner_call(_over_more_axes(inner, len(shape) - 1), each, _inside(layer, built), beside)
    if not isinstance(effect.result, Tensor):
        raise refuse(
            say_arguments.needs_a_layer(layer.name, "layer", written(inner), "a layer with one output"),
            "layer",
        )
    result = known_shape(effect.result)
    over_steps = Tensor((result[0], shape[1], *result[1:]), layer.compute)
    return Effect(
        running(over_steps, dtype_of_run(layer, inner, effect.result, each.dtype)),
        effect.weights,
        effect.flops * shape[1],
        (*conditions, *effect.warnings, *never_trained(layer, inner, each.dtype)),
    )


def _takes_mask(inner: Any, mask: Any) -> bool:
    """Whether the wrapped layer is given what is left of a mask in each step."""
    if not isinstance(inner, Layer) or not isinstance(mask, Tensor) or mask.shape is None:
        return False
    from dslc.keras.layers import signature

    return any(parameter.name == "mask" for parameter in signature(inner.row).call)


def _over_more_axes(inner: Any, rank: int) -> Any:
    """A pooling layer of one axis goes over all of two or three, as `TimeDistributed` does not look at their number."""
    if not isinstance(inner, Layer) or inner.name not in ("MaxPooling1D", "AveragePooling1D"):
        return inner
    count = rank - 2
    if inner.plan is None or count not in (2, 3):
        return inner
    plan: Window = inner.plan
    windows = replace(
        plan, rank=count, kernel=plan.kernel * count, strides=plan.strides * count, dilation=(1,) * count
    )
    return replace(inner, plan=windows)


def _inside(layer: Layer, built: Effect | None) -> Effect | None:
    """The first call of the inner layer, as far as a later one needs it: its weights and the rank of its result."""
    if built is None or not isinstance(built.result, Tensor) or built.result.shape is None:
        return None
    return Effect(Tensor((built.result.shape[0], *built.result.shape[2:]), layer.compute), built.weights)


def both_ways(layer: str, arguments: dict[str, Any]) -> tuple[Layer, Layer | None]:
    """The construct rule of `Bidirectional`: two recurrent layers that run in opposite directions."""
    forward, backward = static(arguments["layer"]), arguments["backward_layer"]
    for name, value in (("layer", forward), ("backward_layer", backward)):
        if value is None and name == "backward_layer":
            continue
        if not isinstance(value, Layer) or value.name not in RECURRENT:
            advice = "those are `LSTM`, `GRU`, `SimpleRNN`, `RNN`, `ConvLSTM1D` to `ConvLSTM3D`"
            message = say_arguments.needs_a_layer(layer, name, written(value), "a recurrent layer", advice)
            raise refuse(message, name)
    if backward is None:
        if truth(forward.args["go_backwards"]):
            message = say_arguments.conflict(
                layer,
                "`layer`",
                "go_backwards=True",
                "the layer is run forwards and a copy of it backwards",
                "leave `go_backwards` out",
            )
            raise refuse(message, "layer")
        return forward, None
    if truth(forward.args["go_backwards"]) == truth(backward.args["go_backwards"]):
        raise refuse(
            say_arguments.conflict(
                layer,
                f"`layer` with go_backwards={forward.args['go_backwards']}",
                f"`backward_layer` with go_backwards={backward.args['go_backwards']}",
                "they must run in opposite directions",
                "write `go_backwards=True` in the backward layer",
            ),
            "backward_layer",
        )
    for name in COMMON:
        if forward.args[name] != backward.args[name]:
            raise refuse(
                say_arguments.conflict(
                    layer,
                    f"`layer` with {name}={forward.args[name]}",
                    f"`backward_layer` with {name}={backward.args[name]}",
                    "both need the same",
                ),
                "backward_layer",
            )
    return forward, backward


def run_both_ways(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Bidirectional`: both outputs merged; the states of both stay apart."""
    forward, backward = layer.plan
    need_mask(layer, arguments)
    if all(static(forward.args[name]) for name in ("stateful", "return_state")):
        reason = (
            "a layer that is stateful gives no states back here (Keras fails when it looks for their masks)"
        )
        advice = "leave `stateful=True` or `return_state=True` out"
        raise refuse(say.do_not_match(layer.name, reason, advice), "layer")
    half = len(built.weights) // 2 if built is not None else 0
    there, back = _beside(layer, forward, backward or forward, arguments)
    first = inner_call(forward, x, _direction(built, 0, half), there)
    second = inner_call(backward or forward, x, _direction(built, half, None), back)
    outputs = [
        effect.result if isinstance(effect.result, tuple) else (effect.result,) for effect in (first, second)
    ]
    one, other = known_shape(outputs[0][0]), known_shape(outputs[1][0])
    mode = static(layer.args["merge_mode"])
    warnings = tuple({each.message.text: each for each in (*first.warnings, *second.warnings)}.values())
    merged: tuple[Any, ...]
    graph: tuple[Any, ...] | None = None  # which takes the backward direction for as wide as the other
    if mode is None:
        merged = (Tensor(one, layer.compute), Tensor(other, layer.compute))
        graph = None if one == other else (one, one)
    elif mode == "concat":
        merged = (Tensor((*one[:-1], one[-1] + other[-1]), layer.compute),)
        if one[-1] != other[-1]:
            graph = ((*one[:-1], 2 * one[-1]),)
    else:
        if one != other:
            reason = f"the two directions have {one[-1]} and {other[-1]} units, which `{mode}` cannot merge"
            warnings = (
                *warnings,
                Refusal(say.fails_when_run(layer.name, reason, 'use merge_mode="concat"'), "backward_layer"),
            )
        merged = (Tensor(one, layer.compute),)
    states = tuple(_stated(state, layer.compute) for output in outputs for state in output[1:])
    result: Any = (*merged, *states)
    weights = (*first.weights, *second.weights)
    flops: Dim = first.flops + second.flops
    if graph is not None:
        graph = (*graph, *(state.shape for state in states))
    return Effect(result[0] if len(result) == 1 else result, weights, flops, warnings, graph)


def _beside(
    layer: Layer, forward: Layer, backward: Layer, arguments: dict[str, Any]
) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """What each direction is given: the mask, and its half of the states."""
    mask = [("mask", arguments["mask"])] if arguments["mask"] is not None else []
    given = given_states(arguments)
    if given is None:
        return mask, mask
    counts = [number_of_states(inner) for inner in (forward, backward)]
    half = len(given) // 2
    shared = isinstance(arguments["initial_state"], Tensor)
    if shared or half < counts[0] or len(given) - half < counts[1]:
        raise refuse(
            say_beside.states_do_not_fit(
                layer.name,
                "is one tensor" if len(given) == 1 else f"has {len(given)}",
                f"it needs a list of {sum(counts)}: those of the forward, then those of the backward layer",
                f"write `initial_state=[{', '.join(_state_names(counts))}]`",
            ),
            "initial_state",
        )
    return [*mask, ("initial_state", given[:half])], [*mask, ("initial_state", given[half:])]


def _state_names(counts: list[int]) -> list[str]:
    letters = ["h", "c"] if counts == [2, 2] else ["h"] if counts == [1, 1] else []
    names = [f"{way}_{letter}" for way in ("forward", "backward") for letter in letters]
    return names or ["…"]


def _stated(state: Any, dtype: str) -> Any:
    """States are stated in the wrapper's own dtype; a run gives those of the layers inside."""
    if isinstance(state, list):
        return [_stated(inner, dtype) for inner in state]
    return running(Tensor(state.shape, dtype), of_run(state))


def _direction(built: Effect | None, start: int, end: int | None) -> Effect | None:
    return None if built is None else Effect(built.result, built.weights[start:end])


def normalize_spectrum(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`SpectralNormalization`: the layer itself, with one more vector as long as the kernel's last axis."""
    inner = static(layer.args["layer"])
    shape: Shape = known_shape(x)
    if not shape:
        raise refuse(say.wrong_rank(layer.name, "at least 1 axis", "()", 0), inputs=(0,))
    inside = None
    conditions: tuple[Refusal, ...] = ()
    if built is not None:
        inside = Effect(built.result, built.weights[:-1] if built.weights else ())
        (first,) = built.inside
        assert first.shape is not None
        if known(first.shape[-1]):  # Keras asks for it, whatever the layer inside takes
            conditions = fits(layer, shape, -1, first.shape[-1])
    effect = inner_call(inner, Tensor(shape, x.dtype), inside)
    kernel = next((w for w in effect.weights if w.name in ("kernel", "embeddings")), None)
    if kernel is None or not isinstance(inner, Layer) or inner.name in WITHOUT_KERNEL:
        raise refuse(
            say_arguments.needs_a_layer(
                layer.name, "layer", written(inner), "a layer with a kernel or embeddings"
            ),
            "layer",
        )
    if not isinstance(effect.result, Tensor):
        raise Undetermined
    if not is_float(kernel.dtype):
        raise refuse(say.wrong_dtype(layer.name, kernel.dtype, "a layer with a float kernel"), "layer")
    warnings = (*conditions, *effect.warnings)
    if inner.args.get("lora_rank"):
        reason = "in training it assigns the kernel, which `lora_rank` makes a sum"
        said = say.fails_when_run(layer.name, reason, f"leave `lora_rank` of `{inner.name}` out")
        warnings = (*warnings, Refusal(said, "layer"))
    vector = weight(layer, "vector_u", (1, kernel.shape[-1]), trainable=False, dtype=kernel.dtype)
    weights = (*effect.weights, vector)
    result = Tensor(effect.result.shape, layer.compute)
    if not is_float(of_run(x)):  # the dtype of its result is said in `leaving.py`
        warnings = (*warnings, Refusal(cast_to_whole(layer.name, of_run(x)), inputs=(0,)))
    return Effect(result, weights, effect.flops, warnings, inside=(Tensor(shape, x.dtype),))
