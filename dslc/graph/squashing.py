"""Activations that bring all values between 0 and 1, and what flows into them.

In: a layer that has been called, and what flowed in.  Out: where all values lie between 0 and 1, in the run, with warnings and notes.

    x -> Dense(1, activation="softmax")                 always 1
    x -> Dense(10, activation="relu") -> Softmax        what is below 0 is lost before
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Fix
from dslc.diagnostics.messages import mixed_up, traps
from dslc.graph import slips
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras.layer import Layer
from dslc.keras.types import Object, Tensor
from dslc.program import nodes as p

_SQUASHING = ("softmax", "sigmoid")
"""Activations that bring all values between 0 and 1."""


def follow(
    run: Run,
    frame: Frame,
    layer: Layer,
    inputs: Sequence[Flowing],
    outputs: Sequence[Tensor],
    stage: p.MakeLayer,
) -> None:
    """Follow where all values lie between 0 and 1; warn of a softmax over one unit, and of what has lost its differences before."""
    activation = layer.args.get("activation")
    name = "softmax" if layer.name == "Softmax" and layer.args["axis"] == -1 else _named(activation)
    if name not in _SQUASHING:
        return
    shape = outputs[0].shape if outputs else None
    run.squashed[len(run.calls)] = name
    if name == "softmax" and shape and shape[-1] == 1:
        steps = layer.name == "Softmax" and len(shape) == 3 and shape[1] != 1
        along = slips.with_argument(stage, "axis", "1") if steps else None
        fix = None if along is None else Fix.writing(stage.span, along)
        run.report(frame, traps.softmax_of_one(layer.name, along), stage.span, fix=fix)
        return
    maker = inputs[0].origin.call if len(inputs) == 1 else None
    if maker is None or layer.name not in ("Activation", "Softmax"):
        return
    if maker in run.squashed:
        from dslc.graph.causes.mend import left_out

        fix = Fix("unsafe", "leave it out", (left_out(stage.span),))
        said = mixed_up.squashed_twice(layer.name, name, run.squashed[maker])
        run.report(frame, said, stage.span, fix=fix)
        return
    call = run.calls[maker]
    cuts = call.layer == "ReLU" or _named(dict(call.arguments).get("activation")) == "relu"
    if cuts:
        run.report(frame, mixed_up.cut_before(layer.name, name, call.layer), stage.span)


def _named(activation: object) -> str | None:
    """The name of an activation that is a text, or an object without settings."""
    if isinstance(activation, Object):
        return None if activation.positional else activation.name
    return activation if isinstance(activation, str) else None
