"""Static values against Python itself: random functions with augmented assignments, dictionaries and `math`.

Each function is compiled and its Python run. The checker must know the same value (`assert` of it holds, `assert` of
another fails), and where Python raises, the checker has said so.
"""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from dslc.driver import build, check
from dslc.source import Source

KEYS = ('"a"', '"b"', "0", "1", "(1, 2)", "None", "True", "2.0")
NUMBERS = (
    "n",
    "m",
    "len(d)",
    "len(v)",
    "max(*v, m)",
    "sum(v)",
    "math.floor(n / 2)",
    "math.ceil(m)",
    "3",
    "2",
    "0",
    "-1",
    "0.5",
)
COMPUTED = ("math.sqrt({})", "math.log({})", "math.log2({})", "math.exp({})", "math.sin({})", "math.cos({})",
            "math.tan({})", "math.pow({}, 2)", "math.prod([{}, 2])", "math.floor({})", "math.ceil({})", "abs({})",
            "{} * math.pi", "{} - math.e", "min({}, math.inf)")  # fmt: skip


def number(chance: random.Random) -> str:
    text = chance.choice(NUMBERS)
    return chance.choice(COMPUTED).format(text) if chance.random() < 0.4 else text


def dictionary(chance: random.Random) -> str:
    keys = chance.sample(["n", '"c"', *KEYS[:2], "0", "(1, 2)"], chance.randrange(0, 4))
    entries = [f"{key}: {number(chance)}" for key in keys]
    if chance.random() < 0.4:
        entries.insert(chance.randrange(len(entries) + 1), "**d")
    if chance.random() < 0.2:
        return "{k: n for k in range(4) if k != m}"
    if chance.random() < 0.2:
        return "{k: [x, 1] for k, x in items(d)}"
    return f"{{{', '.join(entries)}}}"


def statement(chance: random.Random, depth: int) -> str:
    kind = chance.randrange(9)
    if kind < 3:
        operator = chance.choice(["+=", "-=", "*=", "/=", "//=", "%=", "**="])
        return f"{chance.choice('nm')} {operator} {number(chance)}"
    if kind == 3:
        return chance.choice(
            [
                "v += [n]",
                "v += [m, 1]",
                "v = [*v, *range(2), n]",
                "w = [*(1, m), *d]",
                "v += *w, 2",
                "v += list(values(d))",
                "v *= 2",
                "w = v",
                "w += [n]",
                "v = [1]",
            ]
        )
    if kind < 6:
        return f"d = {dictionary(chance)}"
    if kind == 6:
        key = chance.choice(KEYS)
        return (
            f"n = d[{key}] if {key} in d else {number(chance)}" if chance.random() < 0.8 else f"m = d[{key}]"
        )
    if kind == 7 and depth:
        test = chance.choice(['"a" in d', "0 not in d", "d == {}", "d == w_", "n > m", "len(d) < 2", "d"])
        return f"if {test} {{ {statement(chance, 0)} }}" + (
            f" else {{ {statement(chance, 0)} }}" if chance.random() < 0.5 else ""
        )
    if depth:
        over = chance.choice(["range(3)", "values(d)", "v", "[1, 2]"])
        return f"for k in {over} {{\n        {statement(chance, 0)}\n    }}"
    return f"w_ = {dictionary(chance)}"


def function(chance: random.Random) -> str:
    body = ["d = {}", "w_ = {}", "w = V"] + [statement(chance, 1) for _ in range(chance.randrange(3, 8))]
    lines = "\n".join(f"    {line}" for line in body)
    return f"V = [1, 2]\n\nfn f(n, m, v) {{\n{lines}\n    return [n, m, v, w, V, d, list(keys(d)), w_ == d]\n}}\n"


def python_of(source: str) -> Any:
    """What the compiled function is, run as a user runs it."""
    built = build(check(Source("m.kdl", source)), "functional")
    assert built.code is not None, source
    code = re.sub(r"^(?:import keras|from keras import .*)$", "", built.code, flags=re.MULTILINE)
    room: dict[str, Any] = {}
    exec(compile(code, "m.py", "exec"), room)
    return room["f"]


def said(source: str, test: str) -> list[str]:
    model = f"\nmodel M {{\n    input x: (4,)\n    assert {test}\n    output x -> Dense(2)\n}}\n"
    return [
        each.code for each in check(Source("m.kdl", source + model)).diagnostics if each.severity == "error"
    ]


@pytest.mark.parametrize("part", range(8))
def test_functions_compute_what_python_computes(part: int) -> None:
    chance = random.Random(part)
    agreed = raised = 0
    for _ in range(60):
        source = function(chance)
        given = f"{chance.choice([1, 2, 7, -3, 0.5])}, {chance.choice([0, 2, 3, 1.5])}"
        call = f"f({given}, [4])"
        compiled, mine = python_of(source), [4]
        try:
            value = eval(f"f({given}, mine)", {"f": compiled, "mine": mine})
            again = eval(f"f({given}, mine)", {"f": compiled, "mine": mine})
        except (ZeroDivisionError, OverflowError, ValueError, TypeError, KeyError) as error:
            assert said(source, f"{call} == 0"), f"{source}\n{call}: Python raises {error!r}"
            raised += 1
            continue
        assert mine == [4] and repr(value) == repr(
            again
        ), f"a call has changed what the next one gives:\n{source}"
        text = repr(value)
        if "nan" in text or "inf" in text or len(text) > 2000 or "j" in text:
            continue
        codes = said(source, f"{call} == {text}")
        if set(codes) <= {"DSL702", "DSL703"} and codes:
            continue  # too large to follow
        assert not codes, f"{source}\n{call} is {text} in Python; the checker says {codes}"
        assert said(source, f"{call} != {text}"), source
        agreed += 1
    assert agreed > 15 and raised > 2
