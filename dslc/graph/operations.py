"""How Keras calls the operation behind an operator, an index or a tensor function, in its own summary.

In: `+`, `[]`, `ops.mean`.  Out: the name of the operation's class; its instances are numbered like layers (`add_1`).
"""

from __future__ import annotations

from dslc.program.casing import camel_case

INDEX = "[]"

_OPERATORS = {
    "+": "Add", "-": "Subtract", "*": "Multiply", "/": "TrueDivide", "//": "FloorDivide", "%": "Mod", "**": "Power",
    "@": "Matmul", "<": "Less", "<=": "LessEqual", ">": "Greater", ">=": "GreaterEqual", "==": "Equal", "!=": "NotEqual",
    "&": "LogicalAnd", "|": "LogicalOr", "^": "LogicalXor", INDEX: "GetItem",
}  # fmt: skip
_UNARY = {"-": "Negative", "not": "LogicalNot", "~": "LogicalNot", "+": "Positive"}
_IRREGULAR = {
    "allclose": "AllClose", "batch_normalization": "BatchNorm", "cdist": "CDist", "ctc_decode": "CTCDecode",
    "ctc_loss": "CTCLoss", "fft": "FFT", "fft2": "FFT2", "hard_swish": "HardSilu", "ifft2": "IFFT2", "irfft": "IRFFT",
    "isin": "IsIn", "istft": "ISTFT", "layer_normalization": "LayerNorm", "psnr": "PSNR", "rfft": "RFFT",
    "rgb_to_grayscale": "RGBToGrayscale", "rgb_to_hsv": "RGBToHSV", "hsv_to_rgb": "HSVToRGB", "ssim": "SSIM",
    "extract_patches_3d": "ExtractPatches", "rms_normalization": "RMSNorm", "searchsorted": "SearchSorted", "stft": "STFT", "svd": "SVD", "swish": "Silu",
}  # fmt: skip


def operation_class(what: str, operands: int = 2) -> str:
    """The class of an operation: `Add` for `+`, `GetItem` for an index, `Mean` for `ops.mean`."""
    if operands == 1 and what in _UNARY:
        return _UNARY[what]
    if what in _OPERATORS:
        return _OPERATORS[what]
    name = what.rsplit(".", 1)[-1]
    return _IRREGULAR.get(name) or camel_case(name)
