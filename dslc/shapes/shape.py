"""A shape is a tuple of dimensions with the batch first; this file shows, relates and measures shapes.

>>> show((BATCH, 28, 28, 1)), to_keras((BATCH, name("T"), 8))
('(None, 28, 28, 1)', (None, None, 8))
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.record import record
from dslc.shapes.conditions import zero_when
from dslc.shapes.dim import BATCH, Dim, Sym, known, least, names_in

Shape = tuple[Dim, ...]


def show(shape: Sequence[Dim]) -> str:
    """A shape for people: the batch as `None`, as Keras prints it, other unknowns by their expression."""
    texts = ["None" if dim == BATCH else str(dim) for dim in shape]
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def to_keras(shape: Sequence[Dim]) -> tuple[Dim | None, ...]:
    """The shape as Keras holds it: `None` for every size that only a run will know."""
    return tuple(dim if known(dim) else None for dim in shape)


def product(dims: Sequence[Dim]) -> Dim:
    """The number of elements; 1 for no dimensions."""
    total: Dim = 1
    for dim in dims:
        total = dim * total if isinstance(dim, Sym) else total * dim
    return total


@record
class Equal:
    """Two sizes that agree whatever the unknowns turn out to be."""


@record
class Different:
    """Two sizes that never agree."""


@record
class Conditional:
    """Two sizes that agree only under a condition, said in words."""

    condition: str


Agreement = Equal | Different | Conditional


def agree(a: Dim, b: Dim) -> Agreement:
    """Whether two sizes are equal, different, or equal only when something holds of the unknowns."""
    difference = a - b
    if isinstance(difference, int):
        return Equal() if difference == 0 else Different()
    low, high = least(difference), least(-difference)
    if (low is not None and low > 0) or (high is not None and high > 0):
        return Different()
    if any(each.text == "?" and not each.free for each in names_in(difference)):
        return Equal()  # a number that only we do not know: no condition could name it
    match zero_when(difference):
        case "always":
            return Equal()
        case "never":
            return Different()
        case None:
            return Conditional(f"{a} == {b}")
        case condition:
            return Conditional(condition)
