"""Code actions: repairs leave no mistake behind, refactorings leave the model as it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dslc import driver
from dslc.diagnostics.diagnostic import has_errors
from dslc.diagnostics.fixing import applied
from dslc.editor.action import Action
from dslc.editor.actions import actions, fix_all
from dslc.editor.analysis import Analysis, nodes
from dslc.graph.counts import parameters
from dslc.graph.graph import Graph
from dslc.program import nodes as p
from dslc.program.traversal import bodies, statements_in
from dslc.source import Source
from tests.conftest import ROOT
from tests.editor.conftest import Given, of_file

Document = Callable[..., Given]
PATHS = sorted((ROOT / "samples").glob("*.kdl")) + [
    ROOT / "dslc" / "keras" / "applications" / name
    for name in ("vgg.kdl", "xception.kdl", "mobilenet.kdl", "inception_v3.kdl")
]


def after(analysis: Analysis, action: Action) -> driver.Checked:
    """The document after an action."""
    return driver.check(Source("m.kdl", applied(analysis.source.text, action.edits)))


def offered(analysis: Analysis, start: int, end: int, kind: str) -> list[Action]:
    return [each for each in actions(analysis, start, end) if each.kind == kind and each.refused is None]


def same(before: tuple[Graph, ...], now: tuple[Graph, ...]) -> bool:
    """Whether the models have the same inputs, outputs, parameters and layers."""
    return [_meaning(each) for each in before] == [_meaning(each) for each in now]


_PLACES = re.compile(r"0x[0-9a-f]+|Span\([^)]*\)")
"""What the arguments of a layer are apart from where they stand."""


def _meaning(graph: Graph) -> object:
    layers = Counter(
        (each.layer, _PLACES.sub("", str(each.arguments)), str(each.inputs), str(each.outputs))
        for each in graph.calls
    )
    return (
        [(each.name, str(each.tensor)) for each in graph.inputs],
        [str(each.tensor) for each in graph.outputs],
        str(parameters(graph).total),
        layers,
    )


# ---- repairs

FRAME = "model M {{\n    input x: (28, 28, 8)\n    {}\n}}\n"


@pytest.mark.parametrize(
    ("body", "place", "written"),
    [
        ("a = x -> Conv2D(8, 3)\n    b = x -> Conv2D(8, 5)\n    output [a, b] -> Concatenate", "Concat", 'Conv2D(8, 3, padding="same")'),
        ("a = x -> Conv2D(8, 3)\n    output a + x", "a + x", 'Conv2D(8, 3, padding="same")'),
        ("output x -> [Conv2D(8, 3), Conv2D(8, 5)] -> Add", "Add", 'Conv2D(8, 5, padding="same")'),
        ("a = x -> Conv2D(8, 3) -> Conv2D(8, 3) -> ReLU\n    output [a, x] -> Add", "Add", 'Conv2D(8, 3, padding="same")'),
        ("output [x, x] -> MultiHeadAttention(2, 4)", "Multi", "(x, x) -> Multi"),
        ("output (x, x) -> Concatenate", "Concat", "[x, x] -> Concat"),
        ('for i in range(3) {\n        x = x -> Dense(3, name="d")\n    }\n    output x', '"d"', 'name=f"d_{i}"'),
        ("output x -> Dens(3)", "Dens", "x -> Dense(3)"),
        ("output concatenate([x, x])", "concat", "[x, x] -> Concatenate"),
    ],
)  # fmt: skip
def test_a_mistake_is_repaired(body: str, place: str, written: str, document: Document) -> None:
    text = FRAME.format(body)
    analysis, _ = document(text)
    at = text.index(place)
    assert has_errors(list(analysis.diagnostics))
    (action,) = offered(analysis, at, at, "quickfix")
    assert written in applied(text, action.edits)
    assert not has_errors(list(after(analysis, action).diagnostics)) and action.about is not None


def test_a_size_that_may_not_fit_is_repaired(document: Document) -> None:
    text = "block Same {\n    input x: (T?, D?)\n    a = x -> Conv1D(D, 3)\n    output [x, a] -> Add\n}\nmodel M {\n"
    text += "    input x: (T?, 8)\n    output x -> Same\n}\n"
    analysis, _ = document(text)
    assert [each.code for each in analysis.diagnostics] == ["DSL415"]
    repair, *_ = offered(analysis, text.index("Add"), text.index("Add"), "quickfix")
    assert 'Conv1D(D, 3, padding="same")' in applied(text, repair.edits)
    assert not after(analysis, repair).diagnostics


def test_what_would_not_help_is_not_offered(document: Document) -> None:
    text = FRAME.format("a = x -> Conv2D(8, 3, strides=2)\n    output [a, x] -> Add")
    analysis, _ = document(text)
    assert has_errors(list(analysis.diagnostics))
    assert not offered(analysis, 0, len(text), "quickfix")


def test_all_safe_fixes_at_once(document: Document) -> None:
    text = FRAME.format("y = concatenate([x, x])\n    z = add([y, y])\n    output z -> Dens(3)")
    analysis, _ = document(text)
    done = applied(text, fix_all(analysis))
    assert "y = [x, x] -> Concatenate\n" in done and "z = [y, y] -> Add\n" in done
    assert "Dens(3)" in done  # nobody can be sure of a name


# ---- refactorings

PARTS = """N = 3
block Wide(n, act: layer = ReLU) = Dense(n) -> act
block Long {
    input x
    y = x -> Dense(4)
    output y -> Dense(4)
}
model M(n = 4) {
    input x: (8, 8, 3)
    shared e = Dense(2)
    a = x -> Conv2D(n, 3) -> ReLU -> e -> Flatten
    for i in range(N) {
        a = a -> Wide(n + i) -> Wide(2, act=Dropout(0.5))
    }
    b = a -> [Dense(4), _, ops.square] -> Concatenate
    c = b -> Dense(3)
    d = b -> Dense(4)
    output [c, d, b] -> Concatenate -> Long
}
"""


@pytest.mark.parametrize(
    ("selected", "kind", "written"),
    [
        ("Conv2D(n, 3) -> ReLU", "refactor.extract", ["block NewBlock(n) = Conv2D(n, 3) -> ReLU\n", "a = x -> NewBlock(n) -> e"]),
        ("ReLU -> e -> Flatten", "refactor.extract", ["block NewBlock(e: layer) = ReLU -> e -> Flatten\n", "-> NewBlock(e)\n"]),
        ("Wide(n + i)", "refactor.extract", ["block NewBlock(n, i) = Wide(n + i)\n", "a -> NewBlock(n, i) ->"]),
        ("c = b -> Dense(3)\n    d = b -> Dense(4)", "refactor.extract", ["    input b\n    c = b -> Dense(3)\n    d = b -> Dense(4)\n    output c\n    output d\n", "    c, d = b -> NewBlock\n"]),
        ("Wide", "refactor.inline", ["a = a -> Dense((n + i)) -> ReLU -> Wide(2"]),
        ("[Dense(4)", "refactor.rewrite", ["branch = a -> Dense(4)\n    branch2 = a -> ops.square\n    b = [branch, a, branch2] -> Concatenate\n"]),
        ("[c, d, b]", "refactor.rewrite", ["    output b -> [Dense(3), Dense(4), _] -> Concatenate -> Long\n"]),
    ],
)  # fmt: skip
def test_a_part_is_written_in_another_way(
    selected: str, kind: str, written: list[str], document: Document
) -> None:
    analysis, _ = document(PARTS)
    start = PARTS.rindex(selected) if selected[0] != "W" else PARTS.index(selected, PARTS.index("for"))
    end = start + (len(selected) if kind == "refactor.extract" else 0)
    (action,) = offered(analysis, start, end, kind)
    done = applied(PARTS, action.edits)
    assert all(each in done for each in written), done
    assert not has_errors(list(after(analysis, action).diagnostics))
    assert same(analysis.checked.graphs, after(analysis, action).graphs)


@pytest.mark.parametrize(
    ("selected", "reason"),
    [
        ("input x: (8, 8, 3)", "belongs to this model"),
        ("output [c, d, b] -> Concatenate -> Long", "`output` belongs"),
        ("shared e = Dense(2)", "no tensor goes in"),
        ("Lon", "more than one chain"),
    ],
)  # fmt: skip
def test_what_cannot_be_says_why(selected: str, reason: str, document: Document) -> None:
    analysis, _ = document(PARTS)
    start = PARTS.index(selected, PARTS.index("model"))
    end = start + (len(selected) if selected != "Lon" else 0)
    refused = [each.refused for each in actions(analysis, start, end) if each.refused]
    assert any(reason in each for each in refused), refused


def chains(analysis: Analysis) -> Iterator[p.Flow]:
    yield from (each for each in nodes(analysis) if isinstance(each, p.Flow))


def selections(analysis: Analysis) -> Iterator[tuple[int, int]]:
    """Stages of chains and statements of bodies, in runs."""
    for flow in chains(analysis):
        count = len(flow.stages)
        for first, last in {(0, 0), (0, count - 1), (count // 2, count - 1), (count - 1, count - 1)}:
            yield flow.stages[first].span.start, flow.stages[last].span.end
    for item in analysis.items:
        if isinstance(item, p.Block):
            around = [item.body, *(body for each in statements_in(item.body) for body in bodies(each))]
            for body in around:
                for size in (1, 2, 4):
                    for at in range(0, len(body) - size + 1, size):
                        yield body[at].span.start, body[at + size - 1].span.end


def tried(analysis: Analysis, start: int, end: int, kind: str) -> int:
    done = offered(analysis, start, end, kind)
    for action in done:
        checked = after(analysis, action)
        text = applied(analysis.source.text, action.edits)
        assert not has_errors(list(checked.diagnostics)), (checked.diagnostics, text)
        assert same(analysis.checked.graphs, checked.graphs), text
    return len(done)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_samples_stay_what_they_are(path: Path) -> None:
    analysis = of_file(path)
    slow = path.parent.name == "applications"
    places = list(selections(analysis))
    count = sum(tried(analysis, *place, "refactor.extract") for place in places[:: 9 if slow else 1])
    assert count > 0
    for each in nodes(analysis):
        if isinstance(each, p.MakeLayer) and isinstance(each.layer, p.BlockRef):
            tried(analysis, each.name_span.start, each.name_span.start, "refactor.inline")
        if isinstance(each, (p.Fork, p.ListOf)):
            tried(analysis, each.span.start, each.span.start, "refactor.rewrite")


@pytest.mark.parametrize("path", PATHS[::3], ids=lambda path: path.stem)
def test_nothing_raises_in_the_beginnings_of_a_sample(path: Path, document: Document) -> None:
    text = path.read_text(encoding="utf-8")
    for end in range(0, len(text), max(1, len(text) // 12)):
        analysis, _ = document(text[:end])
        for start in range(0, end, max(1, end // 12)):
            actions(analysis, start, start)
            actions(analysis, start, min(end, start + 40))
        fix_all(analysis)


@pytest.mark.parametrize("comment", ["", "  # dslc: ignore[DSL415]"])
def test_a_warning_can_be_ignored_where_it_stands(comment: str, document: Document) -> None:
    text = f"model M {{\n    input x: (8,)\n    y‸ = x -> Dense(2){comment}\n    output x -> Dense(4)\n}}\n"
    analysis, offset = document(text)
    (ignore,) = [each for each in actions(analysis, offset, offset) if each.title == "ignore DSL801 here"]
    assert "DSL801" not in [each.code for each in after(analysis, ignore).diagnostics]


def test_the_comment_of_somebody_is_left_alone(document: Document) -> None:
    analysis, offset = document(
        "model M {\n    input x: (8,)\n    y‸ = x -> Dense(2)  # a draft\n    output x -> Dense(4)\n}\n"
    )
    assert not [each for each in actions(analysis, offset, offset) if each.title.startswith("ignore")]
