"""Whose the names of bodies are, and which functions are meant as blocks: for the advice to somebody who looks for them elsewhere.

In: a statement of a file, before any body is resolved.  Out: what the names of the file know of it.

    block Encoder(width) {      width, x and h are names of the block `Encoder`; `skip` is what it gives
        input x
        h = x -> Dense(width)
        output skip = h
    }
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dslc.casing import camel_case
from dslc.keras import layers
from dslc.program.items import ItemNames
from dslc.syntax import nodes as t


def remember(statement: t.Statement, items: ItemNames) -> None:
    """Remember whose the names of a body are, for the advice to somebody who looks for them elsewhere."""
    match statement:
        case t.Block(_, keyword, name, parameters, body, _):
            owner = f"the {keyword} `{name.text}`"
            items.read(statement)
        case t.Fn(_, name, parameters, body):
            owner = f"the fn `{name.text}`"
            _keep_recipe(name.text, parameters, body, items)
        case (
            t.Use() | t.Extern() | t.Input() | t.Output() | t.Shared() | t.WeightStatement() | t.For() | t.If() | t.Assert()
            | t.Loss() | t.Return() | t.Assign() | t.Augment() | t.ExpressionStatement() | t.Broken()
        ):  # fmt: skip
            return  # has no body with names of its own
        case _:
            assert_never(statement)
    inside = body.statements if isinstance(body, t.Body) else ()
    inputs = [s.target.text for s in inside if isinstance(s, t.Input) and isinstance(s.target, t.Name)]
    for each in (*(parameter.name for parameter in parameters), *inputs):
        items.own(each, owner)
    for s in inside:
        if isinstance(s, t.Output) and isinstance(s.name, t.Name):
            items.give(s.name.text, name.text)
        if isinstance(s, t.Assign) and isinstance(s.target, t.Name):
            items.own(s.target.text, owner, made=True)


def _keep_recipe(
    name: str, parameters: Sequence[t.Parameter], body: t.Body | t.Expr, items: ItemNames
) -> None:
    """Remember the block that a fn is meant to be which returns a layer, or a chain of them."""
    value = body
    if isinstance(body, t.Body):
        last = body.statements[-1] if len(body.statements) == 1 else None
        value = last.value if isinstance(last, t.Return) else body
    first = value.head if isinstance(value, t.Chain) else value
    called = first.function if isinstance(first, t.Call) else first
    makes = isinstance(called, t.Name) and layers.exists(called.text)
    is_whole = "//" in value.span.text  # of numbers, most likely
    if len(parameters) == 1 and not isinstance(value, t.Body) and not makes and not is_whole:
        flows, text = parameters[0].name, " ".join(value.span.text.split())  # a function of tensors
        items.means(name, f"block {camel_case(name)} {{ input {flows}  output {text} }}")
        return
    if isinstance(value, t.Body) or not isinstance(called, t.Name) or not layers.exists(called.text):
        return
    given = f"({', '.join(each.span.text for each in parameters)})" if parameters else ""
    items.means(name, f"block {camel_case(name)}{given} = {' '.join(value.span.text.split())}")
