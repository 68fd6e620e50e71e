"""`dslc build`: where the code goes, what the options do, how stale outputs are found."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dslc.styles import STYLES
from tests.conftest import ROOT, Finished

Run = Callable[..., Finished]

NET = """model Net(width = 8) {
    input x: (4,)
    output y = x -> Dense(width)
}
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.kdl"
    path.write_text(NET, encoding="utf-8")
    return path


def test_beside_the_source_by_default(dslc: Run, net: Path) -> None:
    done = dslc("build", "net.kdl")
    assert done.stderr == "wrote net.py\n"
    assert "def Net(width=8):" in (net.parent / "net.py").read_text(encoding="utf-8")


BLOCKS = """block Half {
    input x: (T?, C?)
    y = x
    if T > 3 { y = x -> Dense(8) }
    output y
}

block Scale = Dense(8)

model Open {
    input x: (T?, 8)
    output x -> Half -> Scale
}
"""
USER = """use Half, Scale from "blocks.kdl"

model Closed {
    input x: (6, 8)
    output x -> Half -> Scale
}
"""


@pytest.mark.parametrize("style", STYLES)
def test_what_is_imported_is_there(dslc: Run, tmp_path: Path, style: str) -> None:
    """The models of a file decide what its blocks become, wherever else these are used: `Half` is a class for `Open` alone."""
    (tmp_path / "blocks.kdl").write_text(BLOCKS, encoding="utf-8")
    (tmp_path / "user.kdl").write_text(USER, encoding="utf-8")
    if dslc("build", ".", "-o", "out", "--style", style).returncode != 0:
        assert style == "sequential"
        return
    there, user = (ast.parse((tmp_path / "out" / name).read_text()) for name in ("blocks.py", "user.py"))
    imported = [
        each.name
        for node in user.body
        if isinstance(node, ast.ImportFrom) and node.module == "blocks"
        for each in node.names
    ]
    defined = {node.name for node in there.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    assert imported
    assert defined.issuperset(imported)


CLASSES = """block Doubled {
    input x
    weight scale: (1,) = "ones"
    loss ops.sum(scale)
    output x * 2
}

model Plain {
    input x: (4,)
    output x -> Doubled
}
"""
EXACT = """use Doubled, Plain from "blocks.kdl"

model Exact {
    input x: (4,) float64
    input n: (4,) int32
    output x -> Doubled
    output n -> Plain
}
"""


@pytest.mark.parametrize("style", ["functional", "subclass"])
def test_what_would_cast_there_is_no_import(dslc: Run, tmp_path: Path, style: str) -> None:
    """A class that is given other floats here than in its own file leaves them, so it stands here, too."""
    (tmp_path / "blocks.kdl").write_text(CLASSES, encoding="utf-8")
    (tmp_path / "user.kdl").write_text(EXACT, encoding="utf-8")
    assert dslc("build", ".", "-o", "out", "--style", style).returncode == 0
    there, user = ((tmp_path / "out" / name).read_text() for name in ("blocks.py", "user.py"))
    assert "autocast" not in there
    assert "class Doubled" in user
    assert "autocast=False" in user
    assert ("class Plain" in user) == (style == "subclass")


def test_into_a_file_or_a_folder(dslc: Run, net: Path, tmp_path: Path) -> None:
    assert dslc("build", "net.kdl", "-o", "generated/other.py").returncode == 0
    assert dslc("build", "net.kdl", "-o", "generated").returncode == 0
    assert sorted(path.name for path in (tmp_path / "generated").glob("*.py")) == ["net.py", "other.py"]


def test_each_style(dslc: Run, net: Path) -> None:
    functional = dslc("build", "net.kdl", "-o", "-").stdout
    sequential = dslc("build", "net.kdl", "-o", "-", "--style", "sequential").stdout
    subclass = dslc("build", "net.kdl", "-o", "-", "--style", "subclass").stdout
    assert "keras.Model(" in functional
    assert "keras.Sequential(" in sequential
    assert "class Net(keras.Model):" in subclass


def test_a_style_that_cannot_hold_the_model_gives_every_reason(dslc: Run) -> None:
    done = dslc("build", str(ROOT / "samples" / "multimodal.kdl"), "--style", "sequential", "-o", "-")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "image" in done.stderr and "text" in done.stderr
    assert "picture" in done.stderr and "words" in done.stderr
    assert "functional" in done.stderr


def test_check_and_diff_find_stale_outputs_and_write_nothing(dslc: Run, net: Path) -> None:
    assert dslc("build", "net.kdl", "--check").returncode == 1
    assert not net.with_suffix(".py").exists()
    dslc("build", "net.kdl")
    assert dslc("build", "net.kdl", "--check").returncode == 0
    net.write_text(NET.replace("= 8", "= 9"), encoding="utf-8")
    before = net.with_suffix(".py").read_bytes()
    checked = dslc("build", "net.kdl", "--check")
    assert (checked.returncode, checked.stdout) == (1, "")
    assert "net.py is out of date" in checked.stderr
    shown = dslc("build", "net.kdl", "--diff")
    assert shown.returncode == 1
    assert "-def Net(width=8):" in shown.stdout
    assert "+def Net(width=9):" in shown.stdout
    assert net.with_suffix(".py").read_bytes() == before


def test_check_tells_what_a_build_would_not_write_either(dslc: Run, net: Path) -> None:
    for name in ("net", "other"):
        net.with_name(f"{name}.kdl").write_text(NET, encoding="utf-8")
    dslc("build", "net.kdl", "other.kdl")
    written = net.with_suffix(".py")
    written.write_text(written.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    edited = dslc("build", "net.kdl", "other.kdl", "--check")
    assert edited.returncode == 1
    assert "1 output of 2 cannot be written; every other output is up to date" in edited.stderr
    net.with_name("other.kdl").write_text(NET.replace("= 8", "= 9"), encoding="utf-8")
    both = dslc("build", "net.kdl", "other.kdl", "--check")
    assert "2 outputs of 2 out of date" in both.stderr and "but for 1 that cannot be written" in both.stderr


@pytest.mark.skipif(os.sep == "\\", reason="no name of a file holds a backslash there")
def test_a_backslash_in_a_name_is_no_folder(dslc: Run, net: Path) -> None:
    net.rename(net.with_name("a\\net.kdl"))
    assert dslc("build", ".").returncode == 0
    assert [each.name for each in net.parent.glob("*.py")] == ["a_net.py"]


def test_imports_of_tensorflow(dslc: Run, net: Path) -> None:
    code = dslc("build", "net.kdl", "-o", "-", "--imports", "tensorflow").stdout
    assert "from tensorflow import keras\n" in code
    assert "import keras\n" not in code.replace("from tensorflow import keras\n", "")


def test_annotations_are_the_shapes(dslc: Run, net: Path) -> None:
    plain = dslc("build", "net.kdl", "-o", "-").stdout
    annotated = dslc("build", "net.kdl", "-o", "-", "--annotate").stdout
    assert "(None, 8)" in annotated
    assert "(None, 8)" not in plain


def test_set_gives_a_required_parameter_its_value(dslc: Run, net: Path) -> None:
    net.write_text(NET.replace(" = 8", ""), encoding="utf-8")
    assert dslc("build", "net.kdl").returncode == 0
    shown = dslc("summary", "net.kdl", "--set", "width=5")
    assert "(None, 5)" in shown.stdout
    assert "25" in shown.stdout
    wrong = dslc("check", "net.kdl", "--set", "width=-5")
    assert wrong.returncode == 1
    misspelt = dslc("check", "net.kdl", "--set", "widht=5")
    assert "did you mean `width`?" in misspelt.stderr


def test_two_sources_for_one_output_are_refused(dslc: Run, net: Path, tmp_path: Path) -> None:
    (tmp_path / "NET.kdl").write_text(NET, encoding="utf-8")
    done = dslc("build", "net.kdl", "NET.kdl")
    assert done.returncode == 2
    assert "would both be written to" in done.stderr
    assert not net.with_suffix(".py").exists()
    assert dslc("build", "net.kdl", "NET.kdl", "-o", "one.py").returncode == 2
    assert dslc("build", "net.kdl", "NET.kdl", "-o", "-").returncode == 2


def test_several_processes_give_the_same_bytes(dslc: Run, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    for number in range(6):
        (models / f"net_{number}.kdl").write_text(NET.replace("= 8", f"= {number + 1}"), encoding="utf-8")
    assert dslc("build", "models", "-o", "one").returncode == 0
    assert dslc("build", "models", "-o", "many", "-j", "3").returncode == 0
    one = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    many = {path.name: path.read_bytes() for path in (tmp_path / "many").iterdir()}
    assert len(one) == 7  # with the manifest
    assert one == many
    (models / "net_0.kdl").write_text(NET.replace("Dense", "Dens"), encoding="utf-8")
    done = dslc("build", "models", "-o", "many", "-j", "3")
    assert done.returncode == 1
    assert "net_0.kdl:3" in done.stderr


def test_settings_of_the_project(dslc: Run, net: Path, tmp_path: Path) -> None:
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.dslc]\nstyle = "subclass"\noutput = "generated"\n', encoding="utf-8")
    assert dslc("build", "net.kdl").returncode == 0
    assert "class Net(keras.Model)" in (tmp_path / "generated" / "net.py").read_text(encoding="utf-8")
    assert "keras.Sequential" in dslc("build", "net.kdl", "--style", "sequential", "-o", "-").stdout
    assert 'style = "subclass"' in dslc("config").stdout
    settings.write_text('[tool.dslc]\nstlye = "subclass"\n', encoding="utf-8")
    wrong = dslc("build", "net.kdl")
    assert wrong.returncode == 2
    assert "did you mean `style`?" in wrong.stderr


def test_layers_are_named_after_their_values_on_request(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "named.kdl").write_text(
        "model Net {\n    input x: (8,)\n    y = x -> Dense(8) -> ReLU\n    for i in range(2) {\n"
        "        y = y -> Dense(4)\n    }\n    z = x -> Dense(3)\n    output both = [y, z] -> Concatenate\n}\n"
    )
    code = dslc("build", tmp_path / "named.kdl", "-o", "-", "--name-layers").stdout
    assert 'layers.Dense(3, name="z")' in code and 'layers.Concatenate(name="both")' in code
    assert 'name="y"' not in code  # it names more than one layer


def test_inputs_that_parameters_decide_about_have_no_names_inside_another_model(
    dslc: Run, tmp_path: Path
) -> None:
    (tmp_path / "net.kdl").write_text(
        "model Inner(more = False) {\n    input x: (3,)\n    if more {\n        input z: (3,)\n"
        "        x = [x, z] -> Add\n    }\n    output x -> Dense(3)\n}\n"
        "model Net {\n    input a: (3,)\n    b = a -> Inner\n    output (b, a) -> Inner(more=True)\n}\n"
    )
    assert dslc("build", tmp_path / "net.kdl", "-o", "-").returncode == 0
    refused = dslc("build", tmp_path / "net.kdl", "-o", "-", "--named-io")
    assert refused.returncode == 1 and "build it without `--named-io`" in refused.stderr


def test_outputs_that_loops_decide_about_have_no_names(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.kdl").write_text(
        "model Net {\n    input x: (3,)\n    for i in range(2) {\n        output x -> Dense(3)\n    }\n}\n"
    )
    assert dslc("build", tmp_path / "net.kdl", "-o", "-").returncode == 0
    refused = dslc("build", tmp_path / "net.kdl", "-o", "-", "--named-io")
    assert refused.returncode == 1 and "build it without `--named-io`" in refused.stderr


def test_a_layer_that_is_handed_to_a_model_keeps_no_name_of_here(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.kdl").write_text(
        "model Inner(part: layer = Dense(3)) {\n    input x: (3,)\n    y = x -> part -> ReLU\n    output y -> Dense(3)\n}\n"
        "model Net {\n    input a: (3,)\n    shared y = Dense(4)\n    output a -> Inner(y)\n}\n"
    )
    code = dslc("build", tmp_path / "net.kdl", "-o", "-", "--name-layers").stdout
    assert 'layers.ReLU(name="y")' in code and "y = layers.Dense(4)\n" in code


def test_a_model_of_another_file_that_is_looked_into_is_a_graph_here(dslc: Run, tmp_path: Path) -> None:
    encoder = 'model Encoder {\n    input x: (8,)\n    output x -> Dense(4, name="low") -> Dense(2)\n}\n'
    looks = (
        'use Encoder from "encoder.kdl"\nmodel Looks {\n    input x: (8,)\n    shared encoder = Encoder\n'
        '    output x -> taps(encoder, "low")\n}\n'
    )
    (tmp_path / "encoder.kdl").write_text(encoder, encoding="utf-8")
    (tmp_path / "looks.kdl").write_text(looks, encoding="utf-8")
    assert dslc("build", "encoder.kdl", "looks.kdl", "--style", "subclass", "-o", "out").returncode == 0
    assert "class Encoder(keras.Model):" in (tmp_path / "out" / "encoder.py").read_text(encoding="utf-8")
    code = (tmp_path / "out" / "looks.py").read_text(encoding="utf-8")
    assert "def Encoder():" in code
    assert "from encoder import" not in code


@pytest.mark.parametrize("target", ["net.kdl", "net.txt", "net.JSON", "net.ipynb"])
def test_a_file_that_is_no_module_is_no_folder_either(dslc: Run, tmp_path: Path, target: str) -> None:
    (tmp_path / "a.kdl").write_text("model M {\n    input x: (4,)\n    output y = x -> Dense(2)\n}\n")
    done = dslc("build", "a.kdl", "-o", target, cwd=tmp_path)
    assert done.returncode == 2 and not (tmp_path / target).exists()
    assert (
        f"-o {target}: a module of Python ends in .py\nwrite `-o net.py`, or name a folder\n" in done.stderr
    )
