"""Shared models that a body uses under one condition alone: a class makes them under it, too, so that it has no weights besides.

A layer of Keras makes its weights when it is called, a model when it is made. In: a block or model.  Out: the conditions of such
names; the body with the lines that share them under these conditions.

    shared big = Large                   if large { shared big = Large }
    x = x -> big if large else _         x = x -> big if large else _

A condition counts that parameters decide, which are what they are from the first line to the last. What is used under no
condition, or under different ones, stays where it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Union

from dslc.program import nodes as p
from dslc.program.traversal import binds, children, is_starred, items_within, statements_in, times_bound, walk
from dslc.record import replace

Way = tuple[Union[p.If, p.Choice, p.Conditional], bool]
"""A condition, and whether it holds."""

Ways = tuple[Way, ...]


def heavy_items(module: p.Module) -> frozenset[tuple[str, str]]:
    """The keys of models, and of blocks whose weights, or some of them, are made before they are called."""
    blocks = [item for item in items_within(module) if isinstance(item, p.Block)]
    found: set[tuple[str, str]] = set()
    within: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for block in blocks:
        made = [node.layer for node in walk(block.body) if isinstance(node, p.MakeLayer)]
        if block.model or _has_sized_weights(block) or any(map(_is_backbone, made)):
            found.add(block.key)
        for layer in made:
            if isinstance(layer, p.BlockRef):
                within.setdefault(layer.key, []).append(block.key)
    todo = list(found)
    while todo:
        for outer in within.get(todo.pop(), ()):
            if outer not in found:
                found.add(outer)
                todo.append(outer)
    return frozenset(found)


def weighs_at_once(module: p.Module, heavy: Collection[tuple[str, str]], stage: p.Stage) -> str | None:
    """What a shared layer is to be called whose weights, or some of them, are made before it is called; None for others."""
    for node in walk(stage):
        if isinstance(node, p.MakeLayer):
            kind = "backbone" if _is_backbone(node.layer) else None
            if isinstance(node.layer, p.BlockRef) and node.layer.key in heavy:
                block = module.item(node.layer.key)
                kind = "model" if isinstance(block, p.Block) and block.model else "block"
            if kind is not None:
                return kind if node is stage else "layer" if isinstance(stage, p.MakeLayer) else "chain"
    return None


def _is_backbone(layer: p.LayerRef) -> bool:
    return isinstance(layer, p.KerasLayer) and layer.name.startswith("applications.")


def _has_sized_weights(block: p.Block) -> bool:
    """Whether a block has weights of sizes that no input brings: these it makes as soon as it is made."""
    asks = (p.Attribute, p.CallOperation)
    weights = [each for each in statements_in(block.body) if isinstance(each, p.WeightDeclaration)]
    values = {name for each in statements_in(block.body) for name in binds(each)}
    return any(
        not any(
            isinstance(node, asks)
            or (isinstance(node, p.Local) and (node.kind == "dim" or node.name in values))
            for node in walk((each.positional, each.keywords))
        )
        for each in weights
    )


def guards(module: p.Module, heavy: Collection[tuple[str, str]], block: p.Block) -> Mapping[str, Ways]:
    """The conditions, from the outside in, under which alone a body uses the shared layers that weigh at once."""
    shared = [s for s in block.body if isinstance(s, p.Shared) and weighs_at_once(module, heavy, s.value)]
    if not shared:
        return {}
    times = times_bound(block.body)
    fixed = {each.name for each in block.parameters if not each.layer and not times[each.name]}
    uses: dict[str, list[Ways | None]] = {s.name: [] for s in shared if times[s.name] == 1}
    for name, ways in _uses(block.body, fixed):
        if name in uses:
            uses[name].append(ways)
    found = {}
    for name, each in uses.items():
        paths = [ways for ways in each if ways is not None]
        least = min(paths, key=len, default=())
        # one use asks nothing more than all others do: where it holds the layer is used, where it does not nobody uses it
        if least and len(paths) == len(each) and all(_same(ways, least) for ways in paths):
            found[name] = least
    return found


def _uses(body: tuple[p.Statement, ...], fixed: set[str]) -> Iterator[tuple[str, Ways | None]]:
    """Each name that is read, with the conditions around it; None where turns of a loop, or a call, decide about it besides."""
    todo: list[tuple[Any, Ways | None]] = [(body, ())]
    while todo:
        part, ways = todo.pop()
        match part:
            case p.Local(_, name):
                yield name, ways
            case (
                p.If(_, test, then, otherwise)
                | p.Choice(_, test, then, otherwise)
                | p.Conditional(_, test, then, otherwise)
            ):
                todo.append((test, ways))
                decided = ways if _is_fixed(test, fixed) else None
                for inner, holds in ((then, True), (otherwise, False)):
                    todo.append((inner, None if decided is None else (*decided, (part, holds))))
            case tuple():
                todo += [(each, ways) for each in part]
            case _:
                inside = ways if not isinstance(part, (p.For, p.Comprehension)) or _has_turns(part) else None
                todo += [(each, inside) for each in children(part)]


def _has_turns(part: p.For | p.Comprehension) -> bool:
    """Whether a loop has a turn for sure, as the text shows it."""
    match part.iterable if isinstance(part, p.For) else None:
        case p.ListOf(_, items) | p.TupleOf(_, items):
            return any(not is_starred(each) for each in items)
        case p.CallBuiltin(_, "range", (p.Const(_, int() as count),)):
            return count > 0
        case _:
            return False


def _same(ways: Ways, first: Ways) -> bool:
    """Whether conditions begin with those of another place."""
    pairs = zip(ways, first, strict=False)  # `first` is the shorter one
    return all(way.site == other.site and holds == held for (way, holds), (other, held) in pairs)


def _is_fixed(test: p.Expr, fixed: set[str]) -> bool:
    """Whether parameters decide a condition alone."""
    plain = (p.Const, p.Local, p.Unary, p.Binary, p.Compare, p.TupleOf, p.ListOf)
    return all(
        isinstance(node, plain)
        and (not isinstance(node, p.Local) or node.kind == "constant" or node.name in fixed)
        for node in walk(test)
    )


def under_guards(module: p.Module, heavy: Collection[tuple[str, str]], block: p.Block) -> p.Block:
    """The block with what is used under one condition alone shared under it."""
    found = guards(module, heavy, block)
    if not found:
        return block
    body: list[p.Statement] = []
    for s in block.body:
        made: p.Statement = s
        for way, holds in reversed(found.get(s.name, ()) if isinstance(s, p.Shared) else ()):
            inner = (made,)
            made = p.If(way.span, way.test, inner if holds else (), () if holds else inner, way.site)
        before = body[-1] if body else None
        if isinstance(made, p.If) and made is not s and isinstance(before, p.If) and before.site == made.site:
            then, otherwise = (*before.then, *made.then), (*before.otherwise, *made.otherwise)
            body[-1] = replace(before, then=then, otherwise=otherwise)
        else:
            body.append(made)
    return replace(block, body=tuple(body))  # type: ignore[no-any-return]
