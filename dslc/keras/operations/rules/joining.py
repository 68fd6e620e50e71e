"""Functions that join tensors of a list or cut one into several; nothing is computed, so they cost nothing.

ops.concatenate(axis=-1): [(None, 8, 2), (None, 8, 3)] -> (None, 8, 5)      ops.split(2, axis=1): (None, 8) -> 2 × (None, 4)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import operations as say
from dslc.keras.operations.calling import (
    Call,
    Undetermined,
    axis,
    common,
    integer,
    sequence,
    shaped,
    tensor,
    whole,
)
from dslc.keras.operations.sizes import divided, same_shape
from dslc.keras.types import Tensor, Unknown
from dslc.shapes.dim import Dim, Sym, known
from dslc.shapes.shape import Shape, product


def concatenate(call: Call, fixed: int | None = None) -> Tensor:
    """A list of tensors one after the other along an axis; the first one's sizes stand for the others'."""
    tensors, dtypes = _listed(call, "xs")
    if fixed == 2:
        tensors = [_with_depth(shape) for shape in tensors]
    if fixed is None:
        if call["axis"] is None:
            call.refuse_value("axis", "a whole number")
        place = axis(call, "axis", call["axis"], tensors[0])
    elif fixed >= len(tensors[0]):
        call.refuse(operands.wrong_rank(call.subject, "xs", tensors[0], f"at least {fixed + 1} axes"), "xs")
    else:
        place = fixed
    _joinable(call, tensors, place)
    total: Dim = 0
    for shape in tensors:
        total = total + shape[place]
    sparse = fixed is None and all(tensor(call, "xs", item).sparse for item in call["xs"])
    return Tensor((*tensors[0][:place], total, *tensors[0][place + 1 :]), common(call, *dtypes), sparse)


def stack(call: Call) -> Tensor:
    """A list of tensors of one shape as one tensor with a new axis."""
    tensors, dtypes = _listed(call, "x")
    place = axis(call, "axis", call["axis"], tensors[0], more=1)
    _joinable(call, tensors, None)
    return Tensor((*tensors[0][:place], len(tensors), *tensors[0][place:]), common(call, *dtypes))


def append(call: Call) -> Tensor:
    """Two tensors one after the other; flattened without an axis."""
    (left, a), (right, b) = shaped(call, "x1"), shaped(call, "x2")
    dtype = common(call, a, b)
    if call["axis"] is None:
        return Tensor((product(left) + product(right),), dtype)
    place = axis(call, "axis", call["axis"], left)
    _joinable(call, [left, right], place)
    for side in (left, right):
        if not known(side[place]):
            call.refuse(operands.size_needed(call.subject, f"the sizes on axis {place}", side[place]), "axis")
    return Tensor((*left[:place], left[place] + right[place], *left[place + 1 :]), dtype)


def split(call: Call, fixed: int | None = None) -> list[Tensor]:
    """A tensor cut into equal parts, or at given places."""
    shape, dtype = shaped(call, "x")
    if fixed is None:
        place = axis(call, "axis", call["axis"], shape)
    elif fixed == 1 and len(shape) == 1:
        place = 0  # hsplit of a vector
    elif len(shape) <= max(fixed, 1):
        call.refuse(operands.wrong_rank(call.subject, "x", shape, f"at least {max(fixed, 1) + 1} axes"), "x")
    else:
        place = fixed
    return [
        Tensor((*shape[:place], size, *shape[place + 1 :]), dtype)
        for size in _parts(call, shape[place], place)
    ]


def split_unevenly(call: Call) -> list[Tensor]:
    """`array_split`: parts whose sizes differ by at most 1, the larger ones first."""
    shape, dtype = shaped(call, "x")
    count = integer(call, "indices_or_sections")
    if count <= 0:
        call.refuse_value("indices_or_sections", "a whole number above 0")
    place = axis(call, "axis", call["axis"], shape)
    sizes = [(shape[place] + count - 1 - index) // count for index in range(count)]
    return [Tensor((*shape[:place], size, *shape[place + 1 :]), dtype) for size in sizes]


def unstack(call: Call) -> list[Tensor]:
    """One tensor for every place of an axis."""
    shape, dtype = shaped(call, "x")
    place = axis(call, "axis", call["axis"], shape)
    count = shape[place] if call["num"] is None else whole(call, "num")
    if not isinstance(count, int):
        if known(count):
            raise Undetermined
        call.refuse(operands.size_needed(call.subject, f"how many there are on axis {place}", count), "num")
    if isinstance(shape[place], int) and count != shape[place]:
        call.refuse_value("num", f"{shape[place]}, the size of axis {place}")
    return [Tensor((*shape[:place], *shape[place + 1 :]), dtype) for _ in range(count)]


def mesh_grid(call: Call) -> list[Tensor]:
    """The coordinates of a grid, one tensor per axis."""
    vectors = call["x"]
    if call["indexing"] not in ("xy", "ij") and not isinstance(call["indexing"], Unknown):
        call.refuse_value("indexing", '"xy" or "ij"')
    shapes = [shaped(call, "x", vector) for vector in vectors]
    sizes = [product(shape) for shape, _ in shapes]
    if call["indexing"] == "xy" and len(sizes) < 2:
        call.refuse(
            say.argument_value(call.subject, "indexing", "xy", '"ij" for a single vector'), "indexing"
        )
    if call["indexing"] == "xy":
        sizes[0], sizes[1] = sizes[1], sizes[0]
    last = shapes[-1][1]  # what Keras states for all of them
    return [Tensor(tuple(sizes), last if call["indexing"] == "xy" else dtype) for _, dtype in shapes]


def count_of_parts(arguments: dict[str, Any]) -> int | None:
    """How many parts a split makes, when its tensor's shape is not known."""
    sections = arguments.get("indices_or_sections", arguments.get("num"))
    if isinstance(sections, (list, tuple)):
        return len(sections) + 1
    return sections if isinstance(sections, int) else None


