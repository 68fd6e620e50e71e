"""The attributes that a generated class leaves alone are those that Keras's own classes have today."""

from __future__ import annotations

from dslc.lower.reserved import RESERVED


def test_no_attribute_of_keras_is_missing() -> None:
    import keras

    public = {
        name
        for owner in (keras.Model, keras.layers.Layer)
        for name in (*dir(owner), *vars(owner()))
        if not name.startswith("_")
    }
    assert public <= RESERVED, f"add to dslc/lower/reserved.py: {sorted(public - RESERVED)}"
