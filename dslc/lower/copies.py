"""The name of an input that its body gives other values: what comes before reads the input itself.

In: the steps of a function, and its inputs by such names.  Out: the same without the copies that this makes idle. A name that
the source gives a value stays, and one that a loop, a branch or a function reads before it has another value.

    x_input = keras.Input(…)              x_input = keras.Input(…)
    x = x_input                           y = layers.Dense(8)(x_input)
    y = layers.Dense(8)(x)                x = layers.Dense(8)(x_input)
    x = layers.Dense(8)(x)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dslc.lower import plan
from dslc.record import replace


def without_copies(steps: Sequence[plan.Step], inputs: Mapping[str, plan.Expr]) -> tuple[plan.Step, ...]:
    """The steps without `x = x_input`, where what has to do with `x` reads it until it has another value."""
    left, place = list(steps), 0
    while place < len(left):
        match left[place]:
            case plan.Bind(plan.Var(name), source) if name in inputs and source == inputs[name]:
                direct = _read_directly(left[place + 1 :], name, source)
            case _:
                direct = None
        if direct is None:
            place += 1
        else:
            left[place:] = direct
    return tuple(left)


def _read_directly(steps: Sequence[plan.Step], name: str, source: plan.Expr) -> list[plan.Step] | None:
    """The steps with an input read where they say its copy, up to the one that gives this name another value; None if that cannot be."""
    done: list[plan.Step] = []
    for place, step in enumerate(steps):
        if name not in _named(step):
            done.append(step)
            continue
        match step:
            case plan.Bind(target, value) if not _binds(value):
                done.append(replace(step, value=plan.rewritten(value, partial(_its, name, source))))
            case _:
                return None
        if name in _named(target):
            whole = all(
                isinstance(node, (plan.Var, plan.TupleOf, plan.ListOf, plan.Spread))
                for node in plan.walk(target)
            )
            return [*done, *steps[place + 1 :]] if whole else None
    return None


def _named(part: plan.Step | plan.Expr) -> set[str]:
    return {node.name for node in plan.walk(part) if isinstance(node, (plan.Var, plan.Let))}


def _its(name: str, source: plan.Expr, node: Any) -> Any:
    return source if node == plan.Var(name) else None


def _binds(value: plan.Expr) -> bool:
    """Whether a value has names of its own, which may be any."""
    return any(isinstance(node, (plan.Comprehension, plan.Function, plan.Let)) for node in plan.walk(value))
