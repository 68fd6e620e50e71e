"""Functions that compute with tensors as with numbers, and attributes under the names of parameters."""

import keras
from keras import layers, ops


def sparsemoid(x):
    return ops.clip(0.5 * x + 0.5, 0, 1)


def scaled(x, rate):
    return x * rate


def halves(n):
    return n // 2


class Trees(layers.Layer):
    def __init__(self, trees=3, depth=2, units=1, **kwargs):
        super().__init__(**kwargs)
        self.trees = trees
        self.depth = depth
        self.units = units

    def build(self, input_shape):
        dim = input_shape[-1]
        trees, depth, units = self.trees, self.depth, self.units
        self.logits = self.add_weight(shape=(dim, trees, depth), initializer="zeros", name="logits")
        self.thresholds = self.add_weight(shape=(trees, depth), initializer="ones", name="thresholds")
        codes = [[(i // 2**d) % 2 for i in range(2**depth)] for d in range(depth)]
        self.codes = [[[float(c), 1.0 - float(c)] for c in row] for row in codes]
        self.response = self.add_weight(shape=(trees, units, 2**depth), initializer="ones", name="response")

    def call(self, inputs):
        values = ops.einsum("bi,ind->bnd", inputs, ops.softmax(self.logits, axis=0))
        margins = scaled(values - self.thresholds, 0.5)
        bins = sparsemoid(ops.stack([-margins, margins], axis=-1))
        leaves = ops.prod(ops.einsum("btds,dcs->btdc", bins, ops.array(self.codes)), axis=-2)
        return ops.sum(ops.einsum("bnd,ncd->bnc", leaves, self.response), axis=1)


def build(features=8):
    inputs = keras.Input((features,))
    x = layers.Concatenate()([inputs, Trees()(inputs)])
    x = Trees(2, units=3)(layers.Dense(halves(features))(x))
    return keras.Model(inputs, layers.Dense(1)(scaled(x, rate=2.0)))
