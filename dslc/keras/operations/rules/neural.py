"""Functions of `keras.ops.nn` whose shape is more than that of their input: encodings, attention, convolution, pooling.

A convolution costs 2 operations per multiply-accumulate, pooling one per element of the windows.

    ops.conv(strides=2, padding="same"): (None, 9, 9, 3), (3, 3, 3, 8) -> (None, 5, 5, 8)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import operations as say
from dslc.diagnostics.messages import shapes as shape_messages
from dslc.keras.operations.calling import (
    Call,
    Undetermined,
    common,
    dtype_argument,
    elements,
    operand,
    shaped,
    text,
    whole,
)
from dslc.keras.operations.sizes import broadcast, divided, identical, same_size
from dslc.keras.types import Tensor, Unknown
from dslc.shapes.dim import Dim, Sym, ceil_div, floor_div, known, least
from dslc.shapes.shape import Shape, product


def one_hot(call: Call) -> Tensor:
    """A new axis with a 1 at the place of the class."""
    shape = operand(call, "x", lists=True).shape
    place = _class_axis(call, shape)
    sparse = call["sparse"] is True
    return Tensor((*shape[:place], whole(call, "num_classes"), *shape[place:]), dtype_argument(call), sparse)


def multi_hot(call: Call) -> Tensor:
    """A 1 for each of several classes, which are given along the last axis."""
    shape, _ = shaped(call, "inputs")
    if call["num_classes"] is None and "num_tokens" in call.arguments:
        call.arguments["num_classes"] = call["num_tokens"]
    if call["num_classes"] is None:
        call.refuse(say.missing_argument(call.subject, "num_classes"))
    place = _class_axis(call, shape)
    grown = (*shape[:place], whole(call, "num_classes"), *shape[place:])
    found = grown[-1:] if len(grown) == 2 else (grown[0], *grown[2:])
    return Tensor(found, dtype_argument(call), call["sparse"] is True)


def attention(call: Call) -> Tensor:
    """Scaled dot-product attention over `(batch, time, heads, size)`; the result is as wide as the values."""
    (query, a), (key, b), (value, c) = (shaped(call, name) for name in ("query", "key", "value"))
    for name, shape in (("query", query), ("key", key), ("value", value)):
        if len(shape) != 4:
            call.refuse(operands.wrong_rank(call.subject, name, shape, "(batch, time, heads, size)"), name)
    if call["attn_logits_soft_cap"] is not None:
        call.refuse_value("attn_logits_soft_cap", "None, except for JAX on a TPU")
    if call["flash_attention"] is True:
        call.refuse_value("flash_attention", "None: TensorFlow has no flash attention")
    if same_size(call, query[3], key[3]) is None:
        rule = "queries and keys must be equally wide"
        call.refuse(operands.shapes_differ(call.subject, ("query", query), ("key", key), rule), "key")
    if same_size(call, key[1], value[1]) is None:
        rule = "there must be as many values as keys"
        call.refuse(operands.shapes_differ(call.subject, ("key", key), ("value", value), rule), "value")
    scores = elements((query[0], query[2], query[1], key[1]))
    call.flops = product(
        (scores, 2 * query[3] + 2 * value[3] + 2)
    )  # both products, the scale and the softmax
    return Tensor((*query[:3], value[3]), common(call, a, b, c))


def pool(call: Call) -> Tensor:
    """The largest or the mean of every window; strides are the size of the window unless given."""
    shape, dtype = shaped(call, "inputs")
    places = _spatial(call, "inputs", shape)
    window = _sizes(call, "pool_size", len(places), one=True)
    strides = window if call["strides"] is None else _sizes(call, "strides", len(places), one=True)
    padding = _padding(call, ("valid", "same"))
    found = list(shape)
    for place, size, stride in zip(places, window, strides, strict=True):
        found[place] = _slid(call, shape, place, size, stride, padding)
    call.flops = product((elements(found), *window))
    return Tensor(tuple(found), dtype)


def adaptive_pool(call: Call) -> Tensor:
    """Pooling with the output's size given instead of the window's."""
    shape, dtype = shaped(call, "inputs")
    if call["data_format"] not in (None, "channels_last", "channels_first"):
        call.refuse_value("data_format", '"channels_last" or "channels_first"')
    places = _spatial(call, "inputs", shape)
    value = call["output_size"]
    if not isinstance(value, (tuple, Unknown)):
        call.refuse_value("output_size", f"a tuple of {len(places)} sizes")
    sizes = _sizes(call, "output_size", len(places))
    found = list(shape)
    for place, size in zip(places, sizes, strict=True):
        found[place] = size
    if not _first(call):
        call.graph = (*shape[:2], *sizes, shape[-1])
    return Tensor(tuple(found), dtype)


def conv(call: Call, kind: str = "full") -> Tensor:
    """A convolution with a given kernel `(…, channels in, channels out)`; depthwise each channel has its own."""
    shape, dtype = shaped(call, "inputs")
    kernel_name = "depthwise_kernel" if kind == "separable" else "kernel"
    kernel, kernel_dtype = shaped(call, kernel_name)
    _equal_dtypes(call, kernel_name, dtype, kernel_dtype)
    places = _spatial(call, "inputs", shape)
    if len(kernel) != len(shape):
        call.refuse(
            operands.wrong_rank(call.subject, kernel_name, kernel, f"{len(shape)} axes, as the input has"),
            kernel_name,
        )
    channels = 1 if _first(call) else len(shape) - 1
    taken, made_for = shape[channels], kernel[-2]
    if kind == "full" and not (isinstance(taken, int) and isinstance(made_for, int)):
        # of channels whose number only a run knows Keras takes several groups
        groups = divided(call, taken, made_for, "the channels in", kernel_name)
        divided(call, kernel[-1], groups, "the channels out", kernel_name)
    elif same_size(call, taken, made_for) is None:
        groups = None
        if kind == "full" and isinstance(taken, int) and isinstance(made_for, int) and made_for:
            groups = taken // made_for if taken % made_for == 0 else None
        call.refuse(
            operands.kernel_channels(call.subject, shape, kernel, taken, made_for, groups), kernel_name
        )
    strides = _sizes(call, "strides", len(places), one=True)
    dilation = _sizes(call, "dilation_rate", len(places))
    apart = any(isinstance(size, int) and size > 1 for size in strides)
    if kind == "full" and apart and any(isinstance(size, int) and size > 1 for size in dilation):
        call.refuse_value(
            "dilation_rate", f"1 with strides of {say.written(call['strides'])}, TensorFlow does one of them"
        )
    padding = _padding(
        call, ("valid", "same", "causal") if kind == "full" and len(shape) == 3 else ("valid", "same")
    )
    found = list(shape)
    for place, size, stride, spread in zip(places, kernel, strides, dilation, strict=False):
        found[place] = _slid(call, shape, place, (size - 1) * spread + 1, stride, padding)
    found[channels] = kernel[-1] if kind == "full" else product(kernel[-2:])
    call.flops = product((2, elements(found), *kernel[:-2], *(kernel[-2:-1] if kind == "full" else ())))
    if kind == "separable":
        pointwise, _ = shaped(call, "pointwise_kernel")
        if len(pointwise) != len(shape) or same_size(call, found[channels], pointwise[-2]) is None:
            expected = f"a kernel of 1s for {found[channels]} channels"
            call.refuse(
                operands.wrong_rank(call.subject, "pointwise_kernel", pointwise, expected), "pointwise_kernel"
            )
        wide = found[channels]
        found[channels] = pointwise[-1]
        call.flops = call.flops + product((2, elements(found), wide))
    return Tensor(tuple(found), dtype)


def conv_transpose(call: Call) -> Tensor:
    """The convolution backwards, with a kernel `(…, channels out, channels in)`: sizes grow by the strides."""
    shape, dtype = shaped(call, "inputs")
    kernel, kernel_dtype = shaped(call, "kernel")
    _equal_dtypes(call, "kernel", dtype, kernel_dtype)
    places = _spatial(call, "inputs", shape)
    if len(kernel) != len(shape):
        call.refuse(
            operands.wrong_rank(call.subject, "kernel", kernel, f"{len(shape)} axes, as the input has"),
            "kernel",
        )
    channels = 1 if _first(call) else len(shape) - 1
    if same_size(call, shape[channels], kernel[-1]) is None:
        message = operands.kernel_channels(call.subject, shape, kernel, shape[channels], kernel[-1])
        call.refuse(message, "kernel")
    strides = _sizes(call, "strides", len(places))
    dilation = _sizes(call, "dilation_rate", len(places))
    if any(isinstance(size, int) and size > 1 for size in dilation):
        call.warn(shape_messages.dilated_backwards(call.subject))
    more = None if call["output_padding"] is None else _sizes(call, "output_padding", len(places))
    padding = _padding(call, ("valid", "same"))
    found = list(shape)
    for index, place in enumerate(places):
        window = (kernel[index] - 1) * dilation[index] + 1
        found[place] = _grown(
            shape[place], window, strides[index], padding, None if more is None else more[index]
        )
    found[channels] = kernel[-2]
    call.flops = product((2, elements(shape), *kernel[:-1]))
    return Tensor(tuple(found), dtype)


def _equal_dtypes(call: Call, argument: str, dtype: str, kernel: str) -> None:
    """That the kernel has the dtype of the input, which a convolution does not convert."""
    if dtype != kernel:
        call.refuse(
            say.wrong_dtype(call.subject, argument, kernel, f"{dtype}, as the input has,", dtype), argument
        )


def unfold(call: Call) -> Tensor:
    """Windows of `(batch, channels, height, width)` as columns."""
    shape, dtype = shaped(call, "x")
    if len(shape) != 4:
        call.refuse(
            operands.wrong_rank(call.subject, "x", shape, "four axes (batch, channels, height, width)"), "x"
        )
    for size in shape[1:]:
        if not known(size):
            call.refuse(operands.size_needed(call.subject, "every size but the batch", size), "x")
    kernel, dilation, padding, strides = (
        _sizes(call, name, 2) for name in ("kernel_size", "dilation", "padding", "stride")
    )
    counts = [
        floor_div(
            shape[2 + index] + 2 * padding[index] - dilation[index] * (kernel[index] - 1) - 1, strides[index]
        )
        + 1
        for index in range(2)
    ]
    return Tensor((shape[0], product((shape[1], *kernel)), product(counts)), dtype)


def fold(call: Call) -> Tensor:
    """Columns put back to `(batch, channels, height, width)`, what overlaps added up."""
    shape, dtype = shaped(call, "x")
    if len(shape) != 3:
        call.refuse(
            operands.wrong_rank(call.subject, "x", shape, "three axes (batch, columns, windows)"), "x"
        )
    kernel, output = _sizes(call, "kernel_size", 2), _sizes(call, "output_size", 2)
    channels = divided(call, shape[1], product(kernel), "the size of axis 1", "kernel_size")
    return Tensor((shape[0], channels, *output), dtype)


def blocks(call: Call, deeper: bool) -> Tensor:
    """`space_to_depth` and `depth_to_space`: blocks of pixels as channels, and back."""
    shape, dtype = shaped(call, "x")
    if len(shape) != 4:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "four axes"), "x")
    side = whole(call, "block_size")
    if isinstance(side, int) and side < 2:
        call.refuse_value("block_size", "2 or more")
    height, width, channels = (2, 3, 1) if _first(call) else (1, 2, 3)
    found = list(shape)
    if deeper:
        for place in (height, width):
            found[place] = divided(call, shape[place], side, f"the size of axis {place}", "block_size")
        found[channels] = product((shape[channels], side, side))
    else:
        found[channels] = divided(
            call, shape[channels], product((side, side)), "the number of channels", "block_size"
        )
        for place in (height, width):
            found[place] = product((shape[place], side))
    return Tensor(tuple(found), dtype)


def ctc_loss(call: Call) -> Tensor:
    """The loss of a sequence whose alignment is not known, one number per sample."""
    target, _ = shaped(call, "target")
    output, dtype = shaped(call, "output")
    for name, rank, shape in (("target", 2, target), ("output", 3, output)):
        if len(shape) != rank:
            call.refuse(operands.wrong_rank(call.subject, name, shape, f"{rank} axes"), name)
    for name in ("output", "target_length", "output_length"):
        shape, _ = shaped(call, name)
        if not shape or not identical(call, target[:1], shape[:1]):
            rule = "the first sizes must be equal"
            call.refuse(operands.shapes_differ(call.subject, ("target", target), (name, shape), rule), name)
    call.flops = elements(output)
    return Tensor((target[0],), common(call, dtype, "float32"))


def ctc_decode(call: Call) -> tuple[Tensor, Tensor]:
    """The most likely sequences, and how likely they are."""
    shape, dtype = shaped(call, "inputs")
    if len(shape) != 3:
        call.refuse(
            operands.wrong_rank(call.subject, "inputs", shape, "three axes (batch, time, classes)"), "inputs"
        )
    strategy = text(call, "strategy", ("greedy", "beam_search"))
    paths: Dim = 1 if strategy == "greedy" else whole(call, "top_paths")
    call.flops = elements(shape)
    return Tensor((paths, shape[0], shape[1]), "int32"), Tensor(
        (shape[0], paths), common(call, dtype, "float32")
    )


def psnr(call: Call) -> Tensor:
    """The peak signal-to-noise ratio of two images: one number."""
    (left, _), (right, _) = shaped(call, "x1"), shaped(call, "x2")
    if len(left) != len(right):
        rule = "they must have the same number of axes"
        call.refuse(operands.shapes_differ(call.subject, ("x1", left), ("x2", right), rule), "x2")
    call.flops = elements(broadcast(call, left, right))
    return Tensor((), "float32")


def _class_axis(call: Call, shape: Shape) -> int:
    value = whole(call, "axis")
    if isinstance(value, Sym):
        raise Undetermined
    if value == -1:
        return len(shape)
    if not 0 <= value < len(shape):
        call.refuse(operands.axis_out_of_range(call.subject, "axis", value, shape), "axis")
    return value


def _first(call: Call) -> bool:
    """Whether the channels stand before the image."""
    value = call["data_format"]
    if isinstance(value, Unknown):
        raise Undetermined
    if value is None:
        return False
    if not isinstance(value, str) or value.lower() not in ("channels_last", "channels_first"):
        call.refuse_value("data_format", '"channels_last" or "channels_first"')
    return value.lower() == "channels_first"


def _spatial(call: Call, name: str, shape: Shape) -> range:
    """The axes that a window slides over."""
    if not 3 <= len(shape) <= 5:
        call.refuse(
            operands.wrong_rank(
                call.subject, name, shape, "3, 4 or 5 axes (batch, one to three sizes, channels)"
            ),
            name,
        )
    return range(2, len(shape)) if _first(call) else range(1, len(shape) - 1)


def _sizes(call: Call, name: str, count: int, one: bool = False) -> list[Dim]:
    """One number per axis, written once when they are equal."""
    value: Any = call[name]
    if isinstance(value, Unknown):
        raise Undetermined
    items = list(value) if isinstance(value, (list, tuple)) else [value] * count
    if one and len(items) == 1:
        items *= count
    if len(items) != count:
        call.refuse_value(name, f"one whole number, or {count} of them")
    lowest = 0 if "padding" in name else 1
    sizes = [whole(call, name, item) for item in items]
    if any(isinstance(size, int) and size < lowest for size in sizes):
        call.refuse_value(name, f"{lowest} or more")
    return sizes


def _padding(call: Call, allowed: Sequence[str]) -> str:
    padding = text(call, "padding", allowed, fold=True)
    if padding is None:
        raise Undetermined
    return padding


def _slid(call: Call, shape: Shape, place: int, window: Dim, stride: Dim, padding: str) -> Dim:
    """How often a window fits on its way along an axis."""
    size = shape[place]
    if padding != "valid":
        return ceil_div(size, stride)
    room = size - window
    negative = room < 0 if isinstance(room, int) else (least(-room) or 0) > 0
    if negative:
        call.refuse(operands.window_too_large(call.subject, shape, place, size, window), None, (0,))
    return floor_div(room, stride) + 1


def _grown(size: Dim, window: Dim, stride: Dim, padding: str, more: Dim | None) -> Dim:
    """The size that a convolution of this kind would have made `size` of."""
    if more is None:
        if padding == "same":
            return product((size, stride))
        longer = window - stride
        rest = max(longer, 0) if isinstance(longer, int) else longer
        return product((size, stride)) + rest
    grown = product((size - 1, stride)) + window + more
    return grown if padding == "valid" else grown - 2 * floor_div(window, 2)
