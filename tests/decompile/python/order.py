import keras
from keras import Model, layers, ops


class Rebound(layers.Layer):
    def __init__(self, units, rate=0.5):
        super().__init__()
        self.units = units
        self.d1 = layers.Dense(units)
        units //= 2
        self.d2 = layers.Dense(units)
        self.rate = rate

    def build(self, shape):
        units = shape[-1]
        self.d3 = layers.Dense(units)

    def call(self, x):
        x = self.d1(x)
        x = self.d2(x)
        x = self.d3(x)
        return x * self.units


class Crossed(layers.Layer):
    def __init__(self, depth=2):
        super().__init__()
        self.depth = depth

    def build(self, input_shape):
        dim = input_shape[0][-1]
        self.kernels = [
            self.add_weight(name="kernel" + str(i), shape=(dim, 1), initializer="glorot_normal")
            for i in range(self.depth)
        ]
        self.mixed = [layers.Dense(dim) for _ in range(self.depth)]

    def call(self, inputs):
        first, second = inputs
        x = ops.expand_dims(first, axis=2)
        for i in range(self.depth):
            x = ops.matmul(x, ops.tensordot(x, self.kernels[i], axes=(1, 0))) + x
        x = ops.squeeze(x, axis=2)
        return ops.concatenate([layer(x) for layer in self.mixed], axis=-1)


def rebound(x, n):
    d = layers.Dense(n)
    n = n * 2
    e = layers.Dense(n)
    g = layers.Dense(x.shape[-1])
    x = d(x)
    x = e(x)
    return g(x)


def build():
    image = keras.Input((8,))
    x = rebound(image, 3)
    x = Rebound(6)(x)
    for n in [1, 4]:
        c = layers.Dense(n)
        x = c(x)
    x = Crossed()([x, x])
    return Model(image, x)
