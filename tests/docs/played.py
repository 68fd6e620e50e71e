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

import re
import shlex
from pathlib import Path

from tests.conftest import COMMANDS, KERAS, ROOT

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
    about = {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    if program == "dslc":
        done = COMMANDS.run(["-m", "dslc", *words], folder, about, together=True)
    else:
        assert program == "python"
        done = KERAS.run(words, folder, about)
        assert not done.returncode, done.stderr
    return f"$ {command}\n{done.stdout}"
