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

from functools import lru_cache
from itertools import count
from typing import Union

from dslc.record import record


@record
class Name:
    """A size that has only a name. `free` sizes are `None` to Keras; the others are parameters of the model."""

    text: str
    free: bool = True
    serial: int = 0  # tells apart the sizes written `?`, which have no name of their own

    def __hash__(self) -> int:
        return hash((self.text, self.serial))

    def __eq__(self, other: object) -> bool:
        return type(other) is Name and (self.text, self.free, self.serial) == (
            other.text,
            other.free,
            other.serial,
        )

    def __str__(self) -> str:
        return self.text


@record
class Floor:
    """`numerator // divisor`, where no whole part can be taken out."""

    numerator: Sym
    divisor: Dim

    def __hash__(self) -> int:
        return hash((self.numerator, self.divisor))

    def __eq__(self, other: object) -> bool:
        return type(other) is Floor and self.numerator == other.numerator and self.divisor == other.divisor

    def __str__(self) -> str:
        return f"{_factor(self.numerator)} // {_factor(self.divisor)}"


@record
class Max:
    """The larger of two sizes, when nobody can tell yet which that is."""

    left: Dim
    right: Dim

    def __str__(self) -> str:
        return f"max({self.left}, {self.right})"


Atom = Union[Name, Floor, Max]
Monomial = tuple[Atom, ...]  # a product of atoms, sorted by their text; empty for the constant term


@record
class Sym:
    """A sum of `coefficient * product of atoms`; never a bare integer (see `_make`)."""

    terms: tuple[tuple[Monomial, int], ...]

    def __hash__(self) -> int:
        return hash(self.terms)

    def __eq__(self, other: object) -> bool:
        return type(other) is Sym and self.terms == other.terms

    def __add__(self, other: Dim) -> Dim:
        if isinstance(other, int):  # by far the most frequent; the constant term stands last
            terms, last = self.terms, self.terms[-1]
            if last[0]:
                return Sym((*terms, ((), int(other)))) if other else self
            constant = last[1] + other
            return Sym((*terms[:-1], ((), constant))) if constant else Sym(terms[:-1])
        return _make(_merge(_terms(self), _terms(other), 1))

    __radd__ = __add__

    def __neg__(self) -> Dim:
        return self * -1

    def __sub__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return self + -other
        return _make(_merge(_terms(self), _terms(other), -1))

    def __rsub__(self, other: int) -> Dim:
        return _make(_merge(_terms(other), _terms(self), -1))

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            if other == 1:
                return self
            return (
                Sym(tuple((atoms, coefficient * other) for atoms, coefficient in self.terms)) if other else 0
            )
        product: dict[Monomial, int] = {}
        right = _terms(other)
        for atoms, coefficient in self.terms:
            for more, factor in right.items():
                key = tuple(sorted(atoms + more, key=_order))
                product[key] = product.get(key, 0) + coefficient * factor
        return _make(product)

    __rmul__ = __mul__

    def __floordiv__(self, other: Dim) -> Dim:
        return floor_div(self, other)

    def __rfloordiv__(self, other: int) -> Dim:
        return floor_div(other, self)

    def __mod__(self, other: Dim) -> Dim:
        return self - other * floor_div(self, other)

    def __str__(self) -> str:
        return _text(self)


Dim = Union[int, Sym]

_serial = count(1)


def name(text: str) -> Sym:
    """The free size called `text` (`T?`): the same name is the same size."""
    return Sym((((Name(text),), 1),))


def parameter(text: str) -> Sym:
    """A size that is a parameter of the model without a value: a number to Keras, a name here."""
    return Sym((((Name(text, free=False),), 1),))


def anonymous(free: bool = True) -> Sym:
    """A size nobody named (`?`), equal to nothing but itself; not `free`: a number to Keras that we do not know."""
    return Sym((((Name("?", free, next(_serial)),), 1),))


BATCH = name("batch")
"""The batch size, the free first dimension of every input that does not fix it."""


def known(dim: Dim) -> bool:
    """Whether Keras sees a number here: an `int`, or an expression over parameters only."""
    return isinstance(dim, int) or not any(atom.free for atom in names_in(dim))


