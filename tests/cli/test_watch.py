"""`dslc build --watch`: follows what is used, outlives mistakes and missing files, ends on ^C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dslc.tools.cli import main
from tests.conftest import ROOT

BLOCK = "block Head(n) = Flatten -> Dense(n)\n"
NET = (
    'use Head from "../blocks/head.kdl"\n\nmodel Net {\n    input x: (4, 4)\n    output y = x -> Head(3)\n}\n'
)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`dslc build nets --watch` at work, where `nets` uses a file of another folder."""
    pytest.importorskip("watchfiles")
    for name, text in (("nets/net.kdl", NET), ("blocks/head.kdl", BLOCK), ("pyproject.toml", "")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    process = subprocess.Popen(
        [sys.executable, "-m", "dslc", "build", "nets", "-o", "out/one", "--bundle", "--watch"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def test_it_builds_after_each_change_until_it_is_interrupted(
    watching: subprocess.Popen[str], tmp_path: Path
) -> None:
    output, block, net = tmp_path / "out/one/net.py", tmp_path / "blocks/head.kdl", tmp_path / "nets/net.kdl"

    def says(text: str) -> Callable[[], bool]:
        return lambda: output.exists() and text in output.read_text()

    until(says("Dense(n"))
    time.sleep(0.5)
    block.write_text(BLOCK.replace("Dense(n)", "Dense(n) -> Softmax"))  # a file that is used
    until(says("Softmax"))
    net.write_text(NET.replace("Head(3)", "Haed(3)"))  # a mistake
    time.sleep(0.5)
    block.rename(tmp_path / "away")  # and a file that is not there
    net.write_text(NET)
    time.sleep(0.5)
    (tmp_path / "away").rename(block)
    net.write_text(NET.replace("Head(3)", "Head(5)"))
    until(says("5"))
    net.rename(tmp_path / "nets/other.kdl")
    until(lambda: (tmp_path / "out/one/other.py").exists())
    watching.send_signal(signal.SIGINT)
    _, said = watching.communicate(timeout=20)
    assert watching.returncode == 0
    assert "Haed" in said and "Traceback" not in said


def test_it_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "watchfiles", None)  # as if it were not there
    (tmp_path / "head.kdl").write_text(BLOCK)
    assert main(["build", "head.kdl", "--watch"]) == 2
    assert 'pip install "dslc[watch]"' in capsys.readouterr().err
    assert main(["build", "head.kdl", "--watch", "--check"]) == 2
    assert "do not go with it" in capsys.readouterr().err
