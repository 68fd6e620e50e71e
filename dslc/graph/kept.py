"""What a Subclass model holds and never calls: of a layer that it is given, what only `taps` looks into lies behind these.

In: a whole run with the taps into layers that models are given, and what the styles compute.  Out: the calls that would be made of
what is held besides. A model keeps such a layer to save it; a `shared` one that it makes itself is no part of it.

    model Looks(encoder: layer = Encoder) { … image -> taps(encoder, "low") }       all of the encoder
"""

from __future__ import annotations

from dslc.graph.classes import Classes
from dslc.graph.executed import Computed
from dslc.graph.frame import Frame
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.values import LayerInstance, flowing, reached
from dslc.program import nodes as p
from dslc.record import replace


def note(run: Run, frame: Frame, stage: p.Taps, looked: Frame | LayerInstance) -> None:
    """Note that `taps` looks into a layer, if that is one which the model is given; its call is the last one."""
    item = run.module.item(frame.key)
    if isinstance(item, p.Block) and any(each.name == stage.model.name for each in item.parameters):
        run.given_taps.append((frame.key, looked, len(run.calls) - 1))


def kept(run: Run, styles: Computed, classes: Classes) -> tuple[LayerCall, ...]:
    """The calls of layers that a Subclass model has besides all that it calls."""
    there = {run.calls[number].instance for number in styles.everywhere.calls | styles.in_classes.calls}
    found: dict[int, LayerCall] = {}
    for body, looked, number in run.given_taps:
        if body not in classes.of_subclass:
            continue
        if isinstance(looked, Frame):
            ends = (tensor.origin for _, value in looked.outputs for tensor in flowing(value))
            for call in map(run.calls.__getitem__, sorted(reached(ends).calls)):
                if call.instance not in there:
                    found.setdefault(call.instance, call)
        elif left := run.tapped.get(looked.number):
            weights = tuple(each for own in left.values() for each in own)
            whole = replace(
                run.calls[number],
                path=looked.path,
                layer=looked.layer.name,
                instance=looked.number,
                weights=weights,
            )
            found.setdefault(looked.number, whole)
    return tuple(found.values())
