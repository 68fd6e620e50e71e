"""docs/language.md: every example compiles, and its index names every word. (`test_pages.py` holds the Python beside them.)"""

from __future__ import annotations

import re

import pytest

import dslc
from dslc.program.scope import NAMESPACES
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```kdl\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_every_example_compiles(example: str) -> None:
    result = dslc.compile(example, style="functional", filename="model.kdl", externs=["my_package"])
    assert result.code is not None, result.diagnostics
    told = {each.code for each in result.diagnostics if each.severity != "note"}
    assert told <= {"DSL415"}  # what has to hold of sizes that nobody knows yet


def test_the_index_names_every_word_and_namespace() -> None:
    grammar = (ROOT / "grammar" / "kdl.lark").read_text(encoding="utf-8")
    rules = "".join(line for line in grammar.splitlines(keepends=True) if not line.startswith("//"))
    index = set(re.findall(r"\w+", PAGE.partition("\n## Index\n")[2]))
    statements = set(re.findall(r'[|:] +"([a-z]+)" ', rules)) - {"not", "is"}
    assert {"use", "fn", "weight", "assert"} <= statements
    assert statements | set(NAMESPACES) <= index
