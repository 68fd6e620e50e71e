"""A class that makes its model in `__init__`, of what its arguments say, and constants that are computed."""

import tensorflow as tf
from keras.layers import *
from keras.models import *
from keras.optimizers import Adam

BASE = 8
WIDTHS = [BASE * mult for mult in (1, 2)]
DEPTH = len(WIDTHS)


class BoardNet:
    def __init__(self, game, args):
        # game params
        self.rows, self.columns = game.size()
        self.actions = game.actions()
        self.args = args

        self.boards = Input(shape=(self.rows, self.columns))  # batch x rows x columns
        x = Reshape((self.rows, self.columns, 1))(self.boards)
        for width in WIDTHS:
            x = Conv2D(width, 3, padding="same")(x)
        x = Dropout(args.dropout)(Dense(args.units)(Flatten()(x)))
        self.pi = Dense(self.actions, activation="softmax", name="pi")(x)
        self.v = Dense(1, activation="tanh", name="v")(x)
        self.model = Model(inputs=self.boards, outputs=[self.pi, self.v])
        self.model.compile(loss="mse", optimizer=Adam(args.lr))


def mix(q, k):
    return tf.einsum("bic, bJc -> biJ", q, k) / DEPTH


class Mixer(Layer):
    def call(self, q, k):
        return mix(q, k)


def build_mixer():
    x = Input((6, 4))
    return Model(x, Mixer()(Dense(8)(x), Dense(8)(x)), name="mixed")
