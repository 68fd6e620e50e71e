"""Shared models that a class only looks into: they are no layers of its own, and stay in `__init__`.

In: the plan of a class.  Out: the same, where a model that only gives its inner values is a variable of the method that makes it.
An attribute would be tracked: the weights behind the last tap would be counted, saved and trained as if they were in use.

    self.base = applications.ResNet50()                  base = applications.ResNet50()
    self.taps = keras.Model(self.base.input, …)          self.taps = keras.Model(base.input, …)
"""

from __future__ import annotations

from typing import Any

from dslc.casing import untaken
from dslc.lower import plan
from dslc.record import replace

_OF_TAPS = ("input", "get_layer", "output")


def without_attributes(item: plan.ClassPlan) -> plan.ClassPlan:
    """A class whose tapped models are attributes only where data flows through them as a whole."""
    init = item.methods[0] if item.methods and item.methods[0].name == "__init__" else None
    if init is None:
        return item
    names = {each.name for each in plan.walk(init) if isinstance(each, plan.Var)}
    names |= {name for name, _ in init.parameters} | {init.rest}
    local: dict[str, str] = {}
    for slot in item.slots:
        if (
            slot.shared
            and slot.holder == "one"
            and slot.phase == "init"
            and _only_tapped(item, slot.attribute)
        ):
            local[slot.attribute] = untaken(slot.attribute, names)
    if not local:
        return item

    def change(node: Any) -> Any:
        match node:
            case plan.Held(attribute) if attribute in local:
                return plan.Var(local[attribute])
            case plan.Make(slot, value, span) if slot.attribute in local:
                return plan.Bind(plan.Var(local[slot.attribute]), plan.rewritten(value, change), span)
            case _:
                return None

    return replace(  # type: ignore[no-any-return]
        item,
        methods=(plan.rewritten(init, change), *item.methods[1:]),
        slots=tuple(slot for slot in item.slots if slot.attribute not in local),
    )


def _only_tapped(item: plan.ClassPlan, attribute: str) -> bool:
    """Whether an attribute is read for its inner values, and for nothing else."""
    held = plan.Held(attribute)
    reads = [each for each in plan.walk(item.methods) if each == held]
    inner = [
        each
        for each in plan.walk(item.methods)
        if isinstance(each, plan.Attribute) and each.value == held and each.name in _OF_TAPS
    ]
    return bool(inner) and len(reads) == len(inner)
