"""A static value as the user would write it, for messages.

>>> written((3, "a", [None])), written(True)
("(3, 'a', [None])", 'True')
"""

from __future__ import annotations

from typing import Any

from dslc.keras.layer import Layer
from dslc.keras.types import Function, Object, Tensor, Unknown
from dslc.shapes.dim import Sym
from dslc.shapes.shape import show

LONGEST = 60


def written(value: Any) -> str:
    """The value in the notation of the language, shortened when it is long."""
    text = _text(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _text(value: Any) -> str:
    match value:
        case str():
            return '"' + value.replace('"', '\\"') + '"'
        case Sym():
            return str(value)
        case Unknown(text):
            return text
        case Layer():
            return f"{value.name}(…)"
        case Function(text):
            return text
        case Object(namespace, name):
            return f"{namespace}.{name}"
        case Tensor(shape):
            return "a tensor" if shape is None else f"a tensor of shape {show(shape)}"
        case tuple() if len(value) == 1:
            return f"({_text(value[0])},)"
        case tuple():
            return f"({', '.join(map(_text, value))})"
        case list():
            return f"[{', '.join(map(_text, value))}]"
        case _:
            return repr(value)
