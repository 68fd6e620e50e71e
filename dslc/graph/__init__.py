"""Each model run once over shapes: every layer call with its shapes, weights and cost."""

from __future__ import annotations

from dslc.deferred import deferred

__getattr__ = deferred(
    __name__,
    "assertions",
    "causes",
    "externs",
    "unasked",
    "parameterless",
    "shares",
    "slashes",
    "slips",
    "unroll",
    "usual",
)
