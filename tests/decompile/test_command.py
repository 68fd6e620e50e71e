"""`dslc import`: a configuration that Keras wrote becomes a text, which is checked, or it is said why it does not."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Finished
from tests.decompile.configurations import classifier, entry, functional, layer, tensor

Run = Callable[..., Finished]

DENSE = "model Classifier {\n    input x: (8,)\n    output x -> Dense(4)\n}\n"


def imported(dslc: Run, folder: Path, config: Any) -> Finished:
    (folder / "model.json").write_text(json.dumps(config))
    return dslc("import", "model.json")


def test_the_text_is_printed(dslc: Run, tmp_path: Path) -> None:
    done = imported(dslc, tmp_path, classifier())
    assert (done.returncode, done.stdout, done.stderr) == (0, DENSE, "")


@pytest.mark.parametrize(
    ("file", "given", "name"),
    [
        ("flower_net.json", "functional_3", "FlowerNet"),
        ("flower_net.json", "classifier", "Classifier"),
        ("model.json", "sequential", "Net"),
    ],
)
def test_a_model_without_a_name_of_its_own_is_called_as_its_file(
    dslc: Run, tmp_path: Path, file: str, given: str, name: str
) -> None:
    (tmp_path / file).write_text(json.dumps(classifier(given)))
    assert dslc("import", file).stdout == DENSE.replace("Classifier", name)


def test_a_keras_file_is_read(dslc: Run, tmp_path: Path) -> None:
    """It is an archive with the configuration in it; nothing else of it is looked at."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("config.json", json.dumps(classifier()))
    (tmp_path / "model.keras").write_bytes(packed.getvalue())
    done = dslc("import", "model.keras", "-o", "nets/model.kdl")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "nets/model.kdl").read_text() == DENSE
    assert done.stderr == "wrote nets/model.kdl: 1 model; next: dslc summary nets/model.kdl\n"
    assert [each.name for each in (tmp_path / "nets").iterdir()] == ["model.kdl"]


def test_a_model_of_tensorflow_js_is_read(dslc: Run, tmp_path: Path) -> None:
    topology = {"format": "layers-model", "modelTopology": {"model_config": classifier()}}
    assert imported(dslc, tmp_path, topology).stdout == DENSE


def test_nothing_is_written_over(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(classifier()))
    (tmp_path / "mine.kdl").write_text("# mine\n")
    done = dslc("import", "model.json", "-o", "mine.kdl")
    assert (done.returncode, (tmp_path / "mine.kdl").read_text()) == (2, "# mine\n")
    assert "mine.kdl exists already" in done.stderr and "--force" in done.stderr
    assert dslc("import", "model.json", "-o", "mine.kdl", "--force").returncode == 0
    assert (tmp_path / "mine.kdl").read_text() == DENSE


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which no file can be made")
def test_a_folder_that_takes_no_file_is_told(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(classifier()))
    done = dslc("import", "model.json", "-o", "/proc/model.kdl")
    assert done.returncode == 2 and "/proc" in done.stderr and "Traceback" not in done.stderr


def test_what_is_shared_repeated_or_inside_keeps_its_structure(dslc: Run, tmp_path: Path) -> None:
    """A layer called twice is shared, a model inside is a model, equal statements in a row are a loop."""
    inside = functional(
        "tower",
        [entry("side", [None, 8]), layer("Dense", "dense", tensor("side", [None, 8]), units=8)],
        ["side"],
        ["dense"],
    )
    tower = {**inside, "name": "tower", "inbound_nodes": []}
    tower["inbound_nodes"] = [{"args": [tensor(each, [None, 8])], "kwargs": {}} for each in ("left", "right")]
    layers = [entry("left", [None, 8]), entry("right", [None, 8]), tower]
    both = [tensor("tower", [None, 8], call) for call in (0, 1)]
    layers.append(layer("Add", "add", both))
    for number in range(3):
        before = tensor(f"add_{number - 1}" if number else "add", [None, 8])
        layers.append(layer("Dense", f"dense_{number}", before, units=8, activation="relu"))
        after = [before, tensor(f"dense_{number}", [None, 8])]
        layers.append(layer("Add", f"add_{number}", after))
    layers.append(layer("Dense", "score", [tensor("add_2", [None, 8])][0], units=1))
    done = imported(dslc, tmp_path, functional("twins", layers, ["left", "right"], ["score"]))
    assert done.stdout == (
        "model Tower {\n    input side: (8,)\n    output side -> Dense(8)\n}\n\n"
        "model Twins {\n    input left: (8,)\n    input right: (8,)\n"
        "    shared tower = Tower\n    x = left -> tower\n    y = right -> tower\n"
        '    for _ in range(3) {\n        x = [x, y] -> Add\n        y = x -> Dense(8, activation="relu")\n    }\n'
        '    output score = [x, y] -> Add -> Dense(1, name="score")\n}\n'
    ), (done.stdout + done.stderr)


