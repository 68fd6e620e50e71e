"""`dslc layers [NAME]`: what there is to build with. One layer in detail, or all of them by Keras's folders.

In: the rows and signatures of `dslc.keras`.  Out: text, or JSON with the same content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options, product

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.keras.layer import Parameter, Row

WIDTH = 96


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


def page(row: Row) -> str:
    """All that is known of a layer: signature, description, shapes, parameters, an example."""
    from textwrap import fill

    from dslc.keras.layers import aliases, signature

    known = signature(row)
    lines = _call(row.name, [p for p in known.constructor if p.kind != "extra"])
    others = aliases(row)
    if others:
        lines.append(f"also: {', '.join(others)}")
    lines += ["", fill(row.description, WIDTH), ""]
    call = ", ".join(_parameter(p) for p in known.call)
    extras = ", ".join(p.name for p in known.constructor if p.kind == "extra")
    for title, text in (
        ("Shape", row.shape),
        ("Parameters", row.parameters),
        ("Call", f"({call})"),
        ("Besides", extras),
    ):
        if text:
            lines.append(fill(text, WIDTH, initial_indent=f"{title + ':':12}", subsequent_indent=" " * 12))
    lines += ["", "Example:", *(f"    {line}" for line in row.example.splitlines())]
    return "\n".join(lines) + "\n"


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

    width = max(len(row.name) for row in rows)
    by_folder: dict[str, list[str]] = {}
    for row in rows:
        sentence = shorten(row.description.split(". ")[0].rstrip("."), WIDTH - width, placeholder=" …")
        by_folder.setdefault(folder(row), []).append(f"  {row.name:{width}}  {sentence}\n")
    return "\n".join(f"{name}\n{''.join(lines)}" for name, lines in by_folder.items())


def _call(name: str, parameters: list[Parameter]) -> list[str]:
    """The signature in one line where it fits, else a parameter a line."""
    parts: list[str] = []
    for parameter in parameters:
        if parameter.kind == "keyword" and "*" not in parts:
            parts.append("*")
        parts.append(_parameter(parameter))
    line = f"{name}({', '.join(parts)})"
    if len(line) <= WIDTH:
        return [line]
    return [f"{name}(", *(f"    {part}," for part in parts), ")"]


def _parameter(parameter: Parameter) -> str:
    from dslc.keras.written import written

    return parameter.name if parameter.required else f"{parameter.name}={written(parameter.default)}"


def _parameter_data(parameter: Parameter) -> dict[str, object]:
    from dslc.keras.written import written

    default = None if parameter.required else written(parameter.default)
    return {
        "name": parameter.name,
        "required": parameter.required,
        "default": default,
        "kind": parameter.kind,
    }
