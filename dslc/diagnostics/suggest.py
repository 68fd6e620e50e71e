"""Did you mean …: the known name that a mistyped one is nearest to."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], most: int | None = None) -> str | None:
    """The word of `known` that `word` most likely stands for, or None when nothing is near.

    Nearness is the edit distance with neighbouring letters swapped counted once (Damerau's optimal string
    alignment), after upper and lower case and underscores are put aside; at most a third of the letters may differ, or
    `most` of them.
    """
    target = _fold(word)
    known = list(known)
    begun = [candidate for candidate in known if len(target) >= 4 and _fold(candidate).startswith(target)]
    if len(begun) == 1:  # `kernel` for `kernel_size`, when nothing else begins so
        return begun[0]
    best: tuple[int, str] | None = None
    for candidate in known:
        folded = _fold(candidate)
        allowed = max(1, (max(len(target), len(folded)) + 1) // 3) if most is None else most
        if abs(len(folded) - len(target)) > allowed:
            continue
        distance = _distance(target, folded, allowed)
        if distance <= allowed and (best is None or (distance, candidate) < best):
            best = (distance, candidate)
    if best is None or (len(target) == 1 and best[0] > 0):
        return None
    return best[1]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The help line for a mistyped name: "did you mean `x`?", or None."""
    found = nearest(word, known)
    return None if found is None else f"did you mean `{found}`?"


def _fold(word: str) -> str:
    return word.lower().replace("_", "")


def _distance(a: str, b: str, limit: int) -> int:
    """Edit distance with swaps; anything above `limit` may be answered as `limit + 1`."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
