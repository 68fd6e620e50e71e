"""A size as plain arithmetic of Python: sums, products and divisions of numbers that a method knows.

In: a size, and what stands for each of its names.  Out: an expression of the plan.

    2 * units + 1        Binary(+, Binary(*, 2, Held units), 1)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from typing import assert_never

from dslc.lower import plan
from dslc.shapes.dim import Atom, Dim, Floor, Max, Name
from dslc.shapes.text import after_convolution


def arithmetic(dim: Dim, places: Mapping[str, plan.Expr]) -> plan.Expr:
    """What a size is where its names stand for `places`, in the form in which messages show it."""
    if isinstance(dim, int):
        return plan.Const(dim)
    windows = after_convolution(dim)
    if windows is not None:
        count = plan.Binary("//", arithmetic(windows[0], places), plan.Const(windows[1]))
        return plan.Binary("+", count, plan.Const(1))
    added = [_product(atoms, number, places) for atoms, number in dim.terms if number > 0]
    taken = [_product(atoms, -number, places) for atoms, number in dim.terms if number < 0]
    first = _joined("+", added) if added else plan.Unary("-", taken.pop(0))
    return _joined("-", [first, *taken])


def _product(atoms: Sequence[Atom], number: int, places: Mapping[str, plan.Expr]) -> plan.Expr:
    factors = [_atom(each, places) for each in atoms]
    if number != 1 or not factors:
        factors.insert(0, plan.Const(number))
    return _joined("*", factors)


def _joined(operator: str, parts: Sequence[plan.Expr]) -> plan.Expr:
    return reduce(partial(plan.Binary, operator), parts)


def _atom(atom: Atom, places: Mapping[str, plan.Expr]) -> plan.Expr:
    match atom:
        case Name(text):
            return places[text]
        case Floor(numerator, divisor):
            return plan.Binary("//", arithmetic(numerator, places), arithmetic(divisor, places))
        case Max(left, right):
            return plan.Call(plan.Python("max"), (arithmetic(left, places), arithmetic(right, places)))
        case _:
            assert_never(atom)
