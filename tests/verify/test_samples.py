"""Every sample in every style that can hold it, built and run in Keras: one TensorFlow process for all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import ROOT, SAMPLES

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

ONE_CHAIN = {"digits", "subclass_cnn"}
"""The samples that Sequential holds, too."""


@pytest.fixture(scope="module")
def verified() -> dict[str, Any]:
    """What `dslc verify samples --all-styles` finds out, by file."""
    done = subprocess.run(
        [sys.executable, "-m", "dslc", "verify", "samples", "--all-styles", "--format", "json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=500,
    )
    assert done.stdout, done.stderr
    return {
        os.path.basename(model["file"]).removesuffix(".kdl"): model
        for model in json.loads(done.stdout)["models"]
    }


@pytest.mark.parametrize("sample", [path.stem for path in SAMPLES])
def test_keras_confirms_the_sample(verified: dict[str, Any], sample: str) -> None:
    model = verified[sample]
    for style, result in model["styles"].items():
        assert result["error"] is None, f"{style}: {result['error']}"
        assert result["differences"] == [], style
    expected = {"functional", "subclass"} | ({"sequential"} if sample in ONE_CHAIN else set())
    assert set(model["styles"]) == expected
    assert set(model["refused"]) == {"functional", "subclass", "sequential"} - expected
    for comparison in model["comparisons"]:
        assert comparison["problem"] is None
        assert comparison["compared"]
        assert comparison["difference"] == 0.0
    assert len(model["comparisons"]) == len(expected) - 1
    assert model["ok"]
