"""Bodies in the notation of others: every number of them is in the lines that are right, and where one changes, it changes there, too."""

from __future__ import annotations

import re

import pytest

from dslc.diagnostics.diagnostic import has_errors
from dslc.diagnostics.fixing import applied
from dslc.driver import check
from dslc.source import Source
from tests.errors.rows import TABLES, Row, rows_of
from tests.errors.test_remedies import said_of

_NUMBER = re.compile(r"(?<![\w.%])\d+(?:\.\d+)?(?![\w.])|(?<=\dx)\d+|\d+(?=x\d)")
_SIZE = re.compile(r"(?<![\w.%:])[1-9]\d+(?![\w.])")
"""A number of two digits and more, as sizes are."""

LEFT_OUT = {
    "the summary of a Keras model": {"100480", "1290"},  # counts, which follow
    "the summary of a Keras model with its frame": {"344", "65"},
    "a whole network of Caffe": {"64"},  # the batch
    "a Sequential of PyTorch": {"5408"},  # what comes in, which Keras finds out
    "a module of PyTorch whose __init__ takes a number": {"6272", "0"},
    "a module with a step of its training": {"0", "1"},  # places of axes
    "steps in words": {"2", "3"},  # the places of the lines
    "a table whose lines are numbered": {"2"},
    "MLIR": {"1"},  # the batch
    "MLIR with its types": {".0", "6272"},  # the bias, and what a reshape comes to
    "the graph of TorchScript with its sizes": {
        "1",
        "30",
        "3072",
        "1024",
        "7200",
        "900",
    },  # the batch, what follows, strides
}
"""What the lines that are right do not say, and need not."""


def _is_rewritten(row: Row) -> bool:
    return "DSL119" in "".join(row.lines) and all(each.fix is not None for each in said_of(row.wrong))


ROWS = [row for path in TABLES for row in rows_of(path) if _is_rewritten(row)]


def _numbers(text: str) -> set[str]:
    return {each.lstrip("0") or "0" for each in _NUMBER.findall(text)}


def _written(text: str) -> str:
    (said,) = said_of(text)
    assert said.code == "DSL119" and said.fix is not None
    return applied(text, said.fix.edits)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.family}: {row.title}")
def test_no_number_is_lost(row: Row) -> None:
    assert _numbers(row.wrong) - _numbers(_written(row.wrong)) <= LEFT_OUT.get(row.title, set())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.family}: {row.title}")
def test_another_number_is_written_in_its_place(row: Row) -> None:
    sizes = set(_SIZE.findall(row.wrong))

    def other(text: str) -> str:
        return _SIZE.sub(lambda found: str(int(found[0]) + 2) if found[0] in sizes else found[0], text)

    assert _written(other(row.wrong)) == other(_written(row.wrong))


def test_many_notations_are_rewritten() -> None:
    assert len(ROWS) >= 80


@pytest.mark.parametrize(
    "line", ["def __init__(self=3):", "x = self.a(x) << 2", "x = self.b[-9](x)", "x = x | self.a(x)"]
)
def test_python_that_nobody_understands_is_a_mistake_like_any_other(line: str) -> None:
    makes = line if line.startswith("def") else "def __init__(self):"
    flows = "pass" if line.startswith("def") else line
    text = (
        f"model M {{\n    input x: (4,)\n    {makes}\n        self.a = nn.Linear(4, 4)\n        self.b = [nn.Linear(4, 4)]\n"
        f"    def forward(self, x):\n        {flows}\n        return self.a(x)\n}}\n"
    )
    assert has_errors(list(check(Source("m.kdl", text)).diagnostics))


def test_python_warns_of_nothing_in_the_text_of_others(recwarn: pytest.WarningsRecorder) -> None:
    text = "model M {\n    input x: (4,)\n    def forward(self, x):\n        y = '\\d' if x else 1if x else 2\n        return self.a(x)\n}\n"
    assert has_errors(list(check(Source("m.kdl", text)).diagnostics))
    assert [str(each.message) for each in recwarn] == []
