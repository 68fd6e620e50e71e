"""Conditions on unknown sizes as data: which must be equal, which must not be too small, and for what sizes that is so.

In: pairs of expressions.  Out: a `Condition` that can be asked (`holds`), said (`str`), and solved when it depends on one
name: `sizes_of` gives the set of all sizes for which it holds, exactly.

    >>> H = name("H")
    >>> str(Condition(((H, H // 2 * 2),))), str(Condition(((H, 8), (H, 1))))
    ('H is a multiple of 2', 'H is 1 or 8')

Why it can be exact: floor divisions by numbers repeat. Beyond some size every expression over one name goes the same way
again and again: `step` further it is `slope` larger. Maxima make no difference once it is clear which side is larger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import gcd, lcm

from dslc.record import record
from dslc.shapes import wording
from dslc.shapes.dim import Atom, Dim, Floor, Max, Name, Sym, names_in
from dslc.shapes.sets import ALL, NONE, Sizes, from_size, only, repeating

LONGEST_PERIOD = 1 << 11
LATEST_START = 1 << 12


@record
class Condition:
    """That the two sizes of at least one pair are equal."""

    pairs: tuple[tuple[Dim, Dim], ...]

    @property
    def names(self) -> tuple[Name, ...]:
        """The sizes that it depends on."""
        return tuple(dict.fromkeys(name for pair in self.pairs for side in pair for name in names_in(side)))

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether it holds for these sizes; True also where they do not decide about it."""
        made: dict[Atom, int] = {}
        try:
            return any(value_of(a, values, made) == value_of(b, values, made) for a, b in self.pairs)
        except (KeyError, ZeroDivisionError):
            return True

    def __str__(self) -> str:
        return str(fact_of(self) or in_general(self))


