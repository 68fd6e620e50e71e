"""A dimension: a plain `int`, or a `Sym`, an integer expression over sizes that are not known yet.

Two kinds of unknown stand behind a `Sym`:

* a *parameter* of the model without a value (`classes`): a number in the generated code, so Keras will know it;
* a *free* size (`?`, `T?`, the batch): `None` to Keras, known only when the model runs.

`known(dim)` tells them apart. A `Sym` is a polynomial with integer coefficients whose atoms are names, floor divisions
and maxima, in a canonical order, so that equal sums are equal objects:

    >>> T = name("T")
    >>> str((T - 3) // 2 + 1), str((T * 4 + 6) // 2), T + 1 - T
    ('(T - 3) // 2 + 1', '2 * T + 3', 1)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dslc.shapes.sym import (
    MAX_PRODUCT,
    Atom,
    Dim,
    Floor,
    LargeSizeError,
    Max,
    Name,
    Sym,
    anonymous,
    atom_alone,
    floor_div,
    known,
    names_in,
    sequence,
    size,
)

__all__ = [
    "BATCH",
    "MAX_PRODUCT",
    "Atom",
    "Dim",
    "Floor",
    "LargeSizeError",
    "Max",
    "Name",
    "Sym",
    "anonymous",
    "atom_alone",
    "ceil_div",
    "floor_div",
    "known",
    "least",
    "maximum",
    "name",
    "name_alone",
    "names_in",
    "parameter",
    "size",
    "substitute",
]


def name(text: str) -> Sym:
    """The free size called `text` (`T?`): the same name is the same size."""
    return Sym((((Name(text),), 1),))


def parameter(text: str) -> Sym:
    """A size that is a parameter of the model without a value: a number to Keras, a name here."""
    return Sym((((Name(text, free=False),), 1),))


def name_alone(dim: Dim) -> Name | None:
    """The name of a size that is nothing but a name."""
    if isinstance(dim, Sym) and len(dim.terms) == 1:
        atoms, coefficient = dim.terms[0]
        if coefficient == 1 and len(atoms) == 1 and isinstance(atoms[0], Name):
            return atoms[0]
    return None


BATCH = name("batch")
"""The batch size, the free first dimension of every input that does not fix it."""


def ceil_div(a: Dim, b: Dim) -> Dim:
    """`a / b` rounded up, for a positive `b`."""
    return floor_div(a + b - 1, b)


def maximum(a: Dim, b: Dim) -> Dim:
    """The larger of two dimensions; a `Max` while that depends on an unknown.

    Raises LargeSizeError where it is the largest of too many sizes.
    """
    difference = a - b
    if isinstance(difference, int):
        return a if difference >= 0 else b
    low, high = least(difference), least(-difference)
    if low is not None and low >= 0:
        return a
    if high is not None and high >= 0:
        return b
    return _largest(dict.fromkeys((*_compared(a), *_compared(b))))


MOST_COMPARED = 8
"""Of more sizes than these it is not asked which is never the largest."""

MOST_SIZES = 64
"""Nothing is the largest of more sizes than these."""


def _compared(dim: Dim) -> tuple[Dim, ...]:
    """The sizes of which an expression is the largest."""
    if isinstance(dim, Sym) and len(dim.terms) == 1:
        atoms, coefficient = dim.terms[0]
        if coefficient == 1 and len(atoms) == 1 and isinstance(atoms[0], Max):
            return *_compared(atoms[0].left), *_compared(atoms[0].right)
    return (dim,)


def _largest(sizes: Iterable[Dim]) -> Dim:
    """The largest of some sizes: those that another is never below are left out; the same sizes are the same in any order."""
    kept = list(sizes)
    if len(kept) > MOST_SIZES:
        raise LargeSizeError
    for each in [] if len(kept) > MOST_COMPARED else list(kept):
        rooms = [least(other - each) for other in kept if other is not each]
        if any(room is not None and room >= 0 for room in rooms):
            kept.remove(each)
    kept.sort(key=lambda each: (isinstance(each, int), sequence(each)))  # a number stands last
    while len(kept) > 1:  # no deeper than it must be
        pairs = zip(kept[::2], kept[1::2], strict=False)
        kept = [*(atom_alone(Max(*pair)) for pair in pairs), *kept[len(kept) // 2 * 2 :]]
    return kept[0]


def least(dim: Dim) -> int | None:
    """A lower bound, counting every size as at least 1; None when nothing is known."""
    if isinstance(dim, int):
        return dim
    if dim._least is None:
        dim._least = (_least(dim, MOST_MAXIMA),)
    return dim._least[0]


MOST_MAXIMA = 6
"""Subtracted maxima that are looked at both ways; nothing is known of an expression with more of them."""


def _least(dim: Dim, maxima: int) -> int | None:
    if isinstance(dim, int):
        return dim
    for atoms, coefficient in dim.terms:
        if coefficient < 0 and len(atoms) == 1 and isinstance(atoms[0], Max):
            if maxima == 0:
                return None
            rest = dim - coefficient * atom_alone(atoms[0])
            ways = [_least(rest + coefficient * way, maxima - 1) for way in (atoms[0].left, atoms[0].right)]
            return None if None in ways else min(way for way in ways if way is not None)
    relaxed = _without_subtracted_floors(dim)
    if relaxed is not None:
        weaker, scale = relaxed
        bound = _least(weaker, maxima)
        return None if bound is None else -(-bound // scale)
    total = 0
    for atoms, coefficient in dim.terms:
        if coefficient < 0 and atoms:
            return None
        product = coefficient
        for atom in atoms:
            bound = _least_atom(atom)
            if bound is None or bound < 0:
                return None
            product *= bound
        total += product
    return total


def _without_subtracted_floors(dim: Sym) -> tuple[Dim, int] | None:
    """A multiple of something not larger than `dim`, and which: `T - T // 2` is at least `(2 * T - T) / 2`.

    None when nothing is subtracted, or anything but floor divisions by numbers.
    """
    floors: list[tuple[Floor, int]] = []
    for atoms, coefficient in dim.terms:
        if coefficient >= 0 or not atoms:
            continue
        if len(atoms) != 1 or not isinstance(atoms[0], Floor) or not isinstance(atoms[0].divisor, int):
            return None
        floors.append((atoms[0], coefficient))
    if not floors:
        return None
    scale = 1
    for floor, _ in floors:
        assert isinstance(floor.divisor, int)
        scale *= floor.divisor
    weaker: Dim = dim * scale
    for floor, coefficient in floors:
        assert isinstance(floor.divisor, int)
        weaker = (
            weaker
            - atom_alone(floor) * (coefficient * scale)
            + floor.numerator * (coefficient * (scale // floor.divisor))
        )
    return weaker, scale


def substitute(dim: Dim, values: Mapping[str, Dim]) -> Dim:
    """The expression with what `values` has put in for the names they are under."""
    return dim if isinstance(dim, int) else _substitute(dim, values, {})


def _substitute(dim: Dim, values: Mapping[str, Dim], made: dict[Atom, Dim]) -> Dim:
    if isinstance(dim, int):
        return dim
    total: Dim = 0
    for atoms, coefficient in dim.terms:
        product: Dim = coefficient
        for atom in atoms:
            value = made.get(atom)
            if value is None:
                value = made[atom] = _substitute_atom(atom, values, made)
            product = product * value
        total = total + product
    return total


def _substitute_atom(atom: Atom, values: Mapping[str, Dim], made: dict[Atom, Dim]) -> Dim:
    match atom:
        case Name(text):
            return values.get(text, atom_alone(atom))
        case Floor(numerator, divisor):
            return floor_div(_substitute(numerator, values, made), _substitute(divisor, values, made))
        case Max():
            sizes = [_substitute(each, values, made) for each in _compared(atom_alone(atom))]
            return _largest(dict.fromkeys(part for each in sizes for part in _compared(each)))


def _least_atom(atom: Atom) -> int | None:
    match atom:
        case Name():
            return 1
        case Floor(numerator, divisor):
            bound = least(numerator)
            return bound // divisor if bound is not None and isinstance(divisor, int) else None
        case Max(left, right):
            bounds = [bound for bound in (least(left), least(right)) if bound is not None]
            return max(bounds) if bounds else None
