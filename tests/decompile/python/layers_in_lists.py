"""Lists of layers that a function makes first and goes through afterwards."""

import keras
from keras import layers


def downsample(filters, size, norm=True):
    initializer = keras.initializers.RandomNormal(0.0, 0.02)
    result = keras.Sequential()
    result.add(layers.Conv2D(filters, size, strides=2, padding="same", kernel_initializer=initializer))
    if norm:
        result.add(layers.LayerNormalization())
    result.add(layers.LeakyReLU())
    return result


def upsample(filters, size):
    return keras.Sequential([layers.Conv2DTranspose(filters, size, strides=2, padding="same"), layers.ReLU()])


def generator(heads=2):
    image = keras.Input((16, 16, 3))
    down_stack = [downsample(4, 3, norm=False), downsample(8, 3), downsample(8, 3)]
    up_stack = [upsample(width, 3) for width in (8, 4)]
    ends = [layers.Dense(2) for _ in range(heads)]
    x = image
    skips = []
    for down in down_stack:
        x = down(x)
        skips.append(x)
    for up, skip in zip(up_stack, reversed(skips[:-1])):
        x = up(x)
        x = layers.Concatenate()([x, skip])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, [end(x) for end in ends])
