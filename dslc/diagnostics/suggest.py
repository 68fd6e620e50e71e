"""Did you mean …: the known name that a mistyped one is nearest to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_MOST = 1_000
"""Names that a word is held against: a file of any length, full of mistakes, must not take their number times its own."""


def nearest(word: str, known: Iterable[str], most: int | None = None) -> str | None:
    """The word of `known` that `word` most likely stands for, or None when nothing is near.

    Nearness is the edit distance with neighbouring letters swapped counted once (Damerau's optimal string
    alignment), after upper and lower case and underscores are put aside; at most a third of the letters may differ, or
    `most` of them. Of very many words the last ones count, which were there last.
    """
    target, letters = _fold(word)
    folded = [(candidate, *_fold(candidate)) for candidate in list(known)[-_MOST:]]
    begun = [name for name, other, _ in folded if len(target) >= 4 and other.startswith(target)]
    if len(begun) == 1:  # `kernel` for `kernel_size`, when nothing else begins so
        return begun[0]
    best: tuple[int, str] | None = None
    length = len(target)
    for candidate, other, others in folded:
        longer = len(other) if len(other) > length else length
        allowed = (longer + 1) // 3 or 1 if most is None else most
        if abs(len(other) - length) > allowed or len(letters ^ others) > 2 * allowed:
            continue
        if best is not None and best[0] < allowed:  # whatever is farther away is of no use any more
            allowed = best[0]
        distance = _distance(target, other, allowed)
        if distance <= allowed and (best is None or (distance, candidate) < best):
            best = (distance, candidate)
    if best is None or (length == 1 and best[0] > 0):
        return None
    return best[1]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The help line for a mistyped name: "did you mean `x`?", or None."""
    found = nearest(word, known)
    return None if found is None else f"did you mean `{found}`?"


@lru_cache(maxsize=2 * _MOST)
def _fold(word: str) -> tuple[str, frozenset[str]]:
    """What is compared of a word, and its letters: one change makes two sets of letters differ by two at most."""
    folded = word.lower().replace("_", "")
    return folded, frozenset(folded)


def _distance(a: str, b: str, limit: int) -> int:
    """Edit distance with swaps; anything above `limit` may be answered as `limit + 1`.

    Neither what both begin with is compared, nor what both end with, nor letters farther apart than the limit.
    """
    begin, short = 0, min(len(a), len(b))
    while begin < short and a[begin] == b[begin]:
        begin += 1
    end = 0
    while end < short - begin and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[begin : len(a) - end], b[begin : len(b) - end]
    far = limit + 1
    before: list[int] = []
    row = [j if j <= limit else far for j in range(len(b) + 1)]
    for i, letter in enumerate(a, 1):
        earlier, before, row = before, row, [far] * (len(b) + 1)
        first, last = max(1, i - limit), min(len(b), i + limit)
        if first == 1:
            row[0] = min(i, far)
        for j in range(first, last + 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != b[j - 1]))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == b[j - 1]:
                cost = min(cost, earlier[j - 2] + 1)
            row[j] = cost
        if min(row) > limit:
            return far
    return min(row[-1], far)
