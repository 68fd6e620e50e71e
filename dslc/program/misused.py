"""What can never be meant of literals, whether anybody computes it or not: Python warns of it where a module is compiled.

In: an index, a comparison or a choice.  Out: what is said of it; None where nothing is.

    [1, 2][0, 1]                a list takes one index
    n is 3                      write `==`: whether two numbers are one object, nobody knows
    Block(ReLU if deep else 3)  data flows through no number
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from dslc.diagnostics.diagnostic import Diagnostic, Fix
from dslc.diagnostics.messages import mixed_up
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import values as messages
from dslc.program import nodes as p
from dslc.program.traversal import is_recipe

_PLAIN = ("None", "a truth value", "a whole number", "a number")
_SEQUENCES = ("a string", "a list", "a tuple")


def misused(e: p.Index | p.Compare | p.Conditional | p.Binary) -> Diagnostic | None:
    """What is said of literals in an index, in a comparison, beside one, or where a layer may stand instead."""
    match e:
        case p.Binary():
            return _beside_a_comparison(e)
        case p.Index():
            return _index(e)
        case p.Compare():
            return _identity(e)
        case p.Conditional():
            return _choice(e)
        case _:
            assert_never(e)


def _index(e: p.Index) -> Diagnostic | None:
    whole, part = kind_of(e.value), kind_of(e.items[0]) if e.items else None
    reason = None
    if whole in _PLAIN:
        reason = f"{whole} has no parts to index"
    elif whole in _SEQUENCES and (len(e.items) > 1 or e.comma):
        reason = f"{whole} takes one index"
    elif whole in _SEQUENCES and part not in (None, "a whole number", "a truth value"):
        reason = f"an index is a whole number, not {part}"
    return None if reason is None else messages.cannot_compute(reason).at(e.span)


def _beside_a_comparison(e: p.Binary) -> Diagnostic | None:
    """`i == 0 or 1`: a literal that counts as true, where a comparison was meant."""
    literal, other = (e.right, e.left) if isinstance(e.right, p.Const) else (e.left, e.right)
    while isinstance(other, p.Binary) and other.operator == e.operator:
        other = other.right if isinstance(other.right, p.Compare) else other.left
    if not isinstance(literal, p.Const) or not isinstance(other, p.Compare) or not literal.value:
        return None
    if e.operator not in ("or", "and") or kind_of(literal) == "a truth value":
        return None
    fix, meant = None, None
    if literal is e.right and e.operator == "or" and [sign for sign, _ in other.rest] == ["=="]:
        text = f"{other.first.span.text} == {literal.span.text}"
        meant = f"{e.left.span.text} or {text}"
        fix = Fix.writing(literal.span, text)
    return mixed_up.settled_test(literal.span.text, e.operator, meant).at(literal.span, (), fix)


def _identity(e: p.Compare) -> Diagnostic | None:
    """`is` compares objects, and a literal is another one each time, or the same, as Python likes."""
    sides = [e.first, *(side for _, side in e.rest)]
    for (operator, right), left in zip(e.rest, sides, strict=False):
        literal = next(
            (each for each in (left, right) if kind_of(each) not in (None, "None", "a truth value")), None
        )
        if operator in ("is", "is not") and literal is not None:
            instead = "==" if operator == "is" else "!="
            text = f"{left.span.text} {instead} {right.span.text}"
            fix = Fix.writing(left.span.to(right.span), text, "safe")
            reason = (
                f"`{operator}` asks whether two names hold one object, and `{literal.span.brief}` has no name"
            )
            return messages.cannot_compute(reason, f"write `{text}`").at(e.span, (), fix)
    return None


def _choice(e: p.Conditional) -> Diagnostic | None:
    ways = list(ends(e))
    if not any(
        is_recipe(way) or (isinstance(way, p.Local) and way.kind in ("layer", "instance")) for way in ways
    ):
        return None
    number = next((way for way in ways if kind_of(way) in _PLAIN[1:]), None)
    what = kind_of(number) if number is not None else None
    if number is None or what is None:
        return None
    return stage_messages.not_a_layer(number.span.brief, what).at(number.span)


def ends(e: p.Expr) -> Iterator[p.Expr]:
    """The values that a choice may have."""
    if isinstance(e, p.Conditional):
        yield from ends(e.then)
        yield from ends(e.otherwise)
    else:
        yield e


def kind_of(e: p.Expr) -> str | None:
    """What a literal is, in words; None of what is no literal."""
    match e:
        case p.Const(_, None):
            return "None"
        case p.Const(_, bool()) | p.Unary(_, "not"):
            return "a truth value"
        case p.Const(_, int()):
            return "a whole number"
        case p.Const(_, float()):
            return "a number"
        case p.Const(_, str()) | p.Text():
            return "a string"
        case p.ListOf() | p.Comprehension(key=None):
            return "a list"
        case p.TupleOf():
            return "a tuple"
        case p.DictionaryOf() | p.Comprehension():
            return "a dictionary"
        case p.Unary(_, "-" | "+", operand):
            return kind_of(operand)
        case _:
            return None
