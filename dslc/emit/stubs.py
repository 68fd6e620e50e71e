"""What a module offers as type checkers read it: a `.pyi`.

In: a `ModulePlan`.  Out: the signatures of its functions and classes, in black's form.

    def DigitClassifier(classes: int | tuple[int, ...] = ...) -> keras.Model: ...

A parameter has the type of its default where that says one. A whole number may be a tuple, too (`kernel=3`, `kernel=(3, 5)`); a
text or None mostly stands for an object of Keras, so these stay open, as tensors do: every backend has its own.
"""

from __future__ import annotations

from typing import assert_never

from dslc.lower import plan

_MODELS = {"Model", "Sequential"}


def stubs(planned: plan.ModulePlan, flavour: str) -> str:
    """The text of the `.pyi`."""
    import black

    imported = "from tensorflow import keras" if flavour == "tensorflow" else "import keras"
    items = [_item(each) for each in planned.items]
    text = "\n".join(["from typing import Any", "", imported, "", *items, ""])
    return black.format_str(text, mode=black.Mode(is_pyi=True))


def _item(item: plan.ItemPlan) -> str:
    match item:
        case plan.ConstantPlan(name, _, value):
            return f"{name}: {_type(value)}"
        case plan.FunctionPlan(_, function):
            return _signature(function, _returned(function.steps))
        case plan.ClassPlan(name, _, base, _, _, _, methods):
            path = "keras.Model" if base == "Model" else "keras.layers.Layer"
            lines = [_signature(each, _RETURNED.get(each.name, "Any")) for each in methods]
            return "\n".join([f"class {name}({path}):", *(f"    {line}" for line in lines or ["..."])])
        case _:
            assert_never(item)


_RETURNED = {"__init__": "None", "build": "None", "get_config": "dict[str, Any]"}


def _signature(method: plan.Method, returned: str) -> str:
    words = [
        name if name == "self" else f"{name}: Any" if default is None else f"{name}: {_type(default)} = ..."
        for name, default in method.parameters
    ]
    if method.rest:
        words.append(f"**{method.rest}: Any")
    return f"def {method.name}({', '.join(words)}) -> {returned}: ..."


def _type(value: plan.Expr) -> str:
    """What type a parameter has whose default this is."""
    match value:
        case plan.Const(bool()):
            return "bool"
        case plan.Const(int()):
            return "int | tuple[int, ...]"
        case plan.Const(float()):
            return "float"
        case _:
            return "Any"


def _returned(steps: tuple[plan.Step, ...]) -> str:
    """What a function gives: a model where it makes one, else tensors, layers or numbers."""
    made: dict[str, str] = {}
    for step in steps:
        match step:
            case plan.Bind(plan.Var(name), plan.Call(plan.Keras("keras", kind))) if kind in _MODELS:
                made[name] = f"keras.{kind}"
            case plan.Give(plan.Call(plan.Keras("keras", kind))) if kind in _MODELS:
                return f"keras.{kind}"
            case plan.Give(plan.Var(name)):
                return made.get(name, "Any")
            case (
                plan.Bind() | plan.Give() | plan.Grow() | plan.Append() | plan.Empty() | plan.Make() | plan.Do() | plan.Loop()
                | plan.Branch() | plan.Check() | plan.Define() | plan.Remark()
            ):  # fmt: skip
                continue  # makes or gives something else
            case _:
                assert_never(step)
    return "Any"
