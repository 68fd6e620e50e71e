"""Which layers TensorFlow cannot compute on texts, complex or whole numbers: Keras builds them, and running them fails.

In: the name of a layer and the dtype of its inputs.  Out: a refusal for what no layer of the kind can work on, a warning
where other numbers of the same kind do, or None. A test runs every layer on every dtype.

    input image: (32, 32, 3) uint8
    output image -> Conv2D(8, 3)         # "Value for attr 'T' of uint8 is not in the list of allowed values"
"""

from __future__ import annotations

from dslc.diagnostics.messages import shapes as say
from dslc.keras import operations
from dslc.keras.layer import Layer
from dslc.keras.types import Object, Refusal, Tensor
from dslc.keras.whole_numbers import of_run
from dslc.shapes.dim import BATCH

_FLOATS_ONLY = frozenset(
    (
        "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D", "AdaptiveMaxPooling3D",
        "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "MaxPooling3D", "Conv1D", "Conv2D", "Conv3D",
        "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D",
        "SeparableConv2D", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "ELU", "PReLU", "Softmax", "Equalization",
        "STFTSpectrogram", "UnitNormalization",
    )
)  # fmt: skip
_NO_UNSIGNED = ("bool", "uint32", "uint64")
_REFUSED = {
    "AdaptiveMaxPooling1D": _NO_UNSIGNED, "AdaptiveMaxPooling2D": _NO_UNSIGNED, "LeakyReLU": ("bool",),
    "MaxPooling1D": _NO_UNSIGNED, "MaxPooling2D": _NO_UNSIGNED, "ReLU": ("bool",), "Resizing": _NO_UNSIGNED,
    "UpSampling2D": _NO_UNSIGNED,
}  # fmt: skip


_NO_TEXT = frozenset(
    (
        "ActivityRegularization", "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D",
        "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D", "AdditiveAttention", "Attention", "AugMix",
        "AutoContrast", "Average", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "BatchNormalization",
        "CategoryEncoding", "CenterCrop", "ContrastLimitedAdaptiveHistogramEqualization", "Conv1D", "Conv1DTranspose", "Conv2D",
        "Conv2DTranspose", "Conv3D", "Conv3DTranspose", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "CutMix", "Dense",
        "DepthwiseConv1D", "DepthwiseConv2D", "Discretization", "Dot", "ELU", "EinsumDense", "Embedding", "Equalization", "GRU",
        "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D",
        "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GroupNormalization", "GroupQueryAttention", "LSTM",
        "LayerNormalization", "LeakyReLU", "Masking", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "Maximum",
        "MelSpectrogram", "Minimum", "MultiHeadAttention", "Multiply", "Normalization", "PReLU", "RMSNormalization", "RNN",
        "RandAugment", "RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomPerspective",
        "RandomRotation", "RandomSharpness", "RandomShear", "RandomTranslation", "RandomZoom", "ReLU", "Rescaling",
        "Resizing", "ReversibleEmbedding", "STFTSpectrogram", "SeparableConv1D", "SeparableConv2D", "SimpleRNN", "Softmax",
        "Solarization", "Subtract", "UnitNormalization", "UpSampling2D",
    )
)  # fmt: skip
_NO_COMPLEX = frozenset(
    (
        "ActivityRegularization", "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "AdditiveAttention", "Attention",
        "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "Discretization", "GRU", "GlobalMaxPooling1D",
        "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GroupQueryAttention", "LSTM", "LeakyReLU", "MaxPooling1D",
        "MaxPooling2D", "Maximum", "Minimum", "MultiHeadAttention", "RNN", "ReLU", "Resizing", "SimpleRNN", "UpSampling2D",
        *_FLOATS_ONLY,
    )
)  # fmt: skip
_NO_TRUTH = frozenset(
    (
        "ActivityRegularization", "Add", "AdditiveAttention", "Attention", "Average", "Maximum", "Minimum", "Multiply",
        "Subtract",
    )
)  # fmt: skip


_MERGES = ("Add", "Average", "Maximum", "Minimum", "Multiply")
"""Layers that hand on a tensor that comes alone."""

_LIKE = {
    "hard_silu": "hard_sigmoid",
    "hard_swish": "hard_sigmoid",
    "mish": "softplus",
    "sparsemax": "softmax",
}
"""Activations that are no functions of the language, and those that compute in the same dtypes."""

_UNCAST = ("Discretization", "RandomCrop")
"""Layers that leave floats as they come, whatever their own dtype is."""

_ENCODING = {
    "CategoryEncoding": "variable", "Discretization": "compute", "HashedCrossing": "compute", "Hashing": "variable",
}  # fmt: skip
"""Layers that make codes, and which dtype of theirs these have."""

_COUNTED = ("float32", "float64", "int32", "int64")
"""The dtypes in which TensorFlow counts."""