@record
class AtLeast:
    """That a size is not smaller than a number."""

    size: Dim
    least: int

    @property
    def names(self) -> tuple[Name, ...]:
        """The sizes that it depends on."""
        return names_in(self.size)

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether it holds for these sizes; True also where they do not decide about it."""
        try:
            return value_of(self.size, values) >= self.least
        except (KeyError, ZeroDivisionError):
            return True

    def __str__(self) -> str:
        return str(fact_of(self) or f"{self.size} is at least {self.least}")


Demand = Condition | AtLeast


@record
class Fact:
    """That a size has a value in a set, of those that are possible anyway."""

    name: str
    sizes: Sizes
    possible: Sizes = ALL

    def __str__(self) -> str:
        return wording.said([self.name], self.sizes, self.possible)


@record
class Joined:
    """Several conditions as one: `H and W are each a multiple of 8`."""

    parts: tuple[Fact | Demand, ...]

    def __str__(self) -> str:
        names: dict[tuple[Sizes, Sizes], list[str]] = {}
        texts: list[str] = []
        for each in self.parts:
            if not isinstance(each, Fact):
                texts.append(in_general(each) if isinstance(each, Condition) else str(each))
            elif each.name not in names.setdefault((each.sizes, each.possible), []):
                names[each.sizes, each.possible].append(each.name)
        alike: dict[str, list[str]] = {}
        sets = {}
        for (sizes, possible), those in names.items():
            key = wording.said(["_"], sizes, possible)
            alike.setdefault(key, []).extend(each for each in those if each not in alike.get(key, ()))
            sets[key] = sizes, possible
        found = [wording.said(those, *sets[key]) for key, those in alike.items()]
        found += dict.fromkeys(texts)
        return "; ".join(found) if any(", or " in each for each in found) else wording.listed(found, "and")


AnyCondition = Demand | Fact | Joined


def fact_of(demand: Demand) -> Fact | None:
    """What a demand on one size comes to; None where there are more, or it cannot be found out."""
    sizes = sizes_of(demand)
    return None if sizes is None else Fact(str(demand.names[0]), sizes)


def in_general(condition: Condition) -> str:
    """A condition that was not solved, as it was asked."""
    return ", or ".join(_larger(a, b) or _multiple(a, b) or f"{a} is {b}" for a, b in condition.pairs)


def _multiple(a: Dim, b: Dim) -> str | None:
    """`b // n * n` is `b` when b is a multiple of n."""
    for whole, rounded in ((a, b), (b, a)):
        for atoms, _ in rounded.terms if isinstance(rounded, Sym) else ():
            for atom in atoms:
                if isinstance(atom, Floor) and whole // atom.divisor * atom.divisor == rounded:
                    return f"{whole} is a multiple of {atom.divisor}"
    return None


def _larger(a: Dim, b: Dim) -> str | None:
    """`max(a, b)` is `b` when a is at most b."""
    difference = a - b
    for atoms, coefficient in difference.terms if isinstance(difference, Sym) else ():
        if len(atoms) == 1 and isinstance(atoms[0], Max) and coefficient in (1, -1):
            left, right = atoms[0].left, atoms[0].right
            rest = difference * coefficient - Sym((((atoms[0],), 1),))
            if rest == -right:
                return f"{left} is at most {right}"
            if rest == -left:
                return f"{right} is at most {left}"
    return None


def value_of(dim: Dim, values: Mapping[str, int], made: dict[Atom, int] | None = None) -> int:
    """The number that an expression is for these sizes; KeyError where one is missing."""
    if isinstance(dim, int):
        return dim
    made = {} if made is None else made
    total = 0
    for atoms, coefficient in dim.terms:
        for atom in atoms:
            value = made.get(atom)
            if value is None:
                match atom:
                    case Name(text):
                        value = values[text]
                    case Floor(numerator, divisor):
                        value = value_of(numerator, values, made) // value_of(divisor, values, made)
                    case Max(left, right):
                        value = max(value_of(left, values, made), value_of(right, values, made))
                made[atom] = value
            coefficient *= value
        total += coefficient
    return total


@lru_cache(maxsize=1 << 10)
def sizes_of(demand: Demand) -> Sizes | None:
    """All sizes for which a demand on one size holds; None when there are more, or it cannot be found out."""
    if isinstance(demand, AtLeast):
        return _where_at_least(demand.size - demand.least)
    found: Sizes | None = NONE
    for a, b in demand.pairs:
        zeros = _zeros(a - b)
        found = None if zeros is None or found is None else found.either(zeros)
    return found if found is None or len(demand.names) == 1 else None


def _zeros(difference: Dim) -> Sizes | None:
    if isinstance(difference, int):
        return NONE if difference else ALL
    pattern = pattern_of(difference)
    if pattern is None:
        return None
    start, step, slope = pattern.start, pattern.step, pattern.slope
    value = _at(difference)
    few = [size for size in range(1, start + 1) if value(size) == 0]
    beyond = [(size, value(size)) for size in range(start + 1, start + step + 1)]
    if slope:
        solved = [
            size - height // slope * step
            for size, height in beyond
            if height % slope == 0 and -(height // slope) >= 0
        ]
        return only([*few, *solved])
    rests = repeating(step, [size % step for size, height in beyond if height == 0])
    return Sizes(frozenset(few), start, rests.step, rests.rests)


def _where_at_least(room: Dim) -> Sizes | None:
    """For which sizes an expression is 0 or more."""
    if isinstance(room, int):
        return ALL if room >= 0 else NONE
    if len(names_in(room)) != 1:
        return None
    value = _at(room)
    if _rises(room):
        high = 1
        while value(high) < 0:
            high *= 2
            if high > 1 << 40:
                return None
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if value(middle) >= 0 else (middle, high)
        return from_size(high)
    pattern = pattern_of(room)
    if pattern is None:
        return None
    start, step = _settled(value, pattern), pattern.step
    if start > LATEST_START:
        return None
    few = [size for size in range(1, start + 1) if value(size) >= 0]
    rests = repeating(step, [size % step for size in range(start + 1, start + step + 1) if value(size) >= 0])
    return Sizes(frozenset(few), start, rests.step, rests.rests)


def _at(dim: Sym) -> Callable[[int], int]:
    (name,) = names_in(dim)
    return lambda size: value_of(dim, {name.text: size})


def _rises(dim: Dim, seen: dict[Dim, bool] | None = None) -> bool:
    """Whether an expression never gets smaller when its sizes grow, as far as that can be seen at once."""
    if isinstance(dim, int):
        return True
    seen = {} if seen is None else seen
    if dim not in seen:
        seen[dim] = all(
            not atoms or (coefficient > 0 and len(atoms) == 1 and _atom_rises(atoms[0], seen))
            for atoms, coefficient in dim.terms
        )
    return seen[dim]


def _atom_rises(atom: Atom, seen: dict[Dim, bool]) -> bool:
    match atom:
        case Name():
            return True
        case Floor(numerator, divisor):
            return isinstance(divisor, int) and _rises(numerator, seen)
        case Max(left, right):
            return _rises(left, seen) and _rises(right, seen)


@record
class Pattern:
    """How an expression over one name goes on: for every size above `start`, `step` further it is `slope` larger."""

    start: int
    step: int
    slope: int


def pattern_of(dim: Dim, seen: dict[Dim, Pattern | None] | None = None) -> Pattern | None:
    """The pattern of an expression; None when it has none, or one that is too long."""
    if isinstance(dim, int):
        return Pattern(0, 1, 0)
    if len(names_in(dim)) != 1:
        return None
    seen = {} if seen is None else seen
    if dim not in seen:
        seen[dim] = _sum_of_patterns(dim, seen)
    return seen[dim]


def _sum_of_patterns(dim: Sym, seen: dict[Dim, Pattern | None]) -> Pattern | None:
    total = Pattern(0, 1, 0)
    for atoms, coefficient in dim.terms:
        if not atoms:
            continue
        each = _pattern_of_atom(atoms[0], seen) if len(atoms) == 1 else None
        if each is None:
            return None
        step = lcm(total.step, each.step)
        slope = total.slope * (step // total.step) + coefficient * each.slope * (step // each.step)
        total = Pattern(max(total.start, each.start), step, slope)
        if total.step > LONGEST_PERIOD or total.start > LATEST_START:
            return None
    return total


def _pattern_of_atom(atom: Atom, seen: dict[Dim, Pattern | None]) -> Pattern | None:
    match atom:
        case Name():
            return Pattern(0, 1, 1)
        case Floor(numerator, divisor):
            inside = pattern_of(numerator, seen)
            if inside is None or not isinstance(divisor, int):
                return None
            turns = divisor // gcd(inside.slope, divisor)
            return Pattern(inside.start, inside.step * turns, inside.slope * turns // divisor)
        case Max(left, right):
            difference = left - right
            if isinstance(difference, int):
                return pattern_of(left, seen)
            one, other, apart = pattern_of(left, seen), pattern_of(right, seen), pattern_of(difference, seen)
            if one is None or other is None or apart is None:
                return None
            start = max(_settled(_at(difference), apart), one.start, other.start)
            larger = one if apart.slope > 0 else other
            step = lcm(one.step, other.step)
            return Pattern(start, step, larger.slope * (step // larger.step))


def _settled(value: Callable[[int], int], pattern: Pattern) -> int:
    """From where on it does not change any more which sizes of a period make an expression negative."""
    start, step, slope = pattern.start, pattern.step, pattern.slope
    latest = start
    if slope:
        for size in range(start + 1, start + step + 1):
            height = value(size)
            # the number of periods until it is 0 or more (rising), or below 0 (falling)
            turns = -(height // slope) if slope > 0 else height // -slope + 1
            if turns > 0:
                latest = max(latest, size + (turns - 1) * step)
    return latest
