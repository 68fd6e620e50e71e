"""`ConvLSTM1D` to `ConvLSTM3D`: an LSTM whose products are convolutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.beside import State, states, steps_mask
from dslc.keras.rules.convolutional import Window, slide, window
from dslc.keras.rules.demands import amount, exact_rank, fits, need_known, truth, weight
from dslc.keras.rules.recurrent import need_bias_initializer, need_mask, need_steps, state_needs_batch
from dslc.keras.types import Effect, Tensor
from dslc.keras.written import written
from dslc.shapes.shape import Shape, product


def recurrent_window(rank: int) -> Callable[[str, dict[str, Any]], Window]:
    """The construct rule: strides or dilation, not both."""
    shared = window(rank)

    def construct(layer: str, arguments: dict[str, Any]) -> Window:
        plan = shared(layer, arguments)
        strided = any(isinstance(s, (int, float)) and s > 1 for s in plan.strides)
        if strided and any(isinstance(d, (int, float)) and d > 1 for d in plan.dilation):
            raise refuse(
                say_arguments.conflict(
                    layer,
                    f"`strides` {written(plan.strides)}",
                    f"`dilation_rate` {written(plan.dilation)}",
                    "only one of them may be above 1",
                    "leave one of the two out",
                ),
                "dilation_rate",
            )
        return plan

    return construct


def run(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The convolutions of every step; the time may be unknown, the spatial sizes must be known."""
    plan: Window = layer.plan
    shape = exact_rank(layer, x, plan.rank + 3)
    need_steps(layer, shape)
    need_mask(layer, arguments)
    filters = amount(layer.args["filters"])
    spatial, axis, start = (shape[3:], 2, 3) if plan.channels_first else (shape[2:-1], len(shape) - 1, 2)
    channels = shape[axis]
    if built is not None:
        fits(layer, shape, axis, built.weights[0].shape[-2])
        weights = built.weights
    else:
        for size in spatial:
            need_known(layer, shape, size, "every size but the batch and the time")
        need_known(layer, shape, channels, "the number of channels")
        wide = filters * 4
        weights = (
            weight(layer, "kernel", (*plan.kernel, channels, wide), "kernel_initializer"),
            weight(layer, "recurrent_kernel", (*plan.kernel, filters, wide), "recurrent_initializer"),
        )
        if truth(layer.args["use_bias"]):
            need_bias_initializer(layer)
            weights = (*weights, weight(layer, "bias", (wide,), "bias_initializer"))
        state_needs_batch(layer, shape[0])
    made = slide(layer, plan, spatial, start)
    state: Shape = (filters, *made) if plan.channels_first else (*made, filters)
    batch = shape[0]
    kept = State((batch, *state), lambda width: f"{layer.name}({width}, …)", 1 if plan.channels_first else -1)
    memory = State(kept.shape, kept.fitting, kept.width, gated=True)
    warnings = (
        *states(layer, arguments, (kept, memory), layer.args["unroll"] is True),
        *steps_mask(layer, arguments, shape, kept.shape),
    )
    output = (batch, shape[1], *state) if truth(layer.args["return_sequences"]) else (batch, *state)
    result: Any = Tensor(output, layer.compute)
    if truth(layer.args["return_state"]):
        result = (result, Tensor((batch, *state), layer.compute), Tensor((batch, *state), layer.compute))
    macs = product(made) * (product(weights[0].shape) + product(weights[1].shape))
    return Effect(result, weights, macs * shape[1] * 2, warnings)
