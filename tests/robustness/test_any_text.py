"""Whatever stands in a file, the answer is diagnostics or success: never an exception, never more than linear time."""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.diagnostics.render import FORMATS, render
from dslc.driver import Checked, builder, check
from dslc.source import Source
from dslc.styles import STYLES
from dslc.tools.facts import facts
from dslc.tools.files import decode
from tests.conftest import SAMPLES
from tests.errors.rows import TABLES, rows_of

Result = TypeVar("Result")

WORDS = (
    "model block fn use extern from input output shared weight for in if else assert return layer not and or "
    "True False None _ -> = += == != <= ( ) [ ] { } , : . + - * / // % ** @ ? T? x y image classes 0 1 -1 3.5 1e9 "
    '"relu" "same" "" f"{x}" """doc""" # \n \n\n Dense Conv2D(8,3) Flatten Concatenate Add ops.mean(_,axis=1) LSTM '
    "MultiHeadAttention(2,4) initializers.HeNormal() range(3) x.shape[-1] é 漢 \t \\ ; $ ` ~ !"
)
TOKENS = WORDS.split(" ")

MODEL = "model Net(n = 3) {{\n    input x: (8, 4)\n    {}\n    output x -> Dense(n)\n}}\n"


def everything(source: Source) -> Checked:
    """Check a source and do all that the commands do with the result."""
    checked = check(source)
    found = list(checked.diagnostics)
    for form in FORMATS:
        render(found, form)
    for item in found:
        assert 0 <= item.span.start <= item.span.end <= len(item.span.source.text)
        assert "Traceback" not in item.text
    facts([checked])
    if not has_errors(found):
        for built in map(builder(checked), STYLES):
            assert (built.code is None) == has_errors(list(built.diagnostics))
    return checked


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_random_bytes(content: bytes) -> None:
    source = decode("random.kdl", content)
    if isinstance(source, Diagnostic):
        render([source], "full")
    else:
        everything(source)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_random_text(text: str) -> None:
    everything(Source("random.kdl", text))


@given(st.lists(st.sampled_from(TOKENS), max_size=60))
@settings(max_examples=300, deadline=None)
def test_token_soup(tokens: list[str]) -> None:
    everything(Source("soup.kdl", " ".join(tokens)))


@given(st.lists(st.sampled_from(TOKENS), max_size=20))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_token_soup_inside_a_model(tokens: list[str]) -> None:
    everything(Source("soup.kdl", MODEL.format(" ".join(tokens))))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_beginnings_of_a_sample(sample: Path, seed: int) -> None:
    """As it stands while it is typed: at every eleventh character; `bench/keystrokes.py` stops at each."""
    text = sample.read_text(encoding="utf-8")
    for end in range(seed % 11, len(text), 11):
        everything(Source(sample.name, text[:end]))
    assert not has_errors(list(everything(Source(sample.name, text)).diagnostics))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_with_one_line_missing(sample: Path) -> None:
    lines = sample.read_text(encoding="utf-8").splitlines(keepends=True)
    for gone in range(len(lines)):
        everything(Source(sample.name, "".join(lines[:gone] + lines[gone + 1 :])))


HOSTILE = ('"("', '"["', '"a\\\\"', '"\\\\1"', '"\\\\g<9>"', '"{}"', '"(?"', 'f"{"', "(", "]", "[", "\\")
PIECES = re.compile(r'"[^"\n]*"|\b\d+(?:\.\d+)?\b|\b[A-Za-z_]\w*\b')


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_every_mistake_with_a_hostile_word_in_it(table: Path, seed: int) -> None:
    """A piece of each text that messages are tested with is one that means something in a pattern, or opens a bracket."""
    chance = random.Random(seed)
    for row in rows_of(table)[seed % 3 :: 3]:
        piece = chance.choice([*PIECES.finditer(row.wrong)])
        everything(
            Source("m.kdl", row.wrong[: piece.start()] + chance.choice(HOSTILE) + row.wrong[piece.end() :])
        )


