"""How tightly the expressions of Python bind, as in its grammar.

In: an expression.  Out: its level; one that binds looser than what stands around it needs brackets.

    level(Binary("+", a, b)) < level(Binary("*", a, b))        (a + b) * c
"""

from __future__ import annotations

from typing import assert_never

from dslc.emit.python import (
    Attr,
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Const,
    Dict,
    DictComprehension,
    Expr,
    FString,
    Index,
    Lambda,
    List,
    Name,
    Slice,
    Spread,
    Tuple,
    Unary,
    Walrus,
)

LOOSEST, WALRUS, LAMBDA, TEST, OR, AND, NOT, COMPARE, SUM, PRODUCT, UNARY, POWER, ATOM = range(13)
_BINARY = {
    "or": OR, "and": AND, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "%": PRODUCT,
    "@": PRODUCT, "**": POWER,
}  # fmt: skip


def level(e: Expr) -> int:
    """How tightly an expression binds."""
    match e:
        case Name() | Attr() | Call() | Index() | FString() | List() | Dict() | DictComprehension():
            return ATOM
        case Const(value):
            return UNARY if is_number(e) and repr(value).startswith("-") else ATOM
        case Tuple(items, bare):
            return LOOSEST if bare and len(items) > 1 else ATOM
        case Comprehension(_, _, bare):
            return LOOSEST if bare else ATOM
        case Slice() | Spread():
            return LAMBDA
        case Unary(operator, _):
            return NOT if operator == "not" else UNARY
        case Binary(operator, _, _):
            return _BINARY[operator]
        case Compare():
            return COMPARE
        case Conditional():
            return TEST
        case Lambda():
            return LAMBDA
        case Walrus():
            return WALRUS
        case _:
            assert_never(e)


def is_number(e: Expr) -> bool:
    return isinstance(e, Const) and isinstance(e.value, (int, float)) and not isinstance(e.value, bool)
