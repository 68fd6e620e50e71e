"""Wrong code that builds and runs without a murmur: `dslc verify` must notice every kind that other tools let pass.

Each case is one model and Python for it with one silent mistake, held against what the checker says of the model and
against right code in another style. One TensorFlow process looks at all of them.
"""

from __future__ import annotations

from typing import Any

import pytest

from dslc.diagnostics.render import render
from dslc.driver import Built, Checked, check
from dslc.source import Source
from dslc.verify.job import job
from dslc.verify.outcome import Outcome, diagnostics
from dslc.verify.process import events

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

MODEL = """model Net(width = 6) {
    input a: (4, 6)
    input b: (4, 6)
    shared encoder = Dense(width, activation="relu")
    left = a -> encoder
    right = b -> encoder
    joined = [left, right] -> Concatenate -> Dropout(0.5)
    output first = joined -> Dense(2)
    output second = joined -> Dense(2)
}
"""

RIGHT = """import keras
from keras import layers


def Net(width=6):
    a = keras.Input(shape=(4, 6), name="a")
    b = keras.Input(shape=(4, 6), name="b")
    encoder = layers.Dense(width, activation="relu")
    left = encoder(a)
    right = encoder(b)
    joined = layers.Concatenate()([left, right])
    joined = layers.Dropout(0.5)(joined)
    first = layers.Dense(2)(joined)
    second = layers.Dense(2)(joined)
    return keras.Model(inputs=[a, b], outputs=[first, second], name="net")
"""

WRONG = {
    "a layer made but not applied": (
        "joined = layers.Dropout(0.5)(joined)",
        "dropout = layers.Dropout(0.5)",
    ),
    "a layer dropped": ("    joined = layers.Dropout(0.5)(joined)\n", ""),
    "an argument invented": ("first = layers.Dense(2)", 'first = layers.Dense(2, activation="tanh")'),
    "an argument invented that adds no weights": (
        "layers.Dropout(0.5)",
        "layers.Dropout(0.5, noise_shape=(None, 4, 1))",
    ),
    "an argument dropped": (', activation="relu"', ""),
    "a value changed": ("Dropout(0.5)", "Dropout(0.05)"),
    "the batch axis mixed up": ("layers.Concatenate()", "layers.Concatenate(axis=0)"),
    "the batch fixed": ('shape=(4, 6), name="a"', 'batch_shape=(2, 4, 6), name="a"'),
    "the second input lost": ("layers.Concatenate()([left, right])", "layers.Concatenate()([left, left])"),
    "a shared layer split": ("right = encoder(b)", 'right = layers.Dense(width, activation="relu")(b)'),
    "the order of outputs changed": ("outputs=[first, second]", "outputs=[second, first]"),
    "the order of inputs changed": ("inputs=[a, b]", "inputs=[b, a]"),
    "an output given twice": ("outputs=[first, second]", "outputs=[first, first]"),
    "a layer applied twice": ("left = encoder(a)", "left = encoder(encoder(a))"),
    "a gradient stopped": (
        "second = layers.Dense(2)(joined)",
        "second = keras.ops.stop_gradient(layers.Dense(2)(joined))",
    ),
    "a layer frozen": ("first = layers.Dense(2)", "first = layers.Dense(2, trainable=False)"),
}

FROZEN_AT_BUILD = """import keras
from keras import layers


@keras.saving.register_keras_serializable(package="net")
class Net(keras.Model):
    def __init__(self, width=6, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.encoder = layers.Dense(width, activation="relu")
        self.concatenate = layers.Concatenate()
        self.dropout = layers.Dropout(0.5)
        self.dense = layers.Dense(2)
        self.dense_1 = layers.Dense(2)
        self.build([(None, 4, 6), (None, 4, 6)])

    def call(self, inputs):
        a, b = inputs
        joined = self.dropout(self.concatenate([self.encoder(a), self.encoder(b)]))
        return [self.dense(joined), self.dense_1(joined)]

    def get_config(self):
        return {**super().get_config(), "width": self.width}
"""


FORGETFUL = """class Part(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(units)

    def call(self, x):
        return self.dense(x)

    def get_config(self):
        return {**super().get_config()}


"""


