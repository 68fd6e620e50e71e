"""Which names a body gives another value after a line: what is made of them there cannot stand further down.

dense = layers.Dense(n)          shared dense = Dense(n)
n = n * 2                        n = n * 2
x = dense(x)                     x = x -> dense
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set


class Order:
    """The statements of a body in their order."""

    def __init__(self, body: Sequence[ast.stmt]) -> None:
        self._places: dict[int, int] = (
            {}
        )  # of each statement that of the one outside of all that it stands in
        self._whole = [id(s) for s in body]
        self._bound = [set(_bound(s)) for s in body]
        self._last: dict[str, int] = {}
        for place, s in enumerate(body):
            self._places |= {id(node): place for node in ast.walk(s) if isinstance(node, ast.stmt)}
            self._last |= dict.fromkeys(self._bound[place], place)

    def changes(self, names: Set[str], s: ast.stmt) -> bool:
        """Whether one of the names has another value behind a statement."""
        place = self._places.get(id(s))
        if place is None:
            return False
        if any(self._last.get(name, -1) > place for name in names):
            return True
        return self._whole[place] != id(s) and bool(names & self._bound[place])


def _bound(s: ast.stmt) -> Iterator[str]:
    """The names that a statement gives a value, but for those that each turn of a loop begins with."""
    nodes = list(ast.walk(s))
    targets = {
        id(each)
        for node in nodes
        if isinstance(node, (ast.For, ast.comprehension))
        for each in ast.walk(node.target)
    }
    for node in nodes:
        match node:
            case ast.Name(name, ast.Store()) if id(node) not in targets:
                yield name