def test_a_shared_layer_takes_no_name_from_a_value_that_is_still_read(dslc: Run, tmp_path: Path) -> None:
    layers = [entry("a", [None, 8])]
    layers += [layer("Dense", f"dense_{number}", tensor("a", [None, 8]), units=8) for number in range(10, 15)]
    values = [tensor(each["name"], [None, 8]) for each in layers[1:]]
    layers.append(layer("Add", "sum", values))
    twice = layer("Dense", "dense_1", units=8)
    of_sum, of_first = tensor("sum", [None, 8]), values[0]
    twice["inbound_nodes"] = [{"args": [each], "kwargs": {}} for each in (of_sum, of_first)]
    both = [tensor("dense_1", [None, 8], call) for call in (0, 1)]
    layers += [twice, layer("Add", "all", [*values, *both])]
    done = imported(dslc, tmp_path, functional("net", layers, ["a"], ["all"]))
    assert "    dense_1 = a -> Dense(8)\n" in done.stdout, done.stdout + done.stderr
    assert "    shared dense_1_1 = Dense(8)\n" in done.stdout


def test_a_value_has_another_name_than_a_model(dslc: Run, tmp_path: Path) -> None:
    """An output is called as the layer that it comes from, and a model inside may be called so, too."""
    x = tensor("x", [None, 8])
    inner = {**classifier("Head"), "name": "Head", "inbound_nodes": [{"args": [x], "kwargs": {}}]}
    model = functional("net", [entry("x", [None, 8]), inner], ["x"], ["Head"])
    model["config"]["output_layers"] = [["Head", 1, 0]]  # its own making is its first call
    done = imported(dslc, tmp_path, model)
    assert done.returncode == 0, done.stderr
    assert 'output head = x -> Head(name="Head")' in done.stdout


def test_a_layer_of_others_is_an_extern(dslc: Run, tmp_path: Path) -> None:
    patches = layer(
        "Patches", "patches", tensor("x", [None, 6, 8]), module="mine.layers", size=2, trainable=True
    )
    dense = layer("Dense", "dense", tensor("patches", [None, 3, 16]), units=4)
    config = functional("net", [entry("x", [None, 6, 8]), patches, dense], ["x"], ["dense"])
    done = imported(dslc, tmp_path, config)
    assert (
        "extern Patches(size) from mine.layers {\n    input x: (6, 8)\n    output (3, 16)\n}\n" in done.stdout
    )
    assert "    output x -> Patches(size=2) -> Dense(4)\n" in done.stdout