def _listed(call: Call, name: str) -> tuple[list[Shape], list[str]]:
    items = call[name]
    if isinstance(items, Tensor):
        call.refuse_value(name, "a list of tensors")
    found = [shaped(call, name, item) for item in sequence(call, name)]
    if not found:
        call.refuse_value(name, "a list with at least one tensor")
    return [shape for shape, _ in found], [dtype for _, dtype in found]


def _joinable(call: Call, tensors: Sequence[Shape], place: int | None) -> None:
    for position, shape in enumerate(tensors[1:], 1):
        if not same_shape(call, tensors[0], shape, place):
            call.refuse(
                operands.join_shapes(call.subject, position, shape, tensors[0], place), None, (0, position)
            )


def _parts(call: Call, size: Dim, place: int) -> list[Dim]:
    value = call["indices_or_sections"]
    if isinstance(value, (list, tuple)):
        cuts = [0, *[whole(call, "indices_or_sections", item) for item in value], size]
        parts = [end - start for start, end in pairwise(cuts)]
        if any(isinstance(part, int) and part < 0 for part in parts):
            call.refuse_value("indices_or_sections", f"places in rising order, none beyond {size}")
        if not known(size) and len(cuts) > 2:  # TensorFlow turns the places into sizes, and needs the whole
            message = operands.size_needed(
                call.subject, f"the size of axis {place} to cut it at places", size
            )
            call.refuse(message, "indices_or_sections")
        return parts
    count = whole(call, "indices_or_sections")
    if isinstance(count, Sym):
        raise Undetermined
    if count <= 0:
        call.refuse_value("indices_or_sections", "a whole number above 0, or the places to cut at")
    return [divided(call, size, count, f"the size of axis {place}", "indices_or_sections")] * count


def _with_depth(shape: Shape) -> Shape:
    """What `dstack` makes of a tensor with fewer than three axes."""
    match len(shape):
        case 0:
            return (1, 1, 1)
        case 1:
            return (1, shape[0], 1)
        case 2:
            return (*shape, 1)
        case _:
            return shape
