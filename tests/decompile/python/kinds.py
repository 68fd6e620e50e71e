"""The necks of YOLO: one function for a tensor and for two in a tuple, which makes a model of their shapes and calls it at once."""

from keras import Input, Model
from keras.layers import BatchNormalization, Concatenate, Conv2D, LeakyReLU, UpSampling2D


def conv(x, filters, size):
    x = Conv2D(filters, size, padding="same", use_bias=False)(x)
    return LeakyReLU()(BatchNormalization()(x))


def yolo_conv(filters, name=None):
    def neck(x_in):
        if isinstance(x_in, tuple):
            inputs = Input(x_in[0].shape[1:]), Input(x_in[1].shape[1:])
            x, x_skip = inputs

            # concat with skip connection
            x = conv(x, filters, 1)
            x = UpSampling2D(2)(x)
            x = Concatenate()([x, x_skip])
        else:
            x = inputs = Input(x_in.shape[1:])

        x = conv(x, filters, 3)
        return Model(inputs, x, name=name)(x_in)

    return neck


def output(x_in, filters):
    x = inputs = Input(x_in.shape[1:])
    x = conv(x, filters, 3)
    return Model(inputs, Conv2D(6, 1)(x))(x_in)


def gathered(parts, n):
    if isinstance(parts, (list, tuple)):
        parts = Concatenate()(parts)
    return Conv2D(n, 1)(parts)


def build(size=32):
    x = inputs = Input((size, size, 3))
    x_1 = conv(x, 4, 3)
    x = Conv2D(8, 3, strides=2, padding="same")(x_1)
    x = yolo_conv(8, name="neck_0")(x)
    x = yolo_conv(4, name="neck_1")((x, x_1))
    x = gathered([x, x_1], 4)
    return Model(inputs, output(x, 4))
