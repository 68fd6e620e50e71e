"""What is remembered from edit to edit changes nothing: after each one everything is as in a fresh check."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from dslc import driver
from dslc.editor.analysis import Analysis
from dslc.editor.hints import hints
from dslc.editor.project import Project
from dslc.editor.python import python
from dslc.graph.graph import Graph
from dslc.memory import Memory
from dslc.source import Source
from dslc.styles import STYLES, Style
from tests.conftest import ROOT, SAMPLES
from tests.editor.conftest import project

FILES = {path.name: path.read_text(encoding="utf-8") for path in SAMPLES}
MANY = "\n".join(
    f"block B{n}(width) {{\n    input x\n    output x -> Dense(width) -> ReLU\n}}\n\n"
    f"model M{n} {{\n    input x: (8,)\n    y = x -> B{n}(4) -> B{(n + 1) % 6}(8)\n    output y -> Dense({n + 1})\n}}\n"
    for n in range(6)
)


def said(analysis: Analysis) -> list[str]:
    """The diagnostics, with every place in them."""
    return [
        f"{each.code} {each.severity} {each.span.start}-{each.span.end} {each.text} {each.help} "
        + " ".join(f"[{label.span.source.name}:{label.span.start}-{label.span.end} {label.text}]" for label in each.labels)
        for each in analysis.diagnostics
    ]  # fmt: skip


def graph_text(graph: Graph) -> str:
    """All of a graph, but for numbers that never come again."""
    plain = re.sub(r"serial=\d+|0x[0-9a-f]+|site=\d+", "…", repr(graph))
    plain = re.sub(
        r"(open_tests|reshaped|lists|grown|replaced|weighing|promoted)=frozenset\(.*?\)", "…", plain
    )
    plain = re.sub(r"\b\d+: (?=\{(?:None|\())", "", plain)  # the sites of `called_models`
    plain = re.sub(r"uneven=\{.*?\}", "uneven=…", plain)
    plain = re.sub(r"shapes=\{.*?\}, misread", "misread", plain)
    return re.sub(r"\), \d+\): (Span|Misread)", r"): \1", plain)


def same(one: Analysis, other: Analysis) -> None:
    assert said(one) == said(other)
    assert len(one.graphs) == len(other.graphs)
    for mine, its in zip(one.graphs, other.graphs, strict=True):
        assert graph_text(mine) == graph_text(its)
    end = len(one.source.text)
    assert hints(one, 0, end) == hints(other, 0, end)


def python_of(found: Project, path: str, style: Style) -> object:
    """The Python of a document with its pairs and reasons."""
    made = python(analysis_of(found, path), style, None, found.memory(path))
    reasons = [f"{each.code} {each.span.start}-{each.span.end} {each.text}" for each in made.reasons]
    return made.code, made.pairs, reasons


def analysis_of(found: Project, path: str) -> Analysis:
    analysis = found.analysis(path)
    assert analysis is not None
    return analysis


def edits(chance: random.Random, text: str) -> str:
    """A text after an edit as people make them, sound or not."""
    at = chance.randrange(len(text) + 1)
    lines = text.split("\n")
    row = chance.randrange(len(lines))
    match chance.randrange(8):
        case 0:
            return text[:at] + chance.choice(" \n(){}[]#\"',.=->x3") + text[at:]
        case 1:
            return text[:at] + text[at + chance.randrange(1, 5) :]
        case 2:
            return "\n".join([*lines[:row], "", *lines[row:]])
        case 3:
            return "\n".join([*lines[:row], *lines[row + 1 :]])
        case 4:
            return "\n".join([*lines[:row], lines[row], *lines[row:]])
        case 5:
            numbers = list(re.finditer(r"\b\d+\b", text))
            one = chance.choice(numbers) if numbers else None
            return (
                text
                if one is None
                else text[: one.start()] + str(chance.randrange(1, 99)) + text[one.end() :]
            )
        case 6:
            names = list(re.finditer(r"\b[a-zA-Z_]\w*\b", text))
            one, other = chance.choice(names), chance.choice(names)
            return text[: one.start()] + other.group() + text[one.end() :]
        case _:
            parts = re.split(r"\n(?=(?:model|block|fn|use|extern) )", text)
            chance.shuffle(parts)
            return "\n".join(parts)


@pytest.mark.parametrize("name", [*FILES, "many.kdl"])
def test_random_edits(name: str, request: pytest.FixtureRequest) -> None:
    chance = random.Random(f"{request.config.option.seed} {name}")
    good = FILES.get(name, MANY)
    kept = project(FILES)
    text = good
    for turn in range(14):
        text = good if turn % 5 == 4 else edits(chance, text)
        kept.open(name, text)
        fresh = project(FILES)
        fresh.open(name, text)
        same(analysis_of(kept, name), analysis_of(fresh, name))
        style = STYLES[(turn // 5 + len(name)) % len(STYLES)]
        assert python_of(kept, name, style) == python_of(fresh, name, style)


RING = """\
LAST = 2
fn twice(n) = n * 2
block Act(inner: layer = ReLU) {{
    input x
    shared act = inner
    output x -> act -> act
}}
block Rows(rows) {{
    input x
    y = x
    for n in rows {{ y = y -> Dense(n) }}
    output y
}}
model Inner {{
    input q: (4,)
    output q -> Dense(4)
}}
block Keeps(width) {{
    input x: (T?, C?)
    {line}
    output x -> Dense(width)
}}
{above}
model Outer(part: layer = Inner, rows = {rows}) {{
    input x: (4,)
    input s: (T?, 4)
    y = x -> part -> {act} -> Rows(rows){more}
    z = s -> Keeps(twice(LAST)) -> GlobalAveragePooling1D
    output [y -> Dense(LAST), z -> Dense(LAST)] -> Add
}}
"""
CHANGES = {
    "line": ("# 👀", "x = x -> Dropout(0.1)", "if T > 3 { x = x * 2.0 }"),
    "rows": ("[8, 4]", "(8, 4)", "[8]"),
    "above": ("# the whole", "# the whole,\n# in two lines", ""),
    "act": ("Act", "Act(LeakyReLU)", "Act(Inner)", "Act(name='act')", "Act(Dense(4))"),
    "more": ("", " -> Inner", " -> Inner -> Rows((2, 3))", " -> Inner(trainable=False)"),
}


@pytest.mark.parametrize("style", ["functional", "subclass"])
def test_what_others_do_with_an_item_reaches_its_python(style: Style) -> None:
    """What callers hand over decides whether a block is a class, makes layers or is given them, takes a list or a tuple."""
    chance, given = random.Random(5), {name: texts[0] for name, texts in CHANGES.items()}
    kept, made = project({}), 0
    for _ in range(20):
        changed = chance.choice(list(CHANGES))
        given[changed] = chance.choice(CHANGES[changed])
        text = RING.format(**given)
        fresh = project({})
        for each in (kept, fresh):
            each.open("m.kdl", text)
        code, *_ = found = python_of(kept, "m.kdl", style)  # type: ignore[misc]
        assert found == python_of(fresh, "m.kdl", style)
        made += code is not None
    assert made >= 10, made


HANDED = """\
model Inner {{
    {inputs[0]}
    {inputs[1]}
    output [q -> Dense(4), k] -> Subtract
}}
model Taker(part: layer) {{
    input x: (4,)
    input y: (4,)
    output (q=x, k=y) -> part
}}
model Outer {{
    input x: (4,)
    input y: (4,)
    output (x, y) -> Taker(Inner)
}}
"""


@pytest.mark.parametrize("style", ["functional", "subclass"])
def test_a_model_that_is_handed_on_reaches_the_python_of_who_takes_it(style: Style) -> None:
    """Its inputs have an order, which is that of the list in the taker: nothing in the taker's text names the model."""
    inputs = ("input q: (4,)", "input k: (4,)")
    kept, seen = project({}), set()
    for order in (inputs, inputs[::-1], inputs):
        fresh = project({})
        for each in (kept, fresh):
            each.open("m.kdl", HANDED.format(inputs=order))
        code, *_ = found = python_of(kept, "m.kdl", style)  # type: ignore[misc]
        assert found == python_of(fresh, "m.kdl", style)
        seen.update(re.findall(r"part\((\[.*\])\)", str(code)))
    assert seen == {"[x, y]", "[y, x]"}


