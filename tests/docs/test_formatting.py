"""docs/formatting.md shows what the formatter does."""

from __future__ import annotations

import re

import pytest

import dslc
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "formatting.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```kdl\n(.*?)```\n\n```kdl formatted\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("before", "after"), EXAMPLES)
def test_an_example_gets_the_form_that_is_shown(before: str, after: str) -> None:
    assert dslc.format(before) == after
    assert dslc.format(after) == after


def test_every_text_of_the_page_belongs_to_an_example() -> None:
    assert PAGE.count("```kdl") == 2 * len(EXAMPLES) >= 8
