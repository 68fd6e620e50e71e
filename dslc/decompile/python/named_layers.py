"""Classes of layers under other names, chosen, or with some of their arguments given beforehand: each call says what it makes.

Conv = partial(layers.Conv2D, padding="same")           Conv(8, 3)         layers.Conv2D(8, 3, padding="same")
norm = LayerNormalization if deep else BatchNormalization
                                                        norm(axis=1)       LayerNormalization(axis=1) if deep else BatchNormalization(axis=1)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping, Sequence

from dslc.decompile.python.wanted import taken, times

IsMaker = Callable[[ast.expr], bool]
"""Whether an expression is a class of layers, or another thing that is called to make one."""

_PARTIAL = ("functools.partial",)


def called_by_name(tree: ast.Module, is_maker: IsMaker, path: Callable[[ast.AST], str | None]) -> ast.Module:
    """A tree in whose calls such names stand for what they are."""
    outer = _makers(tree.body, tree, frozenset(), is_maker, path)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for each in functions:
        found = _makers(each.body, each, _given(each), is_maker, path)
        if found:
            each.body = _without(each.body, found, _Calls(found))
    if outer:
        hidden = {name for each in functions for name in _given(each)} & outer.keys()
        outer = {name: value for name, value in outer.items() if name not in hidden}
        tree.body = _without(tree.body, outer, _Calls(outer))
    return tree


def _given(function: ast.FunctionDef) -> frozenset[str]:
    return frozenset(node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg))


def _makers(
    body: Sequence[ast.stmt],
    around: ast.AST,
    parameters: frozenset[str],
    is_maker: IsMaker,
    path: Callable[[ast.AST], str | None],
) -> dict[str, ast.expr]:
    """The names of a body that stand for one such thing all along, and are used for nothing but calls of it."""
    found: dict[str, ast.expr] = {}
    for s in body:
        match s:
            case ast.Assign([ast.Name(name)], value) if _makes(value, is_maker, path):
                calls = sum(
                    isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
                    for node in ast.walk(around)
                )
                asked = taken(value) - parameters
                settled = all(times([around], each, ast.Store) < 2 for each in asked)
                if (
                    name not in parameters
                    and calls
                    and settled
                    and times([around], name, ast.Store) == 1
                    and times([around], name, ast.Load) == calls
                    and not any(times([around], each, ast.Store) for each in taken(value) & parameters)
                ):
                    found[name] = value
    return found


def _makes(e: ast.expr, is_maker: IsMaker, path: Callable[[ast.AST], str | None]) -> bool:
    match e:
        case ast.IfExp(_, one, other):
            return _makes(one, is_maker, path) and _makes(other, is_maker, path)
        case ast.Call(func, [first, *_]) if path(func) in _PARTIAL:
            return is_maker(first) and not any(each.arg is None for each in e.keywords)
        case _:
            return is_maker(e)


def _without(
    body: Sequence[ast.stmt], found: Mapping[str, ast.expr], calls: ast.NodeTransformer
) -> list[ast.stmt]:
    """Statements without those that give the names, and with their calls said in full."""
    kept = [
        s for s in body if not (isinstance(s, ast.Assign) and any(s.value is each for each in found.values()))
    ]
    return [calls.visit(s) for s in kept]


class _Calls(ast.NodeTransformer):
    def __init__(self, found: Mapping[str, ast.expr]) -> None:
        self._found = found

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """`Conv(8)` as what it makes."""
        self.generic_visit(node)
        if not isinstance(node.func, ast.Name) or node.func.id not in self._found:
            return node
        made = called(self._found[node.func.id], node)
        for each in ast.walk(made):
            if not hasattr(each, "lineno"):
                ast.copy_location(each, node)
        return made


def completed(e: ast.Call, path: Callable[[ast.AST], str | None]) -> ast.Call | None:
    """What `partial(layers.Dense, use_bias=False)` makes where it is called without more; None where an expression is something else."""
    if not e.args or path(e.func) not in _PARTIAL:
        return None
    return ast.copy_location(ast.Call(e.args[0], e.args[1:], e.keywords), e)


def called(maker: ast.expr, call: ast.Call) -> ast.expr:
    """A call of such a thing as the call of the class itself."""
    match maker:
        case ast.IfExp(test, one, other):
            return ast.IfExp(copy.deepcopy(test), called(one, call), called(other, call))
        case ast.Call(_, [first, *given], named):
            own = {each.arg for each in call.keywords}
            rest = [copy.deepcopy(each) for each in named if each.arg not in own]
            args = [*copy.deepcopy(given), *copy.deepcopy(call.args)]
            return ast.Call(copy.deepcopy(first), args, [*copy.deepcopy(call.keywords), *rest])
        case _:
            return ast.Call(copy.deepcopy(maker), copy.deepcopy(call.args), copy.deepcopy(call.keywords))
