"""Which blocks are layers of their own in every style, and which are no more than functions on tensors.

In: a program, and what the graphs of its models found out: the sites that a call decides, the bodies that call a layer on what
no input reaches.  Out: the keys of the blocks that have to be `Layer` classes: they have weights, random numbers or decisions of
their own, are used as one object, or are called by a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from dslc.program import nodes as p
from dslc.program.spread import Keys
from dslc.program.traversal import (
    arguments_of,
    blocks_made,
    blocks_within,
    is_drawn,
    is_given_layer,
    is_recipe,
    is_repeated,
    is_starred,
    items_within,
    recipes_in,
    statements_in,
    walk,
)


def layer_blocks(
    module: p.Module, late: frozenset[int], unheld: frozenset[tuple[str, str]]
) -> set[tuple[str, str]]:
    """The keys of the blocks that are `Layer` classes in every style; `unheld` are those that a run has found."""
    blocks = {block.key: block for block in blocks_within(module) if not block.model}
    makes = {key: blocks_made((block.body, block.chain)) & set(blocks) for key, block in blocks.items()}
    hands = {key: _handed_to(block) for key, block in blocks.items()}
    direct = _handed_directly(module)
    found: set[tuple[str, str]] = set()
    todo = [
        key
        for key, block in blocks.items()
        if key in unheld or has_own_state(block, late) or in_two_graphs(module, block)
    ]
    objects = used_as_objects(module, frozenset(id(e) for given in direct.values() for e in given))
    todo += (objects | set(given_as_layers(module))) & set(blocks)
    while todo:
        key = todo.pop()
        if key in found:
            continue
        found.add(key)
        todo += makes[key]  # what a class uses makes layers, which only a class can keep
        todo += [other for other, given in hands.items() if key in given]
        todo += blocks_made(tuple(direct.get(key, ()))) & set(
            blocks
        )  # a class takes layers, a function takes functions
    return found


def _handed_directly(module: p.Module) -> dict[tuple[str, str], list[p.Expr]]:
    """The layers that stand where a block is given one, by that block: they are objects only where it is a class.

    Without those that take their arguments where they are used: these are classes, whoever makes layers of them.
    """
    classes = configured(module)
    found: dict[tuple[str, str], list[p.Expr]] = {}
    for block in blocks_within(module):
        for node in walk((block.body, block.chain)):
            match node:
                case p.MakeLayer(_, p.BlockRef(_, key)) if not any(map(is_starred, node.positional)):
                    taker = module.item(key)
                    if isinstance(taker, p.Block) and not taker.model:
                        found.setdefault(key, []).extend(
                            e
                            for each, e in given_to(node, taker)
                            if each.layer and is_recipe(e) and (key, each.name) not in classes
                        )
                case _:
                    pass  # gives no block a layer
    return found


OF_ANY_LAYER = ("name", "trainable")
"""The arguments that a block or model takes because it is a layer, unless it has a parameter of that name."""


def as_layer(stage: p.MakeLayer, block: p.Block) -> dict[str, p.Argument]:
    """The arguments of a block or model that are those of a layer: no parameter of its own takes them."""
    own = {each.name for each in block.parameters}
    return {a.name: a for a in stage.keywords if a.name in OF_ANY_LAYER and a.name not in own}


def given_as_layers(module: p.Module) -> dict[tuple[str, str], set[str]]:
    """The blocks and models that are given a `name=` or `trainable=` of a layer somewhere, with which of the two."""
    keys = Keys(module)
    found: dict[tuple[str, str], set[str]] = {}
    for block in blocks_within(module):
        for node in walk((block.body, block.chain, tuple(each.default for each in block.parameters))):
            if not isinstance(node, p.MakeLayer) or not isinstance(node.layer, p.BlockRef):
                continue
            used = module.item(node.layer.key)
            given = _of_any_layer(keys, block.key[0], node, used) if isinstance(used, p.Block) else set()
            if given:
                found.setdefault(node.layer.key, set()).update(given)
    for key, words in _given_where_used(module, keys):
        used = module.item(key)
        own = {each.name for each in used.parameters} if isinstance(used, p.Block) else set()
        if words - own:
            found.setdefault(key, set()).update(words - own)
    return found


def _given_where_used(module: p.Module, keys: Keys) -> Iterator[tuple[tuple[str, str], set[str]]]:
    """The blocks and models that layer parameters may stand for which are given such an argument where they are used."""
    asked: dict[tuple[tuple[str, str], str], set[str]] = {}
    hands: list[tuple[p.Block, Any, tuple[tuple[str, str], str]]] = []
    for block in blocks_within(module):
        hands += [(block, e.default, (block.key, e.name)) for e in block.parameters if e.default is not None]
        for node in walk((block.body, block.chain)):
            match node:
                case p.UseLocal(_, p.Local(_, name, "layer"), called=True):
                    words = {a.name for a in node.keywords}
                    for a in node.keywords:
                        words |= keys.of(block.key[0], a.value) if a.name == p.SPREAD else set()
                    if not words.isdisjoint(OF_ANY_LAYER):
                        asked.setdefault((block.key, name), set()).update(words & {*OF_ANY_LAYER})
                case p.MakeLayer(_, p.BlockRef(_, key)):
                    taker = module.item(key)
                    given = given_to(node, taker) if isinstance(taker, p.Block) else ()
                    hands += [(block, e, (key, each.name)) for each, e in given if each.layer]
                case _:
                    pass  # hands no layer on
    todo = list(asked) if hands else []
    by_taker: dict[tuple[tuple[str, str], str], list[tuple[p.Block, Any]]] = {}
    for block, e, taken in hands:
        by_taker.setdefault(taken, []).append((block, e))
    while todo:
        taken = todo.pop()
        for block, e in by_taker.get(taken, ()):
            for each in _ways_of(e):
                if is_given_layer(each):
                    words = asked.setdefault((block.key, each.name), set())
                    if not asked[taken] <= words:
                        words |= asked[taken]
                        todo.append((block.key, each.name))
                elif isinstance(each, p.Local):  # a name that is kept for a layer, of any in the body
                    yield from ((key, asked[taken]) for key in blocks_made([*recipes_in(block.body)]))
                elif isinstance(each, p.MakeLayer) and isinstance(each.layer, p.BlockRef):
                    yield each.layer.key, asked[taken]


def _ways_of(e: Any) -> Iterator[Any]:
    """What a value is on each way of its conditions."""
    if isinstance(e, (p.Conditional, p.Choice)):
        yield from _ways_of(e.then)
        yield from _ways_of(e.otherwise)
    else:
        yield e


def _of_any_layer(keys: Keys, file: str, stage: p.MakeLayer, block: p.Block) -> set[str]:
    """Which arguments of a layer a block or model may be given at a place of a file, in words or by a dictionary."""
    found = set(as_layer(stage, block))
    for a in stage.keywords:
        if a.name == p.SPREAD:
            own = {each.name for each in block.parameters}
            found |= (keys.of(file, a.value) & {*OF_ANY_LAYER}) - own
    return found


def configured(module: p.Module) -> set[tuple[tuple[str, str], str]]:
    """The layer parameters, each with its block, that are given arguments where they are used, or handed to such a one."""
    found: set[tuple[tuple[str, str], str]] = set()
    hands: list[tuple[tuple[str, str], str, tuple[str, str], str]] = []
    for block in blocks_within(module):
        for node in walk((block.body, block.chain)):
            match node:
                case p.UseLocal(_, p.Local(_, name, "layer"), called=True):
                    found.add((block.key, name))
                case p.MakeLayer(_, p.BlockRef(_, key)):
                    taker = module.item(key)
                    for each, e in given_to(node, taker) if isinstance(taker, p.Block) else ():
                        hands += [
                            (block.key, one.name, key, each.name) for one in walk(e) if is_given_layer(one)
                        ]
                case _:
                    pass  # hands no layer on
    while more := {(key, name) for key, name, taker, given in hands if (taker, given) in found} - found:
        found |= more
    return found


def given_to(stage: p.MakeLayer, block: p.Block) -> list[tuple[p.Parameter, p.Expr]]:
    """The parameters of a block that a stage gives values to, with those."""
    by_name = {each.name: each for each in block.parameters}
    named = [(by_name[a.name], a.value) for a in stage.keywords if a.name in by_name]
    return [*zip(block.parameters, stage.positional, strict=False), *named]


def inside_of(module: p.Module, keys: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Blocks and models, with all those that they hold, directly or through others."""
    found: set[tuple[str, str]] = set()
    todo = list(keys)
    while todo:
        block = module.item(todo.pop())
        if isinstance(block, p.Block) and block.key not in found:
            found.add(block.key)
            todo += blocks_made((block.body, block.chain, tuple(each.default for each in block.parameters)))
    return found


