"""The grammar means what Lark's own parser makes of it: the compiler's parser takes and refuses the same programs.

Both read the same tokens (`dslc/syntax/lexer.py` gives words and line ends a meaning that no lexer of Lark's could), and
of what both take they make the same tree: the same rules with the same parts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

import lark
import pytest
from lark.lexer import Lexer

from dslc.source import Base, Source
from dslc.syntax.lexer import tokenize
from dslc.syntax.parse import drive
from dslc.syntax.tokens import Token
from tests.conftest import ROOT
from tests.format.random_programs import program
from tests.programs.generate import generate
from tests.syntax.test_pieces import TEXTS, cut, mutated


class OurTokens(Lexer):
    """Gives Lark's parser the tokens that it is called with."""

    def __init__(self, _: Any) -> None: ...

    def lex(self, tokens: list[Token]) -> Iterator[lark.Token]:
        for token in tokens:
            yield lark.Token(token.type, (token.start, token.end))


JUDGE = lark.Lark(
    (ROOT / "grammar" / "kdl.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer=OurTokens,
    start="file",
    maybe_placeholders=False,
)


class Recorder:
    """Stands for the builder: a reduction becomes the name of its method and its parts."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def __getattr__(self, method: str) -> Any:
        return lambda _, *parts: (method, *map(plain, parts))


def plain(part: Any) -> Any:
    """A part of either tree as tuples. Line ends and the tokens that stand for broken statements carry nothing."""
    match part:
        case Token():
            return part.type, part.start, part.end
        case lark.Token():
            return (str(part.type), *part.value)
        case lark.Tree():
            kept = [each for each in part.children if getattr(each, "type", "") not in ("NEWLINE", "ERROR")]
            return (str(part.data), *map(plain, kept))
    return part


def judged(tokens: list[Token]) -> Any:
    """Lark's tree, or None where it refuses."""
    try:
        return plain(JUDGE.parse(tokens))
    except lark.exceptions.UnexpectedInput:
        return None


def ours(text: str, tokens: list[Token]) -> Any:
    """The compiler's tree, or None where a token does not fit."""
    diagnostics: list[Any] = []
    base = Base(Source("x", text), 0)
    tree = drive("file", text, tokens, Recorder(base), diagnostics, {})  # type: ignore[arg-type]
    return None if diagnostics else tree


def compare(texts: list[str]) -> tuple[int, int]:
    """Compare what both make of every piece of some texts; how many pieces they took, and how many they refused."""
    taken = refused = 0
    for text in texts:
        for piece in cut(text):
            tokens = tokenize(Source("x", piece), piece).tokens
            if tokens and tokens[-1].type == "NEWLINE":
                tokens.pop()
            tree = judged(tokens)
            assert ours(piece, tokens) == tree, piece
            taken += tree is not None
            refused += tree is None
    return taken, refused


def test_samples_goldens_and_programs_with_mistakes() -> None:
    taken, refused = compare(TEXTS)
    assert taken > 300 and refused > 10


def test_random_programs() -> None:
    chance = random.Random(5)
    programs = (program(chance) for _ in range(100_000))
    short = islice(
        (text for text in programs if len(text) < 700), 1800
    )  # long ones hold nothing else, and take long
    taken, refused = compare(list(short))
    assert taken > 3000 and refused == 0


def test_random_programs_of_layers() -> None:
    taken, refused = compare([generate(seed) for seed in range(200)])
    assert taken > 200 and refused == 0


def test_broken_random_programs() -> None:
    chance = random.Random(6)
    small = [text for text in TEXTS if len(text) < 2000]
    taken, refused = compare([mutated(chance, chance.choice(small)) for _ in range(500)])
    assert taken > 300 and refused > 100


@pytest.mark.parametrize("text", ["x = [1,, 2]", "x = 1,, 2", "f(,)", "x y", "use A", "model M"])
def test_both_refuse(text: str) -> None:
    assert compare([text]) == (0, 1)
