"""A call that says whether it trains says so for itself alone: Keras lets it say so for all that is called behind it."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

import keras
import numpy

from dslc.driver import build, check
from dslc.source import Source
from dslc.styles import STYLES

SAYS = {
    "a layer": "h = (h, training={said}) -> Dropout(0.5)",
    "in a block": "h = h -> Drops",
    "two blocks deep": "h = h -> Deep",
    "in a loop": "for _ in range(2) {{ h = h -> GaussianNoise(0.1)\n    h = (h, training={said}) -> Dropout(0.5) }}",
    "a list": "h = [(h, training={said}) -> Dropout(0.5), h] -> Add",
    "a model": "h = (h, training={said}) -> Inner",
}
"""What calls something with a `training` of its own."""

ASKS = {
    "a layer": "BatchNormalization(name='norm')",
    "a block": "Norm(name='norm')",
    "shared": "norm",
    "given": "Given(BatchNormalization(name='norm'))",
}
"""What stands behind that, and hears of it."""

TEXT = """
model Inner {{
    input x: (8,)
    output x -> Dropout(0.5)
}}

block Drops {{
    input x
    output (x, training={said}) -> Dropout(0.5)
}}

block Deep {{
    input x
    output x -> Drops -> Dense(8)
}}

block Norm = Dense(8) -> BatchNormalization

block Given(part: layer) {{
    input x
    output x -> part
}}

block Whole {{
    input x
    shared norm = BatchNormalization
    h = x
    {says}
    output h -> {asks} -> Dense(2)
}}

model Net {{
    input x: (8,)
    output x -> Dense(8) -> Whole
}}
"""


@pytest.mark.parametrize("says", SAYS)
@pytest.mark.parametrize("said", ["True", "False"])
def test_what_stands_behind_a_call_trains_when_the_model_does(says: str, said: str) -> None:
    data = numpy.random.default_rng(0).normal(size=(16, 8)).astype("float32")
    held = 0
    for asks in ASKS.values():
        text = TEXT.format(said=said, says=SAYS[says].format(said=said), asks=asks)
        checked = check(Source("net.kdl", text))
        for style in STYLES:
            built = build(checked, style)
            if built.code is None:
                continue
            held += 1
            space: dict[str, object] = {"__name__": "net"}
            exec(compile(built.code, "net.py", "exec"), space)
            model = space["Net"]()  # type: ignore[operator]
            (norm,) = (
                each for each in model._flatten_layers() if isinstance(each, keras.layers.BatchNormalization)
            )
            for training in (False, True):
                before = norm.moving_mean.numpy().copy()
                model(data, training=training)
                moved = bool((norm.moving_mean.numpy() != before).any())
                assert moved == training, f"{style}, {asks}\n{built.code}"
    assert held >= len(ASKS)
