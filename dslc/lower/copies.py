"""The name of an input that its body gives other values: the first step that does so reads the input itself.

In: the steps of a function, and its inputs by such names.  Out: the same without the copies that this makes idle. A name that
the source gives a value stays.

    x_input = keras.Input(…)              x_input = keras.Input(…)
    x = x_input                           x = layers.Dense(8)(x_input)
    x = layers.Dense(8)(x)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dslc.lower import plan
from dslc.record import replace


def without_copies(steps: Sequence[plan.Step], inputs: Mapping[str, plan.Expr]) -> tuple[plan.Step, ...]:
    """The steps without `x = x_input`, where the next that has to do with `x` gives it another value."""
    done: list[plan.Step | None] = []
    unread: dict[str, int] = {}  # where the copies stand that nobody has read yet
    for step in steps:
        match step:
            case plan.Bind(plan.Var(name), source) if name in inputs and source == inputs[name]:
                unread[name] = len(done)
            case _ if unread:
                step = _read_directly(step, inputs, unread, done)
            case _:
                pass  # another step
        done.append(step)
    return tuple(step for step in done if step is not None)


def _read_directly(
    step: plan.Step, inputs: Mapping[str, plan.Expr], unread: dict[str, int], done: list[plan.Step | None]
) -> plan.Step:
    """A step with the copy that it gives another value read as the input; the others that it names stay."""
    named = {node.name for node in plan.walk(step) if isinstance(node, (plan.Var, plan.Let))}
    for name in named & unread.keys():
        place = unread.pop(name)
        match step:
            case plan.Bind(plan.Var(target), value) if target == name and not _binds(value):
                done[place] = None
                step = replace(step, value=plan.rewritten(value, partial(_its, name, inputs[name])))
            case _:
                pass  # it is read further on
    return step


def _its(name: str, source: plan.Expr, node: Any) -> Any:
    return source if node == plan.Var(name) else None


def _binds(value: plan.Expr) -> bool:
    """Whether a value has names of its own, which may be any."""
    return any(isinstance(node, (plan.Comprehension, plan.Function, plan.Let)) for node in plan.walk(value))
