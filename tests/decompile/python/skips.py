"""A network whose blocks share a list, as in the diffusion examples."""

import keras
from keras import layers


def ResidualBlock(width):
    def apply(x):
        residual = x if x.shape[3] == width else layers.Conv2D(width, kernel_size=1)(x)
        x = layers.BatchNormalization(center=False, scale=False)(x)
        x = layers.Conv2D(width, kernel_size=3, padding="same", activation="swish")(x)
        return layers.Add()([x, residual])

    return apply


def DownBlock(width, block_depth):
    def apply(x):
        x, skips = x
        for _ in range(block_depth):
            x = ResidualBlock(width)(x)
            skips.append(x)
        x = layers.AveragePooling2D(pool_size=2)(x)
        return x

    return apply


def up(x, skips, width, block_depth=2):
    x = layers.UpSampling2D(size=2, interpolation="bilinear")(x)
    for _ in range(block_depth):
        x = layers.Concatenate()([x, skips.pop()])
        x = ResidualBlock(width)(x)
    return x


def get_network(image_size=16, widths=(8, 12, 16), block_depth=2):
    noisy_images = keras.Input(shape=(image_size, image_size, 3))
    x = layers.Conv2D(widths[0], kernel_size=1)(noisy_images)
    skips = []
    for width in widths[:-1]:
        x = DownBlock(width, block_depth)([x, skips])
    for _ in range(block_depth):
        x = ResidualBlock(widths[-1])(x)
    for width in reversed(widths[:-1]):
        x = up(x, skips, width, block_depth=block_depth)
    x = layers.Conv2D(3, kernel_size=1, kernel_initializer="zeros")(x)
    return keras.Model(noisy_images, x, name="residual_unet")


def get_plain():
    image = keras.Input((16, 16, 3))
    x, found = image, []
    for n in (4, 8):
        x = layers.Conv2D(n, 3, padding="same")(x)
        found.append(x)
        x = layers.MaxPooling2D(2)(x)
    while_down = found.pop(0)
    x = layers.UpSampling2D(4)(x)
    return keras.Model(image, layers.Concatenate()([x, while_down]) + 1, name="plain")
