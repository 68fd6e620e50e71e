"""Everything known of the models of a file, as plain values: what `dslc summary --format json` prints.

In: a checked source.  Out: `{"name", "file", "inputs", "outputs", "layers", "operations", "idle", "params", "params_by_style", "flops", "activation_bytes",
"unknown", "styles"}` for each model. A number that depends on a parameter without a value, or on an unknown length, is the text
of the expression (`"64 * classes + 64"`). `idle` are the layers that no output needs: a Subclass model has them, the others have
not, so `params_by_style` differs, and `params` are without them. What nobody knows is None: the parameters of an `extern`, and of layers behind one
without a contract; `unknown` names them, and then the sums of the model are lower bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.shapes.dim import BATCH, Dim
from dslc.shapes.text import in_full

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.driver import Checked
    from dslc.graph.counts import Counts
    from dslc.graph.graph import Graph, LayerCall, OperationCall, Port
    from dslc.keras.types import Tensor
    from dslc.styles import Style

Fact = dict[str, object]

SCHEMA = 1


def facts(sources: list[Checked]) -> Fact:
    """The facts of all models of some sources, under the number of this schema."""
    return {"schema": SCHEMA, "models": [each for checked in sources for each in _models(checked)]}


def _models(checked: Checked) -> list[Fact]:
    from dslc.driver import refuser

    if not checked.graphs:
        return []
    refused = refuser(checked)
    return [_model(checked.source.name, graph, refused) for graph in checked.graphs]


def _model(file: str, graph: Graph, refused: Callable[[Style, str], tuple[Diagnostic, ...]]) -> Fact:
    from dslc.graph.counts import activation_bytes, flops, parameters, unknown
    from dslc.styles import STYLES

    return {
        "name": graph.name,
        "file": file,
        "inputs": [_port(port) for port in graph.inputs],
        "outputs": [_port(port) for port in graph.outputs],
        "layers": [_layer(call) for call in graph.calls],
        "operations": [_operation(each) for each in graph.operations],
        "idle": [_layer(call) for call in graph.idle],
        "params": _counts(parameters(graph)),
        "params_by_style": {style: _counts(parameters(graph, style)) for style in STYLES},
        "flops": number(flops(graph)),
        "activation_bytes": number(activation_bytes(graph)),
        "unknown": list(unknown(graph)),
        "styles": {style: _reasons(refused(style, graph.name)) for style in STYLES},
    }


def _counts(counts: Counts) -> Fact:
    return {
        "total": number(counts.total),
        "trainable": number(counts.trainable),
        "non_trainable": number(counts.non_trainable),
    }


def _reasons(refusals: Iterable[Diagnostic]) -> list[Fact]:
    return [
        {
            "code": item.code,
            "message": item.text,
            "row": item.span.begin.row,
            "column": item.span.begin.column,
        }
        for item in refusals
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
        "params": None if call.unknown else number(counts.total),
        "trainable_params": None if call.unknown else number(counts.trainable),
        "flops": None if call.unknown else number(call.flops),
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
        "flops": None if any(tensor.shape is None for tensor in each.outputs) else number(each.flops),
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
