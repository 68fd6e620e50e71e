"""Conditions on several sizes, taken together: which follow from the others, and which of their cases can never be.

In: conditions in the order in which they came up, and the sizes that each name may have.  Out: for each what is left to say of
it, None where it holds whenever the others do; the same sizes meet them all as before.

`n + m` asks that n is m, or n is 1, or m is 1. Where that goes together with what has n, m is at most n: so n is 1 only when m
is, too. Together they say that n is m, or m is 1.

A *way* to meet all conditions equates one pair of each. What a pair says is put in for a name, so that the others can be looked
at with it: some hold then, and some cannot. Ways that are cases of more general ones are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dslc.record import record
from dslc.shapes.conditions import AtLeast, Condition, Demand, sizes_of
from dslc.shapes.dim import Dim, LargeSizeError, Name, Sym, atom_alone, least, names_in, size, substitute
from dslc.shapes.sets import Sizes

MOST_WAYS = 16
MOST_CHOICES = 24
"""Conditions that would need more ways than these, or a longer one, say nothing about the others."""

LARGEST = 40
"""Conditions on sizes of more terms than these are not looked at."""

Pair = tuple[Dim, Dim]
Possible = Callable[[Name], Sizes]


@record
class _Way:
    """The pairs that were equated, with the places of their conditions, and what that puts in for which name."""

    chosen: tuple[tuple[int, Pair], ...] = ()
    values: tuple[tuple[str, Dim], ...] = ()

    def difference(self, pair: Pair) -> Dim:
        """How far apart two sizes are on this way."""
        return _put(self.values, pair[0] - pair[1])

    def met(self, condition: Condition, possible: Possible) -> Pair | None:
        """A pair that is surely equal on this way."""
        return next((pair for pair in condition.pairs if _is_zero(self.difference(pair), possible)), None)

    def holds(self, demand: Demand, possible: Possible) -> bool:
        """Whether a demand surely holds on this way."""
        if isinstance(demand, Condition):
            return self.met(demand, possible) is not None
        room = _put(self.values, demand.size - demand.least)
        lowest = [(name, possible(name).first(1)) for name in names_in(room)]
        # an unknown size is 1 or more to `least`: what is more than that is added
        more = [
            (name.text, atom_alone(name) + sizes[0] - 1) for name, sizes in lowest if sizes and sizes[0] > 1
        ]
        left = least(_put(more, room))
        return left is not None and left >= 0

    def covers(self, other: _Way) -> bool:
        """Whether whatever meets the pairs of another way meets those of this one."""
        return all(other.difference(pair) == 0 for _, pair in self.chosen)


def together(demands: Sequence[tuple[Demand, bool]], possible: Possible) -> list[Demand | None]:
    """What is left of each demand; one that is not certain says nothing about the others.

    Raises `Impossible` where no sizes meet those that are certain.
    """
    left: list[Demand | None] = [demand for demand, _ in demands]
    for places in _related([demand for demand, _ in demands]):
        bounds_last = sorted(places, key=lambda each: isinstance(demands[each][0], AtLeast))
        order = sorted(bounds_last, key=lambda each: not demands[each][1])
        for _ in range(2):  # what is left of one may be enough to bring another with it
            _narrow(left, [(place, demands[place][1]) for place in order], possible)
    return left


class Impossible(Exception):  # noqa: N818 - an answer, and no error of ours
    """No sizes meet the condition at `place` together with those at `others`."""

    def __init__(self, place: int, others: tuple[int, ...]) -> None:
        super().__init__(place, others)
        self.place = place
        self.others = others


def _narrow(left: list[Demand | None], order: Sequence[tuple[int, bool]], possible: Possible) -> None:
    """Take away each demand that those before it bring with them, and of the others the pairs that no way equates."""
    ways = [_Way()]
    taken: list[int] = []
    for place, certain in order:
        demand = left[place]
        if demand is None:
            continue
        if all(way.holds(demand, possible) for way in ways):
            left[place] = None
        elif certain and isinstance(demand, Condition) and len(taken) < MOST_CHOICES:
            longer = [each for way in ways for each in _longer(way, place, demand, possible)]
            if not longer:
                raise Impossible(place, _against(left, taken, place, possible))
            if len(longer) <= MOST_WAYS:
                ways = _most_general(longer)
                taken.append(place)
    for place in taken:
        chosen = {pair for way in ways for of, pair in way.chosen if of == place}
        demand = left[place]
        assert isinstance(demand, Condition)
        left[place] = Condition(tuple(pair for pair in demand.pairs if pair in chosen))


def _longer(way: _Way, place: int, condition: Condition, possible: Possible) -> Iterator[_Way]:
    """The ways that go on from this one and meet a condition, too."""
    met = way.met(condition, possible)
    pairs = condition.pairs if met is None else (met,)
    for pair in pairs:
        values = _equated(way, way.difference(pair), possible)
        if values is not None:
            yield _Way((*way.chosen, (place, pair)), values)


def _is_zero(difference: Dim, possible: Possible) -> bool:
    if isinstance(difference, int) or len(names_in(difference)) != 1:
        return difference == 0
    sizes = sizes_of(Condition(((difference, 0),)))
    return sizes is not None and possible(names_in(difference)[0]).inside(sizes)


def _equated(way: _Way, difference: Dim, possible: Possible) -> tuple[tuple[str, Dim], ...] | None:
    """What is put in for names when a difference is 0; None where it never is."""
    if isinstance(difference, int):
        return way.values if difference == 0 else None
    lowest, highest = least(difference), least(-difference)
    if (lowest is not None and lowest > 0) or (highest is not None and highest > 0):
        return None
    if len(names_in(difference)) == 1:
        sizes = sizes_of(Condition(((difference, 0),)))
        both = None if sizes is None else sizes.both(possible(names_in(difference)[0]))
        if both is not None and both.empty:
            return None
        first = [] if both is None else both.first(2)
        solved = (
            (names_in(difference)[0].text, first[0]) if len(first) == 1 else _solved(difference, possible)
        )
    else:
        solved = _solved(difference, possible)
    return (
        way.values
        if solved is None
        else (*((each, _put((solved,), dim)) for each, dim in way.values), solved)
    )


def _solved(difference: Sym, possible: Possible) -> tuple[str, Dim] | None:
    """What a name is when a difference is 0, where it says that of one: one of which nothing else is known, if there is one."""
    found: tuple[str, Dim] | None = None
    for atoms, coefficient in difference.terms:
        if len(atoms) == 1 and isinstance(atoms[0], Name) and coefficient in (1, -1):
            rest = difference - coefficient * Sym(((atoms, 1),))
            if atoms[0] not in names_in(rest) and (found is None or possible(atoms[0]).all):
                found = atoms[0].text, rest * -coefficient
    return found


def _put(values: Sequence[tuple[str, Dim]], dim: Dim) -> Dim:
    try:
        return substitute(dim, dict(values)) if values else dim
    except LargeSizeError:
        return dim


def _most_general(ways: Sequence[_Way]) -> list[_Way]:
    """The ways that are no cases of others; of two that come to the same the first."""
    kept: list[_Way] = []
    for number, way in enumerate(ways):
        later = ways[number + 1 :]
        if not any(each.covers(way) for each in kept) and not any(
            each.covers(way) and not way.covers(each) for each in later
        ):
            kept.append(way)
    return kept


def _against(
    left: Sequence[Demand | None], taken: Sequence[int], place: int, possible: Possible
) -> tuple[int, ...]:
    """The fewest of the conditions at these places that leave no sizes for the one at `place`."""
    fewest = list(taken)
    for each in taken:
        rest = [other for other in fewest if other != each]
        if not _any_way([left[other] for other in (*rest, place)], possible):
            fewest = rest
    return tuple(fewest)


def _any_way(demands: Sequence[Demand | None], possible: Possible) -> bool:
    ways = [_Way()]
    for place, demand in enumerate(demands):
        assert isinstance(demand, Condition)
        ways = _most_general([each for way in ways for each in _longer(way, place, demand, possible)])
        if len(ways) > MOST_WAYS:
            return True
    return bool(ways)


def _terms(demand: Demand) -> int:
    sides = (
        (demand.size,)
        if isinstance(demand, AtLeast)
        else tuple(side for pair in demand.pairs for side in pair)
    )
    return sum(map(size, sides))


def _related(demands: Sequence[Demand]) -> list[list[int]]:
    """The places of demands that share names, with those that share names with one of them, and so on."""
    parents: dict[Name, Name] = {}

    def root(of: Name) -> Name:
        while parents.setdefault(of, of) != of:
            parents[of] = of = parents[parents[of]]
        return of

    # sizes without a name are told apart by nothing that could be put in
    named = [
        place
        for place, each in enumerate(demands)
        if each.names and not any(of.serial for of in each.names) and _terms(each) <= LARGEST
    ]
    for place in named:
        first, *others = demands[place].names
        for each in others:
            parents[root(each)] = root(first)
    groups: dict[Name, list[int]] = {}
    for place in named:
        groups.setdefault(root(demands[place].names[0]), []).append(place)
    return list(groups.values())
