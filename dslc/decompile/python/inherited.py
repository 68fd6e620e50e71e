"""Classes of the file that others of it extend: each has what it inherits.

class Base(layers.Layer):                                class Cross(layers.Layer):
    def __init__(self, heads):                               def of_base(self, heads):
        super().__init__()                                       super().__init__()
        self.attend = MultiHeadAttention(heads, 8)               self.attend = MultiHeadAttention(heads, 8)
class Cross(Base):                                           def __init__(self, heads, rate):
    def __init__(self, heads, rate):                             self.of_base(heads)
        super().__init__(heads)                                  self.drop = Dropout(rate)
        self.drop = Dropout(rate)                            def call(self, x, y): …
    def call(self, x, y): …
"""

from __future__ import annotations

import ast
import copy

from dslc.casing import snake_case, untaken
from dslc.decompile.python.signatures import function_in


def with_inherited(tree: ast.Module) -> ast.Module:
    """A tree in which classes extend none of the others."""
    known: dict[str, ast.ClassDef] = {}
    for own in tree.body:
        if isinstance(own, ast.ClassDef):
            match own.bases:
                case [ast.Name(base)] if base in known:
                    _inherit(own, known[base])
            known[own.name] = own
    return tree


def _inherit(own: ast.ClassDef, base: ast.ClassDef) -> None:
    """Give a class the methods and bases of another one; what it has itself calls those under names of their own."""
    names = {each.name for each in (*own.body, *base.body) if isinstance(each, ast.FunctionDef)}
    behind: dict[str, str] = {}
    more: list[ast.stmt] = []
    for each in base.body:
        if not isinstance(each, ast.FunctionDef):
            continue
        here = function_in(own, each.name)
        if here is not None and not any(_is_super(node, own.name, each.name) for node in ast.walk(here)):
            continue
        made = copy.deepcopy(each)
        if here is not None:
            shown = f"{each.name.strip('_')}_of_{snake_case(base.name)}"
            made.name = behind[each.name] = untaken(shown, names)
            if each.name == "__init__" and _is_of_keras(made):
                made.args.kwarg = None
        more.append(made)
    own.body = [_Supers(own.name, behind).visit(each) for each in own.body] + more
    own.bases = copy.deepcopy(base.bases)


def _is_super(node: ast.AST, own: str, method: str) -> bool:
    """Whether it is `super().method` of a class, in whichever form."""
    match node:
        case ast.Attribute(ast.Call(ast.Name("super"), []), name):
            return name == method
        case ast.Attribute(ast.Call(ast.Name("super"), [ast.Name(of), ast.Name("self")]), name):
            return name == method and of == own
        case _:
            return False


def _is_of_keras(made: ast.FunctionDef) -> bool:
    """Whether `__init__` hands what it gathers to Keras alone."""
    rest = made.args.kwarg.arg if made.args.kwarg is not None else ""
    reads = [node for node in ast.walk(made) if isinstance(node, ast.Name) and node.id == rest]
    handed = [
        node
        for s in made.body
        if isinstance(s, ast.Expr)
        and isinstance(s.value, ast.Call)
        and "super()" in ast.unparse(s.value.func)
        for node in ast.walk(s)
        if isinstance(node, ast.Name) and node.id == rest
    ]
    return len(reads) == len(handed)


class _Supers(ast.NodeTransformer):
    def __init__(self, own: str, names: dict[str, str]) -> None:
        self._own = own
        self._names = names

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """`super().__init__(n, **kwargs)` without what every layer takes."""
        if _is_super(node.func, self._own, "__init__") and "__init__" in self._names:
            node.keywords = [each for each in node.keywords if each.arg is not None]
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`super().call` as `self.call_of_base`."""
        for method, name in self._names.items():
            if _is_super(node, self._own, method):
                return ast.copy_location(
                    ast.Attribute(ast.copy_location(ast.Name("self", ast.Load()), node), name, ast.Load()),
                    node,
                )
        return self.generic_visit(node)
