"""Whose mistake it is when `dslc verify` cannot confirm a model: this machine's, Keras's own, an extern's, a backend's, or ours.

One run looks at all files, a broken one among them and one whose extern ends the process: none of them stops the others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Finished

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

LAYERS = '''
import os
import time

import keras


@keras.saving.register_keras_serializable(package="mine")
class Scale(keras.layers.Layer):
    def __init__(self, by, **kwargs):
        super().__init__(**kwargs)
        self.by = by
        self.dense = keras.layers.Dense(3)

    def call(self, x):
        return self.dense(x) * self.by

    def get_config(self):
        return {**super().get_config(), "by": self.by}


@keras.saving.register_keras_serializable(package="mine")
class Short(Scale):
    def call(self, x):
        return super().call(x)[:, :2]


class Raises(Scale):
    def call(self, x):
        raise ValueError("""two lines

        of my own""")


class Unregistered(Scale):
    pass


@keras.saving.register_keras_serializable("mine")
class Unloaded:
    def __init__(self, by):
        self.by = by

    def __call__(self, x):
        return x * self.by

    def get_config(self):
        return {"by": self.by}


def leaves(by):
    os._exit(3)


def killed(by):
    os.kill(os.getpid(), 9)  # as the system does when memory runs out


def sleeps(by):
    time.sleep(100)
'''


RAISED = LAYERS[: LAYERS.index("raise ValueError")].count("\n") + 1


def extern(name: str, module: str = "mine.layers") -> str:
    """A source whose third line down applies an extern with a contract between two layers of Keras's."""
    return (
        f"extern {name}(by) from {module} {{\n    input x: (N?, C?)\n    output (N, 3)\n}}\n\n"
        f"model Net {{\n    input x: (6, 4)\n    y = x -> Dense(5)\n    output y -> {name}(2) -> Dense(1)\n}}\n"
    )


FILES = {
    "broken": "model Net {\n    input x: (4,)\n    output x -> Dence(2)\n}\n",
    "channels": (
        "model Net {\n    input x: (3, 10)\n    y = x -> Dense(10)\n"
        '    output y -> Conv1D(4, 3, data_format="channels_first")\n}\n'
    ),
    "contradiction": "model Net {\n    input x: (8, 4)\n    y = x -> Dense(4)\n    output y -> Softmax(axis=3)\n}\n",
    "good": extern("Scale"),
    "random": extern("Scale"),  # as Python's own module is called
    "short": extern("Short"),
    "raises": extern("Raises"),
    "unregistered": extern("Unregistered"),
    "unloaded": (
        "extern activation Unloaded(by) from mine.layers\n"
        "model Net {\n    input x: (8,)\n    output x -> Dense(2, activation=Unloaded(2.0))\n}\n"
    ),
    "missing": extern("Scale", "mine.nowhere"),
    "leaves": extern("leaves"),
    "sleeps": extern("sleeps"),
    "killed": extern("killed"),
    "words": (
        "model Net {\n    input s: (5,) string\n    input i: (3,) int32\n    input k: (4,) int32\n"
        '    a = s -> StringLookup(vocabulary=["x", "yy"], num_oov_indices=0) -> Embedding(3, 2) -> Flatten\n'
        "    b = i -> Reshape((3, 1)) -> Embedding(7, 3) -> Flatten\n"
        "    c = k -> IntegerLookup(vocabulary=[10, 20, 30], num_oov_indices=0)\n"
        '        -> CategoryEncoding(num_tokens=4, output_mode="multi_hot")\n'
        "    output [a, b, c, k -> Embedding(40, 3) -> Flatten] -> Concatenate -> Dense(2)\n}\n"
    ),
    "words_of_blocks": (  # a block that is a class calls its layers once more than the graph, while it is built
        'block Encoded(words) {\n    input s\n    weight scale: (2,) = "ones"\n'
        "    output s -> StringLookup(vocabulary=words) -> Embedding(4, 2) -> Flatten -> _ * scale\n}\n"
        "model Net {\n    input s: (1,) string\n    input t: (1,) string\n"
        '    a = s -> Encoded(["x", "y"])\n'
        '    b = t -> StringLookup(vocabulary=["u", "v"], num_oov_indices=0, mask_token=None) -> Embedding(2, 2) -> Flatten\n'
        "    output [a, b] -> Concatenate -> Dense(2)\n}\n"
    ),
    "adapted": (  # what waits for `adapt` is given the least that lets it run
        "model Net {\n    input s: (4,) string\n    input k: (1,) int32\n"
        '    a = s -> StringLookup(num_oov_indices=3, mask_token="") -> Embedding(5, 2, mask_zero=True) -> LSTM(2)\n'
        '    b = s -> StringLookup(output_mode="multi_hot", max_tokens=6, pad_to_max_tokens=True)\n'
        "    c = k -> IntegerLookup -> Embedding(10, 2) -> Flatten\n"
        "    d = s[:, 0] -> TextVectorization(output_sequence_length=3) -> Embedding(9, 2) -> Flatten\n"
        "    output [a, b, c, d] -> Concatenate -> Dense(2)\n}\n"
    ),
    "bins": (  # a class cannot wait
        "model Net {\n    input x: (3,)\n"
        '    output x -> Discretization(num_bins=4, output_mode="one_hot") -> Flatten -> Dense(2)\n}\n'
    ),
}

