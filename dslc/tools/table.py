"""The table that `dslc summary` prints for a model.

DigitClassifier (digits.kdl)

Layer (type)                Output shape         Parameters  Connected to
─────────────────────────────────────────────────────────────────────────
image (Input)               (None, 28, 28, 1)             0
conv2d (Conv2D)             (None, 26, 26, 32)          320  image
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.graph.counts import activation_bytes, flops, parameters, parameters_of, unknown, weight_bytes
from dslc.graph.graph import OperationCall, steps
from dslc.shapes.dim import Dim
from dslc.shapes.shape import show
from dslc.shapes.text import in_full

if TYPE_CHECKING:
    from dslc.graph.graph import Graph
    from dslc.keras.types import Tensor

_HEAD = ("Layer (type)", "Output shape", "Parameters", "Connected to")
_RIGHT = 2  # the column of numbers is flush right
_GAP = "  "
_NAMED = 4  # so many layers of unknown cost are named in a line
_MASKED = "•"


def table(graph: Graph, file: str, batch: int = 1) -> str:
    """The table of one model with its totals, for a batch of so many samples."""
    rows = _rows(graph)
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD))]
    rule = "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    lines = [f"{graph.name} ({file})", "", _line(_HEAD, widths), rule]
    lines += [_line(row, widths) for row in rows]
    ends = (*_legend(graph), *_totals(graph, batch), *_idle(graph), *_incomplete(graph))
    return "\n".join([*lines, rule, *ends]) + "\n"


def _rows(graph: Graph) -> list[tuple[str, str, str, str]]:
    rows = [(f"{port.name} (Input)", _shape(port.tensor), "0", "") for port in graph.inputs]
    counted: set[int] = set()
    for step in steps(graph):
        shapes, sources = ", ".join(map(_shape, step.outputs)), ", ".join(step.sources)
        if not isinstance(step, OperationCall) and step.masked:
            shown = zip(step.outputs, step.masked, strict=True)
            shapes = ", ".join(_shape(tensor) + (f" {_MASKED}" if masked else "") for tensor, masked in shown)
        if isinstance(step, OperationCall):
            rows.append((f"{step.path} ({step.operation})", shapes, "0", sources))
            continue
        count: Dim = 0 if step.instance in counted else parameters_of(step).total
        shared = step.instance in counted and bool(step.weights)
        counted.add(step.instance)
        size = "unknown" if step.unknown else "shared" if shared else _number(count)
        rows.append((f"{step.path} ({step.layer})", shapes, size, sources))
    return rows


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        cell.rjust(width) if column == _RIGHT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return _GAP.join(cells).rstrip()


def _legend(graph: Graph) -> list[str]:
    return [f"{_MASKED} carries a mask"] if any(call.masked for call in graph.calls) else []


def _totals(graph: Graph, batch: int) -> list[str]:
    counts = parameters(graph)
    more = _unknown(graph)
    least = "≥ " if more else ""
    samples = "one sample" if batch == 1 else f"a batch of {batch:,}"
    return [
        f"Total parameters: {least}{_number(counts.total)}{_in_bytes(weight_bytes(graph))}{more}",
        f"Trainable parameters: {least}{_number(counts.trainable)}{more}",
        f"Non-trainable parameters: {least}{_number(counts.non_trainable)}{more}",
        f"FLOPs of a forward pass of {samples}: {least}{_number(flops(graph, batch))}{more}",
        f"Activations of {samples}: {least}{_size(activation_bytes(graph, batch))}{more}",
    ]


def _idle(graph: Graph) -> list[str]:
    """What a Subclass model has besides: the layers that no output needs."""
    whole, needed = parameters(graph, "subclass").total, parameters(graph).total
    paths = dict.fromkeys(call.path for call in graph.idle if call.weights or call.unknown)
    if whole == needed:
        return []
    more, listed = _number(whole - needed), _listed(tuple(paths))
    return [f"Idle parameters: {more} ({listed}), in a Subclass model only, which has {_number(whole)}"]


def _unknown(graph: Graph) -> str:
    """What the numbers leave out: ` + unknown (extern Backbone)`."""
    names = unknown(graph)
    if not names:
        return ""
    return f" + unknown ({_listed(names)})"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(
        names if len(names) <= _NAMED else (*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more")
    )


def _incomplete(graph: Graph) -> list[str]:
    return [] if graph.complete else ["Incomplete: errors left a part of this model unknown."]


def _shape(tensor: Tensor) -> str:
    return "unknown" if tensor.shape is None else show(tensor.shape)


def _number(dim: Dim) -> str:
    return f"{dim:,}" if isinstance(dim, int) else in_full(dim, 240)


def _in_bytes(dim: Dim) -> str:
    return f" ({_size(dim)})" if isinstance(dim, int) else ""


def _size(dim: Dim) -> str:
    """Bytes in the unit that fits: `136.04 KB`, counted by 1024 as Keras does."""
    if not isinstance(dim, int):
        return f"{dim} bytes"
    size, unit = float(dim), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{dim} B" if unit == "B" else f"{size:.2f} {unit}"
