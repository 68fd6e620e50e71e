"""All of several modules, and what older files ask and tell models."""

from keras.backend import int_shape
from keras.models import *
from keras.layers import *
from keras.optimizers import *


class Attention(Layer):
    def __init__(self, units):
        super().__init__()
        self.input_spec = [InputSpec(ndim=3)]
        self.score = Dense(units)

    def call(self, x):
        return x * Softmax(axis=1)(self.score(x))


def conv_block(x, filters):
    maximum = MaxPooling2D()(Conv2D(filters, 3, padding="same")(x))
    return concatenate([maximum, AveragePooling2D()(x)])


def SegNet(classes, height=16, width=16, pretrained=None):
    inputs = Input(shape=(height, width, 3))
    x = conv_block(inputs, 8)
    rows = Model(inputs, x).output_shape[1]
    shape = Model(inputs, x).output_shape
    x = Reshape((rows * shape[2], shape[-1]))(x)
    x = Attention(1)(CuDNNLSTM(classes, return_sequences=True)(x))
    if pretrained:
        Model(inputs, x).load_weights(pretrained, by_name=True)
    model = Model(inputs, x)
    model.outputHeight = rows
    model.rows, model.columns = rows, int_shape(x)[1]
    return model
