"""Which tensor functions take no variable of Keras as it is: they ask it for what only tensors have.

In: a function, and the dtypes of its tensors.  Out: whether a weight among them has to be made a tensor first. The table was read off
runs of random calls with a variable in each place of a tensor, which `tests/keras` hold it to.

    ops.stack([w, w])       # AttributeError: 'str' object has no attribute 'base_dtype'
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

_FLOATS = ("float32", "float64", "float16", "bfloat16")

_ALWAYS = frozenset(
    [
        "fft",
        "fft2",
        "ifft2",
        "image.sobel_edges",
        "isreal",
        "istft",
        "lcm",
        "nanargmax",
        "nanargmin",
        "nanmax",
        "nanmean",
        "nanmin",
        "nanprod",
        "stft",
    ]
)
_OF_FLOATS = frozenset(["nan_to_num", "nancumprod", "nancumsum"])
_OF_HALVES = frozenset(["exp2"])


def takes_no_variable(
    name: str, place: int, dtype: str, dtypes: Collection[str], arguments: Mapping[str, Any]
) -> bool:
    """Whether `ops.stack` with these arguments fails on a variable of a dtype, at a place among tensors of these dtypes."""
    match name.removeprefix("ops."):
        case "stack":  # it converts tensors of several dtypes
            return arguments.get("axis", 0) == 0 and len(set(dtypes)) == 1
        case "nan_to_num":
            given = arguments.get("posinf") is not None and arguments.get("neginf") is not None
            return dtype in _FLOATS and not given
        case "nancumprod" | "nancumsum":
            return dtype in _FLOATS
        case "exp2":
            return dtype in ("float16", "bfloat16")
        case "digitize":
            return place > 0
        case function:
            return function in _ALWAYS
