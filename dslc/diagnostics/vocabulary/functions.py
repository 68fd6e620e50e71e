"""Functions of tensors elsewhere: their modules, and what `keras.ops` calls them.

In: a dotted name as it is written in TensorFlow, PyTorch, NumPy or the backend of Keras 2.  Out: how it is written here.

    here(("tf", "nn", "relu"))        ops.relu
    here(("torch", "cat"))            ops.concatenate
    here(("nn", "Linear"))            Dense
    here(("keras", "ops", "mean"))    ops.mean
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dslc.diagnostics.vocabulary import layers, losses
from dslc.record import record

MODULES = frozenset(
    [
        "keras",
        "tf",
        "tensorflow",
        "layers",
        "torch",
        "nn",
        "F",
        "functional",
        "K",
        "backend",
        "np",
        "numpy",
        "jnp",
        "jax",
        "tnn",
        "tfa",
        "math",
        "linalg",
        "image",
        "experimental",
        "preprocessing",
        "compat",
        "v1",
        "v2",
        "python",
        "special",
        "random",
        "nnet",
        "lax",
        "utils",
        "scipy",
    ]
)
"""Parts of a dotted name that say where a function lives elsewhere."""

_ROOTS = frozenset(
    [
        *("keras", "tf", "tensorflow", "layers", "torch", "nn", "F", "K", "np", "numpy", "jnp", "jax", "tfa"),
        *(
            "slim",
            "tflearn",
            "tl",
            "paddle",
            "mx",
            "gluon",
            "flax",
            "hk",
            "snt",
            "eqx",
            "lasagne",
            "timm",
            "nnx",
            "linen",
            "stax",
            "objax",
            "mxnet",
            "chainer",
            "L",
            "links",
            "theano",
            "T",
            "mindspore",
            "oneflow",
            "fastai",
            "tensorlayer",
            "torchvision",
            "transformers",
            "hub",
            "keras_hub",
            "keras_cv",
            "keras_nlp",
            "tfp",
            "scipy",
            "pd",
            "pandas",
            "cv2",
            "plt",
            "tf_agents",
            "tfds",
            "tft",
            "xgb",
            "onnx",
            "einops",
            "sklearn",
            "lightning",
            "pl",
            "monai",
            "kornia",
            "trax",
            "haiku",
            "equinox",
            "optax",
            "tfm",
            "peft",
            "diffusers",
            "torch_geometric",
            "torchtext",
            "torchaudio",
            "xgboost",
            "cntk",
            "tinygrad",
        ),
    ]
)
"""What such a dotted name begins with."""

_SPACES = frozenset(
    ["ops", "random", "activations", "initializers", "regularizers", "constraints"]
)  # which Keras has too

RENAMED = {
    "reduce_mean": "mean", "reduce_sum": "sum", "reduce_max": "max", "reduce_min": "min", "reduce_prod": "prod",
    "reduce_any": "any", "reduce_all": "all", "reduce_std": "std", "reduce_variance": "var", "reduce_logsumexp": "logsumexp",
    "concat": "concatenate", "cat": "concatenate", "unsqueeze": "expand_dims", "permute": "transpose", "gather": "take",
    "permute_dimensions": "transpose", "matrix_transpose": "transpose", "mm": "matmul", "bmm": "matmul", "batch_dot": "matmul",
    "clamp": "clip", "clip_by_value": "clip", "pow": "power", "mul": "multiply", "div": "divide", "sub": "subtract",
    "neg": "negative", "to_float": "cast",
    "l2_normalize": "normalize",
    "constant": "array", "tensor": "array", "as_tensor": "array", "newaxis": "expand_dims",
    "invert_permutation": "argsort", "swish": "silu", "avg_pool": "average_pool", "avg_pool2d": "average_pool",
    "avg_pool1d": "average_pool", "max_pool2d": "max_pool", "max_pool1d": "max_pool", "conv2d": "conv", "conv1d": "conv",
    "conv3d": "conv", "resize": "image.resize", "interpolate": "image.resize", "repeat_elements": "repeat",
    "repeat_interleave": "repeat", "chunk": "split", "binary_cross_entropy": "binary_crossentropy",
    "cross_entropy": "categorical_crossentropy", "topk": "top_k", "eq": "equal", "ne": "not_equal",
    "gt": "greater", "lt": "less", "ge": "greater_equal", "le": "less_equal", "sigmoid_cross_entropy_with_logits": "binary_crossentropy",
    "relu_": "relu", "scaled_dot_product_attention": "dot_product_attention", "range": "arange", "fill": "full", "dim": "ndim",
    "int_shape": "shape", "hardtanh": "hard_tanh", "hardsigmoid": "hard_sigmoid", "hardswish": "hard_silu",
    "unbind": "unstack", "to_categorical": "one_hot",
}  # fmt: skip
"""What `keras.ops` calls the functions of others."""


_AS_LAYERS = {
    "flatten": "Flatten", "batch_flatten": "Flatten", "dropout": "Dropout", "dropout1d": "SpatialDropout1D",
    "dropout2d": "SpatialDropout2D", "dropout3d": "SpatialDropout3D", "alpha_dropout": "AlphaDropout",
}  # fmt: skip
"""Functions of others that are layers here: those that act in training only, and one that keeps the batch."""


_OF_LAYERS = {
    "dense": "Dense", "fully_connected": "Dense", "fc": "Dense", "conv1d": "Conv1D", "conv2d": "Conv2D", "conv3d": "Conv3D",
    "conv2d_transpose": "Conv2DTranspose", "separable_conv2d": "SeparableConv2D", "max_pooling1d": "MaxPooling1D",
    "max_pooling2d": "MaxPooling2D", "max_pool2d": "MaxPooling2D", "max_pool_2d": "MaxPooling2D",
    "average_pooling2d": "AveragePooling2D", "avg_pool2d": "AveragePooling2D", "conv_2d": "Conv2D",
    "batch_normalization": "BatchNormalization", "batch_norm": "BatchNormalization", "embedding": "Embedding",
    "max_pool": "MaxPooling2D", "avg_pool": "AveragePooling2D", "pool": "MaxPooling2D", "lstm": "LSTM", "gru": "GRU", "upsample": "UpSampling2D", "pad": "ZeroPadding2D", "layer_norm": "LayerNormalization", "layernorm": "LayerNormalization", "global_average_pooling2d": "GlobalAveragePooling2D", "global_max_pool": "GlobalMaxPooling2D", "bn": "BatchNormalization", "depthwise_conv2d": "DepthwiseConv2D", "max_pool1d": "MaxPooling1D", "reshape_to": "Reshape",
    "maxpool": "MaxPooling2D", "maxpool2d": "MaxPooling2D", "maxpooling": "MaxPooling2D", "avgpool": "AveragePooling2D", "conv": "Conv2D",
    "batchnorm": "BatchNormalization", "linear": "Dense", "global_avg_pool": "GlobalAveragePooling2D",
}  # fmt: skip
"""Functions that make a layer and call it at once, in `tf.layers` and what is like it."""

_LAYERED = ("slim", "tflearn", "tl")


def as_stage(name: str) -> str | None:
    """The layer that a function is which is written behind an arrow, where what it works on comes from: `x -> F.max_pool2d(2)`."""
    return _AS_LAYERS.get(name) or _TORCH_LAYERS.get(name)


_TORCH_LAYERS = {
    "max_pool1d": "MaxPool1d", "max_pool2d": "MaxPool2d", "max_pool3d": "MaxPool3d", "avg_pool1d": "AvgPool1d",
    "avg_pool2d": "AvgPool2d", "avg_pool3d": "AvgPool3d", "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "adaptive_avg_pool1d": "AdaptiveAvgPool1d", "adaptive_max_pool2d": "AdaptiveMaxPool2d", "adaptive_max_pool1d": "AdaptiveMaxPool1d", "layer_norm": "LayerNorm", "batch_norm": "BatchNorm2d",
    "group_norm": "GroupNorm", "instance_norm": "InstanceNorm2d",
}  # fmt: skip
"""The layers of PyTorch by the names of its functions."""


_WITHOUT_FUNCTION = (
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "layer_norm",
    "group_norm",
    "avg_pool3d",
    "max_pool3d",
)
"""Those for which Keras has no function of that name."""


def as_layer(name: str, room: str, keywords: Sequence[str]) -> str | None:
    """The layer that a function of another library is here; `room` is what stands before its name."""
    if name == "interpolate" and "scale_factor" in keywords:
        return "UpSampling2D"
    if "window_shape" in keywords and name in ("avg_pool", "max_pool"):  # as Flax has them
        return "AveragePooling2D" if name == "avg_pool" else "MaxPooling2D"
    if name in _OF_LAYERS and (room.endswith("layers") or room in _LAYERED):
        return _OF_LAYERS[name]
    if name in _WITHOUT_FUNCTION and room.partition(".")[0] in ("F", "nn", "torch"):
        return _TORCH_LAYERS[name]
    return _AS_LAYERS.get(name)


def method_as_layer(name: str) -> str | None:
    """The layer that a method is in libraries where a tensor goes through layers by its methods: `x.dense(8).max_pool2d(2)`."""
    return _OF_LAYERS.get(name) or _AS_LAYERS.get(name) or _ACTIVATED.get(name)


@record
class Unsaid:
    """An argument of a function that goes without saying elsewhere: its place, and what is meant."""

    argument: str
    place: int
    value: str


_LAST = Unsaid("axis", 1, "-1")
_STEPS = Unsaid("axis", 1, "1")
_UNSAID = {
    **dict.fromkeys(("argmax", "argmin"), _LAST),
    **dict.fromkeys(("cumsum", "cumprod"), _STEPS),
    "gather": Unsaid("axis", 2, "0"),
    "gelu": Unsaid("approximate", 1, "False"),
}
"""What functions of TensorFlow, PyTorch and the backend of Keras 2 do when they are told nothing, and those of Keras do not: by default these
look for a place among all values, which nobody means of samples."""

_OF_BACKEND = {"concatenate": _LAST, "expand_dims": _LAST}


def unsaid(root: str, room: str, name: str) -> Unsaid | None:
    """What the function of another library leaves unsaid and a function of Keras must be told."""
    if root == "K" or room.endswith("backend"):
        return _OF_BACKEND.get(name) or (None if name == "gelu" else _UNSAID.get(name))
    if root in ("tf", "tensorflow") or (root in ("torch", "F", "nn") and name != "gather"):
        return _UNSAID.get(name)
    return None


NUMPY = frozenset(("np", "numpy"))


def as_activation(name: str) -> str | None:
    """The layer that an activation is which another library has for a function."""
    return _ACTIVATED.get(name)


_ACTIVATED = {"relu": "ReLU", "softmax": "Softmax", "leaky_relu": "LeakyReLU", "elu": "ELU", **{each: f'Activation("{each}")' for each in ("tanh", "sigmoid", "gelu", "silu", "swish", "softplus", "selu", "log_softmax")}}  # fmt: skip
"""Functions of others that stand among layers."""


def begins_elsewhere(root: str) -> bool:
    """Whether a dotted name with that beginning is one of another library."""
    return root in _ROOTS


def here(
    parts: Sequence[str], is_function: Callable[[str], bool], is_layer: Callable[[str], bool]
) -> str | None:
    """How a dotted name of another library is written here; None where there is nothing for it.

    `is_function` knows the functions of `ops`, `is_layer` the layers.
    """
    rest = list(parts)
    if len(rest) > 1 and rest[0] in _ROOTS and rest[0] not in MODULES:
        rest.pop(0)
    while len(rest) > 1 and rest[0] in MODULES and not (rest[0] in _SPACES and parts[0] in ("keras", "tf")):
        rest.pop(0)
    last = rest[-1]
    if len(rest) > 1:
        if rest[0] == "applications":  # which Keras keeps in files of their own, too
            return f"applications.{last}" if last in layers.APPLICATIONS else None
        return ".".join(rest) if rest[0] in _SPACES else None
    if last in _OF_FUNCTIONS and parts[0] != "keras":
        return None
    if is_layer(last):
        return last
    meant = layers.renamed(last)
    if meant is not None:
        return meant
    for name in (last, RENAMED.get(last, "")):
        if name and is_function(name):
            return f"ops.{name}"
    return None


_OF_FUNCTIONS = (
    "scan",
    "while_loop",
    "fori_loop",
    "cond",
    "switch",
    "map",
    "associative_scan",
    "vectorized_map",
)
"""What is given functions, which a model text has none of."""

_LOSSES = {
    **dict.fromkeys(("mse", "mean_squared_error", "mse_loss", "MSELoss"), losses.forms("mse_loss")[0]),
    **dict.fromkeys(("mae", "mean_absolute_error", "l1_loss"), losses.forms("l1_loss")[0]),
    "binary_crossentropy": "ops.mean(ops.binary_crossentropy({}, {}))",
    "categorical_crossentropy": "ops.mean(ops.categorical_crossentropy({}, {}))",
}
"""What losses compute of what is wanted and what is there."""


def loss(name: str, first: str, second: str) -> str | None:
    """A loss of two values, as one number."""
    form = _LOSSES.get(name)
    return None if form is None else losses.filled(form, (first, second))
