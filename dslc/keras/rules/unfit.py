"""Arguments that Keras takes as they are, and fails at when the model runs or trains: nobody looks at them before.

In: a layer that has been called, the shape of its input, its weights.  Out: for each such argument its name, the reason, and what
to write instead.

    RandomContrast(0.1, value_range=255)                     in training: "'int' object is not subscriptable"
    Dense(4, bias_constraint=constraints.UnitNorm(axis=1))   in training: the bias has no axis 1
    Conv2D(8, 3, dtype="int8_from_float32")                  in a run: nobody has written a quantized convolution
    RandomErasing(dtype="float16")                           in training: TensorFlow has no range of float16 in a graph
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dslc.keras.kinds import has_unknown
from dslc.keras.layer import Layer
from dslc.keras.rules.quantized import mode_of
from dslc.keras.types import Object, Weight
from dslc.keras.written import written
from dslc.record import record
from dslc.shapes.shape import Shape, show


@record
class Unfit:
    """An argument that will fail, why, and what helps."""

    argument: str
    reason: str
    advice: str | None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int)


def _is_pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) >= 2 and all(map(_is_number, value[:2]))


def _is_colour(value: Any) -> bool:
    of_three = isinstance(value, (tuple, list)) and len(value) == 3 and all(map(_is_number, value))
    return value is None or _is_number(value) or of_three


def _is_share(value: Any) -> bool:
    return not _is_number(value) or value <= 1  # below 0 nothing is dropped, without a word


_A_NUMBER = (_is_number, "a number")
_A_WHOLE = (_is_whole, "a whole number")
_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "value_range": (_is_pair, "a pair such as `(0, 255)`"),
    "fill_value": _A_NUMBER,
    "num_chains": _A_WHOLE,
    "chain_depth": _A_WHOLE,
    "num_ops": _A_WHOLE,
    "alpha": _A_NUMBER,
}
_OF_LAYERS: dict[tuple[str, str], tuple[Callable[[Any], bool], str]] = {
    ("RandomErasing", "fill_value"): (_is_colour, "a number, one for each of 3 channels, or None"),
    ("Attention", "dropout"): (_is_share, "a rate from 0 to 1"),
    ("AdditiveAttention", "dropout"): (_is_share, "a rate from 0 to 1"),
    ("SpectralNormalization", "power_iterations"): _A_WHOLE,
}
_OF_PICTURES = frozenset({"AugMix", "RandAugment", "CutMix"})
"""Layers besides those that begin with `Random` whose arguments of these names are such; the `alpha` of `MixUp` is looked at before."""
_COUNTED_IN_TRAINING = {
    **dict.fromkeys(("RandomElasticTransform", "RandomErasing", "RandomGaussianBlur"), ("float16",)),
    "CutMix": ("float16", "bfloat16"),
}
"""Layers that count in their own dtype while they train, by those for which TensorFlow does not count in a graph."""
QUANTIZED = {
    **dict.fromkeys(("Dense", "EinsumDense"), ("int8", "int4", "float8", "gptq", "awq")),
    **dict.fromkeys(("Embedding", "ReversibleEmbedding"), ("int8", "int4")),
}
"""For which kinds of quantized weights a layer has a call. Source: their `_int8_call` and its like; a test compares."""


def unfit(layer: Layer, shape: Shape | None, weights: Sequence[Weight]) -> Iterator[Unfit]:
    """The arguments of a layer that a run, or training, will fail at."""
    yield from _quantized(layer)
    if layer.compute in _COUNTED_IN_TRAINING.get(layer.name, ()):
        reason = f"it counts the pixels of a picture in {layer.compute}, which a compiled step of training cannot do"
        yield Unfit("dtype", reason, 'give it `dtype="float32"`')
    for name in layer.given:
        value = layer.args[name]
        if has_unknown(value):
            continue
        if name.endswith("_constraint"):
            yield from _constrained(name, value, weights)
        elif name == "noise_shape" and shape is not None:
            yield from _noise(layer, value, shape)
        elif name == "renorm_momentum" and layer.args["renorm"] and not _is_number(value):
            yield Unfit(name, f"`{name}` is {written(value)} in training", "write a number")
        elif (wanted := _wanted(layer.name, name)) is not None and not wanted[0](value):
            yield Unfit(name, f"`{name}` is {written(value)} in training", f"write {wanted[1]}")


def _wanted(layer: str, name: str) -> tuple[Callable[[Any], bool], str] | None:
    own = _OF_LAYERS.get((layer, name))
    if own is not None:
        return own
    return _EXPECTED.get(name) if layer.startswith("Random") or layer in _OF_PICTURES else None


def _quantized(layer: Layer) -> Iterator[Unfit]:
    found = mode_of(layer)
    if found is not None and found[0] not in QUANTIZED.get(layer.name, ()):
        mode, can = found[0], [name for name, modes in QUANTIZED.items() if found[0] in modes]
        reason = f"Keras computes with weights of {mode} in {', '.join(can[:-1])} and {can[-1]} alone"
        yield Unfit("dtype", reason, "leave `dtype` out")


def _constrained(name: str, value: Any, weights: Sequence[Weight]) -> Iterator[Unfit]:
    """The axes of a constraint that the weight does not have."""
    if not isinstance(value, Object):
        return
    axes = dict(value.keywords).get("axis")
    of = name.removesuffix("_constraint")
    shape = next((each.shape for each in weights if each.name in (of, f"{of}_kernel")), None)
    if axes is None or shape is None:
        return
    for axis in axes if isinstance(axes, (tuple, list)) else (axes,):
        if isinstance(axis, int) and not -len(shape) <= axis < len(shape):
            reason = f"in training it asks for axis {axis} of the {of}, whose shape is {show(shape)}"
            yield Unfit(
                name, reason, f"its axes are 0 to {len(shape) - 1}" if len(shape) > 1 else "write `axis=0`"
            )


def _noise(layer: Layer, value: Any, shape: Shape) -> Iterator[Unfit]:
    """Sizes of the noise that do not fit those of the input."""
    rate = layer.args["rate"]
    if not isinstance(value, (tuple, list)) or len(value) > len(shape) or not (_is_number(rate) and rate > 0):
        return
    if len(value) < len(shape) and None in value:
        return  # which stands for the size at its own place, though the whole is laid to the last axes
    for noise, size in zip(reversed(value), reversed(shape), strict=False):
        if isinstance(noise, int) and isinstance(size, int) and noise not in (1, size):
            reason = f"`noise_shape` is {written(value)} in training, and the input {show(shape)}"
            yield Unfit("noise_shape", reason, "each size is 1, that of the input, or None")
            return