GOOD = {"channels", "good", "random", "words", "words_of_blocks", "adapted", "bins"}
ALONE = ("sleeps", "killed")
"""Those that are looked at in a run of their own."""

SHADOWS = ("keras", "numpy", "random", "json", "tensorflow", "types")
"""Modules of which the current folder has a file of its own, which must not be run."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("culprits")
    for name, text in FILES.items():
        (folder / f"{name}.kdl").write_text(text, encoding="utf-8")
    (folder / "mine").mkdir()
    (folder / "mine" / "layers.py").write_text(LAYERS, encoding="utf-8")
    for name in SHADOWS:
        (folder / f"{name}.py").write_text("open('owned', 'w')\nraise SystemExit(9)\n", encoding="utf-8")
    (folder / "elsewhere").mkdir()  # a folder of PYTHONPATH
    (folder / "keras.py").rename(folder / "elsewhere" / "keras.py")
    return folder


def verify(folder: Path, *words: str, start: tuple[str, ...] = ("-m", "dslc")) -> Finished:
    return subprocess.run(
        [sys.executable, "-P", *start, "verify", *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder / "elsewhere")]),
            "NO_COLOR": "1",
        },
        timeout=300,
    )


@pytest.fixture(scope="module")
def done(folder: Path) -> Iterator[Finished]:
    yield verify(folder, *(f"{name}.kdl" for name in FILES if name not in ALONE), "--format", "json")


@pytest.fixture(scope="module")
def models(done: Finished) -> dict[str, Any]:
    """What was found out about the model of each file."""
    found = json.loads(done.stdout)["models"]
    return {model["file"].removesuffix(".kdl"): model["styles"]["functional"] for model in found}


@pytest.fixture(scope="module")
def said(done: Finished) -> dict[str, Any]:
    """The last error or note about each file."""
    text = done.stderr
    start, end = text.index("[\n{", text.index("Python of its own")), text.rindex("]\n") + 1
    listed = json.loads(text[start:end])
    return {item["filename"].removesuffix(".kdl"): item for item in listed}


def test_a_broken_file_stops_no_other(done: Finished, models: dict[str, Any]) -> None:
    assert done.returncode == 1
    assert "DSL202" in done.stderr
    assert "1 file with errors could not be verified" in done.stderr
    assert set(models) == set(FILES) - {"broken", *ALONE}
    assert {name for name, model in models.items() if model["ok"]} == GOOD


def test_nothing_of_the_current_folder_takes_the_place_of_a_module(folder: Path, done: Finished) -> None:
    assert done.stdout
    assert not (folder / "owned").exists()


def test_externs_are_announced_before_they_run(done: Finished) -> None:
    assert "good.kdl runs Python of its own: `Scale` from mine.layers" in done.stderr


def test_what_this_machine_runs_only_compiled_is_verified_compiled(
    models: dict[str, Any], said: dict[str, Any]
) -> None:
    assert models["channels"]["compiled"]
    note = said["channels"]
    assert (note["code"], note["severity"], note["location"]["row"]) == ("DSL614", "note", 4)
    assert (
        "\n    Arguments received by Conv1D.call():\n      • inputs=tf.Tensor(shape=(2, 3, 10)"
        in note["message"]
    )
    assert "device" not in note["message"]


def test_keras_contradicts_itself(models: dict[str, Any], said: dict[str, Any]) -> None:
    assert models["contradiction"]["error"]["culprit"] == "keras"
    assert models["contradiction"]["error"]["row"] == 4
    item = said["contradiction"]
    assert item["code"] == "DSL615"
    assert "a model of Softmax alone is built with the output (None, 8, 4) and cannot run" in item["help"]


@pytest.mark.parametrize(
    ("name", "row", "words", "where"),
    [
        ("short", 9, "the output of the extern Short is (None, 2, 3) in Keras, and its contract says (None, 6, 3)", "`Short`"),
        ("raises", 9, "\n    two lines\n\n            of my own\n", f"`Raises` (mine/layers.py:{RAISED})"),
        ("unregistered", 1, "Could not locate class 'Unregistered'", "`Unregistered` (mine.layers)"),
        ("unloaded", 1, "Unable to reconstruct an instance of 'Unloaded'", "`Unloaded` (mine.layers)"),
        ("missing", 1, "ModuleNotFoundError: No module named 'mine.nowhere'", "`Scale` (mine.nowhere)"),
        ("leaves", 1, "the Python process ended (exit code 3)", "`leaves` (its Python code ended the process)"),
    ],
)  # fmt: skip
def test_python_of_the_users_own_is_named(
    said: dict[str, Any], name: str, row: int, words: str, where: str
) -> None:
    item = said[name]
    assert words in item["message"]
    assert where in item["help"]
    assert (item["code"], item["location"]["row"]) == ("DSL616", row)
    assert "report" not in item["help"]
    places = [item["location"]["row"], *(each["location"]["row"] for each in item["related"])]
    assert 1 in places, "the declaration is shown"


def test_an_extern_that_never_ends_is_stopped(folder: Path) -> None:
    done = verify(folder, "sleeps.kdl", "--time-limit", "6")
    assert done.returncode == 1
    assert "error[DSL616]: `Net` (functional style): it fails when it is built or run:" in done.stderr
    assert "it was not done after 6 s" in done.stderr


def test_what_cannot_be_tried_here_is_neither_right_nor_wrong(folder: Path) -> None:
    done = verify(folder, "killed.kdl")
    assert done.returncode == 2
    assert "error[DSL613]: `Net` (functional style) cannot be run on this machine" in done.stderr
    assert "NOT VERIFIED: this machine cannot run it" in done.stdout
    assert "0 of 1 model verified" in done.stderr


def test_no_model_of_this_folder_is_blamed_on_dslc(models: dict[str, Any]) -> None:
    blamed = [model["error"]["culprit"] for model in models.values() if model["error"]]
    blamed += [each["culprit"] for model in models.values() for each in model["differences"]]
    assert "dslc" not in blamed


@pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX")
def test_a_backend_is_told_from_a_mistake(folder: Path) -> None:
    done = verify(folder, "good.kdl", "words.kdl", "channels.kdl", "--backend", "jax", "--all-styles", "-q")
    assert done.returncode == 1
    assert "good.kdl" not in done.stderr
    assert (
        "error[DSL617]: `Net` (functional style) cannot be run by JAX, though it holds in TensorFlow"
        in done.stderr
    )
    assert "3 of 3" not in done.stdout
    assert done.stdout.count("equal outputs under equal weights") >= 4


@pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX")
def test_without_tensorflow_nobody_is_blamed_for_what_fails_elsewhere(folder: Path) -> None:
    without = (
        "import dslc.verify.backends as b; from dslc.tools.cli import main; known = b.missing;"
        "b.missing = lambda name: [name] if name == 'tensorflow' else known(name); raise SystemExit(main())"
    )
    done = verify(folder, "words.kdl", "--backend", "jax", "-q", start=("-c", without))
    assert done.returncode == 1
    assert "error[DSL618]: `Net` (functional style) fails in JAX" in done.stderr
    assert "TensorFlow would tell" in done.stderr
    assert "authors of dslc" not in done.stderr


def test_a_backend_that_is_not_there(folder: Path) -> None:
    unknown = verify(folder, "good.kdl", "--backend", "tensorflwo")
    assert (unknown.returncode, "did you mean `tensorflow`?" in unknown.stderr) == (2, True)
    if find_spec("torch") is None:
        absent = verify(folder, "good.kdl", "--backend", "torch")
        assert absent.returncode == 2
        assert "verifying needs PyTorch, which is not installed beside dslc\n" in absent.stderr
        assert "pip install keras torch" in absent.stderr
