"""Rows of the models of `keras.applications`, each a layer by the name `applications.ResNet50`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.applications import FAMILIES, PREFIX
from dslc.keras.kinds import activation, anything, by_name, choice, number, rate, size
from dslc.keras.layer import Kind, Row
from dslc.keras.rules import applications as rules
from dslc.keras.written import written


def _weights(layer: str, argument: str, value: Any) -> Message | None:
    expected = '"imagenet", None, or the path of a file with weights'
    if value is None or (isinstance(value, str) and value):
        return None
    return say.wrong_type(layer, argument, written(value), expected)


def _above_zero(layer: str, argument: str, value: Any) -> Message | None:
    problem = number(layer, argument, value)
    if problem is None and value <= 0:
        return say.out_of_range(layer, argument, written(value), "a number above 0")
    return problem


def _name(layer: str, argument: str, value: Any) -> Message | None:
    return None if value is None else by_name("name")(layer, argument, value)


_KINDS: Mapping[str, Kind] = {
    "weights": _weights,
    "input_shape": anything,
    "pooling": choice("avg", "max", none=True),
    "classes": size,
    "classifier_activation": activation,
    "alpha": _above_zero,
    "depth_multiplier": size,
    "dropout": rate,
    "dropout_rate": rate,
    "name": _name,
}


def _row(name: str) -> Row:
    family = FAMILIES[name]
    return Row(
        f"{PREFIX}{name}",
        rules.construct,
        rules.call,
        f"The model {name} of `keras.applications`, made for images of {family.size}x{family.size}; "
        "`include_top=False` leaves its classifier out, `trainable=False` freezes it.",
        "(height, width, channels) becomes (classes,), without the top (h, w, channels), with `pooling` (channels,)",
        "those of Keras's model, from its description in the language",
        f'{PREFIX}{name}(include_top=False, weights="imagenet")',
        _KINDS,
    )


ROWS: dict[str, Row] = {f"{PREFIX}{name}": _row(name) for name in FAMILIES}
