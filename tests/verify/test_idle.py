"""Layers that no output needs are in the Subclass model and in no other, unless a block that is a class holds them.

So the counts differ from style to style, and Keras counts in each what `dslc` says of it.
"""

from __future__ import annotations

from typing import Any

import pytest

from dslc.driver import build, check, refusals
from dslc.graph.counts import parameters
from dslc.source import Source
from dslc.styles import STYLES

HEAD = """
block Head(n) {
    input x
    used = x -> Dense(n)
    unused = x -> Dense(7)
    output used
}
block Noisy(n) {
    input x
    weight spare: (n,) = "zeros"
    unused = x -> Dense(7)
    output x + random.normal(ops.shape(x)) * 0 -> Head(n)
}
model Part(n = 4) {
    input x: (8,)
    output x -> Dense(n) -> BatchNormalization -> Dense(8)
}
model M {
    input x: (8,)
"""

MODELS = {
    "in a model": "y = x -> Dense(4)\n    z = y -> Dense(5) -> BatchNormalization\n    output y -> Dense(2)",
    "in a block": "output x -> Head(3) -> Dense(2)",
    "of a block": "unused = x -> Head(5)\n    output x -> Dense(2)",
    "in a class": "output x -> Noisy(3) -> Dense(2)",
    "of a class": "_ = x -> Noisy(3)\n    output x -> Dense(2)",
    "in a loop": "y = x\n    w = x\n    for i in range(3) {\n        w = y -> Dense(4)\n        y = y -> Dense(8)\n    }\n"
    "    output y\n    output w",
    "that is shared": "shared s = Dense(8)\n    _ = x -> s -> s\n    output x -> s",
    "that is shared and idle": "shared s = Head(8)\n    _ = x -> s -> s\n    output x -> Dense(2)",
    "with a weight in what is shared": "shared s = Noisy(8)\n    output x -> s -> s",
    "in a wrapper": "output Input2 -> TimeDistributed(Head(3))".replace("Input2", "ops.expand_dims(x, 1)"),
    "frozen": "_ = x -> Dense(4, trainable=False)\n    output x -> Dense(2)",
    "a shared model on no way": "shared a = Part(5)\n    shared b = Part(trainable=False)\n    for i in range(2) {\n"
    "        shared c = Part\n        if i > 1 { x = x -> c }\n    }\n    output x -> b if 1 > 2 else a",
    "not there": "output x -> Dense(2)",
}


@pytest.mark.parametrize("name", MODELS)
def test_keras_counts_in_each_style_what_is_said_of_it(name: str) -> None:
    checked = check(Source("m.kdl", f"{HEAD}    {MODELS[name]}\n}}\n"))
    assert not [each for each in checked.diagnostics if each.severity == "error"]
    built = 0
    for style in STYLES:
        if refusals(checked, style, "M"):
            continue
        code = build(checked, style).code
        assert code is not None
        space: dict[str, Any] = {"__name__": f"idle_{style}"}
        exec(compile(code, f"{style}.py", "exec"), space)
        model = space["M"]()
        said = parameters(checked.graphs[-1], style)
        found = [sum(int(each.size) for each in part) for part in _arrays(model)]
        assert found == [said.trainable, said.non_trainable], (name, style)
        built += 1
    assert built >= 2


def _arrays(model: Any) -> list[list[Any]]:
    """The trainable weights and the others, without the states of random generators, which are no parameters."""
    trainable = [each.numpy() for each in model.trainable_weights]
    others = [each.numpy() for each in model.non_trainable_weights if "seed_generator" not in each.path]
    return [trainable, others]


def test_a_summary_gives_both_numbers() -> None:
    checked = check(Source("m.kdl", f"{HEAD}    {MODELS['in a model']}\n}}\n"))
    graph = checked.graphs[-1]
    assert parameters(graph).total == parameters(graph, "sequential").total == 8 * 4 + 4 + 4 * 2 + 2
    assert parameters(graph, "subclass").total == 8 * 4 + 4 + 4 * 2 + 2 + 4 * 5 + 5 + 4 * 5
    warnings = [each.text for each in checked.diagnostics if "`z`" in each.text]
    assert warnings == [
        "the value `z` is never used: 45 parameters (Dense, BatchNormalization) that only a Subclass model has"
    ]