def names_in(dim: Dim) -> list[Name]:
    """Every name an expression depends on, in order of appearance, each once."""
    found: dict[Name, None] = {}
    if isinstance(dim, Sym):
        for atoms, _ in dim.terms:
            for atom in atoms:
                match atom:
                    case Name():
                        found[atom] = None
                    case Floor(numerator, divisor):
                        found.update(dict.fromkeys(names_in(numerator) + names_in(divisor)))
                    case Max(left, right):
                        found.update(dict.fromkeys(names_in(left) + names_in(right)))
    return list(found)


def floor_div(a: Dim, b: Dim) -> Dim:
    """`a // b`, with every whole multiple of `b` taken out of the division.

    Raises ZeroDivisionError when `b` is 0, as Python does.
    """
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    if isinstance(b, Sym):
        if a == b:
            return 1
        quotient = _exact_quotient(a, b)
        if quotient is not None:
            return quotient
        if any(each.text == "?" and not each.free for each in names_in(b)):
            return anonymous(
                free=not known(a)
            )  # nothing is known of it; a chain of such layers would nest for ever
        return _atom(Floor(_as_sym(a), b))
    if b == 0:
        raise ZeroDivisionError("integer division or modulo by zero")
    if b < 0:
        return floor_div(-a, -b)
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    for atoms, coefficient in _terms(a).items():
        quotient, remainder = divmod(coefficient, b)
        if atoms and remainder:
            quotient, remainder = 0, coefficient
        if quotient:
            whole[atoms] = quotient
        if remainder:
            rest[atoms] = remainder
    inside = _make(rest)
    if isinstance(inside, int):
        return _make(_merge(whole, _terms(inside // b), 1))
    nested = _single_floor(inside)
    if nested is not None and isinstance(
        nested[0].divisor, int
    ):  # ((x // m) + c) // b = (x + c * m) // (m * b)
        floor, constant = nested
        assert isinstance(floor.divisor, int)
        return _make(whole) + floor_div(floor.numerator + constant * floor.divisor, floor.divisor * b)
    return _make(whole) + _atom(Floor(_as_sym(inside), b))


def ceil_div(a: Dim, b: Dim) -> Dim:
    """`a / b` rounded up, for a positive `b`."""
    return floor_div(a + b - 1, b)


def maximum(a: Dim, b: Dim) -> Dim:
    """The larger of two dimensions; a `Max` while that depends on an unknown."""
    difference = a - b
    if isinstance(difference, int):
        return a if difference >= 0 else b
    if least(difference) is not None and (least(difference) or 0) >= 0:
        return a
    if least(-difference) is not None and (least(-difference) or 0) >= 0:
        return b
    return _atom(Max(a, b))


def least(dim: Dim) -> int | None:
    """A lower bound, counting every size as at least 1; None when nothing is known."""
    if isinstance(dim, int):
        return dim
    for atoms, coefficient in dim.terms:
        if coefficient < 0 and len(atoms) == 1 and isinstance(atoms[0], Max):
            rest = dim - coefficient * _atom(atoms[0])
            ways = [least(rest + coefficient * way) for way in (atoms[0].left, atoms[0].right)]
            return None if None in ways else min(way for way in ways if way is not None)
    relaxed = _without_subtracted_floors(dim)
    if relaxed is not None:
        weaker, scale = relaxed
        bound = least(weaker)
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
            - _atom(floor) * (coefficient * scale)
            + floor.numerator * (coefficient * (scale // floor.divisor))
        )
    return weaker, scale


def substitute(dim: Dim, values: dict[str, int]) -> Dim:
    """The expression with the numbers of `values` put in for the names they are under."""
    if isinstance(dim, int):
        return dim
    total: Dim = 0
    for atoms, coefficient in dim.terms:
        product: Dim = coefficient
        for atom in atoms:
            product = product * _substitute_atom(atom, values)
        total = total + product
    return total


def _substitute_atom(atom: Atom, values: dict[str, int]) -> Dim:
    match atom:
        case Name(text):
            return values.get(text, _atom(atom))
        case Floor(numerator, divisor):
            return floor_div(substitute(numerator, values), substitute(divisor, values))
        case Max(left, right):
            return maximum(substitute(left, values), substitute(right, values))


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


def _terms(dim: Dim) -> dict[Monomial, int]:
    if isinstance(dim, int):
        return {(): int(dim)} if dim else {}
    return dict(dim.terms)


def _merge(a: dict[Monomial, int], b: dict[Monomial, int], sign: int) -> dict[Monomial, int]:
    merged = dict(a)
    for atoms, coefficient in b.items():
        merged[atoms] = merged.get(atoms, 0) + sign * coefficient
    return merged


def _make(terms: dict[Monomial, int]) -> Dim:
    kept = {atoms: coefficient for atoms, coefficient in terms.items() if coefficient}
    if not kept:
        return 0
    if len(kept) == 1 and () in kept:
        return kept[()]
    order = sorted(kept.items(), key=lambda item: (-len(item[0]), [_order(atom) for atom in item[0]]))
    return Sym(tuple(order))


@lru_cache(maxsize=4096)
def _order(atom: Atom) -> str:
    """What atoms are sorted by: their text, which takes long to make and is asked for again and again."""
    return str(atom)


def _atom(atom: Atom) -> Sym:
    return Sym((((atom,), 1),))


def _as_sym(dim: Dim) -> Sym:
    return dim if isinstance(dim, Sym) else Sym((((), dim),))


def _single_floor(dim: Dim) -> tuple[Floor, int] | None:
    """`x // m + c` taken apart, when that is all there is."""
    if not isinstance(dim, Sym):
        return None
    terms = dict(dim.terms)
    constant = terms.pop((), 0)
    if len(terms) == 1:
        ((atoms, coefficient),) = terms.items()
        if coefficient == 1 and len(atoms) == 1 and isinstance(atoms[0], Floor):
            return atoms[0], constant
    return None


def _exact_quotient(a: Dim, b: Sym) -> Dim | None:
    """`a / b` when `b` is one product that divides every term of `a`."""
    if len(b.terms) != 1:
        return None
    ((divisor, factor),) = b.terms
    quotient: dict[Monomial, int] = {}
    for atoms, coefficient in _terms(a).items():
        left = list(atoms)
        for atom in divisor:
            if atom not in left:
                return None
            left.remove(atom)
        if coefficient % factor:
            return None
        quotient[tuple(left)] = coefficient // factor
    return _make(quotient)


def _factor(dim: Dim) -> str:
    text = str(dim)
    return (
        f"({text})" if isinstance(dim, Sym) and (len(dim.terms) > 1 or "//" in text or "*" in text) else text
    )


def _text(dim: Sym) -> str:
    terms = dict(dim.terms)
    floor = _single_floor(dim)
    if (
        floor is not None
        and floor[1] < 0
        and isinstance(floor[0].divisor, int)
        and () in dict(floor[0].numerator.terms)
    ):
        # (T + 1) // 2 - 1 is shown as (T - 3) // 2 + 1, the form of the convolution arithmetic it mostly comes from
        inside = floor[0].numerator + (floor[1] - 1) * floor[0].divisor
        return f"{_factor(inside)} // {floor[0].divisor} + 1"
    smaller = _minimum(dim)
    if smaller is not None:
        return f"min({smaller.left}, {smaller.right})"
    positive = [_term_text(atoms, coefficient) for atoms, coefficient in terms.items() if coefficient > 0]
    negative = [_term_text(atoms, -coefficient) for atoms, coefficient in terms.items() if coefficient < 0]
    if not positive:
        return "-" + " - ".join(negative)
    return " - ".join([" + ".join(positive), *negative])


def _minimum(dim: Sym) -> Max | None:
    """The pair whose smaller one this is: `a + b - max(a, b)`."""
    for atoms, coefficient in dim.terms:
        if coefficient == -1 and len(atoms) == 1 and isinstance(atoms[0], Max):
            return atoms[0] if dim + _atom(atoms[0]) == atoms[0].left + atoms[0].right else None
    return None


def _term_text(atoms: Monomial, coefficient: int) -> str:
    factors = [f"({atom})" if isinstance(atom, Floor) and len(atoms) > 1 else str(atom) for atom in atoms]
    if not factors:
        return str(coefficient)
    if coefficient == 1:
        return " * ".join(factors)
    if isinstance(atoms[0], Floor) and len(atoms) == 1:
        factors[0] = f"({factors[0]})"
    return " * ".join([str(coefficient), *factors])
