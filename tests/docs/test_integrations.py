"""`docs/integrations.md` shows what stands in `examples/`, which the tests of `tests/integrations` build; the examples share their models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"\]\(\.\./(\S+)\):\n\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/nets"))


@pytest.mark.parametrize(("file", "block"), SHOWN)
def test_a_snippet_is_a_part_of_its_example(file: str, block: str) -> None:
    assert block in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_every_example_is_shown_and_has_the_same_models(folder: Path) -> None:
    assert [file for file, _ in SHOWN if file.startswith(f"examples/{folder.name}/")]
    first, own = EXAMPLES[0] / "nets", folder / "nets"
    assert {path.name: path.read_text() for path in own.iterdir()} == {
        path.name: path.read_text() for path in first.iterdir()
    }


def test_every_block_says_where_it_stands() -> None:
    assert PAGE.count("\n```") == 2 * len(SHOWN)
