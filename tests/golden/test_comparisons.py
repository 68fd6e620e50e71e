"""`==` and `!=` with None become `is` and `is not`, on either side and in chains: what linters of Python ask for, and nothing else changes."""

from __future__ import annotations

import pytest

from dslc.driver import build, check
from dslc.source import Source
from dslc.styles import STYLES

TEXT = """
model Net(width = None, other = 4) {
    input x: (4,)
    output x -> (Dense(3) if TEST else Dense(5))
}
"""


@pytest.mark.parametrize(
    ("test", "asked"),
    [
        ("width == None", "width is None"),
        ("width != None", "width is not None"),
        ("None == width", "None is width"),
        ("other == 4 != None", "other == 4 is not None"),
        ("other == 4", "other == 4"),
    ],
)
def test_none_is_compared_by_identity(test: str, asked: str) -> None:
    checked = check(Source("net.kdl", TEXT.replace("TEST", test)))
    for style in STYLES:
        code = build(checked, style).code
        if code is not None:
            assert asked in code.replace("self.", "")
            assert "== None" not in code and "!= None" not in code
    assert build(checked, "subclass").code is not None
