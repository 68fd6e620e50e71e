"""What `__init__` of a class gathers and hands to a layer, as parameters of its own, where all calls give the same.

class Attend(layers.Layer):                              class Attend(layers.Layer):
    def __init__(self, **kwargs):                            def __init__(self, *, num_heads, key_dim):
        super().__init__()                                       super().__init__()
        self.attend = MultiHeadAttention(**kwargs)               self.attend = MultiHeadAttention(num_heads=num_heads, key_dim=key_dim)
x = Attend(num_heads=2, key_dim=8)(x)
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from dslc.decompile.python.signatures import function_in, positional


def with_parameters(tree: ast.Module) -> ast.Module:
    """A tree whose classes gather nothing that they hand to one of their layers."""
    calls: dict[str, list[ast.Call]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name(name)):
                calls.setdefault(name, []).append(node)
    for own in tree.body:
        made = function_in(own, "__init__") if isinstance(own, ast.ClassDef) else None
        if isinstance(own, ast.ClassDef) and made is not None and made.args.kwarg is not None:
            _spelled_out(made, calls.get(own.name, ()))
    return tree


def _spelled_out(made: ast.FunctionDef, calls: Sequence[ast.Call]) -> None:
    assert made.args.kwarg is not None
    rest = made.args.kwarg.arg
    handed = [
        node
        for node in ast.walk(made)
        if isinstance(node, ast.Call)
        and any(_is_rest(each, rest) for each in node.keywords)
        and "super()" not in ast.unparse(node.func)
    ]
    reads = [node for node in ast.walk(made) if isinstance(node, ast.Name) and node.id == rest]
    known = {*positional(made), *(each.arg for each in made.args.kwonlyargs)}
    given = [[each.arg for each in call.keywords if each.arg not in known] for call in calls]
    names = [name for name in given[0] if name is not None] if given else []
    if len(handed) != 1 or len(reads) != 1 or not names or any(set(each) != set(names) for each in given):
        return
    made.args.kwarg = None
    made.args.kwonlyargs += [ast.arg(name) for name in names]
    made.args.kw_defaults += [None for _ in names]
    call = handed[0]
    own = [ast.keyword(name, ast.copy_location(ast.Name(name, ast.Load()), call)) for name in names]
    call.keywords = [*(each for each in call.keywords if not _is_rest(each, rest)), *own]


def _is_rest(given: ast.keyword, rest: str) -> bool:
    return given.arg is None and isinstance(given.value, ast.Name) and given.value.id == rest
