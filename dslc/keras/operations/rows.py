"""Which shape rule each tensor function follows: one row per function.

A row is the rule's module in `rules/`, the rule's name and what else the rule takes. A new function is a row here and,
when no rule fits, a rule. Functions without a row exist in Keras and are refused with what to do instead.
"""

from __future__ import annotations

from typing import Any

Row = tuple[Any, ...]


def _rows(rule: Row, names: str) -> dict[str, Row]:
    return dict.fromkeys(names.split(), rule)


ELEMENTWISE = {
    **_rows(
        ("elementwise", "unary", "same", True), "abs absolute conj conjugate copy imag negative real sign"
    ),
    **_rows(
        ("elementwise", "unary", "same"),
        "bitwise_invert bitwise_not celu elu erf erfinv gelu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh "
        "leaky_relu log_sigmoid nan_to_num relu relu6 rsqrt selu sigmoid silu soft_shrink softplus softsign sparse_plus "
        "sparse_sigmoid squareplus swish tanh_shrink threshold trunc",
    ),
    "clip": ("elementwise", "clip"),
    "square": ("elementwise", "unary", "counted", True),
    **_rows(("elementwise", "unary", "float"), "angle arccos arccosh cos cosh sinc log log10 log2"),
    **_rows(
        ("elementwise", "unary", "float", True),
        "arcsin arcsinh arctan arctanh ceil floor log1p sin sinh sqrt tan tanh",
    ),
    **_rows(("elementwise", "unary", "floating"), "exp exp2"),
    "expm1": ("elementwise", "unary", "floating", True),
    "fabs": ("elementwise", "unary", "real", True),
    "erfc": ("elementwise", "unary", "promoted"),
    "cbrt": ("elementwise", "unary", "wide"),
    **_rows(("elementwise", "unary", "degrees"), "deg2rad i0 rad2deg"),
    "reciprocal": ("elementwise", "unary", "float32"),
    **_rows(("elementwise", "unary", "bool"), "isfinite isinf isnan isneginf isposinf isreal logical_not"),
    "signbit": ("elementwise", "unary", "bool", True),
    "round": ("elementwise", "rounded"),
    **_rows(("elementwise", "binary", "promoted", "both"), "fmax fmin maximum minimum subtract"),
    "add": ("elementwise", "added"),
    "multiply": ("elementwise", "binary", "promoted", "either"),
    **_rows(("elementwise", "binary", "divided", "first"), "divide divide_no_nan true_divide"),
    **_rows(("elementwise", "binary", "promoted"), "floor_divide power"),
    **_rows(("elementwise", "binary", "remainder"), "fmod mod"),
    **_rows(("elementwise", "binary", "divided"), "logaddexp logaddexp2"),
    "arctan2": ("elementwise", "binary", "angle", "", True),
    **_rows(
        ("elementwise", "binary", "bool", "", True),
        "equal greater greater_equal isclose less less_equal logical_and logical_or logical_xor not_equal",
    ),
    **_rows(("elementwise", "binary", "strict"), "gcd lcm"),
    **_rows(("elementwise", "binary", "strict float"), "ldexp nextafter"),
    **_rows(("elementwise", "tensors", "wide"), "heaviside hypot"),
    **_rows(("elementwise", "bits"), "bitwise_and bitwise_or bitwise_xor"),
    **_rows(("elementwise", "shifted"), "bitwise_left_shift bitwise_right_shift left_shift right_shift"),
    "allclose": ("elementwise", "all_close"),
    "array": ("elementwise", "converted"),
    "batch_normalization": ("elementwise", "batch_normalized"),
    "cast": ("elementwise", "cast"),
    "convert_to_tensor": ("elementwise", "converted"),
    "digitize": ("elementwise", "digitize"),
    "empty_like": ("elementwise", "like"),
    "glu": ("elementwise", "glu"),
    "isin": ("elementwise", "membership"),
    "layer_normalization": ("elementwise", "scaled", ("gamma", "beta")),
    "normalize": ("elementwise", "normalized"),
    "ones_like": ("elementwise", "like", True),
    "polar": ("elementwise", "polar"),
    "rms_normalization": ("elementwise", "scaled", ("scale",)),
    "saturate_cast": ("elementwise", "cast"),
    "select": ("elementwise", "select"),
    **_rows(("elementwise", "softmax"), "log_softmax softmax"),
    "sparsemax": ("elementwise", "along_axis"),
    "view": ("elementwise", "view"),
    "where": ("elementwise", "where"),
    "zeros_like": ("elementwise", "like", True),
}

