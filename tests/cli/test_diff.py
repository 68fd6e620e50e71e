"""`dslc diff`: what changed between two models, whatever they are written in."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dslc.differences.aligned import pairs
from tests.conftest import SAMPLES, Finished

Run = Callable[..., Finished]

BEFORE = """model Net(classes = 10) {
    input image: (28, 28, 1)
    x = image -> Conv2D(8, 3) -> MaxPooling2D(2)
    y = x -> Conv2D(8, 3, padding="same")
    output [x, y] -> Add -> Flatten -> Dense(classes)
}
"""


def compared(dslc: Run, folder: Path, old: str, new: str, *options: str) -> Finished:
    (folder / "old.kdl").write_text(old)
    (folder / "new.kdl").write_text(new)
    return dslc("diff", "old.kdl", "new.kdl", *options)


def changes(dslc: Run, folder: Path, old: str, new: str) -> list[dict[str, Any]]:
    done = compared(dslc, folder, old, new, "--format", "json")
    assert done.returncode == 0, done.stderr
    (model,) = json.loads(done.stdout)["models"]
    found: list[dict[str, Any]] = model["changes"]
    return found


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_model_does_not_differ_from_itself(dslc: Run, sample: Path) -> None:
    done = dslc("diff", str(sample), str(sample), "--set", "classes=3", "--check", "--format", "json")
    if "no model here" in done.stderr:
        done = dslc("diff", str(sample), str(sample), "--check", "--format", "json")
    assert done.returncode == 0, done.stderr
    models = json.loads(done.stdout)["models"]
    assert models and all(each["same"] for each in models)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Conv2D(8, 3) ->", "Conv2D(8, (3, 3)) ->"),
        ("Conv2D(8, 3) ->", 'Conv2D(filters=8, kernel_size=3, padding="valid", strides=1) ->'),
        (
            "x = image -> Conv2D(8, 3) -> MaxPooling2D(2)",
            "x = image -> Conv2D(8, 3)\n    x = x -> MaxPooling2D(2)",
        ),
        ("-> Dense(classes)", "-> Dense(10)"),
    ],
)
def test_what_means_the_same_is_no_difference(dslc: Run, tmp_path: Path, old: str, new: str) -> None:
    done = compared(dslc, tmp_path, BEFORE, BEFORE.replace(old, new), "--check")
    assert (done.returncode, done.stdout) == (0, "Net: old.kdl → new.kdl\n\nno difference\n")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("-> MaxPooling2D(2)", "-> ReLU -> MaxPooling2D(2)", [("added", "relu")]),
        (" -> Flatten", "", [("removed", "flatten"), ("resized", "dense")]),
        ("-> MaxPooling2D(2)", "-> AveragePooling2D(2)", [("removed", "max_pooling2d"), ("added", "average_pooling2d")]),
        ('Conv2D(8, 3, padding="same")', 'Conv2D(8, 5, padding="same")', [("changed", "conv2d_1")]),
        ("y = x -> Conv2D", "y = x -> ReLU -> Conv2D", [("added", "relu")]),
        ("[x, y] -> Add", "[x, x] -> Add", [("removed", "conv2d_1"), ("changed", "add")]),
        ("[x, y] -> Add", "[y, x] -> Add", [("changed", "add")]),
        ("(28, 28, 1)", "(28, 28, 3)", [("resized", "conv2d")]),
        ("Dense(classes)", "Dense(classes, name='top')", [("changed", "top")]),
    ],
)  # fmt: skip
def test_each_change_is_said_once_where_it_is(
    dslc: Run, tmp_path: Path, old: str, new: str, expected: Sequence[tuple[str, str]]
) -> None:
    found = changes(dslc, tmp_path, BEFORE, BEFORE.replace(old, new))
    said = [(each["kind"], (each["new"] or each["old"])["path"].rpartition("/")[2]) for each in found]
    assert [each for each in said if each[0] != "resized"] == [
        each for each in expected if each[0] != "resized"
    ]
    assert {name for kind, name in expected if kind == "resized"} <= {
        name for kind, name in said if kind == "resized"
    }
    back = changes(dslc, tmp_path, BEFORE.replace(old, new), BEFORE)
    swapped = {"added": "removed", "removed": "added"}
    assert sorted(each["kind"] for each in back) == sorted(
        swapped.get(each["kind"], each["kind"]) for each in found
    )


def test_the_text_says_arguments_shapes_sizes_and_what_it_costs(dslc: Run, tmp_path: Path) -> None:
    done = compared(
        dslc, tmp_path, BEFORE, BEFORE.replace("Conv2D(8, 3) ->", "Conv2D(8, 5, strides=2) ->"), "--check"
    )
    assert done.returncode == 1
    assert (
        "~ conv2d (Conv2D)  kernel_size: 3 → 5; strides=2 (new); (None, 26, 26, 8) → (None, 12, 12, 8); 80 → 208 parameters"
        in done.stdout
    )
    assert "  dense (Dense)    13,530 → 2,890 parameters" in done.stdout
    assert "  4 more give another shape because of that" in done.stdout
    assert "Parameters                      14,194 → 3,682 (-10,512)" in done.stdout


def test_inputs_and_outputs_are_compared(dslc: Run, tmp_path: Path) -> None:
    more = BEFORE.replace("}", "    output x\n    input mask: (28,) bool\n}")
    lines = compared(dslc, tmp_path, BEFORE, more).stdout.splitlines()
    assert "+ input mask: (None, 28) bool" in lines
    assert any(line.startswith("+ output ") for line in lines)


def test_models_are_compared_by_their_names(dslc: Run, tmp_path: Path) -> None:
    two = BEFORE + BEFORE.replace("model Net", "model Other")
    done = compared(
        dslc,
        tmp_path,
        two,
        BEFORE.replace("Conv2D(8, 3) ->", "Conv2D(8, 3, strides=2) ->")
        + BEFORE.replace("model Net", "model Third"),
    )
    assert "~ conv2d (Conv2D)" in done.stdout
    assert done.stdout.endswith("- model Other\n\n+ model Third\n")
    one = compared(dslc, tmp_path, BEFORE, BEFORE.replace("model Net", "model Renamed"))
    assert one.stdout.startswith("Net → Renamed: old.kdl → new.kdl")


def test_a_file_of_python_is_compared_with_its_text(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        "import keras\nfrom keras import layers\nx = keras.Input((8,))\nmodel = keras.Model(x, layers.Dense(4)(x))\n"
    )
    (tmp_path / "net.kdl").write_text("model Net {\n    input x: (8,)\n    output x -> Dense(5)\n}\n")
    done = dslc("diff", "net.py", "net.kdl")
    assert "~ dense (Dense)  units: 4 → 5" in done.stdout, done.stderr


def test_mistakes_and_what_is_no_model_are_told(dslc: Run, tmp_path: Path) -> None:
    wrong = compared(dslc, tmp_path, BEFORE, BEFORE.replace("Dense(classes)", "Dens(classes)"))
    assert wrong.returncode == 1
    assert "DSL202" in wrong.stderr and wrong.stdout == ""
    missing = dslc("diff", "old.kdl", "gone.kdl")
    assert missing.returncode == 2 and "gone.kdl" in missing.stderr
    picture = dslc("diff", "old.kdl", "old.kdl", "-o", "diff.html")
    assert picture.returncode == 2 and "a picture ends in .mmd, .dot, .svg, .png" in picture.stderr


def test_the_picture_marks_what_differs(dslc: Run, tmp_path: Path) -> None:
    new = BEFORE.replace("-> MaxPooling2D(2)", "-> AveragePooling2D(2)").replace("Dense(classes)", "Dense(7)")
    done = compared(dslc, tmp_path, BEFORE, new, "-o", "diff.mmd")
    assert (done.returncode, done.stderr) == (0, "wrote diff.mmd\n")
    text = (tmp_path / "diff.mmd").read_text()
    for mark in ("added", "removed", "changed"):
        assert f"classDef {mark} fill:" in text
    assert text.count("MaxPooling2D") == 1 and text.count("AveragePooling2D") == 1
    dotted = compared(dslc, tmp_path, BEFORE, new, "-o", "-").stdout
    assert dotted == text


def test_the_same_steps_are_the_longest_common_part() -> None:
    generator = random.Random(5)
    for _ in range(300):
        one, other = ([generator.randrange(4) for _ in range(generator.randrange(12))] for _ in range(2))
        found = pairs(one, other)
        assert all(one[a] == other[b] for a, b in found)
        assert all(a < c and b < d for (a, b), (c, d) in pairwise(found))
        assert len(found) == _longest(one, other)


def _longest(one: Sequence[int], other: Sequence[int]) -> int:
    row = [0] * (len(other) + 1)
    for a in one:
        before = row
        row = [0]
        for number, b in enumerate(other):
            row.append(before[number] + 1 if a == b else max(before[number + 1], row[-1]))
    return row[-1]
