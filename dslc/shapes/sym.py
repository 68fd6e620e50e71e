"""Integer expressions over sizes without a number: `Sym`, what it is made of, and how to compute with it.

In: integers and expressions.  Out: an `int` where nothing unknown is left, else a `Sym`: a polynomial with integer
coefficients whose atoms are names, floor divisions and maxima, in a canonical order, so that equal sums are equal
objects. Everybody outside imports these from `dim.py`.
"""

from __future__ import annotations

from itertools import count
from math import gcd
from typing import Any, ClassVar, Literal, Union

from dslc.shapes.text import in_words


class Name:
    """A size that has only a name. `free` sizes are `None` to Keras; the others are parameters of the model."""

    __slots__ = ("_hash", "free", "key", "serial", "text")
    __match_args__ = ("text", "free", "serial")
    kind: ClassVar[Literal["name"]] = "name"

    def __init__(self, text: str, free: bool = True, serial: int = 0) -> None:
        self.text = text
        self.free = free
        self.serial = serial  # tells apart the sizes written `?`, which have no name of their own
        self.key: tuple[Any, ...] = (0, text, serial, free)
        self._hash = hash((text, serial))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Name and self.key == other.key)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


class Floor:
    """`numerator // divisor`, where no whole part can be taken out."""

    __slots__ = ("_hash", "_key", "divisor", "numerator")
    __match_args__ = ("numerator", "divisor")
    kind: ClassVar[Literal["floor"]] = "floor"

    def __init__(self, numerator: Sym, divisor: Dim) -> None:
        self.numerator = numerator
        self.divisor = divisor
        self._key: tuple[Any, ...] | None = None
        self._hash = hash((numerator, divisor))

    @property
    def key(self) -> tuple[Any, ...]:
        """What it is sorted by: how deep it nests and its first name; only where these are equal, all that it is."""
        if self._key is None:
            divisor = self.divisor if isinstance(self.divisor, int) else 0
            depth = max(self.numerator.depth, _depth(self.divisor))
            first = (names_in(self.numerator) or names_in(self.divisor))[
                0
            ]  # a number over a name has none above
            self._key = (1, depth, first.text, divisor, self)
        return self._key

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            type(other) is Floor
            and self._hash == other._hash
            and self.divisor == other.divisor
            and self.numerator == other.numerator
        )

    def __lt__(self, other: Floor) -> bool:
        mine, others = (sequence(self.numerator), sequence(self.divisor)), (
            sequence(other.numerator),
            sequence(other.divisor),
        )
        return mine < others

    def __str__(self) -> str:
        return in_words(atom_alone(self))

    __repr__ = __str__


class Max:
    """The larger of two sizes, when nobody can tell yet which that is; see `maximum` for which stands first."""

    __slots__ = ("_hash", "_key", "left", "right")
    __match_args__ = ("left", "right")
    kind: ClassVar[Literal["max"]] = "max"

    def __init__(self, left: Dim, right: Dim) -> None:
        self.left = left
        self.right = right
        self._key: tuple[Any, ...] | None = None
        self._hash = hash((left, right, 1))

    @property
    def key(self) -> tuple[Any, ...]:
        """What it is sorted by, as above."""
        if self._key is None:
            self._key = (2, max(_depth(self.left), _depth(self.right)), "", 0, self)
        return self._key

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            type(other) is Max
            and self._hash == other._hash
            and self.left == other.left
            and self.right == other.right
        )

    def __lt__(self, other: Max) -> bool:
        return (sequence(self.left), sequence(self.right)) < (
            sequence(other.left),
            sequence(other.right),
        )

    def __str__(self) -> str:
        return in_words(atom_alone(self))

    __repr__ = __str__


Atom = Union[Name, Floor, Max]
Monomial = tuple[Atom, ...]  # a product of atoms, sorted by their keys; empty for the constant term


class LargeSizeError(ArithmeticError):
    """A product of sums has more terms, or of more names, than the size of anything."""


MAX_PRODUCT = 4_000
MAX_DEGREE = 200


class Sym:
    """A sum of `coefficient * product of atoms`; never a bare integer (see `_make`).

    What takes a walk through the whole expression is kept: a size of a deep net holds the same parts many times, and a
    walk that did not notice would never end. Two that were found equal share their terms from then on, for the same reason.
    """

    __slots__ = ("_depth", "_hash", "_least", "_names", "_size", "_text", "terms")
    __match_args__ = ("terms",)

    def __init__(self, terms: tuple[tuple[Monomial, int], ...]) -> None:
        self.terms = terms
        self._hash: int | None = None
        self._names: tuple[Name, ...] | None = None
        self._text: str | None = None
        self._least: tuple[int | None] | None = None
        self._depth: int | None = None
        self._size: int | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self.terms)
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not Sym or hash(self) != hash(other):
            return False
        if self.terms is not other.terms:
            if self.terms != other.terms:
                return False
            other.terms = self.terms
        return True

    @property
    def depth(self) -> int:
        """How deep divisions and maxima nest; 0 without any."""
        if self._depth is None:
            inside = [_depth(part) for atoms, _ in self.terms for atom in atoms for part in _parts(atom)]
            self._depth = max(inside, default=-1) + 1
        return self._depth

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
        if (
            len(self.terms) * len(right) > MAX_PRODUCT
            or len(self.terms[0][0]) + len(other.terms[0][0]) > MAX_DEGREE
        ):
            raise LargeSizeError
        for atoms, coefficient in self.terms:
            for more, factor in right.items():
                key = tuple(sorted(atoms + more, key=_key))
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
        if self._text is None:
            self._text = in_words(self)
        return self._text

    __repr__ = __str__


