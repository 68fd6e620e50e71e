"""A way of a conditional stage that adds no stage, beside one that is called with several tensors."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.programs.judge import problems

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow"),
]

KEEPS_BOTH = """
block Two {
    input a
    input b
    output [a, b -> Dense(8)] -> Add
}

block Deep(deep = False) {
    input x
    x = x -> (_, _ * 2.0) -> Two if deep else _
    output x
}

model M {
    input x: (6, 8)
    output x -> Deep(deep=True)
}
"""


def test_what_the_other_way_is_called_with_keeps_its_name() -> None:
    assert list(problems([{"both.kdl": KEEPS_BOTH}])) == []
