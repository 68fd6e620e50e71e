"""A part of a tensor that is given a value, as in NumPy: a tensor stays what it is, and another one is made of its parts.

x[:, 0] = 0          x = ops.concatenate([ops.zeros_like(x[:, :1]), x[:, 1:]], axis=1)
x[x < 0] = 0.0       x = ops.where(x < 0, 0.0, x)
"""

from __future__ import annotations

import re

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.causes.mend import Mend
from dslc.graph.values import Flowing
from dslc.regex import regex
from dslc.shapes.shape import Shape
from dslc.source import Span

_PART = regex(r"(\w+)\[([^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)*)\]")
_PLACE = regex(r"-?\d+")
_RANGE = regex(r"(-?\d+)?\s*:\s*(-?\d+)?")
_ALIKE = {"0": "zeros_like", "0.0": "zeros_like", "1": "ones_like", "1.0": "ones_like"}
_NUMBER = regex(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def filled(target: Span, value: object, given: Span, shape: Shape | None) -> Mend | None:
    """The line that makes the tensor which is meant by a part of another that is given a value; None where nobody knows."""
    found = _PART.fullmatch(target.text)
    if found is None or shape is None:
        return None
    name, inside = found[1], found[2].strip()
    text = (
        f"ops.where({inside}, {given.text}, {name})"
        if re.search(r"[<>=!]", inside) is not None
        else _joined(name, [each.strip() for each in inside.split(",")], value, given.text, len(shape))
    )
    if text is None:
        return None
    line = f"{name} = {text}"
    return Mend(
        f"another is made of its parts: write `{line}`",
        Edit(Span(target.base, target.first, given.last), line),
    )


def _joined(name: str, items: list[str], value: object, text: str, rank: int) -> str | None:
    """What stands before the part, what it is given, and what stands behind it, along the one axis that is not taken whole."""
    axes = [at for at, each in enumerate(items) if each != ":"]
    if len(axes) != 1 or axes[0] == 0 or len(items) > rank:
        return None
    axis = axes[0]
    place, span = _PLACE.fullmatch(items[axis]), _RANGE.fullmatch(items[axis])
    if place is not None:
        begin = int(items[axis])
        end = None if begin == -1 else begin + 1
    elif span is not None:
        begin, end = int(span[1] or 0), None if span[2] is None else int(span[2])
    else:
        return None
    whole = ":, " * axis
    middle = f"{name}[{whole}{begin or ''}:{'' if end is None else end}]"
    if isinstance(value, Flowing):
        made = f"ops.expand_dims({text}, {axis})" if place is not None else text
    elif _NUMBER.fullmatch(text) is not None:
        made = f"ops.{_ALIKE[text]}({middle})" if text in _ALIKE else f"ops.full_like({middle}, {text})"
    else:
        return None
    before = [f"{name}[{whole}:{begin}]"] if begin != 0 else []
    behind = [f"{name}[{whole}{end}:]"] if end is not None else []
    return f"ops.concatenate([{', '.join([*before, made, *behind])}], axis={axis})"