def has_own_state(block: p.Block, late: frozenset[int]) -> bool:
    """Whether a body has weights, a loss, random numbers, or decides by `training`, a tensor's value or a size of the call.

    Or whether it needs a layer that it is given as an object: to share it, or to let a Keras layer wrap it.
    """
    return holds_state((block.body, block.chain), late)


def holds_state(body: object, late: frozenset[int] = frozenset()) -> bool:
    """The same of statements, as far as their text says it where nothing is `late`."""
    return any(_is_state(each) or decides_late(each, late) for each in walk(body))


def in_two_graphs(module: p.Module, block: p.Block) -> dict[str, p.Local]:
    """The layers that a body hands to a model and uses elsewhere, too, each with the place where it hands them on.

    Keras builds such a graph and saves it, but cannot load it: it takes the calls inside the other model for its own.
    """
    uses: Counter[str] = Counter()
    handed: dict[str, p.Local] = {}
    for s in block.body:
        for node in walk(s):
            times = 2 if is_repeated(s) else 1
            match node:
                case p.Local(_, name, "instance"):
                    uses[name] += times
                case p.MakeLayer(_, p.BlockRef(_, key)):
                    taker = module.item(key)
                    if isinstance(taker, p.Block) and taker.model:
                        for e in arguments_of(node):
                            for each in walk(e):
                                if isinstance(each, p.Local) and each.kind == "instance":
                                    handed[each.name] = each
                case _:
                    pass  # no shared layer
    return {name: each for name, each in handed.items() if uses[name] > 1}


