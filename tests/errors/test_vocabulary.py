"""What the tables of other libraries' names lead to is there, in Keras and in the language."""

from __future__ import annotations

import pytest

from dslc.diagnostics.vocabulary import functions, layers
from dslc.keras import layers as known
from dslc.keras import operations
from dslc.keras.object_signatures import OBJECTS


def test_every_layer_is_one_of_keras() -> None:
    meant = [*layers._RENAMED.values(), *layers.MERGES.values()]
    assert [name for name in meant if not known.exists(name)] == []
    assert [name for name in layers._RENAMED if known.exists(name)] == []


def test_every_activation_and_function_is_one_of_keras() -> None:
    assert [name for name in layers._ACTIVATIONS.values() if name not in OBJECTS["activations"]] == []
    assert [name for name in functions.RENAMED.values() if not operations.exists(f"ops.{name}")] == []


def test_the_whole_models_are_those_of_keras() -> None:
    applications = pytest.importorskip("keras").applications
    found = {
        name for name in dir(applications) if callable(getattr(applications, name)) and name[:1].isupper()
    }
    assert found == layers.APPLICATIONS
