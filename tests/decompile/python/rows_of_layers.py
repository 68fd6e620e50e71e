"""Lists that hold several layers at each place, lists that only `call` fills, and classes of layers with arguments given beforehand as defaults."""

from functools import partial

import keras
from keras import layers


class Encoder(layers.Layer):
    """Attention and a dense layer in turn."""

    def __init__(self, dim, heads, depth):
        super().__init__()
        self.rows = [
            (layers.MultiHeadAttention(heads, dim // heads), layers.Dense(dim, activation="relu"))
            for _ in range(depth)
        ]

    def call(self, x):
        for attention, dense in self.rows:
            x = x + attention(x, x)
            x = x + dense(x)
        return x


class Steps(layers.Layer):
    """A norm that each step uses twice, and widths that differ."""

    def __init__(self):
        super().__init__()
        self.steps = []
        for n in (8, 16):
            self.steps.append([layers.Dense(n), layers.LayerNormalization(), layers.ReLU()])
        self.ends = [(layers.Dense(16), layers.ReLU()), (layers.Dense(4), layers.Dropout(0.1))]

    def call(self, x):
        for dense, norm, act in self.steps:
            x = act(norm(dense(x)))
            x = act(norm(x * 2))
        for dense, end in self.ends:
            x = end(dense(x))
        return x


class Tapped(layers.Layer):
    """What the parts give is kept from one call to the end of it."""

    def __init__(self, widths):
        super().__init__()
        self.parts = [layers.Dense(n) for n in widths]
        self.found = []
        self.last = None

    def call(self, x):
        self.found.clear()
        for part in self.parts:
            x = part(x)
            self.keep(x)
        self.last = layers.Concatenate()(self.found)
        return self.last * 2

    def keep(self, x):
        self.found.append(x)


def unit(x, n, norm_layer=partial(layers.LayerNormalization, epsilon=1e-2)):
    return x + layers.Dense(n)(norm_layer()(x))


class Unit(layers.Layer):
    def __init__(self, n, norm_layer=partial(layers.LayerNormalization, epsilon=1e-2)):
        super().__init__()
        self.norm = norm_layer()
        self.dense = layers.Dense(n)

    def call(self, x):
        return x + self.dense(self.norm(x))


def build(n=4, norm_layer=partial(layers.LayerNormalization, epsilon=1e-2)):
    inputs = keras.Input((10, 8))
    x = Encoder(8, 2, 2)(inputs)
    x = Tapped([4, 4])(Steps()(x))
    x = norm_layer()(x)
    x = unit(unit(x, 8), 8, partial(layers.BatchNormalization, momentum=0.9))
    x = Unit(8)(x)
    x = norm_layer()(layers.Dense(n)(x))
    return keras.Model(inputs, x)
