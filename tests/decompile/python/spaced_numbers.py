import numpy as np
import tensorflow as tf
import keras
from keras import layers, ops


def positions(n):
    steps = np.linspace(0.0, 1.0, n).astype("float32")
    return steps * 2 - 1


class Fourier(layers.Layer):
    def __init__(self, dim, **kwargs):
        super().__init__(**kwargs)
        self.dim = dim
        self.freqs = tf.constant(
            np.exp(np.linspace(np.log(1.0), np.log(1000.0), dim // 2)).astype(np.float32)
        )

    def call(self, x):
        angles = 2.0 * np.pi * x * self.freqs
        return tf.concat([tf.sin(angles), tf.cos(angles)], axis=-1)


class Frequencies(layers.Layer):
    def __init__(self, low, high, n, **kwargs):
        super().__init__(**kwargs)
        self.bands = 2.0 ** np.linspace(low, high, n)

    def call(self, x):
        scaled = x[..., None] * self.bands
        return ops.sin(scaled)


def build(depth=3):
    inputs = keras.Input((16, 1))
    x = Fourier(8)(inputs)
    x = x + positions(16)[:, None]
    rates = np.linspace(0, 0.2, depth)
    dpr = [float(r) for r in np.linspace(0.0, 0.1, depth)]
    for i in range(depth):
        x = layers.Dense(8)(x)
        x = layers.Dropout(rates[i])(x)
        x = layers.Dropout(dpr[i])(x)
    x = Frequencies(0.0, 3.0, 4)(x)
    weights = np.linspace(1.0, 2.0, 4)
    x = x * weights
    return keras.Model(inputs, x)


model = build()
