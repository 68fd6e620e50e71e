"""Loops that do nothing but fill one list of layers, as the list that they make.

In: an item of the plan.  Out: the same, where the whole list of such a slot is made by one step.

    Empty dense                       Make dense [New(Dense, n) for n in units]
    Loop n in units
        Make dense New(Dense, n)
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.lower import plan
from dslc.record import replace


def at_once(item: plan.ItemPlan) -> plan.ItemPlan:
    """An item whose classes make lists in one step where a loop does nothing else."""
    if not isinstance(item, plan.ClassPlan):
        return item
    methods = tuple(replace(each, steps=_steps(each.steps)) for each in item.methods)
    return replace(item, methods=methods)  # type: ignore[no-any-return]


def _steps(steps: Sequence[plan.Step]) -> tuple[plan.Step, ...]:
    done: list[plan.Step] = []
    for step in steps:
        made = _made(step)
        empty = None if made is None else _empty(done, made.slot)
        if made is None or empty is None:
            done.append(step)
        else:
            del done[empty]
            done.append(made)
    return tuple(done)


def _made(step: plan.Step) -> plan.Make | None:
    """The one step that makes what a loop makes, where it makes layers of one slot and nothing else."""
    match step:
        case plan.Loop(target, iterable, (plan.Make(slot, value),), span, turns=()) if target is not None:
            every = plan.Comprehension(value, (plan.Clause(target, iterable, None),))
            return plan.Make(slot, every, span, whole=True)
        case _:
            return None


def _empty(done: Sequence[plan.Step], slot: plan.Slot) -> int | None:
    """Where the list of a slot is made, if nothing but other lists come behind it."""
    for place in range(len(done) - 1, -1, -1):
        match done[place]:
            case plan.Empty(other):
                if other.attribute == slot.attribute:
                    return place
            case _:
                return None
    return None
