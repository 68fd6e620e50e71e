"""The samples run in JAX, in both styles that hold everything."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from tests.verify.backends import hold, trained

pytest.importorskip("keras")
pytestmark = pytest.mark.slow

NOT_IN_JAX = {
    "any_size": "JAX follows no decision on a size that is not known yet",
    "swin": "JAX cannot see that the windows of a batch are as many as the masks, again and again",
    "transformer": "JAX cannot see that positions up to the length of the text are as many as the text is long",
    "unet": "JAX cannot see that an unknown size is the same after it was halved and doubled",
}
"""Keras on JAX computes with symbolic sizes where TensorFlow leaves them open, and gives up on these."""


@pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_runs_in_jax(sample: Path) -> None:
    if sample.stem in NOT_IN_JAX:
        assert any(answer["problem"] for answer in trained("jax")[sample.name]), "it does now: take it out"
        return
    hold("jax", sample)
