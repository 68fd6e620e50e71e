"""Read the signatures of all public Keras layers off the installed Keras and write them down as data.

In: the installed Keras.  Out: `signatures.py` beside this file, which needs no Keras to be read.

    python -m dslc.keras.generate_signatures

Why: `dslc` must know every argument, default and alias exactly as Keras has them, without the seconds that importing
Keras takes. What a `**kwargs` lets through is found by asking: each candidate name is tried on a real layer.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from dslc.keras.generate_objects import formatted
from dslc.keras.samples import SAMPLES

TARGET = Path(__file__).with_name("signatures.py")

HEADER = '''"""The signatures of all public Keras layers, read off Keras. Do not edit.

Written by `python -m dslc.keras.generate_signatures`. Each entry: the layer's Keras folder; its constructor
parameters; the names its `**kwargs` lets through; the parameters of a call. A parameter is `(name,)` when it is
required, else `(name, default)`; those after `("*",)` go by keyword only, `("**",)` and `("*args",)` take any.

`MASKING` says of the layers that let a mask through, or compute one, whether they support masking before anything is said to them,
and which class their `compute_mask` comes from. The others destroy the mask of what they are given.
"""

from __future__ import annotations

from typing import Any

'''


def main() -> None:
    """Write the signatures of the installed Keras over `signatures.py`."""
    TARGET.write_text(generate(), encoding="utf-8")


def generate() -> str:
    """The text of `signatures.py` for the installed Keras."""
    entries, aliases, masking = [], [], []
    for cls, names in sorted(layer_classes().items(), key=lambda item: public_name(*item)):
        name = public_name(cls, names)
        aliases += [f"    {other!r}: {name!r}," for other in names if other != name]
        constructor = inspect.signature(cls.__init__).parameters
        entries.append(
            f"    {name!r}: ({_folder(cls)!r}, {_parameters(constructor)!r}, {_extras(cls)!r}, {_call_parameters(cls)!r}),"
        )
        masks = _masking(cls)
        masking += [] if masks is None or masks == (False, "Layer") else [f"    {name!r}: {masks!r},"]
    text = "\n".join(
        [
            f"{HEADER}LAYERS: dict[str, tuple[str, tuple[Any, ...], tuple[str, ...], tuple[Any, ...]]] = {{",
            *entries,
            "}\n",
            "ALIASES: dict[str, str] = {",
            *aliases,
            "}\n",
            "MASKING: dict[str, tuple[bool, str]] = {",
            *masking,
            "}\n",
        ]
    )
    return formatted(text)


_FROM_OUTSIDE = frozenset(("call_fn", "filepath", "module"))
"""The arguments that bring in a foreign model: a layer that needs one cannot be made here."""


def layer_classes() -> dict[Any, list[str]]:
    """Every public layer class of `keras.layers` with all its public names."""
    import keras

    found: dict[Any, list[str]] = {}
    for name in sorted(dir(keras.layers)):
        value = getattr(keras.layers, name)
        if isinstance(value, type) and issubclass(value, keras.layers.Layer):
            found.setdefault(value, []).append(name)
    return found


def public_name(cls: Any, names: list[str]) -> str:
    """The name under which `keras.layers` offers a class: its own, unless only another one is public."""
    return cls.__name__ if cls.__name__ in names else names[0]


def sample_arguments(cls: Any) -> dict[str, Any] | None:
    """Arguments with which `cls` can be made; None for a layer around a foreign model."""
    import keras

    made: dict[str, Any] = {
        "layer": lambda: keras.layers.LSTM(2) if cls.__name__ == "Bidirectional" else keras.layers.Dense(2),
        "cell": lambda: keras.layers.LSTMCell(2),
        "cells": lambda: [keras.layers.LSTMCell(2)],
        "layers": lambda: [keras.layers.Rescaling(1.0)],
        "function": lambda: len,
    }
    required = [
        parameter.name
        for parameter in list(inspect.signature(cls.__init__).parameters.values())[1:]
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    if cls.__name__ == "Discretization":
        required = ["bin_boundaries"]
    elif cls.__name__ == "CategoryEncoding":
        required = ["num_tokens"]
    elif cls.__name__ == "InputLayer":
        required = ["shape"]
    elif cls.__name__ == "RandomPosterization":
        made["factor"] = lambda: 4  # of bits, where it is a part of the whole elsewhere
    if not _FROM_OUTSIDE.isdisjoint(required):
        return None
    unknown = [name for name in required if name not in made and name not in SAMPLES]
    if unknown:
        raise LookupError(f"{cls.__name__} wants a value for `{unknown[0]}` in keras/samples.py")
    return {name: made[name]() if name in made else SAMPLES[name] for name in required}


def _folder(cls: Any) -> str:
    parts = cls.__module__.split(".")[3:-1]
    return parts[-1] if parts else "core"


def _parameters(parameters: Any) -> tuple[Any, ...]:
    found: list[tuple[Any, ...]] = []
    for parameter in list(parameters.values())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            found.append(("**",))
        elif parameter.kind is parameter.VAR_POSITIONAL:
            found.append(("*args",))
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and ("*",) not in found:
                found.append(("*",))
            required = parameter.default is parameter.empty
            found.append((parameter.name,) if required else (parameter.name, parameter.default))
    return tuple(found)


def _call_parameters(cls: Any) -> tuple[Any, ...]:
    """What may stand in a call. Layers with a `__call__` of their own take one tensor there, the rest by name."""
    found = _parameters(inspect.signature(cls.call).parameters)
    own = inspect.signature(cls.__call__).parameters
    if "inputs" in own and found:
        return (("inputs",), ("*",), *found[1:])
    return found


def _masking(cls: Any) -> tuple[bool, str] | None:
    """Whether a layer supports masking, and whose `compute_mask` it has; None for what cannot be made here."""
    arguments = sample_arguments(cls)
    if arguments is None:
        return None
    return cls(**arguments).supports_masking, next(
        base.__name__ for base in cls.__mro__ if "compute_mask" in vars(base)
    )


def _extras(cls: Any) -> tuple[str, ...]:
    """Which names, besides the written parameters, the constructor's `**kwargs` accepts."""
    written = inspect.signature(cls.__init__).parameters
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in written.values()):
        return ()
    candidates: dict[str, Any] = {}
    for base in cls.__mro__[:-1]:
        if "__init__" not in vars(base):
            continue
        for parameter in inspect.signature(base.__init__).parameters.values():
            default = None if parameter.default is parameter.empty else parameter.default
            candidates.setdefault(parameter.name, default)
        for name in re.findall(r"kwargs\.(?:pop|get)\(\s*[\"'](\w+)[\"']", inspect.getsource(base.__init__)):
            candidates.setdefault(name, None)
    names = [name for name in candidates if name not in written and name not in ("self", "args", "kwargs")]
    return tuple(sorted(name for name in names if _accepts(cls, name, candidates[name])))


def _accepts(cls: Any, name: str, value: Any) -> bool:
    arguments = sample_arguments(cls)
    if arguments is None:
        return False
    try:
        cls(**arguments, **{name: value})
    except TypeError as problem:
        return "unexpected keyword" not in str(problem) and "multiple values" not in str(problem)
    except ValueError as problem:
        return "Unrecognized keyword" not in str(problem)
    except ImportError:
        return True  # made in `__init__` after the names were taken
    return True


if __name__ == "__main__":
    main()