HEAD = "model First {\n    input x: (4,)\n    output x -> Dense(3)\n}\n\n"
BODIES = {
    "a name that comes too late": "    y = z -> Dense(3)\n    z = x\n    output y",
    "a name of one way of an `if`": "    if deep {\n        y = x -> Dense(3)\n    }\n    output y",
    "a `return`": "    return x -> Dense(3)",
    "an input that nobody needs": "    input z: (4,)\n    output x -> Dense(3)",
    "sizes that only a run knows": "    input u: (T?, 4)\n    assert T > 3\n    output u -> Dense(T)",
    "a list that a function gives": "    output x + ops.array(numbers(4))",
}


@pytest.mark.parametrize("said_of", BODIES)
def test_what_stands_above_a_mistake_changes(said_of: str) -> None:
    """A line more, a head less: what is said below names the lines as they are, and minds what has come or gone."""
    text = f"{HEAD}fn numbers(n) = [i for i in range(n)]\n\nmodel M(deep = True) {{\n    input x: (4,)\n{BODIES[said_of]}\n}}\n"
    kept = project({})
    for above in ("", "# 👀\n\n", "model Lost     input x: (3,)\n    output x\n}\n", "\n"):
        kept.open("m.kdl", above + text)
        fresh = project({})
        fresh.open("m.kdl", above + text)
        mine, its = analysis_of(kept, "m.kdl"), analysis_of(fresh, "m.kdl")
        same(mine, its)
        assert python(mine, "subclass").code == python(its, "subclass").code


