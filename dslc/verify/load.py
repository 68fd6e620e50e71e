"""Imports a generated module from its file, under a name that takes no other module's place.

In: code, a folder, and where the source's externs may be found.  Out: the module and its externs, and afterwards nothing of
either is left: the next file may have modules of the same names.

A source may be called `random.kdl` or `keras.kdl`: its module is never imported by that name. Folders of the project stand on
the path of modules only while a source that names an extern is looked at, and behind everything that is installed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

from dslc.verify.blame import Extern
from dslc.verify.calls import mark

PACKAGE = "generated"


@contextmanager
def on_the_path(roots: list[str]) -> Iterator[None]:
    """Let Python find modules in these folders, last; what was imported from there is forgotten in the end."""
    before, known = list(sys.path), set(sys.modules)
    sys.path.extend(root for root in roots if root not in sys.path)
    try:
        yield
    finally:
        sys.path[:] = before
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None) or ""
            real = os.path.realpath(file)
            ours = any(real.startswith(os.path.realpath(root) + os.sep) for root in roots)
            if ours and "site-packages" not in file:
                del sys.modules[name]


def refuse_strangers(modules: list[str], roots: list[str], allowed: list[str]) -> None:
    """Raise ImportError when a module that should be the project's own would come from elsewhere: an installed one is found first."""
    for module in modules:
        top = module.split(".")[0]
        if any(module == each or module.startswith(f"{each}.") for each in (*allowed, "keras.applications")):
            continue
        spec = find_spec(top)
        if spec is None:
            continue  # importing it says so
        places = [spec.origin] if spec.origin else [*(spec.submodule_search_locations or ())]
        for place in places:
            if not any(os.path.realpath(place).startswith(os.path.realpath(root) + os.sep) for root in roots):
                raise ImportError(
                    f"Python finds `{top}` in {place}, which is not the project's own: rename the module of the project, "
                    f"or allow that one with --allow-extern {top}",
                    name=top,
                )


def written(code: str, folder: str, name: str) -> str:
    """The file of a module, with its code."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(os.path.realpath(folder), f"{name}.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(code)
    return path


def imported(path: str, unique: str) -> ModuleType:
    """The module in a file, run under a name of its own."""
    name = f"{PACKAGE}_{unique}"
    spec = spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def forgotten(module: ModuleType) -> None:
    """Take a module out of those that Python knows."""
    sys.modules.pop(module.__name__, None)


def externs_of(module: ModuleType | None, named: list[list[str]]) -> list[Extern]:
    """The externs of a source (name and module each) as they were found; what they make is marked as theirs."""
    found = []
    for name, where in named:
        home = sys.modules.get(where)
        thing = getattr(home, name, None)
        files = {getattr(home, "__file__", None), _file_of(thing)}
        found.append(
            Extern(name, where, thing, tuple(os.path.realpath(file) for file in files if file is not None))
        )
        if module is not None and thing is not None:
            _mark(module, name, thing)
    return found


def _mark(module: ModuleType, name: str, thing: Any) -> None:
    import keras

    if isinstance(thing, type) and issubclass(thing, keras.layers.Layer):
        if thing.__module__.split(".")[0] != "keras":
            mark(thing, name)
        return
    if not callable(thing):
        return

    @wraps(thing, updated=())
    def made(*args: Any, **kwargs: Any) -> Any:
        result = thing(*args, **kwargs)
        if isinstance(result, keras.layers.Layer):
            mark(result, name)
        return result

    for key, value in list(vars(module).items()):
        if value is thing and not isinstance(thing, type):
            setattr(module, key, made)


def _file_of(thing: Any) -> str | None:
    code = getattr(thing, "__code__", None)
    if code is not None:
        return str(code.co_filename)
    home = sys.modules.get(getattr(thing, "__module__", None) or "")
    return getattr(home, "__file__", None)
