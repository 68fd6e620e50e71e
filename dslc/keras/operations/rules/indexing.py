"""Indices on tensors: `x[:, 0]`, `x[..., -1]`, `x[:, None]`, `x[:, 1:T:2]`.

In: a tensor and what stands between its brackets.  Out: the shape that is left. An index takes its axis away, a slice
shortens it, `None` puts in an axis of size 1 and `...` stands for all axes that are not named.

    (None, 8, 4)[:, 1:-1, None] -> (None, 6, 1, 4)
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import operations as say
from dslc.keras.operations.calling import Call, Undetermined, tensor
from dslc.keras.operations.sizes import at_least
from dslc.keras.types import Tensor, Unknown
from dslc.shapes.dim import Dim, Sym, ceil_div, least, maximum
from dslc.shapes.shape import Shape


def index(call: Call, value: Tensor, items: tuple[Any, ...]) -> Tensor:
    """The part of `value` that the items between the brackets choose."""
    if value.shape is None:
        raise Undetermined
    named = [item for item in items if item is not None and item is not Ellipsis]
    dots = [item for item in items if item is Ellipsis]
    if len(dots) > 1 or len(named) > len(value.shape):
        call.refuse(say.too_many_indices(len(named) if len(dots) <= 1 else len(items), value.shape))
    rest = len(value.shape) - len(named)
    found: list[Dim] = []
    place = 0
    for item in items if dots else (*items, Ellipsis):
        if item is Ellipsis:
            found += value.shape[place : place + rest]
            place += rest
        elif item is None:
            found.append(1)
        else:
            found += _chosen(call, item, place, value.shape)
            place += 1
    return Tensor(tuple(found), value.dtype)


def alone(call: Call, value: Tensor, items: tuple[Any, ...]) -> Tensor:
    """`value[item]` without a comma: Keras takes a number there, or a tuple or list of items, but no slice and no `None`."""
    (only,) = items
    if isinstance(only, (tuple, list)):
        return index(call, value, tuple(only))
    if only is None or only is Ellipsis or isinstance(only, slice):
        shown = ":" if isinstance(only, slice) else "..." if only is Ellipsis else "None"
        call.refuse(say.wrong_index_alone(shown))
    return index(call, value, items)


def item(call: Call) -> Tensor:
    """`ops.get_item(x, key)`: the brackets as a function."""
    key = call["key"]
    value = tensor(call, "x")
    if isinstance(key, (list, tuple)):
        return index(call, value, tuple(key))
    if not isinstance(key, (int, Sym, Unknown)):
        call.refuse(
            say.wrong_index(key, "Keras takes a number or a tuple here", "write it with brackets, `x[…]`"),
            "key",
        )
    return index(call, value, (key,))


def _chosen(call: Call, item: Any, place: int, shape: Shape) -> list[Dim]:
    """What one item leaves of its axis: nothing, or a size."""
    size = shape[place]
    if isinstance(item, slice):
        return [_slice_length(call, item, size)]
    if isinstance(item, Unknown):
        return []
    if isinstance(item, int):
        needed = item + 1 if item >= 0 else -item
        at_least(call, size, needed, lambda: say.index_out_of_range(item, place, shape))
        return []
    if isinstance(item, Sym):
        beyond = (
            item - size
        )  # an index that is never below the size is out of range whatever the unknowns are
        if (beyond >= 0) if isinstance(beyond, int) else (least(beyond) or -1) >= 0:
            call.refuse(say.index_out_of_range(item, place, shape))
        return []
    if isinstance(item, Tensor):
        instead = f"write `ops.take(x, indices, axis={place})`"
        if item.dtype == "bool":
            instead = "how many it chooses differs from sample to sample: write `ops.where(mask, x, 0.0)`, which keeps the shape"
        call.refuse(say.wrong_index(item, "it is a tensor", instead))
    if isinstance(item, (list, tuple)):
        instead = f"write `ops.take(x, {list(item)}, axis={place})`"
        call.refuse(say.wrong_index(item, "it is a list", instead))
    call.refuse(say.wrong_index(item, "it is no whole number", "use a whole number, a slice, None or `...`"))


def _slice_length(call: Call, item: slice, size: Dim) -> Dim:
    """How many places a slice meets."""
    for part in (item.start, item.stop, item.step):
        if isinstance(part, Unknown):
            raise Undetermined
        if part is not None and not isinstance(part, (int, Sym)):
            call.refuse(
                say.wrong_index(item, "its ends must be whole numbers", "use whole numbers or leave them out")
            )
    step = 1 if item.step is None else item.step
    if isinstance(step, Sym):
        raise Undetermined
    if step == 0:
        call.refuse(say.wrong_index(item, "its step is 0", "use another step"))
    if isinstance(size, int) and not isinstance(item.start, Sym) and not isinstance(item.stop, Sym):
        return len(range(*item.indices(size)))
    if step > 0:
        start, stop = _end(item.start, size, 0), _end(item.stop, size, size)
        return maximum(ceil_div(stop - start, step), 0)
    start, stop = _last(item.start, size, size - 1), _last(item.stop, size, -1)
    return maximum(ceil_div(start - stop, -step), 0)


def _end(end: Dim | None, size: Dim, default: Dim) -> Dim:
    """An end of a forward slice, counted from the front and kept within the axis."""
    if end is None:
        return default
    if end == size:
        return size
    if (end < 0) if isinstance(end, int) else (least(-end) or 0) > 0:
        return maximum(size + end, 0)
    return _minimum(end, size)


def _last(end: Dim | None, size: Dim, default: Dim) -> Dim:
    """An end of a backward slice: from -1 (before the first) to the last place."""
    if end is None:
        return default
    if (end < 0) if isinstance(end, int) else (least(-end) or 0) > 0:
        return maximum(size + end, -1)
    return _minimum(end, size - 1)


def _minimum(a: Dim, b: Dim) -> Dim:
    if a == 0:
        return 0  # no axis is shorter than that
    return a + b - maximum(a, b)
