"""Layers that an attribute holds in a dictionary made by a comprehension: each stands where it is called, once.

In: a class whose methods stand where they are called.  Out: the class without such dictionaries.

    self.embeds = {name: Embedding(n, 8) for name, n in sizes.items()}
    for name, value in inputs.items():                     for name, value in inputs.items():
        found.append(self.embeds[name](value))                 found.append(Embedding(sizes[name], 8)(value))
    [embed(inputs[key]) for key, embed in self.embeds.items()]
                                                           [Embedding(n, 8)(inputs[name]) for name, n in sizes.items()]
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from dslc.decompile.python.decided import Told
from dslc.decompile.python.layer_lists import is_own
from dslc.decompile.python.signatures import function_in, positional
from dslc.decompile.python.wanted import bound, taken, times

Makes = Callable[[ast.expr], bool]
"""Whether an expression makes a layer."""


def standing_there(own: ast.ClassDef, makes: Makes) -> ast.ClassDef:
    """A class whose dictionaries of layers are gone, where each layer of them is called once."""
    first, flow = function_in(own, "__init__"), function_in(own, "call")
    if first is None or flow is None:
        return own
    for s in first.body:
        match s:
            case ast.Assign(
                [ast.Attribute(ast.Name("self"), name)], ast.DictComp(ast.Name() as key, layer, [turns])
            ) if (makes(layer) and not turns.ifs and _is_known(layer, turns, key, first, flow)):
                made = copy.deepcopy(flow)
                places = _Places(name, key, layer, turns, {*_distinct(first, flow, turns.iter)})
                made.body = [places.visit(each) for each in made.body]
                if places.are_one_each() and not any(is_own(node, name) for node in ast.walk(made)):
                    begin = copy.copy(first)
                    begin.body = [each for each in first.body if each is not s] or [ast.Pass()]
                    whole = copy.copy(own)
                    told = {id(first): begin, id(flow): made}
                    whole.body = [told.get(id(each), each) for each in own.body]
                    return standing_there(whole, makes)
    return own


def _is_known(
    layer: ast.expr, turns: ast.comprehension, key: ast.Name, first: ast.FunctionDef, flow: ast.FunctionDef
) -> bool:
    """Whether what a layer is made of means the same in `call`."""
    inner = taken(turns.target)
    asked = (taken(layer) | taken(turns.iter)) - inner
    there = {name for s in flow.body for name in bound(s)} | {*positional(flow)}
    changed = {name for s in first.body for name in bound(s)} - {"self"}
    return key.id in inner and "self" not in asked and not asked & (there | changed)


class _Places(ast.NodeTransformer):
    """The layers where they are called; `used` counts the places."""

    def __init__(
        self, name: str, key: ast.Name, layer: ast.expr, turns: ast.comprehension, distinct: Set[str]
    ) -> None:
        self._name = name
        self._key = key
        self._layer = layer
        self._turns = turns
        self._distinct = distinct
        self._keys: list[str] = []  # what the loops around go through
        self._named: list[object] = []  # keys that are written out
        self.used = 0

    def are_one_each(self) -> bool:
        """Whether each layer is called once: by one loop, or where its key is written out."""
        named = len(set(self._named))
        return (self.used == 1 and not named) or (not self.used and len(self._named) == named > 0)

    def visit_For(self, node: ast.For) -> ast.AST:
        """A loop, which may go through the dictionary."""
        told = self._through(node.target, node.iter, node.body)
        if told is not None:
            node.target, node.iter = copy.deepcopy(self._turns.target), copy.deepcopy(self._turns.iter)
            node.body = Told(told).statements(node.body)
            return node
        self._keys.append(self._key_of(node.target, node.iter))
        self.generic_visit(node)
        self._keys.pop()
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        """A list, which may be made of the dictionary."""
        turns = node.generators[0]
        told = self._through(turns.target, turns.iter, [node.elt]) if len(node.generators) == 1 else None
        if told is not None and not turns.ifs:
            made = ast.ListComp(Told(told).visit(copy.deepcopy(node.elt)), [copy.deepcopy(self._turns)])
            return ast.copy_location(made, node)
        self._keys.append(self._key_of(turns.target, turns.iter))
        self.generic_visit(node)
        self._keys.pop()
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """A layer by the key that the one loop around goes through, or by one that is written out."""
        if not is_own(node.value, self._name) or not isinstance(node.slice, (ast.Name, ast.Constant)):
            return self.generic_visit(node)
        told = dict(self._by_key(node.slice))
        around = [node.slice.id] if isinstance(node.slice, ast.Name) else []
        if self._keys != around or taken(self._turns.target) - told.keys():
            return node
        if isinstance(node.slice, ast.Name):
            self.used += 1
        else:
            self._named.append(node.slice.value)
        made: ast.AST = Told(told).visit(copy.deepcopy(self._layer))
        return made

    def _by_key(self, key: ast.Name | ast.Constant) -> Iterator[tuple[str, ast.expr]]:
        """What the names of the comprehension stand for under a key."""
        yield self._key.id, key
        match self._turns:
            case ast.comprehension(
                ast.Tuple([ast.Name(own), ast.Name(value)]), ast.Call(ast.Attribute(whole, "items"), [], [])
            ) if (own == self._key.id):
                yield value, ast.Subscript(whole, key, ast.Load())

    def _through(
        self, target: ast.expr, values: ast.expr, body: Sequence[ast.AST]
    ) -> Mapping[str, ast.expr] | None:
        """What the names of a loop through the items of the dictionary are; None for another loop."""
        match target, values:
            case (
                ast.Tuple([ast.Name(key), ast.Name(layer)]),
                ast.Call(ast.Attribute(held, "items"), [], []),
            ) if is_own(held, self._name):
                free = {one for each in body for one in taken(each)} - {key, layer}
                once = times(body, layer) == 1 and not times(body, key, ast.Store)
                if self._keys or not once or free & taken(self._turns.target):
                    return None
                self.used += 1
                return {key: self._key, layer: self._layer}
            case _:
                return None

    def _key_of(self, target: ast.expr, values: ast.expr) -> str:
        """The name of a loop that has another key in each turn; "" of one where nobody knows that."""
        match target, values:
            case ast.Tuple([ast.Name(name), _]), ast.Call(ast.Attribute(_, "items"), [], []):
                return name
            case ast.Name(name), ast.Call(ast.Attribute(_, "keys"), [], []):
                return name
            case ast.Name(name), _ if ast.unparse(values) in self._distinct:
                return name
            case _:
                return ""


def _distinct(first: ast.FunctionDef, flow: ast.FunctionDef, values: ast.expr) -> Iterator[str]:
    """What goes through keys that are told apart: what the dictionary is made by, attributes that keep it, and what `call` is given by name."""
    match values:
        case ast.Call(ast.Attribute(whole, "items" | "keys"), [], []):
            values = whole
    yield ast.unparse(values)
    yield from positional(flow)
    for s in first.body:
        match s:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], kept) if ast.dump(kept) == ast.dump(
                values
            ):
                yield f"self.{name}"
