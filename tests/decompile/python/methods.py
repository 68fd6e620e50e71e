import numpy as np
from keras.layers import BatchNormalization, Dense, Embedding, Flatten, Input, LeakyReLU, Reshape, multiply
from keras.models import Model, Sequential


class ConditionalGAN:
    """Two models, made by methods."""

    def __init__(self, classes=10):
        self.img_shape = (8, 8, 1)
        self.classes = classes
        self.latent_dim = 16
        self.discriminator = self.build_discriminator()
        self.discriminator.compile(loss="binary_crossentropy", optimizer="adam")

    def build_generator(self):
        model = Sequential()
        model.add(Dense(32, input_dim=self.latent_dim))
        model.add(LeakyReLU(negative_slope=0.2))
        model.add(BatchNormalization(momentum=0.8))
        model.add(Dense(int(np.prod(self.img_shape)), activation="tanh"))
        model.add(Reshape(self.img_shape))
        model.summary()

        noise = Input(shape=(self.latent_dim,), name="noise")
        label = Input(shape=(1,), dtype="int32", name="label")
        # what is to be drawn
        meant = Flatten()(Embedding(self.classes, self.latent_dim)(label))
        return Model([noise, label], model(multiply([noise, meant])))

    def build_discriminator(self):
        model = Sequential([Flatten(), Dense(16)])
        model.add(Dense(1, activation="sigmoid"))
        image = Input(shape=self.img_shape)
        return Model(image, model(image))

    def train(self, epochs):
        self.combined.fit(epochs=epochs)
