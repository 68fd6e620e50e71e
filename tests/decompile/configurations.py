"""Configurations as Keras 3 writes them, in as few words as a test needs."""

from __future__ import annotations

from typing import Any


def tensor(layer: str, shape: list[int | None], call: int = 0, result: int = 0) -> dict[str, Any]:
    """A tensor among the arguments of a call."""
    history = [layer, call, result]
    return {
        "class_name": "__keras_tensor__",
        "config": {"shape": shape, "dtype": "float32", "keras_history": history},
    }


def layer(kind: str, name: str, *given: Any, module: str = "keras.layers", **config: Any) -> dict[str, Any]:
    """A layer that is called once, on `given`; without, it is called nowhere."""
    calls = [{"args": [*given], "kwargs": {}}] if given else []
    return {
        "module": module,
        "class_name": kind,
        "config": {"name": name, **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": calls,
    }


def entry(name: str, shape: list[int | None], **config: Any) -> dict[str, Any]:
    """An input."""
    return layer("InputLayer", name, batch_shape=shape, dtype="float32", **config)


def functional(
    name: str, layers: list[dict[str, Any]], inputs: list[str], outputs: list[str]
) -> dict[str, Any]:
    """A Functional model."""
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": name,
            "trainable": True,
            "layers": layers,
            "input_layers": [[each, 0, 0] for each in inputs],
            "output_layers": [[each, 0, 0] for each in outputs],
        },
    }


def classifier(
    name: str = "classifier", units: Any = 4, layer_name: str = "dense_1", **more: Any
) -> dict[str, Any]:
    """An input and a layer."""
    dense = layer("Dense", layer_name, tensor("x", [None, 8]), units=units, activation="linear", **more)
    return functional(name, [entry("x", [None, 8]), dense], ["x"], [layer_name])
