"""docs/from-pytorch.md: its texts compile, have as many parameters as it says, and its tables name what there is."""

from __future__ import annotations

import ast
import re

import pytest

import dslc
from dslc import driver
from dslc.source import Source
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "from-pytorch.md").read_text(encoding="utf-8")
TEXTS = re.findall(
    r"^```kdl\n(.*?)^```(?:\n\nBoth have ([\d,]+) parameters)?", PAGE, re.MULTILINE | re.DOTALL
)
HERE = [
    row.split("|")[2]
    for row in PAGE.partition("## Layers and functions")[2].split("\n")
    if row.startswith("| `")
]


@pytest.mark.parametrize(("text", "parameters"), TEXTS, ids=[text.split("\n")[0] for text, _ in TEXTS])
def test_a_text_is_right_and_as_large_as_is_said(text: str, parameters: str) -> None:
    checked = driver.check(Source("model.kdl", text))
    assert not checked.diagnostics
    assert dslc.format(text) == text
    if parameters:
        (graph,) = dslc.compile(text, filename="model.kdl").summary["models"]  # type: ignore[misc]
        assert f"{graph['params']['total']:,}" == parameters


@pytest.mark.parametrize("python", re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
def test_the_python_is_python(python: str) -> None:
    ast.parse(python)


def test_every_layer_and_function_of_the_table_is_there() -> None:
    from dslc.keras import operations
    from dslc.keras.layers import names

    named = [name for cell in HERE for name in re.findall(r"\b[A-Z]\w+(?=[(`])", cell)]
    functions = [name for cell in HERE for name in re.findall(r"\b(?:ops|random)\.\w+", cell)]
    assert len(named) > 15 and len(functions) > 5
    assert set(named) - {"Layer"} <= set(names())
    assert set(functions) <= set(operations.names())
