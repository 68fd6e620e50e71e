"""Names that Keras gives by itself: a Functional model is refused exactly when Keras finds a name twice.

Models are made at random of layers with and without a `name=`, of operators and of tensor functions, with the names that Keras
would give to some of them.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

import keras

from dslc.driver import build, check
from dslc.source import Source

STEPS = (
    "x + y", "x * 2.0", "x - y", "-x", "x[:, :4]", "ops.relu(x)", "ops.tanh(x)", "ops.square(x)", "ops.concatenate([x, y])[:, :4]",
    "x -> Dense(4)", "[x, y] -> Add", "x -> ReLU", "x -> _ / 3.0", "x -> activations.gelu", "x -> Pair",
)  # fmt: skip
NAMES = (
    "add",
    "add_1",
    "multiply",
    "subtract",
    "negative",
    "get_item",
    "relu",
    "re_lu",
    "tanh",
    "square",
    "dense",
    "dense_1",
    "gelu",
    "mine",
)


def text_of(chance: random.Random) -> str:
    lines = ["block Pair = Dense(4) -> ReLU", "model Net {", "    input x: (4,)", "    y = x"]
    for _ in range(chance.randint(1, 5)):
        lines.append(f"    x = {chance.choice(STEPS)}")
    for name in chance.sample(NAMES, chance.randint(1, 2)):
        lines.insert(chance.randint(4, len(lines)), f'    x = x -> Dense(4, name="{name}")')
    return "\n".join([*lines, "    output x", "}"]) + "\n"


def test_a_name_that_keras_gives_is_not_given_again(seed: int) -> None:
    chance = random.Random(f"names {seed}")
    refused = 0
    for _ in range(40):
        text = text_of(chance)
        checked = check(Source("names.kdl", text))
        errors = {each.code for each in checked.diagnostics if each.severity == "error"}
        assert errors <= {"DSL226"}, (text, checked.diagnostics)
        refused += bool(errors)
        other = text
        for name in NAMES:  # the same model without these names, and Keras's word on it with them
            other = other.replace(f'name="{name}"', f'name="kept_{name}"')
        code = build(check(Source("names.kdl", other)), "functional").code
        assert code is not None, other
        module: dict[str, Any] = {"__name__": "names"}
        exec(code.replace('name="kept_', 'name="'), module)
        keras.backend.clear_session(free_memory=False)
        try:
            module["Net"]()
        except ValueError as error:
            assert "All operation names should be unique" in str(error), text
            assert errors, text
        else:
            assert not errors, text
    assert 5 < refused < 35
