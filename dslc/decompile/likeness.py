"""Compares layers that were saved with those of a description, call by call.

In: a `Saved`, or the `Graph` of a model of `keras.applications`.  Out: the `Node`s of either, in the same words; which nodes of a
model stand where those of a description do, from its output back to its image.

    Conv2D(64, 7, strides=2, name="conv1_conv")     Node("Conv2D", "Conv2D(64, 7, strides=2)", "conv1_conv", ("conv1_pad",))
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dslc.casing import keras_case
from dslc.decompile import arguments
from dslc.decompile.calls import arguments_of
from dslc.decompile.config import Part, Ref, Refused, Saved
from dslc.decompile.functions import is_function
from dslc.graph.graph import Graph
from dslc.keras import layers, objects
from dslc.keras.types import Object
from dslc.record import record, replace

Key = str | tuple[str, int, int]
"""A node, or a tensor that comes from no node."""

_RANK = 4
"""Of all images inside: their last axis may be written 3, or -1."""

_OTHER_WORDS = {"swish": "silu", "hard_swish": "hard_silu"}
"""Functions that Keras saves by another name."""

_SCALE = 1e-6
"""What Keras's ConvNeXt begins to scale its residuals with."""


@record
class Node:
    """One call: what of, with which arguments, and the nodes that it is given.

    `said` is None where the arguments cannot be said. `name` is that of the layer; in a description None where Keras counts
    it, in a model where nobody can tell. `trainable` is None for what is no layer.
    """

    kind: str
    said: str | None
    name: str | None
    given: tuple[Key, ...]
    trainable: bool | None = None


def is_counted(name: str, kind: str) -> bool:
    """Whether Keras gave this name by itself."""
    return re.fullmatch(rf"{re.escape(keras_case(kind))}(_\d+)?", name) is not None


# ---- what was saved


def saved_nodes(saved: Saved) -> dict[Key, Node]:
    """The calls of a model, but for layers that are called more than once; chains inside are taken apart."""
    found: dict[Key, Node] = {}
    for part in saved.parts:
        if part.kind != "InputLayer" and len(part.calls) == 1:
            positional, keywords = arguments_of(part, part.calls[0])
            if not keywords:
                found.update(_nodes_of(part, _flat(positional)))
    return found


def _nodes_of(part: Part, given: list[Any]) -> Iterator[tuple[Key, Node]]:
    """The calls that one part stands for; the last has its name."""
    keys = tuple(_key(each) for each in given if isinstance(each, Ref))
    if is_function(part):
        numbers = tuple(each for each in given if not isinstance(each, Ref))
        yield part.name, Node(part.kind, repr(numbers), part.name, keys)
        return
    trains = part.config.get("trainable") is not False
    if part.kind == "Sequential" and part.model is not None:
        before = keys
        *inner, last = (each for each in part.model.parts if each.kind != "InputLayer")
        for each in inner:
            key = f"{part.name}/{each.name}"
            yield key, replace(_layer(each, before), name=None)
            before = (key,)
        yield part.name, replace(_layer(last, before), name=part.name)
    elif part.module == "keras.src.applications.inception_resnet_v2" and len(keys) == 2:
        scaled = f"{part.name}/scaled"  # CustomScaleLayer, of two steps in the description
        yield scaled, Node("Multiply", repr((part.config.get("scale"),)), None, keys[1:])
        yield part.name, Node("Add", "()", None, (keys[0], scaled), trains)
    elif part.module == "keras.src.applications.convnext" and len(keys) == 1:
        scaled = f"{part.name}/scaled"  # LayerScale
        said = "()" if part.config.get("init_values") == _SCALE else None
        yield scaled, Node("Multiply", said, None, keys)
        yield part.name, Node("Activation", '"linear"', part.name, (scaled,), trains)
    else:
        yield part.name, _layer(part, keys)


def _layer(part: Part, given: tuple[Key, ...]) -> Node:
    trains = part.config.get("trainable") is not False
    said = None if part.model is not None else _said(part)
    return Node(part.kind, said, part.name, given, trains)


