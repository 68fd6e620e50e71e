"""Numbers that are looked up in a table, an `Embedding`: where they come from, and whether it has a row for each.

In: the call of an `Embedding`, and what flows in.  Out: warnings in the run.

    StringLookup(["a", "b"]) -> Embedding(2, 8)      three numbers: 0 is for what is unknown
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import mixed_up, prepared
from dslc.graph import slips
from dslc.graph.frame import Frame
from dslc.graph.graph import OperationCall
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing, Origin
from dslc.keras.layer import Layer
from dslc.program import nodes as p

_MANY = 1000
"""Numbers that a word is made of: where there are as many, they are a multiple of 64."""
_KEEPING = ("Reshape", "Flatten", "Permute", "RepeatVector")
_KEEP = ("ExpandDims", "Cast", "Reshape", "Squeeze", "GetItem", "Transpose", "Tile", "Repeat", "BroadcastTo")
"""Layers and tensor functions that give the numbers that they are given, in another order or shape."""
_UNKNOWN = {"StringLookup": "[UNK]", "IntegerLookup": -1}


def look(run: Run, frame: Frame, layer: Layer, given: Flowing | None, stage: p.MakeLayer) -> None:
    """Say what is striking about the numbers that a table is made for, and about those that it is given."""
    _words(run, frame, layer, stage)
    if given is not None:
        _computed(run, frame, layer, given, stage)
        _beyond(run, frame, layer, given.origin, stage)


def _computed(run: Run, frame: Frame, layer: Layer, given: Flowing, stage: p.MakeLayer) -> None:
    """Warn of what a layer with weights has computed, and an `Embedding` cuts to whole numbers."""
    maker = None if given.origin.call is None else run.calls[given.origin.call]
    if (
        maker is None
        or not maker.weights
        or not maker.trainable
        or not given.tensor.dtype.startswith("float")
    ):
        return
    run.report(frame, mixed_up.numbers_from_a_layer(layer.name, maker.layer), stage.span)


def _words(run: Run, frame: Frame, layer: Layer, stage: p.MakeLayer) -> None:
    """Warn of few words of very many numbers each, which are no size that anybody chooses."""
    words, size = layer.args["input_dim"], layer.args["output_dim"]
    if not isinstance(words, int) or not isinstance(size, int) or size < max(_MANY, words) or size % 64 == 0:
        return
    first, second = (slips.value_given(layer, name, stage) for name in ("input_dim", "output_dim"))
    fix = None
    if first is not None and second is not None:
        swapped = Edit(first.span, second.span.text), Edit(second.span, first.span.text)
        fix = Fix("unsafe", "swap them", swapped)
    run.report(frame, mixed_up.sizes_swapped(words, size), stage.span, fix=fix)


def _beyond(run: Run, frame: Frame, layer: Layer, origin: Origin, stage: p.MakeLayer) -> None:
    """Warn of numbers for which the table has no row."""
    rows, found = layer.args["input_dim"], _numbers(run, origin)
    if found is None or not isinstance(rows, int) or found[1] <= rows:
        return
    maker, numbers = found
    value = slips.value_given(layer, "input_dim", stage)
    meant = fix = None
    if isinstance(value, p.Const):
        meant = slips.rewritten(stage, {value.span: str(numbers)})
        fix = Fix("unsafe", f"write `{meant}`", (Edit(value.span, str(numbers)),))
    run.report(frame, prepared.beyond_the_table(layer.name, rows, maker, numbers, meant), stage.span, fix=fix)


def _numbers(run: Run, origin: Origin) -> tuple[str, int] | None:
    """What gives the whole numbers, and how many there are, from 0 on; None where nobody knows."""
    while True:
        if origin.call is not None:
            call = run.calls[origin.call]
            if call.layer not in _KEEPING:
                count = _indices(call.layer, dict(call.arguments))
                return None if count is None else (call.layer, count)
        elif origin.operation is not None:
            made = run.operations[origin.operation]
            if made.operation == "Arange":
                return _counted(made)
            if made.operation not in _KEEP:
                return None
        if len(origin.parents) != 1:
            return None
        (origin,) = origin.parents


def _counted(made: OperationCall) -> tuple[str, int] | None:
    """What `ops.arange` counts to, of which every end is known."""
    ends = [each for each in made.numbers if isinstance(each, int)]
    if not ends or len(ends) < len(made.numbers) or 0 in ends[2:]:
        return None
    steps, shape = range(*ends), made.outputs[0].shape
    return ("ops.arange", max(steps[0], steps[-1]) + 1) if steps and shape == (len(steps),) else None


def _indices(layer: str, given: Mapping[str, Any]) -> int | None:
    """How many numbers a layer gives that makes whole numbers of what it is given."""
    if given.get("output_mode", "int") != "int" or given.get("invert"):
        return None
    words = given.get("vocabulary")
    count: Any = None
    if layer in _UNKNOWN and isinstance(words, (list, tuple)):
        unknown = given.get("oov_token", _UNKNOWN[layer])
        special = given.get("num_oov_indices", 1)
        special = special + (given.get("mask_token") is not None) if isinstance(special, int) else 0
        count = len(words) + (0 if unknown in words else special)
    elif layer in (*_UNKNOWN, "TextVectorization") and words is None:
        count = given.get("max_tokens")
    elif layer == "TextVectorization" and isinstance(words, (list, tuple)):
        count = len(words) + (0 if "[UNK]" in words else 2)
    elif layer in ("Hashing", "HashedCrossing"):
        count = given.get("num_bins")
    elif layer == "Discretization":
        ends = given.get("bin_boundaries")
        count = len(ends) + 1 if isinstance(ends, (list, tuple)) else given.get("num_bins")
    return count if type(count) is int else None
