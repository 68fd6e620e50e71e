"""What no input reaches, in a model's own body, is refused with a fix that moves it into a block: applied, the model builds.

The variants are put together from a way to make the constants, a way to use them, and what stands around; each is what somebody
might write. After the fix it checks without a warning, builds in the style that refused it, and has the parameters it had.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from dslc.diagnostics.diagnostic import Diagnostic, Fix
from dslc.driver import Checked, build, check, refusals
from dslc.graph.counts import flops, parameters
from dslc.source import Source
from dslc.styles import Style

MADE = {
    "in a line": ("p = ops.arange(8) -> Embedding(8, 4)", "p"),
    "in two lines": ("places = ops.arange(n)  # counted\n    p = places -> Embedding(n, 4)", "p"),
    "in several layers": ("p = ops.arange(n) -> Embedding(n, 6) -> Dense(4)", "p"),
    "in a long line": ("p = ops.arange(n)\n        -> Embedding(n, 4)\n        -> LayerNormalization", "p"),
    "of a size that is read": ("p = ops.arange(x.shape[1]) -> Embedding(8, 4)", "p"),
    "of a size with a name": ("length = x.shape[1]\n    p = ops.arange(length) -> Embedding(length, 4)", "p"),
    "of a number with a name": ("width = 2 * 2\n    p = ops.arange(n) -> Embedding(n, width)", "p"),
    "in a block": ("table = ops.arange(n) -> Table(n, 4)", "table"),
    "where it is used": ("", "(ops.arange(n) -> Embedding(n, 4))"),
    "in a condition": ("p = ops.arange(n) -> Embedding(n, 4) if n > 2 else ops.zeros((n, 4))", "p"),
}
USED = {
    "added": "output x + {} -> Dense(2)",
    "added in a line of its own": "y = x + {}\n    output y -> Dense(2)",
    "added to a chain": "output x -> Dense(4) -> _ + {} -> Dense(2)",
    "added in brackets": "output (x + {}) * 2 -> Dense(2)",
    "a function": "output ops.add(x, {}) -> Dense(2)",
    "an argument of a function": "output ops.multiply(2, x + {}) -> Dense(2)",
    "in a list": "output [x, x * 0 + {}] -> Concatenate -> Dense(2)",
    "with two others": "z = x -> Dense(4)\n    output x + {} + z -> Dense(2)",
    "as keys": "output (x, ops.expand_dims({}, 0) + ops.zeros_like(x)) -> MultiHeadAttention(2, 4) -> Dense(2)",
    "in a fork": "output x -> [_, _ * 0 + {}] -> Add -> Dense(2)",
    "computed with": "q = {} * 2\n    output x + q -> Dense(2)",
}
TWICE = {
    "in two lines": "y = x + {}\n    output y * {} -> Dense(2)",
    "in two outputs": "output x + {} -> Dense(2)\n    output x - {} -> Dense(2)",
    "in a loop": "y = x\n    for i in range(2) { y = y + {} -> Dense(4) }\n    output y",
}
FRAME = """# A table that is small.
block Table(n, d) = Embedding(n, d) -> Dense(d)

# Remarks on the model
# in two lines.
model M(n = 8) {{
    input x: (8, 4)
    {}
}}
"""


def text(made: tuple[str, str], used: str) -> str:
    lines, value = made
    body = used.replace("{}", value)
    return FRAME.format(f"{lines}\n    {body}" if lines else body)


def checked(written: str) -> Checked:
    return check(Source("m.kdl", written))


def applied(fix: Fix, written: str) -> str:
    """A text with the edits of a fix made in it."""
    for edit in sorted(fix.edits, key=lambda each: each.span.start, reverse=True):
        written = written[: edit.span.start] + edit.content + written[edit.span.end :]
    return written


def reasons(found: Checked, style: Style) -> list[Diagnostic]:
    return list(refusals(found, style, "M"))


def fixed(written: str, style: Style) -> str:
    """A text after the fix that is offered for a style."""
    offered = [each.fix for each in reasons(checked(written), style) if each.fix is not None]
    assert offered, [each.text for each in reasons(checked(written), style)]
    return applied(offered[0], written)


def holds_the_same(before: str, after: str) -> None:
    one, other = checked(before), checked(after)
    assert not [f"{each.code} {each.text}" for each in other.diagnostics if "is never used" not in each.text]
    assert {each.text for each in other.diagnostics} <= {each.text for each in one.diagnostics}, after
    assert parameters(other.graphs[0]) == parameters(one.graphs[0])
    assert flops(other.graphs[0]) == flops(one.graphs[0])


@pytest.mark.parametrize(("made", "used"), list(product(MADE, USED)))
def test_after_the_fix_functional_holds_the_model(made: str, used: str) -> None:
    before = text(MADE[made], USED[used])
    after = fixed(before, "functional")
    assert not reasons(checked(after), "functional"), after
    holds_the_same(before, after)
    for style in ("functional", "subclass"):
        assert build(checked(after), style).code is not None


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("used", ["added", "added in a line of its own", "added to a chain", "computed with"])
def test_after_the_fix_sequential_holds_a_chain(made: str, used: str) -> None:
    before = text(MADE[made], USED[used])
    if (
        "of a size" in made and used == "added to a chain"
    ):  # the block takes the chain and what gives the size
        assert all(each.fix is None for each in reasons(checked(before), "sequential"))
        return
    after = fixed(before, "sequential")
    assert not reasons(checked(after), "sequential"), after
    holds_the_same(before, after)


@pytest.mark.parametrize(
    ("made", "used"), list(product([each for each in MADE if each != "where it is used"], TWICE))
)
def test_what_is_used_several_times_is_handed_on(made: str, used: str) -> None:
    before = text(MADE[made], TWICE[used])
    after = fixed(before, "functional")
    assert "-> With" in after and "    output x\n" in after
    assert not reasons(checked(after), "functional"), after
    holds_the_same(before, after)


def test_the_fix_reads_as_it_would_be_written() -> None:
    before = text(MADE["in two lines"], USED["added"])
    fix = next(each.fix for each in reasons(checked(before), "functional") if each.fix is not None)
    assert fix.applicability == "safe"
    assert fix.text == "write `x -> WithP(n)`, with `block WithP(n)` above the model"
    assert applied(fix, before) == """# A table that is small.
