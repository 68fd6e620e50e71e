"""A small residual network."""

from tensorflow import keras
from tensorflow.keras import layers

# what it is built for
NUM_CLASSES = 10
OPTIONS = {"padding": "same", "use_bias": False}


def conv_block(x, filters, kernel_size=3, strides=1):
    """A convolution, normalized."""
    x = layers.Conv2D(filters, kernel_size, strides=strides, **OPTIONS)(x)
    x = layers.BatchNormalization(epsilon=1e-4)(x)
    return layers.ReLU()(x)


def residual(x, filters, strides=1):
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=strides)(x)
    y = conv_block(x, filters, strides=strides)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    # the sum of both ways
    return layers.Activation("relu")(layers.add([shortcut, y]))


def build_model(input_shape, num_classes=NUM_CLASSES, dropout=0.5):
    if num_classes < 2:
        raise ValueError("at least two classes")
    inputs = keras.Input(shape=input_shape, name="image")
    x = layers.Rescaling(1.0 / 255)(inputs)
    for i, size in enumerate([8, 16]):
        x = residual(x, size, strides=2 if i else 1)  # half the size
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
    outputs = layers.Dense(num_classes, activation="softmax", name="label_%d" % num_classes)(x)
    return keras.Model(inputs, outputs, name="small_net")


if __name__ == "__main__":
    model = build_model((32, 32, 3))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    model.summary()
