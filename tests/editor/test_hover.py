"""Hover: what a thing is, and what it does here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dslc.editor.hover import hover
from tests.editor.conftest import Given

Document = Callable[..., Given]
FRAME = 'block Pair(n) {{\n    """Two layers."""\n    input x\n    output x -> Dense(n) -> Dense(n)\n}}\nmodel M {{\n    input x: (4,)\n    output {}\n}}\n'


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ("x -> Den‸se(3)", ["Dense(", "units,", "`(4,)` → `(3,)`", "15 parameters · 24 FLOPs"]),
        ("x -> Pa‸ir(3)", ["block Pair(n)", "Two layers.", "gives `(3,)`", "27 parameters"]),
        ("x -> ops.sq‸uare", ["ops.square(x)", "gives `(4,)`"]),
        ("ops.me‸an(x, axis=-1, keepdims=True)", ["ops.mean(x, axis=None, keepdims=False)", "gives `(1,)`"]),
        ("x -> BatchNormal‸ization(trainable=False)", ["frozen"]),
    ],
)  # fmt: skip
def test_what_stands_under_the_cursor(chain: str, said: list[str], document: Document) -> None:
    analysis, offset = document(FRAME.format(chain))
    found = hover(analysis, offset)
    assert found is not None and found.span.start <= offset <= found.span.end
    assert all(text in found.text for text in said), found.text


@pytest.mark.parametrize("chain", ["x -‸> Dense(3)", "x -> Dense(3)‸"])
def test_nothing_is_said_of_nothing(chain: str, document: Document) -> None:
    assert hover(*document(FRAME.format(chain))) is None
