"""What a step of training moves is put back, so that styles are compared under the weights they had."""

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
