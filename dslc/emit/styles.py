"""The styles by name, and the way from a program to the text of a module in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.emit import functional, parts, sequential, subclass
from dslc.emit import python as py
from dslc.emit.context import Context, Settings
from dslc.emit.needs import layer_blocks
from dslc.emit.names import ModuleNames
from dslc.emit.usage import walk
from dslc.graph.graph import Graph
from dslc.program import nodes as p
from dslc.source import Span

STYLES: dict[str, ModuleType] = {style.NAME: style for style in (functional, sequential, subclass)}


def refusals(
    module: p.Module, graphs: Sequence[Graph], style: str, model: str | None = None
) -> list[Diagnostic]:
    """Why a style cannot hold the models of a file (or one of them): every reason with its line."""
    by_name = {graph.name: graph for graph in graphs}
    found: list[Diagnostic] = []
    for item in module.items:
        if isinstance(item, p.Block) and item.model and model in (None, item.name):
            found.extend(STYLES[style].refusals(module, item, by_name.get(item.name)))
    return found


def emit(
    module: p.Module, graphs: Sequence[Graph], style: str, settings: Settings, package: str
) -> tuple[str, list[Span | None]]:
    """The text of a module before formatting, and the source of each of its statements."""
    writer = STYLES[style]
    items = _in_use(module, style)
    blocks = {item.key for item in items if isinstance(item, p.Block) and not item.model}
    classes = blocks if style == subclass.NAME else layer_blocks(module, graphs) & blocks
    context = Context(module, ModuleNames(items, classes), graphs, settings, package)
    context.long_layers = any(
        name == "layers"
        for item in items
        if isinstance(item, p.Block)
        for name in (each.name for each in item.parameters)
    )
    body: list[py.Statement] = []
    for item in items:
        match item:
            case p.Constant():
                body.append(parts.constant(context, item))
            case p.Fn():
                body.append(parts.function(context, item))
            case p.Extern():
                pass  # imported where it is used
            case p.Block(_, True):
                body.append(writer.model(context, item))
            case p.Block():
                body.append((subclass if item.key in classes else writer).block(context, item))
    return py.render(py.Module(module.doc, context.imports(), tuple(body)))


def _in_use(module: p.Module, style: str) -> list[p.Item]:
    """The items of the module in the order Python needs: what a default or constant reads comes before it."""
    own = list(module.items)
    used: list[p.Item] = []
    seen: set[tuple[str, str]] = set()

    def visit(item: p.Item) -> None:
        if item.key in seen:
            return
        seen.add(item.key)
        for key in _early_keys(module, item):
            found = module.item(key)
            if found is not None:
                visit(found)
        used.append(item)

    for file in _files_in_use(module, own):
        for item in file:
            visit(item)
    return used


def _files_in_use(module: p.Module, own: list[p.Item]) -> list[list[p.Item]]:
    """The items of other files that this one needs, then its own."""
    wanted: dict[tuple[str, str], p.Item] = {}
    todo = list(own)
    while todo:
        item = todo.pop(0)
        for key in _keys(module, item):
            if key[0] != module.file and key not in wanted:
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
