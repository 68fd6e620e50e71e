"""Files of Python that belong to a project, notebooks, and what `dslc check`, `summary` and `graph` say of them as they stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.decompile.test_python import IMPORTS, SEVERAL, Run

BLOCKS = """
from tensorflow.keras import layers
from .config import WIDTH as W

# a convolution
def conv(x, n=W):
    x = layers.Conv2D(n, 3, padding="same")(x)  # three by three
    return helper(x)

def helper(x):
    return layers.ReLU()(x)

def of_data(path):
    return open(path)
"""

NET = """
from keras import Input, Model, layers
from . import blocks as b, config
from .blocks import conv as convolve

def helper(x):
    return layers.Dense(3)(x)

def build(n=config.WIDTH):
    image = Input((32, 32, 3))
    x = b.conv(convolve(image), n)
    return Model(image, helper(layers.GlobalAveragePooling2D()(x)))
"""


def project(folder: Path) -> None:
    for name, text in {
        "__init__": "",
        "config": "WIDTH = 16\nDATA = open('x')\n",
        "blocks": BLOCKS,
        "net": NET,
    }.items():
        (folder / f"{name}.py").write_text(text)


def test_what_comes_from_other_files_of_the_project_comes_with_a_model(dslc: Run, tmp_path: Path) -> None:
    """Also under other names, and where two files have one name for two things."""
    project(tmp_path)
    done = dslc("import", "net.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "WIDTH = 16\n\n# a convolution\nblock Conv(n = WIDTH) {\n    input x\n"
        '    output x -> Conv2D(n, 3, padding="same") -> HelperBlocks  # three by three\n}\n\n'
        "block HelperBlocks {\n    input x\n    output x -> ReLU\n}\n\n"
        "block Helper {\n    input x\n    output x -> Dense(3)\n}\n\n"
        "model Build(n = WIDTH) {\n    input image: (32, 32, 3)\n"
        "    output image -> Conv -> Conv(n) -> GlobalAveragePooling2D -> Helper\n}\n"
    )


BASE = """
from keras import layers

class Base:
    def __init__(self, width):
        self.width = width

    def stem(self, x):
        return layers.Dense(self.width)(x)
"""

SMALL = """
from keras import Input, Model, layers
from nets.base import Base

class Small(Base):
    def build(self):
        x = Input((8,))
        return Model(x, layers.Dense(2)(self.stem(x)))
"""


def test_a_class_extends_one_of_another_file(dslc: Run, tmp_path: Path) -> None:
    """Which is found beside it by the name of the folder that both are in; what cannot be found is told."""
    folder = tmp_path / "nets"
    folder.mkdir()
    (folder / "small.py").write_text(SMALL)
    done = dslc("import", "nets/small.py")
    assert "`Small` extends `Base`, of which nothing is known" in done.stderr
    (folder / "base.py").write_text(BASE)
    done = dslc("import", "nets/small.py")
    assert done.stdout == (
        "block Stem(width) {\n    input x\n    output x -> Dense(width)\n}\n\n"
        "model Small(width) {\n    input x: (8,)\n    output x -> Stem(width) -> Dense(2)\n}\n"
    )


def test_a_model_that_cannot_be_said_leaves_the_others(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        "from keras import Input, Model, layers\n\n\n"
        "def build_one():\n    x = Input((8,))\n    return Model(x, layers.Dens(2)(x))\n\n\n"
        "def build_other():\n    x = Input((8,))\n    return Model(x, layers.Dense(2)(x))\n"
    )
    done = dslc("import", "net.py")
    assert done.returncode == 1
    assert done.stdout == "model Other {\n    input x: (8,)\n    output x -> Dense(2)\n}\n"
    assert done.stderr == "not written: `One` (line 6: Keras 3 has no layer `Dens`)\n"


def test_what_is_wrong_in_another_file_is_told_with_its_line(dslc: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "blocks.py").write_text(BLOCKS.replace("ReLU()", "ReLUs()"))
    done = dslc("import", "net.py")
    assert done.returncode == 2
    assert "blocks.py, line 11: Keras 3 has no layer `ReLUs`" in done.stderr


def test_files_that_import_one_another_are_read_once(dslc: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "config.py").write_text("from .blocks import helper\nfrom .net import *\nWIDTH = 16\n")
    assert dslc("import", "net.py").returncode == 0


def notebook(*cells: str) -> str:
    made = [{"cell_type": "code", "source": text.splitlines(keepends=True), "outputs": []} for text in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": ["# A net"]}, *made], "nbformat": 4})


def test_a_notebook_is_read_cell_by_cell(dslc: Run, tmp_path: Path) -> None:
    cells = (
        "%matplotlib inline\n!pip install keras\nimport keras\nfrom keras import layers",
        "%%time\nnothing of = Python",
        "image = keras.Input((8, 8, 1))  # a digit\nx = layers.Flatten()(image)\nx.shape?",
        "model = keras.Model(image, layers.Dense(3)(x))\nmodel.summary()",
    )
    (tmp_path / "digits.ipynb").write_text(notebook(*cells))
    done = dslc("import", "digits.ipynb")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == "model Digits {\n    input image: (8, 8, 1)  # a digit\n    output image -> Flatten -> Dense(3)\n}\n"
    )
    (tmp_path / "digits.ipynb").write_text(notebook(*cells).replace("Dense(3)", "Dens(3)"))
    wrong = dslc("import", "digits.ipynb")
    assert wrong.returncode == 2 and "cell 5, line 1: Keras 3 has no layer `Dens`" in wrong.stderr


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"cells": 3}', '{"cells": [3, {"cell_type": "code", "source": 1}]}']
)
def test_what_is_no_notebook_is_told(text: str, dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.ipynb").write_text(text)
    done = dslc("import", "net.ipynb")
    assert done.returncode == 2 and done.stderr.startswith("dslc: net.ipynb")


MISTAKEN = """
def conv(x, n):
    x = layers.Conv2D(n, 3)(x)
    x = layers.BatchNormalization()(x)
    return x


