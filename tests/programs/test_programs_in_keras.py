"""Keras confirms random programs that are meant to be right, in every style."""

from __future__ import annotations

import pytest

from tests.fuzz.changed import changed, serious
from tests.programs.generate import files
from tests.programs.judge import problems


@pytest.mark.slow
def test_keras_confirms_random_programs(seed: int) -> None:
    pytest.importorskip("tensorflow")
    made = [files(number) for number in range(seed, seed + 35)]
    assert list(serious(problems([*made, *changed(seed, 25)]))) == []
