"""Names of Keras in full where a variable hides the short one: `keras.layers.Dense` beside a parameter `layers`.

In: an item of the plan.  Out: the same. Only `layers` is hidden: it is a usual parameter, which callers write, while other names
that would hide a module of Keras get an underscore.
"""

from __future__ import annotations

from typing import Any

from dslc.lower import plan
from dslc.record import replace


def spelled_out(item: plan.ItemPlan) -> plan.ItemPlan:
    """An item whose functions and methods with a `layers` of their own say `keras.layers` for Keras's."""
    match item:
        case plan.FunctionPlan(_, method):
            return replace(item, method=_method(method))  # type: ignore[no-any-return]
        case plan.ClassPlan():
            return replace(item, methods=tuple(map(_method, item.methods)))  # type: ignore[no-any-return]
        case _:
            return item


def _method(method: plan.Method) -> plan.Method:
    hides = any(name == "layers" for name, _ in method.parameters)
    if not hides and plan.Var("layers") not in plan.walk(method.steps):
        return method
    return replace(method, steps=plan.rewritten(method.steps, _in_full))  # type: ignore[no-any-return]


def _in_full(node: Any) -> plan.Keras | None:
    if isinstance(node, plan.Keras) and node.namespace == "layers":
        return plan.Keras("keras", f"layers.{node.name}".rstrip("."))
    return None
