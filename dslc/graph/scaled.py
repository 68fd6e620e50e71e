"""Pictures that are scaled before a model of `keras.applications` that scales them itself.

In: a call of such a model, and what flows in.  Out: a warning in the run.

    image / 255.0 -> applications.EfficientNetB0()
"""

from __future__ import annotations

from dslc.diagnostics.messages import prepared
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import Origin
from dslc.keras.layer import Layer
from dslc.program import nodes as p

_ITSELF = "applications.EfficientNetB"
_SWITCH = "include_preprocessing"
_SMALL = 0.1
"""A factor that brings bytes near 1; others are an augmentation."""


def twice(run: Run, frame: Frame, layer: Layer, origin: Origin, stage: p.MakeLayer) -> None:
    """Warn of pictures that are scaled twice."""
    itself = layer.name.startswith(_ITSELF) or layer.args.get(_SWITCH) is True
    if itself and _is_scaled(run, origin):
        run.report(frame, prepared.scaled_twice(layer.name, _SWITCH in layer.args), stage.span)


def _is_scaled(run: Run, origin: Origin) -> bool:
    """Whether a picture comes out of a scaling, behind which a shift may stand."""
    if origin.call is not None:
        call = run.calls[origin.call]
        scale = dict(call.arguments).get("scale")
        return call.layer == "Rescaling" and isinstance(scale, float) and abs(scale) < _SMALL
    if origin.operation is None:
        return False
    made = run.operations[origin.operation]
    factors = [abs(each) for each in made.numbers if isinstance(each, (int, float)) and each]
    if made.operation in ("Subtract", "Add") and len(origin.parents) == 1:
        return _is_scaled(run, origin.parents[0])
    if made.operation not in ("TrueDivide", "Divide", "Multiply") or len(factors) != 1:
        return False
    return (factors[0] if made.operation == "Multiply" else 1 / factors[0]) < _SMALL
