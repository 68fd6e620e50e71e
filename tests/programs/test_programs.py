"""Random programs that are meant to be right: the checker takes them, Keras confirms them in every style.

The first thirty are always the same, the others new in every run; `bench/programs.py` goes through thousands.
"""

from __future__ import annotations

import random

import pytest

from dslc.driver import build, check
from dslc.source import Source
from tests.programs.generate import generate
from tests.programs.judge import compiled

FIXED = range(1, 31)


def programs(numbers: list[int]) -> list[tuple[str, str]]:
    return [(f"p{number}.kdl", generate(number)) for number in numbers]


@pytest.mark.parametrize("first", [1, pytest.param(random.randrange(10**6), id="fresh")])
def test_the_checker_takes_what_is_right_and_the_formatter_keeps_it(first: int) -> None:
    print(f"seed {first}")
    found = [
        each for name, text in programs(list(range(first, first + 60))) for each in compiled(name, text)[1]
    ]
    assert found == []


def test_the_programs_have_what_the_language_has() -> None:
    text = "\n".join(generate(number) for number in range(200))
    for word in ("block", "model", "fn ", "for ", "if ", "else if", "shared", "weight", "record()", "training", "cond(", ": layer",
                 "enumerate", "zip", "reversed", "assert", "Bidirectional", "RNN([", "[:, 0]", ".shape[-1]", "initializers."):  # fmt: skip
        assert word in text, word


def test_every_style_holds_some_of_them() -> None:
    checked = [check(Source("p.kdl", generate(number))) for number in range(60)]
    for style in ("functional", "sequential", "subclass"):
        assert any(build(each, style).code for each in checked), style
