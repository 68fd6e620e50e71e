"""The comments that `--annotate` writes: the shape of what a line gives, whichever file and body it stands in."""

import re

import pytest

from dslc.driver import Options, build, check
from dslc.source import Source
from dslc.styles import Style

EVERY_STYLE = pytest.mark.parametrize("style", ["functional", "subclass"])


def annotated(style: Style, text: str, **files: str) -> dict[str, str]:
    """The comment behind every line of the generated code that has one, by its expression."""
    load = {name: Source(f"{name}.kdl", each) for name, each in files.items()}
    checked = check(Source("net.kdl", text), lambda path, _: load[path.removesuffix(".kdl")])
    built = build(checked, style, Options(annotate=True))
    assert built.code is not None, [each.text for each in built.diagnostics]
    lines = re.findall(r"^ *(?:\w+ = |return )(.*?)  # (\(.*\))$", built.code, re.MULTILINE)
    return {expression.replace("self.", ""): comment for expression, comment in lines}


DOWN = """\
block Down(n) {
    input x
    y = x -> Conv2D(n, 3, padding="same") -> ReLU
    output y -> MaxPooling2D
}
"""

GROWING = """\
use Down from "down.kdl"

model Net {
    input image: (32, 32, 3)
    x = image
    for n in [8, 16] {
        x = x -> Down(n)
    }
    output x -> GlobalAveragePooling2D
}
"""


def test_a_block_of_a_loop_shows_its_first_and_its_last_shape() -> None:
    assert annotated("subclass", GROWING, down=DOWN) == {
        "conv2d(x)": "(None, 32, 32, 8) … (None, 16, 16, 16)",
        "relu(y)": "(None, 32, 32, 8) … (None, 16, 16, 16)",
        "max_pooling2d(y)": "(None, 16, 16, 8) … (None, 8, 8, 16)",
        "down(x)": "(None, 16, 16, 8) … (None, 8, 8, 16)",
        "global_average_pooling2d(x)": "(None, 16)",
    }


def test_a_function_for_a_block_shows_them_too() -> None:
    found = annotated("functional", GROWING, down=DOWN)
    assert found["layers.MaxPooling2D()(y)"] == "(None, 16, 16, 8) … (None, 8, 8, 16)"
    assert found["down(x, n)"] == "(None, 16, 16, 8) … (None, 8, 8, 16)"


ONE = "block One(n) {\n    input x\n    output x -> Dense(n) -> ReLU\n}\n"
TWO = 'use One from "one.kdl"\nblock Two(n) {\n    input x\n    output x -> Dense(n) -> Softmax\n}\n'
PADDED = "#" * (TWO.index("Dense") - ONE.index("Dense") - 1) + "\n" + ONE
BOTH = "model Net {\n    input x: (2,)\n    output x -> Two(5) -> One(7)\n}\n"


@EVERY_STYLE
def test_layers_at_equal_places_of_two_files_keep_their_own_shapes(style: Style) -> None:
    assert PADDED.index("Dense") == TWO.index("Dense")
    found = annotated(style, TWO + BOTH, one=PADDED)
    relu = "relu(x)" if style == "subclass" else "layers.ReLU()(x)"
    softmax = "softmax(x)" if style == "subclass" else "layers.Softmax()(x)"
    assert (found[softmax], found[relu]) == ("(None, 5)", "(None, 7)")


MODELS = """\
model Encoder {
    input x: (8,)
    output x -> Dense(4)
}

model Outer {
    input x: (8,)
    y = x -> Encoder
    output [y -> Dense(1), y -> Dense(2)] -> Concatenate
}
"""


@EVERY_STYLE
def test_a_model_that_is_used_as_a_layer_shows_what_it_gives(style: Style) -> None:
    found = annotated(style, MODELS)
    assert "(None, 4)" in [comment for text, comment in found.items() if "ncoder" in text]
