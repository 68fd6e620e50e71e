"""Two tensors that do not fit together: the stride, window, turn or channels that have made them unequal.

358 -> 179 -> 89 | 44 -> 88        "sizes that are multiples of 8 fit, 352 or 360 for instance; …"
[568, 560] -> Concatenate          "`Cropping2D(4)` behind the first brings it to 560, …"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.causes.fitting import fitting
from dslc.graph.causes.mend import Mend
from dslc.graph.causes.shortcuts import projected, shortcut
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing, Origin
from dslc.keras.types import Refusal
from dslc.regex import regex
from dslc.shapes.shape import Shape, show
from dslc.source import Span


def merge_shapes(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | str | None:
    """Branches whose sizes have drifted apart."""
    merged = refusal.message.code in ("DSL408", "DSL460")  # whose help says what holds in general
    if (
        (refusal.message.help is not None and not merged)
        or len(refusal.inputs) != 2
        or max(refusal.inputs) >= len(inputs)
    ):
        return None
    pair = (inputs[refusal.inputs[0]], inputs[refusal.inputs[1]])
    one, other = pair[0].tensor.shape, pair[1].tensor.shape
    if one is None or other is None:
        return None
    if merged and len(one) != len(other):
        told = (refusal.message.help or "").startswith("give the")  # which axes one of them lacks
        gated = _gate(run, pair, refusal.message.code == "DSL460")
        if gated is not None or told:
            return gated
        return _of_vectors(one, other) or _of_rows(run, pair)
    if len(one) != len(other) or not 2 <= len(one) <= 5:
        return None
    if len(one) == 3 and one[2] == other[1] and refusal.message.text.startswith("`*`"):
        factors = span.text.split(" * ")
        if len(factors) == 2:
            text = " @ ".join(factors)
            return Mend(
                f"`*` multiplies number by number; for a product of matrices write `{text}`", Edit(span, text)
            )
    turn = _of_another_turn(run, pair) or _other_factor(run, pair) or _with_stride(run, pair)
    if turn is not None:
        return turn
    if merged and (gated := _gate_of_ones(run, pair)) is not None:
        return gated
    if merged and one[1:-1] == other[1:-1] and isinstance(one[-1], int) and isinstance(other[-1], int):
        if (wider := with_units(run, pair[1], one[-1])) is not None:
            before, text, edit = wider
            return Mend(
                f"write `{text}` in the place of `{before}`, for the {one[-1]} channels of the first", edit
            )
        if (past := projected(run, pair)) is not None:
            return past
        layer = f"Conv{len(one) - 2}D({one[-1]}, 1)" if len(one) > 3 else f"Dense({one[-1]})"
        brings = f"`{layer}` behind the second brings it to the {one[-1]} channels of the first"
        return f"{brings}; `[a, b] -> Concatenate` puts them side by side" if len(one) == 2 else brings
    if len(one) < 3:
        return None
    gaps = {at: (a, b) for at, (a, b) in enumerate(zip(one[1:-1], other[1:-1], strict=True), 1) if a != b}
    apart = [a - b for a, b in gaps.values() if isinstance(a, int) and isinstance(b, int)]
    if not apart or len(apart) != len(gaps) or len(set(apart)) != 1:
        return None
    kept = _same_padding(run, pair, next(iter(gaps)))
    if kept is not None:
        return kept
    halvings = max(_halvings(run, each.origin, next(iter(gaps))) for each in pair)
    if halvings and (sizes := fitting(run, pair[0].origin, 2**halvings, refusal.message.code)):
        return (
            f"halving an odd size loses a row: sizes that are multiples of {2**halvings} fit, {' or '.join(sizes)} for instance; "
            "or pad or crop one of the two"
        )
    are_inputs = all(each.origin.call is None for each in pair)
    if merged and not are_inputs and (strided := shortcut(run, pair, gaps)) is not None:
        return strided
    gap = apart[0]
    layer, which = f"Cropping{len(one) - 2}D", "first" if gap > 0 else "second"
    size = min(next(iter(gaps.values())), key=lambda each: each if isinstance(each, int) else 0)
    if len(gaps) < len(one) - 2:
        return None
    pairs = f"({abs(gap) // 2}, {abs(gap) - abs(gap) // 2})"
    amount = (
        str(abs(gap) // 2)
        if gap % 2 == 0
        else pairs if len(one) == 3 else f"({', '.join([pairs] * len(gaps))})"
    )
    cropped = f"`{layer}({amount})` behind the {which} brings it to {size}"
    if not are_inputs:
        cropped += '; or `padding="same"` in the layers before keeps both as they were'
    return _scaled(pair, gaps, cropped)


_COUNTED = regex(r"((?:Dense|Conv[123]D(?:Transpose)?|SeparableConv[12]D|Embedding\(\w+, ?)\(?)(\d+)\b")
"""Layers whose first number is that of the channels that come out."""


def with_units(run: Run, value: Flowing, wanted: int) -> tuple[str, str, Edit] | None:
    """The last layer of a value as it is, and with as many channels as are wanted, where that is one number of the text."""
    call = None if value.origin.call is None else run.calls[value.origin.call]
    found = None if call is None else _COUNTED.match(call.span.text)
    shape = value.tensor.shape
    if call is None or found is None or not shape or int(found[2]) != shape[-1]:
        return None
    if call.outputs[0].shape != shape:
        return None
    first = call.span.first + found.start(2)
    number = Span(call.span.base, first, first + len(found[2]))
    text = f"{found[1]}{wanted}{call.span.text[found.end() :]}"
    return call.span.brief, " ".join(text.split()), Edit(number, str(wanted))


def _gate(run: Run, pair: tuple[Flowing, Flowing], is_operator: bool) -> Mend | str | None:
    """What a vector lacks by which the channels of something larger are weighed: as many units as there are channels, and the
    axes, which Keras's layers add by themselves."""
    ranks = [len(each.tensor.shape or ()) for each in pair]
    large, small, which = (*pair, "second") if ranks[0] > ranks[1] else (*pair[::-1], "first")
    shape, vector = large.tensor.shape or (), small.tensor.shape or ()
    call = None if small.origin.call is None else run.calls[small.origin.call]
    if call is None or call.layer != "Dense" or len(vector) != 2 or not isinstance(shape[-1], int):
        return None
    if (
        is_operator and vector[1] == shape[1] != shape[-1] and len(shape) == 3
    ):  # a number for each step, or each part of a mixture
        return f"write `[:, :, None]` behind the {which}, for the axis that it lacks"
    axes = (
        f"`[{', '.join([':', *['None'] * (len(shape) - 2)])}]` behind the {which}, for the axes that it lacks"
    )
    if vector[-1] == shape[-1]:
        return f"write {axes}" if is_operator else None
    wider = with_units(run, small, shape[-1])
    if wider is None:
        return f"`Dense({shape[-1]})` and {axes}, bring it to the other" if is_operator else None
    before, text, edit = wider
    units = f"write `{text}` in the place of `{before}`, one unit for each channel"
    return f"{units}, and {axes}" if is_operator else Mend(units, edit)


