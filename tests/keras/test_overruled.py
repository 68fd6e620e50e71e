"""`training=` in a graph of Keras: it hands on the `training` that the whole model is called with. Functional is refused where, and only
where, that makes a difference; a block that is a class, and the Subclass style, do what is said."""

from __future__ import annotations

import os
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

import dslc

CALLS = (
    "Dense(8)",
    "BatchNormalization",
    "BatchNormalization(trainable=False)",
    "Dropout(0.5)",
    "Dropout(0.5, trainable=False)",
    "TimeDistributed(Dropout(0.5))",
    "LSTM(8, return_sequences=True)",
    "LSTM(8, return_sequences=True, dropout=0.5)",
    "Bidirectional(LSTM(4, return_sequences=True, recurrent_dropout=0.5))",
    "Inner",
    "Inner(trainable=False)",
    "Outer(trainable=False)",
    "Plain",
)
MODELS = """\
model Plain {
    input x: (4, 8)
    output x -> Dense(8) -> LayerNormalization
}

model Inner {
    input x: (4, 8)
    output x -> Dense(8) -> BatchNormalization
}

model Outer {
    input x: (4, 8)
    output x -> Inner -> GaussianNoise(1.0)
}
"""
SAID = """
model Net {{
    input x: (4, 8)
    output (x, training={said}) -> {call}
}}
"""
MENDED = """
block Sure {{
    input x
    output (x, training={said}) -> {call}
}}

model Net {{
    input x: (4, 8)
    output x -> Sure
}}
"""


def followed(model: Any, data: Any, said: bool) -> bool:
    """Whether a model gives and keeps the same in use and while it trains: what is said of its layer counts."""
    results = []
    for told in (not said, said):
        before = [each.numpy() for each in model.variables]
        given = model(data, training=told).numpy().tobytes()
        results.append((given, [each.numpy().tobytes() for each in model.variables]))
        for variable, value in zip(model.variables, before, strict=True):
            variable.assign(value)
    return bool(results[0] == results[1])


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("said", [False, True])
def test_a_graph_is_refused_where_it_does_not_do_what_is_said(call: str, said: bool) -> None:
    import numpy

    data = numpy.random.default_rng(1).normal(5, 3, (16, 4, 8)).astype("float32")
    text = MODELS + SAID.format(call=call, said=said)
    refused = dslc.compile(text, "functional", filename="net.kdl").code is None
    styles: list[tuple[Any, str]] = [
        ("functional", MODELS + MENDED.format(call=call, said=said)),
        ("subclass", text),
        *([] if refused else [("functional", text)]),
    ]
    for style, written in styles:
        assert followed(dslc.load(written, style, filename="net.kdl").Net(), data, said), style
    if refused:
        assert not followed(graph(call, said), data, said)


def graph(call: str, said: bool) -> Any:
    """What Keras makes of the refused text."""
    import keras

    module = dslc.load(MODELS, filename="net.kdl")
    names = {name: getattr(module, name) for name in ("Plain", "Inner", "Outer")}
    bare = call.replace(", trainable=False", "").replace("trainable=False", "")
    made = eval(bare if bare.endswith(")") else f"{bare}()", {**vars(keras.layers), **names})
    made.trainable = bare == call
    x = keras.Input((4, 8))
    return keras.Model(x, made(x, training=said))
