"""Each model run once over shapes: every layer call with its shapes, weights and cost."""

from __future__ import annotations

from dslc.deferred import deferred

__getattr__ = deferred(
    __name__,
    "assertions",
    "by_name",
    "causes",
    "externs",
    "handed",
    "looked_up",
    "overruled",
    "own_sizes",
    "unasked",
    "parameterless",
    "scaled",
    "shares",
    "slashes",
    "slips",
    "taps",
    "unroll",
    "usual",
)