def outcomes(codes: dict[str, dict[str, str]]) -> dict[str, Outcome]:
    """What verification makes of the same model under several names, each with its own code for some styles."""
    checked: dict[str, Checked] = {name: check(Source(f"{name}.kdl", MODEL)) for name in codes}
    built = {
        name: {style: Built(checked[name], style, code, (), {}) for style, code in styles.items()}  # type: ignore[arg-type]
        for name, styles in codes.items()
    }
    tasks = [job(checked[name], built[name], "net", {}, False) for name in codes]
    models: dict[str, dict[str, Any]] = {name: {} for name in codes}
    comparisons: dict[str, list[Any]] = {name: [] for name in codes}
    for event in events(tasks):
        name = event.get("file", "").removesuffix(".kdl")
        if event["event"] == "model":
            models[name][event["style"]] = event
        elif event["event"] == "styles":
            comparisons[name].append(event)
    return {
        name: Outcome(
            checked[name], checked[name].graphs[0], built[name], models[name], tuple(comparisons[name]), ()
        )
        for name in codes
    }


@pytest.fixture(scope="module")
def verified() -> dict[str, Outcome]:
    codes = {"right": {"functional": RIGHT, "subclass": RIGHT}}
    for name, (old, new) in WRONG.items():
        assert RIGHT.count(old) == 1, name
        codes[name] = {"functional": RIGHT, "subclass": RIGHT.replace(old, new)}
    codes["built without its inputs"] = {"subclass": FROZEN_AT_BUILD}
    codes["a class that forgets its argument"] = {
        "subclass": FROZEN_AT_BUILD.replace("self.dense = layers.Dense(2)", "self.dense = Part(2)")
        .replace(
            "self.build([(None, 4, 6), (None, 4, 6)])", "self([keras.Input((4, 6)), keras.Input((4, 6))])"
        )
        .replace(
            "@keras", '@keras.saving.register_keras_serializable(package="net")\n' + FORGETFUL + "@keras", 1
        )
    }
    codes["refused by Keras"] = {"functional": RIGHT.replace("Dense(2)(joined)", "Conv2D(2, 3)(joined)", 1)}
    codes["broken Python"] = {"functional": RIGHT.replace("def Net", "deff Net")}
    codes["a process that dies"] = {
        "functional": RIGHT.replace("def Net(width=6):", "def Net(width=6):\n    import os\n    os.abort()"),
        "subclass": RIGHT,
    }
    return outcomes(codes)


def test_right_code_holds(verified: dict[str, Outcome]) -> None:
    assert diagnostics(verified["right"]) == []
    assert verified["right"].holds
    assert len(verified["right"].comparisons) == 1


@pytest.mark.parametrize("mistake", WRONG)
def test_a_silent_mistake_is_found(verified: dict[str, Outcome], mistake: str) -> None:
    outcome = verified[mistake]
    assert not outcome.holds
    assert {item.code for item in diagnostics(outcome)} <= {"DSL611", "DSL612"}
    assert not outcome.styles["functional"]["findings"], "the right code is not blamed"


def test_weights_that_a_reload_would_lose_are_found(verified: dict[str, Outcome]) -> None:
    first, *_ = diagnostics(verified["built without its inputs"])
    assert (first.code, first.severity) == ("DSL612", "error")
    assert "the number of parameters is 0 in Keras" in first.text


def test_a_class_that_forgets_an_argument_is_found(verified: dict[str, Outcome]) -> None:
    (item,) = diagnostics(verified["a class that forgets its argument"])
    assert "when its blocks are made again from their configurations" in item.text
    assert "missing 1 required positional argument: 'units'" in item.text


def test_an_error_of_keras_is_shown_at_the_model(verified: dict[str, Outcome]) -> None:
    (item,) = diagnostics(verified["refused by Keras"])
    assert item.code == "DSL611"
    assert "Keras refuses `Net` (functional style) when it is built:\n    ValueError: " in item.text
    assert "expected min_ndim=4, found ndim=3. Full shape received: (None, 4, 12)" in item.text
    assert "--> refused by Keras.kdl:1:" in render([item], "full")
    (broken,) = diagnostics(verified["broken Python"])
    assert "when its module is imported:\n    SyntaxError: " in broken.text


def test_a_process_that_dies_takes_only_its_model_along(verified: dict[str, Outcome]) -> None:
    outcome = verified["a process that dies"]
    assert "SIGABRT" in outcome.styles["functional"]["error"]["said"]
    assert outcome.styles["subclass"]["error"] is None
