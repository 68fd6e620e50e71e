"""docs/saved-models.md: the text beside the Python is what `dslc import` makes of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dslc.decompile import config, write
from tests.conftest import ROOT

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "saved-models.md").read_text(encoding="utf-8")


def test_the_text_is_what_comes_out() -> None:
    import keras

    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (text,) = re.findall(r"^```kdl\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    keras.backend.clear_session()
    space: dict[str, Any] = {}
    exec(code, space)
    assert write.write(config.read(json.loads(space["residual"]().to_json()))) == text
