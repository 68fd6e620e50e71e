"""Which models of one's own names hold, and which of them somebody looks into by `taps`.

In: a program.  Out: for the names of each body, `shared` ones and layers that a model is given, the models that they may hold; and
the models that are looked into. Those are graphs of Keras in every style, for a class has no inner values; and so are the models
that such a graph calls, for Keras does not load a graph again that calls a subclassed model.

    shared encoder = Encoder                          encoder: Encoder
    image -> taps(encoder, ["low", "high"])           Encoder is looked into, and with it what it calls: image -> Stem -> …
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dslc.program import nodes as p
from dslc.program.state import given_to
from dslc.program.traversal import blocks_made, blocks_within, is_recipe, statements_in, walk

Key = tuple[str, str]
Held = dict[tuple[Key, str], dict[Key, None]]
"""For a body and a name in it the models that it may hold, its own default first."""


def model_of(module: p.Module, stage: p.Stage) -> p.Block | None:
    """The model that a stage makes, if it makes one."""
    if isinstance(stage, p.Stages) and len(stage.stages) == 1:
        return model_of(module, stage.stages[0])
    if isinstance(stage, p.MakeLayer) and isinstance(stage.layer, p.BlockRef):
        return _model(module, stage.layer.key)
    return None


def models_held(module: p.Module) -> Held:
    """The models that names hold: shared ones, defaults, and those that models are given in this program."""
    held: Held = {}
    for block in blocks_within(module):
        layers = [(s.name, s.value) for s in statements_in(block.body) if isinstance(s, p.Shared)]
        if block.model:
            layers += [(each.name, each.default) for each in block.parameters if each.layer]  # type: ignore[misc]
        for name, stage in layers:
            model = model_of(module, stage)
            if model is not None:
                held.setdefault((block.key, name), {})[model.key] = None
    given = list(_given(module))
    size = -1
    while size < (size := sum(map(len, held.values()))):
        for taker, name, giver, e in given:
            models = [key for key in sorted(blocks_made(e)) if _model(module, key)] if is_recipe(e) else []
            for each in walk(e):
                if isinstance(each, p.Local):
                    models += held.get((giver, each.name), ())
            if models:
                held.setdefault((taker, name), {}).update(dict.fromkeys(models))
    return held


def _given(module: p.Module) -> Iterator[tuple[Key, str, Key, p.Expr]]:
    """The layers that models are given: which model as which parameter, in which body, and what."""
    for block in blocks_within(module):
        for node in walk((block.body, tuple(each.default for each in block.parameters))):
            if not isinstance(node, p.MakeLayer) or not isinstance(node.layer, p.BlockRef):
                continue
            taker = _model(module, node.layer.key)
            if taker is not None:
                for each, e in given_to(node, taker):
                    if each.layer:
                        yield taker.key, each.name, block.key, e


def looked_into(module: p.Module) -> list[tuple[Key, p.Taps, tuple[Key, ...]]]:
    """All `taps` into models of one's own: in which body, where, and which models these are, with those that they call."""
    found = [(block.key, each) for block in blocks_within(module) for each in walk(block.body)]
    taps = [(body, each) for body, each in found if isinstance(each, p.Taps)]
    held = models_held(module) if taps else {}
    return [
        (body, each, tuple(_with_called(module, held, held[body, each.model.name])))
        for body, each in taps
        if (body, each.model.name) in held
    ]


def _with_called(module: p.Module, held: Held, keys: Iterable[Key]) -> dict[Key, None]:
    """Models, with all those that their own bodies call; what stands in a block is a part of its class."""
    found: dict[Key, None] = {}
    todo = list(keys)
    while todo:
        key = todo.pop(0)
        block = _model(module, key)
        if block is None or key in found:
            continue
        found[key] = None
        todo += sorted(blocks_made((block.body, block.chain)))
        todo += (each for (body, _), models in held.items() if body == key for each in models)
    return found


def _model(module: p.Module, key: Key) -> p.Block | None:
    item = module.item(key)
    return item if isinstance(item, p.Block) and item.model else None
