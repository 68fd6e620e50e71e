"""Rows of the attention layers."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import anything, choice, initializer, number, rate, size, size_or_none
from dslc.keras.layer import Kind, Row
from dslc.keras.rules import attention as rules
from dslc.keras.written import written


def _some_initializer(layer: str, argument: str, value: Any) -> Message | None:
    """Attention copies its initializers, so there must be one."""
    if value is None:
        return say.wrong_type(layer, argument, written(value), "an initializer")
    return initializer(layer, argument, value)


_HEADS: dict[str, Kind] = {
    "num_heads": size,
    "key_dim": size,
    "value_dim": size_or_none,
    "head_dim": size,
    "num_query_heads": size,
    "num_key_value_heads": size,
    "sliding_window": size_or_none,
    "dropout": rate,
    "output_shape": anything,
    "attention_axes": anything,
    "kernel_initializer": _some_initializer,
    "bias_initializer": _some_initializer,
}

_ROWS = [
    Row(
        "MultiHeadAttention",
        rules.several_heads,
        rules.attend_with_heads,
        "For every step of the query, a mean of the values weighed by how well query and key match, in several heads at "
        "once. Called with (query, value) or (query, value, key).",
        "that of the query, its last size replaced by `output_shape` if given; scores are (batch, heads, query steps, "
        "value steps)",
        "num_heads * (key_dim * (query features + key features + 1 + 1) + value_dim * (value features + 1)) + "
        "num_heads * value_dim * output + output",
        "(x, x) -> MultiHeadAttention(8, 64)",
        _HEADS,
        takes="any",
    ),
    Row(
        "GroupQueryAttention",
        rules.grouped_arguments,
        rules.attend_in_groups,
        "A multi-head attention in which groups of query heads share one key and value head, which saves memory.",
        "that of the query; scores are (batch, query heads, query steps, key steps)",
        "head_dim * (features * (query heads + 2 * key heads) + query heads * features), and the biases",
        "(x, x) -> GroupQueryAttention(64, 8, 2)",
        _HEADS,
        takes="any",
    ),
    Row(
        "Attention",
        rules.plain_arguments,
        rules.attend,
        "A mean of the values weighed by the product of query and key. Called with a list [query, value] or "
        "[query, value, key].",
        "(batch, query steps, value features); scores are (batch, query steps, key steps)",
        'none; 1 with `use_scale`, 1 with `score_mode="concat"`',
        "[query, value] -> Attention()",
        {"dropout": number, "score_mode": choice("dot", "concat")},
        takes="any",
    ),
    Row(
        "AdditiveAttention",
        rules.plain_arguments,
        rules.attend,
        "A mean of the values weighed by a sum of tanh(query + key). Called with a list [query, value] or "
        "[query, value, key].",
        "(batch, query steps, value features); scores are (batch, query steps, key steps)",
        "one per feature with `use_scale`",
        "[query, value] -> AdditiveAttention()",
        {"dropout": number, "score_mode": choice("dot", "concat")},
        takes="any",
    ),
]
ROWS = {row.name: row for row in _ROWS}
