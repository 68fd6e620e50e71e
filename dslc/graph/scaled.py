"""Pictures that are scaled before a model of `keras.applications` that scales them itself, or before another scaling.

In: a call of such a model, or of a `Rescaling`, and what flows in.  Out: a warning in the run.

    image / 255.0 -> applications.EfficientNetB0()
    (image -> Rescaling(1.0 / 255)) / 255
    image -> Rescaling(1.0 / 255) -> RandomFlip("horizontal") -> Rescaling(1.0 / 255)
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import prepared
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import Origin
from dslc.keras.layer import Layer
from dslc.program import nodes as p
from dslc.regex import regex
from dslc.source import Span

_ITSELF = "applications.EfficientNetB"
_SWITCH = "include_preprocessing"
_SMALL = 0.1
"""A factor that brings bytes near 1; others are an augmentation."""


def twice(run: Run, frame: Frame, layer: Layer, origin: Origin, stage: p.MakeLayer) -> None:
    """Warn of pictures that are scaled twice."""
    itself = layer.name.startswith(_ITSELF) or layer.args.get(_SWITCH) is True
    if itself and _is_scaled(run, origin):
        run.report(frame, prepared.scaled_twice(layer.name, _SWITCH in layer.args), stage.span)


def again(run: Run, frame: Frame, layer: Layer, origin: Origin, stage: p.MakeLayer) -> None:
    """Warn of a scaling of what another one has brought near 1, with nothing but augmentation between them."""
    if _is_small(layer.args["scale"]) and _is_scaled(run, _unchanged(run, origin)):
        from dslc.graph.causes.mend import left_out

        fix = Fix("unsafe", "leave it out", (left_out(stage.span),))
        run.report(frame, prepared.scaled_again(layer.name, stage.span.text), stage.span, fix=fix)


def divided(run: Run, frame: Frame, origin: Origin, span: Span) -> None:
    """Warn of pictures that have been scaled and are computed with as if they had not."""
    if len(origin.parents) != 1 or not _is_scaling(run, origin):
        return
    if _is_scaled(run, _unchanged(run, origin.parents[0])):
        value = _VALUE.match(span.text)
        fix = None
        if value is not None:
            fix = Fix("unsafe", "leave it out", (Edit(span, value["value"]),))
        part = span.text if value is None else span.text[value.end() :].strip()
        run.report(frame, prepared.scaled_again(span.brief, part), span, fix=fix)


_SCALING = ("TrueDivide", "Divide", "Multiply")
_VALUE = regex(r"(?P<value>[A-Za-z]\w*)(?=[ ]*[*/])")


def _unchanged(run: Run, origin: Origin) -> Origin:
    """What a picture was before augmentation."""
    while origin.call is not None and run.calls[origin.call].layer.startswith(_KEEPING):
        if len(origin.parents) != 1:
            break
        (origin,) = origin.parents
    return origin


_KEEPING = ("Random", "Resizing", "CenterCrop", "Dropout", "GaussianNoise")
"""Layers, by the beginnings of their names, behind which a picture is as bright as it was."""


def _is_small(scale: object) -> bool:
    return isinstance(scale, float) and abs(scale) < _SMALL


def _is_scaled(run: Run, origin: Origin) -> bool:
    """Whether a picture comes out of a scaling, behind which a shift may stand."""
    if origin.call is not None:
        call = run.calls[origin.call]
        return call.layer == "Rescaling" and _is_small(dict(call.arguments).get("scale"))
    if origin.operation is None:
        return False
    made = run.operations[origin.operation]
    if made.operation in ("Subtract", "Add") and len(origin.parents) == 1:
        return _is_scaled(run, origin.parents[0])
    return _is_scaling(run, origin)


def _is_scaling(run: Run, origin: Origin) -> bool:
    """Whether an operation brings bytes near 1."""
    if origin.operation is None:
        return False
    made = run.operations[origin.operation]
    factors = [abs(each) for each in made.numbers if isinstance(each, (int, float)) and each]
    if made.operation not in _SCALING or len(factors) != 1:
        return False
    return (factors[0] if made.operation == "Multiply" else 1 / factors[0]) < _SMALL
