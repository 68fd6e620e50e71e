"""`math.*` computes as Python's module of that name, and only where it can: with numbers, while the model is made."""

from __future__ import annotations

import math
import random
import re

import pytest

import dslc

FUNCTIONS = {"sqrt": 1, "log": 1, "log2": 1, "log10": 1, "exp": 1, "sin": 1, "cos": 1, "tan": 1, "floor": 1, "ceil": 1,
             "pow": 2, "isqrt": 1, "gcd": 2, "prod": 0}  # fmt: skip
NUMBERS = (
    "0",
    "1",
    "2",
    "7",
    "0.5",
    "-3",
    "-0.25",
    "64",
    "1e3",
    "math.pi",
    "math.e",
    "math.tau",
    "10 ** 6",
    "True",
)


def term(chance: random.Random, depth: int) -> str:
    """An expression of numbers."""
    kind = chance.random()
    if depth == 0 or kind < 0.25:
        return chance.choice(NUMBERS)
    if kind < 0.45:
        return f"({term(chance, depth - 1)} {chance.choice('+-*')} {term(chance, depth - 1)})"
    name = chance.choice(list(FUNCTIONS))
    if name == "prod":
        return f"math.prod([{', '.join(term(chance, depth - 1) for _ in range(chance.randrange(4)))}])"
    return f"math.{name}({', '.join(term(chance, depth - 1) for _ in range(FUNCTIONS[name]))})"


def computed(expression: str) -> float | None:
    """The number that an expression is in a model; None where it has none."""
    text = f"model M {{\n    input x: (3,)\n    output x * (0.0 + {expression})\n}}\n"
    result = dslc.compile(text, filename="m.kdl", options=dslc.Options(flatten=True))
    if result.code is None:
        assert {each.code for each in result.diagnostics} <= {"DSL381", "DSL702"}, result.diagnostics
        return None
    found = re.search(r"x \* (\S+)", result.code)
    assert found is not None, result.code
    return float(found.group(1).rstrip(",)"))


def test_random_expressions_are_what_python_makes_of_them(seed: int) -> None:
    chance = random.Random(seed)
    values = refusals = 0
    for _ in range(400):
        expression = term(chance, 3)
        try:
            expected = 0.0 + eval(expression, {"math": math})
        except (ValueError, TypeError, OverflowError):
            assert computed(expression) is None, expression
            refusals += 1
            continue
        found = computed(expression)
        if found is None:
            assert abs(expected) > 2.0**900, expression  # whole numbers end sooner here
            continue
        assert found == expected or math.isclose(found, expected, rel_tol=1e-15), expression
        values += 1
    assert values > 150 and refusals > 20


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("math.sqrt(x)", "write `ops.sqrt(…)`"),
        ("math.sqrt(x.shape[1])", "known only when it runs"),
        ("math.tanh(2)", "of tensors there is `ops.tanh`"),
        ("math.sqr(2)", "did you mean `math.sqrt`?"),
        ("math.pi()", "write `math.pi`"),
        ("math.log(0)", "has no value"),
        ("math.exp(1e6)", "what a float can hold"),
    ],
)
def test_what_cannot_be_computed_is_said(expression: str, words: str) -> None:
    result = dslc.compile(
        f"model M {{\n    input x: (T?, 3)\n    output x * {expression}\n}}\n", filename="m.kdl"
    )
    (found,) = [each for each in result.diagnostics if each.severity == "error"]
    assert words in f"{found.text} {found.help}"


def test_a_size_may_be_a_number_in_each_use_of_a_block() -> None:
    text = """
block Scaled {
    input x: (T?, C?)
    output x / math.sqrt(C)
}
block Unused {
    input x: (T?, C?)
    output x / math.sqrt(T * C)
}
model M {
    input x: (?, 16)
    output x -> Scaled
}
"""
    result = dslc.compile(text, filename="m.kdl")
    assert [each.text for each in result.diagnostics if each.severity == "error"] == []
