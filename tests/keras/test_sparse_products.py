"""A product that Keras's graph takes for sparse and hands to a class: refused where, and only where, Keras then has no model.

A case is a product, what stands behind it, and what it meets in the end; any two of these stand together in some case. Code for what is refused is emitted with a sum in the
product's place, which is then put back.
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

from dslc.diagnostics.fixing import applied
from dslc.driver import build, check
from dslc.source import Source

PRODUCTS = ("_ @ 2.0", "2.0 @ _", "_ @ ops.ones((8,))", "_ @ _", "_ @ mean", "1.5 @ mean @ _")
"""Products; the operator is put in their place."""

BEHIND = ("_", "ops.abs", "_ / 2.0", "_ - 1.0", "_ + 1.0", "Reshape((8, 4))", "Flatten -> Reshape((4, 8))", "Identity", "Dense(8)",
          "ops.transpose(_, (0, 2, 1))", "ops.relu", "[_, _] -> Concatenate(axis=1)", "Dropout(0.1)", "Plain", "Inner")  # fmt: skip

MEETS = ("Noisy", "Dense(3)", "Wrapped", "LayerNormalization", "Wide2(4)", "Short(name='short')")

OUTSIDE = Path(__file__).parents[1] / "programs" / "outside"
"""Where the layer from outside is, a class that Keras asks for its shape by a call."""

TEXT = """
extern Wide2(units) from ours {{
    input x: (T?, C?)
    output (T, units)
}}

block Noisy {{
    input x
    output (x + random.normal(ops.shape(x))) -> LayerNormalization
}}

block Plain {{
    input x
    output x -> LayerNormalization -> ReLU
}}

block Short = Dense(4) -> Dropout(0.1)

block Wrapped {{
    input x
    output x -> ops.abs -> Noisy
}}

model Inner {{
    input x: (4, 8)
    output x -> Activation("linear") -> ops.abs
}}

model Outer {{
    input x: (4, 8)
    mean = ops.mean(x, axis=-1, keepdims=True)
    output x -> {product} -> {behind} -> {meets} -> Dense(2)
}}
"""


@pytest.mark.filterwarnings("ignore:.*unbuilt state:UserWarning")  # what cannot be built
@pytest.mark.parametrize("meets", MEETS)
def test_what_is_refused_cannot_be_built_and_what_is_not_can(
    meets: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(OUTSIDE)
    wrong, refused = [], 0
    for number, (text, behind) in enumerate(product(PRODUCTS, BEHIND)):
        if number % 2 == MEETS.index(meets) % 2:
            continue
        if behind == "Inner" and meets == "Wrapped":
            continue
        said = build(check(source(text.replace("@", "*"), behind, meets)), "functional")
        code = said.code
        if code is None:
            assert {each.code for each in said.diagnostics if each.severity == "error"} == {"DSL503"}
            refused += 1
            code = build(check(source(text.replace("@", "+"), behind, meets)), "functional").code
            assert code is not None
            code = (
                code.replace("+ 2.0", "* 2.0").replace("2.0 +", "2.0 *").replace("+ ops.ones", "* ops.ones")
            )
            code = code.replace("1.5 + mean + ", "1.5 * mean * ").replace("+ mean", "* mean")
        if runs(code) == (said.code is not None):
            continue
        wrong.append(f"{text} -> {behind} -> {meets}: {'accepted' if said.code else 'refused'}")
    assert not wrong, "\n".join(wrong)
    assert bool(refused) == (meets in ("Noisy", "Wrapped", "Wide2(4)", "Short(name='short')"))


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("y = x -> _ * 2.0 -> Noisy", "y = x -> Rescaling(2.0) -> Noisy"),
        ("y = x * k -> Noisy", "y = x -> Rescaling(k) -> Noisy"),
        ("y = 0.5 * (1.0 - x) -> Noisy", "y = 1.0 - x -> Rescaling(0.5) -> Noisy"),
        ("x = x * x.shape[-1]\n    y = x -> Noisy", "x = x -> Rescaling(x.shape[-1])\n    y = x -> Noisy"),
        ("x *= math.sqrt(k)\n    y = x -> Noisy", "x = x -> Rescaling(math.sqrt(k))\n    y = x -> Noisy"),
        ("y = [x * 2.0 -> Noisy, x] -> Add", "y = [x -> Rescaling(2.0) -> Noisy, x] -> Add"),
        ("y = x * 2.0 / 3.0 -> Noisy", "y = (x -> Rescaling(2.0)) / 3.0 -> Noisy"),
    ],
)
def test_a_product_with_a_number_is_told_as_a_layer(line: str, right: str) -> None:
    noisy = TEXT.format(product="_", behind="_", meets="_").partition("block Plain")[0]
    model = "model M(k = 3) {{\n    input x: (4, 8)\n    {}\n    output y\n}}\n"
    said = build(check(Source("sparse.kdl", noisy + model.format(line))), "functional")
    (found,) = [each for each in said.diagnostics if each.severity == "error"]
    assert found.fix is not None
    text = applied(noisy + model.format(line), found.fix.edits)
    assert text == noisy + model.format(right)
    assert build(check(Source("sparse.kdl", text)), "functional").code is not None


def source(text: str, behind: str, meets: str) -> Source:
    return Source("sparse.kdl", TEXT.format(product=text, behind=behind, meets=meets))


def runs(code: str) -> bool:
    """Whether the functional model can be built."""
    space: dict[str, object] = {"__name__": "sparse"}
    exec(compile(code, "sparse.py", "exec"), space)
    try:
        space["Outer"]()  # type: ignore[operator]
    except (TypeError, ValueError) as error:
        assert isinstance(error, TypeError) or "sparse" in str(error).lower(), error
        return False
    return True
