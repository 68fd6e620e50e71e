"""What Keras has against the weights of a layer: which values `add_weight` takes, and which initializer fills which shape.

In: the arguments of a `weight` declaration, or the initializer of a layer's own weight, with the shape and dtype.  Out: refusals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras import kinds
from dslc.keras.dtypes import is_float
from dslc.keras.layer import Kind
from dslc.keras.types import Object, Refusal
from dslc.shapes.shape import Shape, show

ARGUMENTS: Mapping[str, Kind] = {
    "shape": kinds.anything,
    "initializer": kinds.optional(kinds.initializer),
    "dtype": kinds.dtype,
    "trainable": kinds.anything,
    "autocast": kinds.anything,
    "regularizer": kinds.regularizer,
    "constraint": kinds.constraint,
    "aggregation": kinds.choice("none", "mean", "sum", "only_first_replica", none=True),
    "name": kinds.anything,
}
"""What `Weight(…)` takes, in the order of `keras.layers.Layer.add_weight`."""


def refusals(given: Mapping[str, Any], shape: Shape, dtype: str) -> list[Refusal]:
    """Everything that Keras has against the arguments of a weight of this shape."""
    found = []
    for name, value in given.items():
        message = None if kinds.has_unknown(value) else ARGUMENTS[name]("Weight", name, value)
        if message is not None:
            found.append(Refusal(message, name))
    if found or kinds.has_unknown(given.get("initializer")):
        return found
    initializer = given.get("initializer")
    problem = filling("Weight", "initializer", initializer, shape, dtype)
    if problem is not None:
        return [problem]
    if initializer is not None and not is_float(dtype) and not is_plain(initializer):
        advice = "leave the initializer out, or fill it with zeros or ones"
        return [
            Refusal(
                say.wrong_dtype(
                    "Weight", dtype, "a float dtype where it is filled with random numbers", advice
                ),
                "initializer",
            )
        ]
    return []


def filling(owner: str, argument: str, filled: Any, shape: Shape, dtype: str) -> Refusal | None:
    """Why an initializer cannot fill a weight of this shape and dtype: some make matrices only."""
    name = filled.name if isinstance(filled, Object) else filled
    if not isinstance(name, str):
        return None
    kind = name.lower().removesuffix("initializer")
    if kind == "orthogonal" and (len(shape) < 2 or dtype == "bfloat16"):
        what = "it fills matrices of floats"
    elif kind == "identity" and len(shape) != 2:
        what = "it fills matrices"
    else:
        return None
    half = kind == "orthogonal" and dtype == "bfloat16"
    reason = "bfloat16" if half else f"a weight of the shape {show(shape)}"
    return Refusal(say_arguments.conflict(owner, f"`{argument}` {kind}", reason, what), argument)


def is_plain(initializer: Any) -> bool:
    """Whether an initializer fills with the same number everywhere, so that it works in any dtype."""
    name = initializer.name if isinstance(initializer, Object) else initializer
    return isinstance(name, str) and name.lower() in ("zeros", "ones", "constant")
