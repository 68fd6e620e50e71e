"""Every sample and golden model in every style that can hold it, built and run in Keras, with and without options.

One TensorFlow process looks at all of them; a second one does it again with every option that changes the code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, SAMPLES

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

RANDOM = {"vae"}
"""Models that are random by themselves: their outputs have no equal to be compared with."""

GOLDEN = sorted(path.parent for path in (ROOT / "tests" / "golden").glob("*/functional.py"))


OPTIONS = pytest.mark.xdist_group("samples with options")


def verify(*options: str) -> dict[str, Any]:
    """What `dslc verify` finds out about all of them, by file."""
    models = [*SAMPLES, *(case / "model.kdl" for case in GOLDEN)]
    words = [
        *(str(path.relative_to(ROOT)) for path in models),
        "--all-styles",
        "--set",
        "classes=3",
        "--format",
        "json",
        *options,
    ]
    done = subprocess.run(
        [sys.executable, "-m", "dslc", "verify", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=500,
    )
    assert done.stdout, done.stderr[-1500:]
    found: dict[str, Any] = {}
    for model in json.loads(done.stdout)["models"]:
        found.setdefault(model["file"], []).append(model)
    return found


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    return verify()


@pytest.fixture(scope="module")
def with_options() -> dict[str, Any]:
    return verify("--named-io", "--name-layers", "--annotate", "--imports", "tensorflow")


def hold(models: list[dict[str, Any]], name: str) -> None:
    """Everything that was asked of the models of a file was confirmed."""
    assert models
    for model in models:
        for style, result in model["styles"].items():
            assert result["error"] is None, f"{style}: {result['error']}"
            assert result["differences"] == [], style
        for comparison in model["comparisons"]:
            assert comparison["problem"] is None
            assert comparison["compared"] or name in RANDOM
            assert comparison["difference"] == 0.0
        assert len(model["comparisons"]) == len(model["styles"]) - 1
        assert model["ok"]


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
    assert all(set(model["styles"]) == styles for model in models)


@OPTIONS
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_options_change_the_text_and_not_the_model(with_options: dict[str, Any], sample: Path) -> None:
    hold(with_options[f"samples/{sample.name}"], sample.stem)


@OPTIONS
@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_options_leave_golden_models_what_they_are(with_options: dict[str, Any], case: Path) -> None:
    hold(with_options[f"tests/golden/{case.name}/model.kdl"], case.name)
