"""Layers that wait for `adapt`: their user shows them data before the model runs, and here they are given the least that lets it run.

In: a model that Keras has built.  Out: nothing; each such layer has a vocabulary of one word, or boundaries, afterwards.
"""

from __future__ import annotations

from typing import Any

WORD, NUMBER = "a", 1
"""The one entry of a vocabulary, so that no layer behind it meets a number that is too large."""


def adapt(model: Any) -> None:
    """Give every look-up without a vocabulary one, and every `Discretization` without boundaries some."""
    for layer in model._flatten_layers():
        if type(layer).__module__.partition(".")[0] != "keras":
            continue
        match type(layer).__name__:
            case "StringLookup" | "TextVectorization" if not len(_words(layer)):
                layer.set_vocabulary([WORD], **_weights(layer))
            case "IntegerLookup" if not len(_words(layer)):
                layer.set_vocabulary([NUMBER], **_weights(layer))
            case "Discretization" if layer.bin_boundaries is None:
                _bins(layer)


def _words(layer: Any) -> Any:
    return layer.get_vocabulary(include_special_tokens=False)


def _weights(layer: Any) -> dict[str, list[float]]:
    return {"idf_weights": [1.0]} if layer.get_config()["output_mode"] == "tf_idf" else {}


def _bins(layer: Any) -> None:
    import numpy

    layer.adapt(numpy.random.default_rng(5).standard_normal((64, 1)).astype("float32"))
