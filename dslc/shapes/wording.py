"""Sets of sizes in words: `T is a multiple of 8`, `H and W are odd`, `T % 32 is below 16`, `T is 4 to 7`; and as tests: `T % 8 == 0`.

In: names of sizes, the set that they are to be in, and the sizes that are possible anyway.  Out: the shortest text that
tells the two apart; sizes that are not possible are not spoken of.
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.record import record
from dslc.shapes.sets import ALL, Sizes, repeating

MOST_PARTS = 6
"""Numbers and ranges that are listed one by one."""


@record
class _Form:
    """How a set is described: its few sizes, or a pattern, in which those below `least` and in `but` are missing and which has `more`.

    `up_to` says of few sizes that they are all that are possible up to the last one.
    """

    few: tuple[int, ...] = ()
    up_to: bool = False
    pattern: Sizes = ALL
    least: int | None = None
    but: tuple[int, ...] = ()
    more: tuple[int, ...] = ()


def _form(sizes: Sizes, possible: Sizes) -> _Form:
    both = sizes.both(possible)
    wanted, possible = (sizes, ALL) if both is None or both.empty else (both, possible)
    if wanted.finite:
        few = tuple(sorted(wanted.few))
        return _Form(few, len(few) > 2 and few[0] == 1 and tuple(possible.first(len(few))) == few)
    pattern = repeating(wanted.step, wanted.rests)
    expected = pattern.both(possible) or pattern
    more = tuple(sorted(size for size in wanted.few if size not in expected))
    if not wanted.few:  # it begins where it repeats, which may be too far up to list what is missing below
        first = wanted.first(1)[0]
        return _Form(pattern=pattern, least=None if first == expected.first(1)[0] else first)
    missing = [size for size in expected.up_to(wanted.start) if size not in wanted.few]
    regular = [size for size in wanted.first(len(more) + len(missing) + 1) if size in pattern]
    if missing and regular and missing[-1] < regular[0]:
        return _Form(pattern=pattern, least=regular[0], more=more)
    return _Form(pattern=pattern, but=tuple(missing), more=more)


def said(names: Sequence[str], sizes: Sizes, possible: Sizes = ALL) -> str:
    """That sizes of these names are in a set."""
    form = _form(sizes, possible)
    verb = "is" if len(names) == 1 else "are"
    subject = listed(names, "and")
    if sizes.empty:
        return f"{subject} {verb} of a size that there is not"
    if form.few:
        return f"{subject} {verb} {f'at most {form.few[-1]}' if form.up_to else numbers(form.few)}"
    parts = []
    phrase = _pattern(names, form.pattern)
    if phrase is not None:
        parts.append(phrase)
    if form.least is not None:
        least = f"{verb} at least {form.least}"
        parts.append(f"{subject} {least}" if phrase is None else f" and {least}")
    elif form.but:
        but = f"not {numbers(form.but)}"
        parts.append(f"{subject} {verb} {but}" if phrase is None else f", but {but}")
    text = "".join(parts)
    return f"{text}, or {subject} {verb} {numbers(form.more)}" if form.more else text


def asserted(name: str, sizes: Sizes, possible: Sizes = ALL) -> str | None:
    """The test that a size is in a set, as an `assert` that the checker takes as given has it; None where there is none."""
    form = _form(sizes, possible)
    if form.few:
        first, last = form.few[0], form.few[-1]
        if form.up_to:
            return f"{name} <= {last}"
        if len(form.few) == 1:
            return f"{name} == {last}"
        if len(form.few) > 2 and last - first == len(form.few) - 1:
            return f"{first} <= {name} <= {last}"
        return f"{name} in {form.few}" if len(form.few) <= MOST_PARTS else None
    step, rests = form.pattern.step, sorted(form.pattern.rests)
    if form.but or form.more or (step != 1 and len(rests) != 1):
        return None
    least = None if form.least is None else f"{name} >= {form.least}"
    if step == 1:
        return least
    rest = f"{name} % {step} == {rests[0]}"
    return rest if least is None else f"{rest} and {least}"


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


def so_many_axes(count: int) -> str:
    """So many axes: "1 axis", "3 axes"."""
    return f"{count} {'axis' if count == 1 else 'axes'}"


def listed(texts: Sequence[str], word: str) -> str:
    """`a, b and c`."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}"