LONG = {
    "chain": lambda n: "model A {\n input x: (4,)\n x = x" + "\n -> Dense(4)" * n + "\n output x\n}\n",
    "names": lambda n: "model A {\n input x: (4,)\n" + " x = x -> Dense(4)\n" * n + " output x\n}\n",
    "mistakes": lambda n: "model A {\n input x: (4,)\n" + " x = x -> Dens(4)\n" * n + " output x\n}\n",
    "syntax errors": lambda n: "model A {\n input x: (4,)\n" + " x = = x -> Dense(4\n" * n + " output x\n}\n",
    "models": lambda n: "".join(
        f"model A{i} {{\n input x: (4,)\n output x -> Dense(4)\n}}\n" for i in range(n)
    ),
    "blocks": lambda n: "".join(f"block B{i}(n) = Dense(n)\n" for i in range(n))
    + "model A {\n input x: (4,)\n"
    + "".join(f" x = x -> B{i}(4)\n" for i in range(n))
    + " output x\n}\n",
    "constants": lambda n: "".join(f"c{i} = {i}\n" for i in range(n))
    + "model A {\n input x: (4,)\n"
    + "".join(f" x = x -> Dense(c{i} + 1)\n" for i in range(n))
    + " output x\n}\n",
    "outputs": lambda n: "model A {\n input x: (4,)\n"
    + "".join(f" output y{i} = x -> Dense(4)\n" for i in range(n))
    + "}\n",
    "idle layers": lambda n: "".join(
        f"model A{i} {{\n input x: (4,)\n _ = x -> Dense(4)\n output x -> Dense(4)\n}}\n" for i in range(n)
    ),
    "idle names beside mistakes": lambda n: "model A {\n input x: (4,)\n"
    + "".join(f" a{i} = 3\n" for i in range(n))
    + " x = x -> Dense(4, sparse=True)\n" * n
    + " output x\n}\n",
    "mistakes at one block": lambda n: "block B(n) = Dense(n)\nmodel A {\n input x: (4,)\n"
    + " x = x -> B(m=4)\n" * n
    + " output x\n}\n",
    "reshapes of the call": lambda n: "model A {\n input x: (T?, 4)\n"
    + " x = ops.reshape(x, (-1, ops.shape(x)[1], 4))\n" * n
    + " output x\n}\n",
    "products before classes": lambda n: 'block B {\n input x\n weight w: (1,) = "ones"\n output x * w\n}\n'
    + "model A {\n input x: (4,)\n"
    + " x = x * 2.0 -> B\n" * n
    + " output x\n}\n",
    "open brackets": lambda n: "model A {\n input x: " + "(" * n,
    "comments": lambda n: "# words\n" * n,
    "one long string": lambda n: 'x = "' + "a" * (20 * n) + '"\n',
    "a wide fork": lambda n: "model A {\n input x: (4,)\n output x -> [" + "Dense(4), " * n + "] -> Add\n}\n",
    "arithmetic": lambda n: "model A {\n input x: (4,)\n output x" + " + x" * n + "\n}\n",
}
"""Texts that grow with a number."""


def steps(work: Callable[[], Result]) -> tuple[int, Result]:
    """The lines of Python that run while something is done: the same number every time, unlike seconds; and what comes out."""
    count = 0

    def tick(frame: FrameType, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return tick

    before = sys.gettrace()
    sys.settrace(tick)
    try:
        result = work()
    finally:
        sys.settrace(before)
    return count, result


def work(text: str) -> dict[str, int]:
    """The steps of checking a text, of telling the facts of its models, and of building it in each style, one after the other."""
    counted, checked = steps(lambda: check(Source("long.kdl", text)))
    found = {"check": counted}
    if len(checked.graphs) > 1:
        found["facts"], _ = steps(lambda: facts([checked]))
    if not has_errors(list(checked.diagnostics)):
        build = builder(checked)
        for style in STYLES:
            found[style], _ = steps(lambda style=style: build(style))  # type: ignore[misc]
    return found


@pytest.mark.parametrize("kind", LONG)
def test_work_grows_no_faster_than_the_text(kind: str) -> None:
    work(LONG[kind](20))  # whatever is made once is there
    small, large = work(LONG[kind](40)), work(LONG[kind](320))
    for what, count in large.items():
        assert (
            count <= 8.4 * small[what]
        ), f"{what}: 8 times the text took {count / small[what]:.1f} times the steps"


@pytest.mark.parametrize(
    "statement",
    [
        "x = x -> Dense(10 ** 10 ** 9)",
        "x = x -> Dense(2 ** 1000000)",
        "x = x -> Dense(len(range(10 ** 12)))",
        "for i in range(10 ** 9) { x = x -> Dense(4) }",
        'x = x -> Dense(4, name="a" * 10 ** 10)',
        "x = x -> Dense(len([1] * 10 ** 10))",
        "x = x -> Dense(sum([i for i in range(10 ** 9)]))",
        "x = x -> Dense(" + "(" * 10_000 + "4" + ")" * 10_000 + ")",
        "x = x" + " -> [_" * 5_000 + "]" * 5_000,
        "x = x -> Dense(" + "-" * 10_000 + "4)",
        "x = x -> Reshape((10 ** 400, 1))",
    ],
    ids=range(11),
)
def test_limits_instead_of_hangs(statement: str) -> None:
    begun = time.process_time()
    checked = everything(Source("limit.kdl", MODEL.format(statement)))
    assert time.process_time() - begun < 5
    assert has_errors(list(checked.diagnostics))
