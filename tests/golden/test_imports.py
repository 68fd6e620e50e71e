"""A module imports what it names, and nothing besides."""

from __future__ import annotations

import pytest

from dslc.driver import Options, build, check
from dslc.source import Source


@pytest.mark.parametrize(
    ("text", "flavour", "imports"),
    [
        ("block Wide(n) = Dense(n) -> ReLU", "keras", ["from keras import layers"]),
        ("block Wide(n) = Dense(n) -> ReLU", "tensorflow", ["from tensorflow.keras import layers"]),
        ("fn root(x) = math.sqrt(x)", "keras", ["import math"]),
        ("WIDTHS = [1, 2]", "keras", []),
        (
            "model M {\n    input x: (4,)\n    output x -> Dense(2)\n}",
            "keras",
            ["import keras", "from keras import layers"],
        ),
    ],
)
def test_a_module_imports_what_it_names(text: str, flavour: str, imports: list[str]) -> None:
    built = build(check(Source("blocks.kdl", text + "\n")), "functional", Options(imports=flavour))
    assert built.code is not None
    found = [line for line in built.code.splitlines() if line.startswith(("import ", "from "))]
    assert found == imports