def test_each_of_two_models_of_one_name_minds_what_it_uses() -> None:
    twice = "\n".join(
        f"model M {{\n    input x: (4,)\n    output x -> {name}(3)\n}}" for name in ("Head", "Dense")
    )
    files = {"m.kdl": f'use Head from "b.kdl"\n{twice}\n', "b.kdl": "block Head(n) = Dense(n)\n"}
    kept = project(files)
    for text in (files["b.kdl"], "block Head(n) = Dense(2 * n)\n", "block Head(n) =\n", files["b.kdl"]):
        kept.open("b.kdl", text)
        same(analysis_of(kept, "m.kdl"), analysis_of(project({**files, "b.kdl": text}), "m.kdl"))


def test_an_edit_of_a_used_file_reaches_all_that_use_it() -> None:
    files = {
        "m.kdl": 'use Head from "b.kdl"\nmodel M {\n    input x: (4,)\n    output x -> Head(3)\n}\n',
        "b.kdl": 'use Inner from "c.kdl"\nblock Head(n) = Inner(n)\n',
        "c.kdl": "block Inner(n) = Dense(n)\n",
    }
    kept = project(files)
    chance = random.Random(7)
    for _ in range(40):
        name = chance.choice(list(files))
        text = edits(chance, files[name]) if chance.random() < 0.5 else files[name]
        kept.open(name, text)
        fresh = project(files)
        for each in kept.documents():
            current = kept.read(each)
            assert isinstance(current, Source)
            fresh.open(each, current.text)
        same(analysis_of(kept, "m.kdl"), analysis_of(fresh, "m.kdl"))


@pytest.mark.parametrize("step", [1])
def test_a_sample_typed_from_empty_to_full(step: int) -> None:
    text = FILES["skip_connection.kdl"]
    kept = project({})
    for end in range(0, len(text) + 1, step):
        kept.open("m.kdl", text[:end])
        analysis = analysis_of(kept, "m.kdl")
        hints(analysis, 0, end)
    fresh = project({})
    fresh.open("m.kdl", text)
    same(analysis, analysis_of(fresh, "m.kdl"))


