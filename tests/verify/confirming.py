"""What Keras says of all samples and golden models, asked in one process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

RANDOM = {"vae", "kept_states"}
"""Models that are random by themselves, or go on where the last run ended: their outputs have no equal to be compared with."""

GOLDEN = sorted(path.parent for path in (ROOT / "tests" / "golden").glob("*/functional.py"))


def verify(models: Sequence[Path], *options: str) -> dict[str, Any]:
    """What `dslc verify` finds out about some of them, by file."""
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
        timeout=1500,
    )
    assert done.stdout, done.stderr[-1500:]
    found: dict[str, Any] = {}
    for model in json.loads(done.stdout)["models"]:
        found.setdefault(model["file"], []).append(model)
    return found


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
