"""How `call` uses the lists of layers that the attributes of a class hold: whether each layer can stand where it is called.

In: the statements of `call`.  Out: the uses by the names of the attributes.

    for block in self.blocks: x = block(x)                one loop
    for att, mlp in self.rows: x = mlp(att(x, x))         one loop that names what each place holds
    x = self.parts[0](x)                                  a place
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from dslc.decompile.python.attributes import Several
from dslc.decompile.python.wanted import times


class Uses:
    """How a list that an attribute holds is used: by loops that call each of its layers once, by places, otherwise."""

    def __init__(self) -> None:
        self.loops = 0
        self.rows = 0  # loops that name several layers in each turn
        self.places: list[int] = []
        self.others = 0

    def stand_there(self, several: Several) -> bool:
        """Whether the layers are called once each: by one loop that goes through all, or by their places."""
        if self.others or self.rows or (self.places and several.turns is not None):
            return False
        places = {number % len(several.each) for number in self.places}
        return self.loops <= 1 and not (self.loops and places) and len(places) == len(self.places)

    def only_rows(self) -> bool:
        """Whether one loop goes through it, and names what each place holds."""
        return self.rows == 1 and not self.loops and not self.places and not self.others


def uses_of_lists(work: Sequence[ast.stmt]) -> dict[str, Uses]:
    """The uses of attributes that may hold lists, by their names."""
    found: dict[str, Uses] = {}
    for s in work:
        is_loop = isinstance(s, (ast.For, ast.While))
        within: set[int] = set()  # what is no use of its own
        for node in ast.walk(s):  # what stands around something comes before it
            match node:
                case ast.For(ast.Name(one), ast.Attribute(ast.Name("self"), name) as values, body):
                    uses = found.setdefault(name, Uses())
                    is_once = _calls(body, one) == times(body, one) == 1
                    uses.loops += 1
                    uses.others += not is_once or (is_loop and node is not s)
                    within.add(id(values))
                case ast.For(ast.Tuple(), ast.Attribute(ast.Name("self"), name) as values):
                    uses = found.setdefault(name, Uses())
                    uses.rows += 1
                    uses.others += is_loop and node is not s
                    within.add(id(values))
                case ast.Subscript(
                    ast.Attribute(ast.Name("self"), name) as value, ast.Constant(int() as number)
                ):
                    uses = found.setdefault(name, Uses())
                    uses.places.append(number)
                    uses.others += is_loop
                    within.add(id(value))
                case ast.Attribute(ast.Name("self"), name) if id(node) not in within:
                    found.setdefault(name, Uses()).others += 1
    return found


def _calls(body: Sequence[ast.stmt], name: str) -> int:
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for s in body
        for node in ast.walk(s)
    )
