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
    plain: set[int] = set()
    for node in walk(item):  # each before those inside it
        match node:
            case p.Taps() | p.Local(kind="instance" | "layer") | p.UseLocal(called=True):
                return True
            case p.Parameter(layer=layer, default=default) if is_recipe(default):
                if not layer or not _is_plain(default):
                    return True
            case p.MakeLayer():
                plain |= {each.site for each in _declared(module, node) if _is_plain(each)}
            case _:
                pass  # its parts decide
        if not holds_stages(node) and any(is_recipe(e) and e.site not in plain for e in children(node)):
            return True
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
