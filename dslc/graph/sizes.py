"""A graph with numbers for its named sizes: what a model looks like on pictures of 224 by 224.

In: a graph and numbers for the names in the shapes of its inputs.  Out: the graph with every shape and cost computed.
"""

from __future__ import annotations

from collections.abc import Mapping

from dslc.graph.graph import Graph, LayerCall, OperationCall, Port
from dslc.keras.types import Tensor
from dslc.record import replace
from dslc.shapes.dim import names_in, substitute


def size_names(graph: Graph) -> set[str]:
    """The names that sizes of the inputs have (`H?`)."""
    dims = [dim for port in graph.inputs for dim in port.tensor.shape or ()]
    return {
        name.text for dim in dims for name in names_in(dim) if name.free and name.text not in ("batch", "?")
    }


def takes(graph: Graph) -> set[str]:
    """What `--set` may give a value: the parameters of a model and the names of its sizes."""
    return {name for name, _ in graph.parameters} | size_names(graph)


def with_sizes(graph: Graph, sizes: Mapping[str, int]) -> Graph:
    """The graph with `sizes` put in for names."""
    numbers = dict(sizes)
    made: dict[int, Tensor] = {}  # the same tensor stays the same, which tells what is connected to what

    def tensor(each: Tensor) -> Tensor:
        if each.shape is None:
            return each
        if id(each) not in made:
            made[id(each)] = Tensor(
                tuple(substitute(dim, numbers) for dim in each.shape), each.dtype, each.sparse
            )
        return made[id(each)]

    def port(each: Port) -> Port:
        graph = None if each.graph is None else tuple(substitute(dim, numbers) for dim in each.graph)
        made: Port = replace(each, tensor=tensor(each.tensor), graph=graph)
        return made

    def call(each: LayerCall) -> LayerCall:
        inputs, outputs = tuple(map(tensor, each.inputs)), tuple(map(tensor, each.outputs))
        call: LayerCall = replace(each, inputs=inputs, outputs=outputs, flops=substitute(each.flops, numbers))
        return call

    def operation(each: OperationCall) -> OperationCall:
        inputs, outputs = tuple(map(tensor, each.inputs)), tuple(map(tensor, each.outputs))
        flops = substitute(each.flops, numbers)
        made: OperationCall = replace(each, inputs=inputs, outputs=outputs, flops=flops)
        return made

    result: Graph = replace(
        graph,
        inputs=tuple(map(port, graph.inputs)),
        outputs=tuple(map(port, graph.outputs)),
        calls=tuple(map(call, graph.calls)),
        idle=tuple(map(call, graph.idle)),
        kept=tuple(map(call, graph.kept)),
        operations=tuple(map(operation, graph.operations)),
    )
    return result
