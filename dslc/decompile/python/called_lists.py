"""Lists whose layers a body calls: one after the other in loops, or by their numbers.

for step in steps: x = step(x)           steps, and each is a `step`
x = rows[i][j](x)                        rows
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from dslc.decompile.python.tensors import gone_through


def called_in_loops(body: Sequence[ast.stmt]) -> Mapping[str, str]:
    """What loops call each thing in a list, where they call it, by the names of the lists."""
    found: dict[str, str] = {}
    for node in (node for s in body for node in ast.walk(s)):
        if isinstance(node, (ast.For, ast.ListComp)):
            turn = node if isinstance(node, ast.For) else node.generators[0]
            lists = dict(gone_through(turn.target, turn.iter))
            for call in ast.walk(node) if lists else ():
                match call:
                    case ast.Call(ast.Name(one)) if one in lists:
                        found.setdefault(lists[one], one)
    return found


def called_by_number(body: Sequence[ast.stmt]) -> frozenset[str]:
    """The lists of which what stands at a place is called."""
    calls = (node for s in body for node in ast.walk(s) if isinstance(node, ast.Call))
    return frozenset(name for each in calls if (name := listed_in(each.func)) is not None)


def listed_in(e: ast.expr) -> str | None:
    """The name of the list in which something stands: `rows` of `rows[i][j]`."""
    found = None
    while isinstance(e, ast.Subscript):
        e = e.value
        found = e.id if isinstance(e, ast.Name) else None
    return found


def one_of(several: str) -> str:
    """What one of several things is called: `block` of `blocks`."""
    is_many = several.endswith("s") and several[-2:-1] not in ("a", "i", "s", "u")
    return several[:-1] if is_many and len(several) > 2 else f"{several}_1"
