"""Functions that ask for the type of what they are given, where that is always the same: `isinstance(size, int)`.

In: the tree of a file, and its functions.  Out: the same with the answers.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from dslc.decompile.python.signatures import arguments, defaults, positional

_TYPES: Mapping[str, tuple[type, ...]] = {
    "int": (int,), "float": (float,), "str": (str,), "bool": (bool,), "list": (list,), "tuple": (tuple,), "dict": (dict,),
}  # fmt: skip


def of_one_type(tree: ast.Module, functions: Mapping[str, ast.FunctionDef]) -> ast.Module:
    """A tree in which functions do not ask for the type of what they are given, where that is always the same."""
    found: dict[str, dict[str, list[ast.expr]]] = {name: {} for name in functions}
    for name, function in functions.items():
        for key, default in defaults(function.args):
            found[name].setdefault(key, []).append(default)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            takes = positional(functions[node.func.id])
            for key, value in arguments(takes, node).items():
                found[node.func.id].setdefault(key, []).append(value)
    for name, function in functions.items():
        types = {key: own for key, values in found[name].items() if (own := _type(values)) is not None}
        if types:
            _Types(types).visit(function)
    return tree


def _type(values: list[ast.expr]) -> type | None:
    """The type that all values have; None where it is not known, or they may be left out."""
    types = {_type_of(each) for each in values}
    found = types.pop() if len(types) == 1 else None
    return None if found is type(None) else found


def _type_of(value: ast.expr) -> type | None:
    match value:
        case ast.Constant(held):
            return type(held)
        case ast.List() | ast.ListComp():
            return list
        case ast.Tuple():
            return tuple
        case _:
            return None


class _Types(ast.NodeTransformer):
    """Answers to `isinstance(n, int)` and `type(n) is list`."""

    def __init__(self, types: Mapping[str, type]) -> None:
        self._types = types

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(
                ast.Name("isinstance"), [ast.Name(name), ast.Name() | ast.Tuple() as wanted], []
            ) if (name in self._types):
                among = wanted.elts if isinstance(wanted, ast.Tuple) else [wanted]
                if all(isinstance(each, ast.Name) and each.id in _TYPES for each in among):
                    found = any(
                        issubclass(self._types[name], _TYPES[each.id])
                        for each in among
                        if isinstance(each, ast.Name)
                    )
                    return ast.copy_location(ast.Constant(found), node)
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        match node:
            case ast.Compare(
                ast.Call(ast.Name("type"), [ast.Name(name)], []), [ast.Is() | ast.Eq()], [ast.Name(wanted)]
            ) if (name in self._types and wanted in _TYPES):
                return ast.copy_location(ast.Constant(self._types[name] in _TYPES[wanted]), node)
        return self.generic_visit(node)
