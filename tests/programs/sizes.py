"""Sizes in generated programs: numbers, or expressions over names whose value only the user of a block knows.

`("s", "units")` is a name, `("+", a, b)` a sum, `("if", test, a, b)` a choice. `value` computes with what is known.

    value(("*", ("s", "units"), 2), {"units": 4})      8
"""

from __future__ import annotations

from typing import Any

Size = Any
Shape = tuple[Size, ...]

_COMPUTE = {
    "+": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    ">": lambda a, b: a > b,
    "!=": lambda a, b: a != b,
    "==": lambda a, b: a == b,
    "max": max,
    "min": min,
}


def value(size: Size, names: dict[str, Any]) -> Size:
    """The size with what is known of its names: a number as soon as it can be one."""
    if not isinstance(size, tuple):
        return size
    operator, *parts = size
    if operator == "s":
        found = names.get(parts[0], size)
        return value(found, names) if found != size else size
    if operator == "?":
        return names.get(parts[0], size)
    known = [value(part, names) for part in parts]
    if operator == "if":
        test, then, otherwise = known
        if then == otherwise:
            return then
        return (then if test else otherwise) if not isinstance(test, tuple) else ("if", *known)
    if operator == "not":
        return not known[0] if not isinstance(known[0], tuple) else ("not", known[0])
    if any(isinstance(part, tuple) for part in known):
        return (operator, *known)
    return _COMPUTE[operator](*known)


def shape_with(shape: Shape, names: dict[str, Any]) -> Shape:
    """The shape with what is known of its names."""
    return tuple(value(size, names) for size in shape)


def known(size: Size) -> bool:
    """Whether a size is a number."""
    return not isinstance(size, tuple)
