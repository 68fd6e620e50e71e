"""Makes a model, feeds it and runs it, on any backend of Keras.

In: the class or function of a generated module, and the task (`job.py`).  Out: a model, data for it, and its outputs as arrays in
the order of the source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from dslc.verify.data import Limit, arrays

How = Literal["eager", "compiled"]


def new_model(factory: Any, task: dict[str, Any]) -> Any:
    """The model with the values that the user gave, by the place of each parameter: Python may have to rename one."""
    from ast import literal_eval
    from inspect import signature

    names = list(signature(factory).parameters)
    return factory(**{names[place]: value for place, value in literal_eval(task["values"]).items()})


def feed(task: dict[str, Any], which: int, allowed: Sequence[Limit]) -> Any:
    """The data for a call of the model: an array, a list of them, or a dict."""
    import keras

    found = arrays(task["inputs"], which, list(allowed))
    if keras.backend.backend() != "tensorflow":
        data = [
            one if one.dtype == object else keras.ops.convert_to_tensor(one, port["dtype"])
            for one, port in zip(found, task["inputs"], strict=True)
        ]
        return arranged(data, task)
    import tensorflow

    data = [tensorflow.convert_to_tensor(one) for one in found]
    for index, one in enumerate(task["inputs"]):
        if one["dtype"] == "bfloat16":
            data[index] = tensorflow.cast(data[index], "bfloat16")
        if one["sparse"]:
            data[index] = tensorflow.sparse.from_dense(data[index])
    return arranged(data, task)


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
    """The tensors in what a model gives, a list or dict among its outputs taken apart, in the order of the source."""
    places = {port["name"]: number for number, port in reversed(list(enumerate(task["outputs"])))}
    return _leaves(result, places)


def _leaves(result: Any, places: Mapping[str, int]) -> list[Any]:
    if isinstance(result, dict):  # Keras may have sorted its keys
        pairs = sorted(result.items(), key=lambda pair: _place(pair[0], pair[1], places))
        return [leaf for _, each in pairs for leaf in _leaves(each, places)]
    if isinstance(result, (list, tuple)):
        return [leaf for each in result for leaf in _leaves(each, places)]
    return [result]


def _place(name: str, value: Any, places: Mapping[str, int]) -> int:
    """The place of an entry of a dict among the outputs: by its name, as the first of a list, or by what is in it."""
    if name in places or f"{name}_1" in places:
        return places.get(name, places.get(f"{name}_1", len(places)))
    if isinstance(value, dict):
        return min((_place(key, each, places) for key, each in value.items()), default=len(places))
    return len(places)


def arranged(values: list[Any], task: dict[str, Any]) -> Any:
    """Inputs as the model takes them: one alone, several as a list or dict."""
    if task["named"]:
        return {port["name"]: one for port, one in zip(task["inputs"], values, strict=True)}
    return values[0] if len(values) == 1 else values


def _array(tensor: Any) -> Any:
    import keras

    if keras.backend.backend() != "tensorflow":
        return keras.ops.convert_to_numpy(tensor)
    import tensorflow

    return tensorflow.convert_to_tensor(dense(tensor)).numpy()


def dense(tensor: Any) -> Any:
    """A tensor of TensorFlow, with its zeros where it is sparse."""
    import tensorflow

    return tensorflow.sparse.to_dense(tensor) if isinstance(tensor, tensorflow.SparseTensor) else tensor
