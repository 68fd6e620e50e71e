"""What a method gives as soon as it has it needs no name there.

In: an item of the plan.  Out: the same, where a class returns the value itself, and so do the functions of a choice inside of it.

    y = ops.cond(…)                   return ops.cond(…)
    return y
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.lower import plan
from dslc.record import replace


def returned(item: plan.ItemPlan) -> plan.ItemPlan:
    """An item whose classes return a value that has a name for that alone."""
    if not isinstance(item, plan.ClassPlan):
        return item
    methods = tuple(replace(each, steps=_steps(each.steps)) for each in item.methods)
    return replace(item, methods=methods)  # type: ignore[no-any-return]


def _steps(steps: Sequence[plan.Step]) -> tuple[plan.Step, ...]:
    done = tuple(map(_inside, steps))
    match done[-2:]:
        case plan.Bind(plan.Var(name), value, span, comment), plan.Give(plan.Var(given), _, also) if (
            name == given
        ):
            return (*done[:-2], plan.Give(value, span, comment or also))
        case _:
            return done


def _inside(step: plan.Step) -> plan.Step:
    match step:
        case plan.Define(body=body):
            return replace(step, body=_steps(body))  # type: ignore[no-any-return]
        case _:
            return step
