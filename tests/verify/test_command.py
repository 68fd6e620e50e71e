"""`dslc verify` and `dslc build --verify` as commands: exit codes, streams, and nothing written that Keras refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Finished

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

Run = Callable[..., Finished]
NET = "model Net(width) {\n    input x: (4,)\n    output y = x -> Dense(width)\n}\n"


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.kdl"
    path.write_text(NET, encoding="utf-8")
    return path


def test_verify_reports_on_stdout_and_leaves_nothing_behind(dslc: Run, net: Path) -> None:
    spare = net.parent / "spare"
    spare.mkdir()
    words = ("verify", "net.kdl", "--set", "width=3", "--all-styles", "--format", "json")
    done = dslc(*words, TMPDIR=str(spare))
    assert done.returncode == 0
    assert list(spare.iterdir()) == []
    result = json.loads(done.stdout)
    assert result["ok"]
    (model,) = result["models"]
    assert set(model["styles"]) == {"functional", "sequential", "subclass"}
    assert [comparison["ok"] for comparison in model["comparisons"]] == [True, True]
    assert "1 of 1 model verified" in done.stderr


def test_a_required_parameter_needs_a_value(dslc: Run, net: Path) -> None:
    done = dslc("verify", "net.kdl")
    assert done.returncode == 2
    assert "`Net` cannot be built without a value for `width`" in done.stderr


def test_a_part_that_another_model_gives_its_values_is_verified_there(dslc: Run, tmp_path: Path) -> None:
    text = NET + "\nmodel Two {\n    input x: (4,)\n    output x -> Net(3) -> Dense(2)\n}\n"
    (tmp_path / "two.kdl").write_text(text, encoding="utf-8")
    done = dslc("verify", "two.kdl")
    assert done.returncode == 0
    assert "`Net` is verified in `Two`" in done.stderr
    assert "1 of 1 model verified" in done.stderr


def test_a_style_that_cannot_hold_the_model_fails(dslc: Run) -> None:
    done = dslc("verify", str(ROOT / "samples" / "multimodal.kdl"), "--style", "sequential")
    assert done.returncode == 1
    assert "DSL501" in done.stderr


def test_what_functional_cannot_hold_is_verified_as_a_class_unless_a_style_was_chosen(
    dslc: Run, tmp_path: Path
) -> None:
    (tmp_path / "positions.kdl").write_text(
        "model Positions {\n    input x: (8, 4)\n    output x + (ops.arange(8) -> Embedding(8, 4))\n}\n",
        encoding="utf-8",
    )
    done = dslc("verify", "positions.kdl")
    assert done.returncode == 0
    assert "it is verified as subclass" in done.stderr
    assert "subclass  ok: 32 parameters" in done.stdout
    assert dslc("verify", "positions.kdl", "--style", "functional").returncode == 1


def test_build_writes_what_keras_confirms(dslc: Run, net: Path) -> None:
    done = dslc("build", "net.kdl", "--verify", "--set", "width=3")
    assert done.returncode == 0
    assert "functional  ok: 15 parameters" in done.stderr
    assert net.with_suffix(".py").exists()


def test_build_of_stdin_is_verified_too(dslc: Run) -> None:
    done = dslc("build", "-", "--verify", "--set", "width=3", input=NET)
    assert done.returncode == 0
    assert "1 of 1 model verified" in done.stderr
    assert "keras.Model(" in done.stdout


def test_build_writes_nothing_that_keras_refuses(dslc: Run, net: Path, tmp_path: Path) -> None:
    text = "model Net {\n    input x: (8, 4)\n    output y = x -> Softmax(axis=3)\n}\n"
    net.write_text(text, encoding="utf-8")
    done = dslc("build", "net.kdl", "--verify")
    assert done.returncode == 1
    assert "error[DSL615]: `Net` (functional style): Keras refuses it when it runs" in done.stderr
    assert " --> net.kdl:3:" in done.stderr
    assert not net.with_suffix(".py").exists()


def test_the_number_of_parameters_is_what_keras_found(dslc: Run, net: Path) -> None:
    text = "model Net(keras = 3) {\n    input x: (4,)\n    y = x -> Dense(2)\n    _ = y -> Dense(100)\n    output y -> Dense(keras)\n}\n"
    net.write_text(text, encoding="utf-8")
    done = dslc("verify", "net.kdl", "--all-styles", "--set", "keras=5")  # Python has to rename the parameter
    assert done.returncode == 0
    assert "functional  ok: 25 parameters" in done.stdout
    assert "subclass    ok: 325 parameters" in done.stdout


def test_what_a_style_cannot_hold_is_said_of_each_model(dslc: Run, tmp_path: Path) -> None:
    text = (
        "model Chain {\n    input x: (8,)\n    output x -> Dense(4)\n}\n"
        "model Two {\n    input x: (8,)\n    output (x -> Dense(4)) + x[:, :4]\n}\n"
    )
    (tmp_path / "two.kdl").write_text(text, encoding="utf-8")
    done = dslc("verify", "two.kdl", "--all-styles")
    assert done.returncode == 0
    assert "saves and loads (in a file without `Two`)" in done.stdout
    assert "sequential against functional: equal outputs under equal weights" in done.stdout
    assert done.stdout.count("sequential  cannot hold it") == 1


def test_what_is_flattened_has_no_layers_that_no_output_needs(dslc: Run, tmp_path: Path) -> None:
    text = (
        "block Head(n) {\n    input x\n    _ = x -> Dense(7)\n    output x -> Dense(n)\n}\n"
        "model Net {\n    input x: (8,)\n    output x -> Head(4, trainable=True)\n}\n"
    )
    (tmp_path / "net.kdl").write_text(text, encoding="utf-8")
    assert "functional  ok: 99 parameters" in dslc("verify", "net.kdl").stdout
    assert "functional  ok: 36 parameters" in dslc("verify", "net.kdl", "--flatten").stdout
