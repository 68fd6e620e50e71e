"""`dslc new --editor`: what is written is what the editor reads, and nothing is written over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT, Finished
from tests.editors.conftest import SHOWN
from tests.editors.test_emacs import emacs, in_emacs

__all__ = ["emacs"]


def new(folder: Path, *words: str) -> Finished:
    asked = [sys.executable, "-m", "dslc", "new", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(asked, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`dslc` as a program that can be called by its name."""
    program = tmp_path / "bin" / "dslc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m dslc "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("editor", "path"),
    [
        ("vscode", ".vscode/settings.json"),
        ("neovim", ".nvim.lua"),
        ("helix", ".helix/languages.toml"),
        ("emacs", ".dir-locals.el"),
    ],
)
def test_settings_are_written_once_and_never_over(tmp_path: Path, editor: str, path: str) -> None:
    done = new(tmp_path, "--editor", editor)
    assert done.returncode == 0 and f"wrote {path}" in done.stderr
    (tmp_path / path).write_text("mine")
    done = new(tmp_path, "first", "--editor", editor)
    assert done.returncode == 2 and f"{path} exists already" in done.stderr
    assert "dslc" in done.stderr.split("exists already")[1], "what to put there is said"
    assert (tmp_path / path).read_text() == "mine" and not (tmp_path / "first.kdl").exists()


def test_a_model_and_settings_at_once(tmp_path: Path) -> None:
    done = new(tmp_path, "digits", "--editor", "vscode")
    assert done.returncode == 0 and "next: dslc build digits.kdl" in done.stderr
    assert (tmp_path / "digits.kdl").exists()
    assert json.loads((tmp_path / ".vscode" / "settings.json").read_text())["files.associations"] == {
        "*.kdl": "dslc"
    }


def test_nothing_asked_for_is_said(tmp_path: Path) -> None:
    done = new(tmp_path)
    assert done.returncode == 2 and "nothing to write" in done.stderr
    assert not list(tmp_path.iterdir())


def test_helix_reads_its_file_as_toml(tmp_path: Path) -> None:
    new(tmp_path, "--editor", "helix")
    read = tomllib.loads((tmp_path / ".helix" / "languages.toml").read_text())
    assert read["language"][0]["language-servers"] == list(read["language-server"])


@pytest.mark.usefixtures("on_path")
def test_neovim_without_any_plugin_shows_shapes(nvim: Path, tmp_path: Path) -> None:
    new(tmp_path, "--editor", "neovim")
    (tmp_path / "m.kdl").write_text(SHOWN, encoding="utf-8")
    (tmp_path / "run.lua").write_text("""
        vim.cmd.source(".nvim.lua")
        vim.cmd.edit("m.kdl")
        local labels = function()
          return vim.tbl_map(function(hint) return hint.inlay_hint.label end, vim.lsp.inlay_hint.get({ bufnr = 0 }))
        end
        vim.wait(20000, function() vim.cmd.redraw() return #labels() > 0 end, 50)
        vim.fn.writefile({ vim.json.encode(labels()) }, "out.json")
        vim.cmd("qall!")
        """)
    subprocess.run([nvim, "--headless", "--clean", "-i", "NONE", "-S", "run.lua"], cwd=tmp_path, timeout=90)
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == ["→ (3,)", "15 parameters"]


@pytest.mark.usefixtures("on_path")
def test_emacs_reads_its_file(emacs: list[str], tmp_path: Path) -> None:
    new(tmp_path, "--editor", "emacs")
    (tmp_path / "m.kdl").write_text(SHOWN, encoding="utf-8")
    script = """(setq enable-local-variables :all enable-local-eval t auto-mode-alist nil)
    (find-file "m.kdl") (hack-local-variables)
    (tell (vector (symbol-name major-mode) (vconcat dslc-server-command) (if (local-variable-p 'dslc-server-command) 1 0)))"""
    assert in_emacs(emacs, tmp_path, script) == ["dslc-mode", ["dslc", "lsp"], 1]
