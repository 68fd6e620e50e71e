"""The attributes that a generated class leaves alone are those that Keras's own classes have today."""

from __future__ import annotations

from typing import Any

from dslc.lower.reserved import RESERVED


def test_no_attribute_of_keras_is_missing() -> None:
    """Also those that appear only when a model is built, trained or used."""
    import keras
    import numpy

    class Scaled(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.mine = self.add_weight(shape=(1,))

        def call(self, x: Any) -> Any:
            return x * self.mine

    class Net(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.mine = Scaled()
            self(keras.Input((3,)))

        def call(self, x: Any) -> Any:
            return self.mine(x)

    net = Net()
    net.compile("sgd", "mse")
    data = numpy.zeros((2, 3))
    net.fit(data, data, verbose=0)
    net.predict(data, verbose=0)
    owners = (keras.Model, keras.layers.Layer)
    found = {name for owner in owners for name in (*dir(owner), *vars(owner()))}
    found |= {*vars(net), *vars(net.mine)} - {"mine"}
    assert found <= RESERVED, f"add to dslc/lower/reserved.py: {sorted(found - RESERVED)}"
