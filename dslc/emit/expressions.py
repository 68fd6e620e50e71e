"""Expressions of the plan as Python: one to one, nothing is decided here.

Apply(Held("dense"), (Var("x"),))        self.dense(x)
"""

from __future__ import annotations

from typing import assert_never

from dslc.emit import prelude
from dslc.emit import python as py
from dslc.emit.imports import Imports
from dslc.lower import plan

SELF = py.Name("self")


def attribute(name: str) -> py.Expr:
    return py.Attr(SELF, name)


def expression(imports: Imports, e: plan.Expr) -> py.Expr:
    """The Python of an expression."""

    def of(inner: plan.Expr) -> py.Expr:
        return expression(imports, inner)

    def optional(inner: plan.Expr | None) -> py.Expr | None:
        return None if inner is None else of(inner)

    def all_of(items: tuple[plan.Expr, ...]) -> tuple[py.Expr, ...]:
        return tuple(of(item) for item in items)

    def named(keywords: tuple[tuple[str, plan.Expr], ...]) -> tuple[tuple[str, py.Expr], ...]:
        return tuple((name, of(value)) for name, value in keywords)

    match e:
        case plan.Var(name):
            return py.Name(name)
        case plan.Held(name):
            return attribute(name)
        case plan.Reference(key):
            return imports.item(key)
        case plan.Keras(namespace, name):
            return imports.member(namespace, name)
        case plan.Python(name, module):
            return imports.python(name, module)
        case plan.Const(value, text):
            return py.Const(value, text)
        case plan.Text(parts):
            return py.FString(tuple(x if isinstance(x, str) else (of(x[0]), x[1]) for x in parts))
        case plan.TupleOf(items, bare):
            return py.Tuple(all_of(items), bare)
        case plan.ListOf(items):
            return py.List(all_of(items))
        case plan.DictOf(pairs):
            return py.Dict(
                tuple(
                    (py.Spread(py.Name("")) if isinstance(key, plan.Spread) else of(key), of(value))
                    for key, value in pairs
                )
            )
        case plan.Spread(value):
            return py.Spread(of(value))
        case plan.Comprehension(element, clauses, bare, key):
            made = tuple((of(c.target), of(c.iterable), optional(c.test)) for c in clauses)
            if key is not None:
                return py.DictComprehension(of(key), of(element), made)
            return py.Comprehension(of(element), made, bare)
        case plan.Unary(operator, operand):
            return py.Unary(operator, of(operand))
        case plan.Binary(operator, left, right, grouped):
            return py.Binary(operator, of(left), of(right), grouped)
        case plan.Compare(first, rest):
            return py.Compare(of(first), tuple((operator, of(operand)) for operator, operand in rest))
        case plan.Conditional(test, then, otherwise):
            return py.Conditional(of(test), of(then), of(otherwise))
        case plan.Attribute(value, name):
            return py.Attr(of(value), name)
        case plan.Index(value, items, comma):
            return py.Index(of(value), all_of(items), comma)
        case plan.Slice(start, stop, step):
            return py.Slice(optional(start), optional(stop), optional(step))
        case (
            plan.Call(function, positional, keywords)
            | plan.New(function, positional, keywords)
            | plan.Apply(function, positional, keywords)
        ):
            return py.Call(of(function), all_of(positional), named(keywords))
        case plan.Chain(layers):
            return py.Call(imports.keras("Sequential"), (py.List(all_of(layers)),))
        case plan.Recipe(layer):
            return prelude.recipe(imports, of(layer))
        case plan.FromRecipe(recipe):
            return prelude.layer_from(imports, of(recipe))
        case plan.Trainable(layer, trainable):
            return prelude.trainable(of(layer), of(trainable))
        case plan.Next(iterator):
            return py.Call(py.Name("next"), (of(iterator),))
        case plan.Function(parameters, body, kept):
            return py.Lambda(parameters, of(body), kept)
        case plan.Let(name, value):
            return py.Walrus(name, of(value))
        case _:
            assert_never(e)
