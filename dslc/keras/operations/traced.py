"""Tensor functions whose result has no shape, or fewer sizes, while TensorFlow traces a class: it forgets what Keras knows.

In: a function with its arguments, and what it gives.  Out: what is forgotten, and what to write so that it is known. A graph of Keras
states shapes by rules of its own, and forgets nothing. As `tests/keras/test_traced_operations.py` asks of TensorFlow.

    ops.squeeze(x)          (None, 1, 4): whether the batch is 1, too, only a run tells
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dslc.keras.types import Tensor
from dslc.record import record
from dslc.shapes.dim import BATCH, known

_OF_PARTS = ("ops.median", "ops.quantile", "ops.percentile")
_OF_SEVERAL = ("ops.nanquantile", "ops.nanpercentile")
_OF_COUNTS = ("ops.bincount", "ops.unique")
FORGETFUL = ("ops.squeeze", "ops.inner", "ops.rfft", *_OF_PARTS, *_OF_SEVERAL, *_OF_COUNTS)


@record
class Forgotten:
    """What a function's result lacks in a class: all of its shape where the `rank` is lost, else its sizes; `advice` brings it back."""

    function: str
    rank: bool
    advice: str


def forgotten(function: str, given: Mapping[str, Any], result: Any) -> Forgotten | None:
    """What TensorFlow forgets of the result; None where it knows all that Keras does."""
    if function not in FORGETFUL:
        return None
    tensors = [each for each in given.values() if isinstance(each, Tensor)]
    shapes = [each.shape for each in tensors]
    if any(shape is None for shape in shapes) or not isinstance(result, Tensor):
        return None
    is_open = any(not known(size) for shape in shapes for size in shape or ())
    rank = function in ("ops.squeeze", "ops.inner", "ops.bincount", *_OF_SEVERAL)
    if not rank and not any(isinstance(size, int) for size in result.shape or ()):
        return None  # there is nothing to be forgotten
    match function:
        case "ops.squeeze":
            lost = is_open and given.get("axis") in (None, [], ())
        case "ops.inner" | "ops.bincount":
            lost = True
        case "ops.rfft":
            lost = not known((shapes[0] or (BATCH,))[-1])
        case "ops.unique":
            lost = is_open or given.get("axis") is not None
        case _ if function in _OF_SEVERAL:
            lost = isinstance(given.get("q"), (list, tuple))
        case _:
            lost = is_open and given.get("axis") is not None
    return Forgotten(function, rank, _advice(function, shapes[0], result)) if lost else None


def _advice(function: str, shape: Any, result: Tensor) -> str:
    """What is written so that the sizes are known."""
    if function == "ops.squeeze":
        ones = [axis for axis, size in enumerate(shape) if size == 1]
        if ones:
            return f"name the axis: write `axis={ones[0] if len(ones) == 1 else tuple(ones)}`"
        return "leave it out: no axis is 1"
    sizes = result.shape or ()
    if sizes and sizes[0] == BATCH and all(isinstance(size, int) for size in sizes[1:]):
        return f"write `ops.reshape(_, {(-1, *sizes[1:])})` behind it, which states them"
    return "an `ops.reshape` behind it states them"
