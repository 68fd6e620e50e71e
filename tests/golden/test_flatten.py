"""`--flatten`: the unrolled form makes exactly the layers that the checker has followed, in a straight line."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from dslc.driver import Options, build, check
from dslc.source import Source
from dslc.styles import Style
from tests.conftest import ROOT, SAMPLES

MODELS = [*SAMPLES, *sorted((ROOT / "dslc" / "keras" / "applications").glob("*.kdl"))]

HANDED = """
model Part(inner: layer = Dense(4), size = 3) {
    input x: (4,)
    output x -> inner -> Dense(2) -> Dense(size)
}

model Whole {
    input x: (4,)
    output x -> Part(Dense(5) -> ReLU)
}
"""

GIVEN_ALWAYS = """
model Over(part: layer) {
    input x: (6, 8)
    output x -> part
}

model Whole {
    input x: (6, 8)
    output x -> Over(Dense(8)) -> _ * ops.cast(ops.shape(_)[1], "float32")
}
"""


def test_a_straight_line_casts_as_the_models_in_it_do() -> None:
    text = "model Part {\n    input x: (4,)\n    output x * 2\n}\n"
    text += "model Whole {\n    input n: (4,) int32\n    output n -> Part\n}\n"
    built = build(check(Source("cast.kdl", text)), "functional", Options(flatten=True))
    assert built.code is not None and 'ops.cast(n, "float32")' in built.code


DECIDED_BY_TRAINING = (
    ("y = x[:, : 2 if training else 1]", "training"),
    ("y = x * 2.0 if training else x", "training"),
    ("y = ops.repeat(x, 2 if training else 3, axis=1)", "training"),
)


@pytest.mark.parametrize(("line", "word"), DECIDED_BY_TRAINING)
def test_what_training_decides_has_no_straight_line(line: str, word: str) -> None:
    text = f"block Part {{\n    input x\n    {line}\n    output y + x[:, :1]\n}}\n"
    text += "model Whole {\n    input x: (6, 8)\n    output x -> Part\n}\n"
    checked = check(Source("decided.kdl", text))
    assert not checked.diagnostics
    built = build(checked, "functional", Options(flatten=True))
    (said,) = built.diagnostics
    assert said.code == "DSL218" and word in said.span.text


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_layer_once_in_a_straight_line(path: Path) -> None:
    in_a_straight_line(path.name, path.read_text(encoding="utf-8"))


def test_a_layer_that_a_model_takes_by_default_is_its_own() -> None:
    in_a_straight_line("handed.kdl", HANDED)


@pytest.mark.parametrize("style", ["functional", "subclass"])
def test_a_model_that_must_be_given_a_layer_is_unrolled_where_it_is_given_one(style: Style) -> None:
    built = build(check(Source("given.kdl", GIVEN_ALWAYS)), style, Options(flatten=True))
    assert built.code is not None
    assert "Over" not in built.code and "ops.shape" not in built.code
    assert built.code.count("layers.Dense(8)") == 1 and 'ops.cast(6, "float32")' in built.code


def in_a_straight_line(name: str, text: str) -> None:
    checked = check(Source(name, text))
    built = build(checked, "functional", Options(flatten=True))
    if built.code is None:  # weights, and decisions of a run, have no unrolled form: that is said
        assert {each.code for each in built.diagnostics if each.severity == "error"} <= {"DSL218", "DSL502"}
        return
    tree = ast.parse(built.code)
    for graph in checked.graphs:
        (function,) = (
            node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == graph.name
        )
        assert not any(isinstance(node, (ast.For, ast.If)) for node in ast.walk(function))
        made = Counter(
            node.func.attr
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "layers"
        )
        calls = {call.instance: call.layer for call in (*graph.calls, *graph.idle)}
        expected = Counter(calls.values())
        assert all(made[name] >= count for name, count in expected.items())
        if not {"Bidirectional", "TimeDistributed", "RNN"} & set(expected):  # these hold layers of their own
            assert made == expected


def test_a_size_that_is_measured_is_a_number_there() -> None:
    text = (
        "model M(n = 3) {\n    input x: (4,)\n    y = x -> Dense(n)\n    output y -> Dense(y.shape[-1])\n}\n"
    )
    built = build(check(Source("measured.kdl", text)), "subclass", Options(flatten=True))
    assert built.code is not None and built.code.count("layers.Dense(3)") == 2


def test_what_is_somebody_elses_stays_so() -> None:
    text = """extern activation bent from ours
extern initializer Prior(p = 0.1) from ours
extern fn boxes(most) from ours {
    input x: (N?, 4)
    output (most, 4)
}

block B(n, act = bent) = Dense(n, activation=act, bias_initializer=Prior(0.2))

model M {
    input x: (8, 8)
    output x -> bent -> B(4) -> boxes(3)
}
"""
    code = build(check(Source("theirs.kdl", text)), "subclass", Options(flatten=True)).code
    assert code is not None
    assert "from ours import Prior, bent, boxes\n" in code
    assert "layers.Dense(4, activation=bent, bias_initializer=Prior(0.2))" in code
    assert "x = bent(x)\n        x = self.dense(x)\n        return boxes(x, 3)\n" in code


NAMED = """
model Part {
    input x: (8,)
    output x -> Dense(8, name="inner") -> ReLU(name="left")
}

model Whole {
    input left: (8,)
    shared part = Part
    output [left -> Part, left -> part -> part] -> Add%s
}
"""


def test_layers_of_models_that_meet_in_a_straight_line_keep_apart() -> None:
    built = build(check(Source("named.kdl", NAMED % "")), "functional", Options(flatten=True))
    assert built.code is not None
    whole = built.code[built.code.index("def Whole") :]
    assert re.findall(r'name="(\w+)"', whole) == ["left", "inner", "left_1", "inner_1", "left_2", "whole"]


def test_a_name_that_keras_gives_in_a_straight_line_itself_is_refused() -> None:
    text = (NAMED % " -> ReLU").replace('name="inner"', 'name="re_lu"')
    assert build(check(Source("named.kdl", text)), "functional").code is not None
    built = build(check(Source("named.kdl", text)), "functional", Options(flatten=True))
    assert built.code is None
    assert any("re_lu" in each.text for each in built.diagnostics if each.severity == "error")
