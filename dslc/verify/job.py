"""What the subprocess is to find out, as plain values: the code of each style, and what the checker says of each model.

In: a checked file and its code in some styles.  Out: JSON values, in which every size is a number: unknown dimensions
are given two different sizes each, and the checker's shapes are computed for both. A size that even then is not known
is None and fits anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dslc.graph.counts import Counts, first_calls, parameters, parameters_of, unknown
from dslc.graph.graph import Graph, LayerCall, Port, steps
from dslc.keras.layers import EMBEDDINGS
from dslc.keras.types import Tensor
from dslc.keras.whole_numbers import of_run
from dslc.record import replace
from dslc.shapes.dim import Dim, substitute
from dslc.shapes.shape import Shape, to_keras
from dslc.verify.sizes import Sizes, two_sizes

if TYPE_CHECKING:
    from dslc.driver import Built, Checked
    from dslc.program.nodes import Extern
    from dslc.styles import Style
    from dslc.verify.beside import Modules

Job = dict[str, object]


CARRIERS = {"Reshape", "Flatten", "Permute", "RepeatVector", "Identity", "Dropout", "SpatialDropout1D"}
"""Layers that hand on what they are given, when nothing is trained."""

HANDING_ON = {
    *("GetItem", "Reshape", "Cast", "ExpandDims", "Squeeze", "Transpose", "Flip", "Roll", "Repeat", "Tile"),
    *("Concatenate", "Stack", "Split", "BroadcastTo", "Swapaxes", "Moveaxis", "Ravel", "Identity", "Copy"),
}
"""Computations of which that is true."""


def job(
    checked: Checked,
    built: Mapping[Style, Built],
    module: str,
    values: Mapping[str, object],
    named: bool,
    roots: Sequence[str] = (),
    allowed: Sequence[str] = (),
    beside: Mapping[Style, Modules] | None = None,
) -> Job:
    """The task for one file; `named` says that several inputs or outputs are a dict (`--named-io`).

    `roots` are the folders in which the modules of its externs are looked for, `allowed` those that may lie elsewhere; `beside` is the
    code of the modules that its own imports in each style.
    """
    others = [code for each in (beside or {}).values() for code in each.values()]
    codes = [*(one.code for one in built.values() if one.code is not None), *others]
    return {
        "file": checked.source.name,
        "externs": [
            [item.name, item.module]
            for item in externs(checked)
            if any(_names(code, item.name) for code in codes)
        ],
        "roots": [*roots],
        "allowed": [*allowed],
        "module": module,
        "beside": {**(beside or {})},
        "styles": {style: one.code for style, one in built.items() if one.code is not None},
        "held": {style: [graph.name for graph in one.checked.graphs] for style, one in built.items()},
        "models": [_model(graph, values, named) for graph in checked.graphs],
    }


def externs(checked: Checked) -> list[Extern]:
    """The externs that a source and the files it uses declare."""
    from dslc.program.nodes import Extern

    if checked.program is None:
        return []
    modules = (checked.program, *checked.program.files.values())
    found = {item.key: item for each in modules for item in each.items if isinstance(item, Extern)}
    return list(found.values())


def _names(code: str, name: str) -> bool:
    """Whether code speaks of a name: an extern that nobody uses is not imported."""
    return re.search(rf"\b{re.escape(name)}\b", code) is not None


def call_at(graph: Graph, index: int) -> LayerCall | None:
    """The call that a finding speaks of: those that an output needs are counted first."""
    calls = (*graph.calls, *graph.idle)
    return calls[index] if index < len(calls) else None


def missing_values(graph: Graph, values: Mapping[str, object]) -> list[str]:
    """Parameters of a model that have neither a default nor a value: nothing can be built without them."""
    from dslc.keras.types import Unknown
    from dslc.shapes.dim import Sym

    return [
        name for name, value in graph.parameters if name not in values and isinstance(value, (Sym, Unknown))
    ]


def _model(graph: Graph, values: Mapping[str, object], named: bool) -> Job:
    sizes = two_sizes(graph, _vocabulary(graph))
    return {
        "name": graph.name,
        "values": repr(
            {place: values[name] for place, (name, _) in enumerate(graph.parameters) if name in values}
        ),
        "inputs": [{**_port(port, sizes), **_use(graph, port.name, sizes)} for port in graph.inputs],
        "outputs": [_port(port, sizes) for port in graph.outputs],
        "named": named and (graph.varied or len(graph.inputs) > 1),  # the inputs are a dict
        "whole": _contents(graph, sizes, parameters(graph)),
        "with_idle": _contents(
            replace(graph, calls=(*graph.calls, *graph.idle)), sizes, parameters(graph, "subclass")
        ),
        "unused_layers": graph.has_unused_layers,
        "parted": graph.parted,
    }


def _contents(graph: Graph, sizes: list[Sizes], counts: Counts) -> Job:
    """What must be found in a model: its parameters, calls and layers.

    A Functional model drops layers that no output depends on; a subclassed one calls them all the same.
    """
    place = {id(call): index for index, call in enumerate(graph.calls)}
    totals = (counts.total, counts.trainable, counts.non_trainable)
    return {
        "parameters": [None if unknown(graph) else _number(total) for total in totals],
        "calls": [[_call(call, some) for call in graph.calls] for some in sizes] if _certain(graph) else None,
        "instances": [
            [call.layer, _number(parameters_of(call).total), place[id(call)]] for call in first_calls(graph)
        ],
    }


LOOKING_UP = frozenset({"Take", "TakeAlongAxis"})
"""The functions whose second argument says where to look in the first."""


def _use(graph: Graph, name: str, sizes: list[Sizes]) -> Job:
    """Where an input goes: `reaches` are the calls it comes to unchanged, counted among those of a layer; `below` is the bound
    for its values when it has an influence, in some other way, on what an embedding looks up.
    """
    unchanged, touched = {name}, {name}
    reaches: list[tuple[str, int]] = []
    count: Counter[str] = Counter()
    below = None
    for step in steps(graph):
        kind = step.layer if isinstance(step, LayerCall) else step.operation
        arrives = not unchanged.isdisjoint(step.sources)
        if isinstance(step, LayerCall):
            if arrives and step.layer not in CARRIERS:
                reaches.append((step.layer, count[step.layer]))
            elif not arrives and step.layer in EMBEDDINGS and not touched.isdisjoint(step.sources):
                below = 2  # whatever is computed with the smallest, few come to lie beyond the end
            count[step.layer] += 1
        elif step.operation in LOOKING_UP and not touched.isdisjoint(step.sources[1:]):
            table = [
                _concrete(step.inputs[0], some) or () for some in sizes
            ]  # whichever axis it is, the batch's, too
            below = min([size for shape in table for size in shape if size is not None], default=2)
        if arrives and kind in (CARRIERS if isinstance(step, LayerCall) else HANDING_ON):
            unchanged.add(step.path)
        if not touched.isdisjoint(step.sources):
            touched.add(step.path)
    return {"reaches": reaches, "below": below}


def _certain(graph: Graph) -> bool:
    """Whether every call is made in every run, so that the list of calls can be compared."""
    return all(call.certain for call in graph.calls)


def _port(port: Port, sizes: list[Sizes]) -> Job:
    shape = port.tensor.shape
    return {
        "name": port.name,
        "dtype": port.tensor.dtype,
        "runs_as": of_run(port.tensor),
        "sparse": port.tensor.sparse,
        "shape": None if shape is None else [_number(dim) for dim in to_keras(shape)],
        "graph": None if port.graph is None else [_number(dim) for dim in to_keras(port.graph)],
        "sizes": [_concrete(port.tensor, some) for some in sizes],
    }


def _call(call: LayerCall, sizes: Sizes) -> list[object]:
    return [call.layer, [_concrete(tensor, sizes) for tensor in call.outputs]]


def _concrete(tensor: Tensor, sizes: Sizes) -> list[int | None] | None:
    shape: Shape | None = tensor.shape
    return None if shape is None else [_number(substitute(dim, sizes)) for dim in shape]


def _vocabulary(graph: Graph) -> int | None:
    """The smallest number of entries that an embedding of the model has: larger indices would be out of its range."""
    entries = [
        size
        for call in graph.calls
        for weight in call.weights
        if weight.name == "embeddings" and (size := _number(weight.shape[0])) is not None
    ]
    return min(entries, default=None)


def _number(dim: Dim | None) -> int | None:
    return dim if isinstance(dim, int) else None
