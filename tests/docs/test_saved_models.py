"""docs/saved-models.md: the text beside the Python is what `dslc import` makes of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dslc.decompile import config, write
from dslc.decompile.python import text as python
from dslc.syntax.format import format_text
from tests.conftest import ROOT

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "saved-models.md").read_text(encoding="utf-8")


CODE, FILE = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
TEXT, TEXT_OF_FILE = re.findall(r"^```kdl\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_text_is_what_comes_out() -> None:
    import keras

    keras.backend.clear_session()
    space: dict[str, Any] = {}
    exec(CODE, space)
    assert write.write(config.read(json.loads(space["residual"]().to_json()))) == TEXT


def test_the_text_of_a_file_is_what_comes_out() -> None:
    assert format_text(python.write(FILE).text) == TEXT_OF_FILE
