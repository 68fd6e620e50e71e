"""Normalizations: the shape stays, weights follow the size of the normalized axis. One operation an element."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.dtypes import is_float
from dslc.keras.layer import Layer, Refused, refuse
from dslc.keras.rules.beside import Warnings, whole_mask
from dslc.keras.rules.demands import (
    amount,
    exact_rank,
    fits,
    known_shape,
    need_known,
    per_element,
    resolve_axis,
    static,
    surely_above,
    truth,
    weight,
)
from dslc.keras.types import Effect, Refusal, Tensor, Unknown, Weight
from dslc.keras.written import written
from dslc.shapes.dim import Dim, Sym
from dslc.shapes.shape import Shape, show


def _done(layer: Layer, shape: Shape, weights: tuple[Weight, ...] = (), warnings: Any = ()) -> Effect:
    return Effect(Tensor(shape, layer.compute), weights, per_element(shape), warnings)


def batch_axis(layer: str, arguments: dict[str, Any]) -> int:
    """The construct rule of `BatchNormalization`: the axis as Keras's `int()` reads it."""
    clipping = arguments["renorm_clipping"]
    if truth(arguments["renorm"]) and clipping and not isinstance(clipping, Unknown):
        ends = clipping if isinstance(clipping, dict) else {"": None}
        numbers = all(isinstance(end, (int, float, Sym, Unknown)) for end in ends.values())
        if not numbers or not ends.keys() <= {"rmax", "rmin", "dmax"}:
            expected = 'a dictionary of numbers under "rmax", "rmin" and "dmax", or None'
            message = say_arguments.wrong_type(layer, "renorm_clipping", written(clipping), expected)
            raise refuse(message, "renorm_clipping")
    return int(static(arguments["axis"]))