def work(run: Callable[[], object]) -> int:
    """The function calls that something takes."""
    import sys

    counted = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal counted
        counted += event == "call"

    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("line", ["", "    idle = x -> Dense(7)\n", '    x = x -> Dense(8, name="stem")\n'])
def test_an_edit_costs_what_it_touches(line: str) -> None:
    """Also where a model wants to know what the whole file does with blocks: for a layer that no output needs, for a name."""
    many = MANY.replace("    y = x -> B", f"{line}    y = x -> B")
    text = many.replace("M", "N") + "".join(
        many.replace("M", f"M{n}_").replace("B", f"C{n}_") for n in range(8)
    )
    memory = Memory()
    whole = work(lambda: driver.check(Source("m.kdl", text), memory=memory))
    again = work(
        lambda: driver.check(Source("m.kdl", text.replace("Dense(3)", "Dense(5)", 1)), memory=memory)
    )
    assert again < whole / (3 if line else 6)


@pytest.mark.parametrize("wrong", ["Dens(3)", "Dense(3", 'Dense(3, activatio="relu")'])
def test_a_mistake_costs_what_it_touches(wrong: str) -> None:
    """What its fix leads to is tried on the whole text, most of which the check of the mistake has found out."""
    text = "".join(MANY.replace("M", f"M{n}_").replace("B", f"C{n}_") for n in range(8))
    first, behind = text.split("Dense(3)", 1)
    mistaken = f"{first}{wrong}{behind}"
    memory = Memory()
    whole = work(lambda: driver.check(Source("m.kdl", text), memory=memory))
    assert work(lambda: driver.check(Source("m.kdl", mistaken), memory=memory)) < whole / 3
    assert work(lambda: driver.check(Source("m.kdl", mistaken))) < whole * 1.3


def test_a_check_of_a_mistake_speaks_of_its_own_text() -> None:
    """Its fixes were tried in texts of other lengths: places in its graphs are those of the text with the mistake."""
    text = MANY.replace("Dense(3)", 'Dense(3, activatio="relu")', 1) + MANY.replace("M", "N").replace(
        "B", "C"
    )
    memory = Memory()
    for _ in range(2):
        checked = driver.check(Source("m.kdl", text), memory=memory)
        (error,) = checked.diagnostics
        assert error.fix is not None and error.span.source is checked.source
        spans = [call.span for graph in checked.graphs for call in graph.calls]
        assert {span.source for span in spans} == {checked.source}
        assert {"ReLU", "Dense(2)"} <= {span.text for span in spans}


@pytest.mark.parametrize("style", ["functional", "subclass"])
def test_the_python_after_an_edit_costs_less(style: Style) -> None:
    text = "".join(MANY.replace("M", f"M{n}_").replace("B", f"C{n}_") for n in range(4))
    kept = project({})
    kept.open("m.kdl", text)
    whole = work(lambda: python_of(kept, "m.kdl", style))
    for broken in ("Dense(", "Dense(5)"):
        kept.open("m.kdl", text.replace("Dense(3)", broken, 1))
        analysis_of(kept, "m.kdl")
        again = work(lambda: python_of(kept, "m.kdl", style))
    assert again < whole / 2


def test_a_memory_grows_no_larger_than_the_program() -> None:
    memory = Memory()
    text = (ROOT / "samples" / "unet.kdl").read_text(encoding="utf-8")
    sizes = []
    for turn in range(30):
        driver.check(Source("m.kdl", text.replace("32", str(32 + turn))), memory=memory)
        sizes.append(
            sum(len(shelf._now) + len(shelf._before) for shelf in (memory.pieces, memory.items, memory.units))
        )
    assert max(sizes[2:]) <= 2 * sizes[0]
