import keras
from keras import Model, layers, ops


def scaled(factor):
    return lambda x: x * factor


def unit(x, n, norm_layer=layers.BatchNormalization, act=layers.ReLU()):
    x = layers.Dense(n)(x)
    x = norm_layer()(x)
    return act(x)


def deep(x, n, part=unit, activation=None):
    x = part(x, n)
    if activation is not None:
        x = activation(x)
    return part(x, n)


def branches(xs, widths):
    out = []
    for i in range(len(widths)):
        y = xs[i]
        for _ in range(2):
            y = unit(y, widths[i])
        out.append(y)
    return out


def doubled(x, n):
    def conv(y, k=3):
        y = layers.Conv1D(n, k, padding="same")(y)
        return layers.ReLU()(y)

    x = conv(layers.Reshape((-1, 1))(x))
    return layers.Flatten()(conv(x, k=5))


def sums(xs):
    return [layers.Add()([x, unit(y, 4)]) for x, y in zip(xs, reversed(xs))]


class Part(layers.Layer):
    def __init__(self, n, norm_layer=layers.LayerNormalization, act=None):
        super().__init__()
        self.dense = layers.Dense(n)
        self.norm = norm_layer(epsilon=1e-6)
        self.act = act

    def call(self, x):
        x = self.norm(self.dense(x))
        if self.act is not None:
            x = self.act(x)
        return x


def build(tower, norm_layer=layers.LayerNormalization, act=layers.Activation("relu"), top=True, scores=True):
    image = keras.Input((8,), name="image")
    x = act(norm_layer()(image))
    x = deep(x, 8)
    x = deep(x, 4, activation=layers.Activation("relu"))
    x = deep(x, 4, activation=keras.activations.gelu, part=tower)
    x = doubled(x, 2)
    x = Part(3, act=keras.activations.tanh)(x)
    x = Part(4, norm_layer=layers.BatchNormalization)(x)
    x = layers.Concatenate()(sums(branches([x], [4])))
    x = layers.Lambda(scaled(factor=2.0))(x)
    if not top:
        return Model(image, x)
    y = layers.Dense(3)(x)
    if scores:
        model = Model(inputs=image, outputs=[y, ops.softmax(y)])
    else:
        model = Model(inputs=image, outputs=y)
    return model


model = build(unit)
