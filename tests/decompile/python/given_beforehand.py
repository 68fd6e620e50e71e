"""Layers with arguments given beforehand, or chosen by their classes; layers that there are on one way only; a size that a loop carries on."""

from functools import partial

import keras
from keras import layers

DefaultConv2D = partial(layers.Conv2D, kernel_size=3, strides=1, padding="same", use_bias=False)


class ResidualUnit(layers.Layer):
    def __init__(self, filters, strides=1, activation="relu", **kwargs):
        super().__init__(**kwargs)
        self.activation = keras.activations.get(activation)
        self.main_layers = [
            DefaultConv2D(filters, strides=strides),
            layers.LayerNormalization(epsilon=1e-6),
            self.activation,
            DefaultConv2D(filters),
        ]
        self.skip_layers = []
        if strides > 1:
            self.skip_layers = [DefaultConv2D(filters, kernel_size=1, strides=strides)]

    def call(self, inputs):
        z = inputs
        for layer in self.main_layers:
            z = layer(z)
        skip = inputs
        for layer in self.skip_layers:
            skip = layer(skip)
        return self.activation(z + skip)


def normalized(x, kind, units):
    norm = layers.LayerNormalization if kind == "layer" else layers.UnitNormalization
    x = norm(axis=-1)(x)
    x = layers.Dense(units)(x)
    return norm(axis=-1)(x)


model = keras.Sequential([DefaultConv2D(8, kernel_size=7, strides=2, input_shape=[16, 16, 3])])
previous = 8
for filters in [8] * 2 + [12] * 2:
    model.add(ResidualUnit(filters, strides=1 if filters == previous else 2))
    previous = filters
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dense(4))

features = keras.Input((8,))
head = keras.Model(features, normalized(normalized(features, "layer", 6), "unit", 3))
