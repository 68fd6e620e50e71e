"""Rows of the pooling layers."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import choice, not_whole, optional, sizes
from dslc.keras.layer import Kind, Row
from dslc.keras.rules import pooling as rules
from dslc.keras.written import written


def _exact_format(layer: str, argument: str, value: Any) -> Message | None:
    """Here only the exact words, or anything false for the default."""
    return choice("channels_last", "channels_first")(layer, argument, value) if value else None


def _targets(rank: int) -> Kind:
    """A whole number from 0 up, or one for each axis; None there leaves the size open."""
    expected = f"a whole number or {rank} of them" if rank > 1 else "a whole number"

    def check(layer: str, argument: str, value: Any) -> Message | None:
        given = value if isinstance(value, (tuple, list)) else (value,)
        if isinstance(value, (tuple, list)) and len(value) != rank:
            return say.wrong_length(layer, argument, written(value), expected, len(value))
        for size in given:
            if not isinstance(size, int) and not (size is None and given is value):
                return not_whole(layer, argument, value, expected)
            if isinstance(size, int) and size < 0:
                return say.out_of_range(layer, argument, written(value), f"{expected}, above 0")
        return None

    return check


_OVER = {1: "a sequence", 2: "an image", 3: "a volume"}


def _window(kind: str, rank: int, what: str) -> Row:
    kinds: dict[str, Kind] = {
        "pool_size": sizes(rank),
        "strides": optional(sizes(rank)),
        "padding": choice("valid", "same"),
    }
    return Row(
        f"{kind}Pooling{rank}D",
        rules.pooling_window(rank),
        rules.pool,
        f"Slides a window over {_OVER[rank]} and keeps {what} of each channel in it; without `strides` the windows do "
        "not overlap.",
        '"valid" gives (n - pool) // stride + 1, "same" gives n / stride rounded up; channels stay',
        "none",
        f"{kind}Pooling{rank}D(2)",
        kinds,
    )


def _whole(kind: str, rank: int, what: str) -> Row:
    return Row(
        f"Global{kind}Pooling{rank}D",
        rules.whole_input(rank),
        rules.pool_all,
        f"Takes {what} of every channel over all of {_OVER[rank]}, whatever its size.",
        "(batch, channels), or with `keepdims=True` the other sizes become 1",
        "none",
        f"Global{kind}Pooling{rank}D()",
    )


def _adaptive(kind: str, rank: int, what: str) -> Row:
    return Row(
        f"Adaptive{kind}Pooling{rank}D",
        rules.adaptive(rank),
        rules.pool_adaptively,
        f"Divides {_OVER[rank]} into a fixed number of windows and takes {what} of each, so that the output has the "
        "same size for every input.",
        "the spatial sizes become `output_size`; channels stay",
        "none",
        f"Adaptive{kind}Pooling{rank}D(4)",
        {
            "output_size": _targets(rank),
            "data_format": _exact_format,
        },
    )


_ROWS = [
    make(kind, rank, what)
    for kind, what in (("Max", "the largest value"), ("Average", "the mean"))
    for rank in (1, 2, 3)
    for make in (_window, _whole, _adaptive)
]
ROWS = {row.name: row for row in _ROWS}
