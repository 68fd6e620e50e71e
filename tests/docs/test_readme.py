"""What README.md shows is what `dslc` does: its model, its generated Python, its error message."""

from __future__ import annotations

import re

from dslc.diagnostics.render import render
from dslc.driver import build, check
from dslc.source import Source
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


def test_the_python_beside_the_model_is_what_comes_out() -> None:
    model, python = blocks("kdl")[0], blocks("python")[0]
    assert model == (ROOT / "samples" / "multimodal.kdl").read_text(encoding="utf-8")
    built = build(check(Source("multimodal.kdl", model)), "functional")
    assert built.code == python


def test_the_error_message_is_the_one_that_is_shown() -> None:
    wrong, shown = blocks("kdl")[1], blocks("text")[0]
    assert render(list(check(Source("model.kdl", wrong)).diagnostics), "full") == shown


def test_the_commands_name_what_there_is() -> None:
    from dslc.tools.cli import COMMANDS

    used = set(re.findall(r"\bdslc (\w+)", "\n".join(blocks("sh"))))
    assert used and used <= {*COMMANDS, "help"}
    assert "./check" in "\n".join(blocks("sh"))
