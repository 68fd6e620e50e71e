"""Functions that take a part of a tensor at given places, or put a rim around it: nothing is computed, so they cost nothing.

ops.slice((0, 1), (2, 3)): (None, 8) -> (2, 3)      ops.pad(((0, 0), (1, 1))): (None, 8) -> (None, 10)
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import operations as say
from dslc.keras.operations.calling import (
    Call,
    Undetermined,
    axis,
    constant_operand,
    operand,
    sequence,
    shaped,
    text,
    whole,
)
from dslc.keras.operations.sizes import at_least, broadcast
from dslc.keras.types import Tensor, Unknown
from dslc.shapes.dim import Dim, Sym, anonymous
from dslc.shapes.shape import Shape, product


def pad(call: Call) -> Tensor:
    """Elements added before and after, on every axis."""
    shape, dtype = shaped(call, "x")
    widths = _pad_widths(call, len(shape))
    mode = text(call, "mode", ("constant", "reflect", "symmetric"), fold=True)
    if call["mode"] != "constant" and call["constant_values"] is not None:
        call.refuse_value("constant_values", f'left out with `mode="{call["mode"]}"`')
    if mode in ("reflect", "symmetric"):
        spare = 1 if mode == "reflect" else 0  # the outermost element is not mirrored
        for place, pair in enumerate(widths):
            for width in pair:
                if width != 0:
                    at_least(
                        call,
                        shape[place],
                        width + spare,
                        lambda place=place, width=width: operands.mirrored(  # type: ignore[misc]
                            call.subject, str(mode), place, width, shape, spare
                        ),
                        "pad_width",
                    )
    return Tensor(
        tuple(size + before + after for size, (before, after) in zip(shape, widths, strict=True)), dtype
    )


def take(call: Call) -> Tensor:
    """Elements at given places along an axis, or of the flattened tensor."""
    shape, dtype = shaped(call, "x")
    places = operand(call, "indices", lists=True).shape
    if call["axis"] is None:
        _within(call, product(shape), call["indices"], 0, shape)
        return Tensor(places, dtype)
    place = axis(call, "axis", call["axis"], shape)
    _within(call, shape[place], call["indices"], place, shape)
    return Tensor((*shape[:place], *places, *shape[place + 1 :]), dtype)


def take_along(call: Call) -> Tensor:
    """One element per index, where the indices have the shape of the tensor but for the axis."""
    shape, dtype = shaped(call, "x")
    indices, _ = shaped(call, "indices")
    source = shape if call["axis"] is not None else (product(shape),)
    if len(source) != len(indices):
        rule = "they must have the same number of axes"
        call.refuse(
            operands.shapes_differ(call.subject, ("x", source), ("indices", indices), rule), "indices"
        )
    place = 0 if call["axis"] is None else axis(call, "axis", call["axis"], source)
    return Tensor(broadcast(call, (*source[:place], indices[place], *source[place + 1 :]), indices), dtype)


def slice_out(call: Call) -> Tensor:
    """`ops.slice`: a block of a given shape from given places; -1 takes all that is left."""
    shape, dtype = shaped(call, "inputs")
    start = call["start_indices"]
    wanted = sequence(call, "shape")
    if len(wanted) != len(shape):
        call.refuse_value("shape", f"one size for each of the {len(shape)} axes")
    known_start = isinstance(start, (list, tuple))
    if -1 in wanted and not known_start and not isinstance(start, (Tensor, Unknown)):
        call.refuse_value("start_indices", f"one place for each of the {len(shape)} axes")
    if known_start and len(start) != len(shape):
        call.refuse_value("start_indices", f"one place for each of the {len(shape)} axes")
    found: list[Dim] = []
    for place, size in enumerate(wanted):
        if isinstance(size, int) and size == -1:
            at = start[place] if known_start else None
            found.append(shape[place] - at if isinstance(at, (int, Sym)) else anonymous())
            end = at
        else:
            found.append(whole(call, "shape", size))
            at = start[place] if known_start else None
            end = at + found[-1] if isinstance(at, (int, Sym)) else None
        if isinstance(at, int) and at < 0:
            call.refuse_value("start_indices", "places from 0 up")
        if isinstance(end, (int, Sym)):
            at_least(
                call,
                shape[place],
                end,
                lambda place=place, end=end: operands.beyond(call.subject, place, end, shape),  # type: ignore[misc]
                "shape",
            )
    return Tensor(tuple(found), dtype)


def _within(call: Call, size: Dim, indices: Any, place: int, shape: Shape) -> None:
    """That indices which are numbers are not beyond the axis; negative ones count from its end."""
    numbers = _flat_numbers(indices)
    if not numbers:
        return
    furthest = max(numbers, key=lambda index: index + 1 if index >= 0 else -index)
    needed = furthest + 1 if furthest >= 0 else -furthest
    at_least(call, size, needed, lambda: say.index_out_of_range(furthest, place, shape), "indices")


def _flat_numbers(value: Any) -> list[int]:
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in _flat_numbers(item)]
    return [int(value)] if isinstance(value, int) else []


def _pad_widths(call: Call, rank: int) -> list[tuple[Dim, Dim]]:
    """The padding before and after every axis: a number, one pair for all, or one pair per axis."""
    value = call["pad_width"]
    if isinstance(value, Unknown):
        raise Undetermined
    if isinstance(value, (int, Sym)):
        return _for_all_axes(call, (value, value), rank)
    shape = constant_operand(value)
    items = sequence(call, "pad_width")
    if shape is not None and len(shape.shape) == 1 and len(items) == 2:
        pair = (whole(call, "pad_width", items[0]), whole(call, "pad_width", items[-1]))
        return _for_all_axes(call, pair, rank)
    pairs = []
    for item in items:
        single = isinstance(value, list)  # Keras completes `(1,)` to a pair, in lists only
        if not isinstance(item, (list, tuple)) or not (len(item) == 2 or (single and len(item) == 1)):
            call.refuse_value("pad_width", "a number, a pair, or one pair for every axis")
        pairs.append((whole(call, "pad_width", item[0]), whole(call, "pad_width", item[-1])))
    if len(pairs) == 1:
        return _for_all_axes(call, pairs[0], rank)
    if len(pairs) != rank:
        call.refuse_value("pad_width", f"one pair for each of the {rank} axes")
    return pairs


def _for_all_axes(call: Call, pair: tuple[Dim, Dim], rank: int) -> list[tuple[Dim, Dim]]:
    """Keras states that one pair is for all axes, and TensorFlow then wants a pair for each."""
    if rank != 1:
        call.refuse_value("pad_width", f"one pair for each of the {rank} axes")
    return [pair]
