"""Functions on images, `keras.ops.image.*`: `(batch, height, width, channels)`, or one image without the batch.

ops.image.resize(size=(8, 8)): (None, 32, 32, 3) -> (None, 8, 8, 3)
"""

from __future__ import annotations

from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import operations as say
from dslc.keras.dtypes import is_float
from dslc.keras.operations.calling import (
    Call,
    Undetermined,
    elements,
    sequence,
    shape_argument,
    shaped,
    text,
    whole,
)
from dslc.keras.operations.rules.neural import _first, _sizes, _slid
from dslc.keras.operations.sizes import same_shape, same_size
from dslc.keras.rules.demands import is_nearest
from dslc.keras.types import Tensor, Unknown
from dslc.shapes.dim import Dim, known
from dslc.shapes.shape import Shape, product

RANKS = "3 axes (one image) or 4 (a batch of images)"


def kept(call: Call) -> Tensor:
    """A transformation that keeps the shape of the images."""
    shape, dtype = _images(call)
    _first(call)
    if "transform" in call.arguments:
        transform, _ = shaped(call, "transform")
        if len(transform) not in (1, 2):
            call.refuse(operands.wrong_rank(call.subject, "transform", transform, "1 or 2 axes"), "transform")
    for name in ("start_points", "end_points"):
        if name in call.arguments:
            points, _ = shaped(call, name)
            if len(points) not in (2, 3) or points[-2:] != (4, 2):
                call.refuse(
                    operands.wrong_rank(call.subject, name, points, "four points, (4, 2), for each image"),
                    name,
                )
    if "end_points" in call.arguments:
        start, end = shaped(call, "start_points")[0], shaped(call, "end_points")[0]
        if not same_shape(call, start, end):
            pair = (("start_points", start), ("end_points", end))
            call.refuse(
                operands.shapes_differ(call.subject, *pair, "they must have the same shape"), "end_points"
            )
    _interpolation(call)
    return Tensor(shape, dtype)


def grayscale(call: Call) -> Tensor:
    """One channel for three."""
    shape, dtype = _images(call)
    place = len(shape) - 3 if _first(call) else len(shape) - 1
    if isinstance(shape[place], int) and shape[place] not in (1, 3):
        call.refuse(operands.wrong_rank(call.subject, "images", shape, "1 or 3 channels"), "images")
    return Tensor((*shape[:place], 1, *shape[place + 1 :]), dtype)


def recoloured(call: Call) -> Tensor:
    """Between colour systems: three channels of floating-point numbers."""
    shape, dtype = _images(call)
    if not is_float(dtype):
        call.refuse(say.wrong_dtype(call.subject, "images", dtype, "floating-point numbers"), "images")
    place = len(shape) - 3 if _first(call) else len(shape) - 1
    if same_size(call, shape[place], 3) is None:
        call.refuse(operands.wrong_rank(call.subject, "images", shape, "3 channels"), "images")
    return Tensor(shape, dtype)


def resize(call: Call) -> Tensor:
    """The images at another size."""
    shape, dtype = _images(call)
    size = call["size"]
    if isinstance(size, Unknown):
        raise Undetermined
    if not isinstance(size, (list, tuple)) or len(size) != 2:
        call.refuse_value("size", "two whole numbers, height and width")
    sizes = [whole(call, "size", item) for item in size]
    if any(isinstance(item, int) and item <= 0 for item in sizes):
        call.refuse_value("size", "two whole numbers above 0")
    for item in sizes:
        if not known(item):
            advice = "give it a number; images of any size are doubled by `UpSampling2D(2)`"
            call.refuse(operands.size_needed(call.subject, "the new size", item, advice), "size")
    if (
        call["crop_to_aspect_ratio"]
        and call["pad_to_aspect_ratio"]
        and not isinstance(call["pad_to_aspect_ratio"], Unknown)
    ):
        call.refuse_value("pad_to_aspect_ratio", "False when `crop_to_aspect_ratio` is True")
    _interpolation(call)
    height = _height(call, shape)
    found = (*shape[:height], *sizes, *shape[height + 2 :])
    if not is_nearest(call["interpolation"]):
        call.flops = elements(found)
    return Tensor(found, dtype)


def patches(call: Call) -> Tensor:
    """Patches of images (or of volumes), each laid out along the channels."""
    shape, dtype = shaped(call, "images" if "images" in call.arguments else "volumes")
    name = "images" if "images" in call.arguments else "volumes"
    value = call["size"]
    if name == "volumes" and isinstance(value, int):
        value = call.arguments["size"] = (value,) * 3
    count = len(value) if isinstance(value, (list, tuple)) else 2
    if not isinstance(value, (int, list, tuple, Unknown)) or count not in (2, 3):
        call.refuse_value("size", "a whole number, or two or three of them")
    sizes = _sizes(call, "size", count)
    if len(shape) not in (count + 1, count + 2):
        call.refuse(operands.wrong_rank(call.subject, name, shape, f"{count + 1} or {count + 2} axes"), name)
    strides = sizes if call["strides"] is None else _sizes(call, "strides", count, one=True)
    dilation = _sizes(call, "dilation_rate", count)
    padding = text(call, "padding", ("valid", "same")) or "valid"
    first = _first(call)
    channels = len(shape) - count - 1 if first else len(shape) - 1
    start = channels + 1 if first else channels - count
    if not known(shape[channels]):
        call.refuse(operands.size_needed(call.subject, "the number of channels", shape[channels]), name)
    found = list(shape)
    for index in range(count):
        window = (sizes[index] - 1) * dilation[index] + 1
        found[start + index] = _slid(call, shape, start + index, window, strides[index], padding)
    found[channels] = product((shape[channels], *sizes))
    return Tensor(tuple(found), dtype)


