"""Convolutions: sizes of windows and outputs, weights, costs.

With K = (k - 1) * dilation + 1: "valid" gives (n - K) // stride + 1, "same" and "causal" give n / stride rounded up,
whatever the kernel. A transposed convolution gives n * stride for "same" and n * stride + max(K - stride, 0) for
"valid", unless `output_padding` says otherwise. One multiply-accumulate counts 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from math import floor
from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.demands import (
    activation_cost,
    amount,
    fits,
    least_rank,
    need_known,
    numbers,
    spatial_sizes,
    static,
    truth,
    weight,
)
from dslc.keras.types import Effect, Refusal, Tensor, Weight
from dslc.keras.written import written
from dslc.record import record
from dslc.shapes.dim import Dim, Sym, anonymous, maximum
from dslc.shapes.shape import Shape, product, show


@record
class Window:
    """The arguments that all convolutions share, in standard form."""

    rank: int
    kernel: tuple[Any, ...]
    strides: tuple[Any, ...]
    dilation: tuple[Any, ...]
    padding: str
    channels_first: bool
    output_padding: tuple[Any, ...] | None = None


def window(rank: int) -> Callable[[str, dict[str, Any]], Window]:
    """The construct rule of convolutions that may have strides and dilation at once."""

    def construct(layer: str, arguments: dict[str, Any]) -> Window:
        kernel = numbers(arguments["kernel_size"], rank)
        if not all(isinstance(k, (int, Sym)) for k in kernel):
            raise refuse(
                say_arguments.wrong_type(
                    layer, "kernel_size", written(arguments["kernel_size"]), "whole numbers"
                ),
                "kernel_size",
            )
        return Window(
            rank,
            kernel,
            numbers(arguments["strides"], rank),
            numbers(arguments["dilation_rate"], rank),
            str(static(arguments["padding"])).lower(),
            channels_first(arguments),
        )

    return construct


def strided_or_dilated(rank: int) -> Callable[[str, dict[str, Any]], Window]:
    """The construct rule of `Conv1D` to `Conv3D`: strides or dilation, and filters that fit the groups."""
    shared = window(rank)

    def construct(layer: str, arguments: dict[str, Any]) -> Window:
        plan = shared(layer, arguments)
        _not_both(layer, plan)
        filters, groups = arguments["filters"], arguments["groups"]
        if isinstance(filters, int) and isinstance(groups, int) and filters % groups:
            raise refuse(
                say.not_divisible(layer, "`filters`", str(filters), "groups", str(groups)),
                "groups",
            )
        rank_of_lora = arguments.get("lora_rank")
        if rank_of_lora and arguments.get("kernel_constraint") is not None:
            raise refuse(
                say_arguments.conflict(
                    layer, "`lora_rank`", "`kernel_constraint`", "the low-rank update is not constrained"
                ),
                "kernel_constraint",
            )
        return plan

    return construct


def transposed(rank: int) -> Callable[[str, dict[str, Any]], Window]:
    """The construct rule of transposed convolutions: as above, and output padding below the stride."""
    shared = window(rank)

    def construct(layer: str, arguments: dict[str, Any]) -> Window:
        plan = shared(layer, arguments)
        _not_both(layer, plan)
        for name in ("strides", "dilation_rate", "output_padding"):
            value = arguments[name]
            if isinstance(value, (tuple, list)) and any(isinstance(element, float) for element in value):
                raise refuse(say_arguments.wrong_type(layer, name, written(value), "whole numbers"), name)
        padding = arguments["output_padding"]
        if padding is None:
            return plan
        extra = numbers(padding, rank)
        for size, stride in zip(extra, plan.strides, strict=True):
            if isinstance(size, int) and isinstance(stride, int) and size >= stride:
                raise refuse(
                    say_arguments.conflict(
                        layer,
                        f"`output_padding` {size}",
                        f"`strides` {stride}",
                        "the padding must be smaller than the stride",
                    ),
                    "output_padding",
                )
        return Window(
            rank, plan.kernel, plan.strides, plan.dilation, plan.padding, plan.channels_first, extra
        )

    return construct


def _not_both(layer: str, plan: Window) -> None:
    strided = any(isinstance(s, (int, float)) and s > 1 for s in plan.strides)
    if strided and any(isinstance(d, (int, float)) and d > 1 for d in plan.dilation):
        raise refuse(
            say_arguments.conflict(
                layer,
                f"`strides` {written(plan.strides)}",
                f"`dilation_rate` {written(plan.dilation)}",
                "only one of them may be above 1, even on different axes",
                "leave one of the two out",
            ),
            "dilation_rate",
        )


def channels_first(arguments: dict[str, Any]) -> bool:
    """Whether the channels come before the sizes; an absent `data_format` says last."""
    value = static(arguments["data_format"])
    return value is not None and str(value).lower() == "channels_first"


def steps(size: Any, stride: Any) -> Dim:
    """`floor(size / stride)`, also for the float strides that Keras lets through."""
    if isinstance(stride, float):
        if isinstance(size, (int, float)):
            return floor(size / stride)
        if not stride.is_integer():
            return anonymous()
        stride = int(stride)
    if isinstance(size, float):
        size = int(size) if size.is_integer() else floor(size)
    result: Dim = size // stride
    return result


def slide(layer: Layer, plan: Window, spatial: Shape, first_axis: int) -> tuple[Dim, ...]:
    """The sizes after a window went over `spatial`; refused when nothing is left of a known size."""
    made: list[Dim] = []
    for index, size in enumerate(spatial):
        kernel, stride, dilation = plan.kernel[index], plan.strides[index], plan.dilation[index]
        if plan.padding != "valid":
            made.append(steps(size - 1, stride) + 1)
            continue
        reach = dilation * (kernel - 1) + 1
        result = steps(_minus(size, reach), stride) + 1
        if isinstance(size, int) and isinstance(result, int) and result <= 0:
            raise too_small(layer, first_axis + index, size, reach, result, stride)
        made.append(result)
    return tuple(made)


def too_small(layer: Layer, axis: int, size: Dim, reach: Any, result: Dim, stride: Any = 1) -> Exception:
    """The refusal of a window that is larger than the input."""
    advice = _room(layer, size, stride) if isinstance(size, int) and "padding" in layer.args else None
    window = f"a window of {reach}"
    return refuse(say.nothing_left(layer.name, axis, str(size), window, str(result), advice), inputs=(0,))


def _room(layer: Layer, size: int, stride: Any) -> str:
    """What lets a window go over fewer places than it has."""
    if "Pooling" in layer.name and size > 0:
        return f"`Global{layer.name}` goes over all that is there; or write a window of {size} at the most"
    left = steps(size - 1, stride) + 1
    kept = f"keeps the size at {size}" if left == size else f"leaves {left} of {size}"
    return f'`padding="same"` {kept}'


def _minus(size: Dim, reach: Any) -> Any:
    if isinstance(reach, float) and isinstance(size, Sym):
        return size - int(reach)
    return size - reach


def _split(layer: Layer, x: Tensor) -> tuple[Shape, Shape, Dim, int]:
    """Shape, spatial sizes, channels, and the axis at which the spatial sizes start."""
    plan: Window = layer.plan
    shape = least_rank(layer, x, plan.rank + 2)
    if len(shape) != plan.rank + 2:
        expected = f"{plan.rank + 2} axes"
        raise refuse(say.wrong_rank(layer.name, expected, show(shape), len(shape)), inputs=(0,))
    spatial = spatial_sizes(shape, plan.channels_first)
    return (shape, spatial, shape[1], 2) if plan.channels_first else (shape, spatial, shape[-1], 1)


def _joined(plan: Window, batch: Dim, spatial: tuple[Dim, ...], channels: Dim) -> Shape:
    return (batch, channels, *spatial) if plan.channels_first else (batch, *spatial, channels)


def _bias(layer: Layer, size: Dim) -> tuple[Weight, ...]:
    return (weight(layer, "bias", (size,), "bias_initializer"),) if truth(layer.args["use_bias"]) else ()


def _axis(plan: Window) -> int:
    return 1 if plan.channels_first else -1


def convolve(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Conv1D`, `Conv2D`, `Conv3D`."""
    plan: Window = layer.plan
    shape, spatial, channels, start = _split(layer, x)
    filters, groups = amount(layer.args["filters"]), amount(layer.args["groups"])
    if built is not None:
        weights = built.weights
        channels = weights[0].shape[-2] * groups
        fits(layer, shape, _axis(plan), channels)
        made = slide(layer, plan, spatial, start)
    else:
        need_known(layer, shape, channels, "the number of channels")
        if isinstance(channels, int) and isinstance(groups, int) and channels % groups:
            common = say.divisors(math.gcd(channels, filters) if isinstance(filters, int) else channels)
            what, advice = "the channels of the input,", f"`groups` can be {common}"
            raise refuse(
                say.not_divisible(layer.name, what, str(channels), "groups", str(groups), advice),
                "groups",
                (0,),
            )
        made = slide(layer, plan, spatial, start)
        inside = channels if groups == 1 else channels // groups
        kernel = (*plan.kernel, inside, filters)
        weights = (weight(layer, "kernel", kernel, "kernel_initializer"), *_bias(layer, filters))
        if layer.args.get("lora_rank"):
            weights = _with_lora(layer, weights, kernel, filters)
    per_output = product(weights[0].shape[:-1])
    elements = product(made) * filters
    result = _joined(plan, shape[0], made, filters)
    flops = elements * per_output * 2 + activation_cost(layer, result)
    return Effect(Tensor(result, layer.compute), weights, flops)


