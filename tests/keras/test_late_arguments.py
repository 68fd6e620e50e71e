"""Arguments that Keras takes, and fails at in a run or in a compiled step of training: those that `dslc` warns of."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("keras")
pytest.importorskip("tensorflow")

import keras

from dslc.driver import check
from dslc.source import Source

TARGETS = (
    "(-0.2, 0.2)",
    "(2.0, 2)",
    "(-1.0, 2)",
    "(-1, 2.0)",
    "(None, 2)",
    "(None, None)",
    "(4.0,)",
    "(2, 2)",
)
TRAINED = [
    *((f'CutMix(dtype="{dtype}")') for dtype in ("float16", "bfloat16", "float32")),
    *((f'{layer}(dtype="{dtype}")') for layer in ("RandomErasing", "RandomElasticTransform", "RandomGaussianBlur")
      for dtype in ("float16", "bfloat16")),
    'MixUp(dtype="float16")',
    'RandomFlip(dtype="float16")',
    'RandomPerspective(dtype="float16")',
    'RandomErasing(dtype="mixed_float16")',
]  # fmt: skip


def made(text: str) -> Any:
    return eval(text, vars(keras.layers))


def is_warned_of(text: str, shape: str) -> bool:
    source = f"model Net {{\n    input x: {shape}\n    output x -> {text}\n}}\n"
    said = check(Source("net.kdl", source)).diagnostics
    assert all(each.severity != "error" for each in said)
    return "DSL414" in {each.code for each in said}


@pytest.mark.parametrize("target", TARGETS)
def test_sizes_that_are_no_whole_numbers(target: str) -> None:
    """Keras takes each of them for -1."""
    inputs = keras.Input((4,))
    model = keras.Model(inputs, made(f"Reshape({target})")(inputs))
    try:
        model(keras.ops.ones((2, 4)))
        runs = True
    except Exception:
        runs = False
    assert runs != is_warned_of(f"Reshape({target})", "(4,)")


@pytest.mark.parametrize("text", TRAINED)
def test_dtypes_in_which_a_graph_does_not_count(text: str) -> None:
    import tensorflow

    layer = made(text)
    step = tensorflow.function(lambda pictures: layer(pictures, training=True))
    try:
        step(tensorflow.ones((2, 8, 8, 3)))
        trains = True
    except Exception:
        trains = False
    assert trains != is_warned_of(text, "(8, 8, 3)")
