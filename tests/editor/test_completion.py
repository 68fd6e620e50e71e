"""Completion: what fits at the cursor, however little of the text is written yet."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dslc.editor.completion import Completion, Files, completions, documentation
from dslc.source import Source
from dslc.syntax.parse import parse
from tests.conftest import ROOT
from tests.editor.conftest import Given, project

Document = Callable[..., Given]

HEAD = """WIDTHS = [8, 16]
fn double(n) = 2 * n
block Pair(n, act: layer = ReLU) {
    \"\"\"Two layers.\"\"\"
    input x
    output x -> Dense(n) -> Dense(n) -> act
}
model M(classes, size = 28) {
    input image: (size, size, 3)
    input tokens: (T?,) int32
    shared encoder = Dense(4)
    y = image -> Conv2D(8, 3)
"""


def found(document: Document, line: str, rest: str = "\n}\n") -> dict[str, Completion]:
    """What is offered in a line of a model."""
    return {each.label: each for each in completions(*document(f"{HEAD}    {line}{rest}"))}


def first(document: Document, line: str, count: int) -> list[str]:
    return list(found(document, line))[:count]


@pytest.mark.parametrize(
    "rest",
    ["\n}\n", "", "\n    z = y -> Flatten\n}\n", "\n}\nmodel N {\n    input x: (4,)\n    output x\n}\n"],
)
def test_layers_that_take_the_shape_come_first(rest: str, document: Document) -> None:
    names = list(found(document, "z = y -> ‸", rest))
    for fitting, other in [
        ("Conv2D", "Conv1D"),
        ("MaxPooling2D", "LSTM"),
        ("Dense", "Conv3D"),
        ("Pair", "Conv2D"),
    ]:
        assert names.index(fitting) < names.index(other)
    assert "M" not in names and "Lambda" not in names


@pytest.mark.parametrize(
    ("line", "fitting", "other"),
    [
        ("z = y -> Flatten -> D‸", "RepeatVector", "Conv2D"),
        ("z = tokens -> Embedding(9, 4) -> ‸", "LSTM", "Conv2D"),
        ("z = [y, y] -> ‸", "Concatenate", "Dense"),
        ("z = y -> [Conv2D(8, 3), ‸]", "MaxPooling2D", "LSTM"),
        ("z = y -> Pair(4) -> Flatten -> ‸", "RepeatVector", "MaxPooling2D"),
        ("for n in WIDTHS {\n        z = y -> Conv2D(n, 3) -> ‸", "MaxPooling2D", "LSTM"),
        ("output y -> GlobalAveragePooling2D -> encoder -> ‸", "RepeatVector", "MaxPooling2D"),
        ("z = y -> Conv2D(4, 3) if size > 3 else ‸", "MaxPooling2D", "LSTM"),
        ("z = y -> (Flatten -> ‸)", "RepeatVector", "MaxPooling2D"),
        ("z = y -> (‸)", "MaxPooling2D", "LSTM"),
        ("z = y -> cond(ops.mean(y) > 0, ‸", "MaxPooling2D", "LSTM"),
    ],
)  # fmt: skip
def test_the_shape_is_that_of_the_chain_before(
    line: str, fitting: str, other: str, document: Document
) -> None:
    names = list(found(document, line))
    assert names.index(fitting) < names.index(other)


@pytest.mark.parametrize(
    ("line", "label", "insert"),
    [
        ("z = y -> Co‸", "Conv2D", "Conv2D(${1:filters}, ${2:kernel_size})"),
        ("z = y -> Co‸(8, 3)", "Conv2D", "Conv2D"),
        ("z = y -> Fl‸", "Flatten", "Flatten"),
        ("z = y -> P‸", "Pair", "Pair(${1:n})"),
        ("z = y -> ops.‸", "square", "square"),
        ("z = y -> ops.exp‸", "expand_dims", "expand_dims(_, ${2:axis})"),
        ("z = ops.exp‸", "expand_dims", "expand_dims(${1:x}, ${2:axis})"),
        ("z = dou‸", "double", "double(${1:n})"),
        ("z = y -> Dense(4, kernel_initializer=initializers.He‸", "HeNormal", "HeNormal($0)"),
        ("z = y -> activations.‸", "gelu", "gelu"),
        ("‸", "for", "for ${1:i} in range(${2:3}) {\n\t$0\n}"),
    ],
)  # fmt: skip
def test_what_is_written(line: str, label: str, insert: str, document: Document) -> None:
    assert found(document, line)[label].insert == insert


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("z = y -> Conv2D(‸", ["filters=", "kernel_size=", "strides="]),
        ("z = y -> Conv2D(8, 3, ‸", ["strides=", "padding="]),
        ("z = y -> Conv2D(8, padding=\"same\", ‸", ["kernel_size=", "strides=", "data_format="]),
        ("z = y -> Pair(‸", ["n=", "act="]),
        ("z = y -> Pair(4, ‸)", ["encoder"]),
        ("z = y -> Conv2D(8, 3, padding=‸", ['"same"', '"valid"']),
        ('z = y -> Conv2D(8, 3, padding="s‸', ["same", "valid"]),
        ('z = y -> Conv2D(8, 3, padding="s‸ame")', ["same", "valid"]),
        ("z = y -> Conv2D(8, 3, use_bias=‸", ["False", "True"]),
        ("z = y -> Pair(3, act=‸", ["encoder"]),
        ("z = y.‸", ["dtype", "shape"]),
        ("input z: (8,) ‸", ["bfloat16", "bool"]),
        ("z = ops.mean(y, ‸", ["axis=", "keepdims="]),
    ],
)  # fmt: skip
def test_what_comes_first_in_brackets(line: str, begins: list[str], document: Document) -> None:
    assert first(document, line, len(begins)) == begins


def test_strings_are_those_that_keras_takes(document: Document) -> None:
    assert {"relu", "gelu", "softmax"} <= set(found(document, 'z = y -> Dense(4, activation="' + "‸"))
    assert {"he_normal", "zeros"} <= set(found(document, 'z = y -> Dense(4, kernel_initializer="‸"'))
    assert {"channels_last"} <= set(found(document, 'z = y -> Conv2D(4, 3, data_format="‸"'))


def test_names_have_their_shapes(document: Document) -> None:
    offered = found(document, "z = ops.mean(‸)")
    assert {name: offered[name].detail for name in ("image", "tokens", "y", "T", "classes", "size", "encoder")} == {
        "image": "(28, 28, 3)", "tokens": "(T,)", "y": "(26, 26, 8)", "T": "size", "classes": "parameter",
        "size": "parameter = 28", "encoder": "shared Dense(4)",
    }  # fmt: skip
    assert offered["WIDTHS"].kind == "constant"


@pytest.mark.parametrize("broken", ["q = = 3", "q = y -> Dens(3)", "q = [y", 'q = "y', "for i in {"])
def test_a_broken_line_takes_no_names_away(broken: str, document: Document) -> None:
    offered = found(document, f"{broken}\n    z = [y, ‸")
    assert {"image", "y", "q" if broken[0] == "q" else "i"} <= set(offered) and "z" not in offered


def test_names_end_with_their_body(document: Document) -> None:
    line = "for i in range(3) {{\n        k = y -> Dense(i)\n        {}\n    }}\n    z = [{}"
    inside = found(document, line.format("w = [‸", ""))
    outside = found(document, line.format("", "‸"))
    assert {"i", "k"} <= set(inside) and not {"i", "k"} & set(outside)


@pytest.mark.parametrize(
    "line", ["# ‸", "z = 3‸", "input ‸", "for ‸", "shared ‸", "z = y -> Dense(4)‸", "z = y ‸"]
)
def test_nothing_is_offered_where_nobody_can_know(line: str, document: Document) -> None:
    assert found(document, line) == {}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("‸", ["block", "extern", "fn", "model", "use"]),
        ("mod‸", ["block", "extern", "fn", "model", "use"]),
        ("block B(a: ‸) = Dense(3)", ["layer"]),
        ("extern ‸", ["activation", "constraint", "fn", "initializer", "regularizer"]),
        ("extern in‸", ["activation", "constraint", "fn", "initializer", "regularizer"]),
        ('use A from "‸"', ["blocks.kdl", "nets/more.kdl"]),
        ('use A, ‸ from "blocks.kdl"', ["A", "B", "W", "f"]),
        ('use ‸ from "blocks.kdl"', ["A", "B", "W", "f"]),
    ],
)  # fmt: skip
def test_at_the_top_of_a_file(text: str, labels: list[str], document: Document) -> None:
    other = Source("blocks.kdl", "W = 3\nblock A = Dense(3)\nfn f(n) = n\nblock B = ReLU\n")
    files = Files(lambda: ["blocks.kdl", "nets/more.kdl"], {"blocks.kdl": other}.get)
    assert sorted(each.label for each in completions(*document(text), files)) == labels


@pytest.mark.parametrize(
    "text",
    [
        "‸",
        f"{HEAD}    ‸\n}}\n",
        f"{HEAD}    z = y -> ‸\n}}\n",
        f"{HEAD}    z = ‸\n}}\n",
        f"{HEAD}    z = ops.‸\n}}\n",
    ],
)
def test_what_is_put_in_can_be_read(text: str, document: Document) -> None:
    analysis, offset = document(text)
    for each in completions(analysis, offset):
        filled = re.sub(r"\$\{\d(?::([^}]*))?\}", lambda hole: hole[1] or "n", each.insert).replace(
            "-> $0", "-> ReLU"
        )
        filled = filled.replace("($0)", "(n)").replace("$0", "k = n") if each.snippet else each.insert
        done = analysis.source.text[: each.start] + filled + analysis.source.text[each.end :]
        assert not parse(Source("m.kdl", done))[1], filled


def test_whether_it_trains_is_known_in_blocks(document: Document) -> None:
    analysis, offset = document("block B {\n    input x\n    if ‸\n}\n")
    assert "training" in {each.label for each in completions(analysis, offset)}


def test_a_short_block_is_made_of_stages(document: Document) -> None:
    names = {each.label for each in completions(*document("block A(n) = ‸"))}
    assert {"Dense", "ops", "_"} <= names


def test_a_used_block_comes_with_its_parameters(document: Document) -> None:
    analysis, offset = document(
        'use Head from "blocks.kdl"\nmodel M {\n    input x: (4,)\n    output x -> ‸\n}\n',
        blocks="block Head(n) = Dense(n)\n",
    )
    (head,) = [each for each in completions(analysis, offset) if each.label == "Head"]
    assert head.insert == "Head(${1:n})" and head.detail == "block Head(n)"
    assert documentation(analysis, "item", "Head").startswith("```python\nblock Head(n)")


def test_every_item_can_be_read_about(document: Document) -> None:
    for line in ("z = y -> ‸", "z = ops.‸", "z = initializers.‸", "z = ‸"):
        analysis, offset = document(f"{HEAD}    {line}\n}}\n")
        for each in completions(analysis, offset):
            if each.about is not None:
                assert documentation(analysis, each.about, each.name)


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.kdl")), ids=lambda path: path.stem)
def test_everywhere_in_a_sample_and_in_its_beginnings(path: object) -> None:
    """What stands at a place is among what is offered there, also when the text ends there."""
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    given = project({"m.kdl": text})
    whole = given.analysis("m.kdl")
    assert whole is not None
    for offset in range(0, len(text), 11):
        completions(whole, offset)
    for offset in range(0, len(text), 83):
        beginning = project({"m.kdl": text[:offset]}).analysis("m.kdl")
        assert beginning is not None
        for each in completions(beginning, offset):
            assert each.start <= offset <= each.end and each.label
    for call in (call for graph in whole.graphs for call in graph.calls):
        start = call.span.start
        if call.span.source is whole.source and text[start - 3 : start] == "-> ":
            assert call.layer in {each.label for each in completions(whole, start)} or call.layer not in text


def test_numbers_and_functions_of_numbers(document: Document) -> None:
    offered = found(document, "z = y * math.‸")
    assert {"pi", "sqrt", "log2", "prod"} <= offered.keys()
    assert offered["pi"].insert == "pi" and offered["sqrt"].insert.startswith("sqrt(")
    assert "base=" in found(document, "z = y * math.log(‸")


NEW = """extern initializer Prior(p) from my.init
OPTIONS = {"padding": "same", "use_bias": False}
model Inner(width = 8) {
    input image: (32, 32, 3)
    low = image -> Conv2D(width, 3, name="stem")
    output low -> Flatten -> Dense(3, name="top")
}
extern activation swish from my.functions
extern fn boxes(most) from my.functions { input x  output x }
block Weights {
    input x
    weight w = Weight((1, 8))
    output x
}
model N(size = "small") {
    input image: (32, 32, 3)
    shared base = applications.ResNet50(include_top=False, input_shape=(32, 32, 3))
    shared own = Inner(4)
    sizes = {"small": 8, **OPTIONS}
    columns = record()
    columns["age"] = image
    for key, value in items(sizes) { columns[key] = image }
    for key in ["first", "last"] { if 2 > 1 { columns[key] = image } }
    copies = record()
    for key in columns { copies[key] = columns[key] }
"""
"""Version 1.1 of the language."""


@pytest.mark.parametrize(
    ("line", "expected", "absent"),
    [
        ('c = image -> taps(base, ["‸"])', ["conv1_pad", "conv2_block1_out"], ["Dense"]),
        ('c = image -> taps(base, ["conv1_pad", "con‸', ["conv1_conv"], ["conv1_pad"]),
        ('c = image -> taps(own, "‸")', ["stem", "top"], []),
        ("c = image -> taps(own, [‸])", ['"stem"', '"top"'], []),
        ('n = sizes["‸"]', ["small", "padding", "use_bias"], []),
        ("n = OPTIONS[‸]", ['"padding"', '"use_bias"'], []),
        ('if "‸" in OPTIONS {', ["padding", "use_bias"], []),
        ('c = columns["‸"]', ["age", "small", "use_bias", "last"], ["key"]),
        ('c = copies["‸"]', ["age", "first"], []),
        ("y = image -> Conv2D(3, 3, **‸)", ["OPTIONS", "sizes"], []),
        ("y = image -> Conv2D(3, 3, **OPTIONS, ‸)", ["groups=", "activation="], ["padding=", "use_bias="]),
        ('y = image -> Conv2D(3, 3, **{"padding": "same", "‸"})', ["strides", "use_bias"], ["padding", "relu"]),
        ("y = image -> Conv2D(3, 3, **{‸})", ['"strides"', '"use_bias"'], ['"relu"']),
        ('y = image -> Conv2D(3, 3, **{"padding": ‸})', ['"same"', '"valid"'], []),
        ("y = image -> Conv2D(3, 3, kernel_initializer=‸)", ["Prior", '"HeNormal"'], []),
        ("y = image -> Conv2D(3, 3, kernel_regularizer=‸)", ['"L1"'], []),
        ("input z = Input(‸)", ["shape=", "batch_size=", "name="], ["ragged="]),
        ("weight v = Weight((1, 8), ‸)", ["initializer=", "trainable="], ["shape="]),
        ("y = image -> ‸", ["own", "swish", "boxes", "Weights"], ["Prior"]),
        ("y = image -> boxes(‸)", ["most="], ["name=", "trainable="]),
        ("y = image -> Dense(3, kernel_initializer=Prior(‸))", ["p="], ["name=", "trainable="]),
        ("y = image -> Weights(‸)", ["name=", "trainable="], []),
        ("y = image -> ReLU  # dslc: ignore[‸", ["DSL801", "DSL432"], ["DSL401", "Dense"]),
        ("y = image -> ReLU  # dslc: ignore[DSL801, DSL4‸] why", ["DSL432"], ["DSL401"]),
    ],
)  # fmt: skip
def test_what_version_1_1_has(line: str, expected: list[str], absent: list[str], document: Document) -> None:
    end = "}" if line.endswith("{") else ""
    names = [each.label for each in completions(*document(f"{NEW}    {line}\n{end}}}\n"))]
    assert names[: len(expected)] == expected or set(expected) <= set(names), names[:20]
    assert names and not set(absent) & set(names)
    if not line.startswith(("y = image -> Conv2D(3, 3, **OPTIONS", "y = image -> ReLU", "input", "weight")):
        assert names.index(expected[0]) < 6


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("weight v: (1, 8) = ‸", '"HeNormal"'),
        ('weight v: (1, 8) = "‸"', "HeNormal"),
        ("weight v = Weight((1, 8), initializer=‸)", '"HeNormal"'),
        ('input z = Input((8,), dtype="‸")', "float32"),
    ],
)
def test_a_declaration_takes_strings_of_keras(line: str, expected: str, document: Document) -> None:
    text = f"block B {{\n    input x\n    {line}\n    output x\n}}\n"
    names = [each.label for each in completions(*document(text))]
    assert expected in names[:8], names[:8]
