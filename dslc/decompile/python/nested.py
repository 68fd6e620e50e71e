"""Functions inside of functions, as functions of the file: what they read of the body around them, calls hand to them.

def build(width):                                    def round_up(width, n): return int(n * width)
    def round_up(n): return int(n * width)           def build(width):
    x = Dense(round_up(8))(x)                            x = Dense(round_up(width, 8))(x)

Those that a function gives stay: what they are is said together with it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set

from dslc.casing import untaken
from dslc.decompile.python.wanted import bound, read


def flattened(tree: ast.Module) -> tuple[ast.Module, frozenset[str]]:
    """A tree whose functions hold no others, but for those that they give; and the names of those that they held."""
    body: list[ast.stmt] = []
    names = {each.name for each in tree.body if isinstance(each, (ast.FunctionDef, ast.ClassDef))}
    taken = set(names)
    for s in tree.body:
        body += _outside(s, taken) if isinstance(s, ast.FunctionDef) else [s]
    tree.body = body
    return tree, frozenset(taken - names)


def _outside(function: ast.FunctionDef, taken: set[str]) -> Iterator[ast.stmt]:
    """A function, behind those that stand in it."""
    last = function.body[-1]
    given = last.value.id if isinstance(last, ast.Return) and isinstance(last.value, ast.Name) else ""
    inner = [each for each in function.body if isinstance(each, ast.FunctionDef) and each.name != given]
    around = {each.arg for each in _takes(function)} | {
        name for s in function.body if s not in inner for name in bound(s)
    }
    more = {each.name: set(_free(each)) & around for each in inner}
    for _ in inner:  # what one reads that another calls
        for each in inner:
            more[each.name] |= {
                name for other in inner if other.name in set(_free(each)) for name in more[other.name]
            }
    if not inner or any(_changes(each) for each in inner):
        yield function
        return
    names = {}
    for each in inner:
        names[each.name] = untaken(
            each.name if each.name not in taken else f"{each.name}_of_{function.name}", taken
        )
        taken.add(names[each.name])
    function.body = [each for each in function.body if each not in inner]
    handed = _Handed(names, more)
    for each in inner:
        handed.visit(each)
        each.args.args[:0] = [ast.arg(name) for name in sorted(more[each.name])]
        each.name = names[each.name]
    yield from inner
    yield handed.visit(function)


def _takes(function: ast.FunctionDef) -> Sequence[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _free(function: ast.FunctionDef) -> Iterator[str]:
    """The names that a function reads and does not bind; its defaults stand outside of it."""
    own = {each.arg for each in _takes(function)} | {name for s in function.body for name in bound(s)}
    yield from (name for s in function.body for name in read(s) if name not in own)


def _changes(function: ast.FunctionDef) -> bool:
    """Whether a function gives names outside of it another value."""
    return any(isinstance(node, (ast.Nonlocal, ast.Global)) for node in ast.walk(function))


class _Handed(ast.NodeTransformer):
    """Calls of functions that were inside, with all that these read."""

    def __init__(self, names: Mapping[str, str], more: Mapping[str, Set[str]]) -> None:
        self._names = names
        self._more = more

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name):
            names = sorted(self._more.get(node.func.id, ()))
            node.args[:0] = [ast.copy_location(ast.Name(name, ast.Load()), node) for name in names]
        return self.generic_visit(node)
