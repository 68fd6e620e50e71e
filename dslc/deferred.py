"""Modules that most runs never need: named where others are imported, read when something in them is first asked for.

    # in `dslc/graph/__init__.py`
    __getattr__ = deferred(__name__, "slips")

    # in a file that may need it
    from dslc.graph import slips            reads nothing
    slips.swapped(…)                        reads it

What is said of mistakes is most of the compiler, and a text without mistakes pays for none of it; nor does a model that is small for what
only large ones do.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """Stands for a module until something in it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python asks of any module
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def deferred(package: str, *names: str) -> Callable[[str], ModuleType]:
    """The `__getattr__` of a package some of whose modules are deferred."""

    def of_package(name: str) -> ModuleType:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return _Deferred(f"{package}.{name}")

    return of_package
