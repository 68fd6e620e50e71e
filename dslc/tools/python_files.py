"""Files of Python as `dslc import` reads them: a file, the cells of a notebook, and other files of the same project.

In: a path, or what an import says in a file at a path.  Out: texts as `Piece`s. Nothing of them is run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from dslc.decompile.config import Refused
from dslc.decompile.python.pieces import Piece
from dslc.regex import regex

LARGEST = 20_000_000
"""Bytes of a notebook: most of them are pictures."""

_MAGIC = regex(r"\s*(?:[%!?]|.*\?$)")
"""A line of a cell that is no Python: what the notebook does, or shows."""


def pieces(path: str) -> list[Piece]:
    """A file, or the cells of a notebook. Raises OSError where it cannot be read, and Refused for what is none of these."""
    text = _text(path)
    if not path.endswith(".ipynb"):
        return [Piece("", text, path)]
    return [Piece("", "", path), *_cells(text, path)]


def _text(path: str) -> str:
    with open(path, "rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Refused("it is larger than any model that is written by hand")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("it is not in UTF-8") from None


def _cells(text: str, path: str) -> Iterator[Piece]:
    """The cells of a notebook that hold Python, as `nbformat` 3 and 4 keep them."""
    try:
        book = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("it is no notebook: no JSON") from None
    sheets = book.get("worksheets") if isinstance(book, dict) else None
    held = sheets[0] if isinstance(sheets, list) and sheets else book
    cells = held.get("cells") if isinstance(held, dict) else None
    if not isinstance(cells, list):
        raise Refused("it is no notebook: it has no cells")
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            yield Piece(f"cell {number}", "", path)
            continue
        said = cell.get("source", cell.get("input", ""))
        code = "".join(map(str, said)) if isinstance(said, list) else str(said)
        if code.lstrip().startswith("%%"):
            code = ""
        lines = (
            f"#{line}" if _MAGIC.match(line) and not line.lstrip().startswith("#") else line
            for line in code.split("\n")
        )
        yield Piece(f"cell {number}", "\n".join(lines), path)


def find(path: str, module: str, level: int) -> Piece | None:
    """The file that an import in a file at a path means; None where it is none of the same project."""
    if not path:
        return None
    folder = os.path.dirname(os.path.abspath(path))
    for base in _bases(folder, module, level):
        stem = os.path.join(base, *module.split(".")) if module else base
        for found in (f"{stem}.py", os.path.join(stem, "__init__.py")):
            if os.path.isfile(found) and os.path.abspath(found) != os.path.abspath(path):
                try:
                    return Piece(os.path.relpath(found), _text(found), found)
                except (OSError, Refused):
                    return None
    return None


def _bases(folder: str, module: str, level: int) -> Iterator[str]:
    """The folders in which the first word of an import is looked for: also where one around has that name."""
    if level:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        yield folder
        return
    yield folder
    first, in_package = module.partition(".")[0], True
    while os.path.dirname(folder) != folder:
        in_package = in_package and os.path.isfile(os.path.join(folder, "__init__.py"))
        is_named = os.path.basename(folder) == first
        folder = os.path.dirname(folder)
        if in_package or is_named:
            yield folder
