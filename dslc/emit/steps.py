"""Steps of the plan as Python statements, and methods as functions: one to one, nothing is decided here.

Make(slot dense, New(Dense, 8))        self.dense = layers.Dense(8)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dslc.emit import python as py
from dslc.emit.expressions import attribute, expression
from dslc.emit.imports import Imports
from dslc.lower import plan


def method(imports: Imports, m: plan.Method) -> py.Function:
    """A method or function."""
    parameters = _parameters(imports, m.parameters)
    decorators = (py.Name("classmethod"),) if m.of_class else ()
    return py.Function(m.name, parameters, statements(imports, m.steps), m.doc, m.rest, m.span, decorators)


def _parameters(
    imports: Imports, parameters: Sequence[tuple[str, plan.Expr | None]]
) -> tuple[tuple[str, py.Expr | None], ...]:
    return tuple(
        (name, None if default is None else expression(imports, default)) for name, default in parameters
    )


def statements(imports: Imports, steps: Sequence[plan.Step]) -> tuple[py.Statement, ...]:
    return tuple(statement(imports, step) for step in steps)


def statement(imports: Imports, step: plan.Step) -> py.Statement:
    """The Python of a step."""

    def of(e: plan.Expr) -> py.Expr:
        return expression(imports, e)

    match step:
        case plan.Bind(target, value, span, comment):
            return py.Assign(of(target), of(value), span, comment)
        case plan.Grow(target, operator, value, span):
            return py.AugAssign(of(target), operator, of(value), span)
        case plan.Append(target, value, span):
            return py.Do(py.Call(py.Attr(of(target), "append"), (of(value),)), span)
        case plan.Empty(slot, span):
            return py.Assign(attribute(slot.attribute), py.List(()), span)
        case plan.Make(slot, value, span, whole):
            held = attribute(slot.attribute)
            if whole or slot.holder == "one":
                return py.Assign(held, of(value), span)
            return py.Do(py.Call(py.Attr(held, "append"), (of(value),)), span)
        case plan.Do(value, span, comment):
            return py.Do(of(value), span, comment)
        case plan.Loop():
            return _loop(imports, step)
        case plan.Branch(test, then, otherwise, span):
            return py.If(of(test), statements(imports, then), statements(imports, otherwise), span)
        case plan.Check(fails, message, span):
            error = py.Raise(py.Call(py.Name("ValueError"), (of(message),)), span)
            return error if fails is None else py.If(of(fails), (error,), (), span)
        case plan.Define(name, parameters, body, span):
            return py.Function(name, _parameters(imports, parameters), statements(imports, body), span=span)
        case plan.Give(value, span, comment):
            return py.Return(of(value), span, comment)
        case plan.Remark(text):
            return py.Remark(text)
        case _:
            assert_never(step)


def _loop(imports: Imports, loop: plan.Loop) -> py.For:
    """`for layer in self.layers:`, in step with what else the loop goes through."""
    targets: list[py.Expr] = [expression(imports, each) for each in loop.turns]
    sources: list[py.Expr] = [expression(imports, each) for each in loop.held]
    if loop.target is not None:
        target, source = expression(imports, loop.target), expression(imports, loop.iterable)
        match source, target:
            case _ if not targets:
                targets, sources = [target], [source]
            case py.Call(py.Name("zip"), parts, ()), py.Tuple(items, True) if len(parts) == len(items):
                targets, sources = [*items, *targets], [*parts, *sources]
            case _:
                grouped = py.Tuple(target.items) if isinstance(target, py.Tuple) else target
                targets, sources = [grouped, *targets], [source, *sources]
    body = statements(imports, loop.body)
    if len(targets) == 1:
        return py.For(targets[0], sources[0], body, loop.span)
    zipped = py.Call(py.Name("zip"), tuple(sources))
    return py.For(py.Tuple(tuple(targets), bare=True), zipped, body, loop.span)
