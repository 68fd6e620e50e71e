"""Models that one of several ways makes, over the same inputs, as one model whose outputs the way decides.

if deep:                                 if deep:
    model = Model(image, [x, y])             outputs = [x, y]
else:                                    else:
    model = Model(image, y)                  outputs = y
                                         model = Model(image, outputs)
if not top: return Model(image, x)       likewise, with what follows as the other way
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Sequence

from dslc.casing import untaken
from dslc.decompile.python.wanted import bound, read

Makes = Callable[[ast.expr], bool]
"""Whether a value is a model of inputs and outputs that is made there."""


def with_one_model(function: ast.FunctionDef, makes: Makes) -> ast.FunctionDef:
    """A function that makes its model in one place."""
    if sum(isinstance(node, ast.Call) and makes(node) for node in ast.walk(function)) < 2:
        return function
    taken = {name for s in function.body for name in (*bound(s), *read(s))}
    made = copy.copy(function)
    made.body = _joined(function.body, makes, untaken("outputs", taken))
    return made


def _joined(body: Sequence[ast.stmt], makes: Makes, name: str) -> list[ast.stmt]:
    for number, s in enumerate(body):
        if not isinstance(s, ast.If):
            continue
        rest = list(body[number + 1 :])
        ends = bool(s.body) and isinstance(s.body[-1], ast.Return)
        first = _joined(s.body, makes, name)
        second = _joined([*s.orelse, *rest] if ends else s.orelse, makes, name)
        if ends:
            first, second = _given(first), _given(second)
        ways = _ways(s, first, second, makes, name)
        if ways is not None:
            return [*body[:number], *ways, *([] if ends else _joined(rest, makes, name))]
    return list(body)


def _ways(
    s: ast.If, first: list[ast.stmt], second: list[ast.stmt], makes: Makes, name: str
) -> list[ast.stmt] | None:
    """Two ways that each end in a model over the same inputs, and the model behind them."""
    one, other = _made(first, makes), _made(second, makes)
    if one is None or other is None:
        return None
    whole, gives = _apart(one, name)
    again, gives_too = _apart(other, name)
    if gives is None or gives_too is None or ast.unparse(whole) != ast.unparse(again):
        return None
    ends = [_holding(each, name, value) for each, value in ((first[-1], gives), (second[-1], gives_too))]
    joined = ast.If(s.test, [*first[:-1], *ends[0]], [*second[:-1], *ends[1]])
    last = copy.copy(second[-1])
    last.value = ast.copy_location(whole, other)  # type: ignore[attr-defined]
    if isinstance(last, ast.Assign) and ast.unparse(last.targets[0]) != ast.unparse(first[-1].targets[0]):  # type: ignore[attr-defined]
        return None
    return [ast.copy_location(joined, s), last]


def _given(way: list[ast.stmt]) -> list[ast.stmt]:
    """A way that gives what its last line holds: `model = Model(…)`, `return model`."""
    match way[-2:]:
        case [ast.Assign([ast.Name(name)], value), ast.Return(ast.Name(own)) as last] if own == name:
            return [*way[:-2], ast.copy_location(ast.Return(value), last)]
        case _:
            return way


def _made(way: Sequence[ast.stmt], makes: Makes) -> ast.Call | None:
    """The model that a way ends in."""
    match way[-1] if way else None:
        case ast.Assign([ast.Name()], ast.Call() as call) | ast.Return(ast.Call() as call) if makes(call):
            return call
        case _:
            return None


def _apart(call: ast.Call, name: str) -> tuple[ast.Call, ast.expr | None]:
    """A model with a name for what it gives, and what that is."""
    given = {each.arg: each.value for each in call.keywords}
    takes = call.args[:1] or [given[key] for key in ("inputs", "input") if key in given]
    gives = call.args[1] if len(call.args) > 1 else given.get("outputs", given.get("output"))
    rest = [each for each in call.keywords if each.arg not in ("inputs", "input", "outputs", "output")]
    return ast.Call(call.func, [*takes, ast.Name(name, ast.Load()), *call.args[2:]], rest), gives


def _holding(s: ast.stmt, name: str, value: ast.expr) -> list[ast.stmt]:
    if isinstance(value, ast.Name) and value.id == name:
        return []  # a way that was joined already
    return [ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], value), s)]
