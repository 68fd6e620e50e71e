"""Texts of a few lines that ask for more than anybody has: what there was, each with what it does.

Out: `ROWS`, by name: the text, and how it is to be taken (`check` or a style to build in).
"""

from __future__ import annotations

from typing import NamedTuple


class Attack(NamedTuple):
    """A text; `how` is `check`, `fmt`, or the style in which it is built."""

    text: str
    how: str = "check"


def body(*lines: str, parameters: str = "n = 3", output: str = "output x -> Dense(3)") -> str:
    """A model of these lines."""
    inside = "".join(f"    {line}\n" for line in ("input x: (8, 4)", *lines, output))
    return f"model A({parameters}) {{\n{inside}}}\n"


def doubled(line: str, times: int) -> list[str]:
    return [line] * times


def nested(depth: int, line: str = "x = x -> Dense(4)", before: str = "") -> str:
    loops = "".join(f"for i{n} in range(1) {{ " for n in range(depth))
    return body(before, loops + line + " }" * depth)


UNSET = ", ".join("abcdef")

ROWS: dict[str, Attack] = {
    # values that grow
    "round to digits": Attack(body("k = round(5, -10 ** 8)")),
    "a string doubled": Attack(body('s = "a"', *doubled('s = f"{s}{s}"', 40))),
    "a string added": Attack(body('s = "a"', *doubled("s = s + s", 40))),
    "a list doubled": Attack(body("a = [0]", *doubled("a = a + a", 40))),
    "a list extended by itself": Attack(body("a = [0]", *doubled("a += a", 40))),
    "a list of lists": Attack(body("a = [[0] * 100000 for i in range(3000)]")),
    "a list of more lists": Attack(body("a = [[0] * 100000 for i in range(100000)]")),
    "sorted lists": Attack(body("r = range(100000)", "a = [sorted(r) for i in range(3000)]")),
    "reversed lists": Attack(body("r = range(100000)", "a = [reversed(r) for i in range(3000)]")),
    "numbered lists": Attack(body("r = range(100000)", "a = [enumerate(r) for i in range(3000)]")),
    "zipped lists": Attack(body("r = range(100000)", "a = [zip(r, r, r, r) for i in range(3000)]")),
    "slices": Attack(body("r = [0] * 100000", "a = [r[1:] for i in range(3000)]")),
    "strings of a loop": Attack(body('a = ["a" * 100000 for i in range(100000)]')),
    "numbers as strings": Attack(body("k = 10 ** 290", "a = [str(k) for i in range(100000)]")),
    "a list in a loop": Attack(body("a = [0]", "for i in range(100000) { a += [i] }")),
    "a tuple in a loop": Attack(body("a = (0,)", "for i in range(100000) { a = a + (i,) }")),
    "a string in a loop": Attack(body('a = "a"', 'for i in range(100000) { a = a + "a" }')),
    # builtins in loops
    "sums": Attack(body("a = [sum(range(100000)) for i in range(90000)]")),
    "searches": Attack(body("r = [0] * 100000", "a = [i + 1 in r for i in range(90000)]")),
    "searches of a range": Attack(body("r = range(100000)", "a = [0.5 in r for i in range(90000)]")),
    "maxima": Attack(body("r = range(100000)", "a = [max(r) for i in range(90000)]")),
    "all of them": Attack(body("r = [1] * 100000", "a = [all(r) for i in range(90000)]")),
    "lengths": Attack(body("r = [1] * 100000", "a = [len(r) for i in range(90000)]")),
    "comparisons in a loop": Attack(
        body("r = [1] * 100000", "s = [1] * 100000", "a = [r == s for i in range(90000)]")
    ),
    "loops in loops": Attack(body("for i in range(100000) { for j in range(100000) { k = j } }")),
    "copies for loops": Attack(body("r = range(100000)", "for i in range(100000) { for j in r { x = x } }")),
    "fields in a loop": Attack(body("a = [0] * 100000", "for i in range(100000) { a[i] = i }")),
    # values that hold themselves
    "pairs of pairs": Attack(body("a = [1]", *doubled("a = [a, a]", 40), output="output x -> Dense(a)")),
    "pairs compared": Attack(
        body(
            "a = [1]",
            "b = [1]",
            *doubled("a = [a, a]", 40),
            *doubled("b = [b, b]", 40),
            "if a == b { x = x -> Dense(4) }",
        )
    ),
    "pairs in pairs": Attack(
        body(
            "a = [1]",
            "b = [1]",
            *doubled("a = [a, a]", 40),
            *doubled("b = [b, b]", 40),
            "if a in [b] { x = x -> Dense(4) }",
        )
    ),
    "pairs in a string": Attack(body("a = [1]", *doubled("a = [a, a]", 40), 's = f"{a}"')),
    "pairs sorted": Attack(body("a = [1]", *doubled("a = [a, a]", 40), "k = sorted([a, a])")),
    "pairs as a shape": Attack(body("a = [1]", *doubled("a = (a, a)", 40), output="output x -> Reshape(a)")),
    "tensors in pairs": Attack(body("a = [x]", *doubled("a = [a, a]", 40), output="output a")),
    "tensors of pairs": Attack(body("a = [x]", *doubled("a = [a, a]", 40), output="output a -> Concatenate")),
    "states": Attack(
        body(
            "h, c = [x -> Flatten, x -> Flatten]",
            "s = []",
            "for i in range(40) { s += [[h, s]] }",
            "output (x, initial_state=s) -> LSTM(4)",
        )
    ),
    "pairs chosen": Attack(
        body(
            "a = [1]",
            "b = [2]",
            *doubled("a = [a, a]", 40),
            *doubled("b = [b, b]", 40),
            "c = a if x.shape[1] > n else b",
            output="output x -> Dense(c)",
            parameters="n",
        )
    ),
    "pairs in branches": Attack(
        "model A {\n    input x: (T?, 4)\n    a = [1]\n    b = [2]\n"
        + "    a = [a, a]\n" * 40
        + "    b = [b, b]\n" * 40
        + "    c = a if T > 3 else b\n    output x -> Dense(c)\n}\n"
    ),
    # calls
    "blocks of blocks": Attack(
        "block B0(n) = Dense(n)\n"
        + "".join(f"block B{k}(n) = B{k - 1}(n) -> B{k - 1}(n)\n" for k in range(1, 31))
        + body(output="output x -> B30(4)")
    ),
    "blocks of blocks in branches": Attack(
        "block B0(n) = Dense(n)\n"
        + "".join(f"block B{k}(n) = [B{k - 1}(n), B{k - 1}(n)] -> Add\n" for k in range(1, 31))
        + body(output="output x -> B30(4)")
    ),
    "models of models": Attack(
        "model M0 {\n    input x: (8, 4)\n    output x -> Dense(4)\n}\n"
        + "".join(
            f"model M{k} {{\n    input x: (8, 4)\n    output x -> M{k - 1} -> M{k - 1}\n}}\n"
            for k in range(1, 31)
        )
    ),
    "unused blocks of blocks": Attack(
        "block B0(n) = Dense(n)\n"
        + "".join(f"block B{k}(n) = B{k - 1}(n) -> B{k - 1}(n)\n" for k in range(1, 31))
    ),
    "blocks that compute": Attack(
        "block B0(n) {\n    input x\n    output x\n}\n"
        + "".join(f"block B{k}(n) = B{k - 1}(n) -> B{k - 1}(n)\n" for k in range(1, 31))
        + body(output="output x -> B30(4)")
    ),
    "the numbers of Fibonacci": Attack(
        "fn fib(n) = n if n < 2 else fib(n - 1) + fib(n - 2)\n" + body(output="output x -> Dense(fib(40))")
    ),
    "fns of fns": Attack(
        "fn f0(n) = n\n"
        + "".join(f"fn f{k}(n) = f{k - 1}(n) + f{k - 1}(n)\n" for k in range(1, 41))
        + body(output="output x -> Dense(f40(1))")
    ),
    "constants of constants": Attack(
        "A0 = [0]\n" + "".join(f"A{k} = A{k - 1} + A{k - 1}\n" for k in range(1, 41)) + body("k = A40")
    ),
    "shared layers in loops": Attack(body("for i in range(100000) {", "shared d = Dense(4)", "x = x -> d }")),
    "operations in a loop": Attack(body("for i in range(100000) { x = x + 1 }")),
    "a sum of tensors": Attack(body("a = [x] * 100000", "x = sum(a)")),
    "layers in a loop": Attack(body("for i in range(190000) { x = x -> Dense(4) }")),
    "two loops of layers": Attack(
        body("for i in range(90000) { x = x -> Dense(4) }", "for i in range(90000) { x = x -> ReLU }")
    ),
    # sizes without a number
    "products of sums": Attack(
        body(
            "k = 1",
            *doubled("k = k * (a + b + c + d + e + f)", 20),
            parameters=UNSET,
            output="output x -> Dense(k)",
        )
    ),
    "squares of sums": Attack(
        body("k = a + b + 1", *doubled("k = k * k", 12), parameters=UNSET, output="output x -> Dense(k)")
    ),
    "floors of floors": Attack(
        body(
            "k = a",
            *doubled("k = (k * 3 + 1) // 2 + k // 3", 20),
            parameters=UNSET,
            output="output x -> Dense(k)",
        )
    ),
    "maxima of sizes": Attack(
        body(
            "k = a",
            *doubled("k = max(k, k // 3) + max(k, b)", 30),
            parameters=UNSET,
            output="output x -> Dense(k)",
        )
    ),
    "remainders": Attack(
        body("k = a", *doubled("k = (k * k) % (k + 7)", 20), parameters=UNSET, output="output x -> Dense(k)")
    ),
    # layers in layers
    "many cells": Attack(body(output="output x -> RNN([LSTMCell(4)] * 100000)")),
    "wrappers in wrappers": Attack(
        body(output="output x -> " + "TimeDistributed(" * 60 + "Dense(4)" + ")" * 60)
    ),
    "loops of recipes": Attack(body("d = Dense(4)", *doubled("d = d -> d", 40), output="output x -> d")),
    "a fork of forks": Attack(body("f = [x]", *doubled("f = f -> [_, _]", 40), output="output f")),
    # loops that stand inside each other
    "loops in loops, functional": Attack(nested(19), "functional"),
    "loops in loops, sequential": Attack(nested(19), "sequential"),
    "loops in loops, subclass": Attack(nested(19), "subclass"),
    "a list that loops in loops fill": Attack(nested(19, "s += [x -> Dense(4)]", "s = []"), "functional"),
    # many lines
    "many outputs": Attack(
        body(*(f"output y{i} = x -> Dense(4)" for i in range(5000)), output=""), "functional"
    ),
    "many outputs, subclass": Attack(
        body(*(f"output y{i} = x -> Dense(4)" for i in range(2000)), output=""), "subclass"
    ),
    "many models": Attack(
        "".join(f"model M{i} {{\n    input x: (8, 4)\n    output x -> Dense(4)\n}}\n" for i in range(1500)),
        "functional",
    ),
    "many layers": Attack(body(*doubled("x = x -> Dense(4)", 5000)), "functional"),
    "many layers, subclass": Attack(body(*doubled("x = x -> Dense(4)", 3000)), "subclass"),
    "stray dollars": Attack("$\n" * 1_000_000),
    "stray dollars on a line": Attack("$ " * 1_000_000),
    "comments": Attack("# words and more words\n" * 4_000_000),
    "a long string": Attack('A = "' + "x" * 100_000_000 + '"\n'),
    "zero bytes": Attack("\0" * 100_000_000),
    "lines of layers": Attack(body(*doubled("x = x -> Dense(4)", 1_000_000))),
    "lines of constants": Attack("".join(f"A{n} = {n}\n" for n in range(1_000_000))),
    "open strings": Attack('A = "\n' * 100_000),
    "models of one name": Attack("model A {\n    input x: (8,)\n    output x -> Dense(4)\n}\n" * 20_000),
    "formatted dollars": Attack("$\n" * 1_000_000, "fmt"),
    "formatted strings": Attack('A = "\n' * 100_000, "fmt"),
    "formatted models": Attack("model A {\n    input x: (8,)\n    output x -> Dense(4)\n}\n" * 20_000, "fmt"),
    "formatted plus": Attack("A = 1" + " + 1" * 10_000 + "\n", "fmt"),
    "open brackets": Attack("A = " + "(" * 1_000_000),
    "commas": Attack("A = [" + "1, " * 90_000 + "]\n"),
}
