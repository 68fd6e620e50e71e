"""What goes past some layers and is added to what they give: the stride or the channels that it lacks.

In: two tensors of a block or model that do not fit.  Out: advice, in the words of the body where it can be: `strides=stride`.

    y = x -> Conv2D(n, 3, strides=s)        write `Conv2D(n, 1, strides=s)` in the place of `Conv2D(n, 1)`
    z = x -> Conv2D(n, 1)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.causes.fitting import way
from dslc.graph.causes.mend import Mend
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing, Origin
from dslc.regex import regex

Pair = tuple[Flowing, Flowing]
Gaps = Mapping[int, tuple[object, object]]
"""The axes on which two shapes differ, with both sizes."""


def shortcut(run: Run, pair: Pair, gaps: Gaps) -> Mend | str | None:
    """What brings what goes past some layers to the sizes that they leave, where all are one multiple."""
    one, other = (each.tensor.shape or () for each in pair)
    ratios = {
        stride
        for a, b in gaps.values()
        if isinstance(a, int) and isinstance(b, int) and (stride := _stride_between(max(a, b), min(a, b)))
    }
    is_first = all(isinstance(a, int) and isinstance(b, int) and a > b for a, b in gaps.values())
    small = other if is_first else one
    if len(ratios) != 1 or len(gaps) != len(one) - 2 or not isinstance(small[-1], int):
        return None
    ratio, (large, strided) = ratios.pop(), pair if is_first else pair[::-1]
    same = _same_stride(run, large, strided)
    if same is not None:
        return same
    layer = (
        f"Conv{len(one) - 2}D({_channels(run, strided)}, 1, strides={_stride(run, strided, large) or ratio})"
    )
    return f"`{layer}` behind the {'first' if is_first else 'second'} brings it to the sizes of the other"


def _stride_between(large: int, small: int) -> int:
    """The stride with which a layer that pads leaves so many of some places; 0 where none does."""
    stride = -(-large // small) if small > 0 else 0
    return stride if stride and -(-large // stride) == small else 0


_STRIDES = regex(r"\bstrides=(\w+|\([^()]*\))")
_CONVOLUTION = regex(r"(?:Separable|Depthwise)?Conv[123]D\(.*\)")


def _same_stride(run: Run, large: Flowing, strided: Flowing) -> Mend | None:
    """The last convolution of one way with the stride that the other has, if it can have it."""
    call = next((each for each in way(run, large.origin) if _CONVOLUTION.fullmatch(each.span.text)), None)
    stride = _stride(run, strided, large)
    if call is None or stride is None or "strides" in call.span.text or not _is_in_body(call, run, strided):
        return None
    text = f"{call.span.text[:-1].rstrip(', ')}, strides={stride})"
    return Mend(
        f"write `{text}` in the place of `{call.span.text}`, as in the other way", Edit(call.span, text)
    )


def _stride(run: Run, strided: Flowing, large: Flowing) -> str | None:
    """The stride of a way as it is written, where one layer of the same body has it."""
    found = [
        each for call in way(run, strided.origin) if (each := _STRIDES.search(call.span.text)) is not None
    ]
    near = _is_in_body(_of(run, strided), run, large) or large.origin in _ancestors(strided.origin)
    return found[0][1] if len(found) == 1 and near else None


def projected(run: Run, pair: Pair) -> str | None:
    """The convolution that brings what goes past some layers to the channels that they leave: the one is made of the other."""
    for place, (past, made) in enumerate((pair, pair[::-1])):
        shape = made.tensor.shape or ()
        if past.origin is not made.origin and past.origin in _ancestors(made.origin) and len(shape) > 2:
            layer = (
                f"Conv{len(shape) - 2}D({_channels(run, made)}, 1)"
                if len(shape) > 3
                else f"Dense({_channels(run, made)})"
            )
            which, other = ("first", "second") if place == 0 else ("second", "first")
            return f"`{layer}` behind the {which} brings it to the {shape[-1]} channels of the {other}"
    return None


_COUNT = regex(r"(?:Dense|(?:Separable)?Conv[123]D(?:Transpose)?)\((?:filters=|units=)?([^(),=\"]+?)[ ]*[,)]")


def _channels(run: Run, value: Flowing) -> str:
    """The channels of a tensor, as they are written where its last convolution makes them, in the body of the merge."""
    shape = value.tensor.shape or ()
    last = _of(run, value)
    for call in way(run, value.origin):
        found = _COUNT.match(call.span.text)
        if found is not None and last is not None and _parent(call) == _parent(last):
            return (
                found[1]
                if call.outputs[0].shape is not None and call.outputs[0].shape[-1] == shape[-1]
                else str(shape[-1])
            )
    return str(shape[-1])


def _of(run: Run, value: Flowing) -> LayerCall | None:
    return None if value.origin.call is None else run.calls[value.origin.call]


def _parent(call: LayerCall) -> str:
    return call.path.rpartition("/")[0]


def _is_in_body(call: LayerCall | None, run: Run, value: Flowing) -> bool:
    """Whether a call stands in the body whose last layer has given a tensor; an input belongs to any."""
    other = _of(run, value)
    return call is not None and (other is None or _parent(call) == _parent(other))


_MOST = 400


def _ancestors(origin: Origin) -> list[Origin]:
    """What a tensor was made of, with itself, as far as anybody looks."""
    return list(_up(origin))


def _up(origin: Origin) -> Iterator[Origin]:
    waiting, seen = [origin], 0
    while waiting and seen < _MOST:
        at = waiting.pop()
        seen += 1
        yield at
        waiting += at.parents
