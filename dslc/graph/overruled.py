"""Calls that say `training=` where a graph of Keras does not hear it: a Functional model that is told whether it trains, as `fit` and
`predict` tell it, hands that to every layer in place of what the call said.

In: the call of a layer, a model or an extern, and the calls that are made in it.  Out: a note on the run, where one of these does another
thing in training. The `call` of a class keeps what it says. Source: `operation_fn` of `keras/src/models/functional.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from dslc.graph.backbones import inside
from dslc.graph.frame import Frame, Incoming
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.values import depends_on_training
from dslc.keras.layer import Layer
from dslc.keras.training import differs
from dslc.program import nodes as p
from dslc.program.traversal import walk


def note(
    run: Run, place: Frame, stage: p.MakeLayer, incoming: Incoming, calls: Iterable[int], uses: Iterable[str]
) -> None:
    """Note a call that a graph would make in another way; `calls` are those made in it, `uses` the paths of the blocks."""
    said = next((value for name, value, _ in incoming.keywords if name == "training"), None)
    if said is None or depends_on_training(said):  # which only a class can say
        return
    if any(_trains_otherwise(run, number) for number in calls) or any(_asks(run, each) for each in uses):
        run.overruled.setdefault((place.key, stage.site), stage.span)


def _trains_otherwise(run: Run, number: int) -> bool:
    """Whether a call does another thing in training; statistics that are frozen do not move, and what nobody knows may."""
    call, backbone = run.calls[number], run.backbones.get(number)
    if backbone is not None and call.inputs[0].shape is not None:
        within = inside(run, call.span, backbone.plan, call.inputs[0].shape).run.calls
        return any(_differs(each, each.trainable and call.trainable) for each in within)
    return bool(call.unknown) or _differs(call, call.trainable)


def _differs(call: LayerCall, trainable: bool) -> bool:
    if call.layer == "BatchNormalization":
        return trainable
    inner = [value for _, given in call.arguments for value in _layers(given)]
    return differs(call.layer, (name for name, _ in call.arguments)) or any(
        differs(each.name, each.given) for each in inner
    )


def _layers(value: object) -> Iterable[Layer]:
    """The layers in an argument of another one, with those that they hold."""
    if isinstance(value, Layer):
        yield value
        for name in value.given:
            yield from _layers(value.args.get(name))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _layers(each)


def _asks(run: Run, use: str) -> bool:
    """Whether a block decides by `training` itself."""
    item = run.module.item(run.uses[use].key)
    return any(isinstance(each, p.Local) and each.kind == "training" for each in walk(item))
