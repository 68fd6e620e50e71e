"""Blocks of a file without models: that another file gives them lists and records is known there by their text alone."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from dslc.driver import build, check
from dslc.source import Source

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow"),
]

BLOCKS = """
block Merged {
    input features
    x = features -> Concatenate
    output x -> Dense(2 * x.shape[-1])
}

block Around {
    input parts
    z = parts -> Merged
    output z -> Dense(z.shape[-1])
}

block Chosen(names) {
    input columns
    x = [columns[name] -> Dense(3) for name in names] -> Concatenate
    output x -> Dense(x.shape[-1])
}

block Stacked {
    input parts
    x = ops.stack(parts, axis=1) -> Flatten
    output x -> Dense(x.shape[-1])
}

block Plain {
    input x
    y = x -> Conv1D(8, 3)
    output y -> Reshape((2 * y.shape[1], 4))
}
"""


@pytest.fixture(scope="module")
def blocks() -> dict[str, Any]:
    built = build(check(Source("blocks.kdl", BLOCKS)), "subclass")
    assert built.code is not None
    module: dict[str, Any] = {"__name__": "blocks"}
    exec(built.code, module)
    return module


def test_blocks_take_lists_and_records_from_another_file(blocks: dict[str, Any]) -> None:
    import keras

    a, b, same = keras.Input((3,)), keras.Input((4,)), keras.Input((4,))
    assert blocks["Merged"]()([a, b]).shape == (None, 14)
    assert blocks["Around"]()([a, b]).shape == (None, 14)
    assert blocks["Chosen"](["b", "a"])({"a": a, "b": b}).shape == (None, 6)
    assert blocks["Stacked"]()([b, same]).shape == (None, 8)
    assert blocks["Plain"]()(keras.Input((6, 2))).shape == (None, 8, 4)
