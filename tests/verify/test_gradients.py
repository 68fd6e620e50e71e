"""What a step of training moves is put back, and styles are compared under the same weights."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.programs.judge import problems

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow"),
]

DIVIDES_ITS_KERNEL = """
model Divides {
    input x: (6, 8)
    output x -> SpectralNormalization(Dense(8)) -> SpectralNormalization(Dense(4))
}
"""


def test_a_kernel_that_a_layer_divides_while_it_trains_is_put_back() -> None:
    assert list(problems([{"divides.kdl": DIVIDES_ITS_KERNEL}])) == []


CHOOSES_BY_ITS_WEIGHTS = """
block Chosen(n) {
    input x
    output x -> cond(ops.mean(_) > 0.0, Dense(n), Dense(n) -> ReLU)
}

model Chooses {
    input x: (8,)
    for i in range(6) { x = x -> Chosen(8) }
    output x
}
"""


def test_what_training_reaches_is_compared_under_the_same_weights() -> None:
    assert list(problems([{"chooses.kdl": CHOOSES_BY_ITS_WEIGHTS}])) == []


ADDS_TO_THE_LOSS_ASIDE = """
block Two(n) {
    input x
    weight w: (n,)
    output (x -> Dense(n)) * w
    output x -> Dense(n)
}

model Aside {
    input x: (4,)
    kept, aside = x -> Two(3)
    unread = aside -> Dense(3, activity_regularizer="l2")
    output kept -> Dense(2)
}
"""


def test_a_layer_that_no_output_needs_adds_to_the_loss_of_a_class_alone() -> None:
    assert list(problems([{"aside.kdl": ADDS_TO_THE_LOSS_ASIDE}])) == []
