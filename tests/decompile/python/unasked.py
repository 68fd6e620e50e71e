"""What the `call` of a class may be told and nobody tells it: masks that Keras would hand on, where nothing has one, and numbers."""

import keras
from keras import layers, ops


class Scores(layers.Layer):
    """Attention of one word, as those who have masks write it."""

    def __init__(self, dim):
        super().__init__()
        self.supports_masking = True
        self.dim = dim

    def build(self, input_shape):
        self.query = self.add_weight(shape=(self.dim, 1), initializer="ones", name="query")

    def compute_mask(self, inputs, mask=None):
        return None

    def call(self, x, mask=None, scale=1.0):
        scores = ops.squeeze(ops.dot(x, self.query), -1) * scale
        if mask is not None:
            scores += (1.0 - ops.cast(mask, "float32")) * -1e9
        return ops.sum(x * ops.expand_dims(ops.softmax(scores), -1), axis=1)


class Encoder(layers.Layer):
    def __init__(self, dim, rate=0.1, **kwargs):
        super().__init__(**kwargs)
        self.attend = layers.MultiHeadAttention(2, dim // 2)
        self.drop = layers.Dropout(rate)
        self.norm = layers.LayerNormalization()

    def call(self, x, training=False, mask=None, **kwargs):
        y = self.attend(x, x, attention_mask=mask)
        y = self.drop(y, training=training, **kwargs)
        return self.norm(x + y)


class Gated(layers.Layer):
    """Here it is given: a tensor like any other."""

    def __init__(self, dim):
        super().__init__()
        self.dense = layers.Dense(dim)

    def call(self, x, mask):
        return self.dense(x) * mask


class Reader(keras.Model):
    def __init__(self, dim=8, depth=2):
        super().__init__()
        self.table = layers.Embedding(50, dim)
        self.encoders = []
        for i in range(depth):
            encoder = Encoder(dim, name=f"encoder_{i}")
            self.encoders.append(encoder)
        self.gate = layers.Dense(dim, activation=ops.gelu)
        self.gated = Gated(dim)
        self.scores = Scores(dim)

    def call(self, words, training=False, mask=None):
        x = self.table(words)
        for encoder in self.encoders:
            x = encoder(x, training=training, mask=mask)
        x = self.gated(x, self.gate(x))
        return self.scores(x)


model = Reader()
model(keras.Input((6,), dtype="int32"))
