"""Names that only one way of an `if` binds, where a later `if` asks the same of the parameters.

In: the test of an `if`.  Out: a word for the way that is taken where it holds, and one for the other; None where somebody
could change the answer on the way. `Scope` keeps the names of a way by these words.

    if deep { weight gate: (8,) = "ones" }         the way "deep" binds `gate`
    if deep { x = x * gate }                       so here it is there
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dslc.program import nodes as p
from dslc.program.traversal import walk


class Ways(NamedTuple):
    """The word for each way of an `if`."""

    then: str
    otherwise: str


def ways(test: p.Expr) -> Ways | None:
    """The ways of a test that only parameters and constants decide: it has the same answer wherever it stands."""
    if isinstance(test, p.Unary) and test.operator == "not":
        inner = ways(test.operand)
        return None if inner is None else Ways(inner.otherwise, inner.then)
    for each in walk(test):
        match each:
            case p.Local(_, _, "parameter" | "constant" | "layer" | "instance"):
                pass  # nothing has been bound to its name
            case (
                p.Const() | p.Text() | p.Binary() | p.Unary() | p.Compare() | p.TupleOf() | p.ListOf() | p.Starred() | p.Index() | p.CallBuiltin()
            ):  # fmt: skip
                pass  # has the same value for the same parts
            case _:
                return None
    text = "".join(test.span.text.split())
    return Ways(text, f"not {text}")


def is_false(test: p.Expr) -> bool:
    """Whether an assertion says that nothing comes to its line."""
    return isinstance(test, p.Const) and test.value is False


def never_left(body: Sequence[p.Statement]) -> bool:
    """Whether nothing goes on behind these statements, for they end in `assert False`: what they do not bind, nobody misses."""
    match body[-1:]:
        case (p.Assert(_, test),):
            return is_false(test)
        case (p.If(_, _, then, otherwise),):
            return never_left(then) and never_left(otherwise)
        case _:
            return False
