"""Pieces of a file: each is read for itself, and what was read stays true when the text above it changes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic
from dslc.record import fields_of
from dslc.source import Base, Source, Span
from dslc.syntax.parse import Parsed, parse, parse_piece
from dslc.syntax.pieces import pieces
from tests.conftest import ROOT
from tests.format.random_programs import program

WHOLE = ("merge_conflict", "python_file")
"""Files of which one thing is said as a whole, whatever their pieces hold."""

FILES = sorted(
    path
    for folder in ("samples", "tests")
    for path in (ROOT / folder).rglob("*.kdl")
    if path.stem not in WHOLE
)
TEXTS = [path.read_text(encoding="utf-8") for path in FILES]

SEVERAL = '''"""A docstring
model Not { in a string
"""
use Other from "other.kdl"

# about the constant
WIDTHS = [
    64,  # half
    128,
]
HALF = 0.5  # behind it

fn double(n) = 2 * n


# the model

model M {
    input x: (8,)
    name = f"say {HALF}"
    output x -> Dense(double(3))
}
extern Layer(size) from package.module
'''


def cut(text: str) -> list[str]:
    return [text[begin:end] for begin, end in pieces(text)]


def mutated(chance: random.Random, text: str) -> str:
    """The text without a line or a character, or with one too many."""
    at = chance.randrange(len(text))
    kind = chance.randrange(4)
    if kind == 0:
        lines = text.splitlines(keepends=True)
        del lines[chance.randrange(len(lines))]
        return "".join(lines)
    if kind == 1:
        return text[:at] + chance.choice("(){}[]=,.:'\"#\n\\ x") + text[at:]
    return text[:at] + text[at + 1 :]


def broken_texts() -> Iterator[str]:
    chance = random.Random(11)
    small = [text for text in TEXTS if len(text) < 4000]
    for _ in range(250):
        yield mutated(chance, chance.choice(small))
    for _ in range(100):
        yield mutated(chance, program(chance))


def spans(value: Any) -> Iterator[Span]:
    """All places in a tree, in diagnostics, or in lists of them."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from spans(each)
    elif type(value).__module__.startswith("dslc.") and not isinstance(value, (Base, Source, Cause)):
        yield from spans(fields_of(value))


def moved(value: Any, by: int) -> Any:
    """The same with places as numbers, `by` characters further on: to compare what stands in different sources."""
    if isinstance(value, Span):
        return value.start + by, value.end + by
    if isinstance(value, (tuple, list)):
        return [moved(each, by) for each in value]
    if type(value).__module__.startswith("dslc.") and not isinstance(value, Cause):
        return type(value).__name__, [moved(each, by) for each in fields_of(value)]
    return value


def test_an_item_is_a_piece_with_the_comments_above_it() -> None:
    said = cut(SEVERAL)
    assert [piece.strip().split("\n")[0] for piece in said] == [
        '"""A docstring',
        'use Other from "other.kdl"',
        "# about the constant",
        "HALF = 0.5  # behind it",
        "fn double(n) = 2 * n",
        "# the model",
        "extern Layer(size) from package.module",
    ]


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: path.stem if path.stem != "model" else path.parent.stem
)
def test_every_item_of_a_whole_file_that_begins_a_line_is_a_piece(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    module, diagnostics = parse(Source("x", text))
    if not any(item.severity == "error" for item in diagnostics):
        first = [
            each.span.start for each in module.statements if text[: each.span.start].endswith(("\n", ""))
        ]
        assert len(pieces(text)) == len(first)


def test_pieces_lie_side_by_side_and_are_the_text() -> None:
    for text in (*TEXTS, *broken_texts(), "", "\n", "# only a comment"):
        assert "".join(cut(text)) == text


def test_a_piece_alone_is_cut_no_further() -> None:
    for text in (*TEXTS, *broken_texts()):
        for piece in cut(text):
            assert cut(piece) == [piece]


def test_a_piece_in_a_file_of_its_own_has_the_same_tree_and_the_same_diagnostics() -> None:
    for text in (*TEXTS, *broken_texts()):
        module, diagnostics = parse(Source("whole", text))
        if any(item.code == "DSL114" for item in diagnostics):
            continue  # another language, as a whole
        statements: list[Any] = []
        said: list[Any] = []
        for begin, end in pieces(text):
            alone = parse_piece(Base(Source("piece", text[begin:end]), 0), text[begin:end])
            statements += moved(alone.statements, begin)
            said += moved(alone.diagnostics, begin)
        assert moved(module.statements, 0) == statements
        assert moved(diagnostics, 0) == said


def test_a_missing_brace_stays_in_its_item() -> None:
    broken = SEVERAL.replace("fn double(n) = 2 * n", "fn double(n) {\n    return 2 * n")
    assert cut(broken)[5:] == cut(SEVERAL)[5:]
    _, diagnostics = parse(Source("x", broken))
    assert [item.code for item in diagnostics] == ["DSL102"]


def test_a_constant_stays_with_what_is_broken_before_it() -> None:
    assert cut("model M {\n input x\n\nA = 1\nB = 2\nmodel N {}\n") == [
        "model M {\n input x\n\nA = 1\nB = 2\n",
        "model N {}\n",
    ]


@pytest.mark.parametrize("open_string", ['f"{x', "x = f'", 'rf"', 'f"""', "'", '"'])
def test_a_string_that_is_never_closed_ends_with_its_line(open_string: str) -> None:
    assert cut(f"A = 1\n{open_string}\nB = 2\n")[-1] == "B = 2\n"
    assert cut(f"A = 1\n{open_string}\nmodel M {{}}\n")[-1] == "model M {}\n"


def test_a_docstring_that_is_never_closed_ends_before_the_next_item() -> None:
    text = 'A = 1\n"""open\n\nB = 1\nmodel M {\n input x: (1,)\n}\nC = 1\n'
    assert cut(text) == ['A = 1\n"""open\n\nB = 1\n', "model M {\n input x: (1,)\n}\n", "C = 1\n"]
    _, diagnostics = parse(Source("x", text))
    assert [(item.code, item.help) for item in diagnostics] == [("DSL105", 'end it with `"""`')]


@pytest.mark.parametrize("inserted", ["", "# a line\n", 'NEW = "äöü"\n\n'])
def test_places_move_with_their_base(inserted: str) -> None:
    for text in (*TEXTS[::3], SEVERAL, SEVERAL.replace("double(3))", "double(3")):
        source = Source("before", text)
        read: list[Parsed] = [
            parse_piece(Base(source, begin), text[begin:end]) for begin, end in pieces(text)
        ]
        said = [(each, span, span.text) for each in read for span in spans(fields_of(each)[1:])]
        assert all(span.base is each.base for each, span, _ in said)
        after = Source("after", inserted + text)
        for each in read:
            each.base.source, each.base.offset = after, each.base.offset + len(inserted)
        for _, span, words in said:
            assert span.text == words
            assert span.begin.row >= inserted.count("\n") + 1


def test_what_is_kept_of_other_pieces_is_what_reading_the_changed_file_gives() -> None:
    chance = random.Random(3)
    for _ in range(40):
        text = "\n".join(program(chance) for _ in range(2))
        changed = mutated(chance, text)
        kept = {
            text[begin:end]: parse_piece(Base(Source("old", text[begin:end]), 0), text[begin:end])
            for begin, end in pieces(text)
        }
        source = Source("new", changed)
        statements: list[Any] = []
        diagnostics: list[Diagnostic] = []
        for begin, end in pieces(changed):
            piece = changed[begin:end]
            one = kept.get(piece) or parse_piece(Base(source, begin), piece)
            one.base.source, one.base.offset = source, begin
            statements += moved(one.statements, 0)
            diagnostics += moved(one.diagnostics, 0)
        module, said = parse(source)
        if not any(item.code == "DSL114" for item in said):
            assert statements == moved(module.statements, 0)
            assert diagnostics == moved(said, 0)
