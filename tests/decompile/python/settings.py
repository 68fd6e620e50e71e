from dataclasses import dataclass, field
from types import SimpleNamespace

import keras
from keras import layers


@dataclass
class Config:
    length: int = 16
    vocab: int = 50  # with the padding
    dim: int = 8
    heads: int = 2
    widths: list = field(default_factory=lambda: [12, 6])


class CFG:
    rate = 0.5
    layers = 2
    depth = layers + 1


config = Config(heads=4)


class Scaled(layers.Layer):
    def __init__(self, cfg, units, **kwargs):
        super().__init__(**kwargs)
        self.cfg = cfg
        self.dense = layers.Dense(units)

    def call(self, x):
        cfg = self.cfg
        return self.dense(x) * cfg.rate


def attend(x, cfg, residual=True):
    y = layers.MultiHeadAttention(cfg.heads, cfg.dim // cfg.heads)(x, x)
    return layers.LayerNormalization()(x + y if residual else y)


def build():
    inputs = keras.Input((config.length,), dtype="int32")
    x = layers.Embedding(config.vocab, config.dim)(inputs)
    for _ in range(CFG.depth):
        x = attend(x, cfg=config)
    for width in config.widths:
        x = Scaled(CFG, width)(x)
    return keras.Model(inputs, x)


def get_settings():
    return SimpleNamespace(units=3, activation="tanh")


def build_head(settings):
    features = keras.Input((6,))
    return keras.Model(features, layers.Dense(settings.units, settings.activation)(features), name="head")


head = build_head(get_settings())
