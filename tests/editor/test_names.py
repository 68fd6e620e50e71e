"""Names: what each means, where it got its value, and that nothing that is typed is too much for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from dslc.editor.analysis import nodes
from dslc.editor.names import Occurrence
from dslc.editor.naming import names
from dslc.program import nodes as p
from tests.conftest import SAMPLES
from tests.editor.conftest import Given, project, sample

Document = Callable[..., Given]

TEXT = """WIDTHS = [1, 2]
extern Mine(k) from pack.layers
fn half(v) = v // 2
block Body(n, act: layer = ReLU) {
    input x: (T?, C?)
    weight w: (C,) = "zeros"
    shared head = Dense(n)
    x = x -> head -> act
    output y: (T, n) = x + ops.mean(x, axis=-1, keepdims=True)
}
model M(n = 8) {
    input image: (4, 4) float32
    total = []
    for i, width in enumerate([w for w in WIDTHS]) {
        image = (x=image) -> Body(n=half(n))
        total += [image]
    }
    output total -> Add -> Dense(n, name=f"d_{n}")
}
"""


def place(text: str, word: str) -> int:
    """Where a word stands: `x:2` is the third `x` that is a word."""
    name, _, number = word.partition(":")
    at, seen = -1, -1
    while seen < int(number or 0):
        at = text.index(name, at + 1)
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        seen += not any(each.isalnum() or each == "_" for each in around)
    return at


@pytest.mark.parametrize(
    ("word", "kind", "role", "home"),
    [
        ("WIDTHS", "constant", "declaration", ""),
        ("WIDTHS:1", "constant", "read", ""),
        ("Mine", "extern", "declaration", ""),
        ("pack.layers", "namespace", "read", None),
        ("half:1", "fn", "read", ""),
        ("v:1", "parameter", "read", "half"),
        ("act", "layer", "declaration", "Body"),
        ("layer", "word", "read", None),
        ("ReLU", "keras", "read", None),
        ("x", "input", "declaration", "Body"),
        ("T", "size", "declaration", "Body"),
        ("T:1", "size", "read", "Body"),
        ("C:1", "size", "read", "Body"),
        ("head:1", "shared", "read", "Body"),
        ("x:1", "input", "write", "Body"),
        ("x:2", "input", "read", "Body"),
        ("y", "output", "declaration", "Body"),
        ("ops", "namespace", "read", None),
        ("mean", "member", "read", None),
        ("keepdims", "argument", "read", None),
        ("float32", "dtype", "read", None),
        ("width", "target", "declaration", "M"),
        ("w:1", "target", "read", "M"),
        ("enumerate", "builtin", "read", None),
        ("x:5", "input", "read", "Body"),
        ("n:7", "parameter", "read", "M"),
        ("total:1", "value", "write", "M"),
        ("image:1", "input", "write", "M"),
    ],
)  # fmt: skip
def test_what_a_name_means(word: str, kind: str, role: str, home: str | None, document: Document) -> None:
    analysis, _ = document(TEXT)
    assert not [each for each in analysis.diagnostics if each.severity == "error" and each.code != "DSL606"]
    found = names(analysis).at(place(TEXT, word))
    assert found is not None and found.span.text == word.partition(":")[0]
    assert (found.kind, found.role) == (kind, role)
    assert (None if found.symbol is None else found.symbol.home[1]) == home


def from_lines(text: str, document: Document) -> list[int]:
    """The lines that may have given the name at the cursor its value."""
    analysis, offset = document(text)
    found = names(analysis).at(offset)
    assert found is not None
    return sorted(each.row for each in found.bound_by)


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ("x = a\nx = ‸x -> Dense(3)\noutput x", [2]),
        ("x = a\nx = x -> Dense(3)\noutput ‸x", [3]),
        ("x = a\nif c {\nx = x -> ReLU\n}\noutput ‸x", [2, 4]),
        ("x = a\nif c {\nx = x -> ReLU\n} else {\nx = x -> ELU\n}\noutput ‸x", [4, 6]),
        ("x = a\nif c {\nx = ‸x -> ReLU\n}\noutput x", [2]),
        ("x = a\nfor i in range(3) {\nx = ‸x -> ReLU\nx = x -> ELU\n}\noutput x", [2, 5]),
        ("x = a\nfor i in range(3) {\nx = x -> ReLU\n}\noutput ‸x", [2, 4]),
        ("x = [i for i in range(c) if ‸i]\noutput a", [2]),
    ],
)  # fmt: skip
def test_where_a_value_comes_from(body: str, rows: list[int], document: Document) -> None:
    assert from_lines(f"block B(c) {{ input a\n{body}\n}}\n", document) == rows


def test_a_constant_may_have_the_name_of_a_value(document: Document) -> None:
    analysis, _offset = document(
        "K = 3\nblock B {\n    input x\n    K = ‸K + 1\n    output x -> Dense(K)\n}\n"
    )
    kinds = [each.kind for each in names(analysis).occurrences if each.span.text == "K"]
    assert kinds == ["constant", "value", "constant", "value"]


def test_a_line_that_cannot_be_read_still_has_its_names(document: Document) -> None:
    analysis, offset = document(
        "model M(n = 3) {\n    input x: (4,)\n    y = = x -> Dense(‸n\n    output y\n}\n"
    )
    found = names(analysis)
    here = found.at(offset)
    assert here is not None and here.symbol is not None and here.guessed
    assert [each.span.row for each in found.of(here.symbol)] == [1, 3]
    assert [each.kind for each in found.occurrences if each.span.text in ("x", "y")] == [
        "input", "value", "input", "value",
    ]  # fmt: skip


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_name_of_a_sample_is_known(path: object) -> None:
    analysis = sample(path.name)  # type: ignore[attr-defined]
    found = names(analysis).occurrences
    by_place: dict[int, Occurrence] = {each.span.start: each for each in found}
    assert not [each for each in found if each.kind == "unknown" or each.guessed]
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(found))
    for node in nodes(analysis):  # the program says the same
        if isinstance(node, p.Local):
            here = by_place[node.span.start]
            assert here.span.text == node.name
            assert (here.kind == "constant") == (node.kind == "constant")
            assert here.kind in ("constant", "word") or here.bound_by


@pytest.mark.parametrize("path", SAMPLES[::3], ids=lambda path: path.stem)
def test_no_beginning_of_a_sample_is_too_much(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for end in range(0, len(text), max(1, len(text) // 60)):
        analysis = project({"m.kdl": text[:end]}).analysis("m.kdl")
        assert analysis is not None
        found = names(analysis).occurrences
        assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(found))
        assert all(each.span.text.isidentifier() or each.kind == "namespace" for each in found)
