"""Colours of `.kdl` models wherever Pygments gives them: Sphinx, MkDocs, Jupyter, `pygmentize -l dslc`.

In: a text.  Out: all of it as Pygments tokens. The compiler's own lexer reads it, so that a word such as `input` is a keyword exactly
where it is one to the compiler; what that takes for no token at all is an `Error`.

    model M(n = 2) { …      Keyword.Declaration, Name.Class, Punctuation, Name, …
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from pygments import token as t
from pygments.lexer import Lexer

from dslc.program.scope import BUILTINS, NAMESPACES
from dslc.regex import regex
from dslc.source import Source
from dslc.syntax.foreign import foreign_document
from dslc.syntax.lexer import tokenize
from dslc.syntax.tables import ENDS_VALUE, ITEMS, KEYWORDS, OPERATORS, SOFT, STATEMENTS

_WORDS = frozenset(KEYWORDS.values())
_PUNCTUATION = frozenset(OPERATORS[text] for text in "()[]{},:.")
_REPLACEMENT = regex(r"\{\{|\}\}|\{[^{}]*\}|\\.")
_ESCAPE = regex(r"\\.", re.DOTALL)

Piece = tuple[int, Any, str]


class DslcLexer(Lexer):  # type: ignore[misc]  # Pygments has no types
    """The models of dslc."""

    name = "dslc model"
    url = "https://pypi.org/project/dslc"
    aliases: ClassVar[list[str]] = ["dslc"]
    filenames: ClassVar[list[str]] = ["*.kdl"]
    mimetypes: ClassVar[list[str]] = ["text/x-dslc"]
    version_added = ""

    @staticmethod
    def analyse_text(text: str) -> float:
        """How sure it is that a text is a model; documents of the KDL Document Language have the same suffix."""
        if foreign_document(text):
            return 0.0
        return 0.6 if re.search(r"^(?:model|block)[ \t]+\w+[ \t]*[({=]", text, re.MULTILINE) else 0.1

    def get_tokens_unprocessed(self, text: str) -> Iterator[Piece]:
        """All of the text, piece by piece."""
        found = tokenize(Source("", text), text)
        pieces = [(each.start, each.end, each.type) for each in found.tokens if each.end > each.start]
        pieces += [(each.start, each.end, "COMMENT") for each in found.comments]
        pieces = [each for each in pieces if each[2] != "NEWLINE"]
        at, before = 0, ""
        for start, end, kind in sorted(pieces):
            if start < at:
                continue  # a bracket that an unclosed string took in
            yield from _between(at, text[at:start])
            yield from _token(start, text[start:end], kind, before, text[end : end + 80].lstrip(" \t"))
            at, before = end, kind
        yield from _between(at, text[at:])


def _between(at: int, text: str) -> Iterator[Piece]:
    """Spaces, and what belongs to no token."""
    for each in re.finditer(r"\s+|\S+", text):
        yield at + each.start(), t.Whitespace if each[0].isspace() else t.Error, each[0]


def _token(at: int, text: str, kind: str, before: str, after: str) -> Iterator[Piece]:
    if kind in ("STRING", "FSTRING"):
        yield from _string(at, text, kind)
    else:
        yield at, _kind(text, kind, before, after), text


def _kind(text: str, kind: str, before: str, after: str) -> Any:
    """What a token is to Pygments."""
    if kind in _WORDS and text in KEYWORDS:
        return _word(kind)
    if kind == "COMMENT":
        return t.Comment.Special if text.lstrip("# ").startswith("dslc:") else t.Comment.Single
    if kind == "NUMBER":
        return t.Number.Float if re.search(r"[.eE]", text) and text[:2].lower() != "0x" else t.Number.Integer
    if kind == "NAME":
        return _name(text, before, after)
    if kind in _PUNCTUATION:
        return t.Punctuation
    return t.Keyword.Constant if kind in ENDS_VALUE else t.Operator


def _word(kind: str) -> Any:
    if kind == "USE" or kind in SOFT - ITEMS - STATEMENTS:
        return t.Keyword.Namespace
    if kind in ITEMS:
        return t.Keyword.Declaration
    if kind in STATEMENTS or kind == "ELSE":
        return t.Keyword
    return t.Keyword.Constant if kind in ENDS_VALUE else t.Operator.Word


def _name(text: str, before: str, after: str) -> Any:
    if before == "DOT":
        return t.Name.Attribute
    if before in ITEMS:
        return t.Name.Function if before == "FN" else t.Name.Class
    if text == "_":
        return t.Name.Builtin.Pseudo
    if text in BUILTINS and after.startswith("("):
        return t.Name.Builtin
    if text in NAMESPACES and after.startswith("."):
        return t.Name.Namespace
    return (
        t.Name.Class if text[0].isupper() and not (text.isupper() and not after.startswith("(")) else t.Name
    )


def _string(at: int, text: str, kind: str) -> Iterator[Piece]:
    """A string with its escapes and the values that it takes in."""
    begin = re.match(r"([rRfF]?)(\"\"\"|'''|[\"'])", text)
    own = t.String.Doc if begin is not None and len(begin[2]) == 3 else t.String
    inside = _REPLACEMENT if kind == "FSTRING" else None if text[:1] in "rR" else _ESCAPE
    last = 0
    for each in [] if inside is None else inside.finditer(text):
        if each.start() > last:
            yield at + last, own, text[last : each.start()]
        escape = each[0][0] == "\\" or each[0] in ("{{", "}}")
        yield at + each.start(), t.String.Escape if escape else t.String.Interpol, each[0]
        last = each.end()
    if last < len(text):
        yield at + last, own, text[last:]