def _gate_of_ones(run: Run, pair: tuple[Flowing, Flowing]) -> Mend | None:
    """The units of what weighs the channels of something larger with the same axes, all of which but the channels are 1."""
    for place, (large, small) in enumerate((pair, pair[::-1])):
        sizes, ones = large.tensor.shape or (), small.tensor.shape or ()
        if len(ones) < 3 or set(ones[1:-1]) != {1} or 1 in sizes[1:-1] or not isinstance(sizes[-1], int):
            continue
        wider = with_units(run, small, sizes[-1])
        if wider is not None:
            channels = f"for the {sizes[-1]} channels of the {'first' if place == 0 else 'second'}"
            return Mend(f"write `{wider[1]}` in the place of `{wider[0]}`, {channels}", wider[2])
    return None


def _other_factor(run: Run, pair: tuple[Flowing, Flowing]) -> str | None:
    """The factor by which one of two was to be enlarged, where that brings it to all sizes of the other."""
    for place, (value, other) in enumerate((pair, pair[::-1])):
        call = None if value.origin.call is None else run.calls[value.origin.call]
        before = call.inputs[0].shape if call is not None and call.inputs else None
        wanted = other.tensor.shape
        if call is None or not call.layer.startswith("UpSampling") or not before or not wanted:
            continue
        shape = value.tensor.shape
        if len(before) != len(wanted) or shape is None or shape[1:-1] == wanted[1:-1]:
            continue
        sizes = list(zip(before[1:-1], wanted[1:-1], strict=True))
        if not all(isinstance(a, int) and isinstance(b, int) and a and b % a == 0 for a, b in sizes):
            continue
        factors = {b // a for a, b in sizes if isinstance(a, int) and isinstance(b, int)}
        if len(factors) == 1:
            which = "first" if place == 0 else "second"
            return f"`{call.layer}({factors.pop()})` brings the {which} to the sizes of the other"
    return None


def _with_stride(run: Run, pair: tuple[Flowing, Flowing]) -> Mend | None:
    """The stride that a transposed convolution lacks, where that brings what it gives to all sizes of the other."""
    for value, other in (pair, pair[::-1]):
        call = None if value.origin.call is None else run.calls[value.origin.call]
        made, wanted = value.tensor.shape or (), other.tensor.shape or ()
        if call is None or not call.layer.endswith("Transpose") or not call.span.text.endswith(")"):
            continue
        before = call.inputs[0].shape or ()
        if "strides" in call.span.text or made[1:-1] != before[1:-1] or len(made) != len(wanted):
            continue
        sizes = [(a, b) for a, b in zip(made[1:-1], wanted[1:-1], strict=True) if isinstance(a, int) and a]
        factors = {b // a if isinstance(b, int) and b % a == 0 else 0 for a, b in sizes}
        factor = factors.pop() if len(factors) == 1 and len(sizes) == len(made) - 2 else 0
        if factor > 1:
            text = f"{call.span.text[:-1].rstrip(', ')}, strides={factor})"
            return Mend(f"a stride enlarges: write `{text}`", Edit(call.span, text))
    return None


def _of_rows(run: Run, pair: tuple[Flowing, Flowing]) -> Mend | None:
    """The channels of rows without a batch, such as an `Embedding` of places, which are added to a sequence."""
    large, small = sorted(pair, key=lambda each: -len(each.tensor.shape or ()))
    one, other = large.tensor.shape or (), small.tensor.shape or ()
    if (len(one), len(other)) != (3, 2) or one[1] != other[0] or not isinstance(one[-1], int):
        return None
    wider = with_units(run, small, one[-1])
    return (
        None
        if wider is None
        else Mend(
            f"write `{wider[1]}` in the place of `{wider[0]}`, for as many channels as the other has",
            wider[2],
        )
    )


def _of_vectors(one: Shape, other: Shape) -> str | None:
    """What brings a vector to the channels of what it is combined with, or more rows to as many as there are."""
    large, small, which = (one, other, "second") if len(one) > len(other) else (other, one, "first")
    channels = isinstance(large[-1], int) and isinstance(small[-1], int) and 1 != large[-1] != small[-1]
    if len(small) == 2 and channels and small[0] == large[0]:
        return f"`Dense({large[-1]})` behind the {which} brings it to the {large[-1]} channels of the other"
    if len(small) == 2 and len(large) == 3 and small[-1] == large[-1]:
        rows, steps = small[0], large[1]
        if isinstance(rows, int) and isinstance(steps, int) and rows > steps:
            return f"`_[:{steps}]` behind the {which} takes its first {steps}, as many as the other has steps"
    return None


def _of_another_turn(run: Run, pair: tuple[Flowing, Flowing]) -> str | None:
    """Whether what one of two was made of in another turn of a loop would fit: a list that is gone through the wrong way."""
    for value, other in (pair[::-1], pair):
        number, shape = value.origin.call, other.tensor.shape
        if number is None or shape is None:
            continue
        call = run.calls[number]
        made = [
            each.outputs[0].shape
            for each in run.calls
            if each.site == call.site
            and each is not call
            and each.outputs
            and not _is_of_other_use(run, pair, each)
        ]
        fits = next(
            (each for each in made if each is not None and each[1:-1] == shape[1:-1] and len(shape) > 2), None
        )
        if fits is not None and call.span.row < run.calls[-1].span.row:
            return (
                f"the `{call.layer}` of line {call.span.row} gives {show(fits)} in another turn, which fits: "
                "is its list gone through the other way round, `reversed(…)`?"
            )
    return None


def _is_of_other_use(run: Run, pair: tuple[Flowing, Flowing], call: LayerCall) -> bool:
    """Whether a call belongs to another use of the block in which two tensors meet, which is no other turn of a loop."""
    own = {
        run.calls[each.origin.call].path.rpartition("/")[0] for each in pair if each.origin.call is not None
    }
    return len(own) == 1 and own != {""} and call.path.rpartition("/")[0] not in own


def _scaled(pair: tuple[Flowing, Flowing], gaps: Mapping[int, tuple[object, object]], cropped: str) -> str:
    """What brings one of two inputs to the sizes of the other: a pooling where all sizes are the same multiple."""
    shape = pair[0].tensor.shape or ()
    ratios = set()
    for a, b in gaps.values():
        assert isinstance(a, int) and isinstance(b, int)
        large, small = max(a, b), min(a, b)
        ratios.add(large // small if small and large % small == 0 else 0)
    ratio, *others = ratios
    if others or ratio < 2:
        return cropped
    first = next(iter(gaps.values()))
    which = "first" if first[0] == max(first) else "second"  # type: ignore[type-var]
    other = "second" if which == "first" else "first"
    dimensions = len(shape) - 2
    return (
        f"`MaxPooling{dimensions}D({ratio})` behind the {which} brings it to the sizes of the {other}, "
        f"or `UpSampling{dimensions}D({ratio})` behind the {other}"
    )


def _halvings(run: Run, origin: Origin, axis: int) -> int:
    """How often the way of a tensor has halved an axis, whichever of the merged tensors on it is followed."""
    found = 0
    at: Origin | None = origin
    while at is not None:
        if at.call is not None:
            call = run.calls[at.call]
            before, after = call.inputs[0].shape if call.inputs else None, (
                call.outputs[0].shape if call.outputs else None
            )
            if before is not None and after is not None and len(before) == len(after) > axis:
                size, left = before[axis], after[axis]
                if (
                    isinstance(size, int)
                    and isinstance(left, int)
                    and left < size
                    and left in (size // 2, (size + 1) // 2)
                ):
                    found += 1
        at = at.parents[0] if at.parents else None
    return found


def _same_padding(run: Run, pair: tuple[Flowing, Flowing], axis: int) -> str | None:
    """That `padding="same"` keeps two branches at the size of what they both come from, one convolution each."""
    sizes = set()
    for value in pair:
        call = None if value.origin.call is None else run.calls[value.origin.call]
        before = call.inputs[0].shape if call is not None and call.inputs else None
        after = value.tensor.shape
        if value.origin.call is None and not value.origin.parents and after is not None:
            sizes.add(after[axis])  # what the other was made of
            continue
        if (
            call is None
            or before is None
            or after is None
            or len(before) != len(after)
            or "Conv" not in call.layer
            or dict(call.arguments).get("padding") == "same"
        ):
            return None
        size, left = before[axis], after[axis]
        if (
            not isinstance(size, int)
            or not isinstance(left, int)
            or not 0 <= size - left < 12
            or "Transpose" in call.layer
        ):
            return None
        sizes.add(size)
    return f'`padding="same"` keeps both at {next(iter(sizes))}' if len(sizes) == 1 else None