def normalize_batch(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`BatchNormalization`: scale and offset are trained, mean and variance are gathered."""
    shape = known_shape(x)
    warnings = _mask_in_training(layer, arguments["mask"], shape)
    if built is not None:
        exact_rank(layer, x, len(known_shape(built.result)))
        axis = resolve_axis(layer, "axis", layer.plan, shape)
        fits(layer, shape, axis, built.weights[0].shape[0])
        return _done(layer, shape, built.weights, warnings)
    axis = resolve_axis(layer, "axis", layer.plan, shape)
    size = (need_known(layer, shape, shape[axis], f"the size of axis {axis}, which it normalizes"),)
    weights: list[Weight] = []
    if truth(layer.args["scale"]):
        weights.append(weight(layer, "gamma", size, "gamma_initializer"))
    if truth(layer.args["center"]):
        weights.append(weight(layer, "beta", size, "beta_initializer"))
    weights.append(weight(layer, "moving_mean", size, "moving_mean_initializer", False))
    weights.append(weight(layer, "moving_variance", size, "moving_variance_initializer", False))
    if truth(layer.args["renorm"]):
        if not is_float(layer.variable):
            message = say.wrong_dtype(layer.name, layer.variable, "a float dtype with `renorm`")
            raise refuse(message, "dtype")
        weights += [
            weight(layer, "moving_stddev", size, None, False),
            weight(layer, "renorm_mean", size, None, False),
            weight(layer, "renorm_stddev", size, None, False),
        ]
    return _done(layer, shape, tuple(weights), warnings)


def _mask_in_training(layer: Layer, mask: Any, shape: Shape) -> Warnings:
    """The mask has an axis less than the input; its sizes are looked at only in training."""
    try:
        return whole_mask(layer, mask, shape[:-1], f"it masks {show(shape)} without the last axis")
    except Refused as refused:
        if len(mask.shape) != len(shape) - 1:
            raise
        reason = f"`mask` has the shape {show(mask.shape)}, which `fit` cannot stretch to {show(shape[:-1])}"
        said = say.fails_when_run(layer.name, reason, refused.refusal.message.help)
        return (Refusal(said, "mask"),)


def axes(layer: str, arguments: dict[str, Any]) -> tuple[int, ...]:
    """The construct rule of layers with one axis or several."""
    value = static(arguments["axis"])
    found = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    for axis in found:
        if not isinstance(static(axis), int):
            raise refuse(
                say_arguments.wrong_type(layer, "axis", written(value), "an axis or a list of axes"), "axis"
            )
    return found


def _sizes(layer: Layer, shape: Shape, chosen: tuple[int, ...]) -> Shape:
    sizes: list[Dim] = []
    for axis in chosen:
        at = resolve_axis(layer, "axis", axis, shape)
        sizes.append(need_known(layer, shape, shape[at], f"the size of axis {at}, which it normalizes"))
    return tuple(sizes)


def _again(layer: Layer, shape: Shape, chosen: tuple[int, ...], built: Effect) -> Effect:
    """A later call: the same sizes along the normalized axes."""
    sizes = built.weights[0].shape if built.weights else ()
    for axis, size in zip(chosen, sizes, strict=False):
        if size == 1:
            continue  # stretched over whatever comes
        fits(layer, shape, resolve_axis(layer, "axis", axis, shape), size)
    return _done(layer, shape, built.weights)


def normalize_layer(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`LayerNormalization`: over one axis or several, each with its scale and offset."""
    shape = known_shape(x)
    chosen = tuple(sorted(layer.plan)) if len(layer.plan) > 1 else layer.plan
    if built is not None:
        return _again(layer, shape, chosen, built)
    sizes = _sizes(layer, shape, chosen)
    root = truth(layer.args["rms_scaling"])
    weights = []
    if truth(layer.args["scale"]) or root:
        weights.append(weight(layer, "gamma", sizes, "gamma_initializer"))
    if truth(layer.args["center"]) and not root:
        weights.append(weight(layer, "beta", sizes, "beta_initializer"))
    return _done(layer, shape, tuple(weights))


def normalize_groups(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`GroupNormalization`: the channels in groups of equal size; -1 makes every channel its own group."""
    shape = known_shape(x)
    axis = static(layer.args["axis"])
    if not isinstance(axis, int):
        raise refuse(say_arguments.wrong_type(layer.name, "axis", written(axis), "a whole number"), "axis")
    at = resolve_axis(layer, "axis", axis, shape)
    if built is not None:
        exact_rank(layer, x, len(known_shape(built.result)))
        if built.weights:
            fits(layer, shape, at, built.weights[0].shape[0])
        return _done(layer, shape, built.weights)
    size = need_known(layer, shape, shape[at], f"the size of axis {at}, which it normalizes")
    groups = amount(layer.args["groups"])
    if groups == -1:
        groups = size
    if surely_above(groups, size) or (
        isinstance(size, int) and isinstance(groups, int) and (groups == 0 or size % max(groups, 1))
    ):
        raise refuse(
            say.not_divisible(
                layer.name,
                f"the {size} channels along axis {at}",
                "",
                "groups",
                str(groups),
                f"groups of {size} channels can be: {say.divisors(size)}" if isinstance(size, int) else None,
            ),
            "groups" if "groups" in layer.given else None,
            (0,),
        )
    weights = []
    if truth(layer.args["scale"]):
        weights.append(weight(layer, "gamma", (size,), "gamma_initializer"))
    if truth(layer.args["center"]):
        weights.append(weight(layer, "beta", (size,), "beta_initializer"))
    return _done(layer, shape, tuple(weights))


def normalize_root(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`RMSNormalization`: divides by the root of the mean square, then scales."""
    shape = known_shape(x)
    chosen = tuple(sorted(layer.plan)) if len(layer.plan) > 1 else layer.plan
    if built is not None:
        return _again(layer, shape, chosen, built)
    sizes = _sizes(layer, shape, chosen)
    warnings: tuple[Refusal, ...] = ()
    if chosen not in ((-1,), (len(shape) - 1,)):
        reason = f"along axis {written(layer.args['axis'])} Keras multiplies the scale onto the wrong axis"
        warnings = (
            Refusal(say.fails_when_run(layer.name, reason, "use axis=-1, with `Permute` around it"), "axis"),
        )
    return _done(layer, shape, (weight(layer, "scale", sizes),), warnings)


def normalize_unit(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`UnitNormalization`: divides by the length along its axes."""
    shape = known_shape(x)
    for axis in layer.plan:
        resolve_axis(layer, "axis", axis, shape)
    return _done(layer, shape)
