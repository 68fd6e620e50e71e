"""Models of classes whose inputs stand in a method that makes a graph of them, also several in one."""

import tensorflow as tf
from tensorflow.keras import Input, Model, layers


class Classifier(Model):
    def __init__(self, size=8, classes=3):
        super(Classifier, self).__init__()
        self.size = size
        self.dense = layers.Dense(16, activation="relu")
        self.head = layers.Dense(classes)

    def call(self, inputs, training=False):
        return self.head(self.dense(inputs))

    def build_graph(self):
        x = Input(shape=(self.size,))
        return Model(inputs=[x], outputs=self.call(x))


def beyond(left, right, margin):
    return layers.ReLU()(left - right + margin)


class Pair(Model):
    def __init__(self, units=4, margin=0.5):
        super().__init__()
        self.margin = margin
        self.dense = layers.Dense(units)

    def call(self, inputs):
        left, right = inputs
        return beyond(self.dense(left), self.dense(right), self.margin)

    def model(self):
        left = Input(shape=(6, 8))
        right = Input(shape=(6, 8))
        return Model(inputs=[left, right], outputs=self.call([left, right]))


class Rating(Model):
    def __init__(self, people, items, units=4):
        super().__init__()
        self.people = layers.Embedding(people, units)
        self.items = layers.Embedding(items, units)

    def call(self, inputs):
        person = self.people(inputs["person"])
        return tf.reduce_sum(person * self.items(inputs["item"]), axis=-1)

    def summary(self):
        inputs = {"person": Input(shape=(), dtype=tf.int32), "item": Input(shape=(), dtype=tf.int32)}
        Model(inputs=inputs, outputs=self.call(inputs)).summary()
