"""Which layers Keras cannot follow in a class while the sizes of their input are open: those that `dslc` refuses there."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("keras")

import keras

from dslc.driver import build, check
from dslc.source import Source

INPUTS = {1: "(T?, 4)", 2: "(H?, W?, 3)", 3: "(D?, H?, W?, 2)"}
LAYERS = {
    1: ("AdaptiveAveragePooling1D(2)", "AdaptiveMaxPooling1D(2)", "MaxPooling1D(2)", "Conv1DTranspose(4, 3)", "UpSampling1D(2)",
        "Cropping1D(1)"),
    2: ("AdaptiveAveragePooling2D(2)", "AdaptiveMaxPooling2D(2)", 'AdaptiveMaxPooling2D(2, data_format="channels_first")',
        "UpSampling2D(2)", *(f'UpSampling2D(2, interpolation="{each}")' for each in ("nearest", "bilinear", "bicubic", "lanczos3")),
        'Resizing(8, 8, interpolation="bilinear")', "Resizing(8, 8, crop_to_aspect_ratio=True)", "CenterCrop(4, 4)",
        "RandomCrop(4, 4)", "RandomFlip()", "RandomRotation(0.1)", "RandomZoom(0.1)", "RandomErasing()", "RandomPerspective()", "RandomElasticTransform()", "CutMix()", "MixUp()",
        "Conv2DTranspose(4, 3, strides=2)", 'DepthwiseConv2D(3, padding="same")', "GroupNormalization(1)"),
    3: ("AdaptiveAveragePooling3D(2)", "AdaptiveMaxPooling3D(2)", "UpSampling3D(2)", "AveragePooling3D(2)"),
}  # fmt: skip
CASES = [(rank, text) for rank, texts in LAYERS.items() for text in texts]


def traced(rank: int, text: str) -> bool:
    """Whether Keras builds a class that calls this layer on an input whose sizes are open."""
    layer = eval(f"layers.{text}", {"layers": keras.layers})

    class Around(keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: Any, training: Any = None) -> Any:
            return layer(x)

    shape = {1: (None, 4), 2: (None, None, 3), 3: (None, None, None, 2)}[rank]
    try:
        Around()(keras.Input(shape))
    except Exception:
        return False
    return True


@pytest.mark.parametrize(("rank", "text"), CASES)
def test_a_class_holds_what_keras_can_trace(rank: int, text: str) -> None:
    source = f"model Net {{\n    input x: {INPUTS[rank]}\n    output x -> {text}\n}}\n"
    said = build(check(Source("net.kdl", source)), "subclass").diagnostics
    assert traced(rank, text) == ("DSL505" not in {each.code for each in said})


def test_a_graph_holds_it_outside_of_classes() -> None:
    checked = check(
        Source("net.kdl", "model Net {\n    input x: (H?, W?, 3)\n    output x -> RandomCrop(4, 4)\n}\n")
    )
    assert build(checked, "functional").code is not None
    known = check(
        Source("net.kdl", "model Net {\n    input x: (8, 8, 3)\n    output x -> RandomCrop(4, 4)\n}\n")
    )
    assert build(known, "subclass").code is not None
