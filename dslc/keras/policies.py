"""Dtype policies: in what numbers a layer computes and keeps its weights, and what promotion makes of them.

In: the `dtype` argument of a layer.  Out: `(compute dtype, variable dtype)`.

    >>> policy("mixed_float16")
    ('float16', 'float32')
"""

from __future__ import annotations

from typing import Any

from dslc.keras.types import Object


def policy(dtype: Any) -> tuple[str, str]:
    """The dtype to compute in and the dtype of the weights."""
    if dtype is None:
        return "float32", "float32"
    if isinstance(dtype, Object):
        inside = [*dtype.positional, *(value for _, value in dtype.keywords)]
        return policy(inside[0] if inside and isinstance(inside[0], str) else None)
    if not isinstance(dtype, str):
        return "float32", "float32"
    if dtype == "mixed_float16":
        return "float16", "float32"
    if dtype == "mixed_bfloat16":
        return "bfloat16", "float32"
    if "_from_" in dtype:
        return policy(dtype.split("_from_", 1)[1])
    return dtype, dtype
