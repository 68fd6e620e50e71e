"""A shape is a tuple of dimensions with the batch first; this file shows, relates and measures shapes.

>>> show((BATCH, 28, 28, 1)), to_keras((BATCH, name("T"), 8))
('(None, 28, 28, 1)', (None, None, 8))
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.record import record
from dslc.shapes.conditions import Condition, sizes_of
from dslc.shapes.dim import BATCH, Dim, Sym, known, least, maximum, names_in

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
    """Two sizes that agree only under a condition."""

    condition: Condition


Agreement = Equal | Different | Conditional


def agree(a: Dim, b: Dim) -> Agreement:
    """Whether two sizes are equal, different, or equal only when something holds of the unknowns.

    Sizes that nobody named (`?`) are taken to be equal to others: no condition could name them. A condition on one of them
    alone can be said.
    """
    return Equal() if a == b else _verdict(((a, b),))


def stretch(a: Dim, b: Dim) -> Agreement:
    """Whether two sizes go together element by element: they are equal, or one of them is 1 and repeated."""
    if a == b or a == 1 or b == 1:
        return Equal()
    pairs: list[tuple[Dim, Dim]] = [(a, b)]
    pairs += [(size, 1) for size in (a, b) if isinstance(size, Sym)]
    return _verdict(tuple(pairs))


def larger(a: Dim, b: Dim) -> Dim:
    """The size of what two sizes that go together become: the larger one.

    The first of those that are taken to be equal because nobody named them; a batch remains one.
    """
    names = {*names_in(a), *names_in(b)}
    unnamed = any(each.serial for each in names) or not names.isdisjoint(names_in(BATCH))
    return a if unnamed and len(names) > 1 else maximum(a, b)


def _verdict(pairs: tuple[tuple[Dim, Dim], ...]) -> Agreement:
    """Whether the sizes of some pair are equal."""
    possible = tuple(pair for pair in pairs if not _surely_differ(*pair))
    if not possible:
        return Different()
    names = {name for a, b in possible for name in names_in(a) + names_in(b)}
    if any(name.text == "?" and not name.free for name in names):
        return Equal()  # a number that only we do not know
    condition = Condition(possible)
    sizes = sizes_of(condition)
    if sizes is None:
        unnamed = len(names) > 1 and any(name.serial for name in names)
        return Equal() if unnamed else Conditional(condition)
    if sizes.empty:
        return Different()
    return Equal() if sizes.all else Conditional(condition)


def _surely_differ(a: Dim, b: Dim) -> bool:
    difference = a - b
    if isinstance(difference, int):
        return difference != 0
    low, high = least(difference), least(-difference)
    return (low is not None and low > 0) or (high is not None and high > 0)
