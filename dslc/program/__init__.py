"""A tree with every name resolved and every place numbered; and what is said of what cannot be."""

from __future__ import annotations

from dslc.deferred import deferred

__getattr__ = deferred(
    __name__,
    "chosen",
    "data_in_head",
    "dotted",
    "gathered",
    "guarded",
    "habits",
    "inputless",
    "keyed_flows",
    "keyed_layers",
    "keyed_outputs",
    "python_inputs",
    "renaming",
    "tapping",
    "unresolved",
    "unused",
)
