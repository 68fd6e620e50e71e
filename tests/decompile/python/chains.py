import keras
from keras import layers


class Stack(keras.Model):
    def __init__(self, n=2):
        super().__init__()
        self.first = layers.Dense(8)
        self.net = keras.Sequential(
            [self.first] + [layers.Dense(4 * (i + 1), activation="relu") for i in range(n)]
        )
        parts = []
        for i in range(n):
            parts.append(layers.Dense(i + 2))
            parts += [layers.ReLU(), layers.Dropout(0.1)]
        self.tail = keras.Sequential(parts)

    def call(self, x):
        return self.tail(self.net(x))


def mlp(widths, rate):
    return keras.Sequential(
        [layers.Dense(n, activation="relu") for n in widths if n > 2] + [layers.Dropout(rate)], name="mlp"
    )


def gathered(widths, name=None):
    chain = [layers.BatchNormalization()]
    for n in widths:
        chain.append(layers.Dense(n))
        if n > 5:
            chain.append(layers.ReLU())
    net = keras.Sequential(chain, name=name)
    return net


def build(depth=2):
    x = inputs = keras.Input((8,))
    x = mlp([8, 4], 0.1)(x)
    x = gathered([4, 8], name="middle")(x)
    y = keras.Sequential([layers.Dense(8) for _ in range(depth)])(x)
    tower = keras.Sequential([layers.Dense(8), *[layers.Dense(8) for _ in range(depth)]])
    z = tower(y)
    x = layers.add([x, y, z])
    return keras.Model(inputs, x)


model = build()
stack = Stack()
stack.build((None, 8))