Dim = Union[int, Sym]


def size(dim: Dim) -> int:
    """How many terms an expression has, with those of all that it is made of; they are many where parts stand in it twice."""
    if isinstance(dim, int):
        return 1
    if dim._size is None:
        dim._size = sum(
            1 + sum(size(part) for atom in atoms for part in _parts(atom)) + (abs(number).bit_length() >> 6)
            for atoms, number in dim.terms
        )
    return dim._size


_serial = count(1)


def anonymous(free: bool = True) -> Sym:
    """A size nobody named (`?`), equal to nothing but itself; not `free`: a number to Keras that we do not know."""
    return Sym((((Name("?", free, next(_serial)),), 1),))


def known(dim: Dim) -> bool:
    """Whether Keras sees a number here: an `int`, or an expression over parameters only."""
    return isinstance(dim, int) or not any(atom.free for atom in names_in(dim))


def names_in(dim: Dim) -> tuple[Name, ...]:
    """Every name an expression depends on, in order of appearance, each once."""
    if isinstance(dim, int):
        return ()
    if dim._names is None:
        found: dict[Name, None] = {}
        for atoms, _ in dim.terms:
            for atom in atoms:
                if isinstance(atom, Name):
                    found[atom] = None
                for part in _parts(atom):
                    found.update(dict.fromkeys(names_in(part)))
        dim._names = tuple(found)
    return dim._names


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
        return atom_alone(Floor(_as_sym(a), b))
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
    common = gcd(b, *(coefficient for atoms, coefficient in rest.items() if atoms))
    if 1 < common < b:  # (384 * batch + 1) // 768 = batch // 2
        reduced = {atoms: coefficient // common for atoms, coefficient in rest.items()}
        return _make(whole) + floor_div(_make(reduced), b // common)
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
    return _make(whole) + atom_alone(Floor(_as_sym(inside), b))


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
    return Sym(tuple(sorted(kept.items(), key=_place) if len(kept) > 1 else kept.items()))


def _place(term: tuple[Monomial, int]) -> tuple[int, list[tuple[Any, ...]]]:
    """Where a term of a sum stands: products first, the number last."""
    return -len(term[0]), [atom.key for atom in term[0]]


def _key(atom: Atom) -> tuple[Any, ...]:
    return atom.key


def sequence(dim: Dim) -> tuple[Any, ...]:
    """What expressions of equal keys are ordered by: their terms, each by its atoms."""
    return tuple((_place(term), term[1]) for term in dim.terms) if isinstance(dim, Sym) else ((0, dim),)


def _parts(atom: Atom) -> tuple[Dim, ...]:
    """The expressions that stand inside an atom."""
    if isinstance(atom, Name):
        return ()
    return (atom.numerator, atom.divisor) if isinstance(atom, Floor) else (atom.left, atom.right)


def _depth(dim: Dim) -> int:
    return 0 if isinstance(dim, int) else dim.depth


def atom_alone(atom: Atom) -> Sym:
    """An expression that is one atom."""
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


MAX_DIVISION = 100
"""Terms and steps after which a division of one sum by another is given up."""


def _exact_quotient(a: Dim, b: Sym) -> Dim | None:
    """`a / b` where it leaves nothing over for any sizes: the long division of polynomials, which takes the first terms off each other."""
    divisor, factor = b.terms[0]
    alone = len(b.terms) == 1  # then each step takes one term off, whichever comes first
    quotient: dict[Monomial, int] = {}
    rest = _terms(a)
    while rest:
        if not alone and max(len(rest), len(quotient)) > MAX_DIVISION:
            return None
        first = next(iter(rest)) if alone else min(rest, key=lambda atoms: _place((atoms, 0)))
        coefficient = rest[first]
        left = list(first)
        for atom in divisor:
            if atom not in left:
                return None
            left.remove(atom)
        if coefficient % factor:
            return None
        quotient[tuple(left)] = times = coefficient // factor
        for atoms, number in b.terms:
            key = tuple(sorted((*left, *atoms), key=_key))
            rest[key] = rest.get(key, 0) - times * number
            if not rest[key]:
                del rest[key]
    return _make(quotient)
