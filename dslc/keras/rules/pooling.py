"""Pooling: windows that take the largest or the mean, over parts of the input or all of it.

"valid" gives (n - pool) // stride + 1, "same" n / stride rounded up. One operation for every element of a window.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.beside import whole_mask
from dslc.keras.rules.convolutional import Window, channels_first, slide
from dslc.keras.rules.demands import (
    exact_rank,
    least_rank,
    numbers,
    per_element,
    spatial_sizes,
    static,
    truth,
)
from dslc.keras.types import Effect, Refusal, Tensor
from dslc.keras.written import written
from dslc.record import record
from dslc.shapes.dim import Dim, anonymous, known
from dslc.shapes.shape import Shape, product, show


def pooling_window(rank: int) -> Callable[[str, dict[str, Any]], Window]:
    """The construct rule of pooling layers; strides that were not given are the pool's size."""

    def construct(layer: str, arguments: dict[str, Any]) -> Window:
        pool = numbers(arguments["pool_size"], rank)
        strides = arguments["strides"]
        return Window(
            rank,
            pool,
            pool if strides is None else numbers(strides, rank),
            (1,) * rank,
            str(static(arguments["padding"])),
            channels_first(arguments),
        )

    return construct


def pool(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`MaxPooling1D` … `AveragePooling3D`."""
    plan: Window = layer.plan
    shape = exact_rank(layer, x, plan.rank + 2)
    made = slide(layer, plan, spatial_sizes(shape, plan.channels_first), 2 if plan.channels_first else 1)
    result: Shape = (*shape[:2], *made) if plan.channels_first else (shape[0], *made, shape[-1])
    window = product([size for size in plan.kernel if not isinstance(size, float)])
    return Effect(Tensor(result, layer.compute), flops=product(result[1:]) * window)


@record
class Whole:
    """How a global pooling layer reads its input."""

    rank: int
    channels_first: bool


def whole_input(rank: int) -> Callable[[str, dict[str, Any]], Whole]:
    """The construct rule of global pooling layers."""

    def construct(layer: str, arguments: dict[str, Any]) -> Whole:
        return Whole(rank, channels_first(arguments))

    return construct


def pool_all(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`GlobalMaxPooling1D` … `GlobalAveragePooling3D`."""
    plan: Whole = layer.plan
    shape = exact_rank(layer, x, plan.rank + 2)
    spatial = spatial_sizes(shape, plan.channels_first)
    if 0 in spatial and "Max" in layer.name:
        reason, advice = f"there is no largest of none, the input is {show(shape)}", "give it sizes above 0"
        raise refuse(say.do_not_match(layer.name, reason, advice), inputs=(0,))
    ones: tuple[Dim, ...] = (1,) * plan.rank if truth(layer.args["keepdims"]) else ()
    if plan.channels_first:
        result: Shape = (shape[0], shape[1], *ones)
    else:
        result = (shape[0], *ones, shape[-1])
    steps = (shape[0], shape[2 if plan.channels_first else 1])
    warnings = whole_mask(layer, arguments.get("mask"), steps, f"it masks the steps of {show(shape)}")
    return Effect(Tensor(result, layer.compute), flops=per_element(shape), warnings=warnings)


def adaptive(rank: int) -> Callable[[str, dict[str, Any]], tuple[tuple[Any, ...], bool]]:
    """The construct rule of adaptive pooling: the sizes of the output and whether channels come first."""

    def construct(layer: str, arguments: dict[str, Any]) -> tuple[tuple[Any, ...], bool]:
        sizes = tuple(
            anonymous() if size is None else size for size in numbers(arguments["output_size"], rank)
        )
        return sizes, static(arguments["data_format"]) == "channels_first"

    return construct


def pool_adaptively(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`AdaptiveMaxPooling1D` … `AdaptiveAveragePooling3D`: the output has the sizes that were asked for."""
    sizes, first = layer.plan
    _more_than_one(layer, sizes)
    shape = least_rank(layer, x, 2 if first else 1)
    warnings: tuple[Refusal, ...] = ()
    if len(shape) != len(sizes) + 2:  # Keras does not look; running it gives another shape than it promises
        reason = f"it works on {len(sizes) + 2} axes, the input is {show(shape)}"
        warnings = (Refusal(say.fails_when_run(layer.name, reason), inputs=(0,)),)
    spatial = spatial_sizes(shape, first)
    if not all(map(known, spatial)):
        reason = "`fit` and `predict` do not know the sizes from which it makes its windows"
        advice = f"give the input numbers, or take `Global{layer.name.removeprefix('Adaptive')}`"
        warnings = (*warnings, Refusal(say.fails_when_run(layer.name, reason, advice), inputs=(0,)))
    result = (shape[0], shape[1], *sizes) if first else (shape[0], *sizes, shape[-1])
    return Effect(Tensor(result, layer.compute), flops=per_element(shape), warnings=warnings)


def _more_than_one(layer: Layer, sizes: tuple[Any, ...]) -> None:
    """That every size of the output is 2 or more: for a single one Keras makes a window larger than the input.

    TensorFlow then refuses the graph, or ends the process with an arithmetic error.
    """
    if all(size == 1 for size in sizes):
        whole = f"Global{layer.name.removeprefix('Adaptive')}"
        advice = f"`{whole}(keepdims=True)` gives one for the whole input"
    else:
        advice = "use sizes of 2 or more, or pool over the axis with `ops.max` or `ops.mean`"
    for size in sizes:
        if isinstance(size, int) and size in (0, 1):
            reason = "it divides by the size" if size == 0 else "its window would be larger than the input"
            message = say_arguments.conflict(
                layer.name, "`output_size`", written(layer.args["output_size"]), reason, advice
            )
            raise refuse(message, "output_size")
