"""A plan as text, for people who work on `dslc`: `dslc dump plan model.kdl`.

In: a plan.  Out: an item a paragraph, a step a line, slots before methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from dslc.lower import plan


def dump(module: plan.ModulePlan) -> str:
    """The whole plan."""
    return "\n".join(line for item in module.items for line in [*_item(item), ""])


def _item(item: plan.ItemPlan) -> list[str]:
    match item:
        case plan.ConstantPlan(name, _, value):
            return [f"constant {name} = {show(value)}"]
        case plan.FunctionPlan(_, method):
            return _method(method, "function", 0)
        case plan.ClassPlan():
            slots = [
                f"    slot {each.attribute}: {each.holder}, {each.phase}, site {each.site}"
                for each in item.slots
            ]
            methods = [line for method in item.methods for line in _method(method, "method", 1)]
            return [f"class {item.name} is a {item.base}", *slots, *methods]
        case _:
            assert_never(item)


def _method(method: plan.Method, word: str, depth: int) -> list[str]:
    parameters = [
        name if default is None else f"{name} = {show(default)}" for name, default in method.parameters
    ]
    head = f"{'    ' * depth}{word} {method.name}({', '.join(parameters)})"
    return [head, *_steps(method.steps, depth + 1)]


def _steps(steps: Sequence[plan.Step], depth: int) -> list[str]:
    return [line for step in steps for line in _step(step, depth)]


def _step(step: plan.Step, depth: int) -> list[str]:
    space = "    " * depth
    match step:
        case plan.Bind(target, value):
            return [f"{space}Bind {show(target)} {show(value)}{' (early)' if step.early else ''}"]
        case plan.Grow(target, value):
            return [f"{space}Grow {show(target)} {show(value)}"]
        case plan.Append(target, value):
            return [f"{space}Append {show(target)} {show(value)}"]
        case plan.Empty(slot):
            return [f"{space}Empty {slot.attribute}"]
        case plan.Make(slot, value):
            return [f"{space}Make {slot.attribute} {show(value)}"]
        case plan.Do(value):
            return [f"{space}Do {show(value)}"]
        case plan.Loop(target, iterable, body, turns=turns, held=held):
            parts = [f"{show(turn)} of {show(layers)}" for turn, layers in zip(turns, held, strict=True)]
            parts += [] if target is None else [f"{show(target)} of {show(iterable)}"]
            return [f"{space}Loop {', '.join(parts)}", *_steps(body, depth + 1)]
        case plan.Branch(test, then, otherwise):
            lines = [f"{space}Branch {show(test)}", *_steps(then, depth + 1)]
            return [*lines, f"{space}Otherwise", *_steps(otherwise, depth + 1)] if otherwise else lines
        case plan.Check(fails, message):
            return [f"{space}Check {'' if fails is None else show(fails) + ' '}{show(message)}"]
        case plan.Define(name, _, body):
            return [f"{space}Define {name}", *_steps(body, depth + 1)]
        case plan.Give(value):
            return [f"{space}Give {show(value)}"]
        case plan.Remark(text):
            return [f"{space}Remark {text}"]
        case _:
            assert_never(step)


def show(e: Any) -> str:
    """An expression in the notation of `plan.py`: `Apply(Held dense, x)`."""
    match e:
        case plan.Var(name):
            return name
        case plan.Held(name):
            return f"Held {name}"
        case plan.Reference((_, name)):
            return f"Item {name}"
        case plan.Keras(namespace, name):
            return f"{namespace}.{name}"
        case plan.Python(name):
            return name
        case plan.Const(value):
            return repr(value)
        case None:
            return "nothing"
        case str() | int() | float():
            return repr(e)
        case tuple():
            return ", ".join(show(each) for each in e)
        case _:
            parts = [show(getattr(e, name)) for name in e.__slots__ if getattr(e, name) not in ((), None)]
            return f"{type(e).__name__}({', '.join(parts)})"
