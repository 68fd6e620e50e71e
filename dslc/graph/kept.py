"""What a Subclass model holds and never calls: of a layer that it is given, what only `taps` looks into lies behind these; and
shared models through which no way sends anything that the parameters take.

In: a whole run with the taps into layers that models are given, and what the styles compute.  Out: the calls that would be made of
what is held besides. A model keeps such a layer to save it; a `shared` one that it makes itself and looks into is no part of it.

    model Looks(encoder: layer = Encoder) { … image -> taps(encoder, "low") }       all of the encoder
    shared big = Large … output x -> big if large else small                        all of `Large`
"""

from __future__ import annotations

from collections.abc import Iterator

from dslc.graph.classes import Classes
from dslc.graph.executed import Computed
from dslc.graph.frame import Frame
from dslc.graph.graph import LayerCall
from dslc.graph.idle import shared_in_use
from dslc.graph.interpreter import Run
from dslc.graph.values import LayerInstance, flowing, reached
from dslc.program import nodes as p
from dslc.program.state import as_layer
from dslc.record import replace


def note(run: Run, frame: Frame, stage: p.Taps, looked: Frame | LayerInstance) -> None:
    """Note that `taps` looks into a layer, if that is one which the model is given; its call is the last one."""
    item = run.module.item(frame.key)
    if isinstance(item, p.Block) and any(each.name == stage.model.name for each in item.parameters):
        run.given_taps.append((frame.key, looked, len(run.calls) - 1))


def kept(run: Run, frame: Frame, styles: Computed, classes: Classes) -> tuple[LayerCall, ...]:
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
    return (*found.values(), *_unsent(run, frame))


def _unsent(run: Run, frame: Frame) -> Iterator[LayerCall]:
    """The layers of shared models that are made, as every model is, and stay without a call."""
    left = [layer.recipe for layer in run.shared if not layer.used]
    asked = shared_in_use(run, frame.key) if left else set()
    for recipe in left:
        stage = recipe.stage
        if isinstance(stage, p.MakeLayer) and stage.span in asked:
            frozen = recipe.frame.frozen
            for call in _of_model(run, recipe.frame, stage):
                run.instance_count += 1
                yield replace(call, instance=run.instance_count, trainable=call.trainable and not frozen)


def _of_model(run: Run, frame: Frame, stage: p.MakeLayer) -> list[LayerCall]:
    """The layers of a model by itself, on the sizes that it declares."""
    block = run.module.item(stage.layer.key) if isinstance(stage.layer, p.BlockRef) else None
    if not isinstance(block, p.Block) or not block.model:
        return []
    said = len(run.diagnostics)
    own = as_layer(stage, block)
    given = dict(
        zip((each.name for each in block.parameters), run.evaluate_all(frame, stage.positional), strict=False)
    )
    given |= {a.name: run.evaluate(frame, a.value) for a in stage.keywords if a.name not in own}
    frozen = "trainable" in own and run.evaluate(frame, own["trainable"].value) is False
    del run.diagnostics[said:]  # nobody looks at what is never called
    alone, _ = run.model(run, run.module, block, given, {})
    first = {call.instance: call for call in reversed(alone.calls)}
    return [replace(call, trainable=call.trainable and not frozen) for call in reversed(first.values())]