def coordinates(call: Call) -> Tensor:
    """The values of a tensor at given coordinates."""
    shape, dtype = shaped(call, "inputs")
    places, _ = shaped(call, "coordinates")
    if len(places) < 2:
        call.refuse(
            operands.wrong_rank(call.subject, "coordinates", places, "at least two axes"), "coordinates"
        )
    if places[0] != len(shape):
        expected = f"a first axis of {len(shape)}, one row per axis of `inputs`"
        call.refuse(operands.wrong_rank(call.subject, "coordinates", places, expected), "coordinates")
    if call["order"] not in (0, 1) and not isinstance(call["order"], Unknown):
        call.refuse_value("order", "0 or 1")
    return Tensor(places[1:], dtype)


def framed(call: Call, sign: int) -> Tensor:
    """`pad_images` (+1) and `crop_images` (-1): two of three numbers say what becomes of height and width."""
    shape, dtype = _images(call)
    word = "padding" if sign > 0 else "cropping"
    height = _height(call, shape)
    found = list(shape)
    for place, before, after, target in (
        (height, f"top_{word}", f"bottom_{word}", "target_height"),
        (height + 1, f"left_{word}", f"right_{word}", "target_width"),
    ):
        found[place] = _framed_size(call, shape[place], (before, after, target), sign)
    return Tensor(tuple(found), dtype)


def edges(call: Call) -> Tensor:
    """Sobel edges: two numbers per pixel, on a new axis."""
    shape, dtype = shaped(call, "images")
    if len(shape) != 4:
        call.refuse(
            operands.wrong_rank(call.subject, "images", shape, "4 axes (a batch of images)"), "images"
        )
    _first(call)
    return Tensor((*shape, 2), dtype)


def similarity(call: Call) -> Tensor:
    """The structural similarity of two images: one number for each pair."""
    (left, dtype), (right, _) = shaped(call, "image1"), shaped(call, "image2")
    for name, shape in (("image1", left), ("image2", right)):
        if len(shape) not in (3, 4):
            call.refuse(operands.wrong_rank(call.subject, name, shape, RANKS), name)
    _first(call)
    call.flops = elements(left)
    return Tensor(left[:1] if len(left) == 4 else (), dtype)


def scaled(call: Call) -> Tensor:
    """Images scaled and moved into a given shape."""
    _, dtype = shaped(call, "images")
    shape = shape_argument(call, "output_shape")
    sequence(call, "spatial_dims")
    text(
        call,
        "method",
        ("linear", "bilinear", "trilinear", "cubic", "bicubic", "tricubic", "lanczos3", "lanczos5"),
    )
    return Tensor(shape, dtype)


def _images(call: Call) -> tuple[Shape, str]:
    shape, dtype = shaped(call, "images")
    if len(shape) not in (3, 4):
        call.refuse(operands.wrong_rank(call.subject, "images", shape, RANKS), "images")
    return shape, dtype


def _height(call: Call, shape: Shape) -> int:
    return len(shape) - 2 if _first(call) else len(shape) - 3


def _interpolation(call: Call) -> None:
    if "interpolation" in call.arguments:
        allowed: tuple[str, ...] = ("bilinear", "nearest")
        if call.subject == "ops.image.resize":
            allowed += ("bicubic", "lanczos3", "lanczos5", "area")
        text(call, "interpolation", allowed, fold=call.subject == "ops.image.resize")
    if "fill_mode" in call.arguments:
        modes = (
            ("constant",)
            if call.subject == "ops.image.resize"
            else ("constant", "nearest", "wrap", "mirror", "reflect")
        )
        text(call, "fill_mode", modes)


def _framed_size(call: Call, size: Dim, names: tuple[str, str, str], sign: int) -> Dim:
    before, after, target = (None if call[name] is None else whole(call, name) for name in names)
    if (before, after, target).count(None) != 1:
        listed = ", ".join(f"`{name}`" for name in names)
        call.refuse(
            say.argument_value(call.subject, names[2], call[names[2]], f"given so that two of {listed} are"),
            names[2],
        )
    for name, value in zip(names, (before, after, target), strict=True):
        if isinstance(value, int) and value < 0:
            call.refuse_value(name, "0 or more")
    if target is None:
        if sign < 0 and not known(size):
            call.refuse(operands.size_needed(call.subject, f"`{names[2]}`", size), names[2])
        found = size + sign * ((before or 0) + (after or 0))
        if isinstance(found, int) and found < 0:
            call.refuse_value(names[0], f"small enough to leave something of {size}")
        return found
    rest = sign * (target - size) - ((before or 0) if before is not None else (after or 0))
    if isinstance(rest, int) and rest < 0:
        limit = "at least" if sign > 0 else "at most"
        call.refuse_value(names[2], f"{limit} the size {size} and what is given beside it")
    return target
