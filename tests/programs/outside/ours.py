"""What the externs of generated programs stand for."""

import math

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("ours")
def bent(x):
    """An activation."""
    return ops.where(x > 0, x, 0.1 * x)


def turned(x, by=1):
    """A function of tensors."""
    return ops.roll(x, by, axis=-1)


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


@keras.saving.register_keras_serializable("ours")
class Bent:
    """An activation with an argument."""

    def __init__(self, by=0.2):
        self.by = by

    def __call__(self, x):
        """Less where it is negative."""
        return ops.where(x > 0, x, self.by * x)

    def get_config(self):
        """How much less."""
        return {"by": self.by}

    @classmethod
    def from_config(cls, config):
        """The same again."""
        return cls(**config)


@keras.saving.register_keras_serializable("ours")
class Sums(keras.regularizers.Regularizer):
    """A regularizer."""

    def __call__(self, x):
        """The sum of squares."""
        return 0.01 * ops.sum(ops.square(x))

    def get_config(self):
        """Nothing to keep."""
        return {}


@keras.saving.register_keras_serializable("ours")
class Most(keras.constraints.Constraint):
    """A constraint."""

    def __init__(self, most=1.0):
        self.most = most

    def __call__(self, w):
        """No more than that."""
        return ops.minimum(w, self.most)

    def get_config(self):
        """How much."""
        return {"most": self.most}


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
