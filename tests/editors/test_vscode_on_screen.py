"""The extension in Visual Studio Code itself (code-server), looked at in a real browser: shapes, a mistake, what stands beside the text."""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.editors.conftest import EDITORS, SHOWN, THEIRS, WRONG, cache, missing
from tests.editors.test_vscode import extension, node

__all__ = ["extension"]

NODE = f"node-{sys.platform}-{'arm64' if platform.machine() in ('arm64', 'aarch64') else 'x64'}"
PACKAGES = (f"{NODE}@24.21.0", "code-server@4.139.1", "playwright-core@1.65.1")
SETTINGS = {
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "security.workspace.trust.enabled": False,
    "workbench.startupEditor": "none",
    "dslc.server.command": [sys.executable, "-m", "dslc", "lsp"],
}
SILENT = 3
"""How a script ends in whose window the language server does not answer."""


@pytest.fixture(scope="module")
def server_folder() -> Path:
    """code-server with its own Node, in the user's cache (0.8 GB)."""
    folder = cache("code-server")
    done = folder / "installed"
    if not done.exists():
        if shutil.which("npm") is None:
            missing("npm, which installs code-server")
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund")
        path = f"{folder / 'node_modules' / NODE / 'bin'}{os.pathsep}{os.environ['PATH']}"
        inner = folder / "node_modules" / "code-server" / "lib" / "vscode"
        for where, words in ((folder, PACKAGES), (inner, ("--omit=dev",))):
            where.mkdir(parents=True, exist_ok=True)
            asked = ["npm", "install", *words, *quiet]
            if (
                subprocess.run(asked, cwd=where, env={**os.environ, "PATH": path}, timeout=900).returncode
                != 0
            ):
                missing("code-server, which cannot be reached")
        done.touch()
    return folder


Look = Callable[..., Any]
"""`look(script, folder, picture, *files)`: what a script sees in a window of the editor that shows a folder."""


@pytest.fixture(scope="module")
def look(
    extension: Path, server_folder: Path, tmp_path_factory: pytest.TempPathFactory, screens: Path
) -> Iterator[Look]:
    """The editor with our extension, served to a browser.

    A window in which the language server says nothing for a minute is opened once more, as one would; what it showed stays beside
    the pictures.
    """
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        missing("Chromium")
    home = tmp_path_factory.mktemp("home")
    settings = home / "ud" / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(SETTINGS))
    node(extension, shutil.which("npm") or "npm", "run", "-s", "package")
    for script in ("window.js", "screen.js", "beside.js"):
        shutil.copy(EDITORS / "vscode" / "test" / script, server_folder / script)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [server_folder / "node_modules" / NODE / "bin" / "node"]
    program += [server_folder / "node_modules" / "code-server" / "out" / "node" / "entry.js"]
    folders = ["--user-data-dir", home / "ud", "--extensions-dir", home / "ext"]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(home), "PYTHONPATH": str(ROOT)}
    install = [*program, *folders, "--install-extension", extension / "dslc.vsix"]
    subprocess.run(install, env=environment, check=True, capture_output=True, timeout=120)
    quiet = ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"]
    serve = [*program, *folders, "--auth", "none", "--bind-addr", f"127.0.0.1:{port}", *quiet]

    def looked(script: str, folder: Path, picture: str, *files: str) -> Any:
        address = f"http://127.0.0.1:{port}/?folder={folder}"
        words = ["node", script, address, browser, str(screens / picture), *files]
        for again in (True, False):
            done = subprocess.run(words, cwd=server_folder, capture_output=True, text=True, timeout=300)
            if done.returncode == 0:
                return json.loads(done.stdout)
            logs = [each for each in (home / "ud" / "logs").rglob("*.log") if each.stat().st_size]
            said = "".join(f"\n{each.name}: {each.read_text(errors='replace')[-2000:]}" for each in logs)
            (screens / f"{picture}.txt").write_text(done.stderr + said, encoding="utf-8")
            assert again and done.returncode == SILENT, done.stderr + said
        return None

    log = (home / "log").open("w")
    with subprocess.Popen(serve, env=environment, stdout=log, stderr=log, start_new_session=True) as running:
        try:
            for _ in range(300):
                with socket.socket() as ask:
                    if ask.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield looked
        finally:
            running.terminate()
            log.close()