_OWN_NUMBERS = {
    "ActivityRegularization": ("uint8",), "AutoContrast": ("bool", "int", "uint"), "Normalization": ("bool", "complex"),
    "PReLU": ("uint", "bool", "complex"), "Rescaling": ("bool",),
}  # fmt: skip
"""Layers with numbers of their own, and how the dtypes begin with which these are not computed."""

_AROUND = ("Bidirectional", "SpectralNormalization", "TimeDistributed")
"""Layers that hand what they have cast to the one inside, which casts nothing but floats."""


def never_computed(made: Layer, dtypes: set[str], alone: bool) -> Refusal | None:
    """Why a layer cannot work on inputs of these dtypes, which is so in every run."""
    layer = made.name
    if layer == "ActivityRegularization" and not (made.args["l1"] or made.args["l2"]):
        return None  # it only hands on
    if alone and layer in _MERGES:
        return None
    for dtype in sorted(dtypes):
        unfit = layer == "Activation" and activated(made, dtype) is None
        if dtype == "string" and (unfit or layer in _NO_TEXT):
            advice = "turn text into numbers first, e.g. with `StringLookup` or `TextVectorization`"
            return Refusal(say.wrong_dtype(layer, "string", "numbers", advice), inputs=(0,))
        if dtype.startswith("complex") and (unfit or layer in _NO_COMPLEX):
            advice = "take `ops.real(_)`, `ops.imag(_)` or `ops.abs(_)` of it"
            return Refusal(say.wrong_dtype(layer, dtype, "real numbers", advice), inputs=(0,))
    if dtypes == {"bool"} and layer in _NO_TRUTH:
        advice = 'make it numbers first, with `ops.cast(_, "float32")`'
        return Refusal(say.wrong_dtype(layer, "bool", "numbers", advice), inputs=(0,))
    return None


def activated(made: Layer, dtype: str) -> str | None:
    """The dtype in which an `Activation` gives numbers of this one when it runs; None where its function does not compute them."""
    activation = made.args["activation"]
    name = activation.name if isinstance(activation, Object) and not activation.extern else activation
    if not isinstance(name, str):
        return dtype  # nothing is done, or nobody knows what
    called = operations.call(f"activations.{_LIKE.get(name, name)}", (Tensor((BATCH, 2), dtype),), ())
    return None if isinstance(called, Refusal) else of_run(called.result)


def without_kernel(made: Layer, dtype: str) -> Refusal | None:
    """The warning that running a layer on this dtype fails; for dtypes that are no floats."""
    layer = made.name
    unfit = layer == "Activation" and activated(made, dtype) is None
    if unfit or dtype in _REFUSED.get(layer, ()) or (layer in _FLOATS_ONLY and dtype != "string"):
        advice = 'make it floats first, e.g. with `Rescaling(1.0 / 255)` or `ops.cast(_, "float32")`'
        return Refusal(say.fails_when_run(layer, f"it does not compute with {dtype}", advice), inputs=(0,))
    return None


def without_kernel_for_cast(made: Layer) -> Refusal | None:
    """The warning that running a layer on floats fails, because it casts them to its own dtype, which is none of floats."""
    dtype = made.compute
    if made.args.get("autocast") is False or made.name in _UNCAST:
        return None
    if dtype == "string":
        reason = "TensorFlow casts no floats to text"
    elif made.name != "Equalization" and _fails_on(made, dtype):  # that one computes with floats again
        reason = f"it casts its input to {dtype}, and does not compute with that"
    else:
        return None
    return Refusal(say.fails_when_run(made.name, reason, "leave out its `dtype`"), "dtype")


def without_codes(made: Layer) -> Refusal | None:
    """The warning that running a layer fails because it makes no codes of its own dtype, whatever comes in."""
    if made.name not in _ENCODING:
        return None
    dtype, mode = getattr(made, _ENCODING[made.name]), made.args["output_mode"]
    counted = mode in ("multi_hot", "count") and made.args["sparse"] is False and dtype not in _COUNTED
    if made.name == "Discretization" and dtype.startswith(("string", "complex")):
        reason = f"it has no boundaries of {dtype}"
    elif counted or (dtype == "string" and mode != "int"):
        reason = f"it makes no {dtype} of codes" + (" that it counts" if counted else "")
    else:
        return None
    return Refusal(say.fails_when_run(made.name, reason, "leave out its `dtype`"), "dtype")


def _fails_on(made: Layer, dtype: str) -> bool:
    """Whether a layer does not compute with numbers of its own dtype, or the one inside of it with those that it is handed."""
    if made.name in _AROUND:
        inner = made.args["layer"]
        return isinstance(inner, Layer) and _fails_on(inner, dtype)
    if without_kernel(made, dtype) is not None and made.name != "PReLU":
        return True
    if made.name == "Normalization" and dtype == "bool" and made.args["invert"] is True:
        return False  # it multiplies and adds, and neither subtracts nor divides
    return never_computed(made, {dtype}, True) is not None or dtype.startswith(
        _OWN_NUMBERS.get(made.name, ())
    )
