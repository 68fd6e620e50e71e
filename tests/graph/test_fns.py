"""A fn of plain values is worked out once for each set of arguments, and gives what it gives every time."""

from __future__ import annotations

from dslc.budget import limits_from
from dslc.driver import check
from dslc.source import Source

PAIRS = "fn pairs(n) = [(i, j) for i in range(n) for j in range(n)]\n"


def said(text: str, turns: int = 10_000) -> list[str]:
    checked = check(Source("m.kdl", text), limits=limits_from({"turns": turns}))
    return [item.code for item in checked.diagnostics]


def model(expressions: list[str], layer: str = "Dense") -> str:
    stages = "".join(f" -> {layer}({each})" for each in expressions)
    return f"model M {{\n    input x: (4,)\n    output x{stages}\n}}\n"


def test_calls_with_the_same_arguments_cost_their_turns_once() -> None:
    same = PAIRS + model(["len(pairs(10))"] * 20)
    others = PAIRS + model([f"len(pairs({10 + i}))" for i in range(20)])
    assert said(same, turns=300) == []
    assert said(others, turns=300) == ["DSL704"]


def test_what_is_equal_and_of_another_type_is_another_argument() -> None:
    text = 'fn width(n) = 8 if f"{n}" == "1" else 16 if f"{n}" == "1.0" else 32\n' + model(
        ["width(1)", "width(1.0)", "width(True)", "width(1)"]
    )
    (graph,) = check(Source("m.kdl", text)).graphs
    assert [call.outputs[0].shape[-1] for call in graph.calls] == [8, 16, 32, 8]


def test_a_mistake_is_told_of_in_the_same_way_whatever_went_before() -> None:
    text = "fn half(n) = 8 // n\n" + model(["half(0)", "half(2)", "half(0)"])
    assert said(text) != []
    assert said(text) == said(text.replace("half(2)", "half(4)")) == said(text.replace("half(2)", "4"))


def test_a_parameter_without_a_value_is_no_number() -> None:
    text = "fn double(n) = 2 * n\n" + model(["double(2)", "double(k)"]).replace("M {", "M(k) {")
    (graph,) = check(Source("m.kdl", text)).graphs
    assert [str(call.outputs[0].shape[-1]) for call in graph.calls] == ["4", "2 * k"]
