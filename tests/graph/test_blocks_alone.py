"""A file of blocks alone, which others `use`: nothing is refused for want of what only a use brings."""

from __future__ import annotations

import pytest

from dslc.driver import check
from dslc.source import Source

BODIES = {
    "shape": (
        'weight w: (*shape, 1) = "ones"; output x * w',
        'weight w: shape = "ones"; output x * w',
        "weight w = Weight((*shape,)); output x * w",
        'weight w: (len(shape), shape[0]) = "ones"; output x * w',
        'weight w: tuple([1 for s in shape]) = "ones"; output x * w',
        "output x -> Reshape((*shape, 1))",
        "output ops.reshape(x, (-1, *shape))",
        "output x -> Permute(shape)",
    ),
    "sizes": (
        "for s in sizes { x = x -> Dense(s) }; output x",
        "for s, t in sizes { x = x -> Conv1D(s, t) }; output x",
        "for i, s in enumerate(reversed(sizes[1:])) { x = x -> Dense(s + i) }; output x",
        "xs = []; for s in sizes { xs += [x -> Dense(s)] }; a, b = xs; output a + b",
        "r = record(); for s in sizes { r[s] = x -> Dense(s) }; output r[3]",
        "r = record(); for s in sizes { r[s] = x -> Dense(s) }; output values(r) -> Concatenate",
        "r = record(); for s in sizes { r[s] = x -> Dense(s) }; output [r[k] for k in r] -> Concatenate",
        "output [x -> Dense(a) -> Dense(b) for a, b in zip(sizes, sizes[1:])] -> Concatenate",
        "assert len(sizes) == 2; a, b = sizes; output x -> Dense(a + b) -> Dense(max(sizes))",
    ),
    "n": (
        "for s in range(n, 0, -1) { x = x -> Dense(s) }; output x",
        "a, *b = ops.split(x, n, axis=-1); output a + b[0]",
        "output x[:, :n] + x[..., n:]",
        'if n == "lstm" { x = x -> LSTM(3) } else { assert False, "no kind" }; output x',
        "output x -> Dropout(n) if n else _",
        "output (x, mask=n) -> LSTM(3)",
    ),
    "options": (
        "output x -> Dense(**options)",
        'output x -> Dense(options["units"], activation=options["activation"])',
        "for k, v in items(options) { x = x -> Dense(v, name=k) }; output x",
    ),
    "other: layer": ("output x -> other -> other(3)", "output [x -> other for _ in range(2)] -> Add"),
}
"""Bodies by the parameter that only a use gives a value."""

OF_LISTS = (
    "output [p -> Dense(2) for p in x] -> Add",
    "y = x[0]; for p in x { y = y + p }; output y",
    "y = x[0]; for p, k in zip(x, range(3)) { y = y + p * k }; output y",
    "a, *b = x; output b -> Add",
    "output [*x, x[0] -> Dense(2)] -> Concatenate",
    "if len(x) > 1 { y = x[1] } else { y = x[0] }; output y",
    'output x["a"] -> Dense(2)',
    "for k, v in items(x) { x[k] = v -> Dense(2) }; output values(x) -> Add",
)
"""Bodies whose input is a list or a record."""


@pytest.mark.parametrize("parameter", BODIES)
def test_what_only_a_use_gives_a_value_is_no_mistake(parameter: str) -> None:
    for body in BODIES[parameter]:
        assert not errors(f"({parameter})", body), body


@pytest.mark.parametrize("body", OF_LISTS)
def test_an_input_that_a_use_brings_as_a_list_is_no_mistake(body: str) -> None:
    assert not errors("", body)


def test_a_block_whose_outputs_only_a_use_counts_gives_one_of_them_or_several() -> None:
    head = "y = x -> GRU(2, return_sequences=True); output y; if y.shape[-1] > 2 { output x -> Dense(3) }"
    lines = head.replace("; ", "\n    ")
    for use in (
        "output x -> Head -> _[:, 0]",
        "h = x -> Head; output h[:, 0] -> Dense(2)",
        "a, b = x -> Head; output a + b",
    ):
        text = f"block Head {{\n    input x\n    {lines}\n}}\n\nblock Part {{\n    input x\n    "
        found = check(Source("parts.kdl", text + use.replace("; ", "\n    ") + "\n}\n")).diagnostics
        assert [each.code for each in found if each.severity == "error"] == [], use


def test_what_no_use_can_make_right_is_a_mistake_all_the_same() -> None:
    assert errors("(n)", "output x -> Dens(n)") == ["DSL202"]
    assert errors("(n)", 'weight w: (2.5, n) = "ones"; output x * w') == ["DSL387"]
    assert errors("", "y = x -> Dense(2); output x -> Dense(y)") == ["DSL382"]


def errors(parameters: str, body: str) -> list[str]:
    """The codes of the errors of a file that has this block only."""
    text = f"block Part{parameters} {{\n    input x\n    " + body.replace("; ", "\n    ") + "\n}\n"
    return [each.code for each in check(Source("parts.kdl", text)).diagnostics if each.severity == "error"]
