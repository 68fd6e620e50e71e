"""Functions of the file as `Lambda` layers, with arguments, and as activations."""

import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras import backend as K


def gem(x, p=3.0):
    return tf.pow(tf.reduce_mean(tf.pow(tf.maximum(x, 1e-6), p), axis=(1, 2)), 1.0 / p)


def channel_shuffle(x, groups):
    h, w, c = x.shape[1:]
    x = tf.reshape(x, [-1, h, w, groups, c // groups])
    x = tf.transpose(x, [0, 1, 2, 4, 3])
    return tf.reshape(x, [-1, h, w, c])


def mish(x):
    return x * K.tanh(K.softplus(x))


def hard_swish(x):
    return x * K.relu(x + 3.0, max_value=6.0) / 6.0


def attend(q, k, v, mask=None):
    s = tf.matmul(q, k, transpose_b=True) / tf.math.sqrt(tf.cast(tf.shape(k)[-1], tf.float32))
    if mask is not None:
        s += mask * -1e9
    w = tf.nn.softmax(s)
    return tf.matmul(w, v), w


def build():
    inp = tf.keras.Input((16, 16, 8))
    x = layers.Conv2D(8, 3, padding="same")(inp)
    x = layers.Lambda(channel_shuffle, arguments={"groups": 2})(x)
    x = layers.Activation(mish)(x)
    x = layers.Activation(hard_swish)(x)
    a = layers.Lambda(lambda t: K.mean(t, axis=-1, keepdims=True))(x)
    b = layers.Lambda(lambda t: K.max(t, axis=-1, keepdims=True))(x)
    s = layers.Lambda(lambda t: K.concatenate(t))([a, b])
    x = layers.multiply([x, layers.Conv2D(1, 7, padding="same", activation="sigmoid")(s)])
    t = layers.Reshape((-1, 8))(x)
    t = layers.Lambda(lambda t: attend(t, t, t)[0])(t)
    y = layers.Lambda(gem)(x)
    z = layers.Lambda(lambda t: t[:, 0])(t)
    out = layers.Dense(4)(layers.concatenate([y, z]))
    return tf.keras.Model(inp, out)
