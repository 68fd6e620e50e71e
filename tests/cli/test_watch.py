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

from dslc.diagnostics.render import render
from dslc.driver import Options
from dslc.tools.cli import main
from dslc.tools.files import Found
from dslc.tools.modules import Job, Memories, compiled
from dslc.tools.outputs import Place
from dslc.tools.settings_table import Target
from dslc.tools.terms import Terms
from tests.conftest import ROOT

BLOCK = "block Head(n) = Flatten -> Dense(n)\n"
NET = (
    'use Head from "../blocks/head.kdl"\n\nmodel Net {\n    input x: (4, 4)\n    output y = x -> Head(3)\n}\n'
)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`dslc build --watch` at work in `nets`, which uses a file of another folder; the settings lie above both."""
    pytest.importorskip("watchfiles")
    for name, text in (("nets/net.kdl", NET), ("blocks/head.kdl", BLOCK), ("pyproject.toml", "")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    process = subprocess.Popen(
        [sys.executable, "-m", "dslc", "build", ".", "-o", "../out/one", "--bundle", "--watch"],
        cwd=tmp_path / "nets",
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
    (tmp_path / "away").mkdir()
    (tmp_path / "away/more.kdl").write_text(BLOCK)
    (tmp_path / "away").rename(tmp_path / "nets/sub")  # a folder that comes as a whole
    until(lambda: (tmp_path / "out/one/sub/more.py").exists())
    (tmp_path / "pyproject.toml").write_text('[tool.dslc]\nstyle = "subclass"\n')
    until(lambda: "style=subclass" in (tmp_path / "out/one/other.py").read_text())
    block.parent.rename(tmp_path / "away")  # another folder takes the place of one elsewhere
    block.parent.mkdir()
    block.write_text(BLOCK.replace("Dense(n)", "Dense(n, use_bias=False)"))
    until(lambda: "use_bias=False" in (tmp_path / "out/one/other.py").read_text())
    watching.send_signal(signal.SIGINT)
    _, said = watching.communicate(timeout=20)
    assert watching.returncode == 0
    assert "Haed" in said and "Traceback" not in said
    assert said.count("net.py has lost its source") == 1  # noted once, not after every save


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


def test_what_is_remembered_from_save_to_save_changes_nothing(tmp_path: Path) -> None:
    """A run of `--watch` finds out again only what has changed; a run by itself says the same."""
    file, head = tmp_path / "net.kdl", tmp_path / "head.kdl"
    memories: Memories = {}
    job = Job(
        *(Found(str(file), ""), Place("net.py", ""), Target("", None, "functional", "keras"), Options(), {}),
        *(None, False, "auto", Terms()),
    )
    good = NET.replace("../blocks/", "")
    for net, block in (
        (good, BLOCK),
        (f"# moved\n{good}", BLOCK),
        (good.replace("Head(3)", "Haed(3)"), BLOCK),
        (good, BLOCK.replace("Flatten", "Flatten -> ReLU")),
        (good.replace("(4, 4)", "(4,)"), "block Head(n) = Dense(n, 0)\n"),
        (good, BLOCK),
    ):
        file.write_text(net)
        head.write_text(block)
        known, fresh = compiled(job, memories), compiled(job)
        assert (known.code, known.uses, known.read) == (fresh.code, fresh.uses, fresh.read)
        assert render(list(known.diagnostics), "json", False) == render(
            list(fresh.diagnostics), "json", False
        )
    assert list(memories) == [str(file)]
