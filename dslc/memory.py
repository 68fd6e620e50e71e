"""What a check has found out about the parts of a program, for the next check of almost the same one.

In: parts by what decides about them: a piece of text, a statement with the names it asks for, a model with all that it uses.
Out: what was made of them, as it was. A compiler that runs once has an empty memory; an editor keeps one for each document.

Only what the last check has put here is still there, so a memory grows no larger than a program. Places in what is kept count from
a `Base`, which the parser moves to where the text stands now.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any


class Shelf:
    """Things of one kind, found again by a key; several may have the same."""

    __slots__ = ("_before", "_now")

    def __init__(self) -> None:
        self._before: dict[Any, list[Any]] = {}
        self._now: dict[Any, list[Any]] = {}

    def take(self, key: Any) -> Any:
        """What the last check has put under a key and nobody has taken since; None where there is nothing."""
        found = self._before.get(key)
        return found.pop(0) if found else None

    def put(self, key: Any, value: Any) -> None:
        """Keep something for the next check."""
        self._now.setdefault(key, []).append(value)

    def turn(self) -> None:
        """A new check begins."""
        self._before, self._now = self._now, {}


class Memory:
    """Pieces by their text, items by their statement, units (a model, or a block by itself) by their items.

    The `library` holds what is known of models that the compiler carries; no text can change it. `handing` says of the items of
    the last check, by their keys, what they hand around. For each style, `plans` and `statements` hold what the
    last Python was made of.
    """

    __slots__ = ("handing", "items", "library", "pieces", "plans", "sites", "statements", "trees",
                 "units")  # fmt: skip

    def __init__(self) -> None:
        self.pieces = Shelf()
        self.items = Shelf()
        self.units = Shelf()
        self.library: Any = None
        self.handing: dict[tuple[str, str], tuple[Any, Any]] = {}
        self.plans: dict[Any, Any] = {}
        self.statements: dict[Any, Shelf] = {}
        self.trees: dict[str, Any] = {}  # of the files of the last check, by their names
        self.sites: Iterator[int] = count()  # a number is never given twice: some of the nodes are older

    def turn(self) -> None:
        """A new check begins: what it does not take up is forgotten."""
        self.pieces.turn()
        self.items.turn()
        self.units.turn()
        self.trees.clear()
