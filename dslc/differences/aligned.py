"""Which elements of two sequences are the same ones: the longest common part, by the algorithm of Myers.

E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986). What both begin and end with is set aside
first, so that two long models which differ in a few layers cost little more than to read them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

_MOST = 1500
"""Differences that are looked for: the time grows with their square. Beyond, nothing in the middle is taken for the same."""


def pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The positions of elements that are the same in both, in their order."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    middle = _shortest(old[first : len(old) - last], new[first : len(new) - last])
    found = [(number, number) for number in range(first)]
    found += [(first + one, first + other) for one, other in middle]
    return found + [(len(old) - number, len(new) - number) for number in range(last, 0, -1)]


def _shortest(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The pairs of a shortest way from one sequence to the other."""
    reached = {1: 0}  # on each diagonal, how far in `old`
    trace: list[dict[int, int]] = []
    for distance in range(min(len(old) + len(new), _MOST) + 1):
        trace.append(dict(reached))
        for diagonal in range(-distance, distance + 1, 2):
            down = diagonal == -distance or (
                diagonal != distance and reached[diagonal - 1] < reached[diagonal + 1]
            )
            x = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reached[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _walked(trace, len(old), len(new))
    return []


def _walked(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """The pairs on the way, from its end to its beginning."""
    found: list[tuple[int, int]] = []
    for distance in range(len(trace) - 1, -1, -1):
        reached = trace[distance]
        diagonal = x - y
        down = diagonal == -distance or (
            diagonal != distance and reached[diagonal - 1] < reached[diagonal + 1]
        )
        before = diagonal + 1 if down else diagonal - 1
        old_x = reached[before] if distance else 0
        old_y = old_x - before if distance else 0
        while x > old_x and y > old_y:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = old_x, old_y
    return found[::-1]
