"""The table that `dslc summary` prints for a model: blocks with their layers below them, folded below a depth.

DigitClassifier (digits.kdl)

Layer (type)              Output shape        Parameters     FLOPs  Connected to
──────────────────────────────────────────────────────────────────────────────────────
image (Input)             (None, 28, 28, 1)            0         0
conv_bn (ConvBN)          (None, 26, 26, 32)         448   438,464  image
  conv2d (Conv2D)         (None, 26, 26, 32)         320   411,008  image

In: a graph, how many blocks deep to go, how many columns there are.  Out: the text; a cell that does not fit ends in `…`.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dslc.graph.counts import activation_bytes, flops, parameters, parameters_of, unknown, weight_bytes
from dslc.graph.graph import LayerCall, OperationCall, steps
from dslc.record import record
from dslc.shapes.dim import Dim
from dslc.shapes.shape import show
from dslc.shapes.text import in_full, in_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dslc.graph.graph import Graph, Use
    from dslc.keras.types import Tensor
    from dslc.shapes.conditions import Demand

_HEAD = ("Layer (type)", "Output shape", "Parameters", "FLOPs", "Connected to")
_LAYER, _SHAPE, _PARAMETERS, _FLOPS, _SOURCES = range(len(_HEAD))
_LEAST = {_SOURCES: 14, _SHAPE: 20, _LAYER: 24, _FLOPS: 10, _PARAMETERS: 10}
"""The columns that give way where there is no room for all, in that order, and what they keep."""
_NARROW = {_SHAPE: 16, _LAYER: 18, _FLOPS: 10}
"""What they keep where that is still too much, and where layers come from is left out."""
_GAP = "  "
_LONGEST = 40  # characters of a cost with names in it
_NAMED = 4  # so many layers of unknown cost are named in a line
_MASKED = "•"


@record
class _Line:
    """A step of the model, or the steps of a block at one place, which its own lines follow below; `use` says what that gives."""

    name: str
    steps: tuple[LayerCall | OperationCall, ...]
    below: tuple[_Line, ...]
    kind: str
    use: Use | None = None


def table(
    graph: Graph, file: str, batch: int = 1, depth: int | None = None, columns: int | None = None
) -> str:
    """The table of one model with its totals, for a batch of so many samples."""
    rows: list[tuple[str, ...]] = [
        (f"{port.name} (Input)", _shape(port.tensor), "0", "0", "") for port in graph.inputs
    ]
    rows += _rows(graph, batch, depth)
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD))]
    widths = widths if columns is None else _fitting(widths, columns)
    rule = "─" * _whole(widths)
    lines = [f"{graph.name} ({file})", "", _line(_HEAD, widths), rule]
    lines += [_line(row, widths) for row in rows]
    ends = [*_legend(graph), *_conditions(graph), *_totals(graph, batch), *_idle(graph), *_by_name(graph)]
    ends += _incomplete(graph)
    return "\n".join([*lines, rule, *ends]) + "\n"


def _rows(graph: Graph, batch: int, depth: int | None) -> list[tuple[str, ...]]:
    counted: set[int] = set()
    first: set[int] = set()  # the steps at which an instance is met for the first time
    for step in steps(graph):
        if isinstance(step, LayerCall) and step.instance not in counted:
            counted.add(step.instance)
            first.add(id(step))
    homes = {step.path: _home(graph, step) for step in steps(graph)}
    lines = _tree(graph, tuple(steps(graph)), "")
    return [
        _row(line, "  " * level, first, batch, lambda source: _at_depth(homes, source, depth))
        for level, line in _open(lines, 0, depth)
    ]


def _at_depth(homes: Mapping[str, str], source: str, depth: int | None) -> str:
    """What a line calls the step that it reads from: where the table does not open the block around that, it is the block."""
    parts = homes.get(source, source).split("/")
    return source if depth is None or len(parts) <= depth + 1 else "/".join(parts[: depth + 1])


def _tree(graph: Graph, inside: tuple[LayerCall | OperationCall, ...], prefix: str) -> tuple[_Line, ...]:
    """The lines of what a block does, or the model itself: those of a block inside it are together."""
    found = []
    for path, group in groupby(inside, lambda step: prefix + _home(graph, step)[len(prefix) :].split("/")[0]):
        for deeper, members in groupby(group, lambda step, here=path: _home(graph, step) != here):  # type: ignore[misc]
            together = tuple(members)
            if deeper:
                use, name = graph.uses.get(path), path[len(prefix) :]
                below = _tree(graph, together, f"{path}/")
                found.append(_Line(name, together, below, name if use is None else use.name, use))
            else:
                found += [_Line(path[len(prefix) :], (step,), (), _kind(step)) for step in together]
    return tuple(found)


def _home(graph: Graph, step: LayerCall | OperationCall) -> str:
    """Where a step stands: what another use of shared layers computes stands where they were used first, as its layers do."""
    around, _, own = step.path.rpartition("/")
    use = graph.uses.get(around)
    return step.path if use is None else f"{use.first}/{own}"


def _kind(step: LayerCall | OperationCall) -> str:
    return step.operation if isinstance(step, OperationCall) else step.layer


def _open(lines: tuple[_Line, ...], level: int, depth: int | None) -> Iterator[tuple[int, _Line]]:
    for line in lines:
        yield level, line
        if level != depth:
            yield from _open(line.below, level + 1, depth)


def _row(
    line: _Line, indent: str, first: set[int], batch: int, called: Callable[[str], str]
) -> tuple[str, ...]:
    """The cells of a line; those of a block add up, and its shapes are those of what it gives."""
    paths = {step.path for step in line.steps}
    outside = (source for step in line.steps for source in step.sources if source not in paths)
    sources = dict.fromkeys(map(called, outside))
    layers = [step for step in line.steps if isinstance(step, LayerCall)]
    count: Dim = sum((parameters_of(step).total for step in layers if id(step) in first), 0)
    spent: Dim = sum((step.flops for step in line.steps), 0)
    weighty = [step for step in layers if step.weights]
    if any(step.unknown for step in layers):
        size = "unknown"
    elif weighty and not any(id(step) in first for step in weighty):
        size = "shared"
    else:
        size = _number(count)
    shapes = in_runs(_shapes(line.steps[-1] if line.use is None else line.use))
    return f"{indent}{line.name} ({line.kind})", shapes, size, _cost(batch * spent), ", ".join(sources)


def _shapes(step: LayerCall | OperationCall | Use) -> list[str]:
    masked = () if isinstance(step, OperationCall) else step.masked
    masked = masked or (False,) * len(step.outputs)
    shown = zip(step.outputs, masked, strict=True)
    return [_shape(tensor) + (f" {_MASKED}" if carries else "") for tensor, carries in shown]


def _fitting(widths: list[int], columns: int) -> list[int]:
    """Widths that fit a terminal of so many columns, where that can be. The last column may be missing."""
    found = _shrunk(widths, _LEAST, columns)
    if _whole(found) > columns:
        without = {column: least for column, least in _LEAST.items() if column != _SOURCES}
        found = _shrunk(_shrunk(widths[:_SOURCES], without, columns), _NARROW, columns)
    return found


def _shrunk(widths: list[int], least: Mapping[int, int], columns: int) -> list[int]:
    found = list(widths)
    for column, kept in least.items():
        over = _whole(found) - columns
        if over > 0:
            found[column] = max(min(kept, found[column]), found[column] - over)
    return found


def _whole(widths: list[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = []
    for column, (cell, width) in enumerate(zip(row, widths, strict=False)):
        fitting = cell if len(cell) <= width else cell[: width - 1] + "…"
        cells.append(fitting.rjust(width) if column in (_PARAMETERS, _FLOPS) else fitting.ljust(width))
    return _GAP.join(cells).rstrip()


def _legend(graph: Graph) -> list[str]:
    return [f"{_MASKED} carries a mask"] if any(call.masked for call in graph.calls) else []


def _conditions(graph: Graph) -> list[str]:
    """What must hold of unknown sizes when the model runs: what it asserts, and what its layers need."""
    if not graph.conditions:
        return []
    from dslc.shapes.conditions import Fact, Joined
    from dslc.shapes.solving import Item, solve

    alike: dict[object, list[Fact | Demand]] = {}
    for each in solve([Item(each) for each in graph.conditions], ())[0]:
        what = each.what
        alike.setdefault((what.sizes, what.possible) if isinstance(what, Fact) else each.number, []).append(
            what
        )
    return (
        [f"Runs only when {'; '.join(str(Joined(tuple(those))) for those in alike.values())}"]
        if alike
        else []
    )


def _totals(graph: Graph, batch: int) -> list[str]:
    counts = parameters(graph)
    more = _unknown(graph)
    least = "≥ " if more else ""
    spent = flops(graph, batch)
    samples = "one sample" if batch == 1 else f"a batch of {batch:,}"
    return [
        f"Total parameters: {least}{_number(counts.total)}{_in_bytes(weight_bytes(graph))}{more}",
        f"Trainable parameters: {least}{_number(counts.trainable)}{more}",
        f"Non-trainable parameters: {least}{_number(counts.non_trainable)}{more}",
        f"FLOPs of a forward pass of {samples}: {least}{_number(spent)}{_in_thousands(spent)}{more}",
        f"Activations of {samples}: {least}{_size(activation_bytes(graph, batch))}{more}",
    ]


def _idle(graph: Graph) -> list[str]:
    """What a Subclass model has besides: the layers that no output needs."""
    whole, needed = parameters(graph, "subclass").total, parameters(graph).total
    paths = dict.fromkeys(call.path for call in (*graph.idle, *graph.kept) if call.weights or call.unknown)
    if whole == needed:
        return []
    more, listed = _number(whole - needed), _listed(tuple(paths))
    return [f"Idle parameters: {more} ({listed}), in a Subclass model only, which has {_number(whole)}"]


def _by_name(graph: Graph) -> list[str]:
    """The layers of the model's own body that have a `name=`: by any other name Keras may call them otherwise."""
    named = dict.fromkeys(call.path for call in graph.calls if ("name", call.path) in call.arguments)
    return [f"Found by get_layer in every style: {', '.join(named)}"] if named else []


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


def _cost(dim: Dim) -> str:
    return f"{dim:,}" if isinstance(dim, int) else in_full(dim, _LONGEST)


def _in_thousands(dim: Dim) -> str:
    """A large number in the unit that fits, as people say it: ` (7.74 G)`."""
    if not isinstance(dim, int) or dim < 1_000_000:
        return ""
    size, unit = float(dim), ""
    for larger in ("K", "M", "G", "T", "P"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f" ({size:.2f} {unit})"


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
