"""Draws a graph: a box for each layer inside the boxes of its blocks, an arrow for each tensor.

In: a `Graph`.  Out: a `Drawing` with everything in it (`fold` and `closed` make it smaller).

The paths of the graph say what lies in what: `residual_2/conv_bn/conv2d` is a layer in the second use of `Residual`. What is called
several times with the same weights has one path and is drawn once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.graph import taps
from dslc.graph.counts import parameters, parameters_of
from dslc.graph.graph import Graph, LayerCall, OperationCall, Port, steps
from dslc.keras import layers
from dslc.keras.types import Tensor
from dslc.picture import words
from dslc.picture.drawing import Arrow, Box, Drawing, Kind
from dslc.record import record, replace
from dslc.shapes.dim import Dim


def draw(graph: Graph, file: str) -> Drawing:
    """The picture of a model, with all of its layers."""
    once = _Once(graph)
    boxes: dict[str, Box] = {}
    gives: dict[str, Sequence[Tensor]] = {}  # what each box gives
    arrows: dict[Arrow, None] = {}
    for port in graph.inputs:
        boxes[port.name] = _port(port, "input")
        gives[port.name] = (port.tensor,)
    for step in steps(graph):
        path = once.path(step.path)
        known = boxes.get(path)
        box = _layer(step, path) if isinstance(step, LayerCall) else _operation(step, path)
        boxes[path] = box if known is None else _again(known, box)
        gives[path] = step.outputs
        sources = [once.path(name) for name in step.sources]
        for source, given in zip(sources, _brought(step.inputs, sources, gives), strict=True):
            arrows[Arrow(source, path, words.shapes(given))] = None
    for port in graph.outputs:
        path = _free(port.name, boxes)
        boxes[path] = replace(_port(port, "output"), path=path)
        for name in port.sources:
            arrows[Arrow(once.path(name), path, words.shape(port.tensor))] = None
    tree = _nested(list(boxes.values()), "", once)
    return Drawing(graph.name, file, parameters(graph).total, tree, tuple(arrows))


def _brought(
    inputs: Sequence[Tensor], sources: Sequence[str], gives: Mapping[str, Sequence[Tensor]]
) -> Sequence[Sequence[Tensor]]:
    """Which inputs come from which source. Of one that brings several the shapes tell it; where they do not, it is all that it gives."""
    if len(sources) == len(inputs):
        return [(each,) for each in inputs]
    if len(sources) == 1:
        return [inputs]
    shapes = [{tensor.shape for tensor in gives.get(each, ())} for each in sources]
    if all(sum(tensor.shape in those for those in shapes) == 1 for tensor in inputs):
        return [[tensor for tensor in inputs if tensor.shape in those] for those in shapes]
    return [gives.get(each, ()) for each in sources]


@record
class _Once:
    """The paths of a graph, each part that is shared under the path of its first use."""

    graph: Graph

    def path(self, path: str) -> str:
        """The path under which something is drawn."""
        folder, slash, _ = path.rpartition("/")
        while slash:
            use = self.graph.uses.get(folder)
            if use is not None and use.first != folder:
                return use.first + path[len(folder) :]
            folder, slash, _ = folder.rpartition("/")
        return path


def _port(port: Port, kind: Kind) -> Box:
    dtype = "" if port.tensor.dtype == "float32" else port.tensor.dtype
    return Box(port.name, kind, port.name, dtype, words.shape(port.tensor), 0, 0, port.span)


def _layer(call: LayerCall, path: str) -> Box:
    row = layers.find(call.layer)
    unknown = bool(call.unknown)
    kind: Kind = "layer" if row is not None else "weight" if call.layer == "Weight" else "extern"
    bare = (
        frozenset(each.name for each in layers.signature(row).constructor if each.required)
        if row is not None
        else frozenset()
    )
    made_with = words.arguments(call.arguments, bare)
    return Box(
        path,
        kind,
        path.rpartition("/")[2] if kind == "weight" or call.layer == taps.TAPS else call.layer,
        words.cut(", ".join(made_with)),
        words.shapes(call.outputs),
        None if unknown else parameters_of(call).total,
        None if unknown else call.flops,
        call.span,
        frozen=not call.trainable and bool(call.weights),
        arguments=made_with,
    )


def _operation(call: OperationCall, path: str) -> Box:
    unknown = any(tensor.shape is None for tensor in call.outputs)
    flops = None if unknown else call.flops
    return Box(path, "operation", call.operation, "", words.shapes(call.outputs), 0, flops, call.span)


def _again(known: Box, box: Box) -> Box:
    """A box whose layer is called once more."""
    flops = None if known.flops is None or box.flops is None else known.flops + box.flops
    shape = known.shape if known.shape == box.shape else f"{known.shape}; {box.shape}"
    return replace(known, flops=flops, shape=shape, shared=True)  # type: ignore[no-any-return]


def _free(name: str, taken: dict[str, Box]) -> str:
    """A path for an output, which may have the name of a layer."""
    path = name
    while path in taken:
        path = f"{path}'"
    return path


def _nested(boxes: Sequence[Box], prefix: str, once: _Once) -> tuple[Box, ...]:
    """The boxes below a prefix, those of a block inside one of its own, in order of their first."""
    groups: dict[str, list[Box]] = {}
    for box in boxes:
        head = box.path[len(prefix) :].partition("/")[0]
        groups.setdefault(head, []).append(box)
    found = []
    for head, members in groups.items():
        path = prefix + head
        own = [box for box in members if box.path == path]
        inner = [box for box in members if box.path != path]
        found += own
        if inner:
            found.append(_block(path, _nested(inner, path + "/", once), once))
    return tuple(found)


def _block(path: str, inside: tuple[Box, ...], once: _Once) -> Box:
    use = once.graph.uses.get(path)
    known = all(box.parameters is not None for box in inside)
    cheap = all(box.flops is not None for box in inside)
    made_with = () if use is None else words.arguments(use.arguments, frozenset())
    return Box(
        path,
        "block",
        path.rpartition("/")[2] if use is None else use.name,
        words.cut(", ".join(made_with)),
        inside[-1].shape,
        _sum([box.parameters for box in inside]) if known else None,
        _sum([box.flops for box in inside]) if cheap else None,
        inside[0].span if use is None else use.span,
        shared=all(box.shared for box in inside),
        frozen=any(box.frozen for box in inside) and all(box.frozen or not box.parameters for box in inside),
        arguments=made_with,
        inside=inside,
    )


def _sum(numbers: Sequence[Dim | None]) -> Dim:
    total: Dim = 0
    for number in numbers:
        total = total + (0 if number is None else number)
    return total
