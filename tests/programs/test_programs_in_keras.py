"""Keras confirms random programs that are meant to be right, in every style."""

from __future__ import annotations

import pytest

from tests.programs.generate import files
from tests.programs.judge import problems


@pytest.mark.slow
def test_keras_confirms_random_programs(seed: int) -> None:
    pytest.importorskip("tensorflow")
    assert list(problems(files(number) for number in range(seed, seed + 35))) == []
