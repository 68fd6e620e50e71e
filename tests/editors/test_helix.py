"""Helix itself in a terminal, with what `dslc new --editor helix` writes: shapes and a mistake on the screen; its grammar is built and queried."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.editors.conftest import EDITORS, SHOWN, WRONG, missing, of_debian


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with Helix's settings, the queries of `editors/helix`, and `dslc` as a program."""
    home = tmp_path / "home"
    settings = home / ".config" / "helix"
    (settings / "runtime" / "grammars").mkdir(parents=True)
    shutil.copytree(EDITORS / "helix" / "queries", settings / "runtime" / "queries")
    languages = (EDITORS / "helix" / "languages.toml").read_text("utf-8").replace("/path/to/dslc", str(ROOT))
    (settings / "languages.toml").write_text(f'use-grammars = {{ only = ["dslc"] }}\n{languages}', "utf-8")
    (settings / "config.toml").write_text("[editor.lsp]\ndisplay-inlay-hints = true\n")
    program = home / "bin" / "dslc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m dslc "$@"\n')
    program.chmod(0o755)
    return home


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    runtime = str(home / ".config" / "helix" / "runtime")
    return {**os.environ, "HOME": str(home), "PATH": path, "HELIX_RUNTIME": runtime, "LC_ALL": "C.UTF-8"}


@pytest.fixture(scope="session")
def helix() -> list[str]:
    return of_debian("hx", "usr/lib/hx/hx")


@pytest.fixture
def screen(
    helix: list[str], environment: dict[str, str], home: Path
) -> Iterator[Callable[[str, str, str], str]]:
    """`screen(text, keys, wanted)`: what Helix shows of a model once `wanted` is there, while these keys are pressed."""
    tmux = shutil.which("tmux")
    if tmux is None:
        missing("tmux, a terminal for Helix")
    asked = [str(tmux), "-S", str(home / "tmux"), "-f", "/dev/null"]

    def look(text: str, keys: str, wanted: str) -> str:
        project = home / "project"
        project.mkdir(exist_ok=True)
        (project / "m.kdl").write_text(text, encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "dslc", "new", "--editor", "helix", "-q"],
            cwd=project,
            env={**environment, "PYTHONPATH": str(ROOT)},
        )
        started = [*asked, "new-session", "-d", "-x", "110", "-y", "25", "-c", str(project), *helix, "m.kdl"]
        subprocess.run(started, env=environment, check=True)
        shown = ""
        for _ in range(60):
            shown = subprocess.run([*asked, "capture-pane", "-p"], capture_output=True, text=True).stdout
            if wanted in shown:
                break
            subprocess.run(
                [*asked, "send-keys", keys]
            )  # it looks for something new when it has been idle after a key
            time.sleep(0.5)
        return shown

    yield look
    subprocess.run([*asked, "kill-server"], capture_output=True)


def test_shapes_stand_behind_the_layers(screen: Callable[[str, str, str], str]) -> None:
    shown = screen(SHOWN.replace("👀", "it"), "l", "parameters")
    assert "Dense(3)" in shown and "→ (3,)" in shown and "15 parameters" in shown


def test_settings_say_which_hints_there_are(screen: Callable[[str, str, str], str], home: Path) -> None:
    languages = home / "project" / ".helix" / "languages.toml"
    languages.parent.mkdir(parents=True)
    config = "[language-server.dslc]\nconfig = { inlayHints = { shapes = false } }\n"
    languages.write_text(config, encoding="utf-8")  # what is there already is left as it is
    shown = screen(SHOWN.replace("👀", "it"), "l", "parameters")
    assert "15 parameters" in shown and "→" not in shown


def test_a_mistake_is_on_the_screen(screen: Callable[[str, str, str], str]) -> None:
    assert "no layer or block called `Dens`" in screen(WRONG, "]d", "called `Dens`")


def test_the_grammar_is_built_and_everything_is_found(
    helix: list[str], environment: dict[str, str], home: Path
) -> None:
    if shutil.which("cc") is None and shutil.which("c++") is None:
        missing("a C compiler")
    built = subprocess.run([*helix, "--grammar", "build"], env=environment, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    said = subprocess.run(
        [*helix, "--health", "dslc"], env=environment, capture_output=True, text=True
    ).stdout
    lines = [line for line in said.splitlines() if "queries" in line.lower()]
    assert str(home / "bin" / "dslc") in said and "✘" not in said
    assert len(lines) == 3 and all("✓" in line for line in lines), said
