"""Formatting as edits: they make what `dslc fmt` makes, and touch no line that is in form."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from dslc.diagnostics.diagnostic import Edit
from dslc.editor.formatting import formatted, formatted_range
from dslc.syntax.format import format_text
from tests.conftest import ROOT
from tests.editor.conftest import Given, project

Document = Callable[..., Given]
UGLY = "model M {\n    input x:(4,)\n    y = x->Dense(3)\n    z = y -> ReLU\n    if 1<2 {\n        z=z->ReLU\n        z = z->ReLU\n    }\n    output z\n}\n"


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits."""
    for each in sorted(edits, key=lambda each: each.span.start, reverse=True):
        text = text[: each.span.start] + each.content + text[each.span.end :]
    return text


def test_only_lines_that_change_are_touched(document: Document) -> None:
    analysis, _ = document(UGLY)
    edits = formatted(analysis)
    assert applied(UGLY, edits) == format_text(UGLY)
    touched = {row for each in edits for row in range(each.span.begin.row, each.span.finish.row)}
    assert touched == {2, 3, 5, 6, 7}


@pytest.mark.parametrize(
    ("place", "rows"),
    [("‸y = x", {3}), ("z = y", set()), ("z=z", {6}), ("1<2", {5, 6, 7}), ("input x", {2})],
)  # fmt: skip
def test_a_range_means_the_statements_that_it_touches(place: str, rows: set[int], document: Document) -> None:
    analysis, _ = document(UGLY)
    start = UGLY.index(place.replace("‸", ""))
    edits = formatted_range(analysis, start, start + 3)
    assert {row for each in edits for row in range(each.span.begin.row, each.span.finish.row)} == rows


def test_a_text_in_form_has_no_edits(document: Document) -> None:
    analysis, _ = document(format_text(UGLY))
    assert formatted(analysis) == []


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.kdl")), ids=lambda path: path.stem)
def test_edits_make_what_fmt_makes(path: object) -> None:
    text = path.read_text(encoding="utf-8").replace("    ", "  ").replace(", ", ",")  # type: ignore[attr-defined]
    for end in range(0, len(text) + 1, max(1, len(text) // 9)):
        given = project({"m.kdl": text[:end]}).analysis("m.kdl")
        assert given is not None
        assert applied(text[:end], formatted(given)) == format_text(text[:end])
        assert applied(text[:end], formatted_range(given, 0, end)) == format_text(text[:end])
