"""Which layers TensorFlow cannot compute on whole numbers or truth values: Keras builds them, and running them fails.

In: the name of a layer and the dtype of its first input.  Out: a warning, or None. A test runs every layer on every dtype.

    input image: (32, 32, 3) uint8
    output image -> Conv2D(8, 3)         # "Value for attr 'T' of uint8 is not in the list of allowed values"
"""

from __future__ import annotations

from dslc.diagnostics.messages import shapes as say
from dslc.keras.types import Refusal

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


def without_kernel(layer: str, dtype: str) -> Refusal | None:
    """The warning that running a layer on this dtype fails; for dtypes that are no floats."""
    if dtype in _REFUSED.get(layer, ()) or (layer in _FLOATS_ONLY and dtype != "string"):
        advice = 'make it floats first, e.g. with `Rescaling(1.0 / 255)` or `ops.cast(_, "float32")`'
        return Refusal(say.fails_when_run(layer, f"it does not compute with {dtype}", advice), inputs=(0,))
    return None