def test_a_layer_of_others_may_take_a_list(dslc: Run, tmp_path: Path) -> None:
    """A list of tensors is one input of the class, which the contract says no shapes of."""
    pair = [tensor(name, [None, width]) for name, width in (("nodes", 8), ("edges", 3))]
    messages = layer("Messages", "messages", pair, module="mine.layers", units=4)
    readout = layer("Readout", "readout", [tensor("messages", [None, 4]), pair[0]], module="mine.layers")
    entries = [entry("nodes", [None, 8]), entry("edges", [None, 3])]
    config = functional("net", [*entries, messages, readout], ["nodes", "edges"], ["readout"])
    done = imported(dslc, tmp_path, config)
    assert "extern Messages(units) from mine.layers {\n    input x\n    output (4,)\n}\n" in done.stdout, (
        done.stdout + done.stderr
    )
    assert "x = [nodes, edges] -> Messages(units=4)\n" in done.stdout
    assert "output [x, nodes] -> Readout\n" in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.keras", None, "nothing.keras cannot be read: no such file or directory"),
        ("nothing.h5", None, "nothing.h5 cannot be read: no such file or directory"),
        ("text.kdl", b"model Net {\n}\n", "text.kdl is a text of the language already"),
        ("text.keras", b"PK", "text.keras is no file that Keras saved"),
        ("broken.json", b"{", "the configuration in broken.json is no JSON"),
        ("other.json", b"[1, 2]", "this is JSON, but not the configuration of a Keras model"),
        ("own.json", b'{"class_name": "MyModel", "config": {}}', "`MyModel` is a class of its own"),
        ("model.py", b"", "there is no model of Keras in it"),
        ("net.py", b"import torch.nn as nn\n", "of a model of `torch` a copy that ends in `.kdl` is read"),
        ("model.txt", b"", "a `.keras` or `.h5` file, the JSON of `model.to_json()`, a `.py` file, or `package.module:callable`"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_said_to_be_none(
    dslc: Run, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = dslc("import", name)
    assert done.returncode == 2 and done.stdout == ""
    assert said in done.stderr


def test_what_the_language_cannot_say_is_refused(dslc: Run, tmp_path: Path) -> None:
    """Not one argument is left out in silence, and no layer."""
    for config, said in (
        (classifier(units=4, flavour="hot"), "`dense_1` has `flavour='hot'`, which `Dense` of Keras 3 does not take"),
        (functional("m", [entry("x", [None, 8]), layer("Lambda", "f", tensor("x", [None, 8]))], ["x"], ["f"]), "`f` is a Lambda"),
        (functional("m", [entry("x", [None, 8])], ["x"], ["y"]), "`m` uses a tensor of the layer `y` that is not there"),
    ):  # fmt: skip
        done = imported(dslc, tmp_path, config)
        assert done.returncode == 2 and done.stdout == ""
        assert said in done.stderr


def test_what_keras_would_refuse_is_told_and_not_written(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(classifier(units=-4)))
    done = dslc("import", "model.json", "-o", "model.kdl")
    assert done.returncode == 1 and not (tmp_path / "model.kdl").exists()
    assert "must be" in done.stderr and "nothing was written" in done.stderr


@pytest.mark.parametrize(
    "name",
    ['a"b', "a\nb", "x\\", "lambda", "class", "Dense", "ops", "é", "2d", "a b", "__init__", "#", "output"],
)
def test_no_name_becomes_code(dslc: Run, tmp_path: Path, name: str) -> None:
    """Whatever the layers, inputs and models are called, the text means the same net, or there is none."""
    for config in (classifier(layer_name=name), classifier(name=name)):
        done = imported(dslc, tmp_path, config)
        assert done.returncode in (0, 1, 2) and "Traceback" not in done.stderr
        if done.returncode == 0:
            assert done.stdout.count("Dense(4") == 1 and done.stdout.count("model ") == 1


def test_a_class_that_is_given_now_this_and_now_that_has_defaults(dslc: Run, tmp_path: Path) -> None:
    """A class with `**kwargs` writes down only what it was given."""
    first = layer("Masked", "one", tensor("x", [None, 8]), module="mine.layers", units=4, padding="same")
    second = layer("Masked", "two", tensor("one", [None, 4]), module="mine.layers", units=2)
    config = functional("net", [entry("x", [None, 8]), first, second], ["x"], ["two"])
    done = imported(dslc, tmp_path, config)
    assert "extern Masked(units, padding = None) from mine.layers" in done.stdout
    assert 'Masked(units=4, padding="same", name="one")' in done.stdout
    assert 'Masked(units=2, name="two")' in done.stdout


def test_an_array_is_written_as_its_numbers_unless_it_is_long(dslc: Run, tmp_path: Path) -> None:
    def with_bias(numbers: list[float]) -> dict[str, Any]:
        array = {"class_name": "__numpy__", "config": {"value": numbers, "dtype": "float64"}}
        constant = {"module": "keras.initializers", "class_name": "Constant", "config": {"value": array}}
        return classifier(units=len(numbers), bias_initializer=constant)

    done = imported(dslc, tmp_path, with_bias([1.0, 0.0, 0.5]))
    assert "bias_initializer=initializers.Constant(value=[1.0, 0.0, 0.5])" in done.stdout
    done = imported(dslc, tmp_path, with_bias([0.0] * 2000))
    assert done.returncode == 2 and "an array of about 2,000 numbers" in done.stderr


def test_a_lambda_with_its_bytecode_is_said_to_be_one(dslc: Run, tmp_path: Path) -> None:
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None, "closure": None}}
    part = layer("Lambda", "scaled", tensor("x", [None, 8]), function=code)
    done = imported(dslc, tmp_path, functional("net", [entry("x", [None, 8]), part], ["x"], ["scaled"]))
    assert done.returncode == 2 and "`scaled` is a Lambda" in done.stderr


@pytest.mark.parametrize("given", ['activaton="relu"', '3, actvation="relu"'])
def test_a_misspelt_argument_of_python_is_told_and_not_mended(dslc: Run, tmp_path: Path, given: str) -> None:
    """Keras refuses it: a text without the mistake would not be that file."""
    (tmp_path / "net.py").write_text(
        "import keras\n\nmodel = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 1, "
        f"{given})])\n"
    )
    checked, read = dslc("check", "net.py"), dslc("import", "net.py", "-o", "-")
    assert checked.returncode == read.returncode == 1
    assert "did you mean `activation`?" in checked.stdout and "net.py:3:" in checked.stdout
    assert "what is misspelt there is mended in Python first" in read.stderr and read.stdout == ""


def test_what_no_keras_has_taken_is_told_beside_the_other_mistakes_of_a_file(
    dslc: Run, tmp_path: Path
) -> None:
    (tmp_path / "net.py").write_text(
        "import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((8, 8, 3)),\n"
        '    layers.Conv2D(4, 3, activation="rellu"),\n    layers.MaxPooling2D(kernel_size=2),\n])\n'
    )
    done = dslc("check", "net.py")
    assert done.returncode == 1
    assert "net.py:6:" in done.stdout and "net.py:7:" in done.stdout and "`pool_size`" in done.stdout


def test_a_file_of_which_only_a_wrong_class_would_be_left_is_told_its_mistakes(
    dslc: Run, tmp_path: Path
) -> None:
    (tmp_path / "net.py").write_text(
        "import keras\n\n\nclass Net(keras.Model):\n    def __init__(self, units):\n        super().__init__()\n"
        '        self.dense = keras.layers.Dense(units, activaton="relu")\n\n'
        "    def call(self, x):\n        return self.dense(x)\n\n\nnet = Net(16)\nnet.build((None, 8))\n"
    )
    done = dslc("check", "net.py")
    assert done.returncode == 1 and "did you mean `activation`?" in done.stdout
