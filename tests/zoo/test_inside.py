"""What is known of a model of `keras.applications` is what Keras makes: its counts, and the name and shape of every inner layer.

One model of each family, at sizes and arguments drawn by chance; all of them in `bench/zoo.py inside`. Names that Keras numbers
by itself are set apart by letting it count from 7000.
"""

from __future__ import annotations

import random

import pytest

from tests.zoo.inside import FAMILIES, problems, with_arguments

ONE_OF_EACH = (
    "VGG16",
    "ResNet50",
    "ResNet50V2",
    "InceptionV3",
    "InceptionResNetV2",
    "Xception",
    "DenseNet121",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "NASNetMobile",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "ConvNeXtTiny",
)


def test_every_family_is_there() -> None:
    assert {FAMILIES[name].file for name in ONE_OF_EACH} == {family.file for family in FAMILIES.values()}


def test_every_model_of_keras_is_described() -> None:
    from dslc.keras.generate_applications import models

    assert set(FAMILIES) == set(models())


def test_the_parameters_are_those_of_keras() -> None:
    from dslc.keras.generate_applications import TARGET, generate

    assert TARGET.read_text(encoding="utf-8") == generate()


@pytest.mark.slow
@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_all_that_is_inside_is_as_in_keras(name: str, seed: int) -> None:
    assert problems(name, with_arguments(name, random.Random(f"{name}{seed}"))) == []
