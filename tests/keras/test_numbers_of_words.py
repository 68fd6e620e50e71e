"""A table is warned of exactly where Keras gives it a number beyond its rows."""

from __future__ import annotations

from typing import Any

import pytest

from dslc.driver import check
from dslc.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.slow

WORDS = ["a", "b", "c", "d"]
LAYERS: list[tuple[str, dict[str, Any]]] = [
    ("StringLookup", {"vocabulary": WORDS}),
    ("StringLookup", {"vocabulary": WORDS, "num_oov_indices": 0}),
    ("StringLookup", {"vocabulary": WORDS, "num_oov_indices": 3}),
    ("StringLookup", {"vocabulary": WORDS, "mask_token": ""}),
    ("StringLookup", {"vocabulary": ["[UNK]", *WORDS]}),
    ("StringLookup", {"vocabulary": ["", "[UNK]", *WORDS], "mask_token": ""}),
    ("StringLookup", {"vocabulary": ["?", *WORDS], "oov_token": "?"}),
    ("IntegerLookup", {"vocabulary": [5, 6, 7]}),
    ("IntegerLookup", {"vocabulary": [-1, 5, 6, 7]}),
    ("IntegerLookup", {"vocabulary": [5, 6, 7], "mask_token": 0, "num_oov_indices": 2}),
    ("TextVectorization", {"vocabulary": WORDS, "output_sequence_length": 3}),
    ("TextVectorization", {"vocabulary": ["", "[UNK]", *WORDS], "output_sequence_length": 3}),
    ("Discretization", {"bin_boundaries": [0.0, 1.0, 2.5]}),
    ("Discretization", {"bin_boundaries": [0.5]}),
    ("Hashing", {"num_bins": 5}),
    ("Hashing", {"num_bins": 5, "mask_value": ""}),
]


def of_keras(name: str, given: dict[str, Any]) -> int:
    """How many numbers the layer gives: as many as it knows words and marks, or as come out for many values."""
    layer = getattr(keras.layers, name)(**given)
    if hasattr(layer, "vocabulary_size"):
        return int(layer.vocabulary_size())
    values = [[each / 4] for each in range(-20, 40)]
    many = [[str(each[0])] for each in values] if name == "Hashing" else values
    return int(keras.ops.max(layer(keras.ops.convert_to_tensor(many)))) + 1


def warned(name: str, given: dict[str, Any], rows: int) -> bool:
    """Whether a table of so many rows is warned of behind the layer."""
    dtype = {"IntegerLookup": "int64", "Discretization": "float32"}.get(name, "string")
    arguments = ", ".join(f"{key}={value!r}".replace("'", '"') for key, value in given.items())
    text = f"model M {{\n    input x: (1,) {dtype}\n    output x -> {name}({arguments}) -> Embedding({rows}, 2)\n}}\n"
    return "DSL873" in [each.code for each in check(Source("m.kdl", text)).diagnostics]


@pytest.mark.parametrize(("name", "given"), LAYERS, ids=lambda value: str(value))
def test_a_table_needs_a_row_for_every_number(name: str, given: dict[str, Any]) -> None:
    numbers = of_keras(name, given)
    assert [rows for rows in range(1, 12) if warned(name, given, rows)] == list(range(1, numbers))
