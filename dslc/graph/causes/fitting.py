"""The way that a tensor took, and which sizes of the input it began with would fit.

In: a refusal with its tensors.  Out: advice. Sizes of an input are advised only where the model was followed with them and the
mistake was gone.

    28 -> 14 -> 7 -> 3 -> Conv2D(8, 5)        "nothing is left: …"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from dslc.diagnostics.diagnostic import Edit
from dslc.diagnostics.messages.taste import put_last
from dslc.graph.causes.mend import Mend
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.lints import looks_first
from dslc.graph.values import Flowing, Origin
from dslc.keras.types import Refusal
from dslc.regex import regex
from dslc.shapes.shape import Shape, show
from dslc.source import Span

_MOST_CALLS = 400
"""A larger model is not followed again to find out which sizes fit."""


_LARGEST = 4096
_KEEPS_BATCH = regex(r"Reshape\(\s*(?:target_shape\s*=\s*)?[(\[]\s*-1\s*,")
"""A `Reshape` that begins with a size for the batch, as other libraries have it."""


def nothing_left(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> str | None:
    """The way of an axis to the size that is too small, or channels that stand first."""
    axis = re.search(r"along axis (\d+)", refusal.message.text)
    shape = inputs[0].tensor.shape if len(inputs) == 1 else None
    if axis is None or shape is None:
        return None
    source = next((port for port in run.inputs if port.tensor is inputs[0].tensor), None)
    if source is not None and looks_first(shape) and int(axis[1]) == 1:
        return put_last(show((*shape[2:], shape[1])))
    size = shape[int(axis[1])]
    maker = inputs[0].origin.call
    if size == 1 == int(axis[1]) and maker is not None and _KEEPS_BATCH.match(run.calls[maker].span.text):
        image = show((*shape[2:], 1))
        return f"a `Reshape` leaves the batch out: write `Reshape({image})` for an image of one channel"
    if refusal.argument == "cropping" and isinstance(size, int):
        layer, most = refusal.message.text.split("`")[1], (size - 1) // 2
        return (
            f"`{layer}({most})` is the most that leaves something"
            if most
            else "leave it out: there is nothing to crop"
        )
    sizes = _sizes(run, inputs[0], int(axis[1]))
    if len(sizes) < 3 or not any(isinstance(size, int) for size in sizes):
        return None
    way = " -> ".join(str(size) for size in sizes)
    least = _least(run, inputs[0].origin, refusal.message.code)
    larger = "a larger input" if least is None else f"a larger input, {least} at the least"
    return f'the sizes on the way are {way}: use fewer poolings, {larger}, or `padding="same"` from the start'


def way(run: Run, origin: Origin) -> Iterator[LayerCall]:
    """The calls that a tensor came through, from the last one back to where several tensors met."""
    at: Origin | None = origin
    while at is not None:
        if at.call is not None:
            yield run.calls[at.call]
        at = at.parents[0] if len(at.parents) == 1 else None


def _sizes(run: Run, value: Flowing, axis: int) -> list[object]:
    """The sizes that an axis had on the way of a tensor, each once, the first one first."""
    shape = value.tensor.shape
    assert shape is not None
    sizes: list[object] = [shape[axis]]
    for call in way(run, value.origin):
        before = call.inputs[0].shape if call.inputs else None
        if before is None or len(before) != len(shape):
            break
        if before[axis] != sizes[0]:
            sizes.insert(0, before[axis])
    return sizes


def _input_of(run: Run, origin: Origin) -> str | None:
    """The input of the model that a tensor comes from, if only one does."""
    while origin.parents:
        origin = origin.parents[0]
    return origin.name if any(port.name == origin.name for port in run.inputs) else None


def _resized(run: Run, name: str, change: Callable[[int], int]) -> Shape | None:
    """The shape of an input with all sizes but the channels changed."""
    shape = next(port.tensor.shape for port in run.inputs if port.name == name)
    if shape is None or len(shape) < 3 or not all(isinstance(size, int) for size in shape[1:-1]):
        return None
    return (shape[0], *(change(size) for size in shape[1:-1] if isinstance(size, int)), shape[-1])


def fitting(run: Run, origin: Origin, step: int, code: str) -> list[str]:
    """The next smaller and larger size of an input, in steps, with which the mistake is gone."""
    name = _input_of(run, origin)
    if name is None or run.retry is None or len(run.calls) > _MOST_CALLS:
        return []
    found = []
    for change in (lambda size: size // step * step, lambda size: -(-size // step) * step):
        shape = _resized(run, name, change)
        if shape is None or 0 in shape[1:]:
            continue
        text = str(shape[1]) if len(set(shape[1:-1])) == 1 else show(shape[1:-1])
        if code not in run.retry({name: shape}):
            found.append(text)
    return found


def _least(run: Run, origin: Origin, code: str) -> str | None:
    """The smallest input, as it is but larger, with which the mistake is gone."""
    name = _input_of(run, origin)
    if name is None or run.retry is None or len(run.calls) > _MOST_CALLS:
        return None
    shape = _resized(run, name, lambda size: size)
    if shape is None or len(set(shape[1:-1])) != 1 or not isinstance(shape[1], int):
        return None
    low = high = shape[1]

    def fails(size: int) -> bool:
        assert run.retry is not None and name is not None
        resized = _resized(run, name, lambda _: size)
        return resized is None or code in run.retry({name: resized})

    while fails(high):
        low, high = high, high * 2
        if high > _LARGEST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fails(middle) else (low, middle)
    return str(high)


_DIVIDED = regex(r"(?<!/)/(?!/)")


def whole_sizes(run: Run, origin: Origin) -> Mend | None:
    """That `/` has made a size of a `Reshape` a float, which stands for an unknown size in Keras."""
    call = next((each for each in way(run, origin) if each.layer == "Reshape"), None)
    if call is None or not call.span.text.startswith("Reshape(") or not _DIVIDED.search(call.span.text):
        return None
    text = _DIVIDED.sub("//", call.span.text)
    advice = f"`/` makes a float, which is no size: write `{text}`"
    return Mend(advice, Edit(call.span, text))
