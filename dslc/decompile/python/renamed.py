"""Parameters whose names are words of the language, under names that are none: in their functions, and in calls of these.

def conv(x, block, stage): …                         def conv(x, blocks, stage): …
conv(x, block="a", stage=2)                          conv(x, blocks="a", stage=2)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from dslc.casing import untaken
from dslc.decompile.names import value_name
from dslc.decompile.python.wanted import taken


def renamed(tree: ast.Module) -> ast.Module:
    """A tree in which parameters have names that the language takes."""
    functions = dict(_functions(tree))
    changed: dict[str, dict[str, str]] = {}
    for name, function in functions.items():
        known = taken(function)
        for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
            if each.arg not in ("self", "training") and value_name(each.arg) is None:
                changed.setdefault(name, {})[each.arg] = made = _wish(each.arg, known)
                known.add(made)
        _Names(changed.get(name, {})).visit(function)
    if changed:
        _Keywords(changed).visit(tree)
    return tree


def _wish(name: str, taken: set[str]) -> str:
    made = untaken(f"{name.strip('_') or 'value'}s", taken)
    while value_name(made) is None:
        made += "_"
    return made


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """What is called by a name: functions, and what makes layers of classes."""
    for each in tree.body:
        if isinstance(each, ast.FunctionDef):
            yield each.name, each
        elif isinstance(each, ast.ClassDef):
            for method in each.body:
                if isinstance(method, ast.FunctionDef) and method.name == "__init__":
                    yield each.name, method


class _Names(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self._names.get(node.arg, node.arg)
        return node


class _Keywords(ast.NodeTransformer):
    def __init__(self, changed: Mapping[str, Mapping[str, str]]) -> None:
        self._changed = changed

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in self._changed:
            for each in node.keywords:
                if each.arg is not None:
                    each.arg = self._changed[node.func.id].get(each.arg, each.arg)
        return self.generic_visit(node)
