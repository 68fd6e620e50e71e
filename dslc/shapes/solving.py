"""What all conditions of a model say together: which are worth saying, and which leave no size to run at.

In: conditions in the order in which they came up, and lower bounds.  Out: for each condition that is to be said what it comes to,
or what it contradicts. Conditions on one name are solved exactly; those on several are compared as they are, after
sizes that must be equal anyway were put in for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dslc.record import record
from dslc.shapes import wording
from dslc.shapes.conditions import AtLeast, Condition, Demand, Fact, sizes_of
from dslc.shapes.dim import Dim, Name, name, name_alone, substitute
from dslc.shapes.sets import ALL, Sizes


@record
class Item:
    """A condition, and whether every run meets it: one in a branch, or on what no output needs, leaves the others alone."""

    condition: Demand
    certain: bool = True


@record
class Clash:
    """A condition that no size meets together with these others and these bounds.

    `items` are the numbers of the others with what each says of the sizes that are possible.
    """

    number: int
    fact: Fact
    items: tuple[tuple[int, Fact], ...]
    bounds: tuple[AtLeast, ...]


@record
class Saying:
    """A condition that is left to say: what it comes to for one name, or as it was asked.

    `with_others` are conditions that it now speaks for, because together they leave only these few sizes.
    """

    number: int
    what: Fact | Demand
    with_others: tuple[int, ...] = ()


@record
class _Solved:
    """A condition on one name, solved."""

    number: int
    name: Name
    sizes: Sizes
    certain: bool


def solve(items: Sequence[Item], bounds: Iterable[AtLeast]) -> tuple[list[Saying], list[Clash]]:
    """What is to be said of the conditions of a model."""
    demands = _Bounds(bounds)
    sayings: list[Saying] = []
    clashes: list[Clash] = []
    solved: list[_Solved] = []
    general: list[tuple[int, Demand, bool]] = []
    for number, item in enumerate(items):
        sizes = sizes_of(item.condition)
        left = item.condition if sizes is not None else demands.possible_part(item.condition)
        sizes = sizes_of(left)
        if sizes is None:
            general.append((number, left, item.certain))
        else:
            solved.append(_Solved(number, left.names[0], sizes, item.certain))
    equal = _equal_names(general)
    seen: set[object] = set()
    for number, condition, _ in general:
        key = _meaning(condition)
        stated = any(number == other for _, other in equal.values())
        if key not in seen and (stated or not _holds_anyway(condition, equal)):
            sayings.append(Saying(number, condition))
        seen.add(key)
    roots = list(dict.fromkeys(_root(each.name, equal) for each in solved))
    for root in roots:
        group = [each for each in solved if _root(each.name, equal) == root]
        names = [root, *(each for each in demands.names if each != root and _root(each, equal) == root)]
        _solve_one(group, demands, names, sayings, clashes)
    return sorted(sayings, key=lambda each: each.number), clashes


def _meaning(demand: Demand) -> object:
    """The same for two demands that mean the same, as far as that can be seen."""
    return demand if isinstance(demand, AtLeast) else frozenset(frozenset(pair) for pair in demand.pairs)


class _Bounds:
    """What is known of single names because layers need something to be left of their input."""

    def __init__(self, bounds: Iterable[AtLeast]) -> None:
        self._of: dict[Name, list[tuple[AtLeast, Sizes]]] = {}
        for bound in bounds:
            sizes = sizes_of(bound) if len(bound.names) == 1 else None
            if sizes is not None:
                self._of.setdefault(bound.names[0], []).append((bound, sizes))
        self.names = list(self._of)

    def of(self, *names: Name) -> tuple[AtLeast, ...]:
        return tuple(bound for each in names for bound, _ in self._of.get(each, ()))

    def possible(self, *names: Name) -> Sizes:
        """The sizes that all bounds of these names let through."""
        total = ALL
        for each in names:
            for _, sizes in self._of.get(each, ()):
                total = total.both(sizes) or total
        return total

    def possible_part(self, condition: Demand) -> Demand:
        """The pairs of a condition that some size makes equal; the last one when none does."""
        if isinstance(condition, AtLeast):
            return condition
        kept = []
        for pair in condition.pairs:
            alone = Condition((pair,))
            sizes = sizes_of(alone)
            both = None if sizes is None else self.possible(alone.names[0]).both(sizes)
            if both is None or not both.empty:
                kept.append(pair)
        return Condition(tuple(kept or condition.pairs[-1:]))


def _equal_names(general: Sequence[tuple[int, Demand, bool]]) -> dict[Name, tuple[Name, int]]:
    """Names that a certain condition makes equal to others, and the number of that condition."""
    equal: dict[Name, tuple[Name, int]] = {}
    for number, condition, certain in general:
        if not certain or isinstance(condition, AtLeast) or len(condition.pairs) != 1:
            continue
        one, other = (name_alone(side) for side in condition.pairs[0])
        if one is not None and other is not None and not one.serial and not other.serial:
            first, second = _root(one, equal), _root(other, equal)
            if first != second:
                equal[second] = (first, number)
    return equal


def _root(of: Name, equal: dict[Name, tuple[Name, int]]) -> Name:
    while of in equal:
        of = equal[of][0]
    return of


def _holds_anyway(condition: Demand, equal: dict[Name, tuple[Name, int]]) -> bool:
    if not equal or isinstance(condition, AtLeast):
        return False
    values: dict[str, Dim] = {each.text: name(_root(each, equal).text) for each in equal}
    return any(substitute(a - b, values) == 0 for a, b in condition.pairs)


def _solve_one(
    group: Sequence[_Solved],
    bounds: _Bounds,
    names: Sequence[Name],
    sayings: list[Saying],
    clashes: list[Clash],
) -> None:
    """What is to be said of the conditions on one name (and on others that are equal to it)."""
    possible = bounds.possible(*names)
    certain = [each for each in group if each.certain]
    total = possible
    for place, each in enumerate(certain):
        both = total.both(each.sizes)
        if both is not None and both.empty:
            clashes.append(_clash(each, certain[:place], bounds, names, possible))
            return
        total = total if both is None else both
    kept = _not_implied(certain, possible)
    if len(kept) > 1 and wording.is_short(total):
        last = kept[-1]
        others = tuple(each.number for each in kept[:-1])
        sayings.append(Saying(last.number, Fact(str(last.name), total, possible), others))
    else:
        sayings += [Saying(each.number, _fact(each, possible)) for each in kept]
    told: list[Sizes] = []
    for each in group:
        if not each.certain and not total.inside(each.sizes) and each.sizes not in told:
            told.append(each.sizes)
            sayings.append(Saying(each.number, _fact(each, possible)))


def _not_implied(certain: Sequence[_Solved], possible: Sizes) -> list[_Solved]:
    """Conditions of which none follows from the others; of several that say the same the first."""
    different: list[_Solved] = []
    for each in certain:
        if all(each.sizes != other.sizes for other in different):
            different.append(each)
    kept = list(different)
    for each in reversed(different):
        rest: Sizes | None = possible
        for other in kept:
            if other is not each and rest is not None:
                rest = rest.both(other.sizes)
        if rest is not None and rest.inside(each.sizes):
            kept.remove(each)
    return kept


def _clash(
    last: _Solved, before: Sequence[_Solved], bounds: _Bounds, names: Sequence[Name], possible: Sizes
) -> Clash:
    """The fewest conditions and bounds that leave no size together with `last`."""
    parts: list[tuple[_Solved | AtLeast, Sizes]] = [(each, each.sizes) for each in before]
    parts += [(bound, sizes_of(bound) or ALL) for bound in bounds.of(*names)]
    for part in list(parts):
        rest = [each for each in parts if each is not part]
        total: Sizes | None = last.sizes
        for _, sizes in rest:
            total = None if total is None else total.both(sizes)
        if total is not None and total.empty:
            parts = rest
    return Clash(
        last.number,
        _fact(last, possible),
        tuple((each.number, _fact(each, possible)) for each, _ in parts if isinstance(each, _Solved)),
        tuple(each for each, _ in parts if isinstance(each, AtLeast)),
    )


def _fact(each: _Solved, possible: Sizes) -> Fact:
    return Fact(str(each.name), each.sizes, possible)
