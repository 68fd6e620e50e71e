"""What all conditions of a model say together: which are worth saying, and which leave no size to run at.

In: conditions in the order in which they came up, and lower bounds.  Out: for each condition that is to be said what it comes to,
or what it contradicts. Conditions on one name are solved exactly; those on several are looked at `together`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dslc.record import record
from dslc.shapes import wording
from dslc.shapes.conditions import AtLeast, Condition, Demand, Fact, sizes_of
from dslc.shapes.dim import Name, name_alone
from dslc.shapes.sets import ALL, Sizes
from dslc.shapes.together import Impossible, Possible, together


@record
class Item:
    """A condition, and whether every run meets it: one in a branch, or on what no output needs, leaves the others alone."""

    condition: Demand
    certain: bool = True


@record
class Clash:
    """A condition that no size meets together with these others and these bounds.

    `items` are the numbers of the others with what each says of the sizes that are possible; `names` are those that it is about.
    """

    number: int
    what: Fact | Demand
    items: tuple[tuple[int, Fact | Demand], ...]
    bounds: tuple[AtLeast, ...]
    names: tuple[str, ...]


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
    alone = [sizes_of(each.condition) for each in items]
    known = _Bounds(bounds)
    solved: list[_Solved] = []
    general: list[tuple[int, Demand, bool]] = []
    for number, (item, sizes) in enumerate(zip(items, alone, strict=True)):
        if sizes is None:
            general.append((number, item.condition, item.certain))
        else:
            solved.append(_Solved(number, item.condition.names[0], sizes, item.certain))
    sayings: list[Saying] = []
    clashes: list[Clash] = []
    for number, demand, certain in _taken_together(general, known.and_of(solved), clashes):
        sizes = sizes_of(demand)
        if sizes is None:
            sayings.append(Saying(number, demand))
        else:
            solved.append(_Solved(number, demand.names[0], sizes, certain))
    equal = _equal_names(each.what for each in sayings if items[each.number].certain)
    solved.sort(key=lambda each: each.number)
    roots = list(dict.fromkeys(_root(each.name, equal) for each in solved))
    for root in roots:
        group = [each for each in solved if _root(each.name, equal) == root]
        names = [root, *(each for each in known.names if each != root and _root(each, equal) == root)]
        _solve_one(group, known, names, sayings, clashes)
    return sorted(sayings, key=lambda each: each.number), clashes


def _taken_together(
    general: Sequence[tuple[int, Demand, bool]], possible: Possible, clashes: list[Clash]
) -> list[tuple[int, Demand, bool]]:
    """The conditions on several names that are left to say; nothing of those that contradict each other."""
    try:
        left = together([(demand, certain) for _, demand, certain in general], possible)
    except Impossible as found:
        last, others = general[found.place], [general[each] for each in found.others]
        names = tuple(
            str(name) for name in dict.fromkeys(name for _, each, _ in (last, *others) for name in each.names)
        )
        clashes.append(
            Clash(last[0], last[1], tuple((number, each) for number, each, _ in others), (), names)
        )
        against = {last[0], *(number for number, _, _ in others)}
        return _taken_together([each for each in general if each[0] not in against], possible, clashes)
    return [
        (number, demand, certain)
        for (number, _, certain), demand in zip(general, left, strict=True)
        if demand is not None
    ]


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

    def and_of(self, solved: Sequence[_Solved]) -> Possible:
        """The sizes that all bounds and all of these conditions let through, for each name."""
        of: dict[Name, Sizes] = {}
        for each in solved:
            if each.certain:
                before = of.get(each.name) or self.possible(each.name)
                of[each.name] = before.both(each.sizes) or before
        return lambda name: of.get(name) or self.possible(name)


def _equal_names(conditions: Iterable[Fact | Demand]) -> dict[Name, Name]:
    """Names that a condition makes equal to others."""
    equal: dict[Name, Name] = {}
    for condition in conditions:
        if isinstance(condition, Condition) and len(condition.pairs) == 1:
            one, other = (name_alone(side) for side in condition.pairs[0])
            if one is not None and other is not None and not one.serial and not other.serial:
                first, second = _root(one, equal), _root(other, equal)
                if first != second:
                    equal[second] = first
    return equal


def _root(of: Name, equal: dict[Name, Name]) -> Name:
    while of in equal:
        of = equal[of]
    return of


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
    total, exact = possible, True
    for place, each in enumerate(certain):
        both = total.both(each.sizes)
        if both is not None and both.empty:
            clashes.append(_clash(each, certain[:place], bounds, names, possible))
            return
        total, exact = (total, False) if both is None else (both, exact)
    kept = _not_implied(certain, possible)
    if len(kept) > 1 and (wording.is_short(total) or (exact and _says_less(kept, total, possible))):
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


def _says_less(kept: Sequence[_Solved], total: Sizes, possible: Sizes) -> bool:
    """Whether the sizes that several conditions leave are fewer words than the conditions."""
    whole = str(Fact(str(kept[-1].name), total, possible))
    return len(whole) < sum(len(str(_fact(each, possible))) for each in kept)


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
        (str(last.name),),
    )


def _fact(each: _Solved, possible: Sizes) -> Fact:
    return Fact(str(each.name), each.sizes, possible)
