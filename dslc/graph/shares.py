"""Degrees and per cent where Keras asks for a share of the whole.

In: a layer's name, and a value as it is written.  Out: the share, as it is written.

    RandomRotation(45)              45 / 360
    RandomZoom((-20, 20))           (-0.2, 0.2)
"""

from __future__ import annotations

from dslc.program import nodes as p

TURN = 360
"""Degrees of a whole turn, which is 1 to Keras."""


def share(layer: str, value: p.Expr) -> str | None:
    """Degrees or per cent, alone or as a pair, as the share of the whole; None where they are neither."""
    if isinstance(value, (p.TupleOf, p.ListOf)):
        shares = [share(layer, each) or _plain(each) for each in value.items]
        inside = ", ".join(each for each in shares if each is not None)
        brackets = "()" if isinstance(value, p.TupleOf) else "[]"
        return None if None in shares else f"{brackets[0]}{inside}{brackets[1]}"
    number = value.operand if isinstance(value, p.Unary) and value.operator == "-" else value
    if not isinstance(number, p.Const) or type(number.value) not in (int, float):
        return None
    sign = "-" if number is not value else ""
    if layer == "RandomRotation":
        return f"{value.span.text} / {TURN}" if 1 < number.value <= TURN else None
    return f"{sign}{number.value / 100:g}" if 1 < number.value <= 100 else None


def _plain(e: p.Expr) -> str | None:
    """A number as it is written, which is a share already."""
    number = e.operand if isinstance(e, p.Unary) else e
    value = number.value if isinstance(number, p.Const) else None
    return e.span.text if isinstance(value, (int, float)) and value <= 1 else None
