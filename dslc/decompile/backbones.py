"""Finds the models of `keras.applications` in a saved model, whatever they are called in it.

In: a `Saved`.  Out: the same, in which what is one of these models, layer for layer, is one part: a model inside, or layers of
the model itself that go on from `base.output`. Its arguments are those that make just these layers; which weights
it had, a configuration does not say.

    Part("resnet50", "Functional", model=Saved(174 layers))     Part("resnet50", "applications.ResNet50", {"include_top": False, …})
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from dslc.decompile.config import Call, Part, Ref, Saved, asked_for
from dslc.decompile.guesses import families, guesses
from dslc.decompile.likeness import Key, Node, described_nodes, is_counted, matched, saved_nodes
from dslc.graph.single import described
from dslc.keras.applications import PREFIX
from dslc.record import record, replace

_MODULE = "keras.applications"

_MOST_ENDS = 8
"""How many tensors are tried for what a model gives, where Keras has no name for it."""


@record
class Found:
    """A model of `keras.applications` in another: its arguments, what stands for its image and its end, and all the calls of it."""

    kind: str
    config: dict[str, Any]
    image: Key
    end: str
    calls: frozenset[Key]


def has_own_name(part: Part) -> bool:
    """Whether somebody gave the layer its name."""
    if part.module == _MODULE:
        return bool(part.name != part.config["name"])
    return not is_counted(part.name, part.kind)


def is_weightless(part: Part) -> bool:
    """Whether a part is such a model, of which nobody knows which weights it began with."""
    return part.module == _MODULE and part.config.get("weights") is None


def shortened(saved: Saved) -> Saved:
    """The model in which every model of `keras.applications` is one part."""
    saved = replace(saved, parts=tuple(short(part) for part in saved.parts))
    for file in families(saved):
        saved = _folded(saved, file)
    return saved


def short(part: Part) -> Part:
    """A model inside another, or one that a layer is made with, as what Keras calls it."""
    model = part.model
    if model is None or len(model.inputs) != 1 or len(model.outputs) != 1:
        return part
    layers = {each.name for each in model.parts if each.kind != "InputLayer"}
    for file in families(model):
        for found in _found(file, model, part.name, model.outputs[0][1]):
            thawed = part.config.get("trainable") is False and "trainable" not in found.config
            if found.image == model.inputs[0].layer and layers <= found.calls and not thawed:
                return replace(part, kind=found.kind, module=_MODULE, config=found.config, model=None)  # type: ignore[no-any-return]
    return part


def _folded(saved: Saved, file: str) -> Saved:
    """The model in which layers that lie in it are one part, if nothing but their end is used by the others."""
    for found in _found(file, saved, None, None):
        others = tuple(part for part in saved.parts if part.name not in found.calls)
        asked = (*asked_for(others), *(ref for _, ref in saved.outputs))
        if all(ref.layer not in found.calls or ref.layer == found.end for ref in asked):
            config = {**found.config, "name": found.end}  # nobody has given it a name
            image = Ref(found.image, 0, 0) if isinstance(found.image, str) else Ref(*found.image)
            made = Part(found.end, found.kind, _MODULE, config, (Call((image,), {}),), None)
            kept = [made if part.name == found.end else part for part in saved.parts]
            parts = tuple(part for part in kept if part is made or part.name not in found.calls)
            return replace(saved, parts=parts)  # type: ignore[no-any-return]
    return saved


def _found(file: str, saved: Saved, name: str | None, end: Ref | None) -> Iterator[Found]:
    """The models of a family that are in another; `name` and `end` of the model, where it has them."""
    nodes = saved_nodes(saved)
    for guess in guesses(file, saved, name, end):
        wanted, image, output = _described(guess.member, tuple(guess.backbone.values.items()))
        for last in _ends(wanted, output, nodes) if end is None else [end.layer]:
            calls = matched(wanted, output, image, nodes, last)
            frozen = _frozen(nodes, calls or {})
            if calls is not None and frozen is not None:
                own = frozenset(key for path, key in calls.items() if path != image)
                config = {**guess.config, **({"trainable": False} if frozen else {})}
                yield Found(f"{PREFIX}{guess.member}", config, calls[image], last, own)


@lru_cache(maxsize=64)
def _described(member: str, values: tuple[tuple[str, Any], ...]) -> tuple[Mapping[Key, Node], Key, Key]:
    """The calls of a model of `keras.applications`, and what they begin and end with; a file often asks for the same again."""
    graph = described(member, dict(values))
    ends = [source for port in graph.outputs for source in port.sources]
    output = ends[0] if graph.complete and len(ends) == 1 else ""
    return described_nodes(graph) if output else {}, graph.inputs[0].name, output


def _ends(wanted: Mapping[Key, Node], output: Key, nodes: Mapping[Key, Node]) -> list[str]:
    """The calls that may be what a description ends with: that of its name, or what follows the last that has one."""
    path, kinds = output, list[str]()
    while path in wanted and wanted[path].name is None and wanted[path].given:
        kinds.append(wanted[path].kind)
        path = wanted[path].given[-1]
    ends: list[Key] = [wanted[path].name or ""] if path in wanted else []
    while kinds:
        kind = kinds.pop()
        before = set(ends)
        ends = [key for key, node in nodes.items() if node.kind == kind and before & set(node.given)]
        ends = ends[:_MOST_ENDS]
    return [end for end in ends if isinstance(end, str) and end in nodes]


def _frozen(nodes: Mapping[Key, Node], calls: Mapping[Key, Key]) -> bool | None:
    """Whether all layers of a model are frozen; None where only some are."""
    said = {nodes[key].trainable for key in calls.values() if key in nodes} - {None}
    return None if len(said) > 1 else said == {False}
