"""What holds of words and statements: none is forgotten, in `dslc/syntax` or in the editor's tables, and the lists are the grammar's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dslc.editor import completion, meanings
from dslc.syntax.tables import ITEMS, KEYWORDS, STATEMENTS
from tests.conftest import ROOT

ROOM = ROOT / "dslc" / "syntax"
FILES = sorted(ROOM.glob("*.py"))
WRITTEN = [path for path in FILES if path.name not in ("tables.py", "advice.py")]  # those are generated
WORDS = {
    word for text, terminal in KEYWORDS.items() if terminal in ITEMS | STATEMENTS for word in (text, terminal)
}

by_name = pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)


@by_name
def test_a_match_over_nodes_knows_all_of_them(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Match) and "nodes." in ast.unparse(node.cases[0].pattern):
            last = ast.unparse(node.cases[-1].pattern), ast.unparse(node.cases[-1].body[0])
            assert last == ("_", f"assert_never({ast.unparse(node.subject)})"), f"line {node.lineno}"


@by_name
def test_fields_of_nodes_are_looked_up_in_the_traversal_only(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "__match_args__" not in text
    assert "__slots__" not in text.replace("    __slots__ = (", "")
    assert path.stem == "traversal" or "__annotations__" not in text


@by_name
def test_the_words_of_statements_are_listed_by_the_grammar_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Set, ast.Tuple, ast.List, ast.Dict)):
            parts = node.keys if isinstance(node, ast.Dict) else node.elts
            said = [part.value for part in parts if isinstance(part, ast.Constant) and part.value in WORDS]
            assert len(said) < 3, f"line {node.lineno} lists {said}: take them from tables.py"


def test_an_editor_offers_and_explains_every_word_that_a_statement_begins_with() -> None:
    begin = {text for text, terminal in KEYWORDS.items() if terminal in ITEMS | STATEMENTS}
    assert {*completion._STATEMENTS, *completion._ITEMS} == begin
    assert {word for word, _, _ in meanings._WORDS.values()} | {"block", "model"} == begin
