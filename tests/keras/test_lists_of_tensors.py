"""Layers for one tensor that are followed over a list of them: what Keras makes of the list in a run, and in one that trains."""

from __future__ import annotations

from typing import Any

import pytest

from dslc.diagnostics.diagnostic import has_errors
from dslc.driver import Checked, check
from dslc.keras import layers
from dslc.source import Source

pytest.importorskip("tensorflow")

SHAPES = ((8,), (8, 4), (8, 8, 3))


def given_a_list(call: str, shape: tuple[int, ...]) -> Checked:
    text = f"model M {{\n    input a: {shape}\n    x, y = [a, a] -> {call}\n    output x\n    output y\n}}\n"
    return check(Source("m.kdl", text))


CASES = [
    (row.example, shape, checked)
    for row in filter(None, map(layers.find, layers.names()))
    if "->" not in row.example
    for shape in SHAPES
    for checked in [given_a_list(row.example, shape)]
    if not has_errors(checked.diagnostics)
]
"""The calls that give a list for a list, as far as the checker says."""


def hands_the_list_on(call: str, shape: tuple[int, ...]) -> bool:
    """Whether there is a list of two tensors of that shape behind a layer, also while it trains."""
    import keras
    import numpy

    layer: Any = eval(call, {**vars(keras.layers), "keras": keras})
    tensors = [keras.ops.convert_to_tensor(numpy.full((2, *shape), 0.5, "float32")) for _ in range(2)]
    try:
        results = [layer(tensors), layer(tensors, training=True) if layer._call_has_training_arg else []]
    except Exception:  # whatever it says: there is no list
        return False
    return all(isinstance(each, list) for each in results)


@pytest.mark.parametrize(
    ("call", "shape", "checked"), CASES, ids=[f"{call} {shape}" for call, shape, _ in CASES]
)
def test_a_list_that_is_lost_is_warned_of(call: str, shape: tuple[int, ...], checked: Checked) -> None:
    warned = any(each.code == "DSL414" for each in checked.diagnostics)
    assert warned != hands_the_list_on(call, shape)


def test_there_are_layers_of_both_kinds() -> None:
    warned = [any(each.code == "DSL414" for each in checked.diagnostics) for _, _, checked in CASES]
    assert warned.count(True) > 40 and warned.count(False) >= 6


def test_what_drops_nothing_hands_a_list_on() -> None:
    assert given_a_list("Dropout(0)", (8,)).diagnostics == ()
