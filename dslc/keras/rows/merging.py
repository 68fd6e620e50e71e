"""Rows of the merging layers."""

from __future__ import annotations

from dslc.keras.kinds import anything
from dslc.keras.layer import Row, no_plan
from dslc.keras.rules import merging as rules


def _combining(name: str, what: str) -> Row:
    return Row(
        name,
        no_plan,
        rules.combine,
        f"{what} a list of tensors, element by element.",
        "sizes are equal or 1 (which is stretched), aligned from the right; the batch must agree",
        "none",
        f"[a, b] -> {name}",
        takes="any",
    )


_ROWS = [
    _combining("Add", "Adds up"),
    _combining("Subtract", "Takes the difference of the two in"),
    _combining("Multiply", "Multiplies"),
    _combining("Average", "Takes the mean of"),
    _combining("Maximum", "Takes the largest of"),
    _combining("Minimum", "Takes the smallest of"),
    Row(
        "Concatenate",
        no_plan,
        rules.concatenate,
        "Joins a list of tensors along `axis`.",
        "sizes add up along `axis`; all others must be equal",
        "none",
        "[a, b] -> Concatenate(axis=-1)",
        {"axis": anything},
        takes="any",
    ),
    Row(
        "Dot",
        rules.dot_axes,
        rules.contract,
        "Multiplies two tensors and adds up along one axis of each, sample by sample; with `normalize=True` that is "
        "the cosine of their angle.",
        "the sizes of both without the contracted axes and the second batch; two vectors give (batch, 1)",
        "none",
        "[a, b] -> Dot(axes=-1)",
        {"axes": anything},
        takes="any",
    ),
]
ROWS = {row.name: row for row in _ROWS}
