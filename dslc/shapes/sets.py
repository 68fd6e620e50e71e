"""Sets of sizes: what of 1, 2, 3, … a condition lets through. Each is listed up to some size and repeats beyond it.

>>> even, large = repeating(2, [0]), from_size(7)
>>> even.both(large).first(3), even.both(repeating(2, [1])).empty
([8, 10, 12], True)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from math import lcm

from dslc.record import record

LONGEST_STEP = 1 << 14
"""Sets that repeat only after more sizes are not computed with."""


@record
class Sizes:
    """The sizes in `few`, all of them at most `start`, and those above `start` whose rest by `step` is in `rests`."""

    few: frozenset[int]
    start: int
    step: int
    rests: frozenset[int]

    def __contains__(self, size: int) -> bool:
        return size in self.few if size <= self.start else size % self.step in self.rests

    @property
    def empty(self) -> bool:
        """Whether there is no size in it."""
        return not self.few and not self.rests

    @property
    def all(self) -> bool:
        """Whether every size is in it."""
        return len(self.rests) == self.step and len(self.few) == self.start

    @property
    def finite(self) -> bool:
        """Whether it ends."""
        return not self.rests

    def first(self, count: int) -> list[int]:
        """The smallest of its sizes, at most `count`."""
        few = sorted(self.few)[:count]
        return few + list(islice(self._beyond(self.start), count - len(few))) if self.rests else few

    def _beyond(self, start: int) -> Iterable[int]:
        size = start
        while True:
            size += 1
            if size in self:
                yield size

    def up_to(self, last: int) -> Iterator[int]:
        """Its sizes up to `last`, one after another, as there may be a thousand million of them."""
        yield from (size for size in sorted(self.few) if size <= last)
        if self.rests:
            yield from (size for size in range(self.start + 1, last + 1) if size % self.step in self.rests)

    def both(self, other: Sizes) -> Sizes | None:
        """The sizes in both; None where that takes too long to say."""
        step = lcm(self.step, other.step)
        if step > LONGEST_STEP:
            return None
        longer, shorter = (self, other) if self.start >= other.start else (other, self)
        few = frozenset(size for size in longer.few if size in shorter)
        return Sizes(few, longer.start, step, frozenset(_common(self, other, step)))

    def either(self, other: Sizes) -> Sizes | None:
        """The sizes in one of the two or in both; None where that takes too long to say."""
        step = lcm(self.step, other.step)
        start = max(self.start, other.start)
        if step > LONGEST_STEP or (start > LONGEST_STEP and (self.rests or other.rests)):
            return None
        rests = {
            rest for rest in range(step) if rest % self.step in self.rests or rest % other.step in other.rests
        }
        return Sizes(frozenset((*self.up_to(start), *other.up_to(start))), start, step, frozenset(rests))

    def inside(self, other: Sizes) -> bool:
        """Whether all its sizes are in `other` too; False as well where that takes too long to say."""
        both = self.both(other)
        if both is None or len(both.rests) * self.step != len(self.rests) * both.step:
            return False
        return all(size in other for size in self.up_to(both.start))


def _common(one: Sizes, other: Sizes, step: int) -> Iterable[int]:
    if not one.rests or not other.rests:
        return ()
    return (rest for rest in range(step) if rest % one.step in one.rests and rest % other.step in other.rests)


def repeating(step: int, rests: Iterable[int]) -> Sizes:
    """All sizes with these rests, in the fewest words: of step 4, 0 and 2 are step 2, 0."""
    found = frozenset(rests)
    for smaller in (each for each in range(1, step + 1) if step % each == 0):
        kept = frozenset(rest % smaller for rest in found)
        if len(kept) * (step // smaller) == len(found):
            return Sizes(frozenset(), 0, smaller, kept)
    return Sizes(frozenset(), 0, 1, frozenset())


def only(sizes: Iterable[int]) -> Sizes:
    """These sizes and no others."""
    few = frozenset(sizes)
    return Sizes(few, max(few, default=0), 1, frozenset())


def from_size(least: int) -> Sizes:
    """All sizes from `least` up."""
    return Sizes(frozenset(), max(least - 1, 0), 1, frozenset([0]))


ALL = from_size(1)
NONE = only(())
