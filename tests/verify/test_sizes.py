"""The sizes at which `dslc verify` runs a model meet everything that the model states."""

from __future__ import annotations

import pytest

from dslc.driver import check
from dslc.source import Source
from dslc.verify.job import job
from dslc.verify.sizes import two_sizes


@pytest.mark.parametrize(
    ("inputs", "output", "chosen"),
    [
        ("input x: (T?, 3)", "x -> MaxPooling1D(2)", [{"T": 8}, {"T": 16}]),
        ("input x: (T?, 3)", "x -> Conv1D(2, 20)", [{"T": 32}, {"T": 64}]),
        (
            "input x: (T?, 3)",
            "[x, x -> MaxPooling1D(3) -> UpSampling1D(3)] -> Add",
            [{"T": 3}, {"T": 6}],
        ),
        ("input x: (T?, 3)", "[x, x[:, :5]] -> Concatenate", [{"T": 2}, {"T": 3}]),
        ("input x: (T?, 3)\n    input y: (100, 3)", "[x, y] -> Concatenate", [{"T": 100}, {"T": 100}]),
        (
            "input x: (T?, 3)\n    input y: (S?, 3)",
            "[x, y -> UpSampling1D(5)] -> Concatenate",
            [{"S": 2, "T": 10}, {"S": 3, "T": 15}],
        ),
        (
            "input x: (H?, W?, 3)",
            "[x, x -> MaxPooling2D((3, 2)) -> UpSampling2D((3, 2))] -> Concatenate",
            [{"H": 3, "W": 2}, {"H": 6, "W": 4}],
        ),
    ],
)
def test_the_sizes_meet_what_the_model_states(inputs: str, output: str, chosen: list[dict[str, int]]) -> None:
    text = f"model Net {{\n    {inputs}\n    output {output}\n}}\n"
    (graph,) = check(Source("net.kdl", text)).graphs
    sizes = two_sizes(graph, None)
    assert [{name: size for name, size in each.items() if name != "batch"} for each in sizes] == chosen
    assert [each["batch"] for each in sizes] == [2, 3]
    assert all(each.holds(one) for each in graph.conditions for one in sizes)


@pytest.mark.parametrize(
    ("said", "batches"),
    [("batch_size=4", [4, 4]), ("batch_size=1", [2, 3]), ("batch_size=None", [2, 3])],
)
def test_all_inputs_have_as_many_samples(said: str, batches: list[int]) -> None:
    """Where one of them says how many: Keras asks that of all who train or predict."""
    text = (
        f"model Net {{\n    input a = Input((3,), {said})\n    input b: (3,)\n    output [a, b] -> Add\n}}\n"
    )
    (graph,) = check(Source("net.kdl", text)).graphs
    assert [each["batch"] for each in two_sizes(graph, None)] == batches


def test_the_sizes_meet_what_a_way_of_the_model_states() -> None:
    """Unless no size does: then it is that of the other ways that counts."""
    text = """model Net {
    input x: (T?, 3)
    if T > %s { y = [x, x[:, :20]] -> Add } else { y = x }
    output y
}
"""
    (graph,) = check(Source("net.kdl", text % 3)).graphs
    assert graph.conditions == () and graph.conditions_of_ways
    assert {one["T"] for one in two_sizes(graph, None)} == {8, 16}
    (without,) = check(Source("net.kdl", (text % 3).replace(":20", ":2"))).graphs
    assert all(each.holds(one) for each in without.conditions_of_ways for one in two_sizes(without, None))


@pytest.mark.parametrize(
    ("inputs", "output", "below"),
    [
        (
            "input x: (32,)\n    input at: (2,) int32",
            "ops.take(x, at[:, 0], axis=0)",
            2,
        ),  # the rows of a batch
        ("input x: (32,)\n    input at: (2,) int32", "ops.take(x, at, axis=1)", 2),
        ("input x: (T?, 4)\n    input at: (T?,) int32", "ops.take_along_axis(x, at[:, :, None], axis=1)", 2),
        ("input at: (2,) int32", "at -> Embedding(7, 3) -> ops.sum(_, axis=1)", None),
        ("input at: (3,) int32", "at + ops.array([0, 10, 30]) -> Embedding(37, 3) -> Flatten", 2),
    ],
)
def test_what_looks_something_up_is_given_numbers_that_are_there(
    inputs: str, output: str, below: int | None
) -> None:
    checked = check(Source("net.kdl", f"model Net {{\n    {inputs}\n    output {output}\n}}\n"))
    (model,) = job(checked, {}, "net", {}, named=False)["models"]
    assert model["inputs"][-1]["below"] == below
