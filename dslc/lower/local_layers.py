"""Shared layers that a class only looks into, or never uses: they are no layers of its own, and stay in `__init__`.

In: the plan of a class.  Out: the same, where a model that gives nothing but its inner values is a variable of the method that makes it.
An attribute would be tracked: weights that nobody uses would be counted, saved and trained as if they were in use.

    self.base = applications.ResNet50()                  base = applications.ResNet50()
    self.taps = keras.Model(self.base.input, …)          self.taps = keras.Model(base.input, …)
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dslc.casing import untaken
from dslc.lower import plan
from dslc.record import replace

_OF_TAPS = ("input", "inputs", "get_layer", "output")


def without_attributes(item: plan.ClassPlan) -> plan.ClassPlan:
    """A class whose shared layers are attributes only where data flows through them as a whole."""
    init = item.methods[0] if item.methods and item.methods[0].name == "__init__" else None
    if init is None:
        return item
    names = {each.name for each in plan.walk(init) if isinstance(each, plan.Var)}
    names |= {name for name, _ in init.parameters} | {init.rest}
    local: dict[plan.Expr, plan.Var] = {}
    found: dict[str, plan.Var] = {}
    for slot in item.slots:
        if slot.shared and slot.holder != "next" and slot.phase == "init" and _is_no_part(item, slot):
            found[slot.attribute] = local[_made(slot)] = plan.Var(untaken(slot.attribute, names))
    if not local:
        return item

    def change(node: Any) -> Any:
        match node:
            case plan.Held() | plan.Index() if node in local:
                return local[node]
            case plan.Make(slot, value, span) if slot.attribute in found:
                return plan.Bind(found[slot.attribute], plan.rewritten(value, change), span)
            case plan.Empty(slot) if slot.attribute in found:
                return ()
            case plan.Loop() if len(kept := _turns(node, found)) < len(node.turns):
                turns, held = zip(*kept, strict=True) if kept else ((), ())
                body = plan.rewritten(node.body, change)
                return replace(node, body=body, turns=turns, held=held)
            case _:
                return None

    return replace(  # type: ignore[no-any-return]
        item,
        methods=plan.rewritten(item.methods, change),
        slots=tuple(slot for slot in item.slots if slot.attribute not in found),
    )


def _turns(loop: plan.Loop, local: Collection[str]) -> list[tuple[plan.Expr, plan.Expr]]:
    """What each turn of a loop has, without these attributes."""
    pairs = zip(loop.turns, loop.held, strict=True)
    return [
        (turn, held) for turn, held in pairs if not (isinstance(held, plan.Held) and held.attribute in local)
    ]


def _made(slot: plan.Slot) -> plan.Expr:
    """How `__init__` gets at what it has just made."""
    held = plan.Held(slot.attribute)
    return held if slot.holder == "one" else plan.Index(held, (plan.Const(-1),))


def _is_no_part(item: plan.ClassPlan, slot: plan.Slot) -> bool:
    """Whether a layer is read for its inner values at most; a loop may go over it where no turn reads it."""
    held, made = plan.Held(slot.attribute), _made(slot)
    reads = inner = passed = 0
    for each in plan.walk(item.methods):
        reads += each == held
        match each:
            case plan.Attribute(value, name) if value == made and name in _OF_TAPS:
                inner += 1
            case plan.Loop() if held in each.held:
                passed += each.turns[each.held.index(held)] not in plan.walk(each.body)
            case _:
                pass  # reads no layer
    return reads == inner + passed
