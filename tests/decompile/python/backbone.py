"""A backbone as those of keras.applications are written."""

import keras
from keras import backend, layers
from keras.src.applications import imagenet_utils

WEIGHTS = "https://example.org/"
INITIALIZER = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"},
}


def identity_block(x, filters, stage, block):
    """Two convolutions beside a shortcut."""
    axis = 3 if backend.image_data_format() == "channels_last" else 1
    name = "res{}{}_branch".format(stage, block)
    y = layers.Conv2D(filters, 3, padding="same", kernel_initializer=INITIALIZER, name=name + "2a")(x)
    y = layers.BatchNormalization(axis=axis, name="bn{stage}{0}".format(block, stage=stage))(y)
    y = layers.ReLU()(y)
    return layers.add([x, y])


def Stacked(
    stack_fn,
    width,
    include_top=True,
    weights="imagenet",
    input_tensor=None,
    input_shape=None,
    pooling=None,
    classes=10,
    activation="softmax",
    name="stacked",
):
    if weights not in {"imagenet", None}:
        raise ValueError("weights is either `None` or `imagenet`")
    if weights == "imagenet" and include_top and classes != 1000:
        weights = None
    if pooling not in (None, "avg", "max"):
        raise ValueError("pooling is avg or max")

    input_shape = imagenet_utils.obtain_input_shape(
        input_shape,
        default_size=64,
        min_size=32,
        data_format=backend.image_data_format(),
        require_flatten=include_top,
        weights=None,
    )
    if input_tensor is None:
        img_input = layers.Input(shape=input_shape)
    else:
        if not backend.is_keras_tensor(input_tensor):
            img_input = layers.Input(tensor=input_tensor, shape=input_shape)
        else:
            img_input = input_tensor

    def round_width(n, divisor=8):
        return max(divisor, int(n * width + divisor / 2) // divisor * divisor)

    x = layers.Conv2D(round_width(12), 3, strides=2, padding="same", name="stem")(img_input)
    x = stack_fn(x)
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        imagenet_utils.validate_activation(activation, weights)
        x = layers.Dense(classes, activation=activation, name="predictions")(x)
    else:
        if pooling == "avg":
            x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        elif pooling == "max":
            x = layers.GlobalMaxPooling2D(name="max_pool")(x)

    if input_tensor is not None:
        inputs = keras.utils.get_source_inputs(input_tensor)
    else:
        inputs = img_input
    model = keras.Model(inputs, x, name=name)
    if weights == "imagenet":
        model.load_weights(keras.utils.get_file("w.h5", WEIGHTS + "w.h5"))
    return model


def Small(include_top=True, weights=None, input_tensor=None, input_shape=None, pooling=None, classes=10):
    """The small one."""

    def stack_fn(x):
        x = identity_block(x, 16, stage=2, block="a")
        return identity_block(x, 16, stage=2, block="b")

    return Stacked(
        stack_fn, 1.0, include_top, weights, input_tensor, input_shape, pooling, classes, name="small"
    )


def Large(include_top=True, weights=None, input_tensor=None, input_shape=None, pooling=None, classes=10):
    """The large one."""

    def stack_fn(x):
        for letter in "abcd":
            x = identity_block(x, 24, stage=2, block=letter)
        return x

    return Stacked(
        stack_fn, 2.0, include_top, weights, input_tensor, input_shape, pooling, classes, name="large"
    )
