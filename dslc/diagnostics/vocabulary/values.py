"""What values of arguments are called elsewhere: in PyTorch, in papers, in older versions of Keras.

In: a word that an argument does not take.  Out: the words under which Keras may take it; the first that it takes is meant.

    named("NCHW")       ("channels_first",)
    named("xavier")     ("glorot_uniform",)
    named("add")        ("sum",)
"""

from __future__ import annotations

from collections.abc import Iterable

_NAMES = {
    "nchw": "channels_first", "ncw": "channels_first", "ncdhw": "channels_first", "first": "channels_first", "th": "channels_first",
    "nhwc": "channels_last", "nwc": "channels_last", "ndhwc": "channels_last", "last": "channels_last", "tf": "channels_last",
    "xavier": "glorot_uniform", "xavier_uniform": "glorot_uniform", "xavier_normal": "glorot_normal", "glorot": "glorot_uniform",
    "kaiming": "he_normal", "kaiming_uniform": "he_uniform", "kaiming_normal": "he_normal", "he": "he_normal", "msra": "he_normal",
    "lecun": "lecun_normal", "gaussian": "random_normal", "normal": "random_normal", "uniform": "random_uniform",
    "trunc_normal": "truncated_normal", "zero": "zeros", "one": "ones", "eye": "identity", "orthonormal": "orthogonal",
    "add": "sum", "plus": "sum", "average": "ave avg", "mean": "ave avg", "avg": "ave", "multiply": "mul", "product": "mul",
    "concatenate": "concat", "cat": "concat", "linear": "bilinear", "cubic": "bicubic", "none": "linear", "identity": "linear",
    "lrelu": "leaky_relu", "sigm": "sigmoid", "logistic": "sigmoid", "hard_swish": "hard_silu", "zeros": "constant",
    "float": "float32", "double": "float64", "int": "int32", "long": "int64", "boolean": "bool", "weight_decay": "l2", "lasso": "l1",
    "rectify": "relu", "rectifier": "relu", "rectified_linear": "relu", "leaky_rectify": "leaky_relu", "very_leaky_rectify": "leaky_relu",
    "global_avg": "avg", "global_average": "avg", "gap": "avg", "global_max": "max", "gmp": "max",
    "same_upper": "same", "same_lower": "same", "half": "float16 same",
    "ridge": "l2", "elastic_net": "l1_l2 l1l2",
}  # fmt: skip


BATCH_NAMES = ("batch", "batch_size", "batchsize", "N", "B", "bs", "BATCH", "BATCH_SIZE")
"""What others call the first axis of all."""

_LOSSES = {
    "categorical_crossentropy": "softmax", "sparse_categorical_crossentropy": "softmax", "kl_divergence": "softmax", "crossentropy": "softmax",
    "cross_entropy": "softmax", "binary_crossentropy": "sigmoid", "binary_focal_crossentropy": "sigmoid", "bce": "sigmoid", "nll_loss": "softmax",
    "mse": "linear", "mae": "linear", "mean_squared_error": "linear", "mean_absolute_error": "linear", "huber": "linear", "hinge": "tanh",
}  # fmt: skip
"""Losses, each with the activation that goes before it."""


def before_loss(word: str) -> str | None:
    """The activation that goes before a loss, where a word is the name of one."""
    return _LOSSES.get(word.lower())


def named(word: str) -> tuple[str, ...]:
    """What a value by a name of elsewhere may be called in Keras."""
    return tuple(_NAMES.get(word.lower(), "").split())


def meant(word: str, known: Iterable[str]) -> str | None:
    """The word of those that an argument takes which stands for one that it does not take."""
    taken = list(known)
    return next((each for each in named(word) if each in taken), None)
