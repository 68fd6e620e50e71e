"""Models that `taps` looks into, and those that they call, are loaded again in both styles and compute the same."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from dslc.driver import build, check
from dslc.source import Source
from tests.programs.judge import problems

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow"),
]

CALLS_A_MODEL = """
model Inner {
    input x: (6, 8)
    output x -> Dense(8)
}

model Source {
    input x: (6, 8)
    output x -> Inner -> Activation("linear", name="kept") -> Dense(3)
}

model Tapped {
    input x: (6, 8)
    shared source = Source
    output x -> taps(source, "kept")
}
"""


@pytest.mark.parametrize("name", ["Source", "Tapped"])
def test_a_model_that_is_looked_into_may_call_another_one(name: str, tmp_path: Path) -> None:
    import keras
    import numpy

    data = numpy.random.default_rng(1).random((2, 6, 8)).astype("float32")
    weights, results = None, []
    for style in ("functional", "subclass"):
        built = build(check(Source("m.kdl", CALLS_A_MODEL)), style)
        assert built.code is not None
        module: dict[str, object] = {"__name__": f"taps_{style}"}
        exec(built.code, module)
        model = module[name]()  # type: ignore[operator]
        weights = model.get_weights() if weights is None else weights
        model.set_weights(weights)
        path = tmp_path / f"{style}.keras"
        model.save(path)
        results += [model.predict(data, verbose=0), keras.models.load_model(path).predict(data, verbose=0)]
    for other in results[1:]:
        numpy.testing.assert_allclose(other, results[0], rtol=1e-5)


def test_what_stands_behind_the_taps_is_not_counted_inside_a_layer_either() -> None:
    steps = """
model Steps {
    input x: (4, 6, 8)
    output x -> TimeDistributed(Tapped)
}
"""
    assert list(problems([{"steps.kdl": CALLS_A_MODEL + steps}])) == []


INTO_A_BLOCK = """
model Over(part: layer = Dense(8, use_bias=False)) {
    input x: (6, 8)
    output x -> part -> Dense(8, activation="relu")
}

model Chain {
    input x: (6, 8)
    output x -> Over -> Dense(8, name="low") -> Dense(8, name="high") -> Dense(3)
}

block Looking {
    input x
    weight scale: (8,) = "ones"
    shared source = Chain
    low, high = x -> taps(source, ["low", "high"])
    output [low * scale, high] -> Add
}

model Around {
    input x: (6, 8)
    output x -> Looking
}
"""


def test_a_class_looks_into_a_model_of_every_style() -> None:
    checked = check(Source("m.kdl", INTO_A_BLOCK))
    code = build(checked, "sequential").code
    assert code is not None and "source.inputs[0]" in code and "self.source =" not in code
    assert list(problems([{"around.kdl": INTO_A_BLOCK}])) == []


def test_a_class_that_is_given_a_model_with_taps_copies_it_with_what_it_looks_into_alone() -> None:
    given = """
block Given(part: layer) {
    input x
    output x -> part
}

model Around {
    input x: (6, 8)
    output x -> Given(Tapped)
}
"""
    assert list(problems([{"given.kdl": CALLS_A_MODEL + given}])) == []
