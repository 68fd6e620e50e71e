"""Rows of the normalizations."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import anything, layer_argument, number, numbers, numbers_or_none
from dslc.keras.layer import Row, no_plan
from dslc.keras.rules import normalization as rules
from dslc.keras.rules import wrappers
from dslc.keras.written import written


def _convertible(what: str, read: type) -> Any:
    """What Python's `int()` or `float()` takes: numbers, and text that looks like one."""

    def check(layer: str, argument: str, value: Any) -> Message | None:
        try:
            read(value)
        except (TypeError, ValueError, OverflowError):
            return say.wrong_type(layer, argument, written(value), what)
        return None

    return check


def _groups(layer: str, argument: str, value: Any) -> Message | None:
    if isinstance(value, int) and (value > 0 or value == -1):
        return None
    expected = "a whole number above 0, or -1"
    if isinstance(value, int):
        return say.out_of_range(layer, argument, written(value), expected)
    return say.wrong_type(layer, argument, written(value), expected)


def _positive(layer: str, argument: str, value: Any) -> Message | None:
    problem = number(layer, argument, value)
    if problem is None and value <= 0:
        return say.out_of_range(layer, argument, written(value), "above 0")
    return problem


_SCALE = "one number per size of the axis for the scale, one for the offset"

_ROWS = [
    Row(
        "BatchNormalization",
        rules.batch_axis,
        rules.normalize_batch,
        "Brings every channel to mean 0 and variance 1, over the batch while training, with gathered statistics in use; "
        "then scales and shifts it.",
        "unchanged",
        "4 per channel: scale and offset (trained), mean and variance (not trained); 3 more with `renorm`",
        "BatchNormalization()",
        {
            "axis": _convertible("a whole number", int),
            "momentum": _convertible("a number", float),
            "epsilon": _convertible("a number", float),
        },
    ),
    Row(
        "LayerNormalization",
        rules.axes,
        rules.normalize_layer,
        "Brings every sample to mean 0 and variance 1 along `axis`, then scales and shifts it.",
        "unchanged",
        _SCALE,
        "LayerNormalization()",
        {"axis": anything, "epsilon": numbers_or_none},
    ),
    Row(
        "GroupNormalization",
        no_plan,
        rules.normalize_groups,
        "Normalizes the channels of a sample in `groups` of equal size. The default of 32 groups needs at least 32 channels.",
        "unchanged",
        _SCALE,
        "GroupNormalization(8)",
        {"groups": _groups, "axis": anything, "epsilon": numbers},
    ),
    Row(
        "RMSNormalization",
        rules.axes,
        rules.normalize_root,
        "Divides by the root of the mean square along `axis` and scales; it does not centre.",
        "unchanged",
        "one number per size of the axis",
        "RMSNormalization()",
        {"axis": anything, "epsilon": numbers_or_none},
    ),
    Row(
        "UnitNormalization",
        rules.axes,
        rules.normalize_unit,
        "Divides by the length along `axis`, so that vectors have length 1.",
        "unchanged",
        "none",
        "UnitNormalization()",
        {"axis": anything},
    ),
    Row(
        "SpectralNormalization",
        no_plan,
        wrappers.normalize_spectrum,
        "Wraps a layer and keeps the largest singular value of its kernel at 1.",
        "that of the wrapped layer",
        "those of the wrapped layer and one vector as long as the kernel's last axis (not trained)",
        "SpectralNormalization(Conv2D(32, 3))",
        {"layer": layer_argument, "power_iterations": _positive},
    ),
]
ROWS = {row.name: row for row in _ROWS}
