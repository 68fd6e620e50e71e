"""A constant has one value, which the generated module computes when it is imported, whether a model uses it or not."""

from __future__ import annotations

import pytest

from dslc.driver import build, check
from dslc.source import Source

MODEL = "model M {\n    input x: (4,)\n    output x -> Dense(3)\n}\n"


def said(constants: str, model: str = MODEL) -> list[str]:
    return [each.code for each in check(Source("m.kdl", f"{constants}\n{model}")).diagnostics]


@pytest.mark.parametrize(
    "constants",
    ["A = A + 1", "A = B + 1\nB = A * 2", "fn f(n) = A + n\nA = f(2)", "A = [n for n in range(A)]"],
)
def test_a_constant_that_needs_its_own_value_has_none(constants: str) -> None:
    assert said(constants) == ["DSL703"]
    assert said(constants, MODEL.replace("Dense(3)", "Dense(A)")) == ["DSL703"]


@pytest.mark.parametrize("value", ["1 / 0", "[1, 2][5]", '"a" + 1', "{1: 2}[3]", "int('x')"])
def test_what_python_could_not_compute_is_told_of_once_though_nobody_uses_it(value: str) -> None:
    (code,) = said(f"A = {value}")
    assert code.startswith("DSL3")
    twice = MODEL.replace("Dense(3)", "Dense(A) -> Dense(A)")
    assert said(f"A = {value}", twice + twice.replace("M", "N")) == [code]


def test_constants_are_computed_in_the_order_in_which_they_need_each_other() -> None:
    checked = check(Source("m.kdl", f"A = f(B)\nfn f(n) = n + C\nB = C * 2\nC = 3\n{MODEL}"))
    assert [each.code for each in checked.diagnostics] == ["DSL801"]
    space: dict[str, object] = {}
    code = build(checked, "functional").code
    assert code is not None
    exec("\n".join(line for line in code.splitlines() if "keras" not in line).partition("def M")[0], space)
    assert (space["A"], space["B"], space["C"]) == (9, 6, 3)
