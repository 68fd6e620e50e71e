"""Chains that take over the layers of a backbone, one by one."""

import keras
from keras.applications.vgg19 import VGG19
from keras.layers import Dense, Flatten
from keras.models import Sequential

vgg = keras.applications.vgg16.VGG16(weights=None, input_shape=(32, 32, 3), classes=4)
tuned = Sequential()
for layer in vgg.layers[:-1]:
    tuned.add(layer)
for layer in tuned.layers:
    layer.trainable = False
tuned.add(Dense(2, activation="softmax"))
tuned.compile(loss="mse")


def build(classes=3):
    base = VGG19(weights=None, include_top=False, input_shape=(32, 32, 3))
    model = Sequential()
    for layer in base.layers:
        model.add(layer)
    model.add(Flatten())
    model.add(Dense(classes))
    return model
