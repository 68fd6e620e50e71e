"""Which blocks are layers of their own in every style, and which are no more than functions on tensors.

In: a program, and what the graphs of its models found out: the sites that a call decides, the bodies that call a layer on what
no input reaches.  Out: the keys of the blocks that have to be `Layer` classes: they have weights, random numbers or decisions of
their own, are used as one object, or are called by a name.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from dslc.program import nodes as p
from dslc.program.traversal import (
    arguments_of,
    blocks_made,
    blocks_within,
    is_drawn,
    is_given_layer,
    is_recipe,
    is_repeated,
    items_within,
    recipes_in,
    statements_in,
    walk,
)


def layer_blocks(
    module: p.Module, late: frozenset[int], unreached: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """The keys of the blocks that are `Layer` classes in every style."""
    blocks = {block.key: block for block in blocks_within(module) if not block.model}
    makes = {key: blocks_made((block.body, block.chain)) & set(blocks) for key, block in blocks.items()}
    hands = {key: _handed_to(block) for key, block in blocks.items()}
    found: set[tuple[str, str]] = set()
    todo = [key for key, block in blocks.items() if key in unreached or has_own_state(block, late)]
    todo += (used_as_objects(module) | given_names(module)) & set(blocks)
    while todo:
        key = todo.pop()
        if key in found:
            continue
        found.add(key)
        todo += makes[key]  # what a class uses makes layers, which only a class can keep
        todo += [other for other, given in hands.items() if key in given]
    return found


def given_names(module: p.Module) -> set[tuple[str, str]]:
    """The blocks and models that are given a `name=` somewhere, which is that of a layer: no parameter of theirs takes it."""
    found: set[tuple[str, str]] = set()
    for block in blocks_within(module):
        for node in walk((block.body, block.chain, tuple(each.default for each in block.parameters))):
            if not isinstance(node, p.MakeLayer) or all(a.name != "name" for a in node.keywords):
                continue
            used = module.item(node.layer.key) if isinstance(node.layer, p.BlockRef) else None
            if isinstance(used, p.Block) and all(each.name != "name" for each in used.parameters):
                found.add(used.key)
    return found


def has_own_state(block: p.Block, late: frozenset[int]) -> bool:
    """Whether a body has weights, random numbers, or decides by `training`, a tensor's value or a size of the call.

    Or whether it needs a layer that it is given as an object: to share it, or to let a Keras layer wrap it.
    """
    return any(_is_state(each) or decides_late(each, late) for each in walk((block.body, block.chain)))


def _handed_to(block: p.Block) -> set[tuple[str, str]]:
    """The blocks to which a block hands a layer that it is given; a class takes layers, not functions."""
    return {
        each.layer.key
        for each in walk((block.body, block.chain))
        if isinstance(each, p.MakeLayer) and isinstance(each.layer, p.BlockRef) and _hands_layers(each)
    }


def _hands_layers(stage: p.MakeLayer) -> bool:
    return any(is_given_layer(each) for each in walk(arguments_of(stage)))


def decides_late(node: Any, late: frozenset[int]) -> bool:
    """Whether a condition, or an argument of a tensor function, depends on a size that only the call knows."""
    decides = (p.If, p.Choice, p.Conditional, p.CallOperation, p.Index, p.Binary)
    return isinstance(node, decides) and node.site in late


def _is_state(node: Any) -> bool:
    match node:
        case p.WeightDeclaration() | p.Cond():
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


def used_as_objects(module: p.Module) -> set[tuple[str, str]]:
    """Blocks that are handed around as one thing: shared, as an argument of a layer or block, or under a name."""
    found: set[tuple[str, str]] = set()
    for item in items_within(module):
        for node in walk(item):
            if isinstance(node, p.Shared):
                found |= blocks_made(node.value)
            elif isinstance(node, p.Parameter) and node.layer and node.default is not None:
                found |= blocks_made(node.default)
        for recipe in recipes_in(item):
            found |= blocks_made(recipe)
    return found


def repeated_models(module: p.Module) -> set[tuple[str, str]]:
    """The models that may be made more than once inside one other: at several places, in a loop, or in a block."""
    places: Counter[tuple[str, str]] = Counter()
    for item in items_within(module):
        for node in recipes_in(item):  # whoever has it may use it again
            places.update(blocks_made(node))
        if not isinstance(item, p.Block):
            continue
        for node in walk((item.body, item.chain)):
            if isinstance(node, p.MakeLayer) and isinstance(node.layer, p.BlockRef):
                places[node.layer.key] += 1 if item.model else 2
            elif isinstance(node, p.MakeLayer):  # a Keras layer uses what it is given once
                places.subtract(blocks_made(tuple(e for e in arguments_of(node) if is_recipe(e))))
            elif isinstance(node, p.Comprehension):
                places.update(blocks_made(node))
        for s in statements_in(item.body):
            if is_repeated(s):
                places.update(blocks_made(s))
    return {key for key, count in places.items() if count > 1}
