"""Functions inside of functions, as functions of the file: what they read of the body around them, calls hand to them.

def build(width):                                    def round_up(width, n): return int(n * width)
    def round_up(n): return int(n * width)           def build(width):
    x = Dense(round_up(8))(x)                            x = Dense(round_up(width, 8))(x)

Those that a function gives stay: what they are is said together with it. `return lambda x: last(first(x))` gives one, too.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from dslc.casing import untaken
from dslc.decompile.python.signatures import given_function
from dslc.decompile.python.wanted import bound, read, taken

Makes = Callable[[ast.expr], bool]
"""Whether a value is a layer or a model."""


def flattened(tree: ast.Module, makes: Makes) -> tuple[ast.Module, frozenset[str]]:
    """A tree whose functions hold no others, but for those that they give or share a layer with; and the names of those that they held."""
    body: list[ast.stmt] = []
    for s in tree.body:
        if isinstance(s, ast.FunctionDef) and any(
            makes(node) for node in ast.walk(s) if isinstance(node, ast.expr)
        ):
            _name_what_it_gives(s)
    names = {each.name for each in tree.body if isinstance(each, (ast.FunctionDef, ast.ClassDef))}
    all_names = set(names)
    for s in tree.body:
        body += _outside(s, all_names, makes) if isinstance(s, ast.FunctionDef) else [s]
    tree.body = body
    return tree, frozenset(all_names - names)


def _name_what_it_gives(function: ast.FunctionDef) -> None:
    """Let a function that makes layers and gives a lambda give a function of that kind which has a name."""
    match function.body[-1]:
        case ast.Return(ast.Lambda(takes, value)) as last:
            name = untaken("apply", taken(function))
            inner = ast.FunctionDef(name, takes, [ast.copy_location(ast.Return(value), value)], [])
            gives = ast.Return(ast.copy_location(ast.Name(name, ast.Load()), value))
            function.body[-1:] = [ast.copy_location(each, last) for each in (inner, gives)]


def _outside(function: ast.FunctionDef, taken: set[str], makes: Makes) -> Iterator[ast.stmt]:
    """A function, behind those that stand in it."""
    given = given_function(function)
    inner = [each for each in function.body if isinstance(each, ast.FunctionDef) and each is not given]
    around = {each.arg for each in _takes(function)} | {
        name for s in function.body if s not in inner for name in bound(s)
    }
    more = {each.name: set(_free(each)) & around for each in inner}
    for _ in inner:  # what one reads that another calls
        for each in inner:
            more[each.name] |= {
                name for other in inner if other.name in set(_free(each)) for name in more[other.name]
            }
    layers = {
        name for s in function.body for node in ast.walk(s) if _holds(node, makes) for name in bound(node)
    }
    shares = any(more[each.name] & (layers | _called(each)) for each in inner)
    if not inner or shares or any(_changes(each) or _is_handed(function, each, more) for each in inner):
        yield function
        return
    names = {}
    for each in inner:
        names[each.name] = untaken(
            each.name if each.name not in taken else f"{each.name}_of_{function.name}", taken
        )
        taken.add(names[each.name])
    rest = [each for each in function.body if each not in inner]
    function.body = rest or [ast.copy_location(ast.Pass(), function)]
    handed = _Handed(names, more)
    for each in inner:
        handed.visit(each)
        each.args.args[:0] = [ast.arg(name) for name in sorted(more[each.name])]
        each.name = names[each.name]
    yield from inner
    yield handed.visit(function)


def _holds(node: ast.AST, makes: Makes) -> bool:
    """Whether a statement binds a name to what is, or has among its parts, a layer that is not called there."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return False
    parts = [each for each in ast.walk(node.value) if isinstance(each, ast.expr)]
    called = {id(each.func) for each in parts if isinstance(each, ast.Call)}
    return any(makes(each) and id(each) not in called for each in parts)


def _called(function: ast.FunctionDef) -> set[str]:
    """The names that a function calls, and does not define."""
    calls = {node.func for node in ast.walk(function) if isinstance(node, ast.Call)}
    return {each.id for each in calls if isinstance(each, ast.Name)}


def _is_handed(function: ast.FunctionDef, inner: ast.FunctionDef, more: Mapping[str, Set[str]]) -> bool:
    """Whether a function inside is handed on as a value, and reads what only its place knows."""
    nodes = [node for s in function.body for node in ast.walk(s)]
    calls = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    named = [node for node in nodes if isinstance(node, ast.Name) and node.id == inner.name]
    return bool(more[inner.name]) and not all(id(node) in calls for node in named)


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
