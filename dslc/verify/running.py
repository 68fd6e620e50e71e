"""Makes a model, feeds it and runs it, on any backend of Keras.

In: the class or function of a generated module, and the task (`job.py`).  Out: a model, data for it, and its outputs as arrays in
the order of the source.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from dslc.verify.data import Limit, arrays

How = Literal["eager", "compiled"]


def new_model(factory: Any, task: dict[str, Any]) -> Any:
    """The model with the values that the user gave, by the place of each parameter: Python may have to rename one."""
    from ast import literal_eval
    from inspect import signature

    names = list(signature(factory).parameters)
    return factory(**{names[place]: value for place, value in literal_eval(task["values"]).items()})


def feed(task: dict[str, Any], which: int, named: bool, allowed: Sequence[Limit]) -> Any:
    """The data for a call of the model: an array, a list of them, or a dict."""
    import keras

    found = arrays(task["inputs"], which, list(allowed))
    if keras.backend.backend() != "tensorflow":
        data = [
            one if one.dtype == object else keras.ops.convert_to_tensor(one, port["dtype"])
            for one, port in zip(found, task["inputs"], strict=True)
        ]
        return arranged(data, task["inputs"], named)
    import tensorflow

    data = [tensorflow.convert_to_tensor(one) for one in found]
    for index, one in enumerate(task["inputs"]):
        if one["dtype"] == "bfloat16":
            data[index] = tensorflow.cast(data[index], "bfloat16")
        if one["sparse"]:
            data[index] = tensorflow.sparse.from_dense(data[index])
    return arranged(data, task["inputs"], named)


def run(model: Any, data: Any, task: dict[str, Any], how: How = "eager") -> list[Any]:
    """The outputs as arrays, in the order of the source."""
    if how == "compiled":
        import tensorflow

        compiled = tensorflow.function(
            lambda given: model(given, training=False), jit_compile=True, autograph=False
        )
        return [_array(one) for one in listed(compiled(data), task)]
    return [_array(one) for one in listed(model(data, training=False), task)]


def difference(one: list[Any], other: list[Any]) -> float:
    """The largest difference between two lists of outputs; infinite where they do not even have one shape."""
    import numpy

    largest = 0.0
    for ours, theirs in zip(one, other, strict=True):
        if ours.shape != theirs.shape:
            return float("inf")
        if ours.tobytes() != theirs.tobytes() and ours.dtype != object:
            gap = numpy.abs(ours.astype("float64") - theirs.astype("float64"))
            largest = max(largest, float(numpy.nan_to_num(gap.max(initial=0.0), nan=numpy.inf)))
    return largest


def equal(one: list[Any], other: list[Any]) -> bool:
    return all(
        a.shape == b.shape and (a.tolist() == b.tolist() if a.dtype == object else a.tobytes() == b.tobytes())
        for a, b in zip(one, other, strict=True)
    )


def listed(result: Any, task: dict[str, Any]) -> list[Any]:
    if isinstance(result, dict):
        return [result[port["name"]] for port in task["outputs"]]
    return list(result) if isinstance(result, (list, tuple)) else [result]


def arranged(values: list[Any], ports: list[dict[str, Any]], named: bool) -> Any:
    if len(values) == 1:
        return values[0]
    return {port["name"]: one for port, one in zip(ports, values, strict=True)} if named else values


def _array(tensor: Any) -> Any:
    import keras

    if keras.backend.backend() != "tensorflow":
        return keras.ops.convert_to_numpy(tensor)
    import tensorflow

    dense = tensorflow.sparse.to_dense(tensor) if isinstance(tensor, tensorflow.SparseTensor) else tensor
    return tensorflow.convert_to_tensor(dense).numpy()
