"""A model says the same alone as beside others: what an editor asks again is only what may have changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.driver import check
from dslc.graph.elaborate import elaborate
from dslc.graph.graph import Graph
from dslc.graph.single import check_block, model_graph
from dslc.program import nodes as p
from dslc.program.resolve import Load, resolve
from dslc.program.touched import touched
from dslc.source import Source

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [*ROOT.glob("samples/**/*.kdl"), *ROOT.glob("tests/golden/*/*.kdl"), *ROOT.glob("tests/errors/*.kdl")]
)


def beside(path: Path) -> Load:
    """Loads used files from the folder of a file."""

    def load(name: str, importer: str) -> Source | str:
        found = path.parent / name
        return Source(name, found.read_text("utf-8")) if found.is_file() else "it is not there"

    return load


def text(graph: Graph) -> str:
    """All of a graph, but for what never comes again: numbers of sizes that nobody named, places in memory."""
    return re.sub(r"serial=\d+|0x[0-9a-f]+", "…", repr(graph))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_model_alone_has_the_graph_and_the_diagnostics_that_it_has_in_its_file(path: Path) -> None:
    source = Source(path.name, path.read_text("utf-8"))
    module, problems = resolve(source, beside(path))
    whole = elaborate(module, {}, problems)
    graphs, said = whole.graphs, whole.diagnostics
    alone, _ = resolve(source, beside(path))  # nothing that was found out above can be known here
    unsound = touched(alone, problems)
    models = [item for item in alone.items if isinstance(item, p.Block) and item.model]
    found: list[Diagnostic] = []
    used: set[tuple[str, str]] = set()
    rest = list(graphs)
    pairs = []
    for model in models:
        if (
            rest and rest[0].name == model.name
        ):  # one that only others give its values has no graph of its own
            pairs.append((model, rest.pop(0)))
    assert not rest
    for model, graph in reversed(pairs):
        unit = model_graph(alone, model, {}, model.key not in unsound)
        assert text(unit.graph) == text(graph)
        found.extend(unit.diagnostics)
        used |= unit.used
    for item in alone.items:
        if isinstance(item, p.Block) and not item.model and item.key not in used:
            found.extend(check_block(alone, item)[0])
    assert set(map(str, said)) <= set(map(str, found))
    spoken = {(each.code, each.text) for each in said}
    assert all(
        (each.code, each.text) in spoken for each in found if each.severity == "error" or len(models) == 1
    )


IDLE = """
model Idle {
    input x: (8,)
    _ = x -> Dense(3)
    output x -> Dense(4)
}
"""


def codes(source: str) -> list[str]:
    return [each.code for each in check(Source("m.kdl", source)).diagnostics]


def test_a_layer_without_effect_is_told_of() -> None:
    assert codes(IDLE) == ["DSL808"]


@pytest.mark.parametrize(
    "other",
    [
        "model Other {\n    input x: (8,)\n    output x -> Dens(4)\n}\n",
        "model Other {\n    input x: (8,)\n    output x -> -> Dense(4)\n}\n",
        "block Other(n) {\n    input x\n    output x -> Dense(n, widht=3)\n}\n",
        "fn other(n) {\n    return m\n}\n",
        "width = = 4\n",
        "blok Other(n) {\n    input x\n    output x -> Dense(n)\n}\n",
    ],
)
def test_a_mistake_in_another_item_does_not_silence_it(other: str) -> None:
    assert "DSL808" in codes(IDLE + other)
    assert "DSL808" in codes(other + IDLE)
    assert len(codes(IDLE + other)) > 1


@pytest.mark.parametrize(
    "model",
    [
        IDLE.replace("Dense(4)", "Dens(4)"),
        IDLE.replace("Dense(4)", "Broken") + "block Broken = Dense(2) -> Dens(3)\n",
        IDLE.replace("Dense(4)", "Dense(width)") + "width = = 4\n",
        IDLE.replace("Dense(4)", "Outer") + "block Outer = Inner\nblock Inner = Dens(3)\n",
        IDLE.replace("    output", "    }\n    output"),
    ],
)
def test_nothing_is_called_idle_where_a_mistake_may_be_the_cause(model: str) -> None:
    said = codes(model)
    assert said and "DSL808" not in said


def test_an_item_says_which_names_of_its_file_it_depends_on() -> None:
    source = "width = 4\nother = 5\nblock A(n) = Dense(n * width)\nfn f(n) = n\nmodel M {\n    input x: (8,)\n    y = x -> A(f(2))\n    output y\n}\n"
    module, _ = resolve(Source("m.kdl", source))
    assert "width" in module.asked["A"].names and "other" not in module.asked["A"].names
    assert {"A", "f", "y", "x"} <= module.asked["M"].names and "width" not in module.asked["M"].names
    assert not module.asked["M"].all


def test_an_item_with_an_unknown_name_depends_on_all_names_of_its_file() -> None:
    module, _ = resolve(Source("m.kdl", "width = 4\nblock A = Dense(widht)\n"))
    assert module.asked["A"].all
