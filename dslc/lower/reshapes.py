"""`ops.reshape` to a shape that only the call knows, as the layer that a graph of Keras can hold.

In: a call, and the graph of its model.  Out: the edit, where the batch stays as it is and no more than one size is unknown.

    ops.reshape(x, (ops.shape(x)[0], -1, 304))          x -> Reshape((-1, 304))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.graph.graph import Graph, OperationCall
from dslc.lower.regions import needs_brackets
from dslc.program import nodes as p
from dslc.program.traversal import statements_in, walk
from dslc.shapes.dim import Dim, known
from dslc.source import Span


def as_layers(model: p.Block, graph: Graph | None) -> dict[Span, Fix]:
    """The edits that write the calls of `ops.reshape` in a model as `Reshape`, where both do the same, by their places."""
    sizes = {} if graph is None else _sizes(graph.operations)
    found: dict[Span, Fix] = {}
    for s in statements_in(model.body):
        for node in [] if isinstance(s, (p.For, p.If)) else walk(s):
            match node:
                case p.CallOperation(
                    call, "ops.reshape", _, (tensor, p.TupleOf(_, items) | p.ListOf(_, items)), ()
                ):
                    whole = s.value if isinstance(s, (p.Assign, p.Output)) else s
                    fix = _written(call, tensor, items, sizes.get(call), whole)
                    if fix is not None:
                        found[call] = fix
                case _:
                    continue
    return found


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


def _sizes(operations: Sequence[OperationCall]) -> dict[Span, tuple[Dim, ...] | None]:
    """The sizes behind the batch that reshapes give, of those that leave the batch alone and give the same each time; None for others."""
    found: dict[Span, tuple[Dim, ...] | None] = {}
    for each in operations:
        if each.operation != "Reshape":
            continue
        before, after = each.inputs[0].shape, each.outputs[0].shape
        sizes = after[1:] if before and after and before[0] == after[0] else None
        found[each.span] = sizes if found.get(each.span, sizes) == sizes else None
    return found
