"""Models whose sizes come from something that only a run knows."""

import gym
from keras.layers import Dense, Flatten, Input
from keras.models import Model, Sequential

env = gym.make("CartPole-v1")
env.reset(seed=1)
n_actions = env.action_space.n
states = Input(shape=(4, env.observation_space.shape[0]))
critic = Model(states, Dense(1)(Flatten()(states)))

model = Sequential()
model.add(Input((env.observation_space.shape[0],)))
model.add(Dense(16, activation="relu"))
model.add(Dense(n_actions + env.action_space.start))
model.summary()
