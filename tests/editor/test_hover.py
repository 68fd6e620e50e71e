"""Hover: what a thing is, and what it does here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dslc.editor.hover import hover
from dslc.editor.naming import names
from tests.conftest import SAMPLES
from tests.editor.conftest import Given, project

Document = Callable[..., Given]
FRAME = 'block Pair(n) {{\n    """Two layers."""\n    input x\n    output x -> Dense(n) -> Dense(n)\n}}\nmodel M {{\n    input x: (4,)\n    output {}\n}}\n'


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ("x -> Den‸se(3)", ["Dense(", "units,", "`(4,)` → `(3,)`", "15 parameters · 24 FLOPs"]),
        ("x -> Pa‸ir(3)", ["block Pair(n)", "Two layers.", "gives `(3,)`", "27 parameters"]),
        ("x -> ops.sq‸uare", ["ops.square(x)", "gives `(4,)`"]),
        ("ops.me‸an(x, axis=-1, keepdims=True)", ["ops.mean(x, axis=None, keepdims=False)", "gives `(1,)`"]),
        ("x -> BatchNormal‸ization(trainable=False)", ["frozen"]),
        ("x -> applications.VG‸G16", ["applications.VGG16(", "weights=", "made for images of 224x224"]),
    ],
)  # fmt: skip
def test_what_stands_under_the_cursor(chain: str, said: list[str], document: Document) -> None:
    analysis, offset = document(FRAME.format(chain))
    found = hover(analysis, names(analysis), offset)
    assert found is not None and found.span.start <= offset <= found.span.end
    assert all(text in found.text for text in said), found.text


def test_taps_say_what_they_give(document: Document) -> None:
    analysis, offset = document(
        "model M {\n    input x: (64, 64, 3)\n    shared base = applications.VGG16(include_top=False, weights=None)\n"
        '    output x -> ta‸ps(base, "block1_pool")\n}\n'
    )
    found = hover(analysis, names(analysis), offset)
    assert found is not None
    assert "taps(model, names)" in found.text and "gives `(32, 32, 64)`" in found.text


@pytest.mark.parametrize("chain", ["x -‸> Dense(3)", "x -> Dense(3)‸"])
def test_nothing_is_said_of_nothing(chain: str, document: Document) -> None:
    analysis, offset = document(FRAME.format(chain))
    assert hover(analysis, names(analysis), offset) is None


TEXT = """WIDTHS = [1, 2]
fn half(v) = v // 2
block Body(n, act: layer = ReLU) {
    \"\"\"Two layers.\"\"\"
    input x: (T?, C?)
    weight w: (C,) = "zeros"
    shared head = Dense(n, use_bias=False)
    assert C < 9
    x = x -> head -> act
    if training { x = x -> ReLU }
    output y: (T, n) = x + w[0] + ops.mean(x, axis=-1, keepdims=True)
}
model M(classes = 8) {
    input image: (H?, 4)
    left, right = [image, image[:, : H // 2 * 2]]
    z = right -> Body(classes)
    z = [z, image -> Body(n=half(6)) -> Dense(8)] -> Add
    z = z -> Dense(5, kernel_initializer=initializers.RandomNormal(stddev=0.1))
    output z
}
"""


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("output z‸", ["z: (H, 5)", "a value"]),
        ("z‸ = right", ["z: (", "8)", "a value"]),
        ("[z‸,", ["z: (", "8)"]),
        ("im‸age: ", ["image: (H, 4)", "an input"]),
        ("y‸: ", ["(2 * (H // 2), 8) · (H, 3)", "an output"]),
        ("Dense(n‸, use", ["n\n", "a parameter of `Body`", "here: `8` · `3`"]),
        ("Body(n‸=", ["a parameter of `Body`"]),
        ("M(clas‸ses", ["classes = 8", "here: `8`"]),
        ("-> act‸", ["act: layer = ReLU"]),
        ("H‸?", ["H?", "not known before the model is called", "only when H is"]),
        ("T‸?", ["whatever the caller brings"]),
        ("C‸?", ["whatever the caller brings", "only when `C < 9`"]),
        ("block Bo‸dy", ["block Body(n, act: layer = ReLU)", "Two layers.", "- line 16: `Body(classes)` gives `(2 * (H // 2), 8)`, 36 parameters", "- line 17: `Body(n=half(6))`"]),
        ("model M‸", ["`(H, 4)` → `(H, 5)`", "weights"]),
        ("use_b‸ias", ["use_bias=True", "of `Dense`"]),
        ("kernel_init‸ializer", ["of `Dense`", 'takes `"', "`, …"]),
        ("keep‸dims", ["keepdims=False", "of `ops.mean`"]),
        ("std‸dev", ["stddev=0.05", "of `initializers.RandomNormal`"]),
        ("-> he‸ad", ["shared head = Dense(n, use_bias=False)", "one set of weights", "44 parameters", "in 2 layers"]),
        ("lef‸t, right", ["left: (H, 4)"]),
        ("+ w‸[0]", ["weight w: (C,)", "a variable"]),
        ("WID‸THS", ["WIDTHS = [1, 2]"]),
        ("=ha‸lf", ["fn half(v)"]),
        ("out‸put z", ["What the body gives", "output y ="]),
        ("we‸ight w", ["A variable of a block"]),
        ("mo‸del M", ["A model"]),
        ("if trai‸ning", ["True while the model is trained"]),
        ("act: lay‸er", ["takes a layer"]),
    ],
)  # fmt: skip
def test_what_a_name_means(place: str, said: list[str], document: Document) -> None:
    plain = place.replace("‸", "")
    at = TEXT.index(plain)
    analysis, offset = document(TEXT[:at] + place + TEXT[at + len(plain) :])
    found = hover(analysis, names(analysis), offset)
    assert found is not None and found.span.start <= offset <= found.span.end
    assert all(text in found.text for text in said), found.text


@pytest.mark.parametrize("path", SAMPLES[2::4], ids=lambda path: path.stem)
def test_anywhere_in_any_beginning_of_a_sample(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for end in range(len(text), 0, -max(1, len(text) // 6)):
        analysis = project({"m.kdl": text[:end]}).analysis("m.kdl")
        assert analysis is not None
        for offset in range(0, end + 1, 11):
            found = hover(analysis, names(analysis), offset)
            assert found is None or (found.text and found.span.start <= offset <= found.span.end)


STRINGS = """extern initializer Prior(p) from my.init
extern Mine(n) from my.layers { input x: (N?, C?)  output (N, n) }
SIZES = {"small": 8, "large": 16}
model Inner {
    input image: (32, 32, 3)
    output image -> Conv2D(4, 3, name="stem") -> Flatten
}
model M {
    input image: (32, 32, 3)
    shared base = applications.ResNet50(include_top=False, weights=None, input_shape=(32, 32, 3))
    shared own = Inner
    output y = LINE
}
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('image -> taps(base, ["conv1_relu", "pool1‸_pool"])', "pool1_pool: MaxPooling2D\n```\n\ninside `base`\n\ngives `(8, 8, 64)`"),
        ('image -> taps(own, "st‸em")', "stem: Conv2D\n```\n\ninside `own`\n\ngives `(30, 30, 4)`"),
        ('image -> Conv2D(SIZES["sm‸all"], 3)', 'SIZES["small"] = 8'),
        ('image -> Conv2D(4, 3, **{"str‸ides": 2})', "strides=(1, 1)\n```\n\nof `Conv2D`"),
        ("image -> Conv2D(math.fl‸oor(4.2), 3)", "math.floor(x)"),
        ("image -> Conv2D(le‸n(SIZES), 3)", "len(x)"),
        ("image -> Dense(3, kernel_initializer=Pri‸or(1))", "extern initializer Prior(p) from my.init\n```\n\nAn initializer of your own Python."),
        ("image[:, 0] -> Mi‸ne(2)", "extern Mine(n) from my.layers { input x: (N?, C?)  output (N, n) }\n```\n\nA layer of your own"),
        ("(image[:, 0], image[:, 0], return_atten‸tion_scores=True) -> MultiHeadAttention(2, 2)", "return_attention_scores=False\n```\n\nwhat `MultiHeadAttention` is called with"),
        ("image -> ba‸se", "23.6 M parameters"),
        ("image -> Inner(train‸able=False)", "trainable=True\n```\n\nof `Inner`"),
        ("image -> ReLU  # dslc: ignore[DSL8‸01]", "**DSL801** unused"),
        ("image -> ReLU  # dslc: ignore[DSL801, DSL‸43] why", "- `DSL434` "),
    ],
)  # fmt: skip
def test_strings_and_functions_of_the_language(line: str, said: str, document: Document) -> None:
    analysis, offset = document(STRINGS.replace("LINE", line))
    found = hover(analysis, names(analysis), offset)
    assert found is not None and said in found.text, found
