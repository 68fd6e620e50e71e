"""Colours: what every token of a document is.

In: an analysis and its names.  Out: tokens that lie side by side in the order of the text, none over two lines, each with its type and what
else is known of it.

    output x -> Dense(units=3)      keyword, variable (declared above), operator, class (of Keras), punctuation, parameter, …
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from dslc.editor.analysis import Analysis
from dslc.editor.callables import item_of
from dslc.editor.names import Kind, Names, Occurrence
from dslc.program.items import kind_of
from dslc.record import record, replace
from dslc.source import Base, Source
from dslc.syntax import nodes as t
from dslc.syntax.lexer import tokenize
from dslc.syntax.pieces import pieces
from dslc.syntax.tables import KEYWORDS, OPERATORS
from dslc.syntax.traversal import TREE

Type = Literal[
    "keyword", "class", "function", "type", "namespace", "parameter", "variable", "property", "typeParameter",
    "number", "string", "comment", "operator", "punctuation",
]  # fmt: skip
Modifier = Literal["declaration", "readonly", "modification", "defaultLibrary"]
TYPES: tuple[Type, ...] = get_args(Type)
MODIFIERS: tuple[Modifier, ...] = get_args(Modifier)


@record
class Token:
    """A stretch of one line. The text from `start` to `end` is of one type."""

    start: int
    end: int
    type: Type
    modifiers: tuple[Modifier, ...] = ()


_NAMES: dict[Kind, tuple[Type, tuple[Modifier, ...]]] = {
    "model": ("class", ()),
    "extern": ("class", ()),
    "block": ("function", ()),
    "fn": ("function", ()),
    "constant": ("variable", ("readonly",)),
    "unknown": ("variable", ()),
    "parameter": ("parameter", ()),
    "layer": ("parameter", ()),
    "input": ("variable", ()),
    "output": ("variable", ()),
    "value": ("variable", ()),
    "target": ("variable", ()),
    "shared": ("variable", ()),
    "weight": ("variable", ()),
    "size": ("typeParameter", ("readonly",)),
    "keras": ("class", ("defaultLibrary",)),
    "builtin": ("function", ("defaultLibrary",)),
    "namespace": ("namespace", ()),
    "member": ("function", ("defaultLibrary",)),
    "argument": ("parameter", ("defaultLibrary",)),
    "attribute": ("property", ("defaultLibrary",)),
    "dtype": ("type", ("defaultLibrary",)),
    "word": ("keyword", ()),
    "tap": ("string", ()),
}
_PUNCTUATION = frozenset(OPERATORS[text] for text in "()[]{},:." if text in OPERATORS)
_LITERALS: dict[str, Type] = {"NUMBER": "number", "STRING": "string", "FSTRING": "string"}


def tokens(analysis: Analysis, names: Names) -> list[Token]:
    """Every token of a document."""
    source = analysis.source
    named = {each.span.start: _coloured(analysis, each) for each in names.occurrences}
    formatted = {
        each.span.start: each
        for each in TREE.walk(analysis.tree)
        if isinstance(each, t.FString) and each.parts
    }
    found: list[Token] = []
    for begin, end in pieces(source.text):
        base = Base(source, begin)
        read = _tokenized(base, source.text[begin:end], 0, end - begin)
        for start, stop, kind in sorted(read):
            if kind == "FSTRING" and start in formatted:
                found += _formatted(source, base, formatted[start], named)
            else:
                found += _token(source, start, stop, kind, named)
    return [each for whole in found for each in _lines(source, whole)]


def _coloured(analysis: Analysis, name: Occurrence) -> Occurrence:
    """A name as it has its colour: what Python offers for tensors to flow through is a function, no class."""
    item = item_of(analysis, name.span.text) if name.kind == "extern" else None
    is_function = item is not None and kind_of(item) in ("function", "activation")
    return replace(name, kind="fn") if is_function else name


def _tokenized(base: Base, text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Tokens and comments with their places in the source."""
    read = tokenize(base, text, start, end)
    for token in read.tokens:
        if token.end > token.start and token.type != "NEWLINE":
            yield base.offset + token.start, base.offset + token.end, token.type
    for comment in read.comments:
        yield comment.start, comment.end, "COMMENT"


def _token(source: Source, start: int, end: int, kind: str, named: dict[int, Occurrence]) -> list[Token]:
    known = named.get(start)
    if known is not None and known.span.end >= end:
        return [_of_name(known, start, end)]
    if kind == "COMMENT":
        return [Token(start, end, "comment")]
    if kind in _LITERALS:
        return [Token(start, end, _LITERALS[kind])]
    if kind in _PUNCTUATION:
        return [Token(start, end, "punctuation")]
    word = source.text[start:end]
    if word in KEYWORDS and kind != "NAME":
        return [Token(start, end, "keyword")]
    if kind == "NAME":
        parts = any(
            at < start < each.span.end and each.kind == "namespace" for at, each in _before(named, start)
        )
        return [Token(start, end, "namespace" if parts else "variable")]
    return [Token(start, end, "operator")]


def _before(named: dict[int, Occurrence], start: int) -> Iterator[tuple[int, Occurrence]]:
    """The name whose dotted path a place may lie in."""
    for at in range(start - 1, max(-1, start - 200), -1):
        if at in named:
            yield at, named[at]
            return


def _of_name(known: Occurrence, start: int, end: int) -> Token:
    kind, modifiers = _NAMES[known.kind]
    if known.role == "declaration":
        modifiers = ("declaration", *modifiers)
    elif known.role == "write":
        modifiers = ("modification", *modifiers)
    return Token(start, end, kind, modifiers)


def _formatted(
    source: Source, base: Base, string: t.FString, named: dict[int, Occurrence]
) -> Iterator[Token]:
    """An f-string: text, and between it the tokens of its expressions."""
    at = string.span.start
    text = source.text[base.offset :]
    for part in string.parts:
        if isinstance(part, t.Placeholder):
            first, last = part.value.span.start, part.value.span.end
            yield Token(at, first, "string")
            for start, end, kind in _tokenized(base, text, first - base.offset, last - base.offset):
                yield from _token(source, start, end, kind, named)
            at = last
    yield Token(at, string.span.end, "string")


def _lines(source: Source, token: Token) -> Iterator[Token]:
    """A token line by line; a string may have several."""
    text = source.text[token.start : token.end]
    if "\n" not in text:
        yield token
        return
    at = token.start
    for line in text.split("\n"):
        if line.strip():
            yield Token(at, at + len(line), token.type, token.modifiers)
        at += len(line) + 1


@record
class Change:
    """Of a list of numbers `count` from `start` on are exchanged for `data`."""

    start: int
    count: int
    data: tuple[int, ...]


def change(old: Sequence[int], new: Sequence[int]) -> Change | None:
    """The one stretch in which two lists differ; None where they are the same."""
    if list(old) == list(new):
        return None
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    same = 0
    while same < min(len(old), len(new)) - start and old[-1 - same] == new[-1 - same]:
        same += 1
    return Change(start, len(old) - same - start, tuple(new[start : len(new) - same]))
