"""`loss`: what a body adds is among `model.losses` in Keras, in every style, each number the one that was written."""

from __future__ import annotations

import os
from typing import Any

import pytest

import dslc
from dslc.styles import STYLES
from tests.programs.judge import problems

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

MODEL = """
block Small(rate = 0.5) {
    input x
    loss rate * ops.mean(ops.square(x))
    for k in [2.0, 3.0] {
        loss k * ops.sum(x)
    }
    if training { loss 100.0 + 0.0 * ops.sum(x) }
    output x -> Rescaling(2.0)
}

model Net {
    input x: (3,)
    output x -> Small -> Small(0.25)
}
"""


@pytest.fixture(scope="module")
def keras() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    return keras


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("training", [False, True])
def test_keras_has_the_losses_that_were_written(keras: Any, style: Any, training: bool) -> None:
    import numpy as np

    result = dslc.compile(MODEL, style=style, filename=f"losses_{style}.kdl")
    assert result.code is not None, result.diagnostics
    names: dict[str, Any] = {"__name__": f"losses_{style}"}
    exec(result.code, names)
    model = names["Net"]()
    x = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 5.0]], dtype="float32")
    model(x, training=training)
    wanted: list[float] = []
    for rate, value in ((0.5, x), (0.25, 2 * x)):
        wanted += [rate * float(np.mean(value**2)), 2 * float(value.sum()), 3 * float(value.sum())]
        wanted += [100.0] if training else []
    assert [float(each) for each in model.losses] == pytest.approx(wanted)


BESIDE_A_LAYER_THAT_IS_WRAPPED = """
block Penal(n) {
    input x
    y = x -> Dense(n)
    loss 0.1 * ops.mean(ops.square(y))
    output y
}

block Given(part: layer) {
    input x
    output x -> TimeDistributed(part)
}

model Net {
    input i: (5, 3)
    shared penal = Penal(4)
    x = [i -> penal, i -> penal] -> Add
    output x -> Given(part=Dense(3)) -> Flatten -> Dense(2)
}
"""


def test_a_block_that_adds_to_the_loss_stands_beside_layers_that_are_wrapped() -> None:
    assert list(problems([{"beside.kdl": BESIDE_A_LAYER_THAT_IS_WRAPPED}])) == []
