"""Pictures hold the whole model: every layer is in a box, every tensor an arrow, and whatever is folded still counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dslc import driver
from dslc.graph.counts import flops, parameters
from dslc.graph.graph import Graph, steps
from dslc.picture.dot import dot
from dslc.picture.draw import draw
from dslc.picture.drawing import Box, Drawing, every, leaves
from dslc.picture.fold import ENOUGH, closed, fitting, folded
from dslc.picture.mermaid import mermaid
from dslc.source import Source
from dslc.tools.files import loader, read
from dslc.tools.graphviz import engine, image
from tests.conftest import ROOT, SAMPLES, Finished

FILES = [*SAMPLES, *sorted((ROOT / "dslc/keras/applications").glob("*.kdl"))]
needs_graphviz = pytest.mark.skipif(engine() is None, reason="neither graphviz-pure nor dot is here")


def graphs(path: Path) -> tuple[Graph, ...]:
    source = read(str(path))
    assert isinstance(source, Source)
    return driver.check(source, loader(str(ROOT))).graphs


def drawn(text: str) -> Drawing:
    (graph,) = driver.check(Source("m.kdl", text)).graphs
    return draw(graph, "m.kdl")


def titles(boxes: tuple[Box, ...]) -> list[object]:
    """The names in a drawing, those inside a box behind it."""
    return [(box.title, titles(box.inside)) if box.inside else box.title for box in boxes]


def sound(drawing: Drawing) -> None:
    """Every path once, and every arrow between boxes that are there."""
    paths = [box.path for box in every(drawing.boxes)]
    assert len(set(paths)) == len(paths)
    ends = {box.path for box in leaves(drawing.boxes)}
    assert {end for arrow in drawing.arrows for end in (arrow.source, arrow.target)} <= ends


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_layer_is_in_a_box_and_counts(path: Path) -> None:
    for graph in graphs(path):
        drawing = draw(graph, str(path))
        sound(drawing)
        boxes = list(leaves(drawing.boxes))
        assert len([box for box in boxes if box.kind in ("layer", "weight", "extern")]) == len(
            {call.instance for call in graph.calls}
        )
        fed = {arrow.target for arrow in drawing.arrows}
        assert {box.path for box in boxes} - fed == {
            box.path
            for box in boxes
            if box.kind in ("input", "weight")
            or not any(step.sources for step in steps(graph) if step.path == box.path)
        } - {box.path for box in boxes if box.kind == "output"}
        for smaller in (folded(drawing), closed(drawing, 0), closed(folded(drawing), 1), fitting(drawing)):
            sound(smaller)
            for each in (drawing, smaller):
                known = [box for box in each.boxes if box.parameters is not None and box.flops is not None]
                if len(known) == len(each.boxes):
                    assert sum_of(box.parameters for box in known) == parameters(graph).total
                    assert sum_of(box.flops for box in known) == flops(graph)


def sum_of(numbers):  # type: ignore[no-untyped-def]
    total = 0
    for number in numbers:
        total = total + number
    return total


def test_blocks_hold_their_layers_and_say_what_they_were_made_with() -> None:
    drawing = drawn(
        "block Pair(n) {\n    input x\n    y = x -> Dense(n)\n    output (x -> Inner(2)) + y\n}\n"
        "block Inner(k) = Dense(4) -> ReLU\n"
        "model M {\n    input x: (4,)\n    output y = x -> Pair(4) -> Dense(2, trainable=False)\n}\n"
    )
    assert titles(drawing.boxes) == [
        "x",
        ("Pair", ["Dense", ("Inner", ["Dense", "ReLU"]), "Add"]),
        "Dense",
        "y",
    ]
    pair, last = drawing.boxes[1], drawing.boxes[2]
    assert (pair.detail, pair.shape, pair.parameters) == ("4", "4", 40)
    assert last.frozen and last.detail == "2, trainable=False" and not pair.frozen


def test_what_is_shared_is_drawn_once() -> None:
    drawing = drawn(
        "block Residual(n) {\n    input x\n    output x + (x -> Dense(n))\n}\n"
        "model M {\n    input a: (8,)\n    input b: (8,)\n    shared r = Residual(8)\n"
        "    output [a -> r, b -> r] -> Concatenate\n}\n"
    )
    assert titles(drawing.boxes) == ["a", "b", ("Residual", ["Dense", "Add"]), "Concatenate", "output"]
    assert drawing.boxes[2].shared
    assert {a.source for a in drawing.arrows if a.target == "residual/dense"} == {"a", "b"}


TOWER = (
    "block Unit(n, k=3, a='relu') {{\n    input x\n"
    "    output x + (x -> Conv2D(n, k, padding='same', strides=1, dilation_rate=1, activation=a) -> ReLU)\n}}\n"
    "model M {{\n    input x: (32, 32, 8)\n    output x -> {0}\n}}\n"
)


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        (" -> ".join(["Unit(8)"] * 5), [("Unit", 5)]),
        ("Unit(8) -> Unit(8) -> MaxPooling2D -> Unit(8) -> Unit(8)", [("Unit", 2), ("MaxPooling2D", 1), ("Unit", 2)]),
        ("Unit(8) -> Unit(8, k=5) -> Unit(8)", [("Unit", 1)] * 3),
        ("Unit(8, a='elu') -> Unit(8, a='elu') -> Unit(8, a='selu')", [("Unit", 2), ("Unit", 1)]),
        ("[Unit(8), Unit(8)] -> Concatenate", [("Unit", 1), ("Unit", 1), ("Concatenate", 1)]),
    ],
    ids=["a row", "two rows", "other arguments", "arguments there is no room for", "side by side"],
)  # fmt: skip
def test_equal_neighbours_are_one_box(chain: str, expected: list[tuple[str, int]]) -> None:
    whole = drawn(TOWER.format(chain))
    small = folded(whole)
    assert [(box.title, box.times) for box in small.boxes[1:-1]] == expected
    sound(small)


def test_rows_in_rows_have_no_arrows_back() -> None:
    blocks = (
        "block Two(n) {\n    input x\n    output [x -> Dense(n), x] -> Add\n}\nblock Rows(n) {\n    input x\n"
    )
    blocks += "    for i in range(3) { x = x -> Two(n) }\n    output x\n}\n"
    small = folded(
        drawn(f"{blocks}model M {{\n    input x: (8,)\n    output x -> Rows(8) -> Rows(8) -> Rows(8)\n}}\n")
    )
    assert [box.times for box in every(small.boxes) if box.inside] == [3, 3]
    order = {box.path: number for number, box in enumerate(leaves(small.boxes))}
    assert all(order[arrow.source] < order[arrow.target] for arrow in small.arrows), small.arrows
    sound(small)


def test_a_skip_over_a_row_keeps_its_blocks_apart() -> None:
    text = TOWER.replace(
        "output x -> {0}", "a = x -> Unit(8)\n    b = a -> Unit(8)\n    output a + b"
    ).format()
    assert [box.times for box in folded(drawn(text)).boxes] == [1] * 5


def test_resnet_is_taken_in_at_one_look() -> None:
    for graph in graphs(ROOT / "dslc/keras/applications/resnet.kdl"):
        drawing = fitting(draw(graph, "resnet.kdl"))
        assert 15 <= len(list(leaves(drawing.boxes))) <= ENOUGH
        assert "Bottleneck" in str(titles(drawing.boxes))


def test_sizes_without_a_number_are_said_as_they_are() -> None:
    drawing = drawn(
        "model M {\n    input x: (H?, W?, 3)\n    output x -> MaxPooling2D -> GlobalAveragePooling2D -> Dense(1)\n}\n"
    )
    assert [arrow.shape for arrow in drawing.arrows] == ["H × W × 3", "(H // 2) × (W // 2) × 3", "3", "1"]


def test_an_arrow_says_what_goes_along_it() -> None:
    """Of all that a layer gives, that which the next one takes."""
    drawing = drawn(
        "model M {\n    input a: (S?, 8)\n    input b: (T?, 4)\n"
        "    seen, h, c = a -> LSTM(16, return_sequences=True, return_state=True)\n"
        "    output (b, initial_state=[h, c]) -> LSTM(16)\n    output [h, h] -> Add\n    output all = seen\n}\n"
    )
    arrows = {(arrow.source, arrow.target): arrow.shape for arrow in drawing.arrows}
    assert arrows["lstm", "lstm_1"] == "2 of 16" and arrows["b", "lstm_1"] == "T × 4"
    assert arrows["lstm", "add"] == "2 of 16" and arrows["lstm", "all"] == "S × 16"


def test_taps_say_which_model_they_look_into() -> None:
    drawing = drawn(
        "model M {\n    input image: (64, 64, 3)\n"
        "    shared backbone = applications.MobileNetV2(include_top=False, weights=None, input_shape=(64, 64, 3))\n"
        '    output image -> taps(backbone, "block_6_expand_relu")\n}\n'
    )
    assert titles(drawing.boxes) == ["image", "backbone_taps", "output"]


HOSTILE = (
    "model M {\n    input x: (4,)\n    output x -> Dense(2, name='a\"]; b<c>&\\\\ #{}|') -> Dense(1)\n}\n"
)


@needs_graphviz
def test_no_name_breaks_out_of_a_text() -> None:
    drawing = drawn(HOSTILE)
    root = ElementTree.fromstring(image([drawing], "svg"))
    assert len(root.findall(".//*[@class='node']")) == 4 and len(root.findall(".//*[@class='edge']")) == 3
    lines = mermaid([drawing]).splitlines()
    assert lines[0] == "flowchart TD" and len(lines) == 8
    assert all(
        re.fullmatch(r'  n\d+(\(\[|\[| -->\|)"[^"\]|<>{}]*(<br/>[^"\]|<>{}]*)*"(\]\)|\]|\| n\d+)', line)
        for line in lines[1:]
    )


@needs_graphviz
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_becomes_an_image_with_all_boxes(path: Path) -> None:
    drawings = [fitting(draw(graph, path.name)) for graph in graphs(path)]
    root = ElementTree.fromstring(image(drawings, "svg"))
    nodes = root.findall(".//*[@class='node']")
    assert len(nodes) == sum(len(list(leaves(each.boxes))) for each in drawings)
    assert image(drawings, "svg") == image(drawings, "svg") and b"Generated" not in image(drawings, "svg")


def test_the_command(dslc: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(TOWER.format(" -> ".join(["Unit(8)"] * 3)))
    assert dslc("graph", "m.kdl").stdout.startswith("flowchart TD\n")
    assert "Unit(8) × 3" in dslc("graph", "m.kdl", "--as", "dot").stdout
    assert "Conv2D" not in dslc("graph", "m.kdl", "--depth", "0").stdout
    assert dslc("graph", "m.kdl", "--no-fold", "--depth", "0").stdout.count("Unit(8)") == 3
    done = dslc("graph", "m.kdl", "-o", "m.dot")
    assert done.returncode == 0 and done.stderr == "wrote m.dot\n" and (tmp_path / "m.dot").exists()


def test_sizes_get_a_number_where_one_is_wanted(dslc: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(
        "model M {\n    input x: (H?, 8, 3)\n    output x -> MaxPooling2D -> Conv2D(2, 1)\n}\n"
    )
    assert '|"H × 8 × 3"|' in dslc("graph", "m.kdl").stdout
    drawing = dslc("graph", "m.kdl", "--set", "H=64").stdout
    assert '|"64 × 8 × 3"|' in drawing and '|"32 × 4 × 2"|' in drawing
    assert '"flops":["3,072",3072]' in dslc("graph", "m.kdl", "--set", "H=64", "--as", "html").stdout
    assert "did you mean" in dslc("graph", "m.kdl", "--set", "h=64").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "m.jpg"], "a picture ends in"),
        (["--model", "Mm"], "did you mean `M`?"),
        (["--depth", "-1"], "expected 0 or more"),
        (["--as", "png"], "no text for a terminal"),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
def test_what_cannot_be_drawn_is_said(
    words: list[str], said: str, dslc: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / "m.kdl").write_text(TOWER.format("Unit(8)"))
    done = dslc("graph", "m.kdl", *words)
    assert done.returncode == 2 and said in done.stderr and done.stdout == ""


def test_a_mistake_gives_no_picture(dslc: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text("model M {\n    input x: (4,)\n    output x -> Dens(3)\n}\n")
    done = dslc("graph", "m.kdl", "-o", "m.mmd")
    assert done.returncode == 1 and "Dense" in done.stderr and not (tmp_path / "m.mmd").exists()


def test_dot_of_two_models_keeps_their_boxes_apart() -> None:
    text = "model A {\n    input x: (4,)\n    output x -> Dense(1)\n}\n"
    first, second = driver.check(Source("m.kdl", text + text.replace("A", "B"))).graphs
    both = dot([draw(first, "m.kdl"), draw(second, "m.kdl")])
    assert '"0:dense" ->' in both and '"1:dense" ->' in both
