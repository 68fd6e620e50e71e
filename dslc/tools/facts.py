"""Everything known of the models of a file, as plain values: what `dslc summary --format json` prints.

In: a checked source.  Out: `{"name", "file", "inputs", "outputs", "layers", "operations", "params", "flops", "activation_bytes",
"styles"}` for each model. A number that depends on a parameter without a value, or on an unknown length, is the text
of the expression (`"64 * classes + 64"`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.shapes.dim import BATCH, Dim
from dslc.shapes.text import in_full

if TYPE_CHECKING:
    from dslc.driver import Checked
    from dslc.graph.graph import Graph, LayerCall, OperationCall, Port
    from dslc.keras.types import Tensor
    from dslc.styles import Style

Fact = dict[str, object]

SCHEMA = 1


def facts(sources: list[Checked]) -> Fact:
    """The facts of all models of some sources, under the number of this schema."""
    return {
        "schema": SCHEMA,
        "models": [_model(checked, graph) for checked in sources for graph in checked.graphs],
    }


def _model(checked: Checked, graph: Graph) -> Fact:
    from dslc.graph.counts import activation_bytes, flops, parameters
    from dslc.styles import STYLES

    counts = parameters(graph)
    return {
        "name": graph.name,
        "file": checked.source.name,
        "inputs": [_port(port) for port in graph.inputs],
        "outputs": [_port(port) for port in graph.outputs],
        "layers": [_layer(call) for call in graph.calls],
        "operations": [_operation(each) for each in graph.operations],
        "params": {
            "total": number(counts.total),
            "trainable": number(counts.trainable),
            "non_trainable": number(counts.non_trainable),
        },
        "flops": number(flops(graph)),
        "activation_bytes": number(activation_bytes(graph)),
        "styles": {style: _reasons(checked, style, graph) for style in STYLES},
    }


def _reasons(checked: Checked, style: Style, graph: Graph) -> list[Fact]:
    from dslc.driver import refusals

    return [
        {
            "code": item.code,
            "message": item.text,
            "row": item.span.begin.row,
            "column": item.span.begin.column,
        }
        for item in refusals(checked, style, graph.name)
    ]


def _port(port: Port) -> Fact:
    return {
        "name": port.name,
        "shape": sizes(port.tensor),
        "dims": dims(port.tensor),
        "dtype": port.tensor.dtype,
    }


def _layer(call: LayerCall) -> Fact:
    """A call of a layer; `masked` says which of its outputs carry a mask, where any does."""
    from dslc.graph.counts import parameters_of

    counts = parameters_of(call)
    row, column = call.span.begin
    masked: Fact = {"masked": list(call.masked)} if call.masked else {}
    return {
        "path": call.path,
        "layer": call.layer,
        "inputs": [sizes(tensor) for tensor in call.inputs],
        "outputs": [sizes(tensor) for tensor in call.outputs],
        "params": number(counts.total),
        "trainable_params": number(counts.trainable),
        "flops": number(call.flops),
        "row": row,
        "column": column,
        "connected_to": list(call.sources),
        **masked,
    }


def _operation(each: OperationCall) -> Fact:
    """An operator, an index or a tensor function; `before` layers of the list stand in front of it."""
    row, column = each.span.begin
    return {
        "path": each.path,
        "operation": each.operation,
        "inputs": [sizes(tensor) for tensor in each.inputs],
        "outputs": [sizes(tensor) for tensor in each.outputs],
        "before": each.before,
        "row": row,
        "column": column,
        "connected_to": list(each.sources),
    }


def sizes(tensor: Tensor) -> list[int | None] | None:
    """A shape as Keras shows it, `None` for what is no number yet; None where even the rank is unknown."""
    if tensor.shape is None:
        return None
    return [dim if isinstance(dim, int) else None for dim in tensor.shape]


def dims(tensor: Tensor) -> list[str] | None:
    """A shape as texts: `batch`, numbers, and expressions over the unknowns."""
    if tensor.shape is None:
        return None
    return ["batch" if dim == BATCH else in_full(dim) for dim in tensor.shape]


def number(dim: Dim) -> int | str:
    """A count as a number, or as the text of its expression."""
    return dim if isinstance(dim, int) else in_full(dim)


def text(value: object, indent: str = "") -> str:
    """A value as JSON in which whatever fits stands on one line, so that a layer is a line and not a page."""
    from json import dumps

    line = dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= 200 or not isinstance(value, (dict, list)):
        return line
    inner = indent + "  "
    if isinstance(value, list):
        items = [text(item, inner) for item in value]
        opening, closing = "[", "]"
    else:
        items = [f"{dumps(key)}: {text(item, inner)}" for key, item in value.items()]
        opening, closing = "{", "}"
    listed = f",\n{inner}".join(items)
    return f"{opening}\n{inner}{listed}\n{indent}{closing}"
