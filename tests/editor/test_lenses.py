"""Lenses say what the summary says; the hierarchy of calls goes both ways, across files."""

from __future__ import annotations

import pytest

from dslc.editor.lenses import incoming, item_at, lenses, outgoing
from tests.conftest import SAMPLES
from tests.editor.conftest import project

BLOCKS = "fn half(v) = v // 2\nblock Twice(n) = Dense(n) -> Dense(half(n))\nblock Idle = ReLU\n"
MODEL = (
    'use Twice from "blocks.kdl"\nblock Deep(n) {\n    input x\n    output x -> Twice(n) -> Twice(2 * n)\n}\n'
    "model M {\n    input x: (4,)\n    output x -> Deep(8) -> Twice(2)\n}\n"
)


def test_lenses() -> None:
    files = project({"m.kdl": MODEL, "blocks.kdl": BLOCKS})
    files.open("m.kdl", MODEL)
    assert [(each.span.text, each.text) for each in lenses(files, "m.kdl")] == [
        ("Deep", "1 use"), ("M", "313 parameters · 548 FLOPs · 1,252 bytes of weights"),
    ]  # fmt: skip
    assert [(each.span.text, each.text) for each in lenses(files, "blocks.kdl")] == [
        ("Twice", "3 uses"), ("Idle", "0 uses"),
    ]  # fmt: skip


def test_uses_in_closed_files_are_those_that_the_hierarchy_finds() -> None:
    """Which checks the files for it; the lenses do not."""
    other = 'use Twice, Idle from "blocks.kdl"\nmodel N(idle = 2) {\n    input x: (4,)\n    output x -> Twice(n=idle) -> Idle\n}\n'
    stranger = "# as in blocks.kdl\nblock Twice = ReLU\nblock Thrice = Twice -> Twice\n"
    texts = {"m.kdl": MODEL, "blocks.kdl": BLOCKS, "other.kdl": other, "stranger.kdl": stranger}
    files = project(texts)
    files.listing = lambda _: list(texts)
    files.open("blocks.kdl", BLOCKS)
    for name, text in (("blocks.kdl", BLOCKS), ("m.kdl", MODEL), ("other.kdl", other.replace("-> Idle", ""))):
        files.open(name, text)
        shown = {each.span.text: each for each in lenses(files, "blocks.kdl")}
        assert shown["Twice"].text == "4 uses"
        assert shown["Idle"].text == ("0 uses" if name == "other.kdl" else "1 use")
        for block, lens in shown.items():
            places = incoming(files, "blocks.kdl", BLOCKS.index(block))
            expected = {(each.source.name, each.start) for _, spans in places for each in spans}
            assert {(each.source.name, each.start) for each in lens.uses} == expected


def test_the_hierarchy() -> None:
    files = project({"m.kdl": MODEL, "blocks.kdl": BLOCKS})
    files.open("m.kdl", MODEL)
    at = MODEL.index("Twice(n)")
    item = item_at(files, "m.kdl", at)
    assert item is not None and (item.name, item.kind, item.span.source.name) == (
        "Twice",
        "block",
        "blocks.kdl",
    )
    assert [(each.name, [span.row for span in spans]) for each, spans in incoming(files, "m.kdl", at)] == [
        ("Deep", [4, 4]), ("M", [8]),
    ]  # fmt: skip
    assert [(each.name, len(spans)) for each, spans in outgoing(files, "m.kdl", at)] == [("half", 1)]
    assert [each.name for each, _ in outgoing(files, "m.kdl", MODEL.index("M {"))] == ["Deep", "Twice"]
    assert item_at(files, "m.kdl", MODEL.index("input")) is None


@pytest.mark.parametrize("path", SAMPLES[::4], ids=lambda path: path.stem)
def test_any_beginning_of_a_sample(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for end in range(len(text), 0, -max(1, len(text) // 15)):
        files = project({"m.kdl": text[:end]})
        assert all(each.text for each in lenses(files, "m.kdl"))
        for offset in range(0, end + 1, 17):
            incoming(files, "m.kdl", offset)
            for item, spans in outgoing(files, "m.kdl", offset):
                assert spans and item.name_span.text == item.name
