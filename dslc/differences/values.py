"""Values of arguments as a text says them: `"same"`, `(3, 3)`, `regularizers.L2(0.01)`, `LSTM(64)`."""

from __future__ import annotations

from dslc.keras.layer import Layer
from dslc.keras.types import Object, Unknown
from dslc.shapes.sym import Sym
from dslc.shapes.text import in_full


def shown(value: object) -> str:
    """A value in one line."""
    match value:
        case str():
            return f'"{value}"'
        case Object():
            given = [
                *map(shown, value.positional),
                *(f"{name}={shown(each)}" for name, each in value.keywords),
            ]
            called = f"({', '.join(given)})" if value.called else ""
            return f"{value.namespace}.{value.name}{called}"
        case Layer():
            written = ", ".join(f"{name}={shown(value.args[name])}" for name in value.given)
            return f"{value.name}({written})" if written else value.name
        case dict():
            items = ", ".join(f"{shown(key)}: {shown(each)}" for key, each in value.items())
            return f"{{{items}}}"
        case Sym():
            return in_full(value)
        case Unknown():
            return value.text
        case tuple():
            inner = ", ".join(map(shown, value))
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        case list():
            return f"[{', '.join(map(shown, value))}]"
        case _:
            return str(value)


def same(one: object, other: object) -> bool:
    """Whether two values mean the same to a layer: `3` and `(3, 3)` do."""
    if isinstance(one, (tuple, list)) != isinstance(other, (tuple, list)):
        single, several = (other, one) if isinstance(one, (tuple, list)) else (one, other)
        return isinstance(single, int) and bool(several) and all(each == single for each in several)  # type: ignore[attr-defined]
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and shown(one) == shown(other)
