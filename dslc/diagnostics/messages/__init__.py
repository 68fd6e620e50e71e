"""The catalogue of everything `dslc` says to its users: one function per code, one module per family of codes."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

FAMILIES = (
    "syntax",
    "names",
    "arguments",
    "values",
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
)


def modules() -> list[ModuleType]:
    """The modules of the catalogue, in the order of their codes (DSL1xx to DSL8xx)."""
    return [import_module(f"{__name__}.{family}") for family in FAMILIES]
