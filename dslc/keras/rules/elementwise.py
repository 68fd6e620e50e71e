"""Layers that keep the shape: activations, dropout, noise, and what only marks or scales values.

Drop-out and noise cost nothing when the model is used; an activation counts 1 for every element.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.beside import agreed, masked, need_tensor
from dslc.keras.rules.demands import (
    activation_cost,
    autocast,
    beside_elements,
    exact_rank,
    fits,
    known_shape,
    least_rank,
    need_known,
    per_element,
    static,
    unchanged,
    weight,
)
from dslc.keras.types import Effect, Refusal, Tensor, Unknown
from dslc.keras.written import written
from dslc.record import replace
from dslc.shapes.dim import Dim, Sym
from dslc.shapes.shape import Shape, show


def same(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The same shape, at no cost."""
    return unchanged(layer, x)


def scaled_up(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`GaussianDropout` and `AlphaDropout`, which look at their arguments in training alone."""
    made = unchanged(layer, x)
    rate, noise = layer.args["rate"], layer.args.get("noise_shape")
    if rate == 1:
        said = ("in training it divides by 1 - `rate`, which is 0", "write a lower rate")
        return replace(made, warnings=(Refusal(say.fails_when_run(layer.name, *said), "rate"),))  # type: ignore[no-any-return]
    if rate and not _is_noise_shape(noise):
        said = (
            f"`noise_shape` is {written(noise)} in training",
            "write a tuple of whole numbers above 0 and None",
        )
        return replace(made, warnings=(Refusal(say.fails_when_run(layer.name, *said), "noise_shape"),))  # type: ignore[no-any-return]
    return made


def _is_noise_shape(value: Any) -> bool:
    if not isinstance(value, (tuple, list)):
        return value is None or isinstance(value, Unknown)
    return all(
        size is None or isinstance(size, (Unknown, Sym)) or (isinstance(size, int) and size > 0)
        for size in value
    )


def mask(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Masking`: the same shape; the last axis is what is compared."""
    least_rank(layer, x, 1)
    return replace(unchanged(layer, x), warnings=beside_elements(layer, x, "mask_value"))  # type: ignore[no-any-return]


def leak(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of `LeakyReLU`: its slope, unless the older `alpha` is given."""
    slope = arguments["negative_slope"]
    if arguments.get("alpha") is not None or isinstance(slope, Unknown):
        return
    if not isinstance(slope, (int, float)):
        raise refuse(
            say_arguments.wrong_type(layer, "negative_slope", written(slope), "a number"), "negative_slope"
        )
    if slope < 0:
        raise refuse(
            say_arguments.out_of_range(layer, "negative_slope", written(slope), "a number from 0 up"),
            "negative_slope",
        )


def bend(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`ELU`: an activation with a number, or with one for each element."""
    return replace(unchanged(layer, x, 1), warnings=beside_elements(layer, x, "alpha"))  # type: ignore[no-any-return]


def activate(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The same shape, one operation an element; none for `Activation("linear")`."""
    effect = unchanged(layer, x, 1)
    return (
        replace(effect, flops=activation_cost(layer, effect.result.shape))
        if layer.name == "Activation"
        else effect
    )


def identity(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The tensor itself: shape and dtype stay (floats are cast to the layer's dtype on the way in)."""
    return Effect(Tensor(known_shape(x), autocast(layer, x.dtype), x.sparse))


def spatial(rank: int) -> Any:
    """Dropout of whole channels: the input must have `rank` axes."""

    def call(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
        while isinstance(x, (list, tuple)) and len(x) == 1:
            x = x[0]  # a list of one passes, and comes out as a tensor
        if not isinstance(x, Tensor):
            count = f"a list of {len(x)}" if isinstance(x, (list, tuple)) else written(x)
            raise refuse(say.one_tensor(layer.name, count))
        exact_rank(layer, x, rank)
        return unchanged(layer, x)

    return call


def softmax(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The same shape; an axis that the input does not have is found by Keras only when the model runs."""
    effect = unchanged(layer, x, 1)
    axis = static(layer.args["axis"])
    shape = known_shape(x)
    rank = len(shape)
    warnings = _broadcastable(layer, arguments["mask"], shape)
    axes = axis if isinstance(axis, (list, tuple)) else (axis,)
    absent = [each for each in axes if isinstance(each, int) and not -rank <= each < rank]
    if absent:
        warning = say.fails_when_run(
            layer.name,
            f"axis {absent[0]} does not exist in {show(shape)}",
            f"count from -{rank} to {rank - 1}",
        )
        warnings = (*warnings, Refusal(warning, "axis"))
    different = {each % rank for each in axes if isinstance(each, int)} if rank else set()
    if not axes or (len(axes) > 1 and len(different) < len(axes) and not absent):
        message = say_arguments.out_of_range(
            layer.name, "axis", written(axis), "one axis or several, each named once"
        )
        raise refuse(message, "axis")
    return Effect(effect.result, flops=effect.flops, warnings=warnings)


def _broadcastable(layer: Layer, mask: Any, shape: Shape) -> tuple[Refusal, ...]:
    """That a mask is as the input is, or 1; the last axes are compared."""
    need_tensor(layer, "mask", mask)
    if not isinstance(mask, Tensor) or mask.shape is None:
        return ()
    got = mask.shape

    def unlike() -> Any:
        return masked(layer, "mask", got, f"it is compared with {show(shape)}, from the last axis", shape)

    if len(got) > len(shape):
        raise refuse(unlike(), "mask")
    conditions: tuple[Refusal, ...] = ()
    for axis, (size, wanted) in enumerate(zip(got, shape[len(shape) - len(got) :], strict=True)):
        if size != 1:
            conditions += agreed(layer, "mask", size, wanted, axis + len(shape) - len(got), unlike)
    return conditions


def share_axes(layer: str, arguments: dict[str, Any]) -> tuple[Any, ...] | None:
    """The construct rule of `PReLU`: its shared axes as a tuple."""
    axes = static(arguments["shared_axes"])
    if axes is None:
        return None
    found = tuple(axes) if isinstance(axes, (list, tuple)) else (axes,)
    if not all(isinstance(axis, (int, Unknown)) for axis in found):
        raise refuse(
            say_arguments.wrong_type(layer, "shared_axes", written(axes), "an axis or a list of axes"),
            "shared_axes",
        )
    return found


def learn_slope(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`PReLU`: one learnt slope for every element of a sample, shared along `shared_axes`."""
    shape = known_shape(x)
    shared = layer.plan or ()
    sizes: list[Dim] = list(shape[1:])
    for axis in shared:
        if not 1 - len(sizes) <= axis <= len(sizes):
            raise refuse(
                say.axis_out_of_range(
                    layer.name, "shared_axes", written(list(shared)), len(shape), show(shape)
                ),
                "shared_axes",
                (0,),
            )
        sizes[axis - 1] = 1
    if built is not None:
        exact_rank(layer, x, len(built.weights[0].shape) + 1)
        if shared:
            for axis in range(1, len(shape)):
                if axis not in shared:
                    fits(layer, shape, axis, built.weights[0].shape[axis - 1])
        weights = built.weights
    else:
        for size in sizes:
            need_known(
                layer, shape, size, "every size that has a slope", "name the unknown axes in `shared_axes`"
            )
        weights = (weight(layer, "alpha", tuple(sizes), "alpha_initializer"),)
    return Effect(Tensor(shape, layer.compute), weights, per_element(shape, 2))
