"""Where `dslc` says that a model runs, Keras runs it, and nowhere else: generated nets at every size up to 60."""

from __future__ import annotations

import random
from typing import Any

import pytest

from dslc.driver import Checked, build, check
from dslc.graph.graph import Graph
from dslc.shapes.conditions import AtLeast, value_of
from dslc.shapes.dim import Dim
from dslc.source import Source

NETS = 32
SIZES = (*range(1, 21), 23, 24, 25, 28, 30, 31, 32, 35, 36, 40, 45, 48, 60)

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
)
MERGES = ("Add", "Multiply", "Maximum", "Average", "Subtract", "Concatenate")


def net(source: random.Random) -> str:
    """A model of chains of layers, merged now and then."""
    lines, names = [], ["x"]
    for number in range(source.randint(1, 3)):
        a, b = (f"{source.choice(names)} -> {_steps(source)}" for _ in range(2))
        one = source.choice([a, source.choice(names)])
        lines.append(f"    y{number} = [{one}, {b}] -> {source.choice(MERGES)}")
        if "Concatenate" in lines[-1]:
            lines[-1] += " -> Conv1D(2, 1)"
        names.append(f"y{number}")
    return "\n".join(["model Net {", "    input x: (T?, 2)", *lines, f"    output {names[-1]}", "}", ""])


def _steps(source: random.Random) -> str:
    return " -> ".join(source.choice(STEPS) for _ in range(source.randint(1, 3)))


def leaves_nothing(graph: Graph, size: int) -> bool:
    """Whether some layer would be left with nothing, where TensorFlow gives shapes that make no sense."""
    dims: list[Dim] = [dim for call in graph.calls for out in call.outputs for dim in out.shape or ()]
    return any(value_of(dim, {"T": size, "batch": 1}) < 1 for dim in dims)


def stated(graph: Graph, size: int) -> bool:
    """Whether `dslc` says that the model runs at this size."""
    return all(each.holds({"T": size}) for each in graph.conditions)


@pytest.mark.slow
def test_conditions_and_bounds_hold_exactly_where_keras_runs(seed: int) -> None:
    pytest.importorskip("tensorflow")
    source = random.Random(seed)
    built = contradicting = conditional = 0
    wrong: list[str] = []
    while built < NETS:
        text = net(source)
        checked = check(Source("net.kdl", text))
        codes = {each.code for each in checked.diagnostics if each.severity == "error"}
        if codes - {"DSL420"} or checked.graphs[0].idle:
            continue  # no size is right for two of its layers, or Keras leaves out some of them
        built += 1
        graph = checked.graphs[0]
        contradicting += bool(codes)
        conditional += bool(checked.diagnostics)
        if codes:
            runs = [size for size in range(1, 200) if stated(graph, size) and not leaves_nothing(graph, size)]
            wrong += [f"runs at {runs} after all:\n{text}"] if runs else []
            continue
        model = made(checked)
        for size in SIZES:
            if leaves_nothing(graph, size):
                if stated(graph, size) and not any(isinstance(each, AtLeast) for each in graph.conditions):
                    wrong.append(f"no bound at {size}:\n{text}")
            elif ran(model, graph, size) != stated(graph, size):
                wrong.append(f"stated {stated(graph, size)} at {size}:\n{text}")
    assert not wrong, "\n".join(wrong[:5])
    assert conditional > NETS // 4 and contradicting


def made(checked: Checked) -> Any:
    """The Keras model of the text."""
    code = build(checked, "functional").code
    assert code is not None
    names: dict[str, Any] = {}
    exec(code, names)
    return names["Net"]()


def ran(model: Any, graph: Graph, size: int) -> bool:
    """Whether Keras runs the model at a size; its result then has the stated shape."""
    import numpy
    import tensorflow

    try:
        result = model(tensorflow.constant(numpy.ones((1, size, 2), "float32")))
    except (tensorflow.errors.InvalidArgumentError, ValueError):
        return False
    shape = graph.outputs[0].tensor.shape
    assert shape is not None
    assert tuple(result.shape) == tuple(value_of(dim, {"T": size, "batch": 1}) for dim in shape)
    return True
