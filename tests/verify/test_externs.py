"""Initializers, regularizers, constraints, activations and functions of somebody's own Python, built and run in Keras."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

PARTS = """
import keras
from keras import ops


@keras.saving.register_keras_serializable("mine")
class Prior(keras.initializers.Initializer):
    def __init__(self, p=0.01): self.p=p
    def __call__(self, shape, dtype=None): return ops.full(shape, self.p, dtype=dtype)
    def get_config(self): return {"p": self.p}


@keras.saving.register_keras_serializable("mine")
class Ortho(keras.regularizers.Regularizer):
    def __call__(self, x): return 0.1*ops.sum(x)
    def get_config(self): return {}


@keras.saving.register_keras_serializable("mine")
class Cap(keras.constraints.Constraint):
    def __init__(self, most): self.most=most
    def __call__(self, w): return ops.minimum(w, self.most)
    def get_config(self): return {"most": self.most}


@keras.saving.register_keras_serializable("mine")
def swishy(x): return x*ops.sigmoid(1.3*x)


def scaled(x, by, shift=0.0): return x*by+shift


@keras.saving.register_keras_serializable("mine")
class Wide(keras.layers.Dense): pass
"""

MODEL = """
extern initializer Prior(p = 0.01) from my_package.parts
extern regularizer Ortho from my_package.parts
extern constraint Cap(most) from my_package.parts
extern activation swishy from my_package.parts
extern fn scaled(by, shift = 0.0) from my_package.parts { input x: (N?, C?)  output (N, C) }
extern Wide(units) from my_package.parts { input x: (C?,)  output (units,) }

FIRST = Prior(0.5)

block Unit(n, init = Prior()) {
    input x
    weight w: (n,) = Prior(1.0)
    y = x -> Dense(n, activation=swishy, kernel_initializer=init, bias_constraint=Cap(2.0))
    output (y -> scaled(n / 2) -> swishy) * w
}
block Plain(n) = Dense(n, kernel_regularizer=Ortho) -> scaled(0.5, shift=1.0)
model M(rate = 2.0) {
    input x: (4, 8)
    output x -> Unit(8) -> scaled(rate) -> Plain(3) -> swishy -> Unit(3, init=FIRST) -> Dense(2, kernel_regularizer=Ortho())
}
model Idle {
    input x: (8,)
    unused = x -> Wide(5)
    frozen = x -> Wide(4, trainable=False)
    output x -> Wide(3) -> Dense(2)
}
"""


def test_keras_takes_what_python_offers(tmp_path: Path) -> None:
    package = tmp_path / "my_package"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "parts.py").write_text(PARTS, encoding="utf-8")
    (tmp_path / "model.kdl").write_text(MODEL, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "dslc", "verify", "--all-styles", "--format", "json", "model.kdl"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(tmp_path)))},
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr[-1500:]
    models = json.loads(done.stdout)["models"]
    assert [each["name"] for each in models] == ["M", "Idle"]
    for found in models:
        assert found["ok"], found
        assert set(found["styles"]) == {"functional", "subclass"}
        assert all(result["differences"] == [] for result in found["styles"].values())
