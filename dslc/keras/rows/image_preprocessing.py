"""Rows of the layers on images."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import anything, choice, integer_like, number, numbers, seed
from dslc.keras.layer import Call, Construct, Kind, Row, no_plan
from dslc.keras.rules import images as rules
from dslc.keras.written import written


def _number(value: Any) -> bool:
    return isinstance(value, (int, float))


def _within(low: float, high: float, none: bool = False) -> Kind:
    """A number in a range, or a pair of which the first is not above and the second not below it."""
    expected = f"a number from {low} to {high}, or a pair of them"

    def check(layer: str, argument: str, value: Any) -> Message | None:
        if none and not value:
            return None
        if isinstance(value, (tuple, list)):
            if len(value) != 2:
                return say.wrong_length(layer, argument, written(value), expected, len(value))
            if not all(map(_number, value)):
                return say.wrong_type(layer, argument, written(value), expected)
            bad = value[0] > high or value[1] < low
            return _outside(layer, argument, value, expected, high) if bad else None
        if not _number(value):
            return say.wrong_type(layer, argument, written(value), expected)
        return None if low <= value <= high else _outside(layer, argument, value, expected, high)

    return check


def _each_within(low: float, high: float, open_below: bool = False, none: bool = False) -> Kind:
    """A number in a range, or a pair of such numbers."""
    expected = f"a number {'above' if open_below else 'from'} {low} to {high}, or a pair of them"

    def check(layer: str, argument: str, value: Any) -> Message | None:
        if none and value is None:
            return None
        ends = value if isinstance(value, (tuple, list)) else (value,)
        if isinstance(value, (tuple, list)) and len(value) != 2:
            return say.wrong_length(layer, argument, written(value), expected, len(value))
        for end in ends:
            if not _number(end):
                return say.wrong_type(layer, argument, written(value), expected)
            if end > high or end < low or (open_below and end == low):
                return _outside(layer, argument, value, expected, high)
        return None

    return check


def _outside(layer: str, argument: str, value: Any, expected: str, high: float) -> Message:
    return say.out_of_range(
        layer, argument, written(value), expected, cause=Cause.SHARE if high == 1 else None
    )


def _maybe(kind: Kind) -> Kind:
    def check(layer: str, argument: str, value: Any) -> Message | None:
        return None if value is None else kind(layer, argument, value)

    return check


def _pair(layer: str, argument: str, value: Any) -> Message | None:
    """A list of two numbers: the lowest and the highest value of a picture."""
    if not isinstance(value, (tuple, list)):
        return say.wrong_type(layer, argument, written(value), "a pair (lowest, highest)")
    if len(value) != 2:
        return say.wrong_length(layer, argument, written(value), "a pair (lowest, highest)", len(value))
    if not all(map(_number, value)):
        return say.wrong_type(layer, argument, written(value), "a pair (lowest, highest)")
    return None


def _tiles(layer: str, argument: str, value: Any) -> Message | None:
    """How many tiles there are from top to bottom and from left to right."""
    expected = "a pair of whole numbers above 0"
    if not isinstance(value, (tuple, list)) or not all(isinstance(each, int) for each in value):
        return say.wrong_type(layer, argument, written(value), expected)
    if len(value) != 2:
        return say.wrong_length(layer, argument, written(value), expected, len(value))
    return None if min(value) > 0 else say.out_of_range(layer, argument, written(value), expected)


def _only_none(layer: str, argument: str, value: Any) -> Message | None:
    return (
        None
        if value is None
        else say.wrong_type(layer, argument, written(value), "None; this layer has no factor")
    )


def _odd(layer: str, argument: str, value: Any) -> Message | None:
    ends = value if isinstance(value, (tuple, list)) else (value,)
    if isinstance(value, (tuple, list)) and len(value) != 2:
        return say.wrong_length(layer, argument, written(value), "an odd number or 2 of them", len(value))
    if not all(map(_number, ends)):
        return say.wrong_type(layer, argument, written(value), "an odd number or 2 of them")
    if any(end % 2 == 0 for end in ends):
        return say.out_of_range(layer, argument, written(value), "an odd number or 2 of them")
    return None


def _share(layer: str, argument: str, value: Any) -> Message | None:
    problem = number(layer, argument, value)
    if problem is None and not 0 <= value <= 1:
        return say.out_of_range(layer, argument, written(value), "from 0 to 1")
    return problem


_UNIT = _within(0, 1)
_SIGNED = _within(-1, 1, none=True)
_EDGES = ("reflect", "wrap", "constant", "nearest")
_WAYS = choice("nearest", "bilinear")
_KINDS: dict[str, Kind] = {"seed": seed, "value_range": anything, "factor": _only_none, "scale": anything}


def _row(
    name: str,
    description: str,
    example: str,
    call: Call = rules.transform,
    construct: Construct = no_plan,
    shape: str = "unchanged",
    takes: str = "stacked",
    **kinds: Kind,
) -> Row:
    return Row(name, construct, call, description, shape, "none", example, {**_KINDS, **kinds}, takes)


_SIZED = "height and width become those that were asked for; channels stay"

_ROWS = [
    _row(
        "AugMix",
        "Mixes several randomly changed versions of a picture.",
        "AugMix()",
        rules.of_colours(1, 3),
        construct=rules.mixed_factors,
        factor=_UNIT,
        value_range=_pair,
        interpolation=_WAYS,
    ),
    _row(
        "RandAugment",
        "Applies a few random changes out of many.",
        "RandAugment(num_ops=2)",
        rules.of_colours(1, 3),
        construct=rules.mixed_factors,
        factor=_UNIT,
        value_range=_pair,
        interpolation=_WAYS,
    ),
    _row(
        "AutoContrast",
        "Stretches the values of a picture over the whole range.",
        "AutoContrast()",
        value_range=_pair,
    ),
    _row(
        "CenterCrop",
        "Cuts out the middle of a picture, or enlarges a smaller one.",
        "CenterCrop(224, 224)",
        rules.new_size(3, True),
        rules.sizes_given,
        _SIZED,
        "one",
    ),
    _row(
        "ContrastLimitedAdaptiveHistogramEqualization",
        "Evens out brightness tile by tile.",
        "ContrastLimitedAdaptiveHistogramEqualization()",
        rules.in_tiles,
        factor=_SIGNED,
        value_range=_pair,
        clip_limit=number,
        tile_grid_size=_tiles,
    ),
    _row("CutMix", "Pastes a part of one picture into another.", "CutMix()", factor=_UNIT),
    _row(
        "Equalization",
        "Evens out how often each value occurs.",
        "Equalization()",
        rules.keep_dtype,
        value_range=_pair,
        factor=_SIGNED,
    ),
    _row(
        "MaxNumBoundingBoxes",
        "Brings the number of bounding boxes to `max_number`; pictures stay.",
        "MaxNumBoundingBoxes(10)",
        max_number=integer_like,
        fill_value=integer_like,
        factor=_SIGNED,
    ),
    _row("MixUp", "Blends pictures of a batch.", "MixUp()", factor=_SIGNED, alpha=numbers),
    _row(
        "RandomBrightness",
        "Makes pictures brighter or darker while training.",
        "RandomBrightness(0.2)",
        factor=_SIGNED,
        value_range=_pair,
    ),
    _row(
        "RandomColorDegeneration",
        "Takes away some of the colour while training.",
        "RandomColorDegeneration(0.5)",
        rules.three_channels,
        takes="one",
        factor=_within(-1, 1),
        value_range=_pair,
    ),
    _row(
        "RandomColorJitter",
        "Changes brightness, contrast, saturation and hue while training.",
        "RandomColorJitter(brightness_factor=0.2)",
        rules.jittered,
        construct=rules.jitter,
        factor=_SIGNED,
        brightness_factor=_SIGNED,
        contrast_factor=_maybe(_UNIT),
        saturation_factor=_maybe(_within(-1, 1)),
        hue_factor=_maybe(_UNIT),
    ),
    _row("RandomContrast", "Changes the contrast while training.", "RandomContrast(0.2)", factor=_UNIT),
    _row(
        "RandomCrop",
        "Cuts out a random part of each picture while training.",
        "RandomCrop(224, 224)",
        rules.random_crop,
        rules.sizes_given,
        _SIZED,
        "one",
        factor=_SIGNED,
    ),
    _row(
        "RandomElasticTransform",
        "Bends pictures while training.",
        "RandomElasticTransform()",
        factor=_UNIT,
        scale=_UNIT,
        interpolation=_WAYS,
        fill_mode=choice("constant", "nearest", "wrap", "mirror", "reflect"),
    ),
    _row(
        "RandomErasing",
        "Erases a random rectangle while training.",
        "RandomErasing()",
        factor=_UNIT,
        scale=_UNIT,
    ),
    _row("RandomFlip", "Flips pictures while training.", 'RandomFlip("horizontal")', mode=anything),
    _row(
        "RandomGaussianBlur",
        "Blurs pictures while training.",
        "RandomGaussianBlur()",
        factor=_UNIT,
        kernel_size=_odd,
        sigma=_UNIT,
    ),
    _row(
        "RandomGrayscale",
        "Takes away the colour of some pictures while training.",
        "RandomGrayscale(0.5)",
        rules.of_colours(1, 3, keeps_dtype=True),
        takes="one",
        factor=_share,
    ),
    _row("RandomHue", "Turns the hue while training.", "RandomHue(0.2)", rules.of_colours(3), factor=_UNIT),
    _row("RandomInvert", "Inverts some pictures while training.", "RandomInvert()", factor=_UNIT),
    _row(
        "RandomPerspective",
        "Looks at pictures from another angle while training.",
        "RandomPerspective()",
        factor=_UNIT,
        scale=_share,
        interpolation=_WAYS,
    ),
    _row(
        "RandomPosterization",
        "Leaves fewer bits of each value while training.",
        "RandomPosterization(4)",
        factor=_within(1, 8),
        value_range=_pair,
    ),
    _row(
        "RandomRotation",
        "Turns pictures while training, by parts of a full turn.",
        "RandomRotation(0.1)",
        factor=_SIGNED,
        fill_mode=choice(*_EDGES),
        interpolation=_WAYS,
    ),
    _row(
        "RandomSaturation",
        "Changes the saturation while training.",
        "RandomSaturation(0.2)",
        rules.of_colours(3),
        factor=_within(-1, 1),
        value_range=_pair,
    ),
    _row(
        "RandomSharpness",
        "Sharpens or softens pictures while training.",
        "RandomSharpness(0.5)",
        factor=_UNIT,
        value_range=_pair,
    ),
    _row(
        "RandomShear",
        "Slants pictures while training.",
        "RandomShear((0.0, 0.2))",
        x_factor=_each_within(0, 1),
        y_factor=_each_within(0, 1),
        fill_mode=choice(*_EDGES),
        interpolation=_WAYS,
    ),
    _row(
        "RandomTranslation",
        "Moves pictures while training.",
        "RandomTranslation(0.1, 0.1)",
        height_factor=_each_within(-1, 1),
        width_factor=_each_within(-1, 1),
        fill_mode=choice(*_EDGES),
        interpolation=_WAYS,
    ),
    _row(
        "RandomZoom",
        "Enlarges or shrinks pictures while training.",
        "RandomZoom(0.2)",
        height_factor=_each_within(-1, 1, open_below=True),
        width_factor=_each_within(-1, 1, open_below=True, none=True),
        fill_mode=choice(*_EDGES),
        interpolation=_WAYS,
    ),
    _row(
        "Resizing",
        "Brings pictures to one size.",
        "Resizing(224, 224)",
        rules.new_size(2, False),
        rules.fitted,
        _SIZED,
        "one",
        interpolation=choice("bilinear", "nearest", "lanczos3", "lanczos5", "bicubic", "area"),
        fill_mode=choice("constant"),
    ),
    _row(
        "Solarization",
        "Inverts the values above a threshold.",
        "Solarization(0.1, 0.5)",
        addition_factor=_each_within(0, 1),
        threshold_factor=_each_within(0, 1),
        value_range=_pair,
    ),
]
ROWS = {row.name: row for row in _ROWS}
