"""What has brought about a refusal, and what mends it: the way that a tensor took to the layer that does not take it.

In: a refusal, and the tensors that flowed in.  Out: the same refusal with advice about its cause. Sizes of an input are advised
only where the model was followed with them and the mistake was gone.

    358 -> 179 -> 89 | 44 -> 88        "sizes that are multiples of 8 fit, 352 or 360 for instance; …"
    [568, 560] -> Concatenate          "`Cropping2D(4)` behind the first brings it to 560, …"
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages.taste import put_last
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.lints import looks_first
from dslc.graph.values import Flowing, Origin
from dslc.keras import layers
from dslc.keras.types import Refusal
from dslc.record import record, replace
from dslc.shapes.shape import Shape, show
from dslc.source import Span

RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional")
_TAKING_AXES = ("Flatten", *(f"Global{kind}Pooling{n}D" for kind in ("Average", "Max") for n in (1, 2, 3)))
_MOST_CALLS = 400
"""A larger model is not followed again to find out which sizes fit."""
_LARGEST = 4096


@record
class Mend:
    """Advice that is an edit: what it says, and the edit that does it."""

    text: str
    edit: Edit

    @property
    def fix(self) -> Fix:
        """The edit, to be offered."""
        said = self.edit.content.strip(", ")
        return Fix("unsafe", f"write `{said}`" if said else "leave it out", (self.edit,))


def with_cause(
    run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span
) -> tuple[Refusal, Fix | None]:
    """A refusal of the call at a place, with advice about what has brought it about, and the edit that mends it, where they can be told."""
    find = _CAUSES.get(refusal.message.code)
    advice = None if find is None else find(run, refusal, inputs)
    if advice is None and refusal.message.help is None:
        advice = _IN_GENERAL.get(refusal.message.code)
    if advice is None:
        return refusal, None
    text = advice.text if isinstance(advice, Mend) else advice
    fix = advice.fix if isinstance(advice, Mend) else _in_place(text, span)
    return replace(refusal, message=replace(refusal.message, help=text)), fix


_OTHER = re.compile(r"write `(\w+)` in the place of `(\w+)`$")


def _in_place(advice: str, span: Span) -> Fix | None:
    """The edit that writes another layer in the place of the one that was called."""
    found = _OTHER.search(advice)
    if found is None or not span.text.startswith(found[2]):
        return None
    name = Span(span.base, span.first, span.first + len(found[2]))
    return Fix("unsafe", f"write `{found[1]}`", (Edit(name, found[1]),))


def _sequences(call: LayerCall) -> Mend | str:
    """That a recurrent layer is to give its whole sequence, which an argument says."""
    text, advice = call.span.text, f"give the `{call.layer}` before it `return_sequences=True`"
    if re.fullmatch(rf"{call.layer}\([^()]+\)", text) is None or "return_sequences" in text:
        return advice
    end = Span(call.span.base, call.span.last - 1, call.span.last - 1)
    return Mend(advice, Edit(end, ", return_sequences=True"))


_IN_GENERAL = {
    "DSL401": "crop, pad or pool one of them to the sizes of the other; `axis=` names the axis along which they may differ",
}
"""What can be said where nothing tells what has brought it about."""


def sequence_left_over(run: Run, value: Flowing, wanted: int) -> Mend | str | None:
    """The advice for a tensor that has an axis too many, because a recurrent layer before it gives its whole sequence."""
    shape = value.tensor.shape
    if shape is None or len(shape) != wanted + 1:
        return None
    for call in _way(run, value.origin):
        if call.layer in RECURRENT and call.outputs and call.outputs[0].shape is not None:
            if len(call.outputs[0].shape) != 3:
                return None
            advice = (
                f"the last `{call.layer}` gives its whole sequence: leave out its `return_sequences=True`"
            )
            switch = re.search(r",\s*return_sequences=True", call.span.text)
            if switch is None or not call.span.text.startswith(call.layer):
                return advice
            first = call.span.first + switch.start()
            return Mend(advice, Edit(Span(call.span.base, first, first + len(switch[0])), ""))
    return None


def lacking_flatten(run: Run, value: Flowing, wanted: int) -> Mend | None:
    """The advice for a `Dense` that gives one vector for each place, where one for each sample is declared."""
    shape = value.tensor.shape
    call = None if value.origin.call is None else run.calls[value.origin.call]
    if shape is None or call is None or wanted != 2 or len(shape) < 3 or call.layer != "Dense":
        return None
    if not call.span.text.startswith("Dense") or not all(isinstance(size, int) for size in shape[1:]):
        return None
    begin = Span(call.span.base, call.span.first, call.span.first)
    advice = f"a `Dense` works on the last axis alone: write `Flatten -> {call.span.brief}`"
    return Mend(advice, Edit(begin, "Flatten -> "))


def results_of(run: Run, values: Sequence[object]) -> tuple[str, ...]:
    """What the results of one layer are, where several came of it: `output`, `h`, `c` of an LSTM; else nothing."""
    calls = {each.origin.call if isinstance(each, Flowing) else None for each in values}
    number = next(iter(calls), None)
    if len(calls) != 1 or number is None:
        return ()
    layer, count = run.calls[number].layer, len(values)
    if layer == "Bidirectional":
        names = {
            5: ("forward h", "forward c", "backward h", "backward c"),
            3: ("forward state", "backward state"),
        }
        return ("output", *names.get(count, ())) if count in names else ()
    if layer in ("LSTM", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "RNN") and count == 3:
        return ("output", "h", "c")
    if layer in ("GRU", "SimpleRNN", "RNN") and count == 2:
        return ("output", "state")
    return ("output", "attention scores") if "Attention" in layer and count == 2 else ()


def switch_for(run: Run, values: Sequence[object], wanted: int) -> str | None:
    """The argument by which a layer that has given one value gives so many."""
    value = values[0] if len(values) == 1 else None
    layer = (
        run.calls[value.origin.call].layer
        if isinstance(value, Flowing) and value.origin.call is not None
        else ""
    )
    if layer in RECURRENT and wanted in _RESULTS.get(layer, (2, 3, 5)):
        return f"`{layer}` gives its states, too, with `return_state=True`"
    if "Attention" in layer and wanted == 2:
        return f"`{layer}` gives its scores, too, where it is called with `return_attention_scores=True`"
    return None


_RESULTS = {"LSTM": (3,), "GRU": (2,), "SimpleRNN": (2,), "Bidirectional": (3, 5)}
"""How many values recurrent layers give with their states."""


def short_names(results: Sequence[str]) -> tuple[str, ...]:
    """Names for the results of one layer, as one writes them: `y`, `fh`, `fc`, …"""
    return ("y", *(_short(name) for name in results[1:])) if results else ()


# ---- one cause each


def _wrong_rank(run: Run, refusal: Refusal, inputs: Sequence[Flowing]) -> Mend | str | None:
    """The layer that has taken an axis away, or the batch among the sizes of an input."""
    if not refusal.inputs or refusal.inputs[0] >= len(inputs):
        return None
    value = inputs[refusal.inputs[0]]
    shape, call = value.tensor.shape, value.origin.call
    wanted = re.search(r"takes (?:at least )?(\d) axes", refusal.message.text)
    if (
        shape is not None
        and len(shape) == 4
        and (vectors := _vectors_embedded(run, value.origin, len(shape)))
    ):
        return f"`Embedding` takes numbers of words, one a step: give it `{show(vectors[1:-1])} int32`; vectors need no `Embedding`"
    if call is not None and refusal.message.text.startswith("`RepeatVector`") and shape is not None:
        left_over = sequence_left_over(run, value, 2)
        if left_over is not None:
            return left_over
    is_input = any(port.tensor is value.tensor for port in run.inputs)
    if shape is not None and refusal.message.text.startswith("`ConvLSTM"):
        if call is not None and run.calls[call].layer.startswith("ConvLSTM"):
            return _sequences(run.calls[call])
        return _with_steps(shape) if is_input and wanted and len(shape) == int(wanted[1]) - 1 else None
    if call is not None and "steps" in refusal.message.text:
        before = run.calls[call]
        given = before.inputs[0].shape if before.inputs else None
        if before.layer in RECURRENT:
            return _sequences(before)
        if before.layer == "Flatten" and given is not None and len(given) > 3:
            return "`Flatten` takes the steps away, too: write `TimeDistributed(Flatten())`"
        if given is not None and len(given) == 2 and before.inputs[0].dtype.startswith("int"):
            return "numbers of words become vectors, one a step, in an `Embedding`"
        if shape is None:
            return None
        other = _for_so_many_axes(refusal.message.text, shape, False) if len(shape) > 3 else None
        return other or _other_axes(refusal, shape, False)
    if call is not None and shape is not None and wanted is not None and len(shape) < int(wanted[1]):
        for taker in _way(run, value.origin):
            taken = taker.inputs[0].shape if taker.inputs else None
            if taker.layer in _TAKING_AXES and taken is not None and len(taken) >= int(wanted[1]):
                return f"the `{taker.layer}` before it takes axes away: move it behind, or bring them back with `Reshape`"
    if shape is None:
        return None
    if "tensors of equal rank" in refusal.message.text and refusal.message.text.startswith("`Concatenate`"):
        return _flat_beside(inputs, refusal)
    if not shape:
        return _other_axes(refusal, shape, is_input)
    if wanted is None:
        return None
    inner = re.match(r"`(\w+)` takes", refusal.message.text)
    if inner is not None and len(shape) == int(wanted[1]):  # the layer around it has taken the first axis
        steps = show((10, *shape[1:]))
        return (
            f"leave `TimeDistributed` out: `{inner[1]}` takes it as it is; "
            f"or give the input steps in front, `{steps}` for instance"
        )
    if inner is not None and inner[1].startswith("Global") and len(shape) == 2 and not is_input:
        return f"there is nothing left to pool: leave `{inner[1]}` out"
    if refusal.message.text.startswith("`Permute`"):
        others = show((*range(2, len(shape)), 1))
        return (
            "there is nothing to exchange: leave it out"
            if len(shape) < 3
            else f"`dims` names every axis behind the batch: write `Permute({others})`"
        )
    reshaped = (
        call is not None
        and run.calls[call].layer == "Reshape"
        and (shape[1:2] == (1,) or not all(isinstance(size, int) for size in shape[1:2]))
    )
    if reshaped and len(shape) == int(wanted[1]) + 1:
        return f"a `Reshape` leaves the batch out: write `Reshape({show(shape[2:])})`"
    other = _for_so_many_axes(refusal.message.text, shape, is_input)
    if other is not None:
        return other
    if is_input and len(shape) == 2 and "steps" in refusal.message.text:
        return f"give the input steps, `{show((64, *shape[1:]))}` for instance; `{show((*shape[1:], 1))}` are steps of one value"
    if len(shape) == int(wanted[1]) - 1 and is_input:
        return f"write `{show((*shape[1:], 1))}` in the input for one channel, or add the axis with `Reshape`"
    if len(shape) != int(wanted[1]) + 1 or not is_input:
        return _other_axes(refusal, shape, is_input)
    if is_input and shape[1] == shape[2] and shape[-1] == 1 and "steps" in refusal.message.text:
        return f"its rows can be the steps: write `{show(shape[1:-1])}` in the input"
    for port in run.inputs:
        if port.tensor is value.tensor:  # its shape is the mistake, and no warning about it says more
            run.diagnostics[:] = [
                each for each in run.diagnostics if each.code != "DSL803" or each.span.row != value.span.row
            ]
    batch = f"is {shape[1]} the batch? it is left out of shapes: write `{show(shape[2:])}`"
    if len(shape) == 5 and inner is not None:
        steps = f"`TimeDistributed({inner[1]}(…))` takes each step for itself"
        name = next((port.name for port in run.inputs if port.tensor is value.tensor), "")
        return f"{steps}; or {batch}" if _OF_STEPS.search(name) else batch
    return batch


_OF_STEPS = re.compile(r"clip|video|frame|movie|sequence|steps|series")
"""Names of inputs that are sequences of what a layer takes."""


def _vectors_embedded(run: Run, origin: Origin, rank: int) -> Shape | None:
    """The shape that came into an `Embedding` with an axis too many, where nothing behind it has changed how many there are."""
    for call in _way(run, origin):
        before = call.inputs[0].shape if call.inputs else None
        if before is None:
            return None
        if call.layer == "Embedding":
            return before if len(before) == rank - 1 else None
        if len(before) != rank:
            return None
    return None


def _with_steps(shape: Shape) -> str:
    """An input whose samples are to be sequences of what they are now, or of what lacks its channel."""
    if shape[-1] not in (1, 2, 3, 4):
        return f"write `{show((*shape[1:], 1))}` in the input for one channel, or add the axis with `Reshape`"
    return f"give the input steps in front, `{show((10, *shape[1:]))}` for instance"


_NAME_AXES = "name the axes that are summed up, `axis=-1` for instance"


def _other_axes(refusal: Refusal, shape: Shape, is_input: bool) -> str | None:
    """What gives a tensor the axes that a layer takes, where nothing tells how it has come to others."""
    if refusal.message.help is not None:
        return None
    if not shape:
        return f"nothing is left of the batch: {_NAME_AXES}"
    if len(shape) == 1:
        return "one number of each sample is left: `-> _[:, None]` makes a vector of it"
    if "steps" in refusal.message.text:
        if len(shape) > 3:
            return "write `TimeDistributed(Flatten())` before it: one vector for each step"
        sizes = (
            f"`Reshape({show((*shape[1:], 1))})`" if isinstance(shape[1], int) else "`ops.expand_dims(_, -1)`"
        )
        return f"{sizes} before it makes steps of one value each; a vector alone goes into a `Dense`"
    if len(shape) == 5 and "4 axes" in refusal.message.text and "Conv" in refusal.message.text:
        return "`TimeDistributed(…)` around it applies it to every step of axis 1"
    if len(shape) == 2 and "height" in refusal.message.text:
        if is_input:
            return "give the input height, width and channels: `(28, 28, 1)` for instance; a vector goes into a `Dense`"
        ones = show((1, 1, *shape[1:]))
        return (
            f"a vector goes into a `Dense`; `Reshape({ones})` makes an image of one place"
            if isinstance(shape[1], int)
            else "a vector goes into a `Dense`"
        )
    return None


def _flat_beside(inputs: Sequence[Flowing], refusal: Refusal) -> str | None:
    """What makes vectors of one length of all that is concatenated, where one of them is a vector already."""
    first, other = (inputs[index].tensor.shape for index in refusal.inputs[:2])
    if first is None or other is None or 2 not in (len(first), len(other)):
        return None
    which, large = ("second", other) if len(first) == 2 else ("first", first)
    if len(large) < 2:
        return (
            f"add an axis behind the {which}: `-> _[:, None]`"
            if large
            else f"nothing is left of the batch in the {which}: {_NAME_AXES}"
        )
    flat = math.prod(large[1:]) if all(isinstance(size, int) for size in large[1:]) else None
    made = "" if flat is None else f", which makes it {show((large[0], flat))}"
    return f"write `Flatten` behind the {which}{made}"


def _for_so_many_axes(said: str, shape: Shape, is_input: bool) -> str | None:
    """The layer of the same kind for a tensor with so many axes: `Conv2D` for an image that comes into `Conv1D`.

    An input may also have lost its channels, or have the batch among its sizes; an image is told by sides of one size.
    """
    found = re.match(r"`(\w+?)([123])D`", said)
    axes = len(shape) - 2
    if found is None or not 1 <= axes <= 3 or axes == int(found[2]) or found[1] in ("ConvLSTM", "Cropping"):
        return None
    sibling = f"{found[1]}{axes}D"
    if layers.find(sibling) is None:
        return None
    is_image = len(shape) == 4 and shape[1] == shape[2]
    takes = f"`{sibling}` takes {axes + 2} axes"
    if not is_input or is_image:
        return f"{takes}: write `{sibling}` in the place of `{found[1]}{found[2]}D`"
    if axes == 1 and int(found[2]) == 2 and shape[1] != shape[2]:
        return f"{takes}, for sequences; or write `{show((*shape[1:], 1))}` in the input for one channel"
    return None


def _unknown_features(run: Run, refusal: Refusal, inputs: Sequence[Flowing]) -> str | None:
    """A layer that needs to know how many samples or features come in: of an input, or behind a `Flatten` of unknown sizes."""
    if "batch size" in refusal.message.text:
        port = next((port for port in run.inputs if inputs and port.tensor is inputs[0].tensor), None)
        if port is None or port.tensor.shape is None:
            return None
        return f"give the input a batch size: `input {port.name} = Input({show(port.tensor.shape[1:])}, batch_size=2)`"
    value = inputs[0] if inputs and "last axis" in refusal.message.text else None
    shape = None if value is None else value.tensor.shape
    if value is None or shape is None:
        return None
    call = None if value.origin.call is None else run.calls[value.origin.call]
    given = call.inputs[0].shape if call is not None and call.inputs else None
    if call is not None and call.layer == "Flatten" and given is not None and 3 <= len(given) <= 5:
        return f"write `GlobalAveragePooling{len(given) - 2}D` in the place of `Flatten`, or give the input numbers"
    if any(port.tensor is value.tensor for port in run.inputs):
        return f"give the input a number for it, `{show((*shape[1:-1], 64))}` for instance"
    return None


def _several_results(run: Run, refusal: Refusal, inputs: Sequence[Flowing]) -> str | None:
    """Several results of one layer that nobody has taken apart."""
    names = results_of(run, inputs)
    if not names:
        return None
    short = ", ".join(short_names(names))
    return f"they are its {_listed(names)}: take them apart, `{short} = …`"


def _nothing_left(run: Run, refusal: Refusal, inputs: Sequence[Flowing]) -> str | None:
    """The way of an axis to the size that is too small, or channels that stand first."""
    axis = re.search(r"along axis (\d+)", refusal.message.text)
    shape = inputs[0].tensor.shape if len(inputs) == 1 else None
    if axis is None or shape is None:
        return None
    source = next((port for port in run.inputs if port.tensor is inputs[0].tensor), None)
    if source is not None and looks_first(shape) and int(axis[1]) == 1:
        return put_last(show((*shape[2:], shape[1])))
    size = shape[int(axis[1])]
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


def _merge_shapes(run: Run, refusal: Refusal, inputs: Sequence[Flowing]) -> str | None:
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
        return None if told else _of_vectors(one, other)
    if len(one) != len(other) or not 2 <= len(one) <= 5:
        return None
    turn = _of_another_turn(run, pair) or _other_factor(run, pair)
    if turn is not None:
        return turn
    if merged and one[1:-1] == other[1:-1] and isinstance(one[-1], int) and isinstance(other[-1], int):
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
    if halvings and (sizes := _fitting(run, pair[0].origin, 2**halvings, refusal.message.code)):
        return (
            f"halving an odd size loses a row: sizes that are multiples of {2**halvings} fit, {' or '.join(sizes)} for instance; "
            "or pad or crop one of the two"
        )
    are_inputs = all(each.origin.call is None for each in pair)
    if merged and not are_inputs and (shortcut := _shortcut(pair, gaps)) is not None:
        return shortcut
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


def _other_factor(run: Run, pair: tuple[Flowing, Flowing]) -> str | None:
    """The factor by which one of two was to be enlarged, where that brings it to all sizes of the other."""
    for place, (value, other) in enumerate((pair, pair[::-1])):
        call = None if value.origin.call is None else run.calls[value.origin.call]
        before = call.inputs[0].shape if call is not None and call.inputs else None
        wanted = other.tensor.shape
        if call is None or not call.layer.startswith("UpSampling") or not before or not wanted:
            continue
        if len(before) != len(wanted):
            continue
        sizes = list(zip(before[1:-1], wanted[1:-1], strict=True))
        if not all(isinstance(a, int) and isinstance(b, int) and a and b % a == 0 for a, b in sizes):
            continue
        factors = {b // a for a, b in sizes if isinstance(a, int) and isinstance(b, int)}
        if len(factors) == 1:
            which = "first" if place == 0 else "second"
            return f"`{call.layer}({factors.pop()})` brings the {which} to the sizes of the other"
    return None


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
            if each.site == call.site and each is not call and each.outputs
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


def _shortcut(pair: tuple[Flowing, Flowing], gaps: Mapping[int, tuple[object, object]]) -> str | None:
    """The convolution that brings what goes past some layers to the sizes that they leave, where all are one multiple."""
    one, other = (each.tensor.shape or () for each in pair)
    ratios = {
        max(a, b) // min(a, b)
        for a, b in gaps.values()
        if isinstance(a, int) and isinstance(b, int) and min(a, b) > 0 and max(a, b) % min(a, b) == 0
    }
    large = (
        "first"
        if all(isinstance(a, int) and isinstance(b, int) and a > b for a, b in gaps.values())
        else "second"
    )
    small = other if large == "first" else one
    if len(ratios) != 1 or len(gaps) != len(one) - 2 or not isinstance(small[-1], int):
        return None
    layer = f"Conv{len(one) - 2}D({small[-1]}, 1, strides={ratios.pop()})"
    return f"`{layer}` behind the {large} brings it to the sizes of the other"


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


def _one_of_two(run: Run, refusal: Refusal, inputs: Sequence[Flowing]) -> str | None:
    """An attention that is given one tensor, which is meant to attend to itself."""
    found = re.match(r"the call of `(\w*Attention)` needs `value`$", refusal.message.text)
    if found is None or len(inputs) != 1:
        return None
    name = next((port.name for port in run.inputs if port.tensor is inputs[0].tensor), "x")
    return f"a tensor attends to itself with `({name}, {name}) -> {found[1]}(…)`"


def _one_direction(run: Run, refusal: Refusal, inputs: Sequence[Flowing]) -> str | None:
    """The states of one direction of a `Bidirectional`, where those of both together have the width that is kept; or those of both."""
    made = {None if each.origin.call is None else run.calls[each.origin.call].layer for each in inputs[1:]}
    if made == {"Bidirectional"} and _OF_BOTH.search(refusal.message.text):
        half = (len(inputs) - 1) // 2
        first = "the first" if half == 1 else "the first two"
        return f"a `Bidirectional` gives the states of two directions: hand {first} on, or join both with `Concatenate`"
    kept = re.search(r"it keeps \(.*, (\d{1,9})\)$", refusal.message.text)
    for state in inputs[1:]:
        call = None if state.origin.call is None else run.calls[state.origin.call]
        shape = state.tensor.shape
        if kept is None or call is None or call.layer != "Bidirectional" or not shape:
            continue
        if len(call.outputs) in (3, 5) and isinstance(shape[-1], int) and 2 * shape[-1] == int(kept[1]):
            pair = "forward_h, backward_h" if len(call.outputs) == 5 else "forward, backward"
            return f"these are states of one direction: join both, `[{pair}] -> Concatenate`"
    return None


_OF_BOTH = re.compile(r"has (?:4, it needs 2|2, it needs 1) state")
"""How a message begins about a layer that was given the states of two."""


_CAUSES: Mapping[str, Callable[[Run, Refusal, Sequence[Flowing]], Mend | str | None]] = {
    "DSL302": _one_of_two,
    "DSL401": _merge_shapes,
    "DSL402": _wrong_rank,
    "DSL405": _nothing_left,
    "DSL404": _unknown_features,
    "DSL408": _merge_shapes,
    "DSL410": _several_results,
    "DSL417": _one_direction,
    "DSL460": _merge_shapes,
}


# ---- ways


def _way(run: Run, origin: Origin) -> Iterator[LayerCall]:
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
    for call in _way(run, value.origin):
        before = call.inputs[0].shape if call.inputs else None
        if before is None or len(before) != len(shape):
            break
        if before[axis] != sizes[0]:
            sizes.insert(0, before[axis])
    return sizes


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


# ---- sizes that are tried


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


def _fitting(run: Run, origin: Origin, step: int, code: str) -> list[str]:
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


def _short(name: str) -> str:
    """A name for a result as one writes it: `fh` for `forward h`."""
    parts = name.split()
    return parts[0] if len(parts) == 1 else f"{parts[0][0]}{parts[1][0]}" if len(parts[1]) == 1 else parts[0]


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
