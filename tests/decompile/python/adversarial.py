from keras.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    Input,
    LeakyReLU,
    Reshape,
)
from keras.models import Model


def build_generator(inputs, image_size):
    size = image_size // 4
    x = Dense(size * size * 8)(inputs)
    x = Reshape((size, size, 8))(x)
    for filters in [8, 4]:
        x = BatchNormalization()(x)
        x = Activation("relu")(x)
        x = Conv2DTranspose(filters, 5, strides=2, padding="same")(x)
    x = Conv2D(1, 3, padding="same", activation="sigmoid")(x)
    return Model(inputs, x, name="generator")


def build_discriminator(inputs):
    x = inputs
    for filters in [4, 8]:
        x = LeakyReLU(0.2)(x)
        x = Conv2D(filters, 5, strides=2, padding="same")(x)
    x = Flatten()(x)
    x = Dense(1, activation="sigmoid")(x)
    return Model(inputs, x, name="discriminator")


def build_and_train(image_size=16):
    latent_size = 10
    inputs = Input(shape=(16, 16, 1), name="discriminator_input")
    discriminator = build_discriminator(inputs)
    discriminator.compile(loss="binary_crossentropy", optimizer="rmsprop")
    inputs = Input(shape=(latent_size,), name="z_input")
    generator = build_generator(inputs, image_size)
    adversarial = Model(inputs, discriminator(generator(inputs)), name="adversarial")
    adversarial.compile(loss="binary_crossentropy", optimizer="rmsprop")
