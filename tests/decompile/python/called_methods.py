import keras
from keras import layers, ops


class Attention(layers.Layer):
    def __init__(self, width, heads):
        super().__init__()
        self.width = width
        self.heads = heads
        self.query = layers.Dense(width)
        self.key = layers.Dense(width)
        self.value = layers.Dense(width)

    def split(self, x):
        # each head has its own axis
        x = ops.reshape(x, (-1, x.shape[1], self.heads, self.width // self.heads))
        return ops.transpose(x, (0, 2, 1, 3))

    def causal(self, x):
        i = ops.arange(x.shape[1])[:, None]
        j = ops.arange(x.shape[1])
        return i >= j

    def call(self, x):
        q = self.split(self.query(x))
        k = self.split(self.key(x))
        v = self.split(self.value(x))
        scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2)))
        scores = ops.where(self.causal(x), scores, -1e9)
        y = ops.matmul(ops.softmax(scores), v)
        return ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (-1, x.shape[1], self.width))


class Gates(layers.Layer):
    def __init__(self, units, gated=True):
        super().__init__()
        self.gated = gated
        self.gate = layers.Dense(units, activation="sigmoid")
        self.mix = self.chain(units)

    def chain(self, units, rate=0.1):
        return keras.Sequential([layers.Dense(units, activation="relu"), layers.Dropout(rate)])

    def call(self, inputs):
        parts = [self.gate_of(x) for x in inputs]
        return self.mix(self.total(parts))

    def gate_of(self, x):
        y = x
        if self.gated:
            y = y * self.gate(x)
        return y

    @staticmethod
    def total(parts):
        total = parts[0]
        for each in parts[1:]:
            total = total + each
        return total

    def describe(self):
        return "gates"


class Gated(keras.Model):
    def __init__(self):
        super().__init__()
        self.left = Attention(8, 2)
        self.right = Attention(8, 4)
        self.gates = Gates(8)
        self.head = layers.Dense(3)

    def encode(self, x, deep=False):
        y = self.left(x)
        return self.right(y) if deep else y

    def call(self, x):
        y = self.gates([self.encode(x), self.encode(x, deep=True)])
        return self.head(y)


model = Gated()
model.build((None, 6, 8))