def build(size=32):
    image = keras.Input((size, size, 3))
    # the first
    a = conv(image, 8)
    b = layers.Conv2D(8, 3, padding="same")(image)
    x = layers.Add()([a, b])
    x = layers.Dense(-3)(x)
    return keras.Model(image, x)
"""


def test_what_is_wrong_with_a_model_is_said_of_the_python(dslc: Run, tmp_path: Path) -> None:
    """Shapes and values, without TensorFlow, in the lines that the author knows."""
    (tmp_path / "net.py").write_text(IMPORTS + MISTAKEN)
    done = dslc("import", "net.py")
    assert done.returncode == 1 and done.stdout == ""
    assert "--> net.py:16:16" in done.stderr and "x = layers.Add()([a, b])" in done.stderr
    assert "x = layers.BatchNormalization()(x)" in done.stderr and "(None, 30, 30, 8)" in done.stderr
    assert "--> net.py:17:22" in done.stderr and "`units` must be a whole number above 0" in done.stderr


def test_what_is_wrong_in_a_cell_is_said_of_it(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.ipynb").write_text(notebook(IMPORTS, MISTAKEN.replace("-3", "3"), "model = build()"))
    said = dslc("import", "net.ipynb").stderr
    assert "--> net.ipynb: cell 3:13:16" in said and "x = layers.Add()([a, b])" in said


def test_numbers_that_are_wrong_stay_what_they_are_where_python_is_pasted(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.kdl").write_text(IMPORTS + MISTAKEN)
    assert "-> Dense(-3)" in dslc("check", "net.kdl").stdout


def test_a_file_of_python_is_checked_as_it_stands(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(IMPORTS + MISTAKEN)
    (tmp_path / "good.py").write_text(IMPORTS + SEVERAL)
    wrong = dslc("check", "net.py")
    assert wrong.returncode == 1 and "--> net.py:16:16" in wrong.stdout
    assert wrong.stderr == "2 errors in 1 file\n"
    good = dslc("check", "good.py", "--set", "classes=3")
    assert (good.returncode, good.stdout, good.stderr) == (0, "", "no mistakes in 1 file\n")
    assert dslc("check", "net.py:build", "good.py").returncode == 1
    (tmp_path / "net.kdl").write_text("model A {\n    input x: (8,)\n    output x -> Dense(3)\n}\n")
    both = dslc("check", "net.py", "net.kdl")
    assert both.returncode == 1 and both.stderr == "2 errors in 2 files\n"
    fixed = dslc("check", "net.py", "--fix")
    assert fixed.returncode == 2 and "leave --fix and --diff out" in fixed.stderr


def test_models_that_cannot_be_read_are_told_where_a_file_is_checked(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(
        IMPORTS
        + "x = keras.Input((8,))\none = keras.Model(x, layers.Dense(3)(x))\n"
        + "z = keras.Input((8,))\nother = keras.Model(z, layers.Dens(3)(z))\n"
    )
    done = dslc("check", "nets.py")
    assert done.returncode == 1
    assert done.stderr == "no mistakes in 1 file\nnot read: `other` (line 7: Keras 3 has no layer `Dens`)\n"


def test_a_model_of_python_is_summed_up_and_drawn(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(IMPORTS + SEVERAL)
    summed = dslc("summary", "nets.py:small")
    assert summed.returncode == 0 and "Total parameters: 18 (72 B)" in summed.stdout
    assert json.loads(dslc("summary", "nets.py:small", "--format", "json").stdout)
    drawn = dslc("graph", "nets.py:small")
    assert drawn.returncode == 0 and "Dense" in drawn.stdout and drawn.stdout.startswith("flowchart")
