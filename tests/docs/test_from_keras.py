"""docs/from-keras.md: the Keras code and the text under it are the same model: the same weights in the same order, the same outputs' shapes."""

from __future__ import annotations

import re
from typing import Any

import pytest

import dslc
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "from-keras.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"^```python\n(.*?)^```\n\n```kdl\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
TEXTS = re.findall(r"^```kdl\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def described(model: Any, inputs: list[Any]) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """The shapes of a model's weights, and of what it gives for a batch of two."""
    import keras
    import numpy as np

    batch = [
        np.ones((2, *(5 if size is None else size for size in each.shape[1:])), each.dtype) for each in inputs
    ]
    given = keras.tree.flatten(model(batch if len(batch) > 1 else batch[0]))
    return [tuple(weight.shape) for weight in model.weights], [tuple(each.shape) for each in given]


@pytest.mark.slow
@pytest.mark.parametrize(("python", "text"), PAIRS, ids=[text.split("\n")[0] for _, text in PAIRS])
def test_both_are_the_same_model(python: str, text: str) -> None:
    keras = pytest.importorskip("keras")
    keras.utils.clear_session()
    space: dict[str, Any] = {"keras": keras, "layers": keras.layers, "ops": keras.ops}
    exec(python, space)  # of this page alone
    result = dslc.compile(text, filename="model.kdl")
    assert result.code is not None and not result.diagnostics
    made: dict[str, Any] = {}
    exec(result.code, made)
    name = re.findall(r"^model (\w+)", text, re.MULTILINE)[-1]
    own = made[name]()
    assert described(space["model"], own.inputs) == described(own, own.inputs)


@pytest.mark.parametrize("text", TEXTS, ids=[text.split("\n")[0] for text in TEXTS])
def test_every_text_compiles_and_is_in_form(text: str) -> None:
    result = dslc.compile(text, filename="model.kdl", externs=["my_package"])
    assert result.code is not None and not result.diagnostics
    if "extern" not in text:
        assert dslc.format(text) == text


def test_every_python_has_its_text() -> None:
    assert len(PAIRS) == PAGE.count("```python") >= 8
