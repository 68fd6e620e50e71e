"""What there is to say of a layer before it is used: what `dslc layers NAME` and an editor's hover show.

In: a row of the catalogue.  Out: text: signature, description, shapes, parameters, an example.
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.keras.layer import Parameter, Row
from dslc.keras.layers import aliases, signature
from dslc.keras.written import written

WIDTH = 96


def page(row: Row) -> str:
    """All that is known of a layer: signature, description, shapes, parameters, an example."""
    from textwrap import fill  # slow to import

    known = signature(row)
    lines = call(row.name, [p for p in known.constructor if p.kind != "extra"])
    others = aliases(row)
    if others:
        lines.append(f"also: {', '.join(others)}")
    lines += ["", fill(row.description, WIDTH), ""]
    given = ", ".join(parameter(p) for p in known.call)
    extras = ", ".join(p.name for p in known.constructor if p.kind == "extra")
    for title, text in (
        ("Shape", row.shape),
        ("Parameters", row.parameters),
        ("Call", f"({given})"),
        ("Besides", extras),
    ):
        if text:
            lines.append(fill(text, WIDTH, initial_indent=f"{title + ':':12}", subsequent_indent=" " * 12))
    lines += ["", "Example:", *(f"    {line}" for line in row.example.splitlines())]
    return "\n".join(lines) + "\n"


def call(name: str, parameters: Sequence[Parameter]) -> list[str]:
    """The signature in one line where it fits, else a parameter a line."""
    parts: list[str] = []
    for each in parameters:
        if each.kind == "keyword" and "*" not in parts:
            parts.append("*")
        parts.append(parameter(each))
    line = f"{name}({', '.join(parts)})"
    if len(line) <= WIDTH:
        return [line]
    return [f"{name}(", *(f"    {part}," for part in parts), ")"]


def parameter(each: Parameter) -> str:
    """A parameter as a signature shows it, with its default."""
    return each.name if each.required else f"{each.name}={written(each.default)}"
