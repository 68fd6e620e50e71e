"""A described model beside its original in `keras.applications`: the same counts, and with its weights the same outputs.

Weights are matched in the order in which the layers are first called, which both take from the same architecture;
`dslc.verify` compares its styles the same way.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib import util
from pathlib import Path
from typing import Any

import dslc
from dslc.record import record
from dslc.styles import Style
from dslc.verify.calls import copy_weights, owners, refresh, watch
from tests.zoo.variants import Variant

ZOO = Path(__file__).resolve().parents[2] / "dslc" / "keras" / "applications"
CLASSES = 10
"""How many classes the models are built for; a thousand would only make the comparison slower."""


@cache
def compiled(file: str, style: Style) -> dslc.Result:
    """What `dslc` makes of a file of the zoo, once for all who look at it."""
    return dslc.compile(str(ZOO / file), style=style)


def generated(file: str, style: Style) -> Any:
    """The module that `dslc` makes of a file of the zoo, imported."""
    result = compiled(file, style)
    assert result.code is not None, result.diagnostics
    name = f"zoo_{Path(file).stem}_{style}"
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, f"{name}.py")
        Path(path).write_text(result.code, encoding="utf-8")
        spec = util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        module = util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return module


def counts(model: Any) -> tuple[int, int]:
    """All parameters and the trainable ones."""
    return model.count_params(), sum(math.prod(weight.shape) for weight in model.trainable_weights)


def built(make: Any, **arguments: Any) -> tuple[Any, list[Any]]:
    """A model, and its layers with weights in the order in which its code calls them."""
    with watch() as calls:
        model = make(**arguments)
    return model, owners(calls)


def largest_difference(
    original: tuple[Any, list[Any]], copy: tuple[Any, list[Any]], shape: tuple[int, ...]
) -> float:
    """Give `copy` the weights of `original`; the largest difference of their outputs on random images."""
    import numpy

    random = numpy.random.default_rng(3)
    (one, source), (other, target) = original, copy
    for layer in source:
        for variable in layer.weights:  # zeros and ones would hide a mistake
            value = variable.numpy()
            scale = numpy.abs(value) if value.ndim > 1 else 1.0
            variable.assign(value + 0.05 * scale * random.random(value.shape).astype(value.dtype))
        refresh(layer)
    brightness = numpy.array([255, 180, 100, 30], dtype="float32").reshape((4, 1, 1, 1))
    images = brightness * random.random((4, *shape), dtype="float32")
    _settle(one, source, images)
    expected = _told_apart(one, source[-1], images)
    problem = copy_weights(source, target)
    assert problem is None, problem
    found = numpy.asarray(other(images, training=False))
    return float(numpy.abs(expected - found).max())


def _settle(model: Any, layers: list[Any], images: Any) -> None:
    """Give every batch normalization the statistics of these images.

    With the initial ones signals fade away (or grow without end) on their way through a deep model, and the outputs would
    be the same whatever stands between.
    """
    normalizations = [layer for layer in layers if type(layer).__name__ == "BatchNormalization"]
    momenta = [layer.momentum for layer in normalizations]
    for layer in normalizations:
        layer.momentum = 0.0
    model(images, training=True)
    for layer, momentum in zip(normalizations, momenta, strict=True):
        layer.momentum = momentum


def _told_apart(model: Any, classifier: Any, images: Any) -> Any:
    """The outputs of a model, which differ from image to image: a softmax that says 1 and 0 for all gets smaller logits."""
    import numpy

    for _ in range(8):
        outputs = numpy.asarray(model(images, training=False))
        assert numpy.isfinite(outputs).all()
        if numpy.ptp(outputs, axis=0).max() > 0.01:
            return outputs
        for variable in classifier.weights:
            variable.assign(variable.numpy() * 0.2)
    raise AssertionError("the outputs do not depend on the image")


@record
class Compared:
    """What one style of one model has in common with its original: (all, trainable) parameters, and the outputs."""

    style: str
    expected: tuple[int, int]
    found: tuple[int, int]
    difference: float


def compared(file: str, variant: Variant, styles: tuple[Style, ...]) -> Iterator[Compared]:
    """Build a variant and its original, and compare them, style by style."""
    import keras

    shape = (variant.size, variant.size, 3)
    arguments = dict(variant.arguments)
    keras.utils.set_random_seed(5)
    make = getattr(keras.applications, variant.name)
    original = built(make, weights=None, input_shape=shape, classes=CLASSES, **arguments)
    for style in styles:
        module = generated(file, style)
        copy = built(getattr(module, variant.name), input_shape=shape, classes=CLASSES, **arguments)
        expected, found = counts(original[0]), counts(copy[0])
        yield Compared(style, expected, found, largest_difference(original, copy, shape))
        del copy, module
