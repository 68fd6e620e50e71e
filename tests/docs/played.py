"""A page of the documentation as something that happens: its files are written, its commands run, in the order in which they stand.

In: Markdown in which

- a block under a line that ends in "`path`:" is that file; where a command has made the file already, it is what came out;
- a ```` ```console ```` block has commands (`$ dslc check digits.kdl`) and under each what it prints.

Out: the same page with what came out in fact, so that a test compares the two and `pytest --update` writes it.

    `one.kdl`:

    ```kdl
    model One { input x: (3,)  ... }
    ```

    ```console
    $ dslc check
    no mistakes in 1 file
    ```
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT

BLOCK = re.compile(
    r"(?:`(?P<path>[\w./-]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)


def played(page: str, folder: Path) -> str:
    """The page with what its commands print and make in the folder."""
    return BLOCK.sub(lambda found: _with(found, _happened(found, folder)), page)


def examples(page: str, kind: str) -> list[str]:
    """The texts of all blocks of a kind."""
    return [found["text"] for found in BLOCK.finditer(page) if found["kind"] == kind]


def _with(found: re.Match[str], text: str) -> str:
    start, end = found.span("text")
    whole, offset = found[0], found.start()
    return whole[: start - offset] + text + whole[end - offset :]


def _happened(found: re.Match[str], folder: Path) -> str:
    text, kind = found["text"], found["kind"]
    if kind == "console":
        return "".join(_shown(command, folder) for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE))
    if found["path"] is None:
        return text
    path = folder / found["path"]
    if kind == "python" and path.exists():
        return path.read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return text


def _shown(command: str, folder: Path) -> str:
    """A command, and what it prints. Of Python's the standard output: what TensorFlow says of itself is another on each machine."""
    program, *words = shlex.split(command)
    start: dict[str, Callable[[], list[str]]] = {
        "dslc": lambda: [sys.executable, "-m", "dslc", *words],
        "python": lambda: [sys.executable, *words],
    }
    done = subprocess.run(
        start[program](),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if program == "python" else subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "NO_COLOR": "1"},
        timeout=500,
    )
    assert program != "python" or not done.returncode, done.stderr.decode()
    return f"$ {command}\n{done.stdout.decode()}"
