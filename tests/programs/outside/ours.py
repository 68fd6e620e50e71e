"""What the externs of generated programs stand for."""

import math

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("ours")
def bent(x):
    """An activation."""
    return ops.where(x > 0, x, 0.1 * x)


@keras.saving.register_keras_serializable("ours")
class Linear(keras.initializers.Initializer):
    """An initializer."""

    def __init__(self, scale=0.1):
        self.scale = scale

    def __call__(self, shape, dtype=None):
        """Values between 0 and the scale."""
        return ops.reshape(ops.linspace(0.0, self.scale, math.prod(shape)), shape)

    def get_config(self):
        """The scale."""
        return {"scale": self.scale}


class Wide(layers.Layer):
    """A layer with one of its own in it."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.inner = layers.Dense(units)

    def build(self, input_shape):
        self.inner.build(input_shape)

    def call(self, x):
        """A step wider, or narrower."""
        return self.inner(x)

    def get_config(self):
        """How wide."""
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable("ours")
class Wide1(Wide):
    """On rows."""


@keras.saving.register_keras_serializable("ours")
class Wide2(Wide):
    """On sequences."""


@keras.saving.register_keras_serializable("ours")
class Wide3(Wide):
    """On pictures."""
