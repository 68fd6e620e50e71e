"""Features that seldom meet, one inside of the other: the checker takes each crossing, and Keras confirms a sample in every style.

`--seed` makes others; `bench/crossings.py` goes through all.
"""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.programs.crossings import COUNT, HOLDERS, PARTS, crossings
from tests.programs.judge import compiled, problems

CHECKED, CONFIRMED = 400, 30


def first(seed: int) -> int:
    """Where a sample begins: far from that of the next seed."""
    return seed * 7919 % COUNT


def test_the_checker_takes_crossings_and_the_formatter_keeps_them(seed: int) -> None:
    made = crossings(range(first(seed), first(seed) + CHECKED))
    assert len(made) > CHECKED / 2
    assert [each for one in made for each in compiled(one)[1]] == []


@pytest.mark.slow
@pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow")
def test_keras_confirms_crossings(seed: int) -> None:
    assert list(problems(crossings(range(first(seed), first(seed) + CONFIRMED)))) == []


def test_every_part_is_held_by_everything_that_can_hold_it() -> None:
    """Numbers in a row differ in everything: few of them have each part and each holder, inside and outside."""
    heads = [next(iter(one.values())).splitlines()[0][2:].split(" in ") for one in crossings(range(3000))]
    assert {head[0] for head in heads} == set(PARTS)
    for place in (1, 2):
        assert {head[place] for head in heads} == {each.name for each in HOLDERS}
