"""The outline with its shapes, and the search over all files."""

from __future__ import annotations

import pytest

from dslc.editor.symbols import Entry, outline, search
from tests.conftest import SAMPLES
from tests.editor.conftest import project

BLOCKS = "block Twice(units = 4) {\n    input x: (T?, C?)\n    weight w: (C,)\n    shared head = Dense(units)\n    output x * w -> head\n}\n"
MODEL = (
    'use Twice from "blocks.kdl"\nWIDTHS = [1, 2]\nfn half(v) = v // 2\nextern Mine(k) from pack.layers\nmodel M {\n'
    "    input a: (9, 4)\n    x = a -> Twice(units=half(6))\n    x = x -> ReLU\n    y, h = x -> GRU(5, return_sequences=True, return_state=True)\n"
    "    z = h\n    output [y, z -> RepeatVector(9)] -> Concatenate\n}\nblock Short(n) = Dense(n)\n"
)


def lines(entries: list[Entry] | tuple[Entry, ...], depth: int = 0) -> list[str]:
    """An outline as text."""
    found = []
    for each in entries:
        found.append(f"{'  ' * depth}{each.kind} {each.name} {each.detail}".rstrip())
        found += lines(each.children, depth + 1)
    return found


def test_the_outline() -> None:
    files = project({"m.kdl": MODEL, "blocks.kdl": BLOCKS})
    analysis = files.analysis("m.kdl")
    assert analysis is not None
    assert lines(outline(analysis, files.names("m.kdl"))) == [
        "constant WIDTHS [1, 2]",
        "fn half (v)",
        "extern Mine (k) from pack.layers",
        "model M",
        "  input a (9, 4)",
        "  value x (9, 3)",
        "  value y (9, 5)",
        "  value h (5,)",
        "  value z (5,)",
        "block Short (n)",
    ]
    blocks = files.analysis("blocks.kdl")
    assert blocks is not None
    assert lines(outline(blocks, files.names("blocks.kdl"))) == [
        "block Twice (units = 4)",
        "  input x (T?, C?)",
        "  weight w (C,)",
        "  shared head Dense(units)",
    ]


def test_the_search_goes_through_all_files() -> None:
    files = project({"m.kdl": MODEL, "blocks.kdl": BLOCKS})
    files.open("m.kdl", MODEL)
    assert [(each.name, file) for each, file in search(files, "t")] == [
        ("WIDTHS", "m.kdl"), ("Short", "m.kdl"), ("Twice", "blocks.kdl"),
    ]  # fmt: skip
    assert [each.name for each, _ in search(files, "twc")] == ["Twice"]
    assert len(search(files, "")) == 6


@pytest.mark.parametrize("path", SAMPLES[::3], ids=lambda path: path.stem)
def test_any_beginning_of_a_sample_has_an_outline(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for end in range(0, len(text) + 1, max(1, len(text) // 40)):
        files = project({"m.kdl": text[:end]})
        analysis = files.analysis("m.kdl")
        assert analysis is not None
        for each in outline(analysis, files.names("m.kdl")):
            for one in (each, *each.children):
                assert one.span.start <= one.name_span.start and one.name_span.end <= one.span.end
                assert each.span.start <= one.span.start and one.span.end <= each.span.end
