"""`dslc layers [NAME]`: what there is to build with. One thing in detail, all whose names have a word in them, or every layer.

In: the rows and signatures of `dslc.keras`.  Out: text, or JSON with the same content.

    dslc layers Conv2D               a layer: signature, shapes, parameters, an example
    dslc layers ops.mean             a tensor function, likewise `random.*`, `activations.*`, `initializers.*` and their like
    dslc layers pool                 every layer, function and object with `pool` in its name

The blocks, models and functions of the files below the current folder are found, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options, product

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.keras.binding import Parameters
    from dslc.keras.layer import Parameter, Row
    from dslc.tools.own_items import OwnItem


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc layers`."""
    parser.add_argument(
        "name",
        nargs="?",
        help="a name, e.g. Conv2D or ops.mean, or a part of names, e.g. conv; none: list all layers",
    )
    add_options(parser, ("text", "json"))


def run(arguments: Namespace) -> int:
    """Print one thing, those that a word finds, or the list of all layers."""
    rows, others, own = _asked_for(arguments.name)
    if arguments.format == "json":
        from json import dumps

        found = [*map(data, rows), *(_function_data(name, known) for name, known in others.items())]
        product(dumps([*found, *map(_own_data, own)], indent=2, ensure_ascii=False) + "\n")
    elif arguments.name is None or own or len(rows) + len(others) > 1 or not _is_one(arguments.name):
        parts = [(_list, rows), (_functions, others), (_own_items, own)]
        product("\n".join([show(found) for show, found in parts if found]))  # type: ignore[operator]
    elif rows:
        from dslc.keras.pages import page

        product(page(rows[0]))
    else:
        product(_functions(others))
    return 0


def _is_one(name: str) -> bool:
    from dslc.keras.layers import find

    return find(name) is not None or "." in name


def _asked_for(word: str | None) -> tuple[list[Row], dict[str, Parameters], list[OwnItem]]:
    """The layers, the functions and objects by their names, and what the project has itself. Raises UsageError where a word
    finds nothing."""
    from dslc.keras.layers import applications, find, names

    rows = {row.name: row for name in names() if (row := find(name)) is not None}
    if word is None:
        return list(rows.values()), {}, []
    named = find(word)
    if named is not None:
        return [named], {}, []
    others = _others()
    if word in others:
        return [], {word: others[word]}, []
    from dslc.tools.own_items import own_items

    own = own_items()
    exact = [item for item in own if item.name == word]
    if exact:
        return [], {}, exact
    part = word.lower()
    rows |= {name: row for name in applications() if (row := find(name)) is not None}
    found = [row for row in rows.values() if part in row.name.lower()]
    besides = {name: known for name, known in others.items() if part in name.lower()}
    ours = [item for item in own if part in item.name.lower()]
    if not found and not besides and not ours:
        from dslc.diagnostics.suggest import did_you_mean

        known = [*rows, *names(), *others, *(item.name for item in own)]
        advice = did_you_mean(word, known) or "dslc layers, without a name, lists all layers"
        raise UsageError(f"there is no layer or function `{word}`, and none with that in its name", advice)
    return found, besides, ours


def _own_items(found: list[OwnItem]) -> str:
    """A line each, with its place."""
    width = max(len(item.head) for item in found)
    return "of this project\n" + "".join(f"  {item.head:{width}}  {item.place}\n" for item in found)


def _own_data(item: OwnItem) -> dict[str, object]:
    kind = item.head.split()[0]
    return {"name": item.name, "kind": kind, "parameters": list(item.parameters), "place": item.place}


def _others() -> dict[str, Parameters]:
    """Tensor functions, activations, initializers and their like, by their names."""
    from dslc.keras import objects, operations

    found = {name: operations.signature(name) for name in operations.names()}
    for space in objects.NAMESPACES:
        found |= {f"{space}.{name}": objects.signature(space, name) for name in objects.names(space)}
    return found


def _functions(found: dict[str, Parameters]) -> str:
    """Signatures, a line each where it fits."""
    return "".join(f"{name}({', '.join(_shown(known))})\n" for name, known in found.items())


def _shown(known: Parameters) -> list[str]:
    from dslc.keras.written import written

    return [each[0] if len(each) == 1 else f"{each[0]}={written(each[1])}" for each in known]


def _function_data(name: str, known: Parameters) -> dict[str, object]:
    from dslc.keras.written import written

    parameters = [
        {"name": each[0], "required": len(each) == 1, "default": None if len(each) == 1 else written(each[1])}
        for each in known
    ]
    return {"name": name, "parameters": parameters}


def data(row: Row) -> dict[str, object]:
    """The same as JSON values."""
    from dslc.keras.layers import aliases, folder, signature

    known = signature(row)
    return {
        "name": row.name,
        "aliases": list(aliases(row)),
        "folder": folder(row),
        "description": row.description,
        "constructor": [_parameter_data(parameter) for parameter in known.constructor],
        "call": [_parameter_data(parameter) for parameter in known.call],
        "shape": row.shape,
        "parameters": row.parameters,
        "example": row.example,
    }


def _list(rows: list[Row]) -> str:
    from textwrap import shorten

    from dslc.keras.layers import folder
    from dslc.keras.pages import WIDTH

    width = max(len(row.name) for row in rows)
    by_folder: dict[str, list[str]] = {}
    for row in rows:
        sentence = shorten(row.description.split(". ")[0].rstrip("."), WIDTH - width, placeholder=" …")
        by_folder.setdefault(folder(row), []).append(f"  {row.name:{width}}  {sentence}\n")
    return "\n".join(f"{name}\n{''.join(lines)}" for name, lines in by_folder.items())


def _parameter_data(parameter: Parameter) -> dict[str, object]:
    from dslc.keras.written import written

    default = None if parameter.required else written(parameter.default)
    return {
        "name": parameter.name,
        "required": parameter.required,
        "default": default,
        "kind": parameter.kind,
    }
