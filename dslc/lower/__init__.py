"""The room between the graph and Python: see `plan.py` for what it makes and `lower.py` for how."""

from __future__ import annotations

from dslc.deferred import deferred

__getattr__ = deferred(
    __name__,
    "augmented",
    "chains",
    "classes",
    "layer_names",
    "moving",
    "not_sequential",
    "rescaling",
    "reshapes",
)
