"""What goes along the batch, so that what comes out for one sample depends on those that it happens to be with.

In: a layer that has been called, or a function of tensors, and what it was given.  Out: warnings and notes in the run.

    x -> Softmax(axis=0)                    the samples of the batch share one sum
    ops.argmax(x)                           one number of all samples
    [h, h] -> Attention                     without steps, it attends to other samples
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import mixed_up
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras.layer import Layer
from dslc.program import nodes as p
from dslc.shapes.dim import BATCH
from dslc.source import Span

ATTENDING = ("Attention", "AdditiveAttention")
_WITHOUT_STEPS = 2
"""Axes of a batch of vectors."""


def put_behind(run: Run, frame: Frame, inputs: Sequence[Flowing], stage: p.MakeLayer) -> None:
    """Note samples that are put behind one another, which mostly belong to the same ones."""
    axis = next((each.value for each in stage.keywords if each.name == "axis"), None)
    if axis is None or not all(each.tensor.shape and each.tensor.shape[0] == BATCH for each in inputs):
        return
    text = f"Concatenate({', '.join(f'{each.name}=-1' if each.value is axis else each.span.text for each in stage.keywords)})"
    fix = Fix("unsafe", f"write `{text}`", (Edit(axis.span, "-1"),))
    run.report(frame, mixed_up.samples_behind_samples(text), stage.span, fix=fix)


def attended(run: Run, frame: Frame, layer: Layer, inputs: Sequence[Flowing], stage: p.MakeLayer) -> None:
    """Warn of an attention without steps, which goes over the samples instead."""
    shapes = [each.tensor.shape for each in inputs]
    if not all(shape is not None and len(shape) == _WITHOUT_STEPS and shape[0] == BATCH for shape in shapes):
        return
    from dslc.graph.causes.mend import Mend
    from dslc.graph.causes.ranks import sequence_lacking

    advice = sequence_lacking(run, inputs[0], _WITHOUT_STEPS + 1)
    text = advice.text if isinstance(advice, Mend) else advice
    text = text or "it takes steps, (batch, steps, features): give the input an axis for them"
    said = mixed_up.samples_mixed(f"this `{layer.name}`", shapes[0] or (), text)
    run.report(frame, said, stage.span, fix=advice.fix if isinstance(advice, Mend) else None)


_SOFTMAX = ("ops.softmax", "ops.log_softmax", "ops.nn.softmax", "ops.nn.log_softmax")
_ALONG_ALL = {"ops.argmax": -1, "ops.argmin": -1, "ops.cumsum": 1, "ops.cumprod": 1}
"""Functions that go along all axes where they are told none, and the one that is meant, most likely."""


def computed(run: Run, frame: Frame, name: str, given: dict[str, Any], span: Span) -> None:
    """Say what is striking about a function of tensors, by its arguments."""
    value = given.get("x")
    if not isinstance(value, Flowing):
        return
    if name in _SOFTMAX:
        over_samples(run, frame, f"the softmax of `{name}`", given.get("axis", -1), value, span)
    elif name in _ALONG_ALL and "axis" in given:
        over_samples(run, frame, f"this `{name}`", given["axis"], value, span)
    elif name in _ALONG_ALL:
        shape = value.tensor.shape
        if shape and len(shape) > 1 and shape[0] == BATCH:
            axis = f"axis={_ALONG_ALL[name]}"
            text = f"{span.text[:-1]}, {axis})" if span.text.endswith(")") else f"{name}(_, {axis})"
            last = f"without an axis it goes along all of them: write `{text}`"
            said = mixed_up.samples_mixed(f"this `{name}`", shape, last)
            run.report(frame, said, span, fix=Fix.writing(span, text))


def over_samples(run: Run, frame: Frame, what: str, axis: object, value: Flowing, span: Span) -> None:
    """Warn of what goes along the batch."""
    shape = value.tensor.shape
    axes = axis if isinstance(axis, (list, tuple)) else (axis,)
    if not shape or shape[0] != BATCH or not any(each in (0, -len(shape)) for each in axes):
        return
    last = "axes count from 1 behind the batch, and from -1 at the end: `axis=-1`"
    run.report(frame, mixed_up.samples_mixed(what, shape, last), span)
