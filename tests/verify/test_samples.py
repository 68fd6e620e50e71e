"""Every sample and golden model in every style that can hold it, built and run in Keras by one TensorFlow process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLES
from tests.verify.confirming import GOLDEN, hold, verify

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

HELD = {
    "digits": {"functional", "sequential", "subclass"},
    "subclass_cnn": {"functional", "sequential", "subclass"},
    "multimodal": {"functional", "subclass"},
    "skip_connection": {"functional", "subclass"},
    "shared_layer": {"functional", "subclass"},
    "two_outputs": {"functional", "subclass"},
    "sequence_state": {"functional", "subclass"},
    "attention_classifier": {"functional", "subclass"},
}
"""The styles that hold a sample, where that is what it shows."""


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    return verify([*SAMPLES, *(case / "model.kdl" for case in GOLDEN)])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_keras_confirms_the_sample(plain: dict[str, Any], sample: Path) -> None:
    models = plain[f"samples/{sample.name}"]
    hold(models, sample.stem)
    for model in models:
        held, refused = set(model["styles"]), set(model["refused"])
        assert "subclass" in held
        assert held == HELD.get(sample.stem, held)
        assert refused == {"functional", "sequential", "subclass"} - held


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_keras_confirms_the_golden_model(plain: dict[str, Any], case: Path) -> None:
    models = plain[f"tests/golden/{case.name}/model.kdl"]
    hold(models, case.name)
    styles = {path.stem for path in case.glob("*.py")}
    assert (
        set.intersection(*(set(model["styles"]) for model in models)) == styles
    )  # some are in more by themselves
