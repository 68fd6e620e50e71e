"""Names in another case: ours for what we name, Keras's for what Keras names by itself; and nouns with their article.

snake_case("MobileViT")     mobilevit       a function, a module, a model's `name=`
keras_case("MobileViT")     mobile_vi_t     the name that Keras gives to an object of that class
camel_case("my_model")      MyModel         a class
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from functools import cache

from dslc.regex import regex

_HUMP = regex(r"[A-Z]+v(?=\d)|[A-Z]+(?=[A-Z][^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
_WORDS = {
    **{"ReLU": "Relu", "DeiT": "Deit", "CaiT": "Cait", "BEiT": "Beit", "MMoE": "Mmoe", "MoE": "Moe"},
    **{"NeXt": "next", "ViT": "vit"},
}
"""What is one word in spite of its capitals; one in lower case joins the word before it, as in `resnext`."""
_ONE_WORD = regex(rf"(?:{'|'.join(_WORDS)})(?![a-z])")


@cache
def snake_case(name: str) -> str:
    """`name` in lower case with underscores between its humps; "Net", "NeXt", "ViT" and digits stay with the hump before.

    >>> [snake_case(n) for n in ("ConvBN", "ResNet18", "UNet", "DigitClassifier", "LeakyReLU", "MaxPooling2D")]
    ['conv_bn', 'resnet18', 'unet', 'digit_classifier', 'leaky_relu', 'max_pooling2d']
    >>> [snake_case(n) for n in ("MobileViT", "ViT", "SEResNeXt50", "ViTBlock", "DeiT", "ViTag")]
    ['mobilevit', 'vit', 'se_resnext50', 'vit_block', 'deit', 'vi_tag']
    >>> [snake_case(n) for n in ("YOLOv8", "UNetv2", "EfficientNetV2", "MMoE", "SwitchMoE")]
    ['yolov8', 'unetv2', 'efficientnet_v2', 'mmoe', 'switch_moe']
    """
    words: list[str] = []
    for part in name.split("_"):
        one_word = _ONE_WORD.sub(lambda found: _WORDS[found.group()], part)
        for index, hump in enumerate(_HUMP.findall(one_word)):
            joins = index > 0 and (
                hump in ("Net", "Netv") or hump.isdigit() or (words[-1][-1].isdigit() and len(hump) == 1)
            )
            if joins:
                words[-1] += hump
            else:
                words.append(hump)
    return "_".join(word.lower() for word in words) or "x"


@cache
def keras_case(name: str) -> str:
    """The name that Keras makes of a class, before it counts (`keras.src.utils.naming.to_snake_case`).

    >>> [keras_case(n) for n in ("LeakyReLU", "MaxPooling2D", "MobileViT", "CTCLoss", "Conv2DTranspose")]
    ['leaky_re_lu', 'max_pooling2d', 'mobile_vi_t', 'ctc_loss', 'conv2d_transpose']
    """
    parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", parted).lower()


def with_article(noun: str) -> str:
    """`an initializer`, `a layer`."""
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


def camel_case(name: str) -> str:
    """`name` as a class is called: `my_model` is `MyModel`."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_") if word)


FRESH, TRAINABLE = "_fresh", "_trainable"
"""Functions that some generated modules carry besides their own items: see `emit/prelude.py`."""

_NEEDED = {
    *("keras", "math", "self", "kwargs", "super", "iter", "next", "ValueError", "set", "isinstance"),
    *("functools", FRESH, TRAINABLE),
}
"""What generated functions and methods may read, so that no parameter can be called like it."""


def parameter_name(name: str) -> str:
    """The Python name of a parameter, the same in its function and at every call of it.

    Two underscores in front would become `_Class__name` inside a class, and something else outside.
    """
    if name.startswith("__"):
        name = f"_{name.lstrip('_')}_"
    return f"{name}_" if keyword.iskeyword(name) or name in _NEEDED else unicodedata.normalize("NFKC", name)


def untaken(wish: str, taken: set[str]) -> str:
    """The wished name, or the first of `wish_1`, `wish_2`, … that is not taken; it is from then on."""
    name, number = wish, 0
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    taken.add(name)
    return name


def uncounted(name: str) -> str:
    """A name without the number that is counted on: `dense` for `dense_1`."""
    head, _, number = name.rpartition("_")
    return head if number.isdecimal() else name
