"""The styles by name, and the way from a program to the text of a module in one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.emit import fresh, functional, parts, sequential, subclass
from dslc.emit import python as py
from dslc.emit.context import Context, Settings
from dslc.emit.gaps import gaps
from dslc.emit.labels import labelled
from dslc.emit.names import ModuleNames
from dslc.emit.needs import layer_blocks, within
from dslc.emit.printer import Printed, printed
from dslc.emit.unchained import unchained
from dslc.emit.usage import walk
from dslc.graph.graph import Graph
from dslc.program import nodes as p

STYLES: dict[str, ModuleType] = {style.NAME: style for style in (functional, sequential, subclass)}


def refusals(
    module: p.Module, graphs: Sequence[Graph], style: str, model: str | None = None
) -> list[Diagnostic]:
    """Why a style cannot hold the models of a file (or one of them): every reason with its line."""
    by_name = {graph.name: graph for graph in graphs}
    found: list[Diagnostic] = []
    if model is None:
        found.extend(gaps(module, _classes(module, graphs, style), style))
    for item in module.items:
        if isinstance(item, p.Block) and item.model and model in (None, item.name):
            found.extend(STYLES[style].refusals(module, item, by_name.get(item.name)))
    return found


def emit(
    module: p.Module,
    graphs: Sequence[Graph],
    style: str,
    settings: Settings,
    package: str,
    modules: Mapping[str, str],
) -> Printed:
    """The text of a module, and for each of its statements the lines and the source it came from.

    `modules` says under which path Python finds the modules of other files; what a file uses of those is imported, what
    it uses of others stands in this module too.
    """
    classes = _classes(module, graphs, style)
    imported = _imported(module, classes, style, modules)
    items = _in_use(module, set(imported))
    blocks = {item.key for item in items if isinstance(item, p.Block) and not item.model}
    names = ModuleNames(
        items, classes & (blocks | set(imported)), {key: name for key, (_, name) in imported.items()}
    )
    context = Context(module, names, graphs, settings, package)
    context.imported = imported
    context.long_layers = any(each.name == "layers" for item in items for each in _parameters(item))
    reshaped = frozenset(chain for graph in graphs for chain in graph.reshaped)
    items = [unchained(item, reshaped) if isinstance(item, p.Block) else item for item in items]
    body = [made for item in items if (made := _statement(context, item, style)) is not None]
    if context.has_recipes:
        body.insert(0, fresh.function())
    return printed(py.Module(module.doc, context.imports(), tuple(body)))


def _statement(context: Context, item: p.Item, style: str) -> py.Statement | None:
    """An item as the style writes it; an extern is imported where it is used."""
    match item:
        case p.Constant():
            return parts.constant(context, item)
        case p.Fn():
            return parts.function(context, item)
        case p.Extern():
            return None
        case p.Block(_, True):
            item = labelled(item, context.automatic) if context.settings.name_layers else item
            return STYLES[style].model(context, item)  # type: ignore[no-any-return]
        case p.Block():
            if item.key in context.names.classes:
                return subclass.block(context, item)
            if style == sequential.NAME and sequential.is_chain(item):
                return sequential.block(context, item)
            return functional.block(context, item)


def _parameters(item: p.Item) -> tuple[p.Parameter, ...]:
    match item:
        case p.Block() | p.Fn():
            return item.parameters
        case _:
            return ()


def _classes(module: p.Module, graphs: Sequence[Graph], style: str) -> set[tuple[str, str]]:
    """The blocks that are classes: all of them, or those that cannot be anything else."""
    if style != subclass.NAME:
        return layer_blocks(module, graphs)
    items = [item for file in within(module) for item in file.items]
    return {item.key for item in items if isinstance(item, p.Block) and not item.model}


def _imported(
    module: p.Module, classes: set[tuple[str, str]], style: str, modules: Mapping[str, str]
) -> dict[tuple[str, str], tuple[str, str]]:
    """What this module takes from the modules of other files: for each key the module and the name it has there.

    A block that is a function there and has to be a class here stands in this module instead.
    """
    found: dict[tuple[str, str], tuple[str, str]] = {}
    own = set(module.items)
    todo: list[p.Item] = list(module.items)
    seen: set[tuple[str, str]] = set()
    while todo:
        item = todo.pop()
        for key in sorted(_keys(module, item)):
            if key in seen or key[0] == module.file:
                continue
            seen.add(key)
            other = module.files.get(key[0])
            wanted = module.item(key)
            if other is None or wanted is None or wanted in own:
                continue
            there = _classes(other, (), style)
            if key[0] not in modules or isinstance(wanted, p.Extern) or (key in classes) != (key in there):
                todo.append(wanted)
                continue
            names = ModuleNames(_in_use(other, set()), there)
            found[key] = (modules[key[0]], names.names[key])
    return found


def _in_use(module: p.Module, imported: set[tuple[str, str]]) -> list[p.Item]:
    """The items of the module in the order Python needs: what a default or constant reads comes before it."""
    own = list(module.items)
    used: list[p.Item] = []
    seen: set[tuple[str, str]] = set()

    def visit(item: p.Item) -> None:
        if item.key in seen or item.key in imported:
            return
        seen.add(item.key)
        for key in _early_keys(module, item):
            found = module.item(key)
            if found is not None:
                visit(found)
        used.append(item)

    for file in _files_in_use(module, own, imported):
        for item in file:
            visit(item)
    return used


def _files_in_use(module: p.Module, own: list[p.Item], imported: set[tuple[str, str]]) -> list[list[p.Item]]:
    """The items of other files that this one needs, then its own."""
    wanted: dict[tuple[str, str], p.Item] = {}
    todo = list(own)
    while todo:
        item = todo.pop(0)
        for key in _keys(module, item):
            if key[0] != module.file and key not in wanted and key not in imported:
                found = module.item(key)
                if found is not None:
                    wanted[key] = found
                    todo.append(found)
    order = [each for file in module.files.values() for each in file.items if each.key in wanted]
    return [order, own]


def _keys(module: p.Module, item: p.Item) -> set[tuple[str, str]]:
    """The items that an item names, anywhere in it."""
    found: set[tuple[str, str]] = set()
    visible = module.files[item.key[0]].visible
    for node in walk(_content(item)):
        match node:
            case p.MakeLayer(_, p.BlockRef(_, key) | p.ExternRef(_, key)) | p.CallFn(_, _, key):
                found.add(key)
            case p.Local(_, name, "constant") if name in visible:
                found.add(visible[name])
            case _:
                pass
    return found


def _content(item: p.Item) -> object:
    match item:
        case p.Block():
            return (item.body, item.chain, tuple(each.default for each in item.parameters))
        case p.Fn():
            return (item.body, item.value, tuple(each.default for each in item.parameters))
        case p.Constant():
            return item.value
        case p.Extern():
            return tuple(each.default for each in item.parameters or ())


def _early_keys(module: p.Module, item: p.Item) -> list[tuple[str, str]]:
    """What Python must have seen before it can define an item: what its defaults or its value name."""
    visible = module.files[item.key[0]].visible
    content: object
    match item:
        case p.Constant():
            content = item.value
        case p.Extern():
            content = ()
        case _:
            content = tuple(each.default for each in item.parameters)
    found = []
    for node in walk(content):
        if isinstance(node, p.Local) and node.kind == "constant" and node.name in visible:
            found.append(visible[node.name])
        elif isinstance(node, p.CallFn):
            found.append(node.key)
            fn = module.item(node.key)
            if fn is not None:
                found.extend(sorted(_keys(module, fn)))
    return found
