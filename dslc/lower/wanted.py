"""Which items a module holds, and in which order.

In: a program.  Out: its items in the order Python needs (what a default or constant reads comes before it); or the part of a program that
some of its models need.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dslc.lower.plan import Key
from dslc.program import nodes as p
from dslc.program.traversal import items_within, walk
from dslc.record import replace


def items_in_use(module: p.Module, imported: set[Key]) -> list[p.Item]:
    """The items of the module in the order Python needs: what a default or constant reads comes before it."""
    own = list(module.items)
    used: list[p.Item] = []
    seen: set[Key] = set()

    def visit(item: p.Item) -> None:
        if item.key in seen or item.key in imported:
            return
        seen.add(item.key)
        for key in _early_keys(module, item):
            found = module.item(key)
            if found is not None:
                visit(found)
        used.append(item)

    for item in [*_of_other_files(module, own, imported), *own]:
        visit(item)
    return used


def _of_other_files(module: p.Module, own: list[p.Item], imported: set[Key]) -> list[p.Item]:
    """The items of other files that this one needs."""
    wanted: set[Key] = set()
    todo = list(own) if len(module.files) > 1 else []
    while todo:
        for key in keys_in(module, todo.pop()):
            if key[0] != module.file and key not in wanted and key not in imported:
                found = module.item(key)
                if found is not None:
                    wanted.add(key)
                    todo.append(found)
    return [each for file in module.files.values() for each in file.items if each.key in wanted]


def models_within(module: p.Module) -> list[p.Block]:
    """The models of the module, and those of other files that it is made of."""
    items = [*module.items, *_of_other_files(module, list(module.items), set())]
    return [each for each in items if isinstance(each, p.Block) and each.model]


def part_for(module: p.Module, names: Collection[str]) -> p.Module:
    """The module with nothing of its own but the items of these names, and what they need."""
    wanted = needed(module, [item for item in module.items if item.name in names])
    items = tuple(item for item in module.items if item.key in wanted)
    files = dict(module.files)
    part: p.Module = replace(module, items=items, index=p.indexed(items), files=files)
    files[module.file] = part
    return part


def connected(module: p.Module, keys: Collection[Key]) -> p.Module:
    """The module with nothing of its own but what some items decide about: what needs them, what those need, and so on."""
    beside: dict[Key, set[Key]] = {}
    for item in items_within(module):
        for key in keys_in(module, item):
            beside.setdefault(item.key, set()).add(key)
            beside.setdefault(key, set()).add(item.key)
    todo = list(keys)
    found = set(todo)
    while todo:
        more = beside.get(todo.pop(), set()) - found
        found |= more
        todo += more
    return part_for(module, [item.name for item in module.items if item.key in found])


def needed(module: p.Module, items: Iterable[p.Item]) -> dict[Key, p.Item]:
    """Items with all that they need, directly or through others."""
    todo = list(items)
    wanted = {item.key: item for item in todo}
    while todo:
        for key in keys_in(module, todo.pop()) - wanted.keys():
            found = module.item(key)
            if found is not None:
                wanted[key] = found
                todo.append(found)
    return wanted


def keys_in(module: p.Module, item: p.Item) -> set[Key]:
    """The items that an item names, anywhere in it."""
    found: set[Key] = set()
    visible = module.files[item.key[0]].visible
    for node in walk(item):
        match node:
            case p.MakeLayer(_, p.BlockRef(_, key) | p.ExternRef(_, key)) | p.CallFn(_, _, key):
                found.add(key)
            case p.KerasObject(key=(_, _) as key):
                found.add(key)
            case p.Local(_, name, "constant") if name in visible:
                found.add(visible[name])
            case _:
                pass  # names no item
    return found


def _early_keys(module: p.Module, item: p.Item) -> list[Key]:
    """What Python must have seen before it can define an item: what its defaults or its value name."""
    visible = module.files[item.key[0]].visible
    content: object
    match item:
        case p.Constant():
            content = item.value
        case p.Extern():
            content = ()
        case _:
            content = item.parameters
    found = []
    for node in walk(content):
        if isinstance(node, p.Local) and node.kind == "constant" and node.name in visible:
            found.append(visible[node.name])
        elif isinstance(node, p.MakeLayer) and isinstance(node.layer, p.BlockRef):
            found.append(node.layer.key)
        elif isinstance(node, p.CallFn):
            found.append(node.key)
            fn = module.item(node.key)
            if fn is not None:
                found.extend(sorted(keys_in(module, fn)))
    return found
