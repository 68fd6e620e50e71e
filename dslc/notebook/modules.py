"""Runs the Python of a cell as a module of its own.

In: code, and the name of the cell.  Out: the module, known to Python as `kdl_<name>`, so that what it holds can be pickled and its
source looked at. Its lines say where they came from (`# digits.kdl:4`), so tracebacks do; they live in `linecache` alone.
"""

from __future__ import annotations

import linecache
import sys
from types import ModuleType

PREFIX = "kdl_"


def run(code: str, name: str) -> ModuleType:
    """The module; a cell that is run again has a new one in the place of the old."""
    module = ModuleType(f"{PREFIX}{name}")
    place = f"<dslc of {name}>"
    module.__file__ = place
    linecache.cache[place] = (len(code), None, code.splitlines(keepends=True), place)
    compiled = compile(code, place, "exec", dont_inherit=True)
    before = sys.modules.get(module.__name__)
    sys.modules[module.__name__] = module
    try:
        exec(compiled, module.__dict__)
    except BaseException:
        if before is None:
            del sys.modules[module.__name__]
        else:
            sys.modules[module.__name__] = before
        raise
    return module


def own_names(module: ModuleType) -> dict[str, object]:
    """The functions and classes of a module that it does not hide, without those it only imports."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }
