"""Sets of sizes in words: `T is a multiple of 8`, `H and W are odd`, `T % 32 is below 16`, `T is 4 to 7`.

In: names of sizes, the set that they are to be in, and the sizes that are possible anyway.  Out: the shortest text that
tells the two apart; sizes that are not possible are not spoken of.
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.shapes.sets import ALL, Sizes, repeating

MOST_PARTS = 6
"""Numbers and ranges that are listed one by one."""


def said(names: Sequence[str], sizes: Sizes, possible: Sizes = ALL) -> str:
    """That sizes of these names are in a set."""
    both = sizes.both(possible)
    wanted, possible = (sizes, ALL) if both is None or both.empty else (both, possible)
    verb = "is" if len(names) == 1 else "are"
    subject = listed(names, "and")
    if wanted.empty:
        return f"{subject} {verb} of a size that there is not"
    if wanted.finite:
        return f"{subject} {verb} {_finite(sorted(wanted.few), possible)}"
    pattern = repeating(wanted.step, wanted.rests)
    parts = []
    phrase = _pattern(names, pattern)
    if phrase is not None:
        parts.append(phrase)
    expected = pattern.both(possible) or pattern
    start = max(wanted.start, expected.start)
    listed_here, listed_there = set(_to(wanted, start)), set(_to(expected, start))
    missing, more = sorted(listed_there - listed_here), sorted(listed_here - listed_there)
    regular = [size for size in wanted.first(len(more) + len(missing) + 1) if size in pattern]
    if missing and regular and missing[-1] < regular[0]:
        least = f"{verb} at least {regular[0]}"
        parts.append(f"{subject} {least}" if phrase is None else f" and {least}")
    elif missing:
        but = f"not {numbers(missing)}"
        parts.append(f"{subject} {verb} {but}" if phrase is None else f", but {but}")
    text = "".join(parts)
    return f"{text}, or {subject} {verb} {numbers(more)}" if more else text


def _to(sizes: Sizes, last: int) -> list[int]:
    return [size for size in range(1, last + 1) if size in sizes]


def _finite(few: list[int], possible: Sizes) -> str:
    if len(few) > 2 and few[0] == 1 and possible.first(len(few)) == few:
        return f"at most {few[-1]}"
    return numbers(few)


def _pattern(names: Sequence[str], pattern: Sizes) -> str | None:
    """A set that repeats from 1 on; None for all sizes."""
    step, rests = pattern.step, sorted(pattern.rests)
    if step == 1:
        return None
    one = len(names) == 1
    subject, verb = listed(names, "and"), "is" if one else "are"
    if rests == [0]:
        return f"{subject} {verb} {f'a multiple of {step}' if one else f'each a multiple of {step}'}"
    if (step, rests) == (2, [1]):
        return f"{subject} {verb} odd"
    if len(rests) == 1:
        return f"{subject} {verb} {rests[0]} more than {'a multiple' if one else 'multiples'} of {step}"
    if rests == list(range(1, step)):
        return f"{subject} {verb} {f'no multiple of {step}' if one else f'no multiples of {step}'}"
    subject = listed([f"{name} % {step}" for name in names], "and")
    if len(rests) > 2 and rests == list(range(len(rests))):
        return f"{subject} {verb} below {len(rests)}"
    if len(rests) > 2 and rests == list(range(rests[0], step)):
        return f"{subject} {verb} at least {rests[0]}"
    return f"{subject} {verb} {numbers(rests)}"


def numbers(values: Sequence[int]) -> str:
    """Numbers in order, neighbours taken together: `1, 4 to 7 or 9`."""
    texts = _runs(values)
    if len(texts) > MOST_PARTS:
        texts = [*texts[: MOST_PARTS - 2], "…", texts[-1]]
    return listed(texts, "or")


def is_short(sizes: Sizes) -> bool:
    """Whether there are so few sizes that they are best listed."""
    return sizes.finite and len(_runs(sorted(sizes.few))) <= MOST_PARTS


def _runs(values: Sequence[int]) -> list[str]:
    runs: list[list[int]] = []
    for value in values:
        if runs and runs[-1][-1] == value - 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    texts: list[str] = []
    for run in runs:
        texts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)
    return texts


def listed(texts: Sequence[str], word: str) -> str:
    """`a, b and c`."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}"
