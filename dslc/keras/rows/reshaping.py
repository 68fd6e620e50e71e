"""Rows of the layers that rearrange, crop, pad and repeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import anything, not_whole, sizes
from dslc.keras.layer import Kind, Row, no_plan
from dslc.keras.rules import reshaping as rules
from dslc.keras.written import written

_OVER = {1: "a sequence", 2: "an image", 3: "a volume"}


def _count(layer: str, argument: str, value: Any) -> Message | None:
    expected = "a whole number above 0"
    if isinstance(value, bool) or not isinstance(value, int):
        return not_whole(layer, argument, value, expected)
    return None if value > 0 else say.out_of_range(layer, argument, written(value), expected)


def _pairs(rank: int, negative: bool) -> Kind:
    """A number, or for each axis a number or a pair; only the single number may be negative, if at all."""
    pair = sizes(2, zero=True)
    expected = f"a whole number, {rank} of them, or {rank} pairs (before, after)"

    def check(layer: str, argument: str, value: Any) -> Message | None:
        if isinstance(value, int):
            if value < 0 and not negative:
                return say.out_of_range(layer, argument, written(value), "a number from 0 up")
            return None
        if not isinstance(value, (tuple, list)):
            return say.wrong_type(layer, argument, written(value), expected)
        if len(value) != rank:
            return say.wrong_length(layer, argument, written(value), expected, len(value))
        for element in value:
            problem = pair(layer, argument, element)
            if problem is not None:
                return say.wrong_type(layer, argument, written(value), expected)
        return None

    return check


def _text(layer: str, argument: str, value: Any) -> Message | None:
    if isinstance(value, str):
        return None
    return say.not_a_choice(layer, argument, written(value), rules.INTERPOLATIONS)


def _edge(name: str, rank: int, argument: str, call: Callable[..., Any], description: str, shape: str) -> Row:
    kind = sizes(2, zero=True) if rank == 1 else _pairs(rank, negative=argument == "padding")
    return Row(
        f"{name}{rank}D",
        rules.sides(argument, rank),
        call,
        description.format(over=_OVER[rank]),
        shape,
        "none",
        f"{name}{rank}D({'(1, 2)' if rank == 1 else 2})",
        {argument: kind},
    )


_ROWS = [
    Row(
        "Reshape",
        rules.target_shape,
        rules.reshape,
        "Arranges the elements of each sample in another shape; the batch is not part of `target_shape`.",
        "(batch, *target_shape); -1 is computed, the number of elements stays",
        "none",
        "Reshape((4, -1))",
        {"target_shape": anything},
    ),
    Row(
        "Flatten",
        no_plan,
        rules.flatten,
        "Puts all axes but the batch into one.",
        "(batch, product of the sizes)",
        "none",
        "Flatten()",
    ),
    Row(
        "Permute",
        rules.permutation,
        rules.permute,
        "Puts the axes into another order; they are counted from 1, the batch stays first.",
        "the sizes in the order of `dims`",
        "none",
        "Permute((2, 1))",
        {"dims": anything},
    ),
    Row(
        "RepeatVector",
        no_plan,
        rules.repeat,
        "Repeats a vector `n` times along a new axis.",
        "(batch, features) becomes (batch, n, features)",
        "none",
        "RepeatVector(3)",
        {"n": _count},
    ),
    Row(
        "UpSampling1D",
        rules.factors(1),
        rules.enlarge,
        "Repeats every step of a sequence `size` times.",
        "n becomes n * size",
        "none",
        "UpSampling1D(2)",
        {"size": _count},
    ),
    Row(
        "UpSampling2D",
        rules.factors(2),
        rules.enlarge,
        "Enlarges an image by whole factors, repeating its points or interpolating between them.",
        "each spatial size becomes n * size",
        "none",
        'UpSampling2D(2, interpolation="bilinear")',
        {"size": sizes(2), "interpolation": _text},
    ),
    Row(
        "UpSampling3D",
        rules.factors(3),
        rules.enlarge,
        "Enlarges a volume by whole factors, repeating its points.",
        "each spatial size becomes n * size",
        "none",
        "UpSampling3D(2)",
        {"size": sizes(3)},
    ),
    *(
        _edge(
            "Cropping",
            rank,
            "cropping",
            rules.crop,
            "Cuts off the edges of {over}.",
            "n becomes n - before - after",
        )
        for rank in (1, 2, 3)
    ),
    *(
        _edge(
            "ZeroPadding",
            rank,
            "padding",
            rules.pad,
            "Adds zeros around {over}.",
            "n becomes n + before + after",
        )
        for rank in (1, 2, 3)
    ),
]
ROWS = {row.name: row for row in _ROWS}
