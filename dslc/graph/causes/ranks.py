"""Tensors with too many or too few axes: the layer that has taken one away, left one over, or is meant for others.

LSTM(8) -> LSTM(4)                        the first gives its last step: "write `LSTM(8, return_sequences=True)`"
Flatten -> Conv2D(8, 3)                   "the `Flatten` before it takes axes away"
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.causes.declared import batch_declared
from dslc.graph.causes.each_step import of_each_step
from dslc.graph.causes.embedded import one_axis_less, vectors_embedded
from dslc.graph.causes.fitting import way, whole_sizes
from dslc.graph.causes.flattened import behind, without
from dslc.graph.causes.mend import Mend
from dslc.graph.causes.repeated import beside_each_step
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing, Origin
from dslc.keras import layers
from dslc.keras.rules.tracing import LOOKUPS
from dslc.keras.types import Refusal
from dslc.regex import regex
from dslc.shapes.shape import Shape, show, to_keras
from dslc.source import Span

RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional")


_TAKING_AXES = ("Flatten", *(f"Global{kind}Pooling{n}D" for kind in ("Average", "Max") for n in (1, 2, 3)))


_BOTH_WAYS = regex(r"Bidirectional\((?:LSTM|GRU|SimpleRNN)\([^()]+\)\)")


def _sequences(call: LayerCall) -> Mend | str:
    """That a recurrent layer is to give its whole sequence, which an argument says."""
    text, advice = call.span.text, f"give the `{call.layer}` before it `return_sequences=True`"
    if re.search(r"return_sequences=True\b", text) and re.search(r"return_state=True\b", text):
        return f"`{call.layer}` gives its sequence first, and its states behind it"
    if _BOTH_WAYS.fullmatch(text) is not None and "return_sequences" not in text:
        end = Span(call.span.base, call.span.last - 2, call.span.last - 2)
        return Mend(
            f"{advice}: write `{text[:-2]}, return_sequences=True))`", Edit(end, ", return_sequences=True")
        )
    if re.fullmatch(rf"{call.layer}\([^()]+\)", text) is None or "return_sequences" in text:
        return advice
    end = Span(call.span.base, call.span.last - 1, call.span.last - 1)
    return Mend(advice, Edit(end, ", return_sequences=True"))


def _with_its_head(call: LayerCall) -> Mend | None:
    """That a backbone which gives its classes is to give its last image."""
    text = call.span.text
    if not call.layer.startswith("applications.") or "include_top" in text or "pooling" in text:
        return None
    advice = f"`{call.layer}` gives the classes that it was trained for; without its head it gives an image"
    if not text.endswith(")"):
        return Mend(
            f"{advice}: write `{text}(include_top=False)`", Edit(call.span, f"{text}(include_top=False)")
        )
    given = "include_top=False" if text.endswith("()") else ", include_top=False"
    end = Span(call.span.base, call.span.last - 1, call.span.last - 1)
    return Mend(f"{advice}: write `{text[:-1]}{given})`", Edit(end, given))


def _kept(call: LayerCall) -> Mend | str:
    """That a layer which takes all places together is to keep their axes."""
    advice = f"the `{call.layer}` before it takes axes away: write `{call.layer}(keepdims=True)`, which keeps each of them as 1"
    if call.span.text not in (call.layer, f"{call.layer}()"):
        return advice
    return Mend(advice, Edit(call.span, f"{call.layer}(keepdims=True)"))


def steps_taken_away(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | str | None:
    """The recurrent layer that has given its last step alone to a layer which goes through the steps of all that it is given."""
    if refusal.message.help is not None and refusal.message.help.endswith(" fits"):  # as they are
        return None
    shapes = [each.tensor.shape for each in inputs]
    most = max((len(each) for each in shapes if each is not None), default=0)
    for value, shape in zip(inputs, shapes, strict=True):
        call = value.origin.call
        if (
            shape is not None
            and len(shape) == most - 1
            and call is not None
            and run.calls[call].layer in RECURRENT
        ):
            return _sequences(run.calls[call])
    return None


def sequence_left_over(run: Run, value: Flowing, wanted: int) -> Mend | str | None:
    """The advice for a tensor that has an axis too many, because a recurrent layer before it gives its whole sequence."""
    shape = value.tensor.shape
    if shape is None or len(shape) != wanted + 1:
        return None
    for call in way(run, value.origin):
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


def sequence_lacking(run: Run, value: Flowing, wanted: int) -> Mend | str | None:
    """The advice for a tensor that lacks an axis, because a recurrent layer before it gives the last step alone."""
    shape = value.tensor.shape
    if shape is None or len(shape) != wanted - 1:
        return None
    last = next((call for call in way(run, value.origin) if call.layer in RECURRENT), None)
    return (
        None
        if last is None or not last.outputs or len(last.outputs[0].shape or ()) != 2
        else _sequences(last)
    )


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


def _changing(run: Run, origin: Origin) -> LayerCall | None:
    """The last call on the way of a tensor that has changed how many axes it has; those behind it have kept them."""
    for call in way(run, origin):
        before = call.inputs[0].shape if call.inputs else None
        after = call.outputs[0].shape if call.outputs else None
        if before is None or after is None:
            return None
        if len(before) != len(after):
            return call
    return None


def _of_steps(run: Run, refusal: Refusal, value: Flowing, span: Span) -> Mend | str | None:
    """What has taken the steps away from a layer that goes through them, whatever stands between the two."""
    shape = value.tensor.shape
    before = _changing(run, value.origin)
    if before is None:
        assert value.origin.call is not None
        before = run.calls[value.origin.call]
    given = before.inputs[0].shape if before.inputs else None
    if before.layer in RECURRENT:
        return _sequences(before)
    if before.layer == "Flatten" and given is not None and len(given) > 3:
        return "`Flatten` takes the steps away, too: write `TimeDistributed(Flatten())`"
    if before.layer in _TAKING_AXES and given is not None and len(given) == 3:
        moved = behind(span) if before.layer == "Flatten" and "Conv" in span.text else None
        return moved or without(before)
    if before.layer == "Reshape" and shape is not None and len(shape) == 2:
        return _one_channel(before)
    if given is not None and len(given) == 2 and before.inputs[0].dtype.startswith("int"):
        return "numbers of words become vectors, one a step, in an `Embedding`"
    if shape is None:
        return None
    other = _for_so_many_axes(refusal.message.text, shape, False) if len(shape) > 3 else None
    return other or _other_axes(refusal, shape, False)


_SIZES = regex(r"\bReshape\(\s*(?:target_shape\s*=\s*)?[(\[]([^()\[\]]*)[)\]]\s*\)")


def _one_channel(call: LayerCall) -> Mend | None:
    """A `Reshape` that names every size but that of the channels, of which there is one."""
    found = _SIZES.fullmatch(call.span.text)
    if found is None:
        return None
    sizes = f"{found[1].strip().rstrip(',')}, 1"
    first = call.span.first + found.start(1)
    edit = Edit(Span(call.span.base, first, first + len(found[1])), sizes)
    return Mend(f"the `Reshape` names the channels, too, one here: write `Reshape(({sizes}))`", edit)


def _with_batch(
    run: Run, call: int | None, shape: Shape | None, wanted: re.Match[str] | None
) -> Mend | str | None:
    """The advice for a `Reshape` whose sizes begin with the batch."""
    if call is None or shape is None or wanted is None or run.calls[call].layer != "Reshape":
        return None
    begins = shape[1:2] == (1,) or not all(isinstance(size, int) for size in shape[1:2])
    if not begins or len(shape) != int(wanted[1]) + 1:
        return None
    text, span = f"Reshape({show(shape[2:])})", run.calls[call].span
    advice = f"a `Reshape` leaves the batch out: write `{text}`"
    is_plain = span.text.startswith("Reshape(") and all(isinstance(size, int) for size in shape[2:])
    return Mend(advice, Edit(span, text)) if is_plain else advice


def wrong_rank(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | str | None:
    """The layer that has taken an axis away, or the batch among the sizes of an input."""
    if not refusal.inputs or refusal.inputs[0] >= len(inputs):
        return None
    value = inputs[refusal.inputs[0]]
    shape, call = value.tensor.shape, value.origin.call
    wanted = re.search(r"takes (?:at least )?(\d) axes", refusal.message.text)
    if shape is not None and wanted is not None and len(shape) == int(wanted[1]) + 1:
        declared = batch_declared(run)
        if declared is not None:
            return declared
    if shape is not None and len(shape) == 4 and (vectors := vectors_embedded(run, value.origin, len(shape))):
        return one_axis_less(vectors, span)
    if call is not None and refusal.message.text.startswith("`RepeatVector`") and shape is not None:
        left_over = sequence_left_over(run, value, 2)
        if left_over is not None:
            return left_over
    is_input = any(port.tensor is value.tensor for port in run.inputs)
    if shape is not None and refusal.message.text.startswith("`ConvLSTM"):
        before = next((each for each in way(run, value.origin) if each.layer.startswith("ConvLSTM")), None)
        if before is not None and before.outputs and len(before.outputs[0].shape or ()) == len(shape):
            return _sequences(before)
        return _with_steps(shape) if is_input and wanted and len(shape) == int(wanted[1]) - 1 else None
    if (told := _with_batch(run, call, shape, wanted)) is not None:
        return told
    if call is not None and "steps" in refusal.message.text:
        return _of_steps(run, refusal, value, span)
    if call is not None and shape is not None and wanted is not None and len(shape) < int(wanted[1]):
        taker = _changing(run, value.origin)
        taken = taker.inputs[0].shape if taker is not None else None
        takes_axes = taker is not None and taker.layer in _TAKING_AXES
        if taker is not None and takes_axes and taken is not None and len(taken) >= int(wanted[1]):
            moved = behind(span) if taker.layer == "Flatten" else None
            if taker.layer.startswith("Global") and len(taken) == len(shape) + int(wanted[1]) - 2:
                return _kept(taker)
            return (
                moved
                or f"the `{taker.layer}` before it takes axes away: move it behind, or bring them back with `Reshape`"
            )
        if taker is not None and taker.layer == "Reshape" and len(shape) == int(wanted[1]) - 1:
            return _one_channel(taker)
    if shape is None:
        return None
    if "tensors of equal rank" in refusal.message.text and refusal.message.text.startswith("`Concatenate`"):
        values = [inputs[index] for index in refusal.inputs[:2]]
        each = beside_each_step(values[0], values[1], span)
        return each or _of_one_kind(run, inputs, refusal) or _flat_beside(inputs, refusal)
    if not shape:
        return _other_axes(refusal, shape, is_input)
    if wanted is None:
        return None
    inner = re.match(r"`(\w+)` takes", refusal.message.text)
    if inner is not None and len(shape) == int(wanted[1]):  # the layer around it has taken the first axis
        steps = show((10, *shape[1:]))
        if is_input and len(shape) == 4 and shape[-1] not in _CHANNELS:
            return f"write `{show((*shape[1:], 1))}` in the input for images of one channel, one a step"
        return (
            f"leave `TimeDistributed` out: `{inner[1]}` takes it as it is; "
            f"or give the input steps in front, `{steps}` for instance"
        )
    if call is not None and len(shape) == 2 and (with_head := _with_its_head(run.calls[call])) is not None:
        return with_head
    if inner is not None and inner[1].startswith("Global") and len(shape) == 2 and not is_input:
        return f"there is nothing left to pool: leave `{inner[1]}` out"
    if refusal.message.text.startswith("`Permute`"):
        others = show((*range(2, len(shape)), 1))
        return (
            "there is nothing to exchange: leave it out"
            if len(shape) < 3
            else f"`dims` names every axis behind the batch: write `Permute({others})`"
        )
    other = _for_so_many_axes(refusal.message.text, shape, is_input)
    if other is not None:
        return other
    if is_input and len(shape) == 2 and (alone := _DENSE_IN_TIME.fullmatch(span.text)) is not None:
        steps = f"or give the input steps, `{show((64, *shape[1:]))}` for instance"
        return Mend(f"there are no steps: write `{alone[1]}`; {steps}", Edit(span, alone[1]))
    if (
        is_input
        and len(shape) == 2
        and value.tensor.dtype.startswith("int")
        and "steps" in refusal.message.text
    ):
        begin = Span(span.base, span.first, span.first)
        advice = "numbers of words become vectors in an `Embedding`, 1000 words here: write `Embedding(1000, 64) ->` before it"
        return Mend(advice, Edit(begin, "Embedding(1000, 64) -> "))
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
        name = next((port.name for port in run.inputs if port.tensor is value.tensor), "")
        each_step = of_each_step(name, span)
        if each_step is not None:
            return f"{each_step}; or {batch}" if isinstance(each_step, str) else each_step
        volume = inner[1].replace("2D", "3D")
        if volume == inner[1] or layers.find(volume) is None or not isinstance(shape[1], int):
            return batch
        return f"{batch}; videos and volumes go into `{volume}`"
    features = [size for size in shape[2:] if isinstance(size, int)]
    if len(shape) == 4 and "steps" in refusal.message.text and len(features) == 2:
        joined = show((shape[1], features[0] * features[1]))
        return f"{batch}; otherwise `Reshape({joined})` before it makes a vector of each step"
    return batch


_DENSE_IN_TIME = regex(r"TimeDistributed\((Dense\([^()]*\))\)")


_CHANNELS = (1, 2, 3, 4)
"""So many channels images have as they come in."""


def _with_steps(shape: Shape) -> str:
    """An input whose samples are to be sequences of what they are now, or of what lacks its channel."""
    if shape[-1] not in _CHANNELS:
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


def _of_one_kind(run: Run, inputs: Sequence[Flowing], refusal: Refusal) -> Mend | str | None:
    """A sequence beside a vector, where a recurrent layer has made the one or the other: both are to be of one kind."""
    for value in (inputs[index] for index in refusal.inputs[:2]):
        last = next(iter(way(run, value.origin)), None)
        if last is not None and last.layer in RECURRENT:
            left_over = sequence_left_over(run, value, 2)
            if left_over is not None:
                return left_over
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

    An input may also have lost its channels, or have the batch among its sizes; images and volumes are told by sides of one size.
    """
    found = re.match(r"`(\w+?)([123])D`", said)
    axes = len(shape) - 2
    if found is None or not 1 <= axes <= 3 or axes == int(found[2]) or found[1] in ("ConvLSTM", "Cropping"):
        return None
    sibling = f"{found[1]}{axes}D"
    if layers.find(sibling) is None:
        return None
    is_image = len(shape) == 4 and shape[1] == shape[2]
    is_volume = len(shape) == 5 and shape[1] == shape[2] == shape[3]
    takes = f"`{sibling}` takes {axes + 2} axes"
    if not is_input or is_image or is_volume:
        return f"{takes}: write `{sibling}` in the place of `{found[1]}{found[2]}D`"
    if axes == 1 and int(found[2]) == 2 and shape[1] != shape[2]:
        return f"{takes}, for sequences; or write `{show((*shape[1:], 1))}` in the input for one channel"
    return None


