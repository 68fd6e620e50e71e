"""docs/cheat-sheet.md: its text is right, and nothing of the language is missing from it."""

from __future__ import annotations

import re

import dslc
from dslc.program.scope import BUILTINS, MATH_CONSTANTS, MATH_FUNCTIONS, NAMESPACES
from dslc.tools.cli import COMMANDS
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "cheat-sheet.md").read_text(encoding="utf-8")
(TEXT,) = re.findall(r"^```kdl\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_text_is_right_in_all_styles_that_hold_it() -> None:
    for style in ("functional", "subclass"):
        result = dslc.compile(TEXT, filename="sheet.kdl", style=style)
        assert result.code is not None and not result.diagnostics
    assert dslc.format(TEXT) == TEXT


def test_every_word_and_function_is_on_it() -> None:
    grammar = (ROOT / "grammar" / "kdl.lark").read_text(encoding="utf-8")
    rules = "".join(line for line in grammar.splitlines(keepends=True) if not line.startswith("//"))
    words = set(re.findall(r'"([a-z]+)"', rules))
    assert {"model", "weight", "loss", "taps"} <= words | set(BUILTINS)
    written = set(re.findall(r"\w+", PAGE))
    assert words | {*BUILTINS, *MATH_CONSTANTS, *MATH_FUNCTIONS, *NAMESPACES} <= written


def test_its_commands_are_there() -> None:
    assert set(re.findall(r"`dslc (\w+)", PAGE)) <= {*COMMANDS, "help"}
