"""Read the signatures of Keras's tensor functions off the installed Keras and write them down as data.

In: the installed Keras.  Out: `operations/signatures.py`, which needs no Keras to be read.

    python -m dslc.keras.generate_operations

Why: the names and arguments of `keras.ops.*` and `keras.random.*` are Keras's and are never typed by hand. A function
that stands in several modules of Keras (`ops.relu`, `ops.nn.relu`) is written once, under its shortest name.
"""

from __future__ import annotations

from inspect import isclass, ismodule
from pathlib import Path
from types import ModuleType
from typing import Any

from dslc.keras.generate_objects import formatted, parameters

TARGET = Path(__file__).parent / "operations" / "signatures.py"

HEADER = '''"""The signatures of Keras's tensor functions, read off Keras. Do not edit.

Written by `python -m dslc.keras.generate_operations`. A parameter is `(name,)` when it is required, else
`(name, default)`; `("*names",)` takes any number by position, `("**names",)` by name; after a star by name only.
`ALSO` are the modules of `keras.ops` whose functions stand in `keras.ops` too.
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
    return formatted(
        f"{HEADER}SIGNATURES: dict[str, tuple[Any, ...]] = {signatures!r}\n\nALSO: dict[str, tuple[str, ...]] = {also!r}\n"
    )


def _add(signatures: dict[str, tuple[Any, ...]], prefix: str, module: ModuleType) -> None:
    for name in sorted(vars(module)):
        value = getattr(module, name)
        if not name.startswith("_") and callable(value) and not isclass(value):
            signatures[f"{prefix}.{name}"] = parameters(value)


if __name__ == "__main__":
    main()
