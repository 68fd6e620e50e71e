"""Methods of a plain class that make models, as functions: `self.shape`, where `__init__` gives it a plain value, is a constant of the file.

class GAN:
    def __init__(self):
        self.shape = (28, 28, 1)                     shape = (28, 28, 1)
    def build_critic(self):                          def build_critic():
        image = keras.Input(self.shape)                  image = keras.Input(shape)
        return keras.Model(image, …)                     return keras.Model(image, …)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence, Set

Makes = Callable[[ast.AST], bool]
"""Whether a piece of Python makes a model."""


def lifted(own: ast.ClassDef, makes: Makes) -> list[ast.stmt]:
    """The functions and constants that the methods of a class are which make models; none where a name has two meanings."""
    methods = [each for each in own.body if isinstance(each, ast.FunctionDef)]
    making = [each for each in methods if each.name != "__init__" and any(map(makes, ast.walk(each)))]
    making = [
        each
        for each in making
        if each.args.args and each.args.args[0].arg == "self" and isinstance(each.body[-1], ast.Return)
    ]
    if not making or own.bases:
        return []
    first = next((each for each in methods if each.name == "__init__"), None)
    kept = dict(_kept(first.body)) if first is not None else {}
    names = {node.id for each in making for node in ast.walk(each) if isinstance(node, ast.Name)}
    if names & kept.keys():
        return []
    return [*_constants(first, kept), *(_function(each, kept.keys()) for each in making)]


def _kept(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.Assign]]:
    """The attributes that are given a value, and where."""
    for s in body:
        match s:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)]):
                yield name, s


def _constants(first: ast.FunctionDef | None, kept: dict[str, ast.Assign]) -> Iterator[ast.stmt]:
    """The attributes that are made of plain values, and of arguments that have a default."""
    if first is None:
        return
    given = [each.arg for each in first.args.args]
    defaults = dict(zip(reversed(given), reversed(first.args.defaults), strict=False))
    for name, s in kept.items():
        value = _Plain(kept.keys()).visit(copy.deepcopy(s.value))
        if isinstance(value, ast.Name) and value.id in defaults:
            value = defaults[value.id]
        if not {node.id for node in ast.walk(value) if isinstance(node, ast.Name)} & set(given):
            yield ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], value), s)


def _function(method: ast.FunctionDef, names: Set[str]) -> ast.FunctionDef:
    made = copy.deepcopy(method)
    made.args.args = made.args.args[1:]
    function = _Plain(names).visit(made)
    assert isinstance(function, ast.FunctionDef)
    return function


class _Plain(ast.NodeTransformer):
    """`self.name` as `name`."""

    def __init__(self, names: Set[str]) -> None:
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node:
            case ast.Attribute(ast.Name("self"), name, ast.Load()) if name in self._names:
                return ast.copy_location(ast.Name(name, ast.Load()), node)
        return self.generic_visit(node)
