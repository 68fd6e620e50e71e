"""Which tensor functions TensorFlow cannot compute in which dtypes: Keras states a result, and running them fails.

In: a function and the arguments of a call.  Out: a refusal, or None. The table was read off runs of every function on every
dtype, and the random calls of `tests/keras` hold it. It speaks of calls whose tensors are all of such dtypes, as other operands lift a dtype.

    ops.softmax(classes)          # classes are int32: "Value for attr 'T' of int32 is not in the list of allowed values"
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from dslc.diagnostics.messages import operations as say
from dslc.keras.types import Refusal, Tensor

_KINDS = {
    "half": ("float16", "bfloat16"),
    "whole": ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    "small": ("int8", "int16", "uint8", "uint16", "uint32", "uint64"),
    "unsigned": ("uint8", "uint16", "uint32", "uint64"),
    "uint32": ("uint32", "uint64"),
    "complex": ("complex64", "complex128"),
}
_WITHOUT = {
    "string": """
        abs absolute all any argpartition bincount cbrt cumprod cumsum deg2rad diag diagflat diagonal diff
        dot exp exp2 expm1 exponential fabs image.rgb_to_grayscale inner layer_normalization logical_and
        logical_not logical_or logical_xor matmul mean meshgrid multi_hot nanprod nansum nonzero norm
        one_hot outer prod rad2deg rms_normalization select signbit square std sum take_along_axis tensordot
        trace tril triu vdot where
    """,
    "whole bool complex string": """
        adaptive_average_pool average_pool binary_crossentropy categorical_crossentropy celu depthwise_conv
        elu erf erfinv gelu hard_sigmoid hard_silu hard_swish hard_tanh image.elastic_transform
        image.extract_patches_3d image.gaussian_blur image.sobel_edges log_sigmoid log_softmax logsumexp
        selu separable_conv softmax softplus softsign sparse_plus sparse_sigmoid sparsemax
    """,
    "complex string": """
        amax amin argmax argmin argsort clip digitize fmin fmod image.ssim less max min mod nanargmax
        nanargmin nancumprod nancumsum nanmax nanmin normalize percentile sort trunc unique
    """,
    "bool complex string": """
        cross floor_divide fmax greater greater_equal heaviside histogram leaky_relu less_equal maximum
        minimum ptp relu relu6 round searchsorted soft_shrink threshold top_k
    """,
    "complex": """
        arctan2 ceil floor isfinite isinf isnan logaddexp logaddexp2 median nan_to_num nanmedian
        nanpercentile nanquantile nanstd nanvar quantile
    """,
    "bool string": """
        conj conjugate einsum hypot kron multiply power psnr real sign subtract unfold view_as_real
    """,
    "half whole bool string": """
        cholesky_inverse det eig eigh logdet lstsq lu_factor slogdet solve solve_triangular svd
    """,
    "whole bool string": """
        glu reciprocal rsqrt sigmoid silu squareplus swish tanh_shrink
    """,
    "bool": """
        add bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor left_shift right_shift
    """,
    "half whole bool complex string": """
        cholesky matrix_rank pinv polar rfft stft
    """,
    "half float32 float64 bool complex string": """
        bitwise_invert bitwise_not gcd lcm
    """,
    "half": """
        fft fft2 ifft2 istft
    """,
    "half small float64 bool complex string": """
        segment_max segment_min segment_prod
    """,
    "small int64 bool complex string": """
        conv conv_transpose image.extract_patches
    """,
    "unsigned bool string": """
        hard_shrink negative
    """,
    "whole bfloat16 bool string": """
        inv qr
    """,
    "uint32 bool complex string": """
        image.resize max_pool
    """,
    "whole bool complex": """
        erfc
    """,
    "bfloat16 string": """
        i0
    """,
    "half float64 bool complex": """
        ldexp
    """,
    "small bool string": """
        moments
    """,
    "half unsigned float64 int8 bool complex string": """
        segment_sum
    """,
    "whole bool": """
        cdist
    """,
    "small bool complex string": """
        dot_product_attention
    """,
}
"""Functions of `ops` (and of `activations`) by the dtypes that they do not compute in."""

_COMPARED = ("hard_shrink", "soft_shrink", "threshold")
"""Functions that give the numbers they are called with the dtype of the tensor, which holds no fraction where it is whole."""

_OPERATORS = {
    "+": ("bool",),
    "-": ("bool",),
    "*": ("bool",),
    "**": ("bool",),
    "<": ("bool",),
    "<=": ("bool",),
    ">": ("bool",),
    ">=": ("bool",),
}
_UNARY = {
    "-": ("bool", *_KINDS["unsigned"]),
    "abs": ("bool", *_KINDS["unsigned"]),
    "~": ("float32", "float64", *_KINDS["half"], *_KINDS["complex"]),
}
_PAIRS = (("x1", "x2"), ("x", "y"))
"""Parameters of functions of two operands, where a Python number lifts the dtype of the other."""


@cache
def _refused(name: str) -> frozenset[str]:
    found: list[str] = []
    for kinds, names in _WITHOUT.items():
        if name.partition(".")[2] in names.split():
            for kind in kinds.split():
                found += _KINDS.get(kind, (kind,))
    return frozenset(found)


def never_computed(
    name: str, subject: str, order: Sequence[str], arguments: dict[str, Any]
) -> Refusal | None:
    """Why no run computes a call of the function `name`."""
    refused = _refused(name)
    if name.partition(".")[2] in _COMPARED and any(type(each) is float for each in arguments.values()):
        refused |= {*_KINDS["whole"], "bool"}
    dtypes = _dtypes(list(arguments.values())) if refused else set()
    if not dtypes or not dtypes <= refused:
        return None
    if tuple(order[:2]) in _PAIRS and not all(isinstance(arguments[each], Tensor) for each in order[:2]):
        return None
    blamed = next((each for each in order if _dtypes([arguments.get(each)])), None)
    whole = "float32" in refused
    dtype = min(dtypes)
    return Refusal(
        say.wrong_dtype(
            subject, blamed or "x", dtype, _expected(dtype, whole), "int32" if whole else "float32"
        ),
        blamed,
    )


def _expected(dtype: str, whole: bool) -> str:
    if whole and "float" in dtype:
        return "whole numbers"
    if "float" in dtype:
        return "float32 or float64"
    if dtype.startswith("complex"):
        return "real numbers"
    return "numbers" if dtype in ("bool", "string") else "floating-point numbers"


def never_operated(operator: str, *operands: Any) -> Refusal | None:
    """Why no run computes an operator on tensors."""
    table = _OPERATORS if len(operands) == 2 else _UNARY
    if not all(isinstance(each, Tensor) and each.dtype in table.get(operator, ()) for each in operands):
        return None
    return Refusal(
        say.wrong_dtype(operator, "x", operands[0].dtype, "numbers"), None, tuple(range(len(operands)))
    )


def _dtypes(values: Sequence[Any]) -> set[str]:
    found: set[str] = set()
    for value in values:
        if isinstance(value, Tensor):
            found.add(value.dtype)
        elif isinstance(value, (list, tuple)):
            found |= _dtypes(value)
    return found
