"""`ops.reshape` to a shape that only the call knows, as the layer that a graph of Keras can hold.

In: a call, and the graph of its model.  Out: the edit, where the batch stays as it is and no more than one size is unknown.

    ops.reshape(x, (ops.shape(x)[0], -1, 304))          x -> Reshape((-1, 304))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.graph.graph import Graph
from dslc.lower.regions import needs_brackets
from dslc.program import nodes as p
from dslc.program.traversal import statements_in, walk
from dslc.shapes.dim import Dim, known
from dslc.source import Span


def as_layer(model: p.Block, span: Span, graph: Graph | None) -> Fix | None:
    """The edit that writes the call of `ops.reshape` at this place as `Reshape`, where both do the same."""
    for s in statements_in(model.body):
        for node in [] if isinstance(s, (p.For, p.If)) else walk(s):
            match node:
                case p.CallOperation(
                    at, "ops.reshape", _, (tensor, p.TupleOf(_, items) | p.ListOf(_, items)), ()
                ) if (at == span):
                    whole = s.value if isinstance(s, (p.Assign, p.Output)) else s
                    return _written(at, tensor, items, _sizes(node, graph), whole)
                case _:
                    continue
    return None


def _written(
    call: Span, tensor: p.Expr, items: Sequence[p.Expr], sizes: Sequence[Dim] | None, whole: Any
) -> Fix | None:
    if sizes is None or len(items) != len(sizes) + 1:
        return None
    texts = [item.span.text if known(size) else "-1" for item, size in zip(items[1:], sizes, strict=True)]
    if texts.count("-1") > 1:
        return None
    layer = f"Reshape(({', '.join(texts)}{',' if len(texts) == 1 else ''}))"
    if isinstance(tensor, p.Hole) and any(
        isinstance(each, p.Expression) and each.span == call for each in walk(whole)
    ):
        text = layer  # it is a stage
    else:
        chain = f"{tensor.span.text} -> {layer}"
        text = f"({chain})" if needs_brackets(call, whole) else chain
    return Fix("safe", f"write `{text}`, which keeps the batch", (Edit(call, text),))


def _sizes(node: p.CallOperation, graph: Graph | None) -> tuple[Dim, ...] | None:
    """The sizes behind the batch that a call gives, if it leaves the batch alone whenever it is made."""
    found = [each for each in ([] if graph is None else graph.operations) if each.span == node.span]
    given = [(each.inputs[0].shape, each.outputs[0].shape) for each in found]
    if not given or any(not one or not other or one[0] != other[0] for one, other in given):
        return None
    first = given[0][1]
    return first[1:] if first is not None and all(other == first for _, other in given) else None
