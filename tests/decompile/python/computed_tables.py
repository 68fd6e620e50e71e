"""Tables that NumPy computes: positions, places in a window, masks."""

import keras
import numpy as np
from keras import layers, ops


def get_angles(places, columns, dim):
    rates = 1 / np.power(10000, (2 * (columns // 2)) / np.float32(dim))
    return places * rates


def positional_encoding(longest, dim):
    angles = get_angles(np.arange(longest)[:, np.newaxis], np.arange(dim)[np.newaxis, :], dim)
    # sines in the even columns
    angles[:, 0::2] = np.sin(angles[:, 0::2])
    # cosines in the odd ones
    angles[:, 1::2] = np.cos(angles[:, 1::2])
    return angles[np.newaxis, ...].astype(np.float32)


def causal_mask(n):
    return 1 - np.triu(np.ones((1, n, n)), k=1).astype("float32")


class Positions(layers.Layer):
    def __init__(self, longest, dim, **kwargs):
        super().__init__(**kwargs)
        table = np.zeros((longest, dim))
        position = np.arange(0, longest)[:, np.newaxis]
        rates = np.exp(np.arange(0, dim, 2) * -(np.log(10000.0) / dim))
        table[:, 0::2] = np.sin(position * rates)
        table[:, 1::2] = np.cos(position * rates)
        self.table = ops.convert_to_tensor(table[np.newaxis], dtype="float32")

    def call(self, x):
        return x + self.table[:, : x.shape[1]]


class Window(layers.Layer):
    def __init__(self, size, heads, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.table = self.add_weight(shape=((2 * size - 1) ** 2, heads), initializer="zeros", name="table")
        places = np.stack(np.meshgrid(np.arange(size), np.arange(size), indexing="ij")).reshape(2, -1)
        apart = self._apart(places)
        apart[:, :, 0] += size - 1
        apart[:, :, 1] += size - 1
        apart[:, :, 0] *= 2 * size - 1
        self.index = apart.sum(-1).flatten()
        assert len(self.index) == size**4

    def _apart(self, places):
        return (places[:, :, None] - places[:, None, :]).transpose(1, 2, 0)

    def call(self, scores):
        bias = ops.reshape(ops.take(self.table, self.index, axis=0), (self.size**2, self.size**2, -1))
        return scores + ops.transpose(bias, (2, 0, 1))[None]


class Distances(layers.Layer):
    def __init__(self, n, **kwargs):
        super().__init__(**kwargs)
        self.columns, self.rows = np.meshgrid(np.arange(n), np.arange(n))
        self.first, self.last = layers.Dense(8), layers.Dense(n, activation="relu")

    def call(self, x):
        return self.last(self.first(x)) - ops.cast(ops.abs(self.columns - self.rows), "float32")


def attend(x, heads, size):
    q = ops.reshape(layers.Dense(8 * heads)(x), (-1, size * size, heads, 8))
    q = ops.transpose(q, (0, 2, 1, 3))
    scores = Window(size, heads)(ops.matmul(q, ops.transpose(q, (0, 1, 3, 2))) / np.sqrt(8))
    return ops.matmul(ops.softmax(scores - 1e4 * (1 - causal_mask(size * size))), q)


def turned(x, n):
    start = keras.initializers.Constant(np.eye(n).flatten())
    turn = layers.Dense(n * n, kernel_initializer="zeros", bias_initializer=start)(x[:, 0])
    return layers.Dot(axes=(2, 1))([x, layers.Reshape((n, n))(turn)])


def build(size=3, dim=8):
    inputs = keras.Input((size * size, dim))
    x = Positions(32, dim)(turned(inputs, dim)) + positional_encoding(size * size, dim)
    return keras.Model(inputs, [attend(x, 2, size), Distances(size * size)(x)])
