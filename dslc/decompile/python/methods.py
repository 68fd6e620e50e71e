"""Methods of layers and models that make chains, and ask nothing of their object, as functions.

class Net(keras.Model):                              class Net(keras.Model):
    def __init__(self, n):                               def __init__(self, n):
        self.first = self._make(n)                           self.first = make(n)
    def _make(self, n):                              def make(n):
        return keras.Sequential([Dense(n), ReLU()])      return keras.Sequential([Dense(n), ReLU()])
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator

from dslc.casing import untaken
from dslc.decompile.python.decided import Freed
from dslc.decompile.python.wanted import taken, times

Makes = Callable[[ast.AST], bool]
"""Whether a piece of Python makes a model."""


def set_free(tree: ast.Module, makes: Makes) -> ast.Module:
    """A tree in which methods of layers and models that make chains, and ask nothing of their object, are functions."""
    names = taken(tree) | {
        each.name for each in tree.body if isinstance(each, (ast.FunctionDef, ast.ClassDef))
    }
    body: list[ast.stmt] = []
    for own in tree.body:
        free = {each.name: each for each in _free(own, makes)} if isinstance(own, ast.ClassDef) else {}
        calls = {name: untaken(name.strip("_"), names) for name in free}
        for name, each in free.items():
            static = any(isinstance(mark, ast.Name) for mark in each.decorator_list)
            each.name, each.decorator_list = calls[name], []
            each.args.args = each.args.args[0 if static else 1 :]
            body.append(each)
        if isinstance(own, ast.ClassDef) and free:
            own.body = [each for each in own.body if not any(each is one for one in free.values())]
            own = Freed(calls).visit(own)
        body.append(own)
    tree.body = body
    return tree


def _free(own: ast.ClassDef, makes: Makes) -> Iterator[ast.FunctionDef]:
    asked = Counter(node.attr for node in ast.walk(own) if isinstance(node, ast.Attribute))
    called = Counter(
        node.func.attr
        for node in ast.walk(own)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
    )
    for each in own.body if own.bases else ():
        if not isinstance(each, ast.FunctionDef) or (each.name.startswith("__") and each.name.endswith("__")):
            continue
        is_static = [ast.unparse(mark) for mark in each.decorator_list] == ["staticmethod"]
        is_plain = not each.decorator_list and bool(each.args.args) and each.args.args[0].arg == "self"
        if (
            (is_static or is_plain)
            and called[each.name]
            and asked[each.name] == called[each.name]
            and not times(each.body, "self")
            and isinstance(each.body[-1], ast.Return)
            and any(map(makes, ast.walk(each)))
        ):
            yield each
