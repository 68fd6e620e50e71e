"""Rows of dense layers, embeddings, and the layers that stand for something outside of a model text."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import anything, not_whole, numbers, size
from dslc.keras.layer import Kind, Row, no_plan
from dslc.keras.rules import core as rules
from dslc.keras.rules import elementwise, outside
from dslc.keras.written import written


def lora_rank(layer: str, argument: str, value: Any) -> Message | None:
    """The rank of a low-rank update: above 0, or anything false for none."""
    return size(layer, argument, value) if value else None


def _count(layer: str, argument: str, value: Any) -> Message | None:
    expected = "a whole number above 0"
    if isinstance(value, bool) or not isinstance(value, int):
        return not_whole(layer, argument, value, expected)
    return None if value > 0 else say.out_of_range(layer, argument, written(value), expected)


def _no_arrays(layer: str, argument: str, value: Any) -> Message | None:
    return (
        None
        if value is None
        else say.wrong_type(layer, argument, written(value), "None; arrays cannot be written here")
    )


_LOOKUP: dict[str, Kind] = {
    "input_dim": _count,
    "output_dim": _count,
    "lora_rank": lora_rank,
    "weights": _no_arrays,
}


def _foreign(name: str, needs: str, advice: str) -> Row:
    return Row(
        name,
        outside.refuse_from_outside(needs, advice),
        elementwise.same,
        f"Stands for {needs}; it cannot be made from a model text: {advice}.",
        "known only in Python",
        "known only in Python",
        "extern MyLayer(size) from my_package.layers { input x: (N?, C?)  output (N, size) }",
        takes="any",
    )


_ROWS = [
    Row(
        "Dense",
        rules.lora,
        rules.dense,
        "Multiplies the last axis with a matrix and adds a bias; every output sees every input.",
        "(…, n) becomes (…, units); at least 2 axes",
        "n * units, and units more with a bias",
        'Dense(64, activation="relu")',
        {"units": size, "lora_rank": lora_rank, "lora_alpha": anything},
    ),
    Row(
        "EinsumDense",
        rules.einsum_arguments,
        rules.einsum_dense,
        'A dense layer whose products are written as an einsum equation "input,kernel->output".',
        "the output's letters, with the sizes of `output_shape`; None there keeps the input's size",
        "the product of the sizes of the kernel's letters, and of `bias_axes` with a bias",
        'EinsumDense("abc,cd->abd", output_shape=(None, 64), bias_axes="d")',
        {"equation": anything, "output_shape": anything, "lora_rank": lora_rank},
    ),
    Row(
        "Embedding",
        rules.lora,
        rules.embed,
        "Looks up a vector for each whole number below `input_dim`.",
        "(batch, …) becomes (batch, …, output_dim)",
        "input_dim * output_dim",
        "Embedding(10000, 64)",
        _LOOKUP,
    ),
    Row(
        "ReversibleEmbedding",
        rules.lora_or_two_tables,
        rules.embed_reversibly,
        "An embedding that, called with `reverse=True`, turns vectors back into scores for every number.",
        "(batch, …) becomes (batch, …, output_dim); reversed, (…, output_dim) becomes (…, input_dim)",
        "input_dim * output_dim, twice that with `tie_weights=False`",
        "ReversibleEmbedding(10000, 64)",
        _LOOKUP,
    ),
    Row(
        "Identity",
        no_plan,
        elementwise.identity,
        "Hands on what it is given.",
        "unchanged",
        "none",
        "Identity()",
        takes="each",
    ),
    Row(
        "Masking",
        no_plan,
        elementwise.mask,
        "Marks the steps whose features all equal `mask_value`, so that later layers skip them.",
        "unchanged",
        "none",
        "Masking(0.0)",
        {"mask_value": numbers},
    ),
    _foreign("Lambda", "a Python function", "write the expression in `_`, use `ops`, or make it a block"),
    _foreign("Layer", "a class of your own", "use `Identity`, or import the class with `extern`"),
    _foreign("Wrapper", "a base class for wrappers", "use the wrapped layer itself"),
    _foreign("InputLayer", "an input", "write `input x: (28, 28, 1)`"),
    _foreign(
        "TFSMLayer", "a saved TensorFlow model", "wrap it in a Python class and import that with `extern`"
    ),
    _foreign("JaxLayer", "a JAX function", "wrap it in a Python class and import that with `extern`"),
    _foreign("FlaxLayer", "a Flax module", "wrap it in a Python class and import that with `extern`"),
    _foreign(
        "TorchModuleWrapper", "a PyTorch module", "wrap it in a Python class and import that with `extern`"
    ),
]
ROWS = {row.name: row for row in _ROWS}
