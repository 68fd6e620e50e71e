"""Which regularizers of Keras keep a tensor: a class makes those in `__init__`, by their class or by their string."""

from __future__ import annotations

import pytest

from dslc.lower.penalties import KEEP_A_TENSOR, NAMES

keras = pytest.importorskip("keras")


def keeps_a_tensor(regularizer: object) -> bool:
    return any(keras.ops.is_tensor(value) for value in vars(regularizer).values())


def test_those_that_keep_a_tensor_are_known() -> None:
    from keras.src.regularizers import ALL_OBJECTS

    classes = ALL_OBJECTS - {keras.Regularizer}
    assert len(classes) >= 4
    assert {cls.__name__ for cls in classes if keeps_a_tensor(cls())} == KEEP_A_TENSOR


def test_strings_that_name_one_are_known() -> None:
    from keras.src.regularizers import ALL_OBJECTS_DICT

    named = {name for name, cls in ALL_OBJECTS_DICT.items() if cls.__name__ in KEEP_A_TENSOR}
    assert named == NAMES
    assert all(keeps_a_tensor(keras.regularizers.get(name)) for name in named)
