"""Definition, references, highlights: from any use of a name to where it comes from, in any file."""

from __future__ import annotations

import pytest

from dslc.editor.navigation import definition, highlights, links, references
from dslc.editor.rename import Refusal, prepare
from tests.conftest import SAMPLES
from tests.editor.conftest import CURSOR, project

BLOCKS = "DEPTH = 2\nblock Twice(units) {\n    input x\n    output x -> Dense(units) -> Dense(units)\n}\n"
MODEL = (
    'use Twice, DEPTH from "blocks.kdl"\nmodel M {\n    input a: (4,)\n    x = a -> Twice(units=DEPTH)\n'
    "    output x -> Twice(3)\n}\n"
)


def at(text: str, place: str) -> tuple[str, int]:
    """A text and where a place in it is, written with a cursor: `use Tw‸ice`."""
    plain = place.replace(CURSOR, "")
    assert text.count(plain) == 1
    return text, text.index(plain) + place.index(CURSOR)


@pytest.mark.parametrize(
    ("place", "leads_to"),
    [
        ("use Tw‸ice", ["blocks.kdl:2"]),
        ("a -> Twi‸ce", ["blocks.kdl:2"]),
        ("uni‸ts=", ["blocks.kdl:2"]),
        ("=DEP‸TH", ["blocks.kdl:1"]),
        ('"blo‸cks', ["blocks.kdl:1"]),
        ("output x‸", ["m.kdl:4"]),
        ("= a‸", ["m.kdl:3"]),
        ("    out‸put", []),
    ],
)
def test_definition(place: str, leads_to: list[str]) -> None:
    files = project({"m.kdl": MODEL, "blocks.kdl": BLOCKS})
    found = definition(files, "m.kdl", at(MODEL, place)[1])
    assert [f"{each.source.name}:{each.row}" for each in found] == leads_to


def test_references_cross_files() -> None:
    files = project({"m.kdl": MODEL, "blocks.kdl": BLOCKS})
    files.open("m.kdl", MODEL)
    for path, offset in (("m.kdl", MODEL.index("Twice(3")), ("blocks.kdl", BLOCKS.index("Twice"))):
        found = references(files, path, offset)
        assert sorted((each.source.name, each.row) for each in found) == [
            ("blocks.kdl", 2), ("m.kdl", 1), ("m.kdl", 4), ("m.kdl", 5),
        ]  # fmt: skip
        assert len(references(files, path, offset, declared=False)) == 3
    found = references(files, "blocks.kdl", BLOCKS.index("units"))
    assert [(each.source.name, each.row) for each in found] == [
        ("blocks.kdl", 2), ("blocks.kdl", 4), ("blocks.kdl", 4), ("m.kdl", 4),
    ]  # fmt: skip


def test_highlights_tell_writing_from_reading() -> None:
    text = "block B {\n    input x\n    x = x -> ReLU\n    output x\n}\nblock C {\n    input x\n    output x\n}\n"
    files = project({"m.kdl": text})
    found = highlights(files.names("m.kdl"), text.index("x = x"))
    assert [(each.span.row, each.role) for each in found] == [
        (2, "declaration"), (3, "write"), (3, "read"), (4, "read"),
    ]  # fmt: skip


def test_a_file_that_is_not_there_is_no_link() -> None:
    files = project({"m.kdl": 'use A from "gone.kdl"\nuse B from "b.kdl"\n', "b.kdl": "block B = ReLU\n"})
    analysis = files.analysis("m.kdl")
    assert analysis is not None
    assert [(each.span.text, each.file) for each in links(analysis)] == [('"b.kdl"', "b.kdl")]
    assert definition(files, "m.kdl", 5) == []


@pytest.mark.parametrize("path", SAMPLES[2::3], ids=lambda path: path.stem)
def test_anywhere_in_any_beginning_of_a_sample(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for end in range(len(text), 0, -max(1, len(text) // 10)):
        files = project({"m.kdl": text[:end]})
        files.open("m.kdl", text[:end])
        for offset in range(0, end + 1, 1 if end == len(text) else 13):
            everywhere = references(files, "m.kdl", offset)
            words = {each.text for each in everywhere}
            assert len(words) <= 1
            assert {each.text for each in definition(files, "m.kdl", offset)} <= words
            found = prepare(files, "m.kdl", offset)
            assert isinstance(found, Refusal) or (found in everywhere and found.start <= offset <= found.end)
