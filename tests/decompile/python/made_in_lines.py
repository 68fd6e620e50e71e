"""Chains that functions and classes fill in lines of their own, functions by the names of their arguments, lists of features."""

import tensorflow as tf
from tensorflow.keras import Input, Model, layers


class Block(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__()
        if stride != 1:
            self.downsample = tf.keras.Sequential()
            self.downsample.add(layers.Conv2D(filters, 1, strides=stride))
            self.downsample.add(layers.Activation("tanh"))
        else:
            self.downsample = lambda x: x
        self.conv = layers.Conv2D(filters, 3, strides=stride, padding="same", **kwargs)

    def call(self, inputs, training=None, **kwargs):
        residual = self.downsample(inputs)
        x = self.conv(inputs)
        return tf.nn.relu(features=layers.add(inputs=[residual, x]))


def make_layer(filters, blocks, stride=1):
    res_block = tf.keras.Sequential()
    res_block.add(Block(filters, stride=stride))
    for _ in range(1, blocks):
        res_block.add(Block(filters))
    return res_block


def conv(x, filters, name, stride=1):
    return layers.Conv2D(filters, 3, strides=stride, padding="same", name=name)(x)


def features(bottom, stage, widths):
    found = [bottom]
    for number, width in enumerate(widths):
        found.append(conv(found[-1], width, name="s%d.%s" % (stage, str(number)), stride=2))
    return found


class Outer(layers.Layer):
    def call(self, x):
        x = tf.reduce_mean(input_tensor=x, axis=[1, 2])
        y = tf.expand_dims(input=x, axis=1)
        y = tf.matmul(a=y, b=y, transpose_a=True)
        y = tf.reshape(tensor=y, shape=(-1, pow(4, 2)))
        return tf.concat(values=[x, y], axis=-1)


image = Input(shape=(16, 16, 4))
x = make_layer(4, 2)(image)
x = make_layer(8, 2, stride=2)(x)
x = features(x, 1, [8, 4])[-1]
model = Model(image, Outer()(x))
