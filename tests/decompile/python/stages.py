"""A network whose class makes its stages by a method, as ports from other libraries have it."""

import keras
import numpy as np
from keras import layers


class Unit(layers.Layer):
    def __init__(self, planes, out, stride=1, rate=0.0):
        super().__init__()
        self.kept = layers.BatchNormalization() if planes == out and stride == 1 else None
        self.conv = layers.Conv2D(out, 3, strides=stride, padding="same")
        self.drop = layers.Dropout(rate)

    def call(self, x):
        if self.kept is None:
            around = 0
        else:
            around = self.kept(x)
        return keras.ops.relu(self.drop(self.conv(x)) + around)


class Stages(keras.Model):
    def __init__(self, counts=(1, 2), heads=2, width=8):
        super().__init__()
        self.number = 0
        self.planes = width
        rates = [float(r) for r in np.linspace(0.0, 0.3, len(counts))]
        self.stem = layers.Conv2D(self.planes, 3, padding="same")
        self.first = self._make_stage(width, counts[0], 1, rates[0])
        self.second = self._make_stage(2 * width, counts[1], 2, rates[1])
        for i in range(heads):
            setattr(self, f"head_{i}", layers.Dense(4, name=f"head_{i}"))
        self.heads = heads

    def _make_stage(self, out, count, stride, rate):
        units = []
        for each in [stride] + [1] * (count - 1):
            units.append(Unit(self.planes, out, each, rate))
            self.planes = out
            self.number += 1
        return keras.Sequential(units)

    def call(self, image):
        x = self.second(self.first(self.stem(image)))
        x = keras.ops.mean(x, axis=(1, 2))
        outputs = []
        for i in range(self.heads):
            outputs.append(getattr(self, f"head_{i}")(x))
        return outputs


model = Stages()
model(keras.Input((16, 16, 3)))
