"""Which items hand layers around, so that one style may do what another cannot.

In: a program, and what is known of its items.  Out: the items where a layer stands as a value in a way that some style may refuse, or
a model is looked into. A layer as it stands in the arguments of one of Keras's, `TimeDistributed(Dense(8))`, or of a block that
declares it, `Head(act=ReLU)`, is no such value.
"""

from __future__ import annotations

from collections.abc import Iterator

from dslc.memory import Memory
from dslc.program import nodes as p
from dslc.program.shareable import only_layers
from dslc.program.traversal import arguments_of, children, holds_stages, is_recipe, items_within, walk
from dslc.record import record

Place = tuple[tuple[str, str], int | str]
"""A parameter of a block, by the key of the block and its place or name."""


@record
class Handing:
    """What one item hands around: in `any` way that a style may refuse, or as layers `to` parameters that should declare them."""

    any: bool
    to: tuple[Place, ...] = ()


def handing_layers(module: p.Module, memory: Memory) -> Iterator[p.Item]:
    """The items of a program, and of the files that it uses, that hand layers around."""
    before, memory.handing = memory.handing, {}
    for item in items_within(module):
        known = before.get(item.key)
        if known is None or known[0] is not item:
            known = item, _handing(item)
        memory.handing[item.key] = known
        found: Handing = known[1]
        if found.any or not all(_declares(module, place) for place in found.to):
            yield item


def _handing(item: p.Item) -> Handing:
    plain: set[int] = set()  # the sites of layers that stand where any style takes them
    places: list[Place] = []
    named = False  # whether the node before was a use of a name, which comes next
    for node in walk(item):  # each before those inside it, in the order of fields
        kind = type(node)  # what is asked of every node of a program is asked quickly
        if kind is p.Local:
            if not named and node.kind in ("instance", "layer"):
                return Handing(True)
        elif kind is p.MakeLayer or kind is p.Stages:
            if node.site not in plain:
                return Handing(True)
            if kind is p.MakeLayer and (node.positional or node.keywords):
                plain |= {each.site for each in arguments_of(node) if is_recipe(each) and _is_plain(each)}
                places += _places(node)
        elif kind is p.Taps or (kind is p.UseLocal and node.called):
            return Handing(True)
        elif kind is p.Parameter and is_recipe(node.default) and node.layer and _is_plain(node.default):
            plain.add(node.default.site)
        if kind is not p.Parameter and holds_stages(node):
            plain |= {each.site for each in children(node) if is_recipe(each)}
        named = kind is p.UseLocal
    return Handing(False, tuple(places))


def _places(stage: p.MakeLayer) -> Iterator[Place]:
    """The parameters of a block that a stage hands layers to."""
    if not isinstance(stage.layer, p.KerasLayer):
        key = stage.layer.key
        yield from ((key, place) for place, e in enumerate(stage.positional) if is_recipe(e))
        yield from ((key, each.name) for each in stage.keywords if is_recipe(each.value))


def _declares(module: p.Module, place: Place) -> bool:
    """Whether the parameter is declared to be a layer."""
    block, which = module.item(place[0]), place[1]
    parameters = block.parameters if isinstance(block, p.Block) else ()
    return any(each.layer and which in (at, each.name) for at, each in enumerate(parameters))


def _is_plain(layer: p.MakeLayer | p.Stages) -> bool:
    """Whether a layer can be made anywhere, any number of times: all but a model of `keras.applications`, which has weights."""
    made = (each.layer.name for each in walk(layer) if isinstance(each, p.MakeLayer))
    return only_layers(layer) and not any("." in name for name in made)
