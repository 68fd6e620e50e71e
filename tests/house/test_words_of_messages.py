"""Who tells what follows from a mistake asks diagnostics for their code, cause, subject and names: their words may change."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

READERS = [ROOT / "dslc" / "diagnostics" / f"{name}.py" for name in ("followers", "explained")]
SPOKEN = ("text", "help", "caption")


def _is_spoken(node: ast.AST) -> bool:
    """Whether an expression is what a diagnostic says; `span.text` is what the user wrote."""
    if isinstance(node, ast.BoolOp):
        return any(map(_is_spoken, node.values))
    if not (isinstance(node, ast.Attribute) and node.attr in SPOKEN):
        return False
    owner = node.value
    return (owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")) != "span"


def looks_at_words(source: str) -> Iterator[int]:
    """The lines in which a program looks for something in the words of a diagnostic."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[searched]):
                found = _is_spoken(searched)
            case ast.Call(func=ast.Attribute(value=owner), args=arguments):
                found = _is_spoken(owner) or any(map(_is_spoken, arguments))
            case ast.Subscript(value=searched):
                found = _is_spoken(searched)
            case _:
                found = False
        if found:
            yield node.lineno


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.stem)
def test_no_words_of_a_diagnostic_are_read(path: Path) -> None:
    assert list(looks_at_words(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line", ['"a" in each.text', 're.match("a", each.help or "")', "each.text.split()", "said.caption[1:]"]
)
def test_a_look_is_found(line: str) -> None:
    assert list(looks_at_words(line)) == [1]


@pytest.mark.parametrize("line", ["each.text == other.text", '"a" in each.span.text', 'f"{each.help}"'])
def test_a_word_may_be_compared_and_said_again(line: str) -> None:
    assert list(looks_at_words(line)) == []