def _said(part: Part) -> str | None:
    """The arguments of a layer, those that are Keras's defaults left out, as all that mean the same are written."""
    row = layers.find(part.kind)
    if row is None or not f"{part.module}.".startswith("keras."):
        return None
    config = {name: _plain(name, value) for name, value in part.config.items() if name != "trainable"}
    try:
        return ", ".join(arguments.of_layer(row, replace(part, config=config), _no_layer))
    except Refused:
        return None


def _plain(name: str, value: Any) -> Any:
    """A value as it is written in the short form."""
    if name in arguments.SIZES and type(value) is int:
        value = [value, value]
    if name == "padding" and isinstance(value, list):
        return [[each, each] if type(each) is int else each for each in value]
    if name == "axis":
        axis = value[0] if isinstance(value, list) and len(value) == 1 else value
        return -1 if axis == _RANK - 1 else axis
    if isinstance(value, dict) and isinstance(value.get("config"), dict):
        return {**value, "config": dict(sorted(value["config"].items()))}
    return _OTHER_WORDS.get(value, value) if isinstance(value, str) else value


def _no_layer(value: Any, where: str) -> str:
    raise Refused(f"{where} is a layer, and in no description")


def _key(ref: Ref) -> Key:
    return ref.layer if ref.call == ref.result == 0 else ref.key


def _flat(positional: Any) -> list[Any]:
    """What a call is given, one after another."""
    return [item for each in positional for item in (each if isinstance(each, (list, tuple)) else [each])]


# ---- what is described


def described_nodes(graph: Graph) -> dict[Key, Node]:
    """The calls of a description."""
    found: dict[Key, Node] = {}
    weights = {call.path for call in graph.calls if layers.find(call.layer) is None}
    for call in graph.calls:
        if call.path in weights:  # of a layer that Keras has, and the language has not
            continue
        given = dict(call.arguments)
        name = given.pop("name", None)
        row = layers.find(call.layer)
        assert row is not None
        defaults = {one.name: one.default for one in layers.signature(row).constructor if not one.required}
        config = {key: _saved(value) for key, value in {**defaults, **given}.items()}
        said = _said(Part("", call.layer, "keras.layers", config, (), None))
        found[call.path] = Node(call.layer, said, None if name is None else str(name), call.sources)
    for each in graph.operations:
        found[each.path] = Node(
            each.operation, repr(each.numbers), None, tuple(one for one in each.sources if one not in weights)
        )
    return found


def _saved(value: Any) -> Any:
    """A value as Keras saves it."""
    if isinstance(value, (list, tuple)):
        return [_saved(item) for item in value]
    if isinstance(value, Object):
        names = [entry[0] for entry in objects.signature(value.namespace, value.name)]
        config = {**dict(zip(names, value.positional, strict=False)), **dict(value.keywords)}
        return {"class_name": value.name, "config": config}
    return value


# ---- both


def matched(
    described: Mapping[Key, Node], output: Key, image: Key, saved: Mapping[Key, Node], last: Key
) -> dict[Key, Key] | None:
    """Which call of a model is which of the description, when its output is `last`; None where one is another.

    Of the image it says the tensor that stands for it.
    """
    found: dict[Key, Key] = {}
    todo: list[tuple[Key, Key]] = [(output, last)]
    while todo:
        path, key = todo.pop()
        if path in found:
            if found[path] != key:
                return None
            continue
        found[path] = key
        if path == image:
            continue
        want, have = described.get(path), saved.get(key)
        if want is None or have is None or not _alike(want, have) or len(want.given) != len(have.given):
            return None
        todo += zip(want.given, have.given, strict=True)
    if len(set(found.values())) != len(found):
        return None
    return found


def _alike(want: Node, have: Node) -> bool:
    if want.kind != have.kind or want.said is None or want.said != have.said:
        return False
    if want.name is None:
        return have.name is None or is_counted(have.name, have.kind)
    return want.name == have.name
