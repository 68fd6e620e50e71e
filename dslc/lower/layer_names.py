"""`--name-layers`: the layer that makes a value is called by the value's name in Keras too.

In: a model.  Out: the same model with `name="…"` on the last layer of every chain that gives a value its only meaning. Values
in loops and blocks stay without, because their layers are made more than once, and Keras wants every name once. So do layers that
are handed on, and values whose name Keras may give to another layer (`dense`), or TensorFlow does not take for a scope (`größe`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from dslc.program import nodes as p
from dslc.program.keras_names import is_automatic
from dslc.program.traversal import arguments_of, assigned, items_within, walk
from dslc.record import replace


def labelled(module: p.Module, model: p.Block, automatic: frozenset[str]) -> p.Block:
    """The model with its layers named after their values, but for the names that Keras gives by itself."""
    counts = Counter(name for s in model.body for name in assigned((s,)))
    taken = {
        argument.value.value
        for node in walk(model.body)
        if isinstance(node, p.MakeLayer)
        for argument in node.keywords
        if argument.name == "name" and isinstance(argument.value, p.Const)
    }
    taken |= {
        node.value.value
        for node in walk(tuple(items_within(module)))
        if isinstance(node, p.Entry) and isinstance(node.key, p.Const) and node.key.value == "name"
        if isinstance(node.value, p.Const)
    }
    inputs = {each.name for each in walk(model.body) if isinstance(each, p.Input)}
    handed = {  # to models, in whose graphs they stand beside layers with names of their own
        e.name
        for node in walk(model.body)
        if isinstance(node, p.MakeLayer)
        for e in arguments_of(node)
        if isinstance(e, p.Local)
    }

    def is_free(name: str) -> bool:
        fits = name.isascii() and not name.startswith("_") and not is_automatic(name, automatic)
        return fits and counts[name] == 1 and name not in taken | inputs | handed

    body = tuple(_labelled(s, is_free) for s in model.body)
    return replace(model, body=body)  # type: ignore[no-any-return]


def _labelled(s: p.Statement, is_free: Callable[[str], bool]) -> p.Statement:
    match s:
        case p.Assign(_, p.Bind(_, name), _, p.Flow() as flow) if is_free(name):
            return replace(s, value=_named(flow, name))  # type: ignore[no-any-return]
        case p.Output(_, str() as name, _, _, p.Flow() as flow) if is_free(name):
            return replace(s, value=_named(flow, name))  # type: ignore[no-any-return]
        case p.Shared(_, name, _, p.MakeLayer() as stage) if is_free(name):
            return replace(s, value=_with_name(stage, name))  # type: ignore[no-any-return]
        case _:
            return s


def _named(flow: p.Flow, name: str) -> p.Flow:
    *before, last = flow.stages
    if not isinstance(last, p.MakeLayer) or not isinstance(last.layer, p.KerasLayer):
        return flow
    return replace(flow, stages=(*before, _with_name(last, name)))  # type: ignore[no-any-return]


def _with_name(stage: p.MakeLayer, name: str) -> p.MakeLayer:
    if not isinstance(stage.layer, p.KerasLayer) or any(a.name in ("name", p.SPREAD) for a in stage.keywords):
        return stage
    argument = p.Argument(stage.span, "name", stage.span, p.Const(stage.span, name, ""))
    return replace(stage, keywords=(*stage.keywords, argument))  # type: ignore[no-any-return]
