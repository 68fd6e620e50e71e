"""Read the signatures of Keras's tensor functions off the installed Keras and write them down as data.

In: the installed Keras.  Out: `operations/signatures.py`, which needs no Keras to be read.

    python -m dslc.keras.generate_operations

Why: the names and arguments of `keras.ops.*` and `keras.random.*` are Keras's and are never typed by hand. A function
that stands in several modules of Keras (`ops.relu`, `ops.nn.relu`) is written once, under its shortest name.
"""

from __future__ import annotations

from ast import Call, Name, Return, parse, walk
from collections.abc import Iterable
from inspect import getsource, isclass, isfunction, ismodule, signature, unwrap
from operator import attrgetter
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

from dslc.casing import camel_case
from dslc.keras.generate_objects import formatted, parameters

TARGET = Path(__file__).parent / "operations" / "signatures.py"

HEADER = '''"""The signatures of Keras's tensor functions, read off Keras. Do not edit.

Written by `python -m dslc.keras.generate_operations`. A parameter is `(name,)` when it is required, else
`(name, default)`; `("*names",)` takes any number by position, `("**names",)` by name; after a star by name only.
`ALSO` are the modules of `keras.ops` whose functions stand in `keras.ops` too. `CLASSES` are the operations that functions
become in a model, by the last part of their names, where that is not the name in capitals (`mean` becomes a `Mean`); None
for a function that becomes none. `FIXED` are the arguments that such an operation is made with: a graph of Keras follows no
tensor that is given for one of them.
"""

from __future__ import annotations

from typing import Any

'''


def main() -> None:
    """Write the functions of the installed Keras over `operations/signatures.py`."""
    TARGET.write_text(generate(), encoding="utf-8")


def generate() -> str:
    """The text of `operations/signatures.py` for the installed Keras."""
    import keras

    signatures: dict[str, tuple[Any, ...]] = {}
    also: dict[str, tuple[str, ...]] = {}
    _add(signatures, "ops", keras.ops)
    _add(signatures, "random", keras.random)
    for name in sorted(vars(keras.ops)):
        module = getattr(keras.ops, name)
        if not ismodule(module) or name.startswith("_"):
            continue
        own: dict[str, tuple[Any, ...]] = {}
        _add(own, f"ops.{name}", module)
        shared = [key for key in own if hasattr(keras.ops, key.rpartition(".")[2])]
        also[f"ops.{name}"] = tuple(key.rpartition(".")[2] for key in shared)
        signatures |= {key: value for key, value in own.items() if key not in shared}
    tables = {
        "SIGNATURES: dict[str, tuple[Any, ...]]": signatures,
        "ALSO: dict[str, tuple[str, ...]]": also,
        "CLASSES: dict[str, str | None]": _classes(signatures),
        "FIXED: dict[str, tuple[str, ...]]": _fixed(signatures),
    }
    return formatted(HEADER + "\n\n".join(f"{name} = {table!r}" for name, table in tables.items()))


def _add(signatures: dict[str, tuple[Any, ...]], prefix: str, module: ModuleType) -> None:
    for name in sorted(vars(module)):
        value = getattr(module, name)
        if not name.startswith("_") and callable(value) and not isclass(value):
            signatures[f"{prefix}.{name}"] = parameters(value)


def _classes(names: Iterable[str]) -> dict[str, str | None]:
    """The classes of operations that are not called as their functions, by the last part of the function's name."""
    import keras

    found: dict[str, str | None] = {}
    for name in names:
        last = name.rpartition(".")[2]
        cls = _class_made(attrgetter(name)(keras))
        made = None if cls is None else cls.__name__
        assert found.get(last, made) == made, f"two functions {last} become different operations"
        if made != camel_case(last):
            found[last] = made
    return dict(sorted(found.items()))


def _fixed(functions: dict[str, tuple[Any, ...]]) -> dict[str, tuple[str, ...]]:
    """The arguments of each function that its operation is made with, and not called with."""
    import keras

    found: dict[str, tuple[str, ...]] = {}
    for name, given in functions.items():
        cls = _class_made(attrgetter(name)(keras))
        if cls is None:
            continue
        made, called = ({*signature(method).parameters} for method in (cls.__init__, cls.call))
        names = tuple(each[0] for each in given if each[0] in made - called - {"name"})
        if names:
            found[name] = names
    return found


def _class_made(function: Any) -> Any:
    """The operation that a function makes of a tensor of a model, read off its source; it may leave that to another."""
    tree = parse(dedent(getsource(function)))
    known = unwrap(function).__globals__
    called = [
        known.get(node.func.id)
        for node in walk(tree)
        if isinstance(node, Call) and isinstance(node.func, Name)
    ]
    for each in called:
        if isclass(each) and any(base.__name__ == "Operation" for base in each.__mro__):
            return each
    for node in walk(tree):
        if isinstance(node, Return) and isinstance(node.value, Call) and isinstance(node.value.func, Name):
            other = known.get(node.value.func.id)
            if isfunction(other) and other.__module__.startswith("keras.src.ops."):
                return _class_made(other)
    return None


if __name__ == "__main__":
    main()
