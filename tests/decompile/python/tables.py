"""Arrays of numbers outside of functions, which blocks and models compute with."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

MEAN = np.array([0.485, 0.456, 0.406]) * 255  # of ImageNet
STD = 255 * np.array([0.229, 0.224, 0.225], dtype="float32")
SCALES = tf.constant([1.0, 2.0, 4.0], tf.float32)
ANCHORS = np.array([(10, 13), (16, 30), (33, 23)], np.float32) / 416


class Normalize(layers.Layer):
    def call(self, image):
        return (image - MEAN) / STD


def head(x, channels):
    x = layers.Conv2D(2 * len(ANCHORS), 1)(x)
    x = layers.Reshape((8, 8, len(ANCHORS), 2))(x)
    return x * ANCHORS + channels


def build(n=4):
    image = keras.Input((8, 8, 3))
    x = (Normalize()(image) + MEAN / 9) * SCALES
    return keras.Model(image, head(layers.Conv2D(n, 3, padding="same")(x - STD[0]), 3))
