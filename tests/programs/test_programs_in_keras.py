"""Keras confirms random programs that are meant to be right, in every style. The first thirty are always the same."""

from __future__ import annotations

import random

import pytest

from tests.programs.judge import problems
from tests.programs.test_programs import FIXED, programs


@pytest.mark.slow
def test_keras_confirms_random_programs() -> None:
    pytest.importorskip("tensorflow")
    fresh = random.randrange(10**6)
    print(f"seed {fresh}")
    numbers = [*FIXED, *range(fresh, fresh + 5)]
    assert list(problems(programs(numbers))) == []