def unknown_features(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | str | None:
    """A layer that needs to know how many samples or features come in: of an input, or behind a `Flatten` of unknown sizes."""
    if "batch size" in refusal.message.text:
        port = next((port for port in run.inputs if inputs and port.tensor is inputs[0].tensor), None)
        if port is None or port.tensor.shape is None:
            return None
        sample = to_keras(port.tensor.shape[1:])
        listed = ", ".join(map(str, sample)) + ("," if len(sample) == 1 else "")
        return f"give the input a batch size: `input {port.name} = Input(({listed}), batch_size=2)`"
    value = inputs[0] if inputs and "last axis" in refusal.message.text else None
    shape = None if value is None else value.tensor.shape
    if value is None or shape is None:
        return None
    if (whole := whole_sizes(run, value.origin)) is not None:
        return whole
    call = None if value.origin.call is None else run.calls[value.origin.call]
    if call is not None and call.layer in LOOKUPS:
        return f"write `vocabulary=[…]` in `{call.layer}`, or `max_tokens=…, pad_to_max_tokens=True`: the words say how many there are"
    given = call.inputs[0].shape if call is not None and call.inputs else None
    if call is not None and call.layer == "Flatten" and given is not None and 3 <= len(given) <= 5:
        return f"write `GlobalAveragePooling{len(given) - 2}D` in the place of `Flatten`, or give the input numbers"
    if any(port.tensor is value.tensor for port in run.inputs):
        before = [str(size) if isinstance(size, int) else f"{size}".rstrip("?") + "?" for size in shape[1:-1]]
        return f"give the input a number for it, `({', '.join([*before, '64'])}{'' if before else ','})` for instance"
    return None
