"""Rows of the activation layers."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import anything, number, number_or_none, numbers
from dslc.keras.layer import Row, no_plan
from dslc.keras.rules import elementwise as rules
from dslc.keras.types import Unknown
from dslc.keras.written import written
from dslc.shapes.dim import Sym


def _slope(layer: str, argument: str, value: Any) -> Message | None:
    problem = number(layer, argument, value)
    if problem is None and value < 0:
        return say.out_of_range(layer, argument, written(value), "a number from 0 up")
    return problem


def _ceiling(layer: str, argument: str, value: Any) -> Message | None:
    problem = number_or_none(layer, argument, value)
    if problem is None and value is not None and value < 0:
        return say.out_of_range(layer, argument, written(value), "a number from 0 up, or None")
    return problem


def _axes(layer: str, argument: str, value: Any) -> Message | None:
    axes = value if isinstance(value, (tuple, list)) else (value,)
    if all(each is None or isinstance(each, (int, Unknown, Sym)) for each in axes):
        return None
    return say.wrong_type(layer, argument, written(value), "an axis or a list of axes")


_ROWS = [
    Row(
        "Activation",
        no_plan,
        rules.activate,
        'Applies an activation function to every element: a name such as "relu", or an object of `activations`.',
        "unchanged",
        "none",
        'Activation("relu")',
    ),
    Row(
        "ReLU",
        no_plan,
        rules.activate,
        "Keeps what is above `threshold`, optionally cut at `max_value`; below it the slope is `negative_slope`.",
        "unchanged",
        "none",
        "ReLU(max_value=6)",
        {"max_value": _ceiling, "negative_slope": _slope, "threshold": _slope},
    ),
    Row(
        "LeakyReLU",
        rules.leak,
        rules.activate,
        "Keeps what is above 0 and multiplies the rest by `negative_slope`.",
        "unchanged",
        "none",
        "LeakyReLU(0.2)",
        {"negative_slope": anything, "alpha": _slope},
    ),
    Row(
        "PReLU",
        rules.share_axes,
        rules.learn_slope,
        "A leaky ReLU whose slope is learnt, one for every element of a sample or shared along axes.",
        "unchanged",
        "the product of the sizes without the batch, with 1 for each of `shared_axes`",
        "PReLU(shared_axes=[1, 2])",
    ),
    Row(
        "ELU",
        no_plan,
        rules.bend,
        "Keeps what is above 0 and bends the rest towards -`alpha`.",
        "unchanged",
        "none",
        "ELU(1.0)",
        {"alpha": numbers},
    ),
    Row(
        "Softmax",
        no_plan,
        rules.softmax,
        "Turns the values along `axis` into positive numbers that add up to 1.",
        "unchanged",
        "none",
        "Softmax(axis=-1)",
        {"axis": _axes},
    ),
]
ROWS = {row.name: row for row in _ROWS}
