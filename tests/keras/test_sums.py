"""Sums of a tensor and one without a batch: Keras takes some of these for biases along another axis than they lie along."""

from __future__ import annotations

import itertools

import keras
import numpy
import pytest

from dslc.driver import build, check
from dslc.keras.operations.sizes import axis_of_bias
from dslc.source import Source
from tests.programs.judge import problems


def shapes(ranks: range) -> list[tuple[int, ...]]:
    return [shape for rank in ranks for shape in itertools.product((1, 2, 3), repeat=rank)]


def differs(into: numpy.ndarray, added: numpy.ndarray) -> bool:
    """Whether Keras's sum is not that of NumPy, or none."""
    try:
        return not numpy.array_equal(keras.ops.add(into, added), into + added)
    except Exception:
        return True


def test_it_is_known_which_sums_go_astray() -> None:
    found = 0
    for rest, right in itertools.product(shapes(range(1, 4)), shapes(range(5))):
        left = (5, *rest)
        try:
            numpy.broadcast_shapes(left, right)
        except ValueError:
            continue
        into = numpy.arange(1.0, 1 + numpy.prod(left)).reshape(left)
        added = 100.0 * numpy.arange(1.0, 1 + numpy.prod(right)).reshape(right)
        said = axis_of_bias(left, right) is not None
        assert said == differs(into, added), (left, right)
        assert not said or not differs(added, into), (left, right)
        found += said
    assert found > 50


SUM = """\
block Moved(n) {{
    input x: (8, n)
    places = ops.cast(ops.expand_dims(ops.arange(8), -1), x.dtype)
    {line}
}}

model Net {{
    input x: (8, 8)
    output x -> Moved(8) -> Dense(2)
}}
"""
LINES = {
    "operator": "output x + ops.sin(places)",
    "augmented": "x += ops.sin(places)\n    output x",
    "longer": "output 2 * (x + ops.sin(places) - places)",
}


@pytest.mark.parametrize("line", LINES)
def test_such_a_sum_is_written_the_other_way_round(line: str) -> None:
    built = build(check(Source("net.kdl", SUM.format(line=LINES[line]))), "functional").code or ""
    assert "ops.sin(places) + x" in built


def test_styles_agree_on_such_sums() -> None:
    texts = [SUM.format(line=line) for line in LINES.values()]
    assert list(problems({f"sum{number}.kdl": text} for number, text in enumerate(texts))) == []
