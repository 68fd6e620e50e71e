"""What a layer makes of numbers that nobody has cast for it, as `TimeDistributed` hands them to the layer inside.

In: the layer inside, what it would do if it were called, the dtype it is handed.  Out: the dtype of a run, or a refusal where none
gets through. Keras casts what a layer is *called* with; `TimeDistributed` runs the layer inside without calling it. Where their
dtypes are two, some layers still compute in their own, some in both together, most in the one that comes, and a convolution in none:

    x -> TimeDistributed(LSTM(4, return_sequences=True), dtype="float16")        float32
    x -> TimeDistributed(Flatten(), dtype="float16")                             float16
    x -> TimeDistributed(Conv2D(4, 3), dtype="float16")                          fails: its kernel is float32
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.dtypes import is_float
from dslc.keras.layer import Layer, refuse
from dslc.keras.operations.promotion import promote
from dslc.keras.rules.demands import static
from dslc.keras.types import Refusal, Tensor
from dslc.keras.whole_numbers import of_run

_ITS_OWN = frozenset({
    "AugMix", "AutoContrast", "BatchNormalization", "Bidirectional", "CategoryEncoding", "CenterCrop", "ConvLSTM1D", "ConvLSTM2D",
    "ConvLSTM3D", "CutMix", "Discretization", "Embedding", "GRU", "GroupNormalization", "Hashing", "IntegerLookup", "LSTM",
    "LayerNormalization", "MelSpectrogram", "Normalization", "RNN", "RandAugment", "RandomElasticTransform", "RandomErasing",
    "RandomFlip", "RandomGaussianBlur", "RandomPerspective", "RandomRotation", "RandomSharpness", "RandomShear",
    "RandomTranslation", "RandomZoom", "Rescaling", "ReversibleEmbedding", "SimpleRNN", "Solarization", "StringLookup",
    "TextVectorization",
})  # fmt: skip
"""Layers that cast by themselves; a test runs every layer."""

_TOGETHER = ("Dense", "EinsumDense")
_ONE_DTYPE = frozenset({
    "Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D",
    "PReLU", "SeparableConv1D", "SeparableConv2D",
})  # fmt: skip
"""Layers that compute with their weights and take numbers of no other dtype."""

_DRAWING = ("GaussianDropout", "GaussianNoise", "RandomContrast")
"""Layers that draw random numbers of their own dtype in training, which go with no other."""


def dtype_of_run(outer: Layer, inner: Any, result: Tensor, given: str) -> str:
    """The dtype that comes out of the layer inside when it is handed this one; `result` is what a call of it would give."""
    if not isinstance(inner, Layer) or inner.name in _ITS_OWN:
        return of_run(result)
    if inner.name == "TimeDistributed":
        return dtype_of_run(outer, static(inner.args["layer"]), result, given)
    if not is_float(given):
        return outer.compute  # what becomes of whole numbers is said in `leaving.py`
    weights = given if outer.compute != outer.variable else inner.variable
    if inner.name in _ONE_DTYPE and weights != given:
        raise refuse(_weights_apart(outer, inner, given), "layer")
    return promote(given, weights) or given if inner.name in _TOGETHER else given


def never_trained(outer: Layer, inner: Any, given: str) -> tuple[Refusal, ...]:
    """A warning where the layer inside draws random numbers of another dtype than it is handed."""
    if (
        not isinstance(inner, Layer)
        or inner.name not in _DRAWING
        or inner.compute == given
        or not is_float(given)
    ):
        return ()
    reason = f"in training `{inner.name}` draws {inner.compute}, and is handed {given}"
    return (Refusal(say.fails_when_run(outer.name, reason, _ADVICE), "layer"),)


_ADVICE = "write the same `dtype=` in both layers"


def _weights_apart(outer: Layer, inner: Layer, given: str) -> Any:
    reason = (
        f"`{outer.name}` hands on {given} as it is, and the weights of `{inner.name}` are {inner.variable}"
    )
    return say_arguments.conflict(outer.name, _said(outer), f"{_said(inner)} inside", reason, _ADVICE)


def _said(layer: Layer) -> str:
    stated = layer.args.get("dtype")
    return (
        f'`dtype="{stated}"`' if isinstance(stated, str) else f"the dtype {layer.compute} of `{layer.name}`"
    )
