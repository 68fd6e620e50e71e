"""Calls of layers that build and run, and are hardly what was meant.

In: a layer that has been called, how it was written, and what it gave.  Out: warnings and notes in the run.

    x -> Dense(1, activation="softmax")     always 1
    x -> Conv2D(32, 3, 3)                   the second 3 is the strides
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import NoneType
from typing import Any

from dslc.casing import uncounted
from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import mixed_up, prepared, traps
from dslc.diagnostics.messages import shapes as shape_messages
from dslc.graph import across_samples, by_name, looked_up, scaled, shares, slips, squashing
from dslc.graph.call_arguments import line_before
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing, LayerInstance
from dslc.keras.applications import PREFIX
from dslc.keras.layer import Layer
from dslc.keras.layers import signature, takes_value
from dslc.keras.rules.applications import Backbone
from dslc.keras.rules.unfit import unfit
from dslc.keras.types import Object, Tensor
from dslc.keras.written import written
from dslc.program import nodes as p
from dslc.regex import regex
from dslc.shapes.dim import BATCH, Dim, known, names_in
from dslc.shapes.shape import show
from dslc.source import Span

_OF_INPUTS = ("input_shape", "input_dim", "input_length")
"""What began a model in older Keras, and what any layer still takes."""
DEPRECATED = {("LeakyReLU", "alpha"): "negative_slope", ("LayerNormalization", "rms_scaling"): None}
"""Arguments that Keras takes with a warning, and what they are called now; None where another layer does what is meant."""
_MODES = {("RandomFlip", "mode"): ("horizontal", "vertical", "horizontal_and_vertical")}
"""Arguments of which Keras takes any text, and those that do something."""
_NUMBERS = (
    "units",
    "filters",
    "kernel_size",
    "rate",
    "pool_size",
    "num_heads",
    "key_dim",
    "input_dim",
    "output_dim",
    "n",
)
"""Numbers that a layer cannot do without."""
_CONVOLUTIONS = ("Conv1D", "Conv2D", "Conv3D")
_DEPTHWISE = ("DepthwiseConv1D", "DepthwiseConv2D")
_LARGE_KERNEL = 8
_OF_MATRICES = ("OrthogonalRegularizer", "orthogonal_regularizer")
_SIZING = ("CenterCrop", "Resizing")
"""Layers that give every picture the same size."""
_BY_ITSELF = ("Dense", "LayerNormalization", "Embedding", "Activation", "ReLU", "LeakyReLU", "Softmax")
"""Layers that do the same with each step as with a sample that is nothing else."""
_WITH_MASK = ("MultiHeadAttention", "GroupQueryAttention")
_WITH_KEY = 3
_IN_BRACKETS = regex(r"(?P<before>\([^()=]*,[ ]*)(?P<mask>\w+)[ ]*\)[ ]*->[ ]*\Z")
"""Three values that flow into a stage."""
_KEEPING = ("ReLU", "LeakyReLU", "ELU", "PReLU", "Activation", "Dropout", "SpatialDropout2D", "GaussianNoise")
"""Layers behind which the channels are where they were."""


def called(
    run: Run,
    frame: Frame,
    stage: p.MakeLayer,
    instance: LayerInstance,
    inputs: Sequence[Flowing],
    outputs: Sequence[Tensor],
    frozen: bool,
) -> None:
    """Say what is striking about a call; `frozen` says whether what it stands in is."""
    layer = instance.layer
    squashing.follow(run, frame, layer, inputs, outputs, stage)
    if not layer.trainable:
        _trained_inside(run, frame, instance, stage, frozen)
    if layer.given:
        _unfit(run, frame, instance, inputs, stage)
        _loaded(run, frame, layer, stage)
        _factors(run, frame, layer, stage)
        _truth(run, frame, layer, stage)
        _mode(run, frame, layer, stage)
        _deprecated(run, frame, layer, stage)
        _of_matrices(run, frame, instance, outputs, stage)
        for name in _OF_INPUTS:
            given = name in layer.given and not _its_own(layer, name)
            if given and inputs and inputs[0].tensor.shape is not None:
                shape = inputs[0].tensor.shape
                said = traps.input_shape_of_layer(layer.name, name, written(layer.args[name]), shape)
                written_as = next((each for each in stage.keywords if each.name == name), None)
                if written_as is None:
                    run.report(frame, said, stage.span)
                    continue
                fix = Fix(
                    "safe",
                    f"leave `{name}` out",
                    (Edit(slips.with_comma([*stage.positional, *stage.keywords], written_as), ""),),
                )
                run.report(frame, said, written_as.span, fix=fix)
    if layer.name == "Concatenate" and layer.args["axis"] == 0:
        across_samples.put_behind(run, frame, inputs, stage)
    elif layer.name in across_samples.ATTENDING and inputs:
        across_samples.attended(run, frame, layer, inputs, stage)
    elif layer.name in _WITH_MASK and len(inputs) == _WITH_KEY and inputs[-1].tensor.dtype == "bool":
        _masked(run, frame, layer, stage)
    elif layer.name == "Softmax" and inputs:
        across_samples.over_samples(
            run, frame, f"the softmax of `{layer.name}`", layer.args["axis"], inputs[0], stage.span
        )
    if layer.name == "Embedding":
        looked_up.look(run, frame, layer, inputs[0] if inputs else None, stage)
    if layer.name.startswith(PREFIX) and inputs:
        scaled.twice(run, frame, layer, inputs[0].origin, stage)
    elif layer.name == "Rescaling" and inputs:
        scaled.again(run, frame, layer, inputs[0].origin, stage)
    if layer.name == "TimeDistributed" and inputs:
        _steps(run, frame, layer, inputs[0].tensor, stage)
    if layer.name == "RandomCrop" and inputs and outputs:
        _crop(run, frame, layer, inputs[0].tensor, outputs[0], stage)
    elif layer.name in _SIZING and inputs and inputs[0].origin.call is not None:
        run.cropped.pop(inputs[0].origin.call, None)
    if len(stage.positional) >= 2:
        second = stage.positional[1]
        if isinstance(second, p.Local) and not isinstance(
            layer.args.get("activation"), (str, Object, NoneType)
        ):
            by_name.sized_by_parameter(run, frame, layer, second, stage)
        _by_position(run, frame, layer, stage, inputs)
    if inputs:
        _channels(run, frame, layer, inputs[0], stage)


def _masked(run: Run, frame: Frame, layer: Layer, stage: p.MakeLayer) -> None:
    """Warn of a mask in the place of the key."""
    before = line_before(stage.span)
    values = _IN_BRACKETS.search(before)
    if values is None:  # it has its name, or stands in another line
        return
    text = f"`attention_mask={values['mask']}`"
    at = stage.span.first - len(before) + values.start("mask")
    fix = Fix("unsafe", f"write {text}", (Edit(Span(stage.span.base, at, at), "attention_mask="),))
    run.report(frame, prepared.mask_as_key(layer.name, text), stage.span, fix=fix)


def _its_own(layer: Layer, name: str) -> bool:
    """Whether an argument is one of this very layer (the vocabulary of an `Embedding`), not one that every layer takes."""
    return isinstance(layer.plan, Backbone) or any(
        each.name == name and each.kind != "extra" for each in signature(layer.row).constructor
    )


def _steps(run: Run, frame: Frame, layer: Layer, given: Tensor, stage: p.MakeLayer) -> None:
    """Warn of steps whose number a compiled call may not know: Keras takes the number of samples for it."""
    if given.shape is None or len(given.shape) < 2 or known(given.shape[1]):
        return
    inner = layer.args["layer"]
    by_itself = isinstance(inner, Layer) and inner.name in _BY_ITSELF and layer.given == ("layer",)
    is_written_here = bool(stage.positional) and isinstance(stage.positional[0], p.MakeLayer)
    text = stage.positional[0].span.text if by_itself and is_written_here else None
    fix = None if text is None else Fix.writing(stage.span, text)
    run.report(frame, traps.steps_of_samples(given.shape[2:], text), stage.span, fix=fix)


def _crop(run: Run, frame: Frame, layer: Layer, given: Tensor, made: Tensor, stage: p.MakeLayer) -> None:
    """Note a picture that is cropped in training and not in use."""
    sizes = (layer.args["height"], layer.args["width"])
    if given.shape is not None and made.shape is not None and not any(size in made.shape for size in sizes):
        said = traps.cropped_in_training(layer.name, sizes, given.shape)
        run.cropped[len(run.calls)] = (frame, said, stage.span)


def zipped(run: Run, frame: Frame, e: p.CallBuiltin, values: Sequence[object]) -> None:
    """Warn of lists of different lengths in a `zip`: one of which at least is written there, or of which none holds tensors, that a body gathers
    as it goes on. What a parameter holds is the business of whoever gives it."""
    lengths = [len(each) for each in values if isinstance(each, (list, tuple))]
    is_plain = all(isinstance(each, (p.ListOf, p.TupleOf, p.Local)) for each in e.positional)
    is_written = any(isinstance(each, (p.ListOf, p.TupleOf)) for each in e.positional)
    is_written = is_written or all(
        _is_told(each, value) for each, value in zip(e.positional, values, strict=False)
    )
    if is_plain and is_written and len(lengths) == len(values) and len(set(lengths)) > 1:
        run.report(frame, mixed_up.shorter_list(lengths), e.span)


def _is_told(e: p.Expr, value: object) -> bool:
    """Whether a list stands under a name that the text alone gives its value, and holds what is known when a model is made."""
    is_own = isinstance(e, p.Local) and e.kind in ("value", "constant")
    return (
        is_own
        and isinstance(value, (list, tuple))
        and all(isinstance(each, (int, float, str)) for each in value)
    )


def ended(run: Run) -> None:
    """Warn of the pictures whose size nothing has settled until the model ends."""
    for frame, said, span in run.cropped.values():
        run.report(frame, said, span)


def _trained_inside(
    run: Run, frame: Frame, instance: LayerInstance, stage: p.MakeLayer, frozen: bool
) -> None:
    """Say where `trainable=False` does not reach the layers inside a layer."""
    layer = instance.layer
    if instance.built is None or not any(each.trainable for each in instance.built.weights):
        return
    span = next((a.value.span for a in stage.keywords if a.name == "trainable"), stage.span)
    inner = "layer" in layer.args or "cell" in layer.args
    said = traps.frozen_twice(layer.name) if frozen else traps.trained_inside(layer.name, inner)
    run.report(frame, said, span)


def _unfit(
    run: Run, frame: Frame, instance: LayerInstance, inputs: Sequence[Flowing], stage: p.MakeLayer
) -> None:
    """Arguments that Keras looks at for the first time when the model runs or trains."""
    layer = instance.layer
    shape = inputs[0].tensor.shape if inputs else None
    weights = instance.built.weights if instance.built is not None else ()
    for found in unfit(layer, shape, weights):
        given = slips.value_given(layer, found.argument, stage)
        said = shape_messages.fails_when_run(layer.name, found.reason, found.advice)
        run.report(frame, said, stage.span if given is None else given.span)
    for inner in _inside(layer):
        for found in unfit(inner, None, ()):
            said = shape_messages.fails_when_run(inner.name, found.reason, found.advice)
            run.report(frame, said, stage.span)


def _inside(layer: Layer) -> Iterator[Layer]:
    """The layers that a layer is given, and theirs."""
    for value in layer.args.values():
        for each in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(each, Layer):
                yield each
                yield from _inside(each)


def _loaded(run: Run, frame: Frame, layer: Layer, stage: p.MakeLayer) -> None:
    """A layer that refuses what it was saved with."""
    for each in (each for each in (layer, *_inside(layer)) if each.name == "RandomShear"):
        for name in ("x_factor", "y_factor"):
            value: Any = each.args[name]
            if isinstance(value, (int, float)) and value:
                at = slips.value_given(layer, name, stage) if each is layer else None
                kept, instead = written([-value, value]), written((0.0, value))
                said = traps.not_loaded(each.name, name, written(value), kept, instead)
                run.report(frame, said, stage.span if at is None else at.span)
                return


def _truth(run: Run, frame: Frame, layer: Layer, stage: p.MakeLayer) -> None:
    """Texts where True, False or a number is meant, truth values where a number is, and numbers where they are."""
    odd = [name for name in layer.given if type(layer.args[name]) in (str, bool, int, float)]
    if not odd:
        return
    parameters = signature(layer.row).constructor
    defaults = {each.name: each.default for each in parameters}
    spans = dict(zip([each.name for each in parameters], (e.span for e in stage.positional), strict=False))
    spans.update((each.name, each.value.span) for each in stage.keywords)
    for name in odd:
        value, default = layer.args[name], defaults.get(name)
        if isinstance(value, str) and type(default) is bool:
            said, fix = by_name.instead_of_truths(layer, stage, traps.text_for_truth(layer.name, name, value))
            run.report(frame, said, spans[name], fix=fix)
        elif isinstance(value, str) and type(default) in (int, float):
            run.report(frame, traps.text_for_number(layer.name, name, value), spans[name])
        elif type(value) in (int, float) and value not in (0, 1) and type(default) is bool:
            said = mixed_up.number_for_truth(layer.name, name, value)
            said, fix = by_name.dropped_behind(layer, stage, name, value, said)
            run.report(frame, said, spans[name], fix=fix)
        elif isinstance(value, bool) and (type(default) in (int, float) or name in _NUMBERS):
            run.report(frame, traps.truth_for_number(layer.name, name, value), spans[name])


def _mode(run: Run, frame: Frame, layer: Layer, stage: p.MakeLayer) -> None:
    """Texts for which an augmentation does nothing, as Keras never looks whether it knows them."""
    for (name, argument), modes in _MODES.items():
        value = layer.args[argument] if layer.name == name and argument in layer.given else None
        if isinstance(value, str) and value not in modes:
            at = slips.value_given(layer, argument, stage)
            said = traps.flips_nothing(name, argument, value, modes)
            run.report(frame, said, stage.span if at is None else at.span)


def _factors(run: Run, frame: Frame, layer: Layer, stage: p.MakeLayer) -> None:
    """Pairs of degrees or per cent around what Keras asks for: it takes them, and looks at none of the ends."""
    for name in layer.given:
        ends: Any = layer.args[name]
        if not name.endswith("factor") or type(ends) not in (tuple, list):
            continue
        if all(takes_value(layer.row, name, end) for end in ends):
            continue
        value = slips.value_given(layer, name, stage)
        text = None if value is None else shares.share(layer.name, value)
        if value is not None and text is not None:
            said = traps.pair_beyond(layer.name, name, written(ends), text)
            run.report(frame, said, value.span, fix=Fix.writing(value.span, text))


def _deprecated(run: Run, frame: Frame, layer: Layer, stage: p.MakeLayer) -> None:
    """Arguments that Keras warns of: older names, or what was not what it was called."""
    for (name, argument), now in DEPRECATED.items():
        if layer.name != name or argument not in layer.given or layer.args[argument] is False:
            continue
        said = traps.deprecated_argument(name, argument, now)
        where = next((each.name_span for each in stage.keywords if each.name == argument), stage.span)
        fix = None
        if now is not None and where is not stage.span:
            fix = Fix("safe", f"write `{now}=`", (Edit(where, now),))
        run.report(frame, said, where, fix=fix)


def _of_matrices(
    run: Run, frame: Frame, instance: LayerInstance, outputs: Sequence[Tensor], stage: p.MakeLayer
) -> None:
    """A regularizer that takes matrices alone, on what is none: Keras asks it for the first time in training."""
    layer = instance.layer
    for name in layer.given:
        if not name.endswith("_regularizer") or _named(layer.args[name]) not in _OF_MATRICES:
            continue
        what = name.removesuffix("_regularizer")
        weights = instance.built.weights if instance.built is not None else ()
        names = (what, f"{what}_kernel", "kernel" if what == "depthwise" else what)
        shapes = [each.shape for each in weights if each.name in names]
        if what == "activity":
            shapes = [each.shape for each in outputs if each.shape is not None]
        for shape in shapes:
            if len(shape) != 2:
                reason = f"`OrthogonalRegularizer` takes 2 axes, and the {what} has the shape {show(shape)}"
                said = shape_messages.fails_when_run(layer.name, reason, f"leave `{name}` out, or take an L2")
                run.report(
                    frame, said, next((a.value.span for a in stage.keywords if a.name == name), stage.span)
                )


def _named(value: Any) -> str:
    """The name of a Keras object, or of its text."""
    return value.name if isinstance(value, Object) else value if isinstance(value, str) else ""


def _by_position(run: Run, frame: Frame, layer: Layer, stage: p.MakeLayer, inputs: Sequence[Flowing]) -> None:
    def whole(name: str) -> int | None:
        value: Any = layer.args.get(name)
        return value if type(value) is int else None

    kernel, strides = whole("kernel_size"), whole("strides")
    if kernel is None or strides is None or strides < 2:
        return
    shape = inputs[0].tensor.shape if inputs else None
    if (
        layer.name in _CONVOLUTIONS
        and len(stage.positional) == 3
        and _LARGE_KERNEL <= kernel != strides < _LARGE_KERNEL
        and shape
        and (filters := whole("filters")) is not None
        and shape[-1] == filters
    ):
        rest = [each.span.text for each in (*stage.positional[1:], *stage.keywords)]
        text = f"{layer.name}({', '.join(rest)})"
        fix = Fix.writing(stage.span, text)
        said = mixed_up.channels_told(layer.name, filters, kernel, strides, text)
        run.report(frame, said, stage.span, fix=fix)
        return
    if layer.name in _CONVOLUTIONS and len(stage.positional) >= 3 and kernel == strides:
        said = traps.strides_by_position(layer.name, kernel, strides)
        run.report(frame, said, stage.positional[2].span)
    elif layer.name in _DEPTHWISE and kernel >= _LARGE_KERNEL:
        rest = [each.span.text for each in (*stage.positional[1:], *stage.keywords)]
        text = f"{layer.name}({', '.join(rest)})"
        fix = Fix.writing(stage.span, text)
        said = traps.kernel_by_position(layer.name, kernel, strides, text)
        run.report(frame, said, stage.positional[0].span, fix=fix)


def _channels(run: Run, frame: Frame, layer: Layer, value: Flowing, stage: p.MakeLayer) -> None:
    """Follow where a convolution has put the channels, and warn of a normalization that takes another axis for theirs."""
    number = len(run.calls)  # of this call, which is noted next
    before = None if value.origin.call is None else run.channels.get(value.origin.call)
    if layer.args.get("data_format") == "channels_first":
        run.channels[number] = layer.name, 1
    elif "Conv" in layer.name and "filters" in layer.args:
        run.channels[number] = layer.name, -1
    elif before is not None and layer.name in _KEEPING:
        run.channels[number] = before
    elif before is not None and layer.name == "BatchNormalization" and value.tensor.shape is not None:
        name, there = before
        axis, axes = layer.args["axis"], len(value.tensor.shape)
        if not isinstance(axis, int) or axis % axes == there % axes:
            return
        written_as = next((each for each in stage.keywords if each.name == "axis"), None)
        alone = written_as is not None and there == -1
        edit = None if written_as is None else Edit(written_as.value.span, str(there))
        if alone and written_as is not None:
            edit = Edit(slips.with_comma([*stage.positional, *stage.keywords], written_as), "")
        advice = "leave `axis` out" if alone else f"write `axis={there}`"
        fix = None if edit is None else Fix("unsafe", advice, (edit,))
        run.report(frame, traps.normalized_axis(layer.name, name, axis, there, advice), stage.span, fix=fix)


def nameless(run: Run, frame: Frame) -> None:
    """Note the inputs that have no name in Keras, because a layer of the model may have it."""
    made = {each.layer.lower() for each in run.calls} | {each.operation.lower() for each in run.operations}
    for port in run.inputs:
        if uncounted(port.name).replace("_", "") in made:  # seldom: only then is the program looked through
            from dslc.program.keras_names import automatic, is_automatic

            if is_automatic(port.name, automatic(run.module)):
                run.report(frame, mixed_up.input_without_a_name(port.name), port.span)


def given_out(run: Run, frame: Frame, value: Flowing, name: str, span: Span) -> None:
    """Say what is striking about an output of the model: no batch, or a `Dense` with softmax for each place of an image."""
    shape, call = value.tensor.shape, value.origin.call
    if shape and value.origin.fed and _loses_the_batch(run, shape[0]):
        run.report(frame, traps.output_without_batch(name, shape), span)
    if call is not None and run.calls[call].layer == "Dropout" and len(value.origin.parents) == 1:
        predicted = value.origin.parents[0].call
        if predicted in run.squashed:
            run.report(frame, prepared.dropped_output(run.squashed[predicted]), run.calls[call].span)
    if shape is None or len(shape) != 4 or call is None or run.squashed.get(call) != "softmax":
        return
    if all(isinstance(size, int) and size > 1 for size in shape[1:3]) and run.calls[call].layer == "Dense":
        run.report(frame, traps.output_for_each_place(shape), run.calls[call].span)


def _loses_the_batch(run: Run, first: Dim) -> bool:
    """Whether the first axis of an output is another than the batch, where that may be any number."""
    batch = set(names_in(BATCH))
    if not batch.isdisjoint(names_in(first)):
        return False  # as in nearly every output, which costs no look at inputs and conditions then
    if not all(port.tensor.shape is not None and BATCH in port.tensor.shape[:1] for port in run.inputs):
        return False
    return not any(batch & set(each.condition.names) for each in run.held)
