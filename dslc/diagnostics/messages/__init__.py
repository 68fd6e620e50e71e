"""The catalogue of everything `dslc` says to its users: one function per code, one module per family of codes.

A family is read when the first message is asked of it, which most runs never do: `from dslc.diagnostics.messages import shapes`
names it, `shapes.does_not_fit(…)` reads it.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from dslc.deferred import deferred

FAMILIES = (
    "syntax",
    "foreign",
    "names",
    "outside",
    "stages",
    "arguments",
    "backbones",
    "values",
    "dictionaries",
    "shapes",
    "beside",
    "masks",
    "operations",
    "operands",
    "objects",
    "styles",
    "files",
    "verified",
    "limits",
    "taste",
    "traps",
    "mixed_up",
    "prepared",
)


__getattr__ = deferred(__name__, *FAMILIES)


def modules() -> list[ModuleType]:
    """The modules of the catalogue, in the order of their codes (DSL1xx to DSL8xx)."""
    return [import_module(f"{__name__}.{family}") for family in FAMILIES]
