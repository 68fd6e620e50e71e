"""Settings and the targets in them: `dslc build` without paths, outputs inside the project, imports in packages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dslc.editor.project import Project
from dslc.editor.python import python, state
from dslc.tools.cli import main
from dslc.tools.destinations import destinations, words
from dslc.tools.files import read
from dslc.tools.lsp import load_for

BLOCK = "block Head(n) = Flatten -> Dense(n)\n"
NET = 'use Head from "sub/blocks.kdl"\n\nmodel Net {\n    input x: (4, 4)\n    output y = x -> Head(3)\n}\n'
TARGETS = """[tool.dslc]
style = "subclass"

[[tool.dslc.targets]]
source = "nets"
output = "src/acme/nets"

[[tool.dslc.targets]]
source = "nets/sub/blocks.kdl"
output = "plain"
style = "functional"
imports = "tensorflow"
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("nets/net.kdl", NET), ("nets/sub/blocks.kdl", BLOCK), ("pyproject.toml", TARGETS)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_without_paths_the_targets_are_built(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    assert main(["build"]) == 0
    assert "class Net(keras.Model)" in Path("src/acme/nets/net.py").read_text()
    assert "from tensorflow.keras import layers" in Path("plain/blocks.py").read_text()
    assert main(["build", "--check"]) == 0
    monkeypatch.chdir(project / "nets" / "sub")  # from anywhere in the project
    assert main(["build", "--check"]) == 0
    (project / "nets" / "net.kdl").unlink()
    assert main(["build", "--check"]) == 1
    assert "../../src/acme/nets/net.py was made from ../net.kdl, which is gone" in capsys.readouterr().err


def test_flags_win_over_a_target_and_a_target_over_the_rest() -> None:
    assert main(["build", "--style", "functional", "--imports", "keras", "-q"]) == 0
    assert "def Net(" in Path("src/acme/nets/net.py").read_text()
    assert "tensorflow" not in Path("plain/blocks.py").read_text()


def test_a_mistake_in_one_target_and_no_target_is_written() -> None:
    Path("nets/net.kdl").write_text(NET.replace("Head(3)", "Haed(3)"))
    assert main(["build", "-q"]) == 1
    assert not Path("src").exists() and not Path("plain").exists()


def test_a_file_that_two_targets_would_write_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text(TARGETS.replace("plain", "src/acme/nets/sub"))
    assert main(["build"]) == 2
    said = capsys.readouterr().err
    assert "nets/sub/blocks.kdl is to be written to src/acme/nets/sub/blocks.py twice" in said
    assert "an `output` of its own" in said


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[tool.dslc]\noutput = "../x"\n', "leads out of the project"),
        ('[tool.dslc]\noutput = "/tmp/x"\n', "leads out of the project"),
        ('[tool.dslc]\noutput = "a\\u0000b"\n', "this is not a path"),
        ('[[tool.dslc.targets]]\nsource = "nets"\noutput = "../x"\n', "leads out of the project"),
        ('[[tool.dslc.targets]]\nsuorce = "nets"\n', "did you mean `source`?"),
        ('[[tool.dslc.targets]]\noutput = "out"\n', "[[tool.dslc.targets]] has no `source`"),
        ('[tool.dslc]\ntargets = "nets"\n', "has to be a list of tables"),
        ("[tool.dslc]\ntagrets = []\n", "did you mean `targets`?"),
        ('[tool]\ndslc = {stlye = "subclass"}\n', "did you mean `style`?"),
        ("[[tool.dslc]]\n", "has to be one table"),
        ("tool = 3 # tool.dslc\n", "`tool` has to be a table"),
        ("", "the settings name no targets"),
    ],
)
def test_what_cannot_be_meant(settings: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text(settings)
    assert main(["build"]) == 2
    told = capsys.readouterr().err
    assert said in told and "internal error" not in told


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "name a file or a folder"),
        (["net.kdl"], "`dslc build net.kdl` builds what is here"),
        (["net.kdl", "other.kdl"], "`dslc build .` builds what is here"),
    ],
)
def test_nothing_is_named_beside_models(
    files: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("pyproject.toml").write_text("")
    for each in files:
        Path(each).write_text(BLOCK)
    assert main(["build"]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "settings"),
    [
        ("pyproject.toml", '[tool]\ndslc = {style = "sequential"}\n'),
        ("pyproject.toml", '[ tool . dslc ]\nstyle = "sequential"\n'),
        ("dslc.toml", 'style = "sequential"\n[[targets]]\nsource = "nets"\n'),
    ],
)
def test_the_settings_in_force(file: str, settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").unlink()
    Path(file).write_text(settings)
    assert main(["config", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["style"] == "sequential" and said["file"].endswith(file)


def test_the_settings_are_shown_as_they_could_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    from tomllib import loads

    assert main(["config"]) == 0
    shown = loads(capsys.readouterr().out)
    assert shown["style"] == "subclass" and shown["targets"][0] == {
        "source": "nets",
        "output": "src/acme/nets",
    }


@pytest.mark.parametrize("package", [True, False])
def test_outputs_in_a_package_import_each_other_relatively(
    package: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("app").mkdir()
    if package:
        Path("app/__init__.py").touch()
    assert main(["build", "nets", "-o", "app/generated"]) == 0
    way = "relative" if package else "absolute"
    assert f"outputs import each other by {way} imports" in capsys.readouterr().err
    expected = "from .sub.blocks import" if package else "from sub.blocks import"
    assert expected in Path("app/generated/net.py").read_text()
    program = (
        "import app.generated.net" if package else "import sys; sys.path[:0] = ['app/generated']; import net"
    )
    Path("keras.py").write_text(
        "class Model: pass\nclass layers: Layer = object\nclass saving:\n"
        "    register_keras_serializable = lambda **_: lambda one: one\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_below_a_source_root_there_is_a_package_with_or_without_its_mark() -> None:
    assert main(["build", "-q"]) == 0
    assert "from .sub.blocks import" in Path("src/acme/nets/net.py").read_text()
    assert main(["build", "-q", "--imports-between", "absolute"]) == 0
    assert "from sub.blocks import" in Path("src/acme/nets/net.py").read_text()
    assert main(["build", "nets", "-o", "out", "-q", "--imports-between", "relative"]) == 0
    assert "from .sub.blocks import" in Path("out/net.py").read_text()


def test_an_editor_knows_where_everything_goes_and_what_a_build_writes(tmp_path: Path) -> None:
    """What the language server would have built of a file is what `dslc build` has written, to the letter."""
    files = {
        "dslc.toml": 'exclude = ["nets/drafts"]\nimports-between = "relative"\n'
        '[[targets]]\nsource = "nets"\noutput = "src/acme"\nstyle = "subclass"\nimports = "tensorflow"\n'
        '[[targets]]\nsource = "nets/net.kdl"\noutput = "one.py"\n',
        "nets/net.kdl": 'use Head from "deep/blocks.kdl"\nmodel Net {\n    input x: (4,)\n    output x -> Head(2)\n}\n',
        "nets/deep/blocks.kdl": "block Head(n) = Dense(n) -> ReLU\n",
        "nets/drafts/draft.kdl": "model Draft {\n    input x: (4,)\n    output x -> Dense(1)\n}\n",
        "other.kdl": "model Other {\n    input x: (4,)\n    output x -> Dense(1)\n}\n",
    }
    Path("pyproject.toml").unlink()
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert main(["build", "-q"]) == main(["build", "other.kdl", "-q"]) == 0
    project = Project(read, load_for)
    found = {}
    for name in files:
        analysis = project.analysis(str(tmp_path / name)) if name.endswith(".kdl") else None
        if analysis is not None:
            uses = [each for each in analysis.files if each != analysis.source.name]
            places = destinations(analysis.source.name, uses)
            found[name] = [(each.path, each.style) for each in places]
            for each in places:
                made = python(analysis, each.style, each)
                expected = "not built" if "draft" in name else "up to date"
                assert state(analysis, "", each, made).text == expected, name
    assert found == {
        "nets/net.kdl": [("src/acme/net.py", "subclass"), ("one.py", "functional")],
        "nets/deep/blocks.kdl": [("src/acme/deep/blocks.py", "subclass")],
        "nets/drafts/draft.kdl": [(str(tmp_path / "nets/drafts/draft.py"), "functional")],
        "other.kdl": [(str(tmp_path / "other.py"), "functional")],
    }
    assert words(str(tmp_path / "nets/net.kdl"), ".") == (["build"], str(tmp_path))
    assert words(str(tmp_path / "other.kdl"), ".") == (["build", "other.kdl"], str(tmp_path))