REDUCTIONS = {
    **_rows(("reductions", "reduce", "bool"), "all any"),
    **_rows(("reductions", "reduce", "same"), "amax amin max min ptp"),
    **_rows(("reductions", "reduce", "int32"), "argmax argmin count_nonzero nanargmax nanargmin"),
    **_rows(("reductions", "reduce", "float"), "nanmean nanmedian nanstd nanvar var"),
    **_rows(("reductions", "reduce", "promoted"), "nanmax nanmin"),
    **_rows(("reductions", "reduce", "multiplied"), "nanprod prod"),
    **_rows(("reductions", "reduce", "summed", True), "nansum sum"),
    "logsumexp": ("reductions", "reduce", "kept float"),
    "mean": ("reductions", "reduce", "mean", True),
    "median": ("reductions", "reduce", "median"),
    "std": ("reductions", "reduce", "floating"),
    **_rows(("reductions", "sorted_along", "int32"), "argpartition argsort"),
    "average": ("reductions", "average"),
    "bincount": ("reductions", "bin_count"),
    **_rows(("reductions", "crossentropy"), "binary_crossentropy categorical_crossentropy"),
    **_rows(("reductions", "cumulative"), "cumprod cumsum nancumprod nancumsum"),
    "diff": ("reductions", "difference"),
    "histogram": ("reductions", "histogram"),
    "in_top_k": ("reductions", "in_top_k"),
    "moments": ("reductions", "moments"),
    "nanpercentile": ("reductions", "quantile", "nan percentile"),
    "nanquantile": ("reductions", "quantile"),
    "nonzero": ("reductions", "nonzero"),
    "percentile": ("reductions", "quantile", "percentile"),
    "quantile": ("reductions", "quantile"),
    "searchsorted": ("reductions", "search_sorted"),
    **_rows(("reductions", "segments"), "segment_max segment_min segment_prod segment_sum"),
    "size": ("reductions", "size"),
    "sort": ("reductions", "sorted_along"),
    "sparse_categorical_crossentropy": ("reductions", "sparse_crossentropy"),
    "top_k": ("reductions", "top_k"),
    "trapezoid": ("reductions", "trapezoid"),
    "unique": ("reductions", "unique"),
}

SHAPING = {
    "broadcast_to": ("shaping", "broadcast_to"),
    "diag": ("shaping", "diag"),
    "diagflat": ("shaping", "diag_flat"),
    "diagonal": ("shaping", "diagonal"),
    "dtype": ("shaping", "dtype_of"),
    "expand_dims": ("shaping", "expand"),
    "flip": ("shaping", "flip"),
    "fliplr": ("shaping", "flip", 2),
    "flipud": ("shaping", "flip", 1),
    "get_item": ("indexing", "item"),
    "moveaxis": ("shaping", "move_axis"),
    "ndim": ("shaping", "rank_of"),
    "pad": ("cutting", "pad"),
    "ravel": ("shaping", "flatten"),
    "repeat": ("shaping", "repeat"),
    "reshape": ("shaping", "reshape"),
    "roll": ("shaping", "roll"),
    "rot90": ("shaping", "rotate"),
    "scatter": ("shaping", "scatter"),
    **_rows(("shaping", "updated"), "scatter_update slice_update"),
    "shape": ("shaping", "shape_of"),
    "slice": ("cutting", "slice_out"),
    "squeeze": ("shaping", "squeeze"),
    "stop_gradient": ("shaping", "kept", "variable"),
    "swapaxes": ("shaping", "swap_axes"),
    "take": ("cutting", "take"),
    "take_along_axis": ("cutting", "take_along"),
    "tile": ("shaping", "tile"),
    "trace": ("shaping", "trace"),
    "transpose": ("shaping", "transpose"),
    **_rows(("shaping", "triangle"), "tril triu"),
    "unravel_index": ("shaping", "unravel"),
    "view_as_complex": ("shaping", "as_complex"),
    "view_as_real": ("shaping", "as_real"),
}

JOINING = {
    "append": ("joining", "append"),
    "array_split": ("joining", "split_unevenly"),
    "concatenate": ("joining", "concatenate"),
    "dsplit": ("joining", "split", 2),
    "dstack": ("joining", "concatenate", 2),
    "hsplit": ("joining", "split", 1),
    "hstack": ("joining", "concatenate", 1),
    "meshgrid": ("joining", "mesh_grid"),
    "split": ("joining", "split"),
    "stack": ("joining", "stack"),
    "unstack": ("joining", "unstack"),
    "vsplit": ("joining", "split", 0),
    "vstack": ("joining", "concatenate", 0),
}

PRODUCTS = {
    "cdist": ("products", "distances"),
    **_rows(("products", "square_matrix"), "cholesky cholesky_inverse inv"),
    "corrcoef": ("products", "correlation"),
    "correlate": ("products", "correlate"),
    "cross": ("products", "cross"),
    **_rows(("products", "square_matrix", "number"), "det logdet"),
    "dot": ("products", "dot"),
    **_rows(("products", "square_matrix", "vectors"), "eig eigh"),
    "einsum": ("products", "einsum"),
    "inner": ("products", "inner"),
    "kron": ("products", "kron"),
    "lstsq": ("products", "least_squares"),
    "lu_factor": ("products", "square_matrix", "pivots"),
    "matmul": ("products", "matmul"),
    "matrix_rank": ("products", "matrix", "rank"),
    "norm": ("products", "norm"),
    "outer": ("products", "outer"),
    "pinv": ("products", "matrix", "inverse"),
    "qr": ("products", "matrix", "qr"),
    "slogdet": ("products", "square_matrix", "sign and number"),
    **_rows(("products", "solve"), "solve solve_triangular"),
    "svd": ("products", "matrix", "svd"),
    "tensordot": ("products", "tensordot"),
    "vdot": ("products", "vdot"),
}