@pytest.fixture(scope="module")
def told(look: Look, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the editor shows of three files, and does about a mistake in one of them."""
    project = tmp_path_factory.mktemp("project")
    files = {"shown.kdl": SHOWN, "wrong.kdl": WRONG, "zellij.kdl": THEIRS["zellij.kdl"]}
    for name, text in files.items():
        (project / name).write_text(text, encoding="utf-8")
    return look("screen.js", project, "vscode.png", *files)


@pytest.fixture(scope="module")
def fewer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that shows no counts."""
    folder = tmp_path_factory.mktemp("fewer")
    (folder / ".vscode").mkdir()
    (folder / ".vscode" / "settings.json").write_text('{"dslc.inlayHints.counts": false}')
    for name in ("fewer.kdl", "drawn.kdl"):
        (folder / name).write_text(SHOWN, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def beside(look: Look, fewer: Path) -> Any:
    """What stands beside a text while it is edited: its picture, and its Python."""
    return look("beside.js", fewer, "vscode-beside.png", "drawn.kdl")


@pytest.mark.slow
def test_shapes_and_counts_stand_behind_the_layers(told: Any) -> None:
    shown = told["shown.kdl"]
    assert shown["language"] == "dslc model"
    assert "output x -> Dense(3)" in shown["lines"][3]
    assert "→ (3,)" in shown["lines"][3] and "15 parameters" in shown["lines"][3]
    assert shown["squiggles"] == 0 and shown["colours"] >= 4


@pytest.mark.slow
def test_a_mistake_is_underlined_and_listed(told: Any) -> None:
    assert told["wrong.kdl"]["squiggles"] >= 1
    assert any("Dense" in each and "DSL202" in each for each in told["problems"])


@pytest.mark.slow
def test_a_quick_fix_is_applied_and_a_value_is_renamed(told: Any) -> None:
    fixed, renamed = ("\n".join(told["mended"][step]) for step in ("fixed", "renamed"))
    assert "output x -> Dense(3)" in fixed
    assert "input image: (4,)" in renamed and "output image -> Dense(3)" in renamed


@pytest.mark.slow
def test_documents_of_the_other_kdl_are_left_alone(told: Any) -> None:
    assert told["zellij.kdl"]["language"] == "Plain Text"
    assert not any("zellij" in each for each in told["problems"])


@pytest.mark.slow
def test_a_workspace_says_which_hints_are_shown(look: Look, fewer: Path) -> None:
    shown = look("screen.js", fewer, "vscode-fewer-hints.png", "fewer.kdl")["fewer.kdl"]
    assert "→ (3,)" in shown["lines"][3]
    assert "parameters" not in shown["lines"][3]


@pytest.mark.slow
def test_the_picture_stands_beside_the_text_leads_to_its_lines_and_follows_edits(beside: Any) -> None:
    assert beside["first"]["name"] == "M" and beside["first"]["titles"] == ["x", "Dense", "output"]
    assert beside["first"]["theirs"] == f"vscode-{beside['first']['theme']}" and beside["first"]["trouble"]
    assert beside["line"].startswith("Ln 4")
    assert beside["edited"]["titles"] == ["x", "Dense", "ReLU", "output"]
    assert beside["wrong"]["titles"] == beside["edited"]["titles"]  # a mistake leaves it as it was
    assert beside["policy"] == []


@pytest.mark.slow
def test_the_python_stands_beside_the_text_follows_edits_and_marks_the_stage_at_the_cursor(
    beside: Any,
) -> None:
    python = beside["python"]
    assert python["first"]["marked"] == ["y = layers.ReLU()(y)"]
    assert python["edited"]["marked"] == ["y = layers.Softmax()(y)"]
    assert python["clicked"]["marked"] == ["y = layers.Dense(3)(x)"] and python["back"] > 0
    assert "There is no functional Python of this text; below is the last:" in python["wrong"]["lines"][0]
    assert any("layers.Softmax()" in each for each in python["wrong"]["lines"])
