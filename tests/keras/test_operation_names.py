"""The rows of a summary for operators and tensor functions are called as Keras calls its operations."""

from __future__ import annotations

import re
from importlib import import_module
from operator import attrgetter

import pytest

from dslc.keras import layers, operations
from dslc.keras.automatic_names import layer_name, operation_class, operation_name

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


@pytest.mark.slow
def test_names_without_their_numbers_are_those_that_keras_gives() -> None:
    pytest.importorskip("tensorflow")
    import keras
    from keras.src.utils.naming import to_snake_case

    for name in layers.names():
        assert layer_name(name) == to_snake_case(getattr(keras.layers, name).__name__), name
    a = keras.Input((4, 4))
    for function in (
        "abs",
        "swish",
        "hard_swish",
        "fft2",
        "mean",
        "nn.silu",
        "isin",
        "conj",
        "rms_normalization",
    ):
        given = {"fft2": ((a, a),), "isin": (a, a)}.get(function, (a,))
        made = attrgetter(function)(keras.ops)(*given)
        made = made[0] if isinstance(made, tuple) else made
        name = made._keras_history.operation.name
        assert re.sub(r"_\d+$", "", name) == operation_name(f"ops.{function}"), function


@pytest.mark.slow
def test_an_activation_is_called_as_its_operation() -> None:
    pytest.importorskip("tensorflow")
    import keras

    a = keras.Input((4, 4))
    functions = [
        name for name in operations.names() if name.startswith("activations.") and operations.supported(name)
    ]
    assert len(functions) > 20
    for function in functions:
        given = (a, 0.0, 0.0) if function == "activations.threshold" else (a,)
        made = attrgetter(function)(keras)(*given)
        operation = made._keras_history.operation
        if made is a:
            assert operation_name(function) is None
        else:
            assert type(operation).__name__ == operation_class(function)
            assert re.sub(r"_\d+$", "", operation.name) == operation_name(function), function
