"""Loops that do nothing but fill one list of layers, as the list that they make.

In: an item of the plan.  Out: the same, where the whole list of such a slot is made by one step, and so is one of the layers that
a class keeps in other lists.

    Empty dense                       Make dense [New(Dense, n) for n in units]
    Loop n in units
        Make dense New(Dense, n)

    Bind steps []                     Bind steps list(zip(self.move, self.mix))
    Loop move, mix of self
        Append steps (move, mix)
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
        kept = _kept(step, done)
        if kept is not None:
            done[-1] = kept
            continue
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
        case plan.Loop(target, iterable, (plan.Make(slot, value, span),), turns=()) if target is not None:
            every = plan.Comprehension(value, (plan.Clause(target, iterable, None),))
            return plan.Make(slot, every, span, whole=True)
        case _:
            return None


def _kept(step: plan.Step, done: Sequence[plan.Step]) -> plan.Step | None:
    """The list of layers that a loop gathers as its turns have them, if it begins right before."""
    match (done[-1] if done else None), step:
        case (
            plan.Bind(begun, plan.ListOf(())) as first,
            plan.Loop(None, _, (plan.Append(goal, value),), turns=turns, held=held),
        ) if (
            turns and begun == goal and value in (plan.TupleOf(turns), turns[0] if len(turns) == 1 else None)
        ):
            layers = held[0] if value == turns[0] else plan.Call(plan.Python("zip"), held)
            return replace(first, value=plan.Call(plan.Python("list"), (layers,)))  # type: ignore[no-any-return]
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
