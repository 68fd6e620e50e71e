"""Read the objects that Keras takes as argument values off the installed Keras and write them down as data.

In: the installed Keras.  Out: `object_signatures.py` beside this file, which needs no Keras to be read.

    python -m dslc.keras.generate_objects

Why: the names, arguments and string identifiers of activations, initializers, regularizers and constraints, and the
accepted dtypes, are Keras's; they are asked of Keras and never typed by hand. Which strings are identifiers is found
by trying each candidate ("l1_l2" exists as an object and yet is no identifier).
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("object_signatures.py")

HEADER = '''"""The objects that Keras takes as argument values, read off Keras. Do not edit.

Written by `python -m dslc.keras.generate_objects`. A parameter is `(name,)` when it is required, else
`(name, default)`; those after `("*",)` go by keyword only. `STRINGS` are the accepted string identifiers.
"""

from __future__ import annotations

from typing import Any

'''

NAMESPACES = ("activations", "initializers", "regularizers", "constraints")

NOT_OBJECTS = ("get", "serialize", "deserialize")

NEED_SCIPY = ("STFT", "STFTInitializer", "stft")
"""Objects that need a package that Keras does not install: no identifiers, whether or not it happens to be there."""


def main() -> None:
    """Write the objects of the installed Keras over `object_signatures.py`."""
    TARGET.write_text(generate(), encoding="utf-8")


def generate() -> str:
    """The text of `object_signatures.py` for the installed Keras."""
    import keras

    objects = {namespace: _objects(getattr(keras, namespace)) for namespace in NAMESPACES}
    strings = {namespace: _strings(namespace) for namespace in NAMESPACES}
    return formatted(
        f"{HEADER}"
        f"OBJECTS: dict[str, dict[str, tuple[Any, ...]]] = {objects!r}\n\n"
        f"STRINGS: dict[str, tuple[str, ...]] = {strings!r}\n\n"
        f"DTYPES: tuple[str, ...] = {_dtypes()!r}\n\n"
        f"POLICIES: tuple[str, ...] = {_policies()!r}\n"
    )


def formatted(text: str) -> str:
    """Python text in this project's style."""
    black = subprocess.run(
        [sys.executable, "-m", "black", "-q", "-l", "110", "-C", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return black.stdout


def parameters(function: Any) -> tuple[tuple[Any, ...], ...]:
    """The parameters of a function or class as rows: `(name,)` or `(name, default)`, stars as `("*names",)`."""
    rows: list[tuple[Any, ...]] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            rows.append((f"**{parameter.name}",))
        elif parameter.kind is parameter.VAR_POSITIONAL:
            rows.append((f"*{parameter.name}",))
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and not any(row[0].startswith("*") for row in rows):
                rows.append(("*",))
            required = parameter.default is parameter.empty
            rows.append((parameter.name,) if required else (parameter.name, parameter.default))
    return tuple(rows)


def _objects(module: Any) -> dict[str, tuple[Any, ...]]:
    names = [name for name in dir(module) if not name.startswith("_") and name not in NOT_OBJECTS]
    return {
        name: () if getattr(module, name).__init__ is object.__init__ else parameters(getattr(module, name))
        for name in sorted(names)
    }


def _strings(namespace: str) -> tuple[str, ...]:
    module = import_module(f"keras.src.{namespace}")
    candidates = {*module.ALL_OBJECTS_DICT, *dir(import_module(f"keras.{namespace}"))}
    return tuple(name for name in sorted(candidates - {*NEED_SCIPY}) if _accepted(module.get, name))


def _dtypes() -> tuple[str, ...]:
    import keras
    from keras.src.backend.common import dtypes

    python_names = [name for name in dtypes.PYTHON_DTYPES_MAP if isinstance(name, str)]
    candidates = [*dtypes.ALLOWED_DTYPES, *python_names]
    return tuple(name for name in sorted(candidates) if _accepted(keras.backend.standardize_dtype, name))


def _policies() -> tuple[str, ...]:
    import keras

    candidates = [*_dtypes(), "mixed_float16", "mixed_bfloat16", "mixed_float32", "mixed_float64"]
    return tuple(name for name in sorted(candidates) if _accepted(keras.dtype_policies.get, name))


def _accepted(get: Callable[[str], Any], name: str) -> bool:
    try:
        get(name)
    except (ValueError, TypeError, KeyError, ImportError):
        return False
    return True


if __name__ == "__main__":
    main()
