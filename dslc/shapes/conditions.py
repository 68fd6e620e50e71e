"""When is an expression over one unknown size zero? Answered exactly, for every size from 1 up.

In: a difference such as `H - 2 * (H // 2)`.  Out: "always", "never", or the condition in words.

    >>> H = name("H")
    >>> zero_when(H - H // 2 * 2), zero_when(H - 5), zero_when(H // 2 - (H + 1) // 2)
    ('H is a multiple of 2', 'H is 5', 'H is a multiple of 2')

Why it can be exact: floor divisions by numbers repeat. Let P be the product of the divisors along a nest, taken together
for all of them; going P further changes the expression by a constant. So P sizes decide about all of them.
"""

from __future__ import annotations

from math import lcm

from dslc.shapes.dim import Dim, Floor, Max, Name, Sym, names_in, substitute

LONGEST_PERIOD = 512


def zero_when(difference: Sym) -> str | None:
    """ "always", "never", a condition in words, or None when that cannot be decided this way."""
    larger = _larger_when(difference)
    if larger is not None:
        return larger
    names = names_in(difference)
    if len(names) != 1:
        return None
    period = _period(difference)
    if period is None or period > LONGEST_PERIOD:
        return None
    (name,) = names
    values = []
    for size in range(1, period + 1):
        value = substitute(difference, {name.text: size})
        if not isinstance(value, int):
            return None
        values.append(value)
    further = substitute(difference, {name.text: period + 1})
    if not isinstance(further, int):
        return None
    slope = further - values[0]
    if slope == 0:
        return _periodic(name, [size for size, value in enumerate(values, 1) if value == 0], period)
    solutions = [
        size - value // slope * period
        for size, value in enumerate(values, 1)
        if value % slope == 0 and -(value // slope) >= 0
    ]
    if not solutions:
        return "never"
    return f"{name} is {_one_of([str(size) for size in sorted(solutions)])}"


def _larger_when(difference: Sym) -> str | None:
    """`max(a, b) - b` is zero when a is at most b."""
    for atoms, coefficient in difference.terms:
        if len(atoms) == 1 and isinstance(atoms[0], Max) and coefficient in (1, -1):
            left, right = atoms[0].left, atoms[0].right
            rest = difference * coefficient - Sym((((atoms[0],), 1),))
            if rest == -right:
                return f"{left} is at most {right}"
            if rest == -left:
                return f"{right} is at most {left}"
    return None


def _period(dim: Dim) -> int | None:
    """After how many steps of its one name an expression repeats, a constant change apart; None if it never does."""
    if isinstance(dim, int):
        return 1
    period = 1
    for atoms, _ in dim.terms:
        if len(atoms) > 1:
            return None
        for atom in atoms:
            if isinstance(atom, Name):
                continue
            if not isinstance(atom, Floor) or not isinstance(atom.divisor, int):
                return None
            inside = _period(atom.numerator)
            if inside is None:
                return None
            period = lcm(period, inside * atom.divisor)
    return period


def _periodic(name: Name, zeros: list[int], period: int) -> str:
    """The condition for a set of sizes that repeats."""
    if not zeros:
        return "never"
    if len(zeros) == period:
        return "always"
    found = {size % period for size in zeros}
    for step in (step for step in range(2, period + 1) if period % step == 0):
        rests = {size % step for size in found}
        if len(rests) * (period // step) == len(found):
            break
    if rests == {0}:
        return f"{name} is a multiple of {step}"
    if len(rests) == 1:
        (rest,) = rests
        return f"{name} is odd" if step == 2 else f"{name} is {rest} more than a multiple of {step}"
    return f"{name} % {step} is {_one_of([str(rest) for rest in sorted(rests)])}"


def _one_of(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"
