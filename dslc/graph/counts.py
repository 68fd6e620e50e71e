"""What a model costs: parameters, FLOPs, memory. Pure sums over a graph.

In: a graph.  Out: sizes as `Dim`s, that is numbers, or expressions where a parameter or a length is not known. What an
`extern` costs is known to nobody: then every sum is a lower bound, and `unknown` says what is missing in it.
A shared layer is called several times and has its weights once, so weights are counted once for each instance.
"""

from __future__ import annotations

from dslc.graph.graph import Graph, LayerCall, steps
from dslc.keras.dtypes import BYTES
from dslc.keras.operations.calling import elements
from dslc.keras.types import Tensor, Weight
from dslc.record import record, replace
from dslc.shapes.dim import Dim, substitute
from dslc.shapes.shape import product
from dslc.styles import Style


@record
class Counts:
    """Numbers of parameters, as Keras's `count_params()` and `summary()` give them."""

    total: Dim
    trainable: Dim
    non_trainable: Dim


def parameters(graph: Graph, style: Style = "functional") -> Counts:
    """The parameters of the whole model, those of each instance once; a Subclass model has its idle layers, too, and those that it keeps."""
    if style == "subclass":
        graph = replace(graph, calls=(*graph.calls, *graph.idle, *graph.kept))
    trainable: Dim = 0
    other: Dim = 0
    for call in first_calls(graph):
        counts = parameters_of(call)
        trainable = trainable + counts.trainable
        other = other + counts.non_trainable
    return Counts(trainable + other, trainable, other)


def parameters_of(call: LayerCall) -> Counts:
    """The parameters of the layer that is called here."""
    trainable: Dim = 0
    other: Dim = 0
    for weight in call.weights:
        if weight.trainable and call.trainable:
            trainable = trainable + product(weight.shape)
        else:
            other = other + product(weight.shape)
    return Counts(trainable + other, trainable, other)


def unknown(graph: Graph) -> tuple[str, ...]:
    """What the counts leave out because nobody knows it: Python layers (`extern Backbone`), layers on unknown shapes."""
    names: list[str] = []
    for step in steps(graph):
        if isinstance(step, LayerCall):
            names += step.unknown
        elif any(tensor.shape is None for tensor in step.outputs):
            names.append(step.path)
    return tuple(dict.fromkeys(names))


def first_calls(graph: Graph) -> list[LayerCall]:
    """The first call of every instance, in order."""
    first: dict[int, LayerCall] = {}
    for call in graph.calls:
        first.setdefault(call.instance, call)
    return list(first.values())


def flops(graph: Graph, batch: int = 1) -> Dim:
    """Floating-point operations of one forward pass: `keras/operations/costs.py` says how they are counted."""
    total: Dim = 0
    for step in steps(graph):
        total = total + step.flops
    return batch * total


def weight_bytes(graph: Graph) -> Dim:
    """Memory that the variables take."""
    total: Dim = 0
    for call in first_calls(graph):
        for weight in call.weights:
            total = total + _weight_bytes(weight)
    return total


def activation_bytes(graph: Graph, batch: int = 1) -> Dim:
    """Memory of the inputs and of all that layers and operations give, which training keeps for the backward pass.

    An upper bound for a forward pass alone, which may drop what nothing needs any more. Strings count as nothing, and so do
    weights, whether a layer or a block holds them: `weight_bytes` has them. Where the batch of the inputs is a number, a sample
    has its part of all.
    """
    first = graph.inputs[0].tensor.shape if graph.inputs else None
    fixed = first[0] if first and isinstance(first[0], int) and first[0] > 1 else None
    total: Dim = 0
    for port in graph.inputs:
        total = total + _tensor_bytes(port.tensor, batch)
    for step in steps(graph):
        for tensor in () if isinstance(step, LayerCall) and step.layer == "Weight" else step.outputs:
            total = total + _tensor_bytes(tensor, batch)
        for tensor in step.inside if isinstance(step, LayerCall) else ():
            total = total + _tensor_bytes(tensor, batch)
    return total if fixed is None else batch * total // fixed


def _tensor_bytes(tensor: Tensor, batch: int) -> Dim:
    if tensor.shape is None:
        return 0
    elements_of_all = substitute(product(tensor.shape), {"batch": batch})
    return BYTES.get(tensor.dtype, 0) * (elements_of_all or batch * elements(tensor.shape))


def _weight_bytes(weight: Weight) -> Dim:
    return BYTES.get(weight.dtype, 0) * product(weight.shape)
