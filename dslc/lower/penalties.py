"""Regularizers that keep a tensor, where a class makes what they are for in `build`.

In: the steps of `build`.  Out: the same, with such regularizers in attributes; and the steps of `__init__` that make them.

Keras may run `build` while it follows the `call` of another class. A tensor that is made then belongs to the graph of that moment, and
training asks for it when the graph is gone. Keras's own layers make their regularizers in `__init__`, as is done here.

    weight w = Weight((x.shape[-1], n), regularizer="l1")
    __init__    self.w_regularizer = regularizers.get("l1")
    build       self.w = self.add_weight(…, regularizer=self.w_regularizer)

What a shape or the turn of a loop decides about stays where it is, of numbers: `L1(rate)` as `L1L2(rate)`, which does the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dslc.lower import plan
from dslc.record import replace

KEEP_A_TENSOR = frozenset({"L1", "OrthogonalRegularizer"})
"""As what follows asked of Keras: `tests/keras/test_penalties.py` looks into every regularizer."""

NAMES = KEEP_A_TENSOR | {"l1", "orthogonal_regularizer"}
"""What Keras calls them as strings."""


def made_before(
    steps: Sequence[plan.Step], fresh: Callable[[str], str]
) -> tuple[list[plan.Step], list[plan.Step]]:
    """The steps for `__init__` and those for `build`; `fresh` gives names to attributes."""
    made: list[plan.Step] = []

    def kept(value: plan.Expr, wish: str) -> plan.Held:
        held = plan.Held(fresh(wish))
        made.append(plan.Bind(held, value, None))
        return held

    def within(owner: str) -> Callable[[Any], Any]:
        def change(node: Any) -> Any:
            match node:
                case plan.Make(slot, value):
                    return replace(node, value=plan.rewritten(value, within(slot.attribute)))
                case plan.Call() if _is_penalty(node):
                    return kept(node, _name(owner, "regularizer")) if _is_known(node) else _of_numbers(node)
                case plan.Call(keywords=keywords) | plan.New(keywords=keywords):
                    asked = [_asked(name, value) for name, value in keywords]
                    if any(asked):
                        changed = tuple(
                            (
                                name,
                                kept(early, _name(owner, name)) if early else plan.rewritten(value, change),
                            )
                            for (name, value), early in zip(keywords, asked, strict=True)
                        )
                        return replace(
                            node, positional=plan.rewritten(node.positional, change), keywords=changed
                        )
                    return None
                case _:
                    return None

        return change

    changed = [plan.rewritten(each, within("")) for each in steps]
    return made, changed


def _name(owner: str, argument: str) -> str:
    return f"{owner}_{argument}" if owner else argument


def _is_penalty(call: plan.Expr) -> bool:
    """Whether an expression makes such a regularizer."""
    match call:
        case plan.Call(plan.Keras("regularizers", name)):
            return name in KEEP_A_TENSOR
        case _:
            return False


def _is_known(call: plan.Expr) -> bool:
    """Whether it is made of nothing that only `build` knows."""
    return not any(isinstance(each, plan.Var) for each in plan.walk(call))


def _of_numbers(call: plan.Call) -> plan.Call | None:
    """The regularizer of Keras that keeps numbers and does the same, where there is one: `L1L2(n)` for `L1(n)`."""
    if call.function != plan.Keras("regularizers", "L1"):
        return None
    return plan.Call(plan.Keras("regularizers", "L1L2"), call.positional, call.keywords)


def _asked(name: str, value: plan.Expr) -> plan.Expr | None:
    """What `__init__` makes of an argument: such a regularizer, or what Keras makes of a string that names one, or may name one."""
    if not name.endswith("regularizer") or not _is_known(value):
        return None
    match value:
        case plan.Call():
            return value if _is_penalty(value) else None
        case plan.Const(text) if text not in NAMES:
            return None
        case _:
            return plan.Call(plan.Keras("regularizers", "get"), (value,))
