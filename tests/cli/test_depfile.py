"""`--depfile` in the words of build systems, held against make itself; and outputs that would hide other modules."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from dslc.tools.cli import main

BLOCK = "block Head(n) = Flatten -> Dense(n)\n"
NET = 'use Head from "{}"\n\nmodel Net {{\n    input x: (4, 4)\n    output y = x -> Head(3)\n}}\n'
NAMES = ["plain", "two words", "cash$", "#1", "100%", "back\\ slash"]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_output_with_all_that_it_was_made_from() -> None:
    Path("blocks.kdl").write_text(BLOCK)
    Path("net.kdl").write_text(NET.format("blocks.kdl"))
    Path("dslc.d").write_text("old\n")
    assert main(["build", "net.kdl", "-o", "out", "--depfile", "dslc.d", "-q"]) == 0
    assert (
        Path("dslc.d").read_text()
        == "out/net.py: net.kdl blocks.kdl\nout/blocks.py: blocks.kdl\nblocks.kdl:\n"
    )
    assert main(["build", "net.kdl", "-o", "out/one.py", "--depfile", "build/deps.json", "-q"]) == 0
    said = json.loads(Path("build/deps.json").read_text())
    assert said == {"outputs": {"out/one.py": ["net.kdl", "blocks.kdl"]}}
    assert [path.name for path in Path("build").iterdir()] == ["deps.json"]


def test_the_settings_are_a_dependency() -> None:
    Path("pyproject.toml").write_text('[tool.dslc]\nstyle = "subclass"\n')
    Path("blocks.kdl").write_text(BLOCK)
    assert main(["build", "blocks.kdl", "--depfile", "d", "-q"]) == 0
    assert Path("d").read_text() == "blocks.py: blocks.kdl pyproject.toml\npyproject.toml:\n"
    here = Path.cwd()
    assert main(["build", f"{here}/blocks.kdl", "-o", "out", "--depfile", "d", "-q"]) == 0
    assert Path("d").read_text().splitlines()[0] == f"out/blocks.py: {here}/blocks.kdl {here}/pyproject.toml"


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize("name", NAMES)
def test_make_finds_the_files_whatever_they_are_called(name: str) -> None:
    source = f"{name}/net.kdl"
    Path(name).mkdir()
    Path(source).write_text(BLOCK)
    assert main(["build", source, "-o", "net.py", "--depfile", "d", "-q"]) == 0
    Path("Makefile").write_text("net.py:\n\t@echo remade\n-include d\n")

    def made() -> str:
        return subprocess.run(["make", "net.py"], capture_output=True, text=True).stdout

    assert "remade" not in made()
    Path("net.py").touch()
    import os

    os.utime(source, (2_000_000_000, 2_000_000_000))
    assert "remade" in made()


def test_no_name_breaks_the_file_apart(capsys: pytest.CaptureFixture[str]) -> None:
    Path("two\nlines.kdl").write_text(BLOCK)
    assert main(["build", "two\nlines.kdl", "--depfile", "d"]) == 2
    assert "line break" in capsys.readouterr().err and not list(Path().glob("*.py"))
    assert main(["build", "two\nlines.kdl", "--depfile", "d.json", "-q"]) == 0
    assert json.loads(Path("d.json").read_text())["outputs"] == {"two_lines.py": ["two\nlines.kdl"]}


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_paths_are_escaped_as_gcc_does() -> None:
    from dslc.tools.depfile import as_rules

    for name in NAMES:
        Path(f"{name}.c").write_text("")
        done = subprocess.run(["gcc", "-MM", "-MT", "out", f"{name}.c"], capture_output=True, text=True)
        assert as_rules({"out": [f"{name}.c"]}).split() == done.stdout.replace(" \\\n", "").split()


@pytest.mark.parametrize("name", ["keras", "random", "types", "numpy", "tensorflow"])
def test_an_output_does_not_hide_what_it_needs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(f"{name}.kdl").write_text(BLOCK)
    assert main(["build", f"{name}.kdl", "-o", "out"]) == 2
    assert f"out/{name}.py would hide the module `{name}`" in capsys.readouterr().err
    assert not Path("out").exists()
    assert main(["build", f"{name}.kdl", "-o", "net.py", "-q"]) == 0
    Path("package").mkdir()
    Path("package/__init__.py").touch()
    assert main(["build", f"{name}.kdl", "-o", "package", "-q"]) == 0


def test_an_output_does_not_hide_the_module_of_an_extern(capsys: pytest.CaptureFixture[str]) -> None:
    Path("acme.kdl").write_text(
        "extern Thing(n) from acme { input x: (4,)  output (n,) }\n\n"
        "model Net {\n    input x: (4,)\n    output y = x -> Thing(3)\n}\n"
    )
    assert main(["build", "acme.kdl", "--allow-extern", "acme"]) == 2
    assert "acme.py would hide the module `acme`" in capsys.readouterr().err