block Table(n, d) = Embedding(n, d) -> Dense(d)

block WithP(n) {
    input x
    places = ops.arange(n)  # counted
    p = places -> Embedding(n, 4)
    output x + p
}

# Remarks on the model
# in two lines.
model M(n = 8) {
    input x: (8, 4)
    output x -> WithP(n) -> Dense(2)
}
"""


def test_a_layer_that_is_shared_with_data_stays_where_it_is() -> None:
    found = checked(
        "model M {\n    input x: (6,) int32\n    shared words = Embedding(10, 8)\n    keys = ops.arange(10) -> words\n"
        "    output (x -> words) @ ops.transpose(keys)\n}\n"
    )
    assert [each.fix for each in reasons(found, "functional")] == [None]


def test_names_that_are_taken_are_not_given_again() -> None:
    before = text(MADE["in a line"], USED["added"]).replace("Table", "WithP")
    assert "block WithP2 {" in fixed(before, "functional")


@pytest.mark.parametrize("used", [*USED, *TWICE])
def test_keras_holds_after_the_fix_what_was_said_before(used: str) -> None:
    made = MADE["in several layers"]
    before = text(made, {**USED, **TWICE}[used])
    after = checked(fixed(before, "functional"))
    said = parameters(checked(before).graphs[0])
    for style in ("functional", "subclass"):
        code = build(after, style).code
        assert code is not None
        space: dict[str, Any] = {"__name__": f"moved_{style}"}
        exec(compile(code, f"{style}.py", "exec"), space)
        model = space["M"]()
        assert model.count_params() == said.total
        assert sum(each.numpy().size for each in model.trainable_weights) == said.trainable


@pytest.mark.parametrize(
    ("sizes", "layer"),
    [
        ("(-1, ops.shape(x)[1], x.shape[2] * x.shape[3])", "(-1, x.shape[2] * x.shape[3])"),
        ("(ops.shape(x)[0], -1, 16)", "(-1, 16)"),
        ("[ops.shape(x)[0], ops.shape(x)[1] * 4, 4]", "(-1, 4)"),
        ("(-1, ops.shape(x)[1] * 16)", "(-1,)"),
    ],
)
def test_a_reshape_that_keeps_the_batch_is_a_layer(sizes: str, layer: str) -> None:
    before = f"""model M {{
        input s: (T?, 8, 1)
        x = s -> Conv2D(4, 3, strides=2, padding="same")
        y = ops.reshape(x, {sizes})
        output y * 2.0 + ops.reshape(x, {sizes})
    }}
    """
    after = fixed(fixed(before, "functional"), "functional")
    assert f"y = x -> Reshape({layer})\n" in after and f"+ (x -> Reshape({layer}))\n" in after
    assert not reasons(checked(after), "functional")
    assert [each.tensor.shape for each in checked(after).graphs[0].outputs] == [
        each.tensor.shape for each in checked(before).graphs[0].outputs
    ]


def test_a_reshape_of_the_batch_stays_what_it_is() -> None:
    before = "model M {\n    input s: (T?, 8)\n    output ops.reshape(s, (ops.shape(s)[0] * ops.shape(s)[1], 8))\n}\n"
    assert [each.fix for each in reasons(checked(before), "functional")] == [None]