def _with_lora(layer: Layer, weights: tuple[Weight, ...], kernel: Shape, filters: Dim) -> tuple[Weight, ...]:
    """The weights after a low-rank update was added: the kernel is frozen, two factors are trained."""
    rank = amount(layer.args["lora_rank"])
    return (
        weight(layer, "kernel", kernel, trainable=False),
        *weights[1:],
        weight(layer, "lora_kernel_a", (*kernel[:-1], rank), dtype="float32"),
        weight(layer, "lora_kernel_b", (rank, filters), dtype="float32"),
    )


def convolve_transposed(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Conv1DTranspose`, `Conv2DTranspose`, `Conv3DTranspose`."""
    plan: Window = layer.plan
    shape, spatial, channels, _ = _split(layer, x)
    filters = amount(layer.args["filters"])
    if built is not None:
        weights = built.weights
        fits(layer, shape, _axis(plan), weights[0].shape[-1])
    else:
        need_known(layer, shape, channels, "the number of channels")
        kernel = (*plan.kernel, filters, channels)
        weights = (weight(layer, "kernel", kernel, "kernel_initializer"), *_bias(layer, filters))
    made = tuple(_stretched(layer, plan, index, size) for index, size in enumerate(spatial))
    result = _joined(plan, shape[0], made, filters)
    flops = product(spatial) * product(weights[0].shape) * 2 + activation_cost(layer, result)
    warnings: tuple[Refusal, ...] = ()
    if any(isinstance(each, int) and each > 1 for each in plan.dilation):
        warnings = (Refusal(say.dilated_backwards(layer.name), "dilation_rate"),)
    return Effect(Tensor(result, layer.compute), weights, flops, warnings)


def _stretched(layer: Layer, plan: Window, index: int, size: Dim) -> Dim:
    stride = plan.strides[index]
    reach = (plan.kernel[index] - 1) * plan.dilation[index] + 1
    extra = None if plan.output_padding is None else plan.output_padding[index]
    made: Dim
    if plan.padding == "same":
        # Keras: n * s, or with an output padding p (n - 1) * s + K % 2 + p
        made = size * stride if extra is None else (size - 1) * stride + reach % 2 + extra
        _taken_back(layer, plan, index, reach, extra)
    else:
        if extra is None:
            extra = maximum(reach, stride) - reach
        made = (size - 1) * stride + reach + extra
    if isinstance(made, int) and made < 0:
        axis = index + (2 if plan.channels_first else 1)
        window = f"a window of {plan.kernel[index]}"
        raise refuse(say.nothing_left(layer.name, axis, str(size), window, str(made)), inputs=(0,))
    return made


def _taken_back(layer: Layer, plan: Window, index: int, reach: Any, extra: Any) -> None:
    """That TensorFlow can make the size that an output padding asks for: going back, it must find the size it came from."""
    stride = plan.strides[index]
    if not all(isinstance(each, int) for each in (reach, extra, stride)):
        return
    more = (reach % 2) + extra - stride  # n * stride + more is shrunk by the stride to n again, rounded up
    if -stride < more <= 0:
        return
    fitting = [each for each in range(stride) if -stride < reach % 2 + each - stride <= 0]
    advice = f"leave `output_padding` out, or give {fitting[0]}" if fitting else "leave `output_padding` out"
    if not fitting:
        advice += ", or take an odd kernel"
    raise refuse(
        say_arguments.conflict(
            layer.name,
            f"`output_padding` {extra}",
            f"a kernel of {reach} with strides of {stride}",
            "no input of that size comes back from the output",
            advice,
        ),
        "output_padding",
    )


def convolve_depthwise(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`DepthwiseConv1D`, `DepthwiseConv2D`."""
    plan: Window = layer.plan
    shape, spatial, channels, start = _split(layer, x)
    multiplier = amount(layer.args["depth_multiplier"])
    need_known(layer, shape, channels, "the number of channels")
    if built is not None:
        fits(layer, shape, _axis(plan), built.weights[0].shape[-2])
    made = slide(layer, plan, spatial, start)
    filters = channels * multiplier
    if built is not None:
        weights = built.weights
    else:
        kernel = (*plan.kernel, channels, multiplier)
        weights = (weight(layer, "kernel", kernel, "depthwise_initializer"), *_bias(layer, filters))
    elements = product(made) * filters
    result = _joined(plan, shape[0], made, filters)
    flops = elements * product(plan.kernel) * 2 + activation_cost(layer, result)
    return Effect(Tensor(result, layer.compute), weights, flops, _moved_evenly(layer, plan))


def _moved_evenly(layer: Layer, plan: Window) -> tuple[Refusal, ...]:
    """That a depthwise kernel moves by the same number of pixels along each axis, as TensorFlow has it."""
    if len({stride for stride in plan.strides if isinstance(stride, (int, float))}) < 2:
        return ()
    reason = f"TensorFlow moves a depthwise kernel by equal strides, and these are {written(plan.strides)}"
    return (Refusal(say.fails_when_run(layer.name, reason, "write one number"), "strides"),)


def convolve_separable(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`SeparableConv1D`, `SeparableConv2D`."""
    plan: Window = layer.plan
    shape, spatial, channels, start = _split(layer, x)
    filters, multiplier = amount(layer.args["filters"]), amount(layer.args["depth_multiplier"])
    if built is not None:
        weights = built.weights
        channels = weights[0].shape[-2]
        fits(layer, shape, _axis(plan), channels)
        made = slide(layer, plan, spatial, start)
    else:
        need_known(layer, shape, channels, "the number of channels")
        made = slide(layer, plan, spatial, start)
        weights = (
            weight(layer, "depthwise_kernel", (*plan.kernel, channels, multiplier), "depthwise_initializer"),
            weight(
                layer,
                "pointwise_kernel",
                (*(1,) * plan.rank, channels * multiplier, filters),
                "pointwise_initializer",
            ),
            *_bias(layer, filters),
        )
    middle = channels * multiplier
    area = product(made)
    flops = area * middle * product(plan.kernel) * 2 + area * middle * filters * 2
    result = _joined(plan, shape[0], made, filters)
    flops += activation_cost(layer, result)
    return Effect(Tensor(result, layer.compute), weights, flops, _moved_evenly(layer, plan))
