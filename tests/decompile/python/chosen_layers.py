"""Functions that give a layer or another, layers of a list that a condition chooses, chains of methods that ask nothing of their object, values under keys."""

import keras
from keras import layers


def get_norm(kind, axis=-1):
    if kind == "group":
        return layers.GroupNormalization(2, axis=axis)
    elif kind == "layer":
        return layers.LayerNormalization(axis=axis)
    else:
        raise ValueError("unknown norm " + kind)


def get_activation(name):
    if name == "leaky":
        return layers.LeakyReLU(0.1)
    return layers.Activation(name)


def scaled(x, rate=0.5):
    return x * rate


class Stages(layers.Layer):
    def __init__(self, widths, norm="layer"):
        super().__init__()
        self.first = self.__make_stage(widths[0], 1)
        self.second = self.__make_stage(widths[1], 2)
        self.norm = get_norm(norm)
        self.act = get_activation("leaky")

    def __make_stage(self, width, count):
        stage = keras.Sequential()
        stage.add(layers.Conv2D(width, 1))
        for _ in range(1, count):
            stage.add(layers.Conv2D(width, 3, padding="same"))
        return stage

    def call(self, x):
        return self.act(self.norm(self.second(self.first(x))))


class Readers(layers.Layer):
    def __init__(self, units, depth=2):
        super().__init__()
        self.readers = [
            layers.GRU(units, return_sequences=True) if i < depth - 1 else layers.GRU(units)
            for i in range(depth)
        ]

    def call(self, x):
        for reader in self.readers:
            x = reader(x)
        return x


def build(shape=(16, 16, 3), widths=(4, 8)):
    image = keras.Input(shape)
    x = layers.Lambda(scaled)(image)
    skips = {}
    for i, width in enumerate(widths):
        x = Stages([width, width], norm="group" if i == 0 else "layer")(x)
        skips[f"skip_{i}"] = x
        x = layers.MaxPooling2D()(x)
    for i in range(len(widths) - 1, -1, -1):
        x = layers.UpSampling2D()(x)
        x = layers.Concatenate()([x, skips[f"skip_{i}"]])
        x = get_activation("relu")(x)
    x = layers.Reshape((-1, x.shape[-1]))(x)
    return keras.Model(image, Readers(4)(x))
