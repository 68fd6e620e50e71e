"""Names in the other case: `ConvBN` as a function is `conv_bn`, `ResNet18` as a model name `resnet18`."""

from __future__ import annotations

import re
from functools import cache

_HUMP = re.compile(r"[A-Z]+(?=[A-Z][^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")


@cache
def snake_case(name: str) -> str:
    """`name` in lower case with underscores between its humps; "Net", "NeXt" and digits stay with the hump before them.

    >>> [snake_case(n) for n in ("ConvBN", "ResNet18", "UNet", "DigitClassifier", "LeakyReLU", "MaxPooling2D")]
    ['conv_bn', 'resnet18', 'unet', 'digit_classifier', 'leaky_relu', 'max_pooling2d']
    """
    words: list[str] = []
    for part in name.split("_"):
        for index, hump in enumerate(_HUMP.findall(part.replace("ReLU", "Relu").replace("NeXt", "next"))):
            joins = index > 0 and (
                hump == "Net" or hump.isdigit() or (words[-1][-1].isdigit() and len(hump) == 1)
            )
            if joins:
                words[-1] += hump
            else:
                words.append(hump)
    return "_".join(word.lower() for word in words) or "x"


def camel_case(name: str) -> str:
    """`name` as a class is called: `my_model` is `MyModel`."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_") if word)
