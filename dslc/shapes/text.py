"""Expressions over sizes in words: `(T - 3) // 2 + 1`, `min(T, 512)`, and only the beginning of one that goes on and on.

In: a `Sym`.  Out: its text, at most `LONGEST` characters of it, with `…` behind where it was cut. Parts know their own
text already, so that what is made of the same part many times is written in the time that it takes to look at it once.

(Expressions are taken as they come, by their `kind`: `sym.py` imports this file, and nothing imports itself.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

LONGEST = 72
"""Characters of an expression that a message shows."""

Part = Callable[[Any], str]
"""The text of an integer or expression that stands in another."""


def in_words(dim: Any) -> str:
    """The text of a `Sym`, as messages show it."""
    return _cut(_sum(dim, str), LONGEST)


def in_runs(texts: Iterable[str]) -> str:
    """The texts of several shapes, one that comes several times in a row said once: `8 of (None, 4, 4), (None, 3)`."""
    runs = [(text, len([*group])) for text, group in groupby(texts)]
    return ", ".join(text if times == 1 else f"{times} of {text}" for text, times in runs)


def in_full(dim: Any, longest: int = 2_000) -> str:
    """The text of an integer or expression for whoever wants all of it, if that is not endless."""
    written: dict[Any, str] = {}

    def part(inner: Any) -> str:
        if isinstance(inner, int):
            return str(inner)
        if inner not in written:
            written[inner] = _cut(_sum(inner, part), longest)
        return written[inner]

    return part(dim)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip(' -+*/(')}…"


def _sum(dim: Any, part: Part) -> str:
    windows = after_convolution(dim)
    if windows is not None:
        return f"{_factor(windows[0], part)} // {windows[1]} + 1"
    smaller = _minimum(dim)
    if smaller is not None:
        return f"min({part(smaller.left)}, {part(smaller.right)})"
    positive = [_product(atoms, coefficient, part) for atoms, coefficient in dim.terms if coefficient > 0]
    negative = [_product(atoms, -coefficient, part) for atoms, coefficient in dim.terms if coefficient < 0]
    if not positive:
        return "-" + " - ".join(negative)
    return " - ".join([" + ".join(positive), *negative])


def after_convolution(dim: Any) -> tuple[Any, int] | None:
    """`(T + 1) // 2 - 1` is shown as `(T - 3) // 2 + 1`, the form of the convolution arithmetic it mostly comes from.

    What is divided there, and by what; None for what has another form.
    """
    if len(dim.terms) != 2:
        return None
    (atoms, coefficient), (rest, constant) = dim.terms
    if coefficient != 1 or len(atoms) != 1 or atoms[0].kind != "floor" or rest or constant >= 0:
        return None
    floor = atoms[0]
    if not isinstance(floor.divisor, int) or floor.numerator.terms[-1][0]:
        return None
    return floor.numerator + (constant - 1) * floor.divisor, floor.divisor


def _minimum(dim: Any) -> Any:
    """The pair whose smaller one this is: `a + b - max(a, b)`."""
    for atoms, coefficient in dim.terms:
        if coefficient == -1 and len(atoms) == 1 and atoms[0].kind == "max":
            pair = atoms[0]
            alone = type(dim)(((atoms, 1),))
            return pair if dim + alone == pair.left + pair.right else None
    return None


def _product(atoms: Any, coefficient: int, part: Part) -> str:
    several = len(atoms) > 1 or coefficient != 1
    factors = [
        f"({_atom(each, part)})" if each.kind == "floor" and several else _atom(each, part) for each in atoms
    ]
    return " * ".join(factors if coefficient == 1 and factors else [str(coefficient), *factors])


def _atom(atom: Any, part: Part) -> str:
    if atom.kind == "name":
        return str(atom.text)
    if atom.kind == "floor":
        return f"{_factor(atom.numerator, part)} // {_factor(atom.divisor, part)}"
    return f"max({', '.join(_compared(atom, part))})"


def _compared(atom: Any, part: Part) -> list[str]:
    """What a maximum is the largest of: `max(a, b, c)`."""
    texts: list[str] = []
    for side in (atom.left, atom.right):
        inside = None if isinstance(side, int) or len(side.terms) > 1 else side.terms[0]
        if inside is not None and inside[1] == 1 and len(inside[0]) == 1 and inside[0][0].kind == "max":
            texts += _compared(inside[0][0], part)
        else:
            texts.append(part(side))
    return texts


def _factor(dim: Any, part: Part) -> str:
    return part(dim) if isinstance(dim, int) or _is_simple(dim) else f"({part(dim)})"


def _is_simple(dim: Any) -> bool:
    """Whether an expression needs no brackets beside `//`: a name, a maximum or a minimum."""
    if len(dim.terms) > 1:
        return _minimum(dim) is not None
    ((atoms, coefficient),) = dim.terms
    return coefficient == 1 and len(atoms) == 1 and atoms[0].kind != "floor"
