"""Layers that stand in lists and are called by their numbers, in lists of lists, and on one way alone."""

import keras
from keras import layers, ops


class Fused(layers.Layer):
    def build(self, input_shape):
        count = len(input_shape)
        self.w = self.add_weight(shape=(count,), initializer=keras.initializers.Constant(1 / count))

    def call(self, inputs):
        w = ops.relu(self.w)
        return sum([w[i] * inputs[i] for i in range(len(inputs))]) / (ops.sum(w) + 1e-4)


class Lines(layers.Layer):
    def __init__(self, steps, channels, individual=False, **kwargs):
        super().__init__(**kwargs)
        self.individual = individual
        self.channels = channels
        if individual:
            self.lines = [layers.Dense(steps) for _ in range(channels)]
        else:
            self.lines = layers.Dense(steps)

    def call(self, x):
        if self.individual:
            return ops.stack([self.lines[i](x[:, i]) for i in range(self.channels)], axis=1)
        return self.lines(x)


def conv_bn(n, name):
    conv = layers.SeparableConv2D(n, 3, padding="same", name=f"{name}_conv")
    norm = layers.BatchNormalization(name=f"{name}_bn")
    return lambda x: norm(conv(x))


def there_and_back(x, n):
    dense = []
    for i in range(n):
        dense.append(layers.Dense(8, activation="tanh"))
    for i in range(n):
        x = dense[i](x)
    for layer in reversed(dense):
        x = layer(x)
    return x


def build(depth=2, classes=3):
    image = keras.Input((32, 32, 3))
    levels = [layers.Conv2D(8, 3, strides=2**i, padding="same")(image) for i in range(1, 3)]
    convs = [layers.SeparableConv2D(8, 3, padding="same") for i in range(depth)]
    norms = [[layers.BatchNormalization(name=f"norm_{i}_{j}") for j in range(2)] for i in range(depth)]
    pair = [layers.Dense(8), layers.Dense(classes)]
    out = []
    for level, y in enumerate(levels):
        for i in range(depth):
            y = convs[i](y)
            y = norms[i][level](y)
            y = layers.ReLU()(y)
        y = conv_bn(8, f"last_{level}")(y)
        out.append(layers.GlobalAveragePooling2D()(y))
    y = there_and_back(Fused()(out), 2)
    y = Lines(4, 8, individual=True)(layers.Reshape((8, 1))(y))
    y = Lines(1, 8)(y)
    y = pair[0](layers.Flatten()(y))
    return keras.Model(image, pair[1](pair[0](y)))
