"""What each tensor function costs: one row per function, beside its shape rule in `rows.py`.

The rule of counting, for functions, operators and layers alike (`docs/flops.md` says it to users):

- It is one sample's forward pass in use, not in training.
- A multiply-accumulate is 2 operations: a product of (8, 4) and (4, 16) costs 2 * 8 * 4 * 16. A product without a sum is 1.
- A function of elements is 1 for each, whatever it is (`exp` as much as `+`): only products are worth telling apart.
- Moving, choosing, making and looking up elements is nothing: reshapes, indices, `ops.take`, `ops.one_hot`, `ops.zeros`.
- What a layer does costs what the same costs as a function: `-> Add` is `+`, `-> ReLU` is `ops.relu` is `activation="relu"`.

    ops.exp (None, 8, 4)            EACH: 32, one for every element of the result
    ops.mean (None, 8, 4)           READ: 32, one for every element that goes in
    ops.matmul (None, 8, 4), (4, 2) COUNTED: 128, by its shape rule, which knows the contracted size
    ops.transpose (None, 8, 4)      FREE: 0

In: the name of a function, its arguments and its result.  Out: the cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, assert_never

from dslc.keras.operations.calling import Call, constant_operand, elements, holds_tensor
from dslc.keras.types import Tensor
from dslc.record import record
from dslc.shapes.dim import Dim
from dslc.shapes.shape import product

Kind = Literal["each", "read", "counted", "free"]


@record
class Cost:
    """What a function costs: `times` for each element of the result ("each") or of the first tensor that it is given
    ("read"), what its shape rule has counted ("counted"), or nothing ("free")."""

    kind: Kind
    times: int = 1


EACH = Cost("each")
READ = Cost("read")
COUNTED = Cost("counted")
FREE = Cost("free")


def _rows(cost: Cost, names: str) -> dict[str, Cost]:
    return dict.fromkeys(names.split(), cost)


_OPS = {
    **_rows(
        EACH,
        """
        abs absolute add angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh batch_normalization bitwise_and
        bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor cbrt ceil celu clip conj
        conjugate cos cosh deg2rad diff divide divide_no_nan elu equal erf erfc erfinv exp exp2 expm1 fabs floor
        floor_divide fmax fmin fmod gcd gelu greater greater_equal hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh
        heaviside hypot i0 isclose isfinite isin isinf isnan isneginf isposinf isreal kron layer_normalization lcm ldexp
        leaky_relu left_shift less less_equal log log10 log1p log2 log_sigmoid log_softmax logaddexp logaddexp2 logical_and
        logical_not logical_or logical_xor maximum minimum mod multiply nan_to_num negative nextafter normalize not_equal
        outer polar power rad2deg reciprocal relu relu6 right_shift rms_normalization round rsqrt saturate_cast select selu
        sigmoid sign signbit silu sin sinc sinh soft_shrink softmax softplus softsign sparse_plus sparse_sigmoid sparsemax
        sqrt square squareplus subtract swish tan tanh tanh_shrink threshold true_divide trunc vander where
        """,
    ),
    **_rows(
        READ,
        """
        adaptive_average_pool adaptive_max_pool all amax amin any argmax argmin argpartition argsort average
        binary_crossentropy bincount categorical_crossentropy count_nonzero cumprod cumsum fold glu histogram logsumexp max
        mean median min nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanprod
        nanquantile nanstd nansum nanvar nonzero norm percentile prod ptp quantile segment_max segment_min segment_prod
        segment_sum sort std sum top_k trapezoid unique var
        """,
    ),
    "cross": Cost("each", 3),  # two products and a difference for each
    "moments": Cost("read", 2),  # two reductions
    "rfft": Cost("read", 5),
    **_rows(
        COUNTED,
        """
        allclose average_pool cdist cholesky cholesky_inverse conv conv_transpose corrcoef correlate ctc_decode ctc_loss
        depthwise_conv det dot dot_product_attention eig eigh einsum fft fft2 ifft2 in_top_k inner inv irfft istft logdet
        lstsq lu_factor matmul matrix_rank max_pool pinv psnr qr separable_conv slogdet solve solve_triangular
        sparse_categorical_crossentropy stft svd tensordot trace vdot
        """,
    ),
    **_rows(
        FREE,
        """
        append arange array array_split bartlett blackman broadcast_to cast concatenate convert_to_tensor copy
        depth_to_space diag diagflat diagonal digitize dsplit dstack dtype empty empty_like expand_dims extract_sequences
        eye flip fliplr flipud full full_like geomspace get_item hamming hanning hsplit hstack identity imag kaiser
        linspace logspace meshgrid moveaxis multi_hot ndim one_hot ones ones_like pad ravel real rearrange repeat reshape
        roll rot90 scatter scatter_update searchsorted shape size slice slice_update space_to_depth split squeeze stack
        stop_gradient swapaxes take take_along_axis tile transpose tri tril triu unfold unravel_index unstack view
        view_as_complex view_as_real vsplit vstack zeros zeros_like
        """,
    ),
}
_IMAGES = {
    **_rows(
        EACH,
        "affine_transform elastic_transform gaussian_blur hsv_to_rgb map_coordinates perspective_transform rgb_to_hsv "
        "scale_and_translate sobel_edges",
    ),
    **_rows(READ, "rgb_to_grayscale"),
    **_rows(COUNTED, "resize ssim"),
    **_rows(FREE, "crop_images extract_patches extract_patches_3d pad_images"),
}
_RANDOM = {
    **_rows(EACH, "beta binomial categorical dropout gamma normal randint truncated_normal uniform"),
    **_rows(FREE, "shuffle"),
}
_SPACES = {
    "ops": _OPS,
    "ops.image": _IMAGES,
    "random": _RANDOM,
    "activations": {**_OPS, "exponential": EACH, "linear": FREE},
}


def cost_of(name: str) -> Cost | None:
    """The row of a function by its shortest name (`ops.mean`); None for one that has none."""
    space, _, last = name.rpartition(".")
    return _SPACES.get(space, {}).get(last)


def flops(cost: Cost, call: Call, result: Any) -> Dim:
    """What a call costs, for one sample."""
    match cost.kind:
        case "each":
            return _times(cost.times, _tensors(result))
        case "read":
            return _times(cost.times, _first(call))
        case "counted":
            return call.flops
        case "free":
            return 0
        case _:
            assert_never(cost.kind)


def _times(times: int, tensors: Sequence[Tensor]) -> Dim:
    total: Dim = 0
    for tensor in tensors:
        total = total + product((times, elements(tensor.shape or ())))
    return total


def _tensors(result: Any) -> list[Tensor]:
    if isinstance(result, Tensor):
        return [] if result.shape is None else [result]
    return (
        [tensor for item in result for tensor in _tensors(item)] if isinstance(result, (list, tuple)) else []
    )


def _first(call: Call) -> list[Tensor]:
    """The first tensor among the arguments; with no tensor, the first numbers that stand for one."""
    for value in call.arguments.values():
        if isinstance(value, Tensor):
            return _tensors(value)
    for value in call.arguments.values():
        constant = None if holds_tensor(value) else constant_operand(value)
        if constant is not None:
            return [Tensor(constant.shape)]
    return []
