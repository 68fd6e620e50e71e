"""Assertions: kept as errors that are raised, also by optimized Python, which drops `assert`.

In: an `assert` statement.  Out: a step that raises where it does not hold. A size that only a call knows is None while the
model is made, so a condition on it is checked where it is known by then.

    assert n > 0, "some"            if n <= 0: raise ValueError("some")
    assert False, "neither"         raise ValueError("neither")
    assert H % 8 == 0 and n > 0     if (H is not None and H % 8 != 0) or n <= 0: raise ValueError("H % 8 == 0 and n > 0")

The body of a Functional model runs before any call: what it asserts of a size stands beside the `keras.Input` that has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce

from dslc.lower import plan
from dslc.lower.expressions import negated
from dslc.lower.scope import Scope
from dslc.program import nodes as p
from dslc.program.traversal import statements_in, walk
from dslc.program.ways import is_false


def check(scope: Scope, test: p.Expr, says: p.Expr | None) -> None:
    """The error of an assertion."""
    open_ones = _open_sizes(scope, test)
    if scope.inputs == "made" and open_ones and all(_is_name(each) for each in open_ones):
        return  # see `beside_input`
    failing = "no value is meant to lead here" if is_false(test) else test.span.text
    message = plan.Const(failing) if says is None else scope.knots.expr(scope, says)
    before = dict(scope.places)
    scope.places |= {("dim", name): size for name, size in scope.known_sizes.items()}
    fails = None if is_false(test) else _fails(scope, test)
    scope.places = before
    scope.emit(plan.Check(fails, message, scope.span))


def beside_input(scope: Scope, sizes: Sequence[str]) -> str:
    """What a model asserts of the sizes that one of its inputs declares, as the comment behind that."""
    item = scope.facts.item(scope.key)
    assert isinstance(item, p.Block), "only models have inputs of their own"
    found = []
    for each in statements_in(item.body):
        if isinstance(each, p.Assert):
            names = [size.name for size in _open_sizes(scope, each.test) if isinstance(size, p.Local)]
            if names and names[0] in sizes and len(names) == len(_open_sizes(scope, each.test)):
                says = f": {each.says.value}" if isinstance(each.says, p.Const) else ""
                found.append(f"{' '.join(each.test.span.text.split())}{says}")
    return ", ".join(found)


def asserted_names(scope: Scope, statements: Sequence[p.Statement]) -> set[str]:
    """The names of sizes that open assertions of a body read."""
    asserts = [each for each in statements_in(statements) if isinstance(each, p.Assert)]
    return {
        size.name for each in asserts for size in _open_sizes(scope, each.test) if isinstance(size, p.Local)
    }


def _open_sizes(scope: Scope, test: p.Expr) -> list[p.Expr]:
    known = scope.facts.analyses.open_sizes
    return [each for each in walk(test) if isinstance(each, (p.Local, p.Index)) and each.span in known]


def _is_name(e: p.Expr) -> bool:
    return isinstance(e, p.Local)


def _fails(scope: Scope, test: p.Expr) -> plan.Expr:
    """When an assertion fails: each of its conditions where all sizes that it reads are known."""
    both = isinstance(test, p.Binary) and test.operator == "and"
    if isinstance(test, p.Binary) and both and _sizes(scope, test.left) != _sizes(scope, test.right):
        return plan.Binary("or", _fails(scope, test.left), _fails(scope, test.right))
    known = [plan.Compare(size, (("is not", plan.Const(None)),)) for size in _sizes(scope, test)]
    return reduce(partial(plan.Binary, "and"), [*known, negated(scope.knots.expr(scope, test))])


def _sizes(scope: Scope, test: p.Expr) -> list[plan.Expr]:
    """What the sizes of a test are in this method, in their order."""
    return list(dict.fromkeys(scope.knots.expr(scope, each) for each in _open_sizes(scope, test)))
