"""Sizes and arguments as a picture says them: short, and as its reader would.

(None, 56, 56, 256)                  56 × 56 × 256
filters=64, kernel_size=(3, 3)       64, 3 × 3
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.keras.layer import Layer
from dslc.keras.types import Object, Tensor, Unknown
from dslc.shapes.dim import BATCH, Dim
from dslc.shapes.sym import Sym
from dslc.shapes.text import in_full, in_runs

_LONGEST = 40
_LONGEST_ARGUMENT = 200
_CROSS = " × "


def shape(tensor: Tensor) -> str:
    """The shape of a tensor without its batch."""
    if tensor.shape is None:
        return "?"
    sizes = tensor.shape[1:] if tensor.shape and tensor.shape[0] == BATCH else tensor.shape
    texts = [in_full(size, _LONGEST) for size in sizes]
    whole = len(texts) == 1
    return _CROSS.join(text if whole or " " not in text else f"({text})" for text in texts) or "scalar"


def shapes(tensors: Sequence[Tensor]) -> str:
    """The shapes of what a layer gives."""
    return in_runs(map(shape, tensors))


def count(number: Dim | None) -> str:
    """A number of parameters or operations; empty for none."""
    if number is None:
        return "unknown"
    if isinstance(number, int):
        return f"{number:,}" if number else ""
    return in_full(number, _LONGEST)


def arguments(given: Sequence[tuple[str | None, object]], bare: frozenset[str]) -> tuple[str, ...]:
    """What something was made with, each as `name=value`; the names in `bare` go without saying."""
    return tuple(
        cut(text if name is None or name in bare else f"{name}={text}", _LONGEST_ARGUMENT)
        for name, text in ((name, _value(value)) for name, value in given if name != "name")
    )


def cut(text: str, longest: int = _LONGEST) -> str:
    """A text that a box has room for."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip(' ,=')}…"


def _value(value: object) -> str:
    match value:
        case None | bool() | int() | float():
            return str(value)
        case str():
            return value
        case Object(name):
            return name
        case Layer():
            return value.row.name
        case tuple() | list():
            inner = [_value(item) for item in value]
            numbers = isinstance(value, tuple) and all(isinstance(item, int) for item in value)
            if numbers and len(value) > 1:
                return _CROSS.join(inner)
            return f"({', '.join(inner)})" if isinstance(value, tuple) else f"[{', '.join(inner)}]"
        case Sym() | Unknown():
            return in_full(value, _LONGEST) if isinstance(value, Sym) else value.text
        case _:
            return "…"  # it takes more words than there is room for
