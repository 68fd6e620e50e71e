"""A layer alone in a model of its own: what Keras says of it without any code of ours around.

In: a layer and how it was first called (`calls.First`).  Out: what Keras contradicts itself in, in words, or None. Only asked
when something went wrong: a layer that fails by itself in the same way is not our mistake.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from dslc.verify.calls import First, Spec


def model_of(first: First) -> tuple[Any, Any]:
    """A new layer of the same configuration, and a model that applies it to inputs of the shapes it was called with."""
    import keras

    ports: list[Any] = []

    def port(value: Any) -> Any:
        if not isinstance(value, Spec):
            return value
        ports.append(keras.Input(batch_shape=value.shape, dtype=value.dtype, sparse=value.sparse))
        return ports[-1]

    layer = type(first.layer).from_config(first.layer.get_config())
    positional, named = keras.tree.map_structure(port, (first.positional, dict(first.named)))
    results = keras.tree.flatten(layer(*positional, **named))
    return layer, keras.Model(ports, results)


def run_against_graph(first: First, shapes: list[tuple[int, ...]]) -> str | None:
    """Whether the shapes that Keras infers for the layer are others than those of its run, or its run fails."""
    import keras
    import numpy

    try:
        _, model = model_of(first)
    except Exception:
        return None  # Keras refuses it while it is built: it does not contradict itself
    source = numpy.random.default_rng(5)
    data = [
        keras.ops.convert_to_tensor(source.integers(0, 2, shape).astype(str(port.dtype)))
        for port, shape in zip(model.inputs, shapes, strict=True)
    ]
    name = type(first.layer).__name__
    try:
        results = keras.tree.flatten(model(data if len(data) > 1 else data[0]))
    except Exception as error:
        inferred = ", ".join(_text(one.shape) for one in model.outputs)
        return f"a model of {name} alone is built with the output {inferred} and cannot run: {type(error).__name__}"
    for inferred, result in zip(model.outputs, results, strict=True):
        if any(
            one is not None and one != other for one, other in zip(inferred.shape, result.shape, strict=True)
        ):
            return (
                f"for {name} alone Keras infers the shape {_text(inferred.shape)}, and its run gives "
                f"{_text(result.shape)}"
            )
    return None


def saved_and_loaded(firsts: Iterable[First], folder: str) -> str | None:
    """The first layer that cannot be saved and loaded alone, or is another one afterwards."""
    import keras

    seen: set[str] = set()
    path = os.path.join(folder, "alone.keras")
    for first in firsts:
        name = type(first.layer).__name__
        about = name + repr(
            sorted((key, repr(value)) for key, value in first.layer.get_config().items() if key != "name")
        )
        if about in seen:
            continue
        seen.add(about)
        try:
            _, model = model_of(first)
        except Exception:
            continue
        try:
            model.save(path)
            loaded = keras.models.load_model(path)
        except Exception as error:
            return f"a model of {name} alone cannot be saved and loaded: {type(error).__name__}"
        if loaded.count_params() != model.count_params():
            return (
                f"a model of {name} alone has {model.count_params():,} parameters before it is saved and "
                f"{loaded.count_params():,} after it is loaded"
            )
        weights = zip(model.get_weights(), loaded.get_weights(), strict=True)
        if any(one.shape != other.shape or one.tobytes() != other.tobytes() for one, other in weights):
            return f"a model of {name} alone has other weights after it is loaded"
        if _runs_apart(model, loaded):
            return f"a model of {name} alone gives something else after it is loaded"
    return None


def _runs_apart(model: Any, loaded: Any) -> bool:
    """Whether two models give different things for equal data, and each of them the same thing twice."""
    import keras
    import numpy

    source = numpy.random.default_rng(5)
    shapes = [[4 if size is None else size for size in port.shape] for port in model.inputs]
    data = [
        keras.ops.convert_to_tensor(source.integers(0, 2, shape).astype(str(port.dtype)))
        for port, shape in zip(model.inputs, shapes, strict=True)
    ]
    try:
        runs = [
            [keras.ops.convert_to_numpy(one).tobytes() for one in keras.tree.flatten(each(data))]
            for each in (model, model, loaded)
        ]
    except Exception:
        return False
    return runs[0] == runs[1] != runs[2]


def _text(shape: Any) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
