"""The catalogue of everything `dslc` says to its users: one function per code, one module per family of codes.

A family is read when the first message is asked of it, which most runs never do: `from dslc.diagnostics.messages import shapes`
names it, `shapes.does_not_fit(…)` reads it.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

FAMILIES = (
    "syntax",
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
)


class _Family(ModuleType):
    """Stands for a module of messages until one of them is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python asks of any module
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def __getattr__(name: str) -> ModuleType:
    if name not in FAMILIES:
        raise AttributeError(f"there are no messages about {name}")
    return _Family(f"{__name__}.{name}")


def modules() -> list[ModuleType]:
    """The modules of the catalogue, in the order of their codes (DSL1xx to DSL8xx)."""
    return [import_module(f"{__name__}.{family}") for family in FAMILIES]
