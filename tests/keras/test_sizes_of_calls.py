"""What is computed with sizes that only a call knows: a class gives what Python computes for a number, traced or not.

Expressions are made at random of sizes, numbers and everything that Python does with these. Where the checker accepts one,
the Subclass model is built on symbolic inputs, called, and traced for any size; each run gives what Python makes of the
number. What it refuses must need more than a tensor of one number has: none of the expressions that hold nothing but
whole-number arithmetic and comparisons is refused. A Functional model is refused, or gives the same.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

from dslc.diagnostics.diagnostic import has_errors
from dslc.driver import build, check
from dslc.source import Source

SIZES = (1, 2, 3, 5, 8, 13)
ASKED = ("T", "x.shape[1]", "ops.shape(x)[1]", "n", "m", "half(T)")


class Case(NamedTuple):
    """An expression, as the source has it and as Python computes it; whether whole numbers are all that it is made of."""

    text: str
    whole: bool


def number(chance: random.Random, depth: int) -> Case:
    """A whole number, mostly made of sizes."""
    if depth == 0:
        return Case(chance.choice((*ASKED, *ASKED, "3", "2")), True)
    a, b = number(chance, depth - 1), number(chance, depth - 1)
    kind = chance.random()
    if kind < 0.7:
        operator = chance.choice(("+", "-", "*", "//", "%"))
        right = str(chance.choice((2, 3, 4))) if operator in ("//", "%") else b.text
        return Case(f"({a.text} {operator} {right})", a.whole and (b.whole or operator in ("//", "%")))
    if kind < 0.8:
        return Case(f"(-{a.text})", a.whole)
    odd = (
        f"min({a.text}, 3)",
        f"max({a.text}, {b.text})",
        f"abs({a.text})",
        f"int({a.text} / 2)",
        f"round({a.text} / 2)",
        f"math.ceil({a.text} / 3)",
        f"(2 if {a.text} > 4 else {b.text})",
        f"int({a.text} * 0.5)",
        f"[1, 2, 3][{a.text} % 3]",
    )
    return Case(chance.choice(odd), False)


def condition(chance: random.Random, depth: int) -> Case:
    a, b = number(chance, 1), number(chance, 0)
    sign = chance.choice(("<", "<=", ">", ">=", "==", "!="))
    one = Case(f"{a.text} {sign} {b.text}", a.whole and b.whole)
    kind = chance.random()
    if depth == 0 or kind < 0.3:
        return one
    other = condition(chance, depth - 1)
    if kind < 0.7:
        return Case(f"({one.text}) {chance.choice(('and', 'or'))} ({other.text})", one.whole and other.whole)
    if kind < 0.8:
        return Case(f"not ({other.text})", other.whole)
    if kind < 0.9:
        return Case(f"2 < {a.text} <= {b.text}", a.whole and b.whole)
    return Case(f"({a.text}) in (2, 3)", False)


HEAD = "fn half(k) = k // 2\nmodel M {{\n    input x: (T?, 2)\n    n = x.shape[1]\n    _, m, _ = ops.shape(x)\n{body}\n}}\n"


def cases(seed: int, count: int) -> Iterator[tuple[str, Case]]:
    """Models that put a number into a shape or an index, or choose by a condition."""
    chance = random.Random(f"sizes of calls {seed}")
    for _ in range(count):
        use = chance.choice(("index", "shape", "if", "choice", "stage", "augment"))
        one = condition(chance, 2) if use in ("if", "choice", "stage") else number(chance, 2)
        e = one.text
        body = {
            "index": f"    k = {e}\n    output ops.sum(ops.ones((2, 90))[:, :k] * 1.0, axis=1) + ops.sum(x[:1, :1, :1])",
            "shape": f"    output ops.sum(ops.ones(((({e}) % 7) + 1, 2))) + ops.sum(x[:1, :1, :1])",
            "if": f"    y = x\n    if {e} {{ y = x * 3.0 }}\n    output ops.sum(y[:1, :1, :1])",
            "choice": f"    y = x * 3.0 if {e} else x\n    output ops.sum(y[:1, :1, :1])",
            "stage": f"    output x -> (_ * 3.0 if {e} else _) -> ops.sum(_[:1, :1, :1])",
            "augment": f"    k = T\n    k += {e}\n    output ops.sum(ops.ones((k % 5 + 1, 2))) + ops.sum(x[:1, :1, :1])",
        }[use]
        yield HEAD.format(body=body), Case(f"{use}: {e}", one.whole)


def expected(case: Case, size: int) -> float:
    """What Python makes of the expression for a size."""
    import math

    use, _, e = case.text.partition(": ")
    names: dict[str, Any] = {"T": size, "n": size, "m": size, "half": lambda k: k // 2, "math": math}
    value = eval(e.replace("ops.shape(x)[1]", "n").replace("x.shape[1]", "n"), names)
    match use:
        case "index":
            return float(len(range(90)[:value]) + 1)
        case "shape":
            return float(2 * (value % 7 + 1) + 1)
        case "augment":
            return float(2 * ((size + value) % 5 + 1) + 1)
        case _:
            return 3.0 if value else 1.0


def run_of(model: Any) -> Callable[[int], list[float]]:
    """The model on ones of some size, called and traced for any."""
    import tensorflow as tf

    traced = tf.function(model, input_signature=[tf.TensorSpec((None, None, 2))])

    def run(size: int) -> list[float]:
        ones = tf.ones((2, size, 2))
        return [float(tf.reshape(f(ones), (-1,))[0]) for f in (model, traced)]

    return run


@pytest.mark.slow
def test_a_class_computes_with_sizes_as_python_does(seed: int) -> None:
    accepted = 0
    for number_, (text, case) in enumerate(cases(seed, 150)):
        checked = check(Source("sizes.kdl", text))
        codes = {each.code for each in checked.diagnostics if each.severity == "error"}
        if not has_errors(list(checked.diagnostics)):
            accepted += 1
            for style in ("functional", "subclass"):
                code = build(checked, style).code
                if code is None:
                    assert style == "functional" and any(each in case.text for each in ASKED), text
                    continue
                module: dict[str, Any] = {"__name__": f"sizes_{number_}"}
                exec(code, module)
                try:
                    run = run_of(module["M"]())
                except Exception as error:
                    raise AssertionError((text, code)) from error
                for size in SIZES:
                    assert run(size) == [expected(case, size)] * 2, (text, size, code)
        else:
            assert codes == {"DSL398"}, (text, codes)
            same = all(
                "it is always" in (each.help or "") for each in checked.diagnostics if each.code == "DSL398"
            )
            assert not case.whole or same, (text, codes)
    assert accepted > 50


@pytest.mark.parametrize(
    "target",
    ["(B, 3, -1)", "(B, -1)", "(B, -1, 4)", "(B, 9, 2, -1)", "(-1, 3, 12)", "(B, 3, 12)", "(-1, T, 4)"],
)
def test_what_is_left_of_a_reshape_is_known_where_keras_knows_it(target: str) -> None:
    import keras

    text = f"model M {{\n    input x: (9, 4)\n    B, T, _ = ops.shape(x)\n    output ops.reshape(x, {target})\n}}\n"
    (graph,) = check(Source("left.kdl", text)).graphs
    ours = graph.outputs[0].tensor.shape
    x = keras.Input((9, 4))
    theirs = keras.ops.reshape(x, eval(target, {"B": x.shape[0], "T": x.shape[1]})).shape
    assert ours is not None and tuple(each if isinstance(each, int) else None for each in ours) == theirs
