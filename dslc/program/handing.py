"""Which items hand layers around, so that one style may do what another cannot.

In: a program.  Out: the items where a layer stands as a value in a way that some style may refuse, or a model is looked into. A layer
as it stands in the arguments of one of Keras's, `TimeDistributed(Dense(8))`, or of a block that declares it, `Head(act=ReLU)`, is no
such value.
"""

from __future__ import annotations

from collections.abc import Iterator

from dslc.program import nodes as p
from dslc.program.shareable import only_layers
from dslc.program.traversal import arguments_of, children, holds_stages, is_recipe, items_within, walk


def handing_layers(module: p.Module) -> Iterator[p.Item]:
    """The items of a program, and of the files that it uses, that hand layers around."""
    for item in items_within(module):
        if _hands_layers(module, item):
            yield item


def _hands_layers(module: p.Module, item: p.Item) -> bool:
    plain: set[int] = set()  # the sites of layers that stand where any style takes them
    named = False  # whether the node before was a use of a name, which comes next
    for node in walk(item):  # each before those inside it, in the order of fields
        kind = type(node)  # what is asked of every node of a program is asked quickly
        if kind is p.Local:
            if not named and node.kind in ("instance", "layer"):
                return True
        elif kind is p.MakeLayer or kind is p.Stages:
            if node.site not in plain:
                return True
            if kind is p.MakeLayer and (node.positional or node.keywords):
                plain |= {each.site for each in _declared(module, node) if _is_plain(each)}
        elif kind is p.Taps or (kind is p.UseLocal and node.called):
            return True
        elif kind is p.Parameter and is_recipe(node.default) and node.layer and _is_plain(node.default):
            plain.add(node.default.site)
        if kind is not p.Parameter and holds_stages(node):
            plain |= {each.site for each in children(node) if is_recipe(each)}
        named = kind is p.UseLocal
    return False


def _declared(module: p.Module, stage: p.MakeLayer) -> Iterator[p.MakeLayer | p.Stages]:
    """The layers among the arguments of a stage that are declared to be layers."""
    if isinstance(stage.layer, p.KerasLayer):
        yield from filter(is_recipe, arguments_of(stage))
        return
    block = module.item(stage.layer.key)
    parameters = block.parameters if isinstance(block, p.Block) else ()
    declared = {each.name for each in parameters if each.layer}
    for parameter, e in zip(parameters, stage.positional, strict=False):
        if parameter.layer and is_recipe(e):
            yield e
    for keyword in stage.keywords:
        if keyword.name in declared and is_recipe(keyword.value):
            yield keyword.value


def _is_plain(layer: p.MakeLayer | p.Stages) -> bool:
    """Whether a layer can be made anywhere, any number of times: all but a model of `keras.applications`, which has weights."""
    made = (each.layer.name for each in walk(layer) if isinstance(each, p.MakeLayer))
    return only_layers(layer) and not any("." in name for name in made)
