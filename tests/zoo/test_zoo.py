"""The descriptions that the compiler carries beside `keras.applications`: the same parameters and, with its weights, the same outputs to the last bit.

One model of most families runs here; the two largest graphs (InceptionResNetV2, NASNet), the other style where one is
missing, and all other variants run in `bench/zoo.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import dslc
from dslc.verify.worker import draws
from tests.zoo.compare import ZOO, compared, compiled
from tests.zoo.variants import FAMILIES, STYLES

CASES = {
    "convnext.kdl": ("subclass",),
    "densenet.kdl": ("functional",),
    "efficientnet.kdl": ("functional",),
    "efficientnet_v2.kdl": ("functional",),
    "inception_v3.kdl": ("functional",),
    "mobilenet.kdl": STYLES,
    "mobilenet_v2.kdl": STYLES,
    "mobilenet_v3.kdl": STYLES,
    "resnet.kdl": STYLES,
    "resnet_v2.kdl": ("functional",),
    "vgg.kdl": ("subclass",),
    "xception.kdl": ("functional",),
}


@pytest.fixture(scope="module")
def drawn_quickly() -> Iterator[None]:
    """Initial weights, which are taken over and moved before they are compared, come from NumPy, as in `dslc verify`."""
    from keras.src.initializers import random_initializers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random_initializers, "random", draws())
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("drawn_quickly")
@pytest.mark.parametrize("file", CASES)
def test_the_model_is_its_original(file: str) -> None:
    found = list(compared(file, FAMILIES[file][0], CASES[file]))
    assert tuple(one.style for one in found) == CASES[file]
    for one in found:
        assert one.found == one.expected
        assert one.difference == 0.0


@pytest.mark.parametrize("file", sorted(FAMILIES))
def test_every_model_of_a_file_is_compared_with_its_original(file: str) -> None:
    models = compiled(file, "functional").summary["models"]
    assert {model["name"] for model in models} == {variant.name for variant in FAMILIES[file]}


def test_every_file_is_listed() -> None:
    assert sorted(path.name for path in ZOO.glob("*.kdl")) == sorted(FAMILIES)


@pytest.mark.parametrize("file", sorted(FAMILIES))
def test_a_file_has_no_mistakes_and_is_in_form(file: str) -> None:
    text = (ZOO / file).read_text(encoding="utf-8")
    for style in STYLES:
        assert compiled(file, style).diagnostics == ()
    assert dslc.format(text) == text


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("place", ["in the text", "as a parameter"])
def test_the_code_does_not_grow_with_the_depth(style: str, place: str) -> None:
    """A ResNet of 300 blocks is as long as one of 16."""
    text = (ZOO / "resnet.kdl").read_text(encoding="utf-8")
    assert text.count("[3, 4, 6, 3]") == 1
    if place == "as a parameter":
        text = text.replace("[3, 4, 6, 3]", "[3, 4, depth, 3]").replace("ResNet50(", "ResNet50(depth = 6, ")
        deep = text.replace("depth = 6", "depth = 290")
    else:
        deep = text.replace("[3, 4, 6, 3]", "[3, 4, 290, 3]")
    shallow_lines, shallow_layers = _size(text, style)
    deep_lines, deep_layers = _size(deep, style)
    assert deep_lines == shallow_lines
    assert (
        deep_layers == shallow_layers + 284 * 10
    )  # a block is ten layers: three convolutions, and what follows them


def _size(text: str, style: str) -> tuple[int, int]:
    """The lines of the code, and the layers of the model."""
    result = dslc.compile(text, style=style, filename="resnet.kdl")
    assert result.code is not None
    model = next(each for each in result.summary["models"] if each["name"] == "ResNet50")
    return len(result.code.splitlines()), len(model["layers"])
