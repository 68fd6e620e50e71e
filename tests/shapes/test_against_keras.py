"""Where `dslc` says that a model runs, Keras runs it, and nowhere else: generated nets at every size up to 60."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

import pytest

from dslc.driver import Checked, build, check
from dslc.graph.graph import Graph, LayerCall, OperationCall
from dslc.shapes.conditions import AtLeast, value_of
from dslc.shapes.dim import Dim
from dslc.source import Source

NETS = {1: 32, 2: 16}
"""How many nets, by the number of sizes that they do not know."""

SIZES = {1: (*range(1, 21), 23, 24, 25, 28, 30, 31, 32, 35, 36, 40, 45, 48, 60), 2: (1, 2, 3, 4, 6, 7)}
"""What each unknown size is tried with."""

STEPS = (
    "MaxPooling1D(2)",
    "MaxPooling1D(3)",
    "AveragePooling1D(4, strides=2)",
    'MaxPooling1D(2, padding="same")',
    "UpSampling1D(2)",
    "UpSampling1D(3)",
    "Cropping1D((1, 2))",
    "Cropping1D(3)",
    "ZeroPadding1D(1)",
    "Conv1D(2, 3)",
    "Conv1D(2, 5, strides=2)",
    'Conv1D(2, 3, strides=2, padding="same")',
    "Conv1D(2, 3, dilation_rate=2)",
    "Conv1DTranspose(2, 3, strides=2)",
    "_[:, :-2]",
    "_[:, 1::3]",
    "ops.pad(_, ((0, 0), (1, 2), (0, 0)))",
    "ops.repeat(_, 2, axis=1)",
    "ops.split(_, 2, axis=1)[0]",
    "Reshape((-1, 4)) -> Conv1D(2, 1)",
)
MERGES = ("Add", "Multiply", "Maximum", "Average", "Subtract", "Concatenate", "Concatenate(axis=1)")


def net(source: random.Random, unknown: Sequence[str]) -> str:
    """A model of chains of layers, merged now and then, over as many inputs as there are unknown sizes."""
    names = [f"x{size}" for size in unknown]
    lines = [f"    input x{size}: ({size}?, 2)" for size in unknown]
    for number in range(source.randint(len(names), 3)):
        a, b = (f"{source.choice(names)} -> {_steps(source)}" for _ in range(2))
        one = source.choice([a, source.choice(names)])
        lines.append(f"    y{number} = [{one}, {b}] -> {source.choice(MERGES)}")
        if lines[-1].endswith("Concatenate"):
            lines[-1] += " -> Conv1D(2, 1)"
        names.append(f"y{number}")
    return "\n".join(["model Net {", *lines, f"    output {names[-1]}", "}", ""])


def _steps(source: random.Random) -> str:
    return " -> ".join(source.choice(STEPS) for _ in range(source.randint(1, 3)))


def leaves_nothing(made: Iterable[LayerCall | OperationCall], sizes: dict[str, int]) -> bool:
    """Whether some of these would be left with nothing, where TensorFlow gives shapes that make no sense."""
    dims: list[Dim] = [dim for call in made for out in call.outputs for dim in out.shape or ()]
    return any(value_of(dim, {**sizes, "batch": 1}) < 1 for dim in dims)


def stated(graph: Graph, sizes: dict[str, int]) -> bool:
    """Whether `dslc` says that the model runs at these sizes."""
    return all(each.holds(sizes) for each in graph.conditions)


@pytest.mark.slow
@pytest.mark.parametrize("unknown", ["T", "TS"], ids=["one", "two"])
def test_conditions_and_bounds_hold_exactly_where_keras_runs(seed: int, unknown: str) -> None:
    pytest.importorskip("tensorflow")
    source = random.Random(seed)
    built = contradicting = conditional = 0
    wrong: list[str] = []

    def tried(each: Iterable[int]) -> Iterator[dict[str, int]]:
        return (dict(zip(unknown, sizes, strict=True)) for sizes in product(each, repeat=len(unknown)))

    while built < NETS[len(unknown)]:
        text = net(source, unknown)
        checked = check(Source("net.kdl", text))
        codes = {each.code for each in checked.diagnostics if each.severity == "error"}
        if codes - {"DSL420"} or checked.graphs[0].idle:
            continue  # no size is right for two of its layers, or Keras leaves out some of them
        built += 1
        graph = checked.graphs[0]
        whole = (*graph.calls, *graph.operations)
        contradicting += bool(codes)
        conditional += bool(checked.diagnostics)
        if codes:
            every = tried(range(1, 200 if len(unknown) == 1 else 25))
            runs = [sizes for sizes in every if stated(graph, sizes) and not leaves_nothing(whole, sizes)]
            wrong += [f"runs at {runs} after all:\n{text}"] if runs else []
            continue
        model = made(checked)
        for sizes in tried(SIZES[len(unknown)]):
            if leaves_nothing(whole, sizes):
                layers_do = leaves_nothing(graph.calls, sizes) and stated(graph, sizes)
                if layers_do and not any(isinstance(each, AtLeast) for each in graph.conditions):
                    wrong.append(f"no bound at {sizes}:\n{text}")
            elif ran(model, graph, sizes) != stated(graph, sizes):
                wrong.append(f"stated {stated(graph, sizes)} at {sizes}:\n{text}")
    assert not wrong, "\n".join(wrong[:5])
    assert conditional > NETS[len(unknown)] // 4 and contradicting


def made(checked: Checked) -> Any:
    """The Keras model of the text."""
    code = build(checked, "functional").code
    assert code is not None
    names: dict[str, Any] = {}
    exec(code, names)
    return names["Net"]()


def ran(model: Any, graph: Graph, sizes: dict[str, int]) -> bool:
    """Whether Keras runs the model at these sizes; its result then has the stated shape."""
    import numpy
    import tensorflow

    inputs = [tensorflow.constant(numpy.ones((1, size, 2), "float32")) for size in sizes.values()]
    try:
        result = model(inputs if len(inputs) > 1 else inputs[0])
    except (tensorflow.errors.InvalidArgumentError, ValueError):
        return False
    shape = graph.outputs[0].tensor.shape
    assert shape is not None
    assert tuple(result.shape) == tuple(value_of(dim, {**sizes, "batch": 1}) for dim in shape)
    return True
