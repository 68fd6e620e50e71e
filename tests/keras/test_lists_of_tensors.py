"""Layers for one tensor that are followed over a list of them: what Keras makes of the list in a run, and in one that trains."""

from __future__ import annotations

from functools import cache
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


@cache
def cases() -> list[tuple[str, tuple[int, ...], bool]]:
    """The calls that give a list for a list, as far as the checker says, and whether it warns of them."""
    examples = [
        row.example for row in filter(None, map(layers.find, layers.names())) if "->" not in row.example
    ]
    checked = [(call, shape, given_a_list(call, shape)) for call in examples for shape in SHAPES]
    return [
        (call, shape, any(each.code == "DSL414" for each in one.diagnostics))
        for call, shape, one in checked
        if not has_errors(one.diagnostics)
    ]


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


def test_a_list_that_is_lost_is_warned_of() -> None:
    assert [case for case in cases() if case[2] == hands_the_list_on(*case[:2])] == []


def test_there_are_layers_of_both_kinds() -> None:
    warned = [warns for _, _, warns in cases()]
    assert warned.count(True) > 40 and warned.count(False) >= 6


def test_what_drops_nothing_hands_a_list_on() -> None:
    assert given_a_list("Dropout(0)", (8,)).diagnostics == ()