CREATION = {
    "arange": ("creation", "arange"),
    **_rows(("creation", "window"), "bartlett blackman hamming hanning kaiser"),
    **_rows(("creation", "filled"), "empty ones zeros"),
    **_rows(("creation", "matrix"), "eye identity tri"),
    "full": ("creation", "full"),
    "full_like": ("creation", "full_like"),
    **_rows(("creation", "spaced"), "geomspace linspace logspace"),
    "vander": ("creation", "vandermonde"),
}

NEURAL = {
    **_rows(("neural", "adaptive_pool"), "adaptive_average_pool adaptive_max_pool"),
    **_rows(("neural", "pool"), "average_pool max_pool"),
    "conv": ("neural", "conv"),
    "conv_transpose": ("neural", "conv_transpose"),
    "ctc_decode": ("neural", "ctc_decode"),
    "ctc_loss": ("neural", "ctc_loss"),
    "depth_to_space": ("neural", "blocks", False),
    "depthwise_conv": ("neural", "conv", "depthwise"),
    "dot_product_attention": ("neural", "attention"),
    "fold": ("neural", "fold"),
    "multi_hot": ("neural", "multi_hot"),
    "one_hot": ("neural", "one_hot"),
    "psnr": ("neural", "psnr"),
    "separable_conv": ("neural", "conv", "separable"),
    "space_to_depth": ("neural", "blocks", True),
    "unfold": ("neural", "unfold"),
}

SIGNALS = {
    "extract_sequences": ("signals", "sequences"),
    "fft": ("signals", "transform"),
    **_rows(("signals", "transform", 2), "fft2 ifft2"),
    "irfft": ("signals", "back_to_real"),
    "istft": ("signals", "short_time_back"),
    "rearrange": ("signals", "rearrange"),
    "rfft": ("signals", "real_transform"),
    "stft": ("signals", "short_time"),
}

IMAGES = {
    **_rows(("images", "kept"), "affine_transform elastic_transform gaussian_blur perspective_transform"),
    "crop_images": ("images", "framed", -1),
    **_rows(("images", "patches"), "extract_patches extract_patches_3d"),
    **_rows(("images", "recoloured"), "hsv_to_rgb rgb_to_hsv"),
    "map_coordinates": ("images", "coordinates"),
    "pad_images": ("images", "framed", 1),
    "resize": ("images", "resize"),
    "rgb_to_grayscale": ("images", "grayscale"),
    "scale_and_translate": ("images", "scaled"),
    "sobel_edges": ("images", "edges"),
    "ssim": ("images", "similarity"),
}

RANDOM = {
    **_rows(("creation", "drawn"), "beta gamma normal truncated_normal uniform"),
    "binomial": ("creation", "drawn", "any"),
    "categorical": ("creation", "categorical"),
    "dropout": ("creation", "dropped"),
    "randint": ("creation", "drawn", "integer"),
    "shuffle": ("creation", "shuffled"),
}

ACTIVATIONS = {
    **ELEMENTWISE,
    "exponential": ELEMENTWISE["exp"],
    "linear": ("shaping", "kept"),
}
"""The functions of `keras.activations` that take symbolic tensors (`mish` and three others do not)."""

NAMESPACES: dict[str, dict[str, Row]] = {
    "ops": {**ELEMENTWISE, **REDUCTIONS, **SHAPING, **JOINING, **PRODUCTS, **CREATION, **NEURAL, **SIGNALS},
    "ops.image": IMAGES,
    "random": RANDOM,
    "activations": ACTIVATIONS,
}

SEVERAL = {
    **_rows(
        (2,), "eig eigh fft fft2 histogram ifft2 lu_factor moments qr rfft slogdet stft top_k ctc_decode"
    ),
    "svd": (3,),
}
"""How many results a function has whose argument has an unknown shape, where it is not one."""

INSTEAD = {
    "cond": "write `cond(pred, stage, stage)`, without `ops.`",
    "convert_to_numpy": "numbers exist only when the model runs; stay with `ops.*`",
    "is_tensor": "`dslc` knows what is a tensor; leave the question out",
    "jvp": "derivatives belong to the training code, in Python",
    "custom_gradient": "derivatives belong to the training code, in Python",
}
"""What to do instead of a function that cannot be supported; the others take Python functions."""

NOT_ON_SYMBOLIC = ("hard_silu", "hard_swish", "mish", "sparsemax")
"""Activations that Keras's functions of the same name refuse on symbolic tensors, though layers take them."""

FUNCTION_TAKING = "it takes a Python function; put it into a Python layer and name that in an `extern`"
