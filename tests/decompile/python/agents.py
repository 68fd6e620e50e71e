"""Classes of one's own around a model: what `__init__` is given is a parameter of it."""

import keras
from keras.layers import Concatenate, Dense, Input, Lambda


class Actor:
    def __init__(self, state_dim, action_dim, bound, rate=0.001):
        self.state_dim = state_dim
        self.action_dim = action_dim
        self.bound = bound
        self.hidden = 4 * state_dim
        self.model = self.create_model()
        self.optimizer = keras.optimizers.Adam(rate)

    def create_model(self):
        return keras.Sequential(
            [
                Input((self.state_dim,)),
                Dense(self.hidden, activation="relu"),
                Dense(self.hidden // 2, activation="relu"),
                Dense(self.action_dim, activation="tanh"),
                Lambda(lambda x: x * self.bound),
            ]
        )

    def act(self, state):
        return self.model.predict(state)[0]


class Critic:
    def __init__(self, state_dim, action_dim, units=16):
        self.state_dim, self.action_dim = state_dim, action_dim
        self.units = units
        self.state_size = state_dim
        self.actions = action_dim
        self.model = self.create_model()

    def create_model(self):
        state = Input((self.state_size,))
        action = Input((self.actions,))
        x = Concatenate()([Dense(self.units, activation="relu")(state), action])
        model = keras.Model([state, action], Dense(1)(x))
        model.compile(loss="mse")
        return model