def _handed_to(block: p.Block) -> set[tuple[str, str]]:
    """The blocks to which a block hands a layer that it is given; a class takes layers, not functions."""
    return {
        each.layer.key
        for each in walk((block.body, block.chain))
        if isinstance(each, p.MakeLayer) and isinstance(each.layer, p.BlockRef) and _hands_layers(each)
    }


def _hands_layers(stage: p.MakeLayer) -> bool:
    return any(is_given_layer(each) for each in walk(arguments_of(stage)))


COMPUTES = (p.CallOperation, p.Index, p.Unary, p.Binary, p.Compare)
"""What may compute with a size that only the call knows."""


def decides_late(node: Any, late: frozenset[int]) -> bool:
    """Whether a condition, or an argument of a tensor function, depends on a size that only the call knows."""
    return isinstance(node, (p.If, p.Choice, p.Conditional, *COMPUTES)) and node.site in late


def may_wait_for_late(item: p.Item, late: frozenset[int]) -> bool:
    """Whether an item may need, before it is called, what depends on a size that only the call knows: a shape, or an output."""
    nodes = [*walk(item)]
    measured = any(
        (isinstance(node, p.Attribute) and node.name == "shape") or _may_make_values(node) for node in nodes
    )
    chosen = (node.then + node.otherwise for node in nodes if isinstance(node, p.If) and node.site in late)
    return (measured and any(decides_late(node, late) for node in nodes)) or any(
        isinstance(s, p.Output) for ways in chosen for s in statements_in(ways)
    )


def _may_make_values(node: Any) -> bool:
    """Whether a node may make a layer with values that are made when it is built."""
    if not isinstance(node, p.MakeLayer) or not isinstance(node.layer, p.KerasLayer):
        return False
    return node.layer.name == "Normalization" or any(each.name == "stateful" for each in node.keywords)


def _is_state(node: Any) -> bool:
    match node:
        case p.WeightDeclaration() | p.Cond() | p.Loss():
            return True
        case p.CallOperation() | p.Operation():
            return is_drawn(node)
        case p.Local(_, _, "training"):
            return True
        case p.Shared(_, _, _, value):
            return any(is_given_layer(each) for each in walk(value))
        case p.MakeLayer(_, p.KerasLayer()):
            return _hands_layers(node)
        case _:
            return False


def used_as_objects(module: p.Module, direct: frozenset[int] = frozenset()) -> set[tuple[str, str]]:
    """Blocks that are handed around as one thing: shared, as an argument of a layer or block, or under a name.

    Without those of `direct`, by their `id`: what is no object by itself.

    Or that may be given layers behind a star, which are objects because nobody knows which of them is whose.
    """
    found: set[tuple[str, str]] = set()
    for item in items_within(module):
        for node in walk(item):
            if isinstance(node, p.Shared):
                found |= blocks_made(node.value)
            elif isinstance(node, p.Parameter) and node.layer and node.default is not None:
                found |= blocks_made(node.default)
            elif isinstance(node, p.MakeLayer) and any(map(is_starred, node.positional)):
                taker = module.item(node.layer.key) if isinstance(node.layer, p.BlockRef) else None
                if isinstance(taker, p.Block) and any(each.layer for each in taker.parameters):
                    found.add(taker.key)
        for recipe in recipes_in(item):
            if id(recipe) not in direct:
                found |= blocks_made(recipe)
    return found


def _uses_once(module: p.Module, layer: p.LayerRef) -> bool:
    """Whether something makes one layer of what it is given: a Keras layer, a model."""
    used = module.item(layer.key) if isinstance(layer, p.BlockRef) else None
    return not isinstance(used, p.Block) or used.model


def repeated_models(module: p.Module) -> set[tuple[str, str]]:
    """The models that may be made more than once inside one other: at several places, in a loop, or in a block."""
    return {key for item in items_within(module) for key, count in _places(module, item).items() if count > 1}


def _places(module: p.Module, item: p.Item) -> Counter[tuple[str, str]]:
    """How often an item may make each model; what stands in a block counts as often as anybody may use that."""
    places: Counter[tuple[str, str]] = Counter()
    for node in recipes_in(item):  # whoever has it may use it again
        places.update(blocks_made(node))
    if not isinstance(item, p.Block):
        return places + places
    for node in walk((item.parameters, item.body, item.chain)):
        if isinstance(node, p.MakeLayer) and isinstance(node.layer, p.BlockRef):
            named = any(each.name == "name" for each in node.keywords)  # by itself, in this place
            places[node.layer.key] += 0 if named else 1 if item.model else 2
        if isinstance(node, p.MakeLayer) and _uses_once(module, node.layer):
            places.subtract(blocks_made(tuple(e for e in arguments_of(node) if is_recipe(e))))
        elif isinstance(node, p.Comprehension):
            places.update(blocks_made(node))
    for s in statements_in(item.body):
        if is_repeated(s):
            places.update(blocks_made(s))
    return places
