import keras
from keras import layers, ops


def euclidean(vectors):
    x, y = vectors
    return ops.sqrt(ops.sum(ops.square(x - y), axis=1, keepdims=True))


embedding = layers.Embedding(50, 8)
encoder = keras.Sequential([layers.GlobalAveragePooling1D(), layers.Dense(4)])

left = keras.Input((5,), dtype="int32", name="left")
right = keras.Input((5,), dtype="int32", name="right")
a = encoder(embedding(left))
b = encoder(embedding(right))
distance = euclidean([a, b])
score = layers.Dense(1, activation="sigmoid", name="score")(distance)
model = keras.Model([left, right], [score, distance], name="siamese")
