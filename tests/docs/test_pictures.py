"""docs/pictures.md: the picture beside the example is the one that comes out."""

from __future__ import annotations

import re

import pytest

from dslc import driver
from dslc.picture.draw import draw
from dslc.picture.fold import fitting
from dslc.picture.mermaid import mermaid
from dslc.source import Source
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "pictures.md"


def test_the_picture_is_current(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (example,) = re.findall(r"^```kdl\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (shown,) = re.findall(r"^```mermaid\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (graph,) = driver.check(Source("scores.kdl", example)).graphs
    picture = mermaid([fitting(draw(graph, "scores.kdl"))])
    if request.config.option.update:
        PAGE.write_text(
            text.replace(f"```mermaid\n{shown}```", f"```mermaid\n{picture}```"), encoding="utf-8"
        )
        return
    assert shown == picture, "run: pytest tests/docs/test_pictures.py --update"
