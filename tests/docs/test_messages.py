"""docs/messages.md: what `dslc` and Keras say of each mistake is what stands there.

Behind every model text comes what `dslc` says of it, behind every piece of Python what Keras says. `pytest --update` writes both.
"""

from __future__ import annotations

import re

import pytest

from dslc import driver
from dslc.diagnostics.render import render
from dslc.source import Source
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "messages.md"
EXAMPLE = re.compile(r"```(kdl|python)\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)
SILENT = "(nothing)\n"


def said_by_dslc(text: str) -> str:
    """The message, as a terminal shows it, without the pointer to its essay."""
    shown = render(list(driver.check(Source("net.kdl", text)).diagnostics), "full")
    return "\n".join(line for line in shown.rstrip().split("\n") if "= for more:" not in line) + "\n"


def said_by_keras(code: str) -> str:
    """The exception that Keras ends the code with, in one line, without its colours and its list of arguments."""
    keras = pytest.importorskip("keras")
    keras.utils.clear_session()
    try:
        exec(code, {"keras": keras, "layers": keras.layers})  # of this page alone
    except Exception as error:
        plain = re.sub(r"\x1b\[\d*m", "", str(error)).partition("Arguments received by")[0]
        return f"{type(error).__name__}: {' '.join(plain.split())}\n"
    return SILENT


def answered(found: re.Match[str]) -> str:
    """An example with what is said of it."""
    kind, text = found[1], found[2]
    said = said_by_dslc(text) if kind == "kdl" else said_by_keras(text)
    return f"```{kind}\n{text}```\n\n```text\n{said}```\n"


def test_the_page_is_current(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    now = EXAMPLE.sub(answered, text)
    if request.config.option.update:
        PAGE.write_text(now, encoding="utf-8")
        return
    assert text == now, "run: pytest tests/docs/test_messages.py --update"


def test_it_shows_ten_mistakes_each_with_one_message() -> None:
    found = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    assert [kind for kind, _, _ in found] == ["kdl", "python"] * 10
    for kind, text, _ in found:
        if kind == "kdl":
            (item,) = driver.check(Source("net.kdl", text)).diagnostics
            assert item.help is not None
