"""The rows of a summary for operators and tensor functions are called as Keras calls its operations."""

from __future__ import annotations

from importlib import import_module

import pytest

from dslc.graph.operations import operation_class
from dslc.keras import operations

ROOMS = ("core", "einops", "image", "linalg", "math", "nn", "numpy")
NO_OPERATION = {
    "bartlett", "blackman", "empty", "eye", "hamming", "hanning", "identity", "kaiser", "ones", "tri", "zeros", "shape", "dtype",
    "is_tensor", "convert_to_numpy", "custom_gradient", "vectorize", "ifft",
}  # fmt: skip
"""Functions that make a tensor of nothing, or none at all."""


@pytest.mark.slow
def test_every_function_is_called_as_its_operation() -> None:
    pytest.importorskip("tensorflow")
    classes = {name for room in ROOMS for name in vars(import_module(f"keras.src.ops.{room}"))}
    names = [name for name in operations.names() if name.startswith("ops.")]
    missing = {name for name in names if operation_class(name) not in classes}
    assert {name.rsplit(".", 1)[-1] for name in missing} <= NO_OPERATION


@pytest.mark.slow
def test_every_operator_is_called_as_its_operation() -> None:
    pytest.importorskip("tensorflow")
    import keras

    a = keras.Input((4, 4))
    made = {"+": a + a, "-": a - a, "*": a * a, "/": a / a, "//": a // a, "%": a % a, "**": a**2, "@": a @ a, "<": a < a,
            "<=": a <= a, ">": a > a, ">=": a >= a, "!=": a != a, "[]": a[:, 0]}  # fmt: skip
    for operator, tensor in made.items():
        assert type(tensor._keras_history.operation).__name__ == operation_class(operator), operator
    assert type((-a)._keras_history.operation).__name__ == operation_class("-", 1)
