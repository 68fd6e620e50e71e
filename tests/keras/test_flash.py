"""Flash attention, which Keras has on some backends and not on TensorFlow: what Keras refuses is refused."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

import keras

from dslc.driver import check
from dslc.source import Source

MODEL = """
model M {{
    input x: (6, 2, 8)
    output ops.dot_product_attention(x, x, x{given})
}}
"""


@pytest.mark.parametrize("value", [None, False, True])
def test_attention_of_ops_is_refused_where_keras_has_no_flash_attention(value: bool | None) -> None:
    if keras.backend.backend() != "tensorflow":
        pytest.skip("TensorFlow is what models are checked for")
    x = keras.ops.ones((1, 6, 2, 8))
    try:
        keras.ops.dot_product_attention(x, x, x, flash_attention=value)
        refused = False
    except ValueError:
        refused = True
    said = check(Source("m.kdl", MODEL.format(given=f", flash_attention={value}"))).diagnostics
    assert [each.code for each in said if each.severity == "error"] == (["DSL456"] if refused else [])
