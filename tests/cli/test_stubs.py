"""`--stubs`: mypy reads what a module offers, beside it or without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dslc.tools.cli import main

MODEL = """\
WIDTH = 8

block Head(units, activation = None) = Dense(units, activation=activation)

fn twice(n) = 2 * n

model Net(classes = 3, kernel = 3, rate = 0.1, deep = True, activation = "relu") {
    input x: (8, 8, 3)
    output y = x
        -> Conv2D(WIDTH, kernel, activation=activation)
        -> (Dropout(rate) if deep else _)
        -> Flatten
        -> Head(twice(classes))
}
"""
USE = """\
from nets import net

net.Net(classes=5, kernel=(3, 5), rate=1, deep=False, activation=abs).fit
net.Net(classes="three")
net.Net(rate="much")
net.Net(depth=3)
net.Missing
"""
WRONG = [
    ('4: error: Argument "classes" to "Net" has incompatible type "str"', "arg-type"),
    ('5: error: Argument "rate" to "Net" has incompatible type "str"; expected "float"', "arg-type"),
    ('6: error: Unexpected keyword argument "depth" for "Net"', "call-arg"),
    ('7: error: Module has no attribute "Missing"', "attr-defined"),
]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nets").mkdir()
    Path("nets/__init__.py").touch()
    Path("nets/net.kdl").write_text(MODEL)
    Path("use.py").write_text(USE)


def said_by_mypy(*paths: str) -> str:
    command = [sys.executable, "-m", "mypy", "--no-site-packages", "--ignore-missing-imports"]
    done = subprocess.run(
        [*command, "--cache-dir=/dev/null", "--no-error-summary", *paths], capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.parametrize("style", ["functional", "subclass"])
@pytest.mark.parametrize("option", ["--stubs", "--stubs-only"])
def test_mypy_finds_what_cannot_be_passed(style: str, option: str) -> None:
    assert main(["build", "nets", "-q", "--style", style, option]) == 0
    assert Path("nets/net.py").exists() == (option == "--stubs")
    found = [line for line in said_by_mypy("use.py").splitlines() if ": error: " in line]
    wanted = [
        each for each in WRONG if style == "functional" or "depth" not in each[0]
    ]  # a class has `**kwargs`
    assert len(found) == len(wanted)
    for line, (words, kind) in zip(found, wanted, strict=True):
        assert line.startswith(f"use.py:{words}") and line.endswith(f"[{kind}]")


@pytest.mark.parametrize(
    "words", [["--style", "subclass"], ["--imports", "tensorflow"], ["--flatten"], []], ids=" ".join
)
def test_the_stubs_are_sound_and_kept_like_outputs(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    build = ["build", "nets", "--stubs", *words]
    assert main(build) == 0
    assert said_by_mypy("nets/net.pyi") == ""
    assert main([*build, "--check"]) == 0
    stub = Path("nets/net.pyi")
    stub.write_text(stub.read_text().replace("Any", "int", 1))
    assert main(build) == 2
    assert "nets/net.pyi was edited by hand" in capsys.readouterr().err
    stub.unlink()
    assert main(build) == 0 and stub.exists()
    Path("nets/net.kdl").unlink()
    assert main(["clean", "nets"]) == 0
    assert not stub.exists() and not Path("nets/net.py").exists()


def test_stubs_belong_into_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "nets/net.kdl", "-o", "-", "--stubs"]) == 2
    assert "stubs are files beside the outputs, and -o - writes none" in capsys.readouterr().err


def test_a_dependency_file_names_both_outputs() -> None:
    assert main(["build", "nets", "--stubs", "--depfile", "d", "-q"]) == 0
    assert Path("d").read_text() == "nets/net.py: nets/net.kdl\nnets/net.pyi: nets/net.kdl\n"
