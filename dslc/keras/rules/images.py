"""Layers on images: those that change the size, and those that change only what is seen.

Keras looks at the number of axes only when the model runs, for most of them; a wrong number gives a warning. They cost
1 for every element of the output, and nothing where a new size is the nearest pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.kinds import not_whole
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.convolutional import channels_first
from dslc.keras.rules.demands import (
    amount,
    autocast,
    is_nearest,
    known_shape,
    large_enough,
    per_element,
    truth,
)
from dslc.keras.types import Effect, Refusal, Tensor
from dslc.keras.written import written
from dslc.record import replace
from dslc.shapes.dim import Sym, anonymous
from dslc.shapes.shape import Shape, show

AXES = "3 axes (one image) or 4 (batch, height, width, channels)"


def _rank_warning(layer: Layer, shape: Shape) -> tuple[Refusal, ...]:
    if len(shape) in (3, 4):
        return ()
    reason = f"it works on {AXES}, the input is {show(shape)}"
    return (Refusal(say.fails_when_run(layer.name, reason), inputs=(0,)),)


def transform(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The same shape, in the layer's dtype."""
    shape = known_shape(x)
    return Effect(
        Tensor(shape, layer.compute), flops=per_element(shape), warnings=_rank_warning(layer, shape)
    )


def keep_dtype(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The same shape, and the dtype of the input."""
    effect = transform(layer, x, arguments, built)
    return Effect(
        Tensor(effect.result.shape, autocast(layer, x.dtype), x.sparse),
        flops=effect.flops,
        warnings=effect.warnings,
    )


def of_colours(*counts: int, keeps_dtype: bool = False) -> Callable[..., Effect]:
    """The rule of layers that change colours, which Keras asks how many channels there are only in training."""
    followed = keep_dtype if keeps_dtype else transform

    def call(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
        effect = followed(layer, x, arguments, built)
        return _wants_channels(layer, known_shape(x), counts, effect)

    return call


def jittered(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`RandomColorJitter`: of its changes those of saturation and hue look at colours."""
    effect = transform(layer, x, arguments, built)
    coloured = any(layer.args[name] is not None for name in ("saturation_factor", "hue_factor"))
    return _wants_channels(layer, known_shape(x), (3,), effect) if coloured else effect


def _wants_channels(layer: Layer, shape: Shape, counts: tuple[int, ...], effect: Effect) -> Effect:
    if len(shape) not in (3, 4):
        return effect
    channels = shape[-3 if channels_first(dict(layer.args)) else -1]
    if not isinstance(channels, int) or channels in counts:
        return effect
    many = " or ".join(map(str, counts))
    reason = f"in training it takes images of {many} channels, {show(shape)} has {channels}"
    warnings = (*effect.warnings, Refusal(say.fails_when_run(layer.name, reason), inputs=(0,)))
    return replace(effect, warnings=warnings)  # type: ignore[no-any-return]


def three_channels(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The same shape; there must be three channels where they are known."""
    shape = known_shape(x)
    if len(shape) not in (3, 4):
        raise refuse(say.wrong_rank(layer.name, AXES, show(shape), len(shape)), inputs=(0,))
    axis = -3 if channels_first(dict(layer.args)) else -1
    if isinstance(shape[axis], int) and shape[axis] != 3:
        reason = f"it takes images of 3 channels, {show(shape)} has {shape[axis]}"
        raise refuse(say.do_not_match(layer.name, reason), inputs=(0,))
    return transform(layer, x, arguments, built)


def new_size(least_rank: int, exact: bool) -> Callable[..., Effect]:
    """The rule of layers that give images of `height` and `width`."""

    def call(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
        shape = known_shape(x)
        if len(shape) < least_rank or (exact and len(shape) not in (3, 4)):
            raise refuse(say.wrong_rank(layer.name, AXES, show(shape), len(shape)), inputs=(0,))
        first = channels_first(dict(layer.args))
        if len(shape) == 4:
            start = 2 if first else 1
        else:
            start = 1 if first else 0
        if start < 0 or start + 1 >= len(shape):
            raise refuse(say.wrong_rank(layer.name, AXES, show(shape), len(shape)), inputs=(0,))
        result = list(shape)
        for offset, name in enumerate(("height", "width")):
            size = amount(layer.args[name])
            result[start + offset] = anonymous() if size is None else size
        made = tuple(result)
        cost = 0 if is_nearest(layer.args.get("interpolation")) else per_element(made)
        return Effect(Tensor(made, layer.compute), flops=cost, warnings=_rank_warning(layer, shape))

    return call


def random_crop(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The rule of `RandomCrop`, which leaves the picture as it is where the model does not train, whatever a graph says.

    Source: `transform_images` crops and resizes under `if training`, `compute_output_shape` does not ask.
    """
    shape = known_shape(x)
    start = len(shape) - (2 if channels_first(dict(layer.args)) else 3)
    if start < 0:
        raise refuse(say.wrong_rank(layer.name, AXES, show(shape), len(shape)), inputs=(0,))
    sizes = tuple(
        anonymous() if size is None else size
        for size in map(amount, (layer.args["height"], layer.args["width"]))
    )
    cropped = (*shape[:start], *sizes, *shape[start + 2 :])
    warnings = _rank_warning(layer, shape)
    cost = per_element(cropped)
    if arguments.get("training") is True or shape[start : start + 2] == sizes:
        return Effect(Tensor(cropped, layer.compute), flops=cost, warnings=warnings)
    either = (*shape[:start], anonymous(), anonymous(), *shape[start + 2 :])
    return Effect(Tensor(either, layer.compute), flops=cost, warnings=warnings, graph=cropped)


def sizes_given(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of layers with a height and a width: whole numbers from 0 up."""
    for name in ("height", "width"):
        value = arguments[name]
        if isinstance(value, int) and value < 0:
            raise refuse(
                say_arguments.out_of_range(layer, name, written(value), "a whole number above 0"), name
            )
        if value is not None and not isinstance(value, (int, Sym)):
            raise refuse(not_whole(layer, name, value, "a whole number above 0"), name)


def fitted(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of `Resizing`: its sizes, and one way to keep the shape of what is in a picture."""
    sizes_given(layer, arguments)
    ways = ("crop_to_aspect_ratio", "pad_to_aspect_ratio")
    if all(truth(arguments[each]) for each in ways):
        crop, pad = (f"`{each}`" for each in ways)
        raise refuse(say_arguments.conflict(layer, crop, pad, "it does one of the two"), ways[1])


def in_tiles(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`ContrastLimitedAdaptiveHistogramEqualization`: a picture is mirrored until tiles fill it, at most to twice its size."""
    made = transform(layer, x, arguments, built)
    shape, tiles = known_shape(x), layer.args["tile_grid_size"]
    if len(shape) not in (3, 4):
        return made
    start = len(shape) - (2 if channels_first(dict(layer.args)) else 3)
    warnings = made.warnings
    for size, count in zip(shape[start : start + 2], tiles, strict=True):
        if not isinstance(count, int):
            continue
        needed = -(-count // 2)
        if isinstance(size, int) and size < needed:
            reason = (
                f"{count} tiles need a side of {needed} at least, the picture has the shape {show(shape)}"
            )
            raise refuse(
                say.do_not_match(layer.name, reason, "take fewer in `tile_grid_size`"), "tile_grid_size"
            )
        if needed > 1:
            warnings = (*warnings, *large_enough(layer, size, needed, "tile_grid_size"))
    return replace(made, warnings=warnings)  # type: ignore[no-any-return]


def mixed_factors(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of layers that hand one factor to many others: both ends from 0 to 1."""
    factor = arguments["factor"]
    if isinstance(factor, (tuple, list)) and any(not 0 <= end <= 1 for end in factor):
        raise refuse(say_arguments.out_of_range(layer, "factor", written(factor), "from 0 to 1"), "factor")


def jitter(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of `RandomColorJitter`: a value range is needed once anything is changed."""
    names = ("brightness_factor", "contrast_factor", "saturation_factor", "hue_factor")
    value_range = arguments["value_range"]
    if any(arguments[name] is not None for name in names[:1] + names[2:3]) and not (
        isinstance(value_range, (tuple, list))
        and len(value_range) == 2
        and all(isinstance(end, (int, float)) for end in value_range)
    ):
        raise refuse(
            say_arguments.wrong_type(layer, "value_range", written(value_range), "a pair (lowest, highest)"),
            "value_range",
        )
