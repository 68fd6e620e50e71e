"""Functions of the backend of Keras 2, some with other forms or defaults than those of `keras.ops`, and of TensorFlow without an axis."""

import keras
import tensorflow as tf
from keras import layers
from tensorflow.keras import backend as K


class Many(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(name="w", shape=(input_shape[-1], self.units), initializer="glorot_uniform")
        super().build(input_shape)

    def call(self, x):
        a = K.dot(x, self.w)
        b = K.softmax(a, axis=-1)
        c = K.batch_dot(b, K.permute_dimensions(a, (0, 2, 1)))
        d = K.l2_normalize(c, axis=-1)
        e = K.relu(d, alpha=0.1, max_value=6)
        f = K.hard_sigmoid(e)
        g = K.repeat_elements(f, 2, axis=1)
        h = K.temporal_padding(g, (1, 1))
        i = K.sum(K.square(h), axis=-1, keepdims=True)
        j = K.switch(i > 0.5, i, K.zeros_like(i))
        k = K.concatenate([i, j], axis=-1)
        l = K.squeeze(K.max(k, axis=1, keepdims=True), 1)
        m = K.clip(l, K.epsilon(), 1.0 - K.epsilon())
        n = K.expand_dims(m, -1)
        o = K.tile(n, [1, 1, 3])
        p = K.reshape(o, (-1, 6))
        q = K.cast(K.greater(p, 0.1), "float32")
        r = K.stack([p, q], axis=1)
        s = K.reverse(r, axes=1)
        t = K.expand_dims(K.flatten(s))
        t = K.sum(t, axis=0, keepdims=True) * 0.01
        u = K.batch_flatten(s)
        v = K.cumsum(u, axis=-1)
        y = K.bias_add(v, K.ones((12,)))
        z = (
            K.sqrt(K.abs(y))
            + K.pow(y, 2)
            + K.exp(-K.log(y + 1.0))
            + K.sigmoid(y)
            + K.tanh(y)
            + K.elu(y)
            + K.softplus(y)
        )
        aa = (
            K.std(z, axis=-1, keepdims=True)
            + K.var(z, axis=-1, keepdims=True)
            + K.prod(z, axis=-1, keepdims=True)
        )
        bb = K.one_hot(K.argmax(z, axis=-1), 4)
        shape = K.int_shape(z)
        cc = K.reshape(z, (-1, shape[1] // 2, 2))
        dd = K.concatenate([K.batch_dot(b, a, axes=[2, 2]), K.batch_dot(c, b, axes=(2, 1))])
        ee = K.batch_flatten(K.repeat(K.cast(K.argmax(dd), "float32"), 2))
        ff = K.batch_flatten(K.resize_images(K.expand_dims(c), 2, 1, "channels_last"))
        gg = (
            K.cumsum(z)
            + K.gather(z, K.cast(K.sum(z, axis=-1) * 0.0, "int32"))
            + tf.gather(z, [0])
            + tf.cumsum(z)
        )
        hh = K.batch_flatten(tf.nn.gelu(c)) + tf.cast(tf.argmax(K.batch_flatten(c)), "float32")
        return K.concatenate([z, aa, bb, K.batch_flatten(cc), ee, ff, gg, hh, K.dropout(z, 0.0)]) + t


def build():
    inp = keras.Input((5, 3))
    return keras.Model(inp, Many(4)(inp))
