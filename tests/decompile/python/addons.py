"""A generator of CycleGAN, with layers of TensorFlow Addons that Keras has by now."""

import tensorflow as tf
import tensorflow_addons as tfa
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow_addons.layers import GroupNormalization

gamma_init = keras.initializers.RandomNormal(mean=0.0, stddev=0.02)


class ReflectionPadding2D(layers.Layer):
    def __init__(self, padding=(1, 1), **kwargs):
        self.padding = tuple(padding)
        super().__init__(**kwargs)

    def call(self, input_tensor, mask=None):
        width, height = self.padding
        paddings = [[0, 0], [height, height], [width, width], [0, 0]]
        return tf.pad(input_tensor, paddings, mode="REFLECT")


def residual(x, activation, gamma_initializer=gamma_init):
    y = ReflectionPadding2D()(x)
    y = layers.Conv2D(x.shape[-1], 3, use_bias=False)(y)
    y = tfa.layers.InstanceNormalization(gamma_initializer=gamma_initializer)(y)
    return layers.add([x, activation(y)])


def get_generator(filters=16, blocks=2, name="generator"):
    image = layers.Input(shape=(64, 64, 3), name=name + "_image")
    x = ReflectionPadding2D(padding=(3, 3))(image)
    x = tfa.layers.SpectralNormalization(layers.Conv2D(filters, 7, use_bias=False))(x)
    x = GroupNormalization(groups=4)(x)
    for _ in range(blocks):
        x = residual(x, activation=layers.Activation("relu"))
    return keras.models.Model(image, x, name=name)


generator_g = get_generator(name="generator_g")
generator_f = get_generator(name="generator_f")
