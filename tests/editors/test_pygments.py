"""Pygments with our lexer: nothing of a model is an error, nothing gets lost, and words are words where the compiler says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pygments import token as t
from pygments.token import Token

from dslc.integrations.pygments_lexer import DslcLexer
from tests.conftest import ROOT
from tests.editors.conftest import MODELS, THEIRS, keyword_places, name_places


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_model_is_read_whole_and_without_an_error(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pieces = list(DslcLexer().get_tokens_unprocessed(text))
    assert "".join(piece for _, _, piece in pieces) == text
    assert [piece for _, kind, piece in pieces if kind is Token.Error] == []
    words = {at for at, kind, _ in pieces if kind in t.Keyword or kind is t.Operator.Word}
    assert set(keyword_places(text)) <= words
    assert not words & set(name_places(text))


def test_pieces_of_a_line() -> None:
    text = 'model M(n = 2) { x = _ -> Dense(n, name=f"a{n}") }  # why\n'
    shown = [
        (piece, str(kind).removeprefix("Token."))
        for _, kind, piece in DslcLexer().get_tokens_unprocessed(text)
        if not piece.isspace() and kind is not t.Punctuation
    ]
    assert shown == [
        ("model", "Keyword.Declaration"),
        ("M", "Name.Class"),
        ("n", "Name"),
        ("=", "Operator"),
        ("2", "Literal.Number.Integer"),
        ("x", "Name"),
        ("=", "Operator"),
        ("_", "Name.Builtin.Pseudo"),
        ("->", "Operator"),
        ("Dense", "Name.Class"),
        ("n", "Name"),
        ("name", "Name"),
        ("=", "Operator"),
        ('f"a', "Literal.String"),
        ("{n}", "Literal.String.Interpol"),
        ('"', "Literal.String"),
        ("# why", "Comment.Single"),
    ]


@pytest.mark.parametrize(
    "text", ["model M {\n    $x 'open\n", "(" * 200, '"""never closed', "}}", "a = {1: 2}\n", ""]
)
def test_what_is_no_model_is_read_whole_too(text: str) -> None:
    assert "".join(piece for _, _, piece in DslcLexer().get_tokens_unprocessed(text)) == text


def test_it_is_more_sure_of_models_than_of_the_other_language() -> None:
    models = [DslcLexer.analyse_text(path.read_text(encoding="utf-8")) for path in MODELS]
    others = [DslcLexer.analyse_text(text) for text in THEIRS.values()]
    assert min(models) > 0 and others[:2] == [0, 0] and max(others) <= min(models)


def test_pygmentize_knows_it_by_name(tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text("model M {\n    input x: (4,)\n    output x\n}\n")
    asked = [
        sys.executable,
        "-m",
        "pygments",
        "-f",
        "raw",
        "-l",
        f"{ROOT}/dslc/integrations/pygments_lexer.py:DslcLexer",
    ]
    done = subprocess.run([*asked, "-x", tmp_path / "m.kdl"], capture_output=True, text=True)
    assert "Token.Keyword.Declaration\t'model'" in done.stdout, done.stderr
