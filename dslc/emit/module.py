"""A module from its plan: imports, constants, functions and classes in their order.

In: a `ModulePlan`.  Out: the tree of a Python module. Every style is printed alike, because the plan has made its decisions:
a function is a `FunctionPlan`, a class a `ClassPlan`. A plan that has been said before, as a `Shelf` knows, is the same statement again.
"""

from __future__ import annotations

from typing import assert_never

from dslc.emit import prelude
from dslc.emit import python as py
from dslc.emit.expressions import expression
from dslc.emit.imports import Imports
from dslc.emit.steps import method
from dslc.lower import plan
from dslc.memory import Shelf
from dslc.record import record


@record
class _Said:
    """A plan with its statement, and what this names from elsewhere."""

    plan: plan.ItemPlan
    statement: py.Statement
    imports: Imports


def module(planned: plan.ModulePlan, flavour: str, shelf: Shelf | None = None) -> py.Module:
    """The module of a plan; `flavour` is the Keras it imports, "keras" or "tensorflow"."""
    shelf, imports = shelf or Shelf(), Imports(planned, flavour)
    body: list[py.Statement] = []
    for each in planned.items:
        key = ("statement", id(each), flavour)
        said: _Said | None = shelf.take(key)
        if said is None:
            own = Imports(planned, flavour)
            said = _Said(each, _item(own, each), own)
        shelf.put(key, said)
        imports.add(said.imports)
        body += [py.Remark(text) for text in planned.remarks.get(each.key, ())]
        body.append(said.statement)
    return py.Module(planned.doc, imports.statements(), (*prelude.functions(planned.prelude), *body))


def _item(imports: Imports, item: plan.ItemPlan) -> py.Statement:
    match item:
        case plan.ConstantPlan(name, _, value, span):
            return py.Assign(py.Name(name), expression(imports, value), span)
        case plan.FunctionPlan(_, function):
            return method(imports, function)
        case plan.ClassPlan():
            return _class(imports, item)
        case _:
            assert_never(item)


def _class(imports: Imports, item: plan.ClassPlan) -> py.Class:
    """A class, registered so that a saved model finds it."""
    package = (("package", py.Const(item.package)),)
    register = py.Call(imports.keras("saving", "register_keras_serializable"), (), package)
    base = imports.keras("Model") if item.base == "Model" else imports.member("layers", "Layer")
    methods = tuple(method(imports, each) for each in item.methods)
    return py.Class(item.name, base, methods, item.doc, (register,), item.span)
