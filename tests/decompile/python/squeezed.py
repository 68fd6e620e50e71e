import tensorflow as tf
from tensorflow.keras import Model
from tensorflow.keras.layers import BatchNormalization, Conv2D, Dense, Flatten, Layer


class ConvBN(Layer):
    def __init__(self, filters, name=None):
        super().__init__(name=name)
        self.conv = Conv2D(filters, 3, padding="same", use_bias=False)
        self.bn = BatchNormalization()
        self.act = tf.keras.layers.ReLU()

    def call(self, x, training=False):
        return self.act(self.bn(self.conv(x), training=training))


class Squeeze(Layer):
    def __init__(self, ratio=4):
        super().__init__()
        self.ratio = ratio

    def build(self, input_shape):
        channels = input_shape[-1]
        self.fc1 = Dense(channels // self.ratio, activation="relu")
        self.fc2 = Dense(channels, activation="sigmoid")
        self.scale = self.add_weight(name="scale", shape=(channels,), initializer="ones", trainable=True)

    def call(self, x):
        s = tf.reduce_mean(x, axis=[1, 2], keepdims=True)
        return x * self.fc2(self.fc1(s)) * self.scale


class Squeezed(Model):
    def __init__(self, widths=(8, 16), classes=10):
        super().__init__()
        self.blocks = [ConvBN(w) for w in widths]
        self.squeeze = Squeeze()
        self.flatten = Flatten()
        self.dense = Dense(classes)

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.dense(self.flatten(self.squeeze(x)))


model = Squeezed()
model.build((None, 8, 8, 1))
