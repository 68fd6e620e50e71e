"""Every weight that a class makes is one that its outputs come from, in loops and under conditions, too."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from dslc.driver import build, check
from dslc.source import Source
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow"),
]

MODEL = ROOT / "tests" / "golden" / "weights" / "model.kdl"


@pytest.mark.parametrize("style", ["functional", "subclass"])
def test_every_weight_has_a_gradient(style: str) -> None:
    import tensorflow as tf

    checked = check(Source("weights.kdl", MODEL.read_text(encoding="utf-8")))
    built = build(checked, style)  # type: ignore[arg-type]
    assert built.code is not None
    module: dict[str, object] = {"__name__": f"weights_{style}"}
    exec(built.code, module)
    model = module["Weights"]()  # type: ignore[operator]
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(model(tf.random.uniform((2, 4, 8))))
    gradients = tape.gradient(total, model.trainable_variables)
    assert len(gradients) == 31
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        assert gradient is not None, variable.path
        assert float(tf.reduce_sum(tf.abs(gradient))) > 0, variable.path
