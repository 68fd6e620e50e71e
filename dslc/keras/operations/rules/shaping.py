"""Functions that move elements about or pick some of them: nothing is computed, so they cost nothing.

ops.reshape(newshape=(-1, 4)): (None, 8) -> (2 * batch, 4)      ops.transpose(axes=(0, 2, 1)): (None, 8, 4) -> (None, 4, 8)
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import operands
from dslc.keras.operations.calling import (
    Call,
    Undetermined,
    axes,
    axis,
    elements,
    integer,
    operand,
    sequence,
    shape_argument,
    shaped,
    tensor,
    text,
    whole,
)
from dslc.keras.operations.promotion import summed
from dslc.keras.operations.sizes import broadcast, divided, same_size
from dslc.keras.types import Tensor, Unknown
from dslc.shapes.dim import BATCH, Dim, Sym, anonymous, floor_div, known, maximum
from dslc.shapes.shape import Conditional, Different, Shape, agree, product


def kept(call: Call, argument: str = "x", result: str = "same") -> Tensor:
    """A rearrangement that keeps the shape."""
    shape, dtype = shaped(call, argument)
    return Tensor(shape, dtype if result == "same" else result)


def triangle(call: Call) -> Tensor:
    """`tril`, `triu`: what is not in the triangle of the last two axes becomes 0."""
    shape, dtype = shaped(call, "x")
    if len(shape) < 2:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "at least two axes"), "x")
    return Tensor(shape, dtype)


def shape_of(call: Call) -> tuple[Dim, ...]:
    """`ops.shape`: the sizes; an unknown one stays an expression that may be used in other calls."""
    return shaped(call, "x")[0]


def dtype_of(call: Call) -> str:
    """`ops.dtype`."""
    return tensor(call, "x").dtype


def rank_of(call: Call) -> Tensor:
    """`ops.ndim`: the number of axes, as a tensor."""
    shaped(call, "x")
    return Tensor((), "int32")


def reshape(call: Call) -> Tensor:
    """The same elements in another shape; -1 stands for what is left."""
    shape, dtype = shaped(call, "x")
    value = call["newshape"]
    if isinstance(value, Tensor):
        known_rank = value.shape is not None and len(value.shape) == 1 and isinstance(value.shape[0], int)
        if not known_rank or value.shape is None or not isinstance(value.shape[0], int):
            raise Undetermined
        return Tensor(tuple(anonymous() for _ in range(value.shape[0])), dtype)
    if isinstance(value, Unknown):
        raise Undetermined
    items = list(value) if isinstance(value, (list, tuple)) else [value]
    if any(isinstance(item, Unknown) for item in items):
        raise Undetermined
    target: list[Any] = []
    for item in items:
        if isinstance(item, Tensor) or item is None:
            target.append(anonymous())
        elif isinstance(item, (int, Sym)) and not (isinstance(item, int) and item < -1):
            target.append(int(item) if isinstance(item, bool) else item)
        else:
            call.refuse_value("newshape", "sizes of 0 or more, with at most one -1 for what is left")
    if target.count(-1) > 1:
        call.refuse_value("newshape", "a shape with at most one -1")
    return Tensor(_filled(call, shape, target), dtype, tensor(call, "x").sparse)


def transpose(call: Call) -> Tensor:
    """The axes in another order, reversed when none is given."""
    shape, dtype = shaped(call, "x")
    sparse = tensor(call, "x").sparse
    if call["axes"] is None:
        return Tensor(shape[::-1], dtype, sparse)
    order = [integer(call, "axes", item) for item in sequence(call, "axes")]
    rank = len(shape)
    if len(order) != rank or sorted(place % rank if -rank <= place < rank else -1 for place in order) != list(
        range(rank)
    ):
        call.refuse_value("axes", f"the axes 0 to {rank - 1} in some order" if rank else "empty")
    return Tensor(tuple(shape[place] for place in order), dtype, sparse)


def swap_axes(call: Call) -> Tensor:
    """Two axes exchanged."""
    shape, dtype = shaped(call, "x")
    first, second = (axis(call, name, call[name], shape) for name in ("axis1", "axis2"))
    sizes = list(shape)
    sizes[first], sizes[second] = sizes[second], sizes[first]
    return Tensor(tuple(sizes), dtype)


def move_axis(call: Call) -> Tensor:
    """Axes moved to other places, the others in their order."""
    shape, dtype = shaped(call, "x")
    source, target = (axes(call, name, shape) or [] for name in ("source", "destination"))
    for name, places in (("source", source), ("destination", target)):
        if call[name] is None or len(set(places)) < len(places):
            call.refuse_value(name, "axes that differ from each other")
    if len(source) != len(target):
        call.refuse_value("destination", f"as many axes as `source` has, {len(source)}")
    order: list[int | None] = [None] * len(shape)
    for start, end in zip(source, target, strict=True):
        order[end] = start
    rest = iter([place for place in range(len(shape)) if place not in source])
    return Tensor(tuple(shape[next(rest) if place is None else place] for place in order), dtype)


def rotate(call: Call) -> Tensor:
    """Quarter turns in a plane of two axes."""
    shape, dtype = shaped(call, "array")
    if len(shape) < 2:
        call.refuse(operands.wrong_rank(call.subject, "array", shape, "at least two axes"), "array")
    plane = sequence(call, "axes")
    if len(plane) != 2:
        call.refuse_value("axes", "two different axes")
    first, second = (axis(call, "axes", item, shape) for item in plane)
    if first == second:
        call.refuse_value("axes", "two different axes")
    sizes = list(shape)
    sizes[first], sizes[second] = sizes[second], sizes[first]
    call.graph = tuple(sizes)  # whatever `k` is
    return Tensor(call.graph if integer(call, "k") % 2 else shape, dtype)


def expand(call: Call) -> Tensor:
    """New axes of size 1."""
    shape, dtype = shaped(call, "x")
    value = call["axis"]
    if not isinstance(value, (int, list, tuple, Sym, Unknown)):
        call.refuse_value("axis", "a whole number or several")
    wanted = list(value) if isinstance(value, (list, tuple)) else [value]
    places = {axis(call, "axis", item, shape, more=len(wanted)) for item in wanted}
    if len(places) < len(wanted):
        call.refuse_value("axis", "axes that differ from each other")
    sizes = iter(shape)
    found = tuple(1 if place in places else next(sizes) for place in range(len(shape) + len(wanted)))
    return Tensor(found, dtype, tensor(call, "x").sparse)


def squeeze(call: Call) -> Tensor:
    """Axes of size 1 taken away."""
    shape, dtype = shaped(call, "x")
    sparse = tensor(call, "x").sparse
    places = axes(call, "axis", shape)
    if not places:  # an empty list too takes all of them away when it is run
        return Tensor(tuple(size for size in shape if size != 1), dtype, sparse)
    for place in places:
        if shape[place] != 1:
            call.refuse(operands.cannot_squeeze(call.subject, place, shape[place], shape), "axis")
    if len(set(places)) < len(places):
        call.refuse_value("axis", "axes that differ from each other")
    return Tensor(tuple(size for place, size in enumerate(shape) if place not in places), dtype, sparse)


def flatten(call: Call) -> Tensor:
    """`ravel`: one axis for all elements."""
    shape, dtype = shaped(call, "x")
    return Tensor((product(shape),), dtype)


def broadcast_to(call: Call) -> Tensor:
    """A tensor repeated until it has the given shape."""
    sequence(call, "shape")
    shape, dtype = shaped(call, "x")
    target = shape_argument(call)
    if len(shape) > len(target):
        expected = f"at most the {len(target)} axes of the target"
        call.refuse(operands.wrong_rank(call.subject, "x", shape, expected), "x")
    broadcast(call, shape, target)
    for size, wanted in zip(shape[::-1], target[::-1], strict=False):
        if wanted == 1 and same_size(call, size, 1) is None:
            call.refuse(operands.cannot_broadcast(call.subject, shape, target, (size, wanted)), "shape")
    return Tensor(target, dtype)


def repeat(call: Call) -> Tensor:
    """Every element several times in a row."""
    shape, dtype = shaped(call, "x")
    value = call["repeats"]
    counts = [
        whole(call, "repeats", item) for item in (value if isinstance(value, (list, tuple)) else [value])
    ]
    place = None if call["axis"] is None else axis(call, "axis", call["axis"], shape)
    length = product(shape) if place is None else shape[place]
    if len(counts) == 1:
        found = length * counts[0] if isinstance(length, Sym) else counts[0] * length
    else:
        if isinstance(agree(length, len(counts)), Different):
            call.refuse_value("repeats", f"one number, or one for each of the {length} elements")
        found = sum(counts[1:], counts[0])
    return Tensor((found,) if place is None else (*shape[:place], found, *shape[place + 1 :]), dtype)


def tile(call: Call) -> Tensor:
    """The whole tensor several times along its axes."""
    shape, dtype = shaped(call, "x")
    value = call["repeats"]
    counts = [
        whole(call, "repeats", item) for item in (value if isinstance(value, (list, tuple)) else [value])
    ]
    rank = max(len(shape), len(counts))
    sizes = (1,) * (rank - len(shape)) + shape
    counts = [*[1] * (rank - len(counts)), *counts]
    return Tensor(tuple(product((size, count)) for size, count in zip(sizes, counts, strict=True)), dtype)


def roll(call: Call) -> Tensor:
    """Elements shifted around along axes."""
    shape, dtype = shaped(call, "x")
    axes(call, "axis", shape)
    for item in call["shift"] if isinstance(call["shift"], (list, tuple)) else [call["shift"]]:
        whole(call, "shift", item)
    return Tensor(shape, dtype)


def flip(call: Call, least_rank: int = 0) -> Tensor:
    """Elements in reverse order along axes."""
    shape, dtype = shaped(call, "x")
    if len(shape) < least_rank:
        expected = "at least one axis" if least_rank == 1 else "at least two axes"
        call.refuse(operands.wrong_rank(call.subject, "x", shape, expected), "x")
    places = axes(call, "axis", shape) if "axis" in call.arguments else None
    if places is not None and len(set(places)) < len(places):
        call.refuse_value("axis", "axes that differ from each other")
    return Tensor(shape, dtype)


def diagonal(call: Call) -> Tensor:
    """The diagonals of two axes, as the last axis."""
    shape, dtype = shaped(call, "x")
    first, second, rest = _plane(call, shape)
    return Tensor((*rest, _diagonal_length(shape[first], shape[second], integer(call, "offset"))), dtype)


def trace(call: Call) -> Tensor:
    """The sum of every diagonal of two axes."""
    shape, dtype = shaped(call, "x")
    first, _, rest = _plane(call, shape)
    call.flops = elements((*rest, shape[first]))
    return Tensor(rest, summed(dtype))


def diag(call: Call) -> Tensor:
    """A matrix with the given diagonal, or the diagonal of a matrix."""
    shape, dtype = shaped(call, "x")
    offset = integer(call, "k")
    if len(shape) == 1:
        side = shape[0] + abs(offset)
        return Tensor((side, side), dtype)
    if len(shape) != 2:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "one or two axes"), "x")
    return Tensor((_diagonal_length(shape[0], shape[1], offset),), dtype)


def diag_flat(call: Call) -> Tensor:
    """A matrix with all elements on its diagonal."""
    shape, dtype = shaped(call, "x")
    side = product(shape) + abs(integer(call, "k"))
    return Tensor((side, side), dtype)


def scatter(call: Call) -> Tensor:
    """Values put into a tensor of zeros."""
    operand(call, "indices", lists=True)
    _, dtype = shaped(call, "values")
    sequence(call, "shape")
    return Tensor(shape_argument(call), dtype)


def updated(call: Call) -> Tensor:
    """`scatter_update`, `slice_update`: the tensor with some of its elements exchanged."""
    shape, dtype = shaped(call, "inputs")
    if call.arguments.get("reduction") is not None:
        text(call, "reduction", ("add", "max", "min", "mul"), fold=True)
    return Tensor(shape, dtype)


def unravel(call: Call) -> list[Tensor]:
    """Places in a flattened tensor as places per axis."""
    shape, dtype = shaped(call, "indices")
    sizes = [whole(call, "shape", size) for size in sequence(call, "shape")]
    if 0 in sizes:
        call.refuse_value("shape", "a shape without 0")
    return [Tensor(shape, dtype) for _ in sizes]


def as_complex(call: Call) -> Tensor:
    """Pairs of real numbers on the last axis as complex numbers."""
    shape, _ = shaped(call, "x")
    if not shape or isinstance(agree(shape[-1], 2), Different):
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "a last axis of size 2"), "x")
    return Tensor(shape[:-1], "complex64")


def as_real(call: Call) -> Tensor:
    """Complex numbers as pairs of real numbers on a new last axis."""
    shape, dtype = shaped(call, "x")
    parts = {"complex64": "float32", "complex128": "float64"}
    return Tensor((*shape, 2), parts.get(dtype, dtype))


def _filled(call: Call, shape: Shape, target: list[Any]) -> Shape:
    """The target of a reshape with its -1 worked out, when the numbers of elements allow it and Keras does it."""
    have = product(shape)
    if -1 not in target:
        want = product(target)
        if not _holds_for_one_batch(call, shape, target, have, want) and same_size(call, have, want) is None:
            call.refuse(operands.reshape_size(call.subject, shape, target, have, want), "newshape")
        return _counted(have, target)
    rest = product([size for size in target if not (isinstance(size, int) and size == -1)])
    if isinstance(have, int) and isinstance(rest, int):
        if rest == 0 or have % rest:
            call.refuse(operands.reshape_size(call.subject, shape, target, have, rest), "newshape")
        left: Dim = have // rest
    elif rest == 0:
        left = anonymous()
    else:
        left = divided(call, have, rest, "the number of elements", "newshape")
    if known(left) and not all(known(size) for size in target):
        left = anonymous()  # beside `ops.shape(x)[0]` Keras works nothing out before a run
    return tuple(left if isinstance(size, int) and size == -1 else size for size in target)


def _counted(have: Dim, target: list[Any]) -> Shape:
    """A shape in which Keras counts the one unknown size where all that goes in is known: of 600 elements (batch, 3) are (200, 3)."""
    unknown = [place for place, size in enumerate(target) if not isinstance(size, int)]
    rest = product([size for size in target if isinstance(size, int)])
    if isinstance(have, int) and isinstance(rest, int) and len(unknown) == 1 and rest and have % rest == 0:
        target = [have // rest if place in unknown else size for place, size in enumerate(target)]
    return tuple(target)


def _holds_for_one_batch(call: Call, shape: Shape, target: list[Any], have: Dim, want: Dim) -> bool:
    """A shape of numbers holds for one size of the batch; what was meant leaves the batch as it is.

    Where that one is more than 1, as 50 is for 200 tokens each that become 10,000, it may be what the model is made for:
    that is only warned of. Gives whether it has been.
    """
    if not isinstance(want, int) or not shape or shape[0] != BATCH:
        return False
    sample = product(shape[1:])
    verdict = agree(have, want)
    if isinstance(verdict, Different) or not isinstance(sample, (int, Sym)):
        return False
    for cut in range(len(target)):
        if product(target[cut:]) == sample:
            meant: tuple[Dim, ...] = (-1, *target[cut:])
            break
    else:
        meant = (-1, *(target[1:] if len(target) > 1 else shape[1:]))
    if isinstance(verdict, Conditional) and isinstance(sample, int) and want % sample == 0 and want > sample:
        call.warn(operands.made_for_one_batch(call.subject, verdict.condition, meant, want // sample))
        return True
    call.refuse(operands.one_batch(call.subject, shape, target, meant), "newshape")


def _plane(call: Call, shape: Shape) -> tuple[int, int, Shape]:
    if len(shape) < 2:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "at least two axes"), "x")
    first, second = (axis(call, name, call[name], shape) for name in ("axis1", "axis2"))
    if first == second:
        call.refuse_value("axis2", "another axis than `axis1`")
    return first, second, tuple(size for place, size in enumerate(shape) if place not in (first, second))


def _diagonal_length(rows: Dim, columns: Dim, offset: int) -> Dim:
    """How many elements a diagonal has: the smaller side, after the offset has shortened one of them."""
    if offset > 0:
        columns = columns - offset
    else:
        rows = rows + offset
    shorter = rows + columns - maximum(rows, columns)
    return maximum(shorter, 0)


def tail(size: Dim, step: int) -> Dim:
    """How many of `size` places are met in steps, the first one included."""
    return floor_div(size + step - 1, step)
