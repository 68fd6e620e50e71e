"""Inlay hints: every stage has its shape, in every use, above and below a mistake."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dslc.editor.analysis import Analysis
from dslc.editor.hints import Kind, hints
from tests.conftest import ROOT
from tests.editor.conftest import Given, sample

Document = Callable[..., Given]


def shown(analysis: Analysis, *kinds: Kind) -> dict[int, str]:
    """The hints by their rows, those of a row joined."""
    rows: dict[int, list[str]] = {}
    for each in hints(analysis, 0, len(analysis.source.text), kinds or ("shape", "mask", "parameters")):
        rows.setdefault(analysis.source.position(each.offset).row, []).append(each.text)
    return {row: " ".join(texts) for row, texts in rows.items()}


def test_a_chain_has_a_hint_a_line(document: Document) -> None:
    analysis, _ = document(
        "model M {\n    input image: (28, 28, 1)\n    x = image\n        -> Conv2D(32, 3) -> ReLU\n"
        "        -> MaxPooling2D\n    output x -> Flatten -> Dense(10)\n}\n"
    )
    assert shown(analysis) == {
        4: "→ (26, 26, 32) 320 parameters",
        5: "→ (13, 13, 32)",
        6: "→ (10,) 54.1 k parameters",
    }
    assert shown(analysis, "shape")[6] == "→ (10,)"


def test_a_block_shows_each_of_its_uses(document: Document) -> None:
    analysis, _ = document(
        "block B(n) = Dense(n)\nmodel M {\n    input x: (4,)\n    output x -> B(2) -> B(3) -> B(3)\n}\n"
    )
    assert shown(analysis)[1] == "→ (2,) · (3,) 10 · 9 · 12 parameters"


def test_a_use_of_a_block_has_the_parameters_that_are_inside(document: Document) -> None:
    analysis, _ = document(
        "block B(n) = Dense(n) -> Dense(n)\nmodel Inner {\n    input x: (4,)\n    output x -> B(2)\n}\n"
        "model M {\n    input x: (4,)\n    shared twice = B(3)\n    a = x -> twice -> Dense(4)\n    b = x -> twice\n"
        "    for n in [2, 3] { a = a -> B(n) }\n    output [a, b] -> Concatenate -> Dense(4) -> Inner\n}\n"
    )
    assert shown(analysis, "parameters") == {
        1: "16 · 27 · 21 parameters",
        4: "16 parameters",
        8: "27 parameters",
        9: "16 parameters",
        11: "16 · 21 parameters",
        12: "44 parameters",
    }


def test_operators_and_parts_of_tensors_have_shapes(document: Document) -> None:
    analysis, _ = document(
        "model M {\n    input x: (8, 4)\n    a = x * 0.5\n    b = a[:, 0]\n    c = a + x[:, :, :1]\n    d = -b\n"
        "    n = 3 * 4\n    output d + (c -> Flatten -> Dense(4))\n}\n"
    )
    assert shown(analysis) == {
        3: "→ (8, 4)",
        4: "→ (4,)",
        5: "→ (8, 4)",
        6: "→ (4,)",
        8: "→ (4,) 132 parameters",
    }
    assert {each.offset for each in hints(analysis, 0, 999) if each.offset > 130} == {
        analysis.source.text.index("))\n}") + 2
    }


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ("input x: (H?, 8)\n    output x -> Dense(2)", "(H, 2)"),
        ("input x: (T?, C?)\n    output x -> Dense(n)", "(T, n)"),
        ("input x: (T?, C?)\n    output x -> Conv1D(2 * n, 3, strides=2)", "((T - 3) // 2 + 1, 2 * n)"),
        ("input x: (?, 8)\n    output x[:, 0] -> Dense(n)", "(n,)"),
        ("input x: (32, 32, 3)\n    output x -> Conv2D(n, 3) -> Flatten", "(900 * n,)"),
    ],
)
def test_a_block_that_no_model_uses_shows_what_its_contract_says(
    document: Document, body: str, shape: str
) -> None:
    """Sizes that the block is brought are numbers, whichever."""
    analysis, _ = document(f"block B(n) {{\n    {body}\n}}\n")
    assert shown(analysis, "shape") == {3: f"→ {shape}"}


@pytest.mark.parametrize("line", ["y = x -> Dens(3)", "y = x -> Conv2D(3, 3)", "y = = 3", "y = x -> Dense(3"])
def test_a_mistake_does_not_blind_the_rest(line: str, document: Document) -> None:
    analysis, _ = document(
        f"model M {{\n    input x: (4,)\n    a = x -> Dense(7)\n    {line}\n    b = x -> Dense(9)\n    output a + b\n}}\n"
        "model N {\n    input x: (4,)\n    output x -> Dense(5)\n}\n"
    )
    assert [each.severity for each in analysis.diagnostics if each.severity == "error"]
    texts = shown(analysis, "shape")
    assert (texts[3], texts[5], texts[10]) == ("→ (7,)", "→ (9,)", "→ (5,)")


def test_masks_are_seen(document: Document) -> None:
    analysis, _ = document(
        "model M {\n    input x: (T?,) int32\n    y = x -> Embedding(9, 4, mask_zero=True)\n    output y -> LSTM(3)\n}\n"
    )
    assert shown(analysis, "mask") == {3: "•"}


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.kdl")), ids=lambda path: path.stem)
def test_every_layer_of_a_sample_has_its_shape(path: object) -> None:
    analysis = sample(path.name)  # type: ignore[attr-defined]
    rows = set(shown(analysis, "shape"))
    for graph in analysis.graphs:
        for call in graph.calls:
            if call.layer != "Weight":
                assert call.span.finish.row in rows
