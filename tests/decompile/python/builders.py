"""Classes of one's own that make models in methods, keep them, and make one of several."""

from keras.layers import (
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    Input,
    LeakyReLU,
)
from keras.models import Model
from keras.optimizers import Adam


class Translation(object):
    def __init__(self):
        # what comes in
        self.side = 16
        self.shape = (self.side, self.side, 3)
        self.filters = 4
        optimizer = Adam(0.0002, 0.5)

        self.critic = self.build_critic()
        self.critic.compile(loss="mse", optimizer=optimizer)
        self.generator = self.build_generator()

        drawn = Input(shape=self.shape)
        seen = Input(shape=self.shape)
        made = self.generator(drawn)
        # only the generator is trained
        self.critic.trainable = False
        valid = self.critic([made, seen])
        self.combined = Model([drawn, seen], [valid, made])
        self.combined.compile(loss=["mse", "mae"], optimizer=optimizer)

    def build_generator(self):
        def down(x, filters, norm=True):
            x = Conv2D(filters, 3, padding="same")(x)
            x = LeakyReLU(0.2)(x)
            if norm:
                x = BatchNormalization()(x)
            return x

        image = Input(shape=self.shape)
        x = down(image, self.filters, norm=False)
        x = down(x, self.filters * 2)
        return Model(image, Conv2D(3, 3, padding="same")(x))

    def build_critic(self):
        one = Input(shape=self.shape)
        other = Input(shape=self.shape)
        x = Concatenate()([one, other])
        x = GlobalAveragePooling2D()(Conv2D(self.filters, 3)(x))
        return Model([one, other], Dense(1)(x))

    def train(self, epochs):
        fake = self.generator.predict(epochs)


class Scaled:
    def __init__(self, shape, widths, alpha=0.5):
        self.shape = shape
        self.widths = widths
        self.depth = len(widths)
        self.alpha = alpha

    def conv(self, x, filters):
        x = Conv2D(int(filters * self.alpha), 3, padding="same")(x)
        return self.act(x)

    def act(self, x):
        return LeakyReLU(0.1)(x)

    def tail(self, x):
        return Dense(self.depth)(GlobalAveragePooling2D()(x))


class Small(Scaled):
    def __init__(self, shape=(8, 8, 3), widths=(8, 16), alpha=0.5, top=True):
        super(Small, self).__init__(shape, widths, alpha)
        self.top = top
        self._build()

    def _build(self):
        inputs = Input(shape=self.shape)
        x = inputs
        for i in range(self.depth):
            x = self.conv(x, self.widths[i])
        if self.top:
            x = self.tail(x)
        self.model = Model(inputs, x)
        self.model.summary()
