"""Classes that extend others of the file, what `__init__` gathers for a layer, and a function that is told whether the model trains."""

import keras
from keras import layers, ops, random


class BaseAttention(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__()
        self.mha = layers.MultiHeadAttention(**kwargs)
        self.norm = layers.LayerNormalization()
        self.add = layers.Add()


class CrossAttention(BaseAttention):
    def call(self, x, context):
        attended, scores = self.mha(query=x, key=context, value=context, return_attention_scores=True)
        self.last_scores = scores
        return self.norm(self.add([x, attended]))


class SelfAttention(BaseAttention):
    def call(self, x):
        return self.norm(self.add([x, self.mha(query=x, value=x, key=x)]))


class Base(layers.Layer):
    def __init__(self, units, rate=0.1, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(units)
        self.drop = layers.Dropout(rate)

    def call(self, x):
        return self.drop(self.dense(x))


class Gated(Base):
    def __init__(self, units, gate="sigmoid", **kwargs):
        super().__init__(units, rate=0.2, **kwargs)
        self.gate = layers.Dense(units, activation=gate)

    def call(self, x):
        return super().call(x) * self.gate(x)


class Twice(Gated):
    def call(self, x):
        return super(Twice, self).call(x) + x


def drop_path(inputs, rate, is_training):
    if (not is_training) or rate == 0.0:
        return inputs
    kept = ops.floor(1.0 - rate + random.uniform((ops.shape(inputs)[0], 1, 1)))
    return inputs / (1.0 - rate) * kept


class DropPath(layers.Layer):
    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def call(self, x, training=None):
        return drop_path(x, self.rate, training)


x = keras.Input((6, 8))
context = keras.Input((5, 8))
y = SelfAttention(num_heads=2, key_dim=4)(x)
y = CrossAttention(num_heads=2, key_dim=4)(y, context)
y = Twice(8, gate="tanh")(Gated(8)(Base(8)(DropPath(0.2)(y))))
model = keras.Model([x, context], y)
