"""The blocks, models, functions and externs of the files below a folder: what a project has to build with besides Keras.

In: a folder.  Out: each item with its first line and its place; a file that cannot be read has none.

    block ConvBN(filters, size = 3)      models/blocks.kdl:4
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import assert_never

from dslc.record import record
from dslc.source import Source
from dslc.syntax import nodes
from dslc.syntax.parse import parse
from dslc.tools.files import find, read_found
from dslc.tools.settings import settings
from dslc.tools.terminal import UsageError


@record
class OwnItem:
    """An item of a file of the project: `head` is how it is declared, `parameters` as they are written."""

    name: str
    head: str
    parameters: tuple[str, ...]
    place: str


def own_items(folder: str = os.curdir) -> list[OwnItem]:
    """Every item below the folder, in the order of the files and in them."""
    try:
        files = find([folder], settings().exclude)
    except UsageError:  # there are none
        return []
    found: list[OwnItem] = []
    for each in files:
        source = read_found(each, None)
        if isinstance(source, Source):
            found += _items(parse(source)[0])
    return found


def _items(module: nodes.Module) -> Iterator[OwnItem]:
    for item in module.statements:
        match item:
            case nodes.Block(_, keyword, name, parameters):
                yield _item(keyword, name, parameters)
            case nodes.Fn(_, name, parameters):
                yield _item("fn", name, parameters)
            case nodes.Extern(_, name, parameters):
                yield _item("extern", name, parameters)
            case (
                nodes.Use() | nodes.Input() | nodes.Output() | nodes.Shared() | nodes.WeightStatement() | nodes.For() | nodes.If()
                | nodes.Assert() | nodes.Loss() | nodes.Return() | nodes.Assign() | nodes.Augment() | nodes.ExpressionStatement()
                | nodes.Broken()
            ):  # fmt: skip
                pass  # nothing to build with
            case _:
                assert_never(item)


def _item(keyword: str, name: nodes.Name, parameters: tuple[nodes.Parameter, ...]) -> OwnItem:
    written = tuple(" ".join(each.span.text.split()) for each in parameters)
    head = f"{keyword} {name.text}({', '.join(written)})" if written else f"{keyword} {name.text}"
    return OwnItem(name.text, head, written, f"{name.span.source.name}:{name.span.row}")
