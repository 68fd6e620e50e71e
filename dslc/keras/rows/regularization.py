"""Rows of dropout, noise and penalties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import anything, rate, seed
from dslc.keras.layer import Kind, Row, no_plan, refuse
from dslc.keras.rules import elementwise as rules
from dslc.keras.types import Unknown
from dslc.keras.written import written
from dslc.shapes.dim import Sym


def _noise_shape(layer: str, argument: str, value: Any) -> Message | None:
    expected = "a tuple of whole numbers above 0 and None"
    if value is None:
        return None
    if not isinstance(value, (tuple, list)):
        return say.wrong_type(layer, argument, written(value), expected)
    for size in value:
        if size is None or isinstance(size, (Unknown, Sym)):
            continue
        if not isinstance(size, int):
            return say.wrong_type(layer, argument, written(value), expected)
        if size <= 0:
            return say.out_of_range(layer, argument, written(value), expected)
    return None


def _penalty(layer: str, argument: str, value: Any) -> Message | None:
    expected = "a number from 0 up"
    if value is None:
        return None
    if not isinstance(value, (int, float)):
        return say.wrong_type(layer, argument, written(value), expected)
    return None if 0 <= value < float("inf") else say.out_of_range(layer, argument, written(value), expected)


def _seeded(rate_name: str) -> Callable[[str, dict[str, Any]], None]:
    """The construct rule of layers that look at their seed only when their rate is above 0."""

    def construct(layer: str, arguments: dict[str, Any]) -> None:
        amount = arguments[rate_name]
        if isinstance(amount, (int, float)) and amount > 0:
            message = seed(layer, "seed", arguments["seed"])
            if message is not None and not isinstance(arguments["seed"], Unknown):
                raise refuse(message, "seed")

    return construct


_DIVIDING = ("AlphaDropout", "GaussianDropout")


def _row(name: str, description: str, example: str, rank: int = 0, **kinds: Kind) -> Row:
    return Row(
        name,
        _seeded("stddev" if name == "GaussianNoise" else "rate"),
        rules.spatial(rank) if rank else rules.scaled_up if name in _DIVIDING else rules.same,
        description,
        "unchanged",
        "none",
        example,
        {"rate": rate, "stddev": rate, **kinds},
        takes="any" if rank else "stacked",
    )


_ROWS = [
    _row(
        "Dropout",
        "While training, sets a fraction `rate` of the values to 0 and scales up the others; does nothing in use.",
        "Dropout(0.5)",
        noise_shape=_noise_shape,
    ),
    _row(
        "AlphaDropout",
        "A dropout that keeps mean and variance, made for SELU networks.",
        "AlphaDropout(0.1)",
        noise_shape=anything,
    ),
    _row("GaussianDropout", "While training, multiplies by noise around 1.", "GaussianDropout(0.2)"),
    _row(
        "GaussianNoise",
        "While training, adds noise around 0 with the deviation `stddev`.",
        "GaussianNoise(0.1)",
    ),
    _row("SpatialDropout1D", "A dropout of whole channels of a sequence.", "SpatialDropout1D(0.2)", 3),
    _row("SpatialDropout2D", "A dropout of whole channels of an image.", "SpatialDropout2D(0.2)", 4),
    _row("SpatialDropout3D", "A dropout of whole channels of a volume.", "SpatialDropout3D(0.2)", 5),
    Row(
        "ActivityRegularization",
        no_plan,
        rules.same,
        "Hands its input on and adds a penalty on its size to the loss.",
        "unchanged",
        "none",
        "ActivityRegularization(l2=0.01)",
        {"l1": _penalty, "l2": _penalty},
        takes="each",
    ),
]
ROWS = {row.name: row for row in _ROWS}
