"""Layers that hand whole numbers on where a graph of Keras says floats.

In: a layer, what it was given, what it did.  Out: the same, its tensors knowing the dtype of a run. A layer without a rule of its
own for dtypes says that it gives the dtype it computes in; but only floats are cast to that, and a layer which moves numbers
around, or merges them, leaves whole numbers what they are. Hence the `Conv2D` below fails in every run:

    input image: (32, 32, 3) uint8
    output image -> ZeroPadding2D(1) -> Conv2D(8, 3)        graph float32, run uint8
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.keras.dtypes import is_float
from dslc.keras.layer import Layer
from dslc.keras.operations.promotion import promote
from dslc.keras.rules.demands import static
from dslc.keras.rules.kernels import activated
from dslc.keras.types import Effect, Tensor
from dslc.keras.whole_numbers import of_run, running
from dslc.record import replace

_LEAVING = frozenset({
    "Activation", "ActivityRegularization", "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "Add", "AlphaDropout", "Concatenate", "ContrastLimitedAdaptiveHistogramEqualization",
    "Cropping1D", "Cropping2D", "Cropping3D", "Dot", "Dropout", "Flatten", "GaussianDropout", "GaussianNoise",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "Identity", "Masking", "MaxNumBoundingBoxes",
    "MaxPooling1D", "MaxPooling2D", "Maximum", "Minimum", "MixUp", "Multiply", "Permute", "RMSNormalization",
    "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast", "RandomCrop", "RandomHue",
    "RandomInvert", "RandomPosterization", "RandomSaturation", "ReLU", "RepeatVector", "Reshape", "Resizing",
    "SpectralNormalization", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "Subtract", "UpSampling1D", "UpSampling2D", "UpSampling3D",
    "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
})  # fmt: skip
"""The layers that hand whole numbers on as such; a test runs every layer on them."""

_TOLD = ("TimeDistributed", "IntegerLookup", "StringLookup", "TextVectorization")
"""Layers whose own rule says the dtype of a run."""

_WIDE = ("int32", "int64", "uint32", "uint64")


def with_run_dtypes(layer: Layer, given: Sequence[Any], effect: Effect) -> Effect:
    """What a layer did with tensors of which some are no floats when the model runs."""
    dtypes = [of_run(each) for each in given if isinstance(each, Tensor)]
    dtype = promote(*dtypes) if dtypes and not any(map(is_float, dtypes)) else None
    if layer.name == "Average" and len(dtypes) > 1:
        dtype = "float64" if dtype in _WIDE else None
    elif layer.name == "Masking" and dtype == "bool":
        dtype = "int32"
    elif dtype is not None and (activation := _activation(layer)) is not None:
        dtype = activated(activation, dtype)
    elif layer.name in _TOLD and not _leaves(layer):
        return effect
    elif not _leaves(layer):
        dtype = None
    return replace(effect, result=running(effect.result, dtype))  # type: ignore[no-any-return]


def with_cast_dtype(layer: Layer, effect: Effect) -> Effect:
    """What a layer did with floats that it casts to a dtype of its own, which is none of floats."""
    if layer.name == "Activation":
        dtype = activated(layer, layer.compute)
    else:  # it computes with numbers of its own, which are floats
        dtype = "float32" if layer.name == "Normalization" else None
    return effect if dtype is None else replace(effect, result=running(effect.result, dtype))


def _leaves(layer: Layer) -> bool:
    if layer.name == "TimeDistributed":
        inner = static(layer.args["layer"])
        return isinstance(inner, Layer) and _leaves(inner)
    return layer.name in _LEAVING


def _activation(layer: Layer) -> Layer | None:
    """The `Activation` that a layer is, or runs at each step."""
    if layer.name == "TimeDistributed":
        inner = static(layer.args["layer"])
        return _activation(inner) if isinstance(inner, Layer) else None
    return layer if layer.name == "Activation" else None
