"""Signature help: which call the cursor is in, and which argument."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dslc.editor.signatures import Signature, signature
from tests.conftest import ROOT
from tests.editor.conftest import Given, project

Document = Callable[..., Given]

HEAD = """fn double(n, by = 2) = by * n
block Pair(n, act: layer = ReLU) {
    \"\"\"Two layers.\"\"\"
    input x
    output x -> Dense(n) -> Dense(n) -> act
}
model M(a: layer = LayerNormalization) {
    input x: (28, 28, 3)
"""


def helped(document: Document, line: str, rest: str = "\n}\n") -> Signature | None:
    return signature(*document(f"{HEAD}    {line}{rest}"))


@pytest.mark.parametrize("rest", ["\n}\n", "", ")\n}\n", ") -> ReLU\n    output y\n}\n"])
@pytest.mark.parametrize(
    ("line", "label", "active"),
    [
        ("y = x -> Conv2D(‸", "Conv2D(filters, kernel_size, ", "filters"),
        ("y = x -> Conv2D(8, ‸", "Conv2D(filters, kernel_size, ", "kernel_size"),
        ("y = x -> Conv2D(8, (3, ‸", "Conv2D(", "kernel_size"),
        ('y = x -> Conv2D(8, padding="sa‸', "Conv2D(", 'padding="valid"'),
        ("y = x -> Conv2D(8, padding=‸", "Conv2D(", 'padding="valid"'),
        ("y = x -> Conv2D(double(‸", "double(n, by=2)", "n"),
        ("y = x -> Conv2D(double(3, by=‸", "double(n, by=2)", "by=2"),
        ("y = x -> Conv2D(double(3), ‸", "Conv2D(", "kernel_size"),
        ("y = x -> Pair(4, ‸", "Pair(n, act=ReLU)", "act=ReLU"),
        ("y = ops.mean(x, ‸", "ops.mean(x, axis=None, keepdims=False)", "axis=None"),
        ("y = x -> Dense(4, kernel_initializer=initializers.RandomNormal(‸", "initializers.RandomNormal(", "mean=0.0"),
        ("y = x -> TimeDistributed(Dense(‸", "Dense(units, ", "units"),
        ("for i in range(2, ‸", "range(start, stop, step=1)", "stop"),
        ("k = max(1, 2, ‸", "max(values)", "values"),
        ("y = x -> a(‸", "LayerNormalization(", "axis=-1"),
        ("y = x -> [Conv2D(8, ‸", "Conv2D(", "kernel_size"),
    ],
)  # fmt: skip
def test_the_argument_at_the_cursor(
    line: str, label: str, active: str, rest: str, document: Document
) -> None:
    found = helped(document, line, rest)
    assert found is not None and found.label.startswith(label) and found.active is not None
    start, end = found.parts[found.active]
    assert found.label[start:end] == active


@pytest.mark.parametrize(
    "line", ["y = x -> Conv2D‸(8, 3)", "y = x -> Conv2D(8, 3)‸", "y = (x, ‸", "y = nothing(‸", "# Conv2D(‸"]
)
def test_no_call_is_open(line: str, document: Document) -> None:
    assert helped(document, line) is None


def test_an_unknown_argument_is_none_of_them(document: Document) -> None:
    found = helped(document, "y = x -> Dense(nothing=‸")
    assert found is not None and found.active is None


def test_a_definition_is_no_call(document: Document) -> None:
    assert signature(*document("block Dense2(a, ‸")) is None
    assert signature(*document("model Pair(‸")) is None


def test_a_block_brings_its_docstring(document: Document) -> None:
    found = helped(document, "y = x -> Pair(‸")
    assert found is not None and "Two layers." in found.text


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.kdl")), ids=lambda path: path.stem)
def test_everywhere_in_a_sample_and_in_its_beginnings(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    whole = project({"m.kdl": text}).analysis("m.kdl")
    assert whole is not None
    for offset in range(0, len(text), 3):
        found = signature(whole, offset)
        assert found is None or all(0 < start < end < len(found.label) for start, end in found.parts)
    for offset in range(0, len(text), 83):
        beginning = project({"m.kdl": text[:offset]}).analysis("m.kdl")
        assert beginning is not None
        signature(beginning, offset)
