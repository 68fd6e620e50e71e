"""Initializer objects under a name: in the source every layer gets its own, and so it must in Python.

Keras gives two layers of equal shape equal weights when they share one initializer object. So where a name may hold such
an object, its use is written `init.clone()`. In: a program.  Out: the names that may hold one.
"""

from __future__ import annotations

from typing import Any

from dslc.program import nodes as p
from dslc.program.traversal import bound, walk, within

Scoped = tuple[tuple[str, str], str]
"""A name of the body of an item; for a constant its own key and name."""


def initializer_names(module: p.Module) -> set[Scoped]:
    """Every name that may hold an initializer object: by its own value, its default, or what some use hands to it."""
    found: set[Scoped] = set()
    size = -1
    while size != len(found):  # what one block hands on, another may receive
        size = len(found)
        for file in within(module):
            for item in file.items:
                _item(module, file, item, found)
    return found


def _item(module: p.Module, file: p.Module, item: p.Item, found: set[Scoped]) -> None:
    if isinstance(item, p.Constant):
        if _is_object(item.value, item.key, file, found):
            found.add((item.key, item.name))
        return
    if not isinstance(item, p.Block):
        return
    for each in item.parameters:
        if each.default is not None and _is_object(each.default, item.key, file, found):
            found.add((item.key, each.name))
    for node in walk((item.body, item.chain)):
        match node:
            case p.Assign(_, target, _, value) if _is_object(value, item.key, file, found):
                found.update((item.key, name) for name in bound(target))
            case p.MakeLayer(_, p.BlockRef(_, key), _, positional, keywords):
                block = module.item(key)
                if isinstance(block, p.Block):
                    names = [each.name for each in block.parameters]
                    given = [*zip(names, positional, strict=False), *((a.name, a.value) for a in keywords)]
                    found.update((key, name) for name, e in given if _is_object(e, item.key, file, found))
            case _:
                pass


def _is_object(e: Any, key: tuple[str, str], file: p.Module, found: set[Scoped]) -> bool:
    match e:
        case p.KerasObject(_, "initializers", _, _, _, called):
            return called
        case p.Local(_, name, "constant"):
            own = file.visible.get(name)
            return own is not None and (own, own[1]) in found
        case p.Local(_, name):
            return (key, name) in found
        case p.Conditional(_, _, then, otherwise):
            return _is_object(then, key, file, found) or _is_object(otherwise, key, file, found)
        case _:
            return False
