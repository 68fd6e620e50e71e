"""Lists of layers of several kinds, which a class makes in parts."""

import keras
from keras import layers


class Tower(layers.Layer):
    def __init__(self, widths=(4, 8), **kwargs):
        super().__init__(**kwargs)
        self.blocks = [layers.Conv1D(3, 1)]
        for width in widths:
            self.blocks.append(layers.Dense(width))
        self.heads = [layers.Dense(4)] + [layers.Dense(width) for width in widths]
        self.ends = [layers.LayerNormalization(), *[layers.Dense(2) for _ in range(2)]]

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        for head in self.heads:
            x = head(x)
        for end in self.ends:
            x = end(x)
        return x


inputs = keras.Input((4, 8))
model = keras.Model(inputs, Tower()(inputs))
