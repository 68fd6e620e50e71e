"""Places in a tree of Python for what `ast.unparse` cannot say: chains of layers, numbers as they are written.

In: a tree with names for places.  Out: its text, with what stands there.
"""

from __future__ import annotations

import ast
import re

from dslc.decompile.python.chains import Chain
from dslc.regex import regex

_PLACE = regex("\ue000(\\d+)\ue001")


class Places:
    """The places of one body."""

    def __init__(self) -> None:
        self._places: list[Chain | str] = []

    def _place(self, what: Chain | str) -> ast.expr:
        self._places.append(what)
        return ast.Name(f"\ue000{len(self._places) - 1}\ue001")

    def _place_of(self, node: ast.expr) -> Chain | str | None:
        found = _PLACE.fullmatch(node.id) if isinstance(node, ast.Name) else None
        return None if found is None else self._places[int(found[1])]

    def _finished(self, text: str) -> str:
        """A text with what stands in its places."""

        def said_there(found: re.Match[str]) -> str:
            place = self._places[int(found[1])]
            return self._finished(place.text if isinstance(place, Chain) else place)

        return _PLACE.sub(said_there, text)
