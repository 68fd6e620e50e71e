"""Folding by rows, and selections that grow from a token to the file."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from dslc.editor.naming import names
from dslc.editor.structure import folds, selection
from tests.conftest import SAMPLES
from tests.editor.conftest import Given, project

Document = Callable[..., Given]


def test_what_folds(document: Document) -> None:
    analysis, _ = document(
        '"""A file.\n\nMore.\n"""\n# one\n# two\nuse A from "a.kdl"\nuse B from "b.kdl"\nmodel M {\n    input x: (4,)\n'
        "    for i in range(3) {\n        x = x -> ReLU\n    }\n    y = x\n        -> ReLU\n        -> Dense(\n            3,\n        )\n"
        "    output [\n        x,\n        y,\n    ] -> Add\n}\n"
    )
    assert [(each.first, each.last, each.kind) for each in folds(analysis)] == [
        (1, 4, "comment"), (5, 6, "comment"), (7, 8, "imports"), (9, 22, "region"), (11, 12, "region"),
        (14, 18, "region"), (16, 17, "region"), (19, 22, "region"),
    ]  # fmt: skip


def test_a_selection_grows(document: Document) -> None:
    analysis, offset = document(
        "model M {\n    input a: (9, 9, 1)\n    x = a -> Conv2D(filters=3‸2) -> ReLU\n    output x\n}\n"
    )
    found = selection(analysis, names(analysis), offset)
    assert [each.brief for each in found][:7] == [
        "32", "filters=32", "Conv2D(filters=32)", "a -> Conv2D(filters=32)", "a -> Conv2D(filters=32) -> ReLU",
        "x = a -> Conv2D(filters=32) -> ReLU", "{ input a: (9, 9, 1) x = a -> Conv2D(filters=…",
    ]  # fmt: skip
    assert len(found) == 9 and found[-1].text == analysis.source.text


@pytest.mark.parametrize("path", SAMPLES[1::3], ids=lambda path: path.stem)
def test_everywhere_in_any_beginning_of_a_sample(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for end in range(len(text), 0, -max(1, len(text) // 12)):
        files = project({"m.kdl": text[:end]})
        analysis = files.analysis("m.kdl")
        assert analysis is not None
        rows = len(analysis.source.starts)
        assert all(1 <= each.first < each.last <= rows for each in folds(analysis))
        for offset in range(0, end + 1, 3 if end == len(text) else 29):
            around = selection(analysis, files.names("m.kdl"), offset)
            assert around[-1].end == end
            assert around[0].start <= offset <= around[0].end
            for inner, outer in itertools.pairwise(around):
                assert outer.start <= inner.start and inner.end <= outer.end and inner != outer
