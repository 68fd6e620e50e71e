"""The fix for a product that Keras takes for sparse: what multiplies by a number is the layer `Rescaling`, too.

In: a program, and the places of products in it.  Out: the fixes, none where no factor is a number that is known before a call.

    x = tokens * math.sqrt(dim)          x = tokens -> Rescaling(math.sqrt(dim))
    x -> _ * 0.5 -> Noisy                x -> Rescaling(0.5) -> Noisy
    x *= 2.0                             x = x -> Rescaling(2.0)
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.lower.binding_time import BindingTimes, Time
from dslc.lower.regions import needs_brackets
from dslc.program import nodes as p
from dslc.program.traversal import items_within, statements_in, walk
from dslc.source import Span


def rescaled(module: p.Module, products: Collection[Span]) -> dict[Span, Fix]:
    """The products that can be written as a layer, each as one."""
    found: dict[Span, Fix] = {}
    for item in items_within(module) if products else ():
        if not isinstance(item, p.Block):
            continue
        times = BindingTimes(item.body)
        lines = [each for each in statements_in(item.body) if not isinstance(each, (p.For, p.If))]
        for value in [*lines, *([] if item.chain is None else [item.chain])]:
            for node in walk(value):
                edit = _edit(times, value, node, products)
                if edit is not None:
                    found.setdefault(edit.span, Fix("unsafe", f"write `{edit.content}`", (edit,)))
    return found


def _edit(times: BindingTimes, value: Any, node: Any, products: Collection[Span]) -> Edit | None:
    """The edit that writes a product as a layer; None for a node that is none of the products, or one of two tensors."""
    match node:
        case p.Augment(span, target, "*", factor) if span in products and times.of(factor) < Time.TENSOR:
            return Edit(span, f"{target.name} = {target.name} -> {_layer(factor)}")
        case p.Expression(span, p.Binary(_, "*", left, right)) if span in products:
            for tensor, factor in ((left, right), (right, left)):
                if isinstance(tensor, p.Hole) and times.of(factor) < Time.TENSOR:
                    return Edit(span, _layer(factor))
            return None
        case p.Binary(span, "*", left, right) if span in products:
            for tensor, factor in ((left, right), (right, left)):
                if times.of(factor) < Time.TENSOR == times.of(tensor):
                    chain = f"{tensor.span.text} -> {_layer(factor)}"
                    whole = value.value if isinstance(value, (p.Assign, p.Output)) else value
                    return Edit(span, f"({chain})" if needs_brackets(span, whole) else chain)
            return None
        case _:
            return None


def _layer(factor: p.Expr) -> str:
    return f"Rescaling({factor.span.text})"
