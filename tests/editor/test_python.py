"""The Python beside a text: each stage leads to its lines and back, in every style; a file on the disk is told from what would be built."""

from __future__ import annotations

import pytest

from dslc.editor.python import Destination, Held, python, state
from dslc.styles import STYLES, Style
from tests.conftest import SAMPLES
from tests.editor.conftest import of_file, project

TEXT = """\
block Head(n) = Dense(n) -> ReLU
model M {
    input x: (4,)
    for width in [8, 4] {
        x = x -> Dense(width) -> Head(2)
    }
    output x
}
"""


def shown(style: Style) -> dict[str, list[str]]:
    """The stretches of the text, each with the lines of Python that it became."""
    analysis = project({"m.kdl": TEXT}).analysis("m.kdl")
    assert analysis is not None
    made = python(analysis, style)
    assert made.code is not None
    lines = made.code.splitlines()
    return {
        TEXT[each.start : each.end].split("\n")[0]: [
            lines[number - 1].strip() for first, last in each.lines for number in range(first, last + 1)
        ]
        for each in made.pairs
    }


def test_a_stage_has_its_line_and_a_statement_those_of_its_stages() -> None:
    found = shown("functional")
    assert found["Dense(width)"] == ["x = layers.Dense(width)(x)"]
    assert found["x = x -> Dense(width) -> Head(2)"] == ["x = layers.Dense(width)(x)", "x = head(x, 2)"]
    assert found["for width in [8, 4] {"] == [
        "for width in [8, 4]:",
        *found["x = x -> Dense(width) -> Head(2)"],
    ]


def test_in_a_class_a_stage_is_where_its_layer_is_made_and_where_it_is_called() -> None:
    assert shown("subclass")["Dense(width)"] == ["self.dense.append(layers.Dense(width))", "x = dense(x)"]


def test_what_a_style_cannot_hold_has_reasons() -> None:
    analysis = project({"m.kdl": TEXT.replace("output x", "output [x, x] -> Add")}).analysis("m.kdl")
    assert analysis is not None
    made = python(analysis, "sequential")
    assert made.code is None and [(each.code, each.span.row) for each in made.reasons] == [("DSL501", 7)]
    said = state(analysis, "M", Destination("sequential", "m.py"), made).text
    assert said.startswith("refused, line 7: Sequential cannot hold this: ")


@pytest.mark.parametrize(
    ("held", "text", "said"),
    [
        ("nothing", "", "not built"),
        ("ours", "the same", "up to date"),
        ("ours", "# before", "stale"),
        ("edited", "# mine", "edited by hand"),
        ("foreign", "import os\n", "another file is in its place"),
    ],
)
def test_a_file_is_compared_with_what_a_build_writes(held: Held, text: str, said: str) -> None:
    analysis = project({"m.kdl": TEXT}).analysis("m.kdl")
    assert analysis is not None
    made = python(analysis, "functional")
    where = Destination(
        "functional", "m.py", held=held, text=(made.code or "") if said == "up to date" else text
    )
    assert state(analysis, "M", where, made).text == said


@pytest.mark.parametrize("path", SAMPLES[::3], ids=lambda path: path.stem)
def test_pairs_of_samples_lie_in_the_text_and_in_the_python(path: object) -> None:
    analysis = of_file(path)  # type: ignore[arg-type]
    for style in STYLES:
        made = python(analysis, style)
        last = 0 if made.code is None else made.code.count("\n")
        for each in made.pairs:
            assert 0 <= each.start < each.end <= len(analysis.source.text)
            assert all(1 <= first <= end <= last for first, end in each.lines)
        assert (made.code is None) == bool(made.reasons)
