"""`trainable=` of a model of `keras.applications`, which is a function and takes no such argument: said behind it.

In: an item of the plan with `Trainable` values.  Out: the same with a step behind each that sets the attribute. A model that is made
inside an expression gets a name first; where a step cannot come first, in what a lambda or a choice makes, it stays, and the
module carries a function for it.

    Make base Trainable(New(ResNet50), False)      Make base New(ResNet50)
                                                Bind base.trainable False
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from dslc.casing import snake_case, untaken
from dslc.lower import plan
from dslc.record import replace


def settled(item: plan.ItemPlan) -> plan.ItemPlan:
    """An item whose frozen models are frozen by steps of their own."""
    match item:
        case plan.FunctionPlan(_, method):
            return replace(item, method=_method(method)) if _has_any(method) else item
        case plan.ClassPlan(methods=methods):
            if not _has_any(methods):
                return item
            return replace(item, methods=tuple(_method(each) for each in methods))  # type: ignore[no-any-return]
        case plan.ConstantPlan():
            return item
        case _:
            assert_never(item)


def _has_any(node: Any) -> bool:
    return any(isinstance(each, plan.Trainable) for each in plan.walk(node))


def _method(method: plan.Method) -> plan.Method:
    names = {each.name for each in plan.walk(method) if isinstance(each, plan.Var)}
    names |= {name for name, _ in method.parameters} | {method.rest}
    return replace(method, steps=_Steps(names).all(method.steps))  # type: ignore[no-any-return]


class _Steps:
    """The steps of one method; `names` are taken."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def all(self, steps: Sequence[plan.Step]) -> tuple[plan.Step, ...]:
        return tuple(each for step in steps for each in self._one(step))

    def _one(self, step: plan.Step) -> list[plan.Step]:
        if not _has_any(step):
            return [step]
        match step:
            case plan.Make(slot, plan.Trainable(value, trainable), span):
                held: plan.Expr = plan.Held(slot.attribute)
                if slot.holder != "one":
                    held = plan.Index(held, (plan.Const(-1),))
                return [*self._first(replace(step, value=value)), _set(held, trainable, span)]
            case plan.Bind((plan.Var() | plan.Held()) as target, plan.Trainable(value, trainable), span):
                return [*self._first(replace(step, value=value)), _set(target, trainable, span)]
            case plan.Loop(body=body):
                return [replace(step, body=self.all(body))]
            case plan.Branch(_, then, otherwise):
                return [replace(step, then=self.all(then), otherwise=self.all(otherwise))]
            case plan.Define(body=body):
                return [replace(step, body=self.all(body))]
            case _:
                return self._first(step)

    def _first(self, step: Any) -> list[plan.Step]:
        """A step, behind those that make and freeze the models inside it."""
        before: list[plan.Step] = []

        def change(node: Any) -> Any:
            match node:
                case plan.Function() | plan.Comprehension() | plan.Conditional() | plan.Slot():
                    return node  # made at another time, or not at all
                case plan.Trainable(value, trainable):
                    name = plan.Var(self._fresh(value))
                    before.append(plan.Bind(name, value, step.span))
                    before.append(_set(name, trainable, step.span))
                    return name
                case _:
                    return None

        after = plan.rewritten(step, change)
        return [*before, after]

    def _fresh(self, value: plan.Expr) -> str:
        match value:
            case plan.New(plan.Keras(_, name) | plan.Reference((_, name))):
                return untaken(snake_case(name), self._names)
            case _:
                return untaken("model", self._names)


def _set(model: plan.Expr, trainable: plan.Expr, span: Any) -> plan.Step:
    return plan.Bind(plan.Attribute(model, "trainable"), trainable, span)
