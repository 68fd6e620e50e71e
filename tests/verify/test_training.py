"""The samples train for two steps of `fit` in TensorFlow, in both styles that hold everything."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from tests.verify.backends import hold

pytest.importorskip("keras")
pytestmark = pytest.mark.slow


@pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_trains_in_tensorflow(sample: Path) -> None:
    hold("tensorflow", sample)
