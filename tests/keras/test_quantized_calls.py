"""For which quantized weights a layer of Keras has a call: where it has none, `dslc` warns that a run fails."""

from __future__ import annotations

import pytest

pytest.importorskip("keras")

import keras

from dslc.keras.layers import names
from dslc.keras.rules.unfit import QUANTIZED

MODES = ("int8", "int4", "float8", "gptq", "awq")


@pytest.mark.parametrize("name", sorted(each for each in names() if "." not in each))
def test_layers_with_a_quantized_call(name: str) -> None:
    made, plain = getattr(keras.layers, name, None), keras.layers.Layer
    if made is None:
        pytest.skip("not a layer of this Keras")
    has = tuple(
        mode
        for mode in MODES
        if getattr(made, f"_{mode}_call", None) is not getattr(plain, f"_{mode}_call", None)
    )
    assert has == QUANTIZED.get(name, ())
