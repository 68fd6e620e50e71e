"""A model of `keras.applications` comes back as what it is called, and only where it is that, layer for layer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dslc.decompile import config, write
from dslc.decompile.guesses import MARKS
from dslc.driver import build, check
from dslc.graph.single import described
from dslc.keras.applications import FAMILIES
from dslc.source import Source

SIZE = (96, 96, 3)


def test_every_family_is_known_by_a_layer_that_no_other_has() -> None:
    assert set(MARKS) == {family.file for family in FAMILIES.values()}
    for name, family in FAMILIES.items():
        calls = described(name, {"include_top": False}).calls
        inside = {str(dict(call.arguments).get("name")) for call in calls}
        found = {file for file, mark in MARKS.items() if any(each.endswith(mark) for each in inside)}
        assert found == {family.file}, name


def nested(name: str, **options: Any) -> Any:
    """A frozen model inside another."""
    import keras

    base = getattr(keras.applications, name)(
        **{"weights": None, "include_top": False, "input_shape": SIZE, **options}
    )
    base.trainable = False
    image = keras.Input(SIZE, name="image")
    return keras.Model(image, keras.layers.Dense(3)(keras.layers.Flatten()(base(image, training=False))))


def flat(name: str, **options: Any) -> Any:
    """A model that goes on from the output of another."""
    import keras

    base = getattr(keras.applications, name)(
        **{"weights": None, "include_top": False, "input_shape": SIZE, **options}
    )
    return keras.Model(base.input, keras.layers.Dense(3)(keras.layers.Flatten()(base.output)))


def in_a_chain() -> Any:
    import keras

    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=SIZE, alpha=0.35)
    return keras.Sequential([keras.Input(SIZE), base, keras.layers.Flatten()])


def called_twice() -> Any:
    import keras

    base = keras.applications.MobileNet(
        weights=None, include_top=False, input_shape=SIZE, alpha=0.5, pooling="avg", name="eye"
    )
    left, right = keras.Input(SIZE, name="left"), keras.Input(SIZE, name="right")
    return keras.Model([left, right], keras.layers.Subtract()([base(left), base(right)]))


def behind_preparation() -> Any:
    import keras

    image = keras.Input(SIZE, name="image")
    x = keras.layers.RandomFlip("horizontal")(image)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    base = keras.applications.MobileNetV2(weights=None, input_tensor=x, include_top=False, alpha=0.35)
    return keras.Model(image, keras.layers.Flatten()(base.output))


SHORT: dict[str, Callable[[], Any]] = {
    "ResNet50(include_top=False, weights=None, input_shape=(96, 96, 3), trainable=False)": (
        lambda: nested("ResNet50")
    ),
    "VGG16(include_top=False, weights=None, input_shape=(96, 96, 3))": lambda: flat("VGG16"),
    "InceptionV3(include_top=False, weights=None, input_shape=(96, 96, 3))": lambda: flat("InceptionV3"),
    "InceptionResNetV2(include_top=False, weights=None, input_shape=(96, 96, 3))": (
        lambda: flat("InceptionResNetV2")
    ),
    'ConvNeXtTiny(include_top=False, weights=None, input_shape=(96, 96, 3), pooling="max", trainable=False)': (
        lambda: nested("ConvNeXtTiny", pooling="max")
    ),
    "MobileNetV3Small(input_shape=(96, 96, 3), minimalistic=True, include_top=False, weights=None)": (
        lambda: flat("MobileNetV3Small", minimalistic=True)
    ),
    "EfficientNetB0(weights=None, classes=7)": (
        lambda: flat("EfficientNetB0", include_top=True, classes=7, input_shape=None)
    ),
    "MobileNetV2(input_shape=(96, 96, 3), alpha=0.35, include_top=False, weights=None)": in_a_chain,
    """shared eye = applications.MobileNet(
        input_shape=(96, 96, 3), alpha=0.5, include_top=False, weights=None, pooling="avg", name="eye")
    """: called_twice,
    "(x / 127.5 - 1.0) -> applications.MobileNetV2(": behind_preparation,
}
"""What stands in the text of a model, wherever its lines end."""


@pytest.mark.slow
@pytest.mark.parametrize("words", SHORT, ids=lambda words: words[:20])
def test_what_is_one_of_keras_s_models_is_called_so(words: str) -> None:
    pytest.importorskip("tensorflow")
    import keras
    import numpy as np

    keras.backend.clear_session()
    model = SHORT[words]()
    text = write.write(config.read(json.loads(model.to_json())))
    assert "".join(words.split()) in "".join(text.split()).replace(",)", ")"), text
    checked = check(Source("net.kdl", text))
    code = build(checked, "functional").code
    assert code is not None, checked.diagnostics
    space: dict[str, Any] = {"__name__": "net"}
    exec(compile(code, "net.py", "exec"), space)
    again = space[checked.graphs[-1].name]()
    assert [each.shape for each in again.weights] == [each.shape for each in model.weights]
    frozen, before = len(again.trainable_weights), len(model.trainable_weights)
    assert frozen == before
    again.set_weights(model.get_weights())
    images = [np.random.default_rng(0).random((1, *each.shape[1:]), "float32") for each in model.inputs]
    given = images if len(images) > 1 else images[0]
    np.testing.assert_array_equal(again(given, training=False), model(given, training=False))


def some_frozen() -> Any:
    import keras

    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=SIZE)
    for layer in base.layers[:-4]:
        layer.trainable = False
    return keras.Sequential([keras.Input(SIZE), base])


def looked_into() -> Any:
    import keras

    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=SIZE)
    inner = keras.layers.GlobalAveragePooling2D()(base.get_layer("block3_pool").output)
    return keras.Model(base.input, [inner, base.output])


def regularized() -> Any:
    import keras

    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=SIZE)
    base.get_layer("block5_conv1").kernel_regularizer = keras.regularizers.L2(1e-4)
    return keras.Sequential([keras.Input(SIZE), base])


@pytest.mark.slow
@pytest.mark.parametrize("make", [some_frozen, looked_into, regularized])
def test_what_only_resembles_one_is_written_layer_by_layer(make: Callable[[], Any]) -> None:
    pytest.importorskip("tensorflow")
    text = write.write(config.read(json.loads(make().to_json())))
    assert "applications." not in text
    assert text.count("Conv2D(") == 13
