"""Layers that do another thing in training: a class of one's own asks for `training` where, and only where, Keras shows a difference.

Each call of the table runs with and without training. `fit` tells a model of one's own that it trains only if its `call` takes
`training`; without that no dropout drops, no statistics move, and augmentations change what is predicted.
"""

from __future__ import annotations

import inspect
import os
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

import dslc
from tests.keras.compare_written import text_of
from tests.keras.running import numbers
from tests.keras.written_cases import Input, Model, bases

TRIES = 20
"""What chance decides shows a difference in one of so many runs."""


def pixels(given: Input) -> Any:
    """Numbers for an input that change where something is turned, cropped or coloured; all ones where they say where to look."""
    import numpy

    shape = tuple(2 if size is None else size for size in given.shape)
    if given.dtype != "float32":
        return numbers(given.shape, given.dtype, 2)
    return numpy.random.default_rng(1).uniform(0, 255, shape).astype("float32")


def differs(case: Model, names: dict[str, Any]) -> bool:
    """Whether the layer of a case gives or keeps something else in training."""
    import keras

    (step,) = case.steps
    layer = eval(step.layer, names)
    if "training" not in inspect.signature(layer.call).parameters:
        return False
    given = step.feed.removeprefix("(").removesuffix(")") if step.feed.startswith("(") else step.feed
    values = {each.name: pixels(each) for each in case.inputs}

    def shown(training: bool) -> bytes:
        result = eval(f"run({given}, training=training)", {**values, "run": layer, "training": training})
        kept = [each for each in layer.non_trainable_weights if "seed" not in each.path]
        return b"".join(
            keras.ops.convert_to_numpy(each).tobytes() for each in [*keras.tree.flatten(result), *kept]
        )

    used = shown(training=False)
    drawing = any("seed" in each.path for each in layer.variables)
    return any(shown(training=True) != used for _ in range(TRIES if drawing else 1))


def test_a_model_asks_for_training_where_that_makes_a_difference() -> None:
    import keras

    keras.utils.set_random_seed(1)
    spaces = ("activations", "initializers", "regularizers", "constraints", "ops", "random")
    names: dict[str, Any] = {**vars(keras.layers), **{space: getattr(keras, space) for space in spaces}}
    wrong, seen = [], 0
    kinds = {(each.steps[0].layer.partition("(")[0], "drop" in each.steps[0].layer): each for each in bases()}
    for case in kinds.values():
        text = text_of(case)
        try:
            expected = differs(case, names)
        except Exception:
            continue  # which a run does not take
        code = dslc.compile(text, "subclass", filename="net.kdl").code
        seen += expected
        if ("training=None" in (code or "")) != expected:
            wrong.append(text)
    assert seen > 35
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)
