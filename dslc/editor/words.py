"""Sizes and counts as an editor shows them beside the text.

(None, 26, 26, 32)         (26, 26, 32)
two uses of a block        (28, 28, 16) · (14, 14, 32)
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.graph.graph import Shapes
from dslc.shapes.dim import BATCH, Dim
from dslc.shapes.shape import Shape
from dslc.shapes.text import in_full, in_runs

_LONGEST = 40
_USES = 3


def shape(value: Shape | None) -> str:
    """A shape without its batch, as the short form of `input` writes it."""
    if value is None:
        return "?"
    sizes = [in_full(size, _LONGEST) for size in (value[1:] if value and value[0] == BATCH else value)]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def shapes(given: Shapes) -> str:
    """What a stage gives at one time."""
    texts = [shape(each) for each in given]
    return texts[0] if len(texts) == 1 else f"[{in_runs(texts)}]"


def uses(given: Sequence[Shapes]) -> str:
    """What a stage gives in all of its uses."""
    texts = list(dict.fromkeys(map(shapes, given)))
    more = [f"+{len(texts) - _USES}"] if len(texts) > _USES else []
    return " · ".join([*texts[:_USES], *more])


def count(number: Dim) -> str:
    """A number of parameters or operations with its unit: 320, 23.6 M."""
    if not isinstance(number, int):
        return in_full(number, _LONGEST)
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= 10 * size or (unit != "k" and number >= size):
            return f"{number / size:.3g} {unit}"
    return f"{number:,}"
