"""`dslc layers [NAME]`: what there is to build with. One layer in detail, or all of them by Keras's folders.

In: the rows and signatures of `dslc.keras`.  Out: text, or JSON with the same content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options, product

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.keras.layer import Parameter, Row


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc layers`."""
    parser.add_argument("name", nargs="?", help="a layer, e.g. Conv2D; none: list them all")
    add_options(parser, ("text", "json"))


def run(arguments: Namespace) -> int:
    """Print one layer, or the list of all."""
    rows = _all() if arguments.name is None else [_find(arguments.name)]
    if arguments.format == "json":
        from json import dumps

        product(dumps([data(row) for row in rows], indent=2, ensure_ascii=False) + "\n")
    elif arguments.name is None:
        product(_list(rows))
    else:
        from dslc.keras.pages import page

        product(page(rows[0]))
    return 0


def _all() -> list[Row]:
    from dslc.keras.layers import find, names

    rows = {row.name: row for name in names() if (row := find(name)) is not None}
    return list(rows.values())


def _find(name: str) -> Row:
    from dslc.diagnostics.suggest import did_you_mean
    from dslc.keras.layers import find, names

    row = find(name)
    if row is None:
        known = [other for other in names() if find(other) is not None]
        advice = did_you_mean(name, known) or "dslc layers, without a name, lists them all"
        raise UsageError(f"there is no layer `{name}`", advice)
    return row


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
