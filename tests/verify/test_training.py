"""The samples train for two steps of `fit` in TensorFlow and run in JAX, in both styles that hold everything.

Each backend has a process of its own, because Keras takes one when it is imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dslc.driver import build, check, module_name
from dslc.source import Source
from dslc.verify.job import job
from tests.conftest import ROOT, SAMPLES

pytest.importorskip("keras")
pytestmark = pytest.mark.slow

VALUES = {"classes": 3}

NOT_IN_JAX = {
    "any_size": "JAX follows no decision on a size that is not known yet",
    "transformer": "JAX cannot see that positions up to the length of the text are as many as the text is long",
    "unet": "JAX cannot see that an unknown size is the same after it was halved and doubled",
}
"""Keras on JAX computes with symbolic sizes where TensorFlow leaves them open, and gives up on these."""


@cache
def trained(backend: str) -> dict[str, list[dict[str, Any]]]:
    """What became of every sample in a backend, by file."""
    tasks = []
    for sample in SAMPLES:
        checked = check(Source(sample.name, sample.read_text(encoding="utf-8")), values=VALUES)
        built = {style: build(checked, style) for style in ("functional", "subclass")}
        tasks.append(job(checked, built, module_name(sample.name), VALUES, False))  # type: ignore[arg-type]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "verify" / "training.py")],
        input=json.dumps(tasks),
        capture_output=True,
        text=True,
        env={**os.environ, **quiet, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)},
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, list[dict[str, Any]]] = {}
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        found.setdefault(answer["file"], []).append(answer)
    return found


def hold(backend: str, sample: Path) -> None:
    answers = trained(backend)[sample.name]
    assert {answer["style"] for answer in answers} >= {"subclass"}
    assert [answer for answer in answers if answer["problem"]] == []


@pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_trains_in_tensorflow(sample: Path) -> None:
    hold("tensorflow", sample)


@pytest.mark.xdist_group("samples in jax")
@pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_runs_in_jax(sample: Path) -> None:
    if sample.stem in NOT_IN_JAX:
        assert any(answer["problem"] for answer in trained("jax")[sample.name]), "it does now: take it out"
        return
    hold("jax", sample)
