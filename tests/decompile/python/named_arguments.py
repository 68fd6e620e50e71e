"""Functions of TensorFlow, whose arguments are given by their names."""

import tensorflow as tf
from tensorflow.keras import layers


class Mixed(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(units)

    def call(self, inputs):
        x = self.dense(inputs)
        a = tf.nn.softmax(logits=x, axis=-1)
        b = tf.expand_dims(input=a, axis=1)
        b = tf.squeeze(input=b, axis=[1])
        c = tf.concat(values=[a, b], axis=-1)
        d = tf.reduce_sum(input_tensor=c, axis=1, keepdims=True)
        e = tf.reshape(tensor=c, shape=[-1, 2, 8])
        e = tf.transpose(a=e, perm=[0, 2, 1])
        e = tf.matmul(a=e, b=e, transpose_b=True)
        f = tf.reduce_mean(e, axis=[1, 2], keepdims=False)
        g = tf.clip_by_value(t=c, clip_value_min=0.0, clip_value_max=1.0)
        h = tf.nn.relu(features=g)
        i = tf.tile(input=h, multiples=[1, 2])
        j = tf.pad(tensor=i, paddings=[[0, 0], [1, 1]])
        k, l = tf.split(value=c, num_or_size_splits=2, axis=-1)
        m = tf.multiply(x=k, y=l)
        n = tf.add(x=m, y=k)
        o = tf.where(condition=n > 0, x=n, y=m)
        p = tf.stack(values=[o, n], axis=1)
        q = tf.gather(params=p, indices=[0], axis=1)
        r = tf.cast(x=q, dtype=tf.float32)
        s = tf.math.reduce_max(input_tensor=r, axis=1)
        t = tf.nn.l2_normalize(x=s, axis=-1)
        u = tf.one_hot(indices=tf.argmax(input=t, axis=-1), depth=4)
        w = tf.math.log(x=tf.nn.sigmoid(x=t) + 1e-6)
        y = tf.nn.leaky_relu(features=w, alpha=0.1)
        aa = tf.nn.softmax_cross_entropy_with_logits(labels=a, logits=x)
        bb = tf.nn.sigmoid_cross_entropy_with_logits(labels=a, logits=x)
        cc = tf.reverse(tensor=x, axis=[1]) + tf.math.reduce_euclidean_norm(x, axis=-1, keepdims=True)
        dd = tf.image.resize(tf.reshape(x, [-1, 2, 4, 1]), (2, 2), method="nearest")
        ee = tf.concat([tf.expand_dims(aa, 1), bb, cc, tf.reshape(dd, [-1, 4])], axis=-1)
        return tf.concat([y, u, d, t, w, j, tf.expand_dims(f, 1), ee], axis=-1)


class Noisy(layers.Layer):
    def __init__(self, rate=0.1, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate

    def call(self, inputs, training=None):
        if training:
            inputs = tf.nn.dropout(x=inputs, rate=self.rate)
        return inputs


def build():
    inp = tf.keras.Input(shape=(6,))
    x = Noisy(0.3)(Mixed(8)(inp))
    return tf.keras.Model(inputs=inp, outputs=layers.Dense(2)(x))
