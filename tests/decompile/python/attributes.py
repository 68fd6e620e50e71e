import keras
from keras import backend as K
from keras import layers, ops


class Tower(layers.Layer):
    """Layers that `__init__` keeps in all the ways that there are."""

    def __init__(self, widths=(8, 8), norm=True, act="relu", *args, **kwargs):
        super().__init__(*args, name="tower", **kwargs)
        self.denses = []
        self.acts = []
        for w in widths:
            self.denses.append(layers.Dense(w))
            self.acts.append(layers.ReLU())
        self.blocks = []
        for w in widths:  # one after the other
            self.blocks.append(layers.Dense(w, activation="relu"))
        self.tower = keras.Sequential()
        for w in widths:
            self.tower.add(layers.Dense(w))
            self.tower.add(layers.ReLU())
        self.twice = [layers.Dense(8) for _ in range(2)]
        self.some = [layers.Dense(8), layers.Dense(8)]
        self.net = keras.Sequential()
        self.net.add(layers.Dense(4))
        self.net.add(layers.ReLU())
        self.seq = keras.Sequential([layers.Dense(n) for n in widths])
        self.norm = None
        if norm:
            self.norm = layers.LayerNormalization(axis=1 if K.image_data_format() == "channels_first" else -1)
        self.act = keras.activations.get(act)
        if len(widths) > 1:
            self.last = layers.Dense(8)
        else:
            self.last = layers.Dense(4)

    def call(self, x, training=None):
        for dense, act in zip(self.denses, self.acts):
            x = act(dense(x))
        for i, block in enumerate(self.blocks):
            x = block(x) * (i + 1)
        x = self.tower(x)
        x = self.net(x, training=training)
        x = self.seq(x)
        if self.norm is not None:
            x = self.norm(x)
        x = self.act(x) if self.norm else x
        for _ in range(2):
            for d in self.twice:
                x = d(x)
        for i in range(len(self.twice)):
            x = x + self.twice[i](x)
        x = self.some[0](x)
        x = self.some[1](x)
        x = self.some[0](x)
        if training:
            x = x + 1.0
        self.add_loss(ops.mean(ops.square(x)))
        return self.last(x)


class Rescaled(layers.Layer):
    def __init__(self, kind="mean"):
        super().__init__()
        self.kind = kind

    def build(self, input_shape):
        self.inner = layers.Dense(4)
        self.outer = layers.Dense(input_shape[-1])

    def call(self, x):
        x = self.inner(x)
        x = self.outer(x)
        if self.kind == "mean":
            return x / 2
        # nothing is rescaled
        elif self.kind == "sum":
            return x
        else:
            raise ValueError("kind is %s" % self.kind)


class Whole(keras.Model):
    def __init__(self, classes, widths=[8, 8]):
        super().__init__()
        self.first = Tower(tuple(widths) + (8,))
        self.second = Rescaled()
        self.head = layers.Dense(classes)

    def call(self, x):
        return self.head(self.second(self.first(x)))


model = Whole(3)
model.build((None, 6))
