"""Embeddings in a dictionary, as models of recommenders have them."""

import keras
from keras import layers

SIZES = {"user": 10, "item": 20}
DENSE = ["age", "price"]


class Embedded(layers.Layer):
    def __init__(self, sizes, dim):
        super().__init__()
        self.embeds = {name: layers.Embedding(n, dim) for name, n in sizes.items()}

    def call(self, inputs):
        found = [embed(inputs[key]) for key, embed in self.embeds.items()]
        return layers.Concatenate()(found)


class Scaled(layers.Layer):
    def __init__(self, names, dim):
        super().__init__()
        self.names = names
        self.scales = {name: layers.Dense(dim, activation="tanh") for name in names}
        self.out = layers.Dense(dim)

    def call(self, inputs):
        found = []
        for name in self.names:
            found.append(self.scales[name](inputs[name]))
        return self.out(layers.Add()(found))


class Linear(layers.Layer):
    def __init__(self, sizes):
        super().__init__()
        self.weights_of = {name: layers.Embedding(n, 1) for name, n in sizes.items()}

    def call(self, inputs):
        total = 0.0
        for name, one in self.weights_of.items():
            total = total + one(inputs[name])
        return total


class Paired(layers.Layer):
    def __init__(self, sizes):
        super().__init__()
        self.embeds = {name: layers.Embedding(n, 4) for name, n in sizes.items()}

    def call(self, inputs):
        user = self.embeds["user"](inputs["user"])
        return layers.Dot(-1)([user, self.embeds["item"](inputs["item"])])


def build():
    inputs = {name: keras.Input((), dtype="int32", name=name) for name in SIZES}
    x = Embedded(SIZES, 4)(inputs)
    return keras.Model(list(inputs.values()), layers.Dense(1)(x))


def build_wide():
    inputs = {name: keras.Input((), dtype="int32", name=name) for name in SIZES}
    return keras.Model(list(inputs.values()), Linear(SIZES)(inputs))


def build_numbers():
    numbers = {name: keras.Input((3,), name=name) for name in DENSE}
    return keras.Model(list(numbers.values()), Scaled(DENSE, 4)(numbers))


def build_pair():
    inputs = {name: keras.Input((), dtype="int32", name=name) for name in SIZES}
    return keras.Model(list(inputs.values()), Paired(SIZES)(inputs))
