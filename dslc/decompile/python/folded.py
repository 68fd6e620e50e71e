"""What is known of a file of Python before any run: questions of Keras that have one answer here, and ways that are never gone.

In: the tree of a file, and what its imports stand for.  Out: the same without them.

    axis = 1 if K.image_data_format() == "channels_first" else 3        axis = 3
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from dslc.decompile.python import paths
from dslc.decompile.python.one_type import of_one_type
from dslc.decompile.python.own_inputs import with_own_inputs

_ANSWERS: Mapping[str, str | float] = {
    "keras.backend.image_data_format": "channels_last",
    "keras.config.image_data_format": "channels_last",
    "keras.backend.image_dim_ordering": "tf",
    "keras.backend.backend": "tensorflow",
    "keras.config.backend": "tensorflow",
    "keras.backend.floatx": "float32",
    "keras.config.floatx": "float32",
    "keras.backend.epsilon": 1e-7,
    "keras.config.epsilon": 1e-7,
}
"""What Keras answers where nobody has told it anything else."""


def folded(tree: ast.Module, names: Mapping[str, str]) -> ast.Module:
    """A tree without what is known of it."""
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    known = _Known(names).visit(with_own_inputs(of_one_type(tree, functions), functions))
    assert isinstance(known, ast.Module)
    return known


class _Known(ast.NodeTransformer):
    """Answers where Keras is asked, and what they come to in tests."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Call(self, node: ast.Call) -> ast.AST:
        path = paths.path(node.func, self._names)
        if path is not None and path in _ANSWERS and not node.args and not node.keywords:
            return ast.copy_location(ast.Constant(_ANSWERS[path]), node)
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Compare(ast.Constant(one), [ast.Eq() | ast.Is()], [ast.Constant(other)]):
                return ast.copy_location(ast.Constant(one == other), node)
            case ast.Compare(ast.Constant(one), [ast.NotEq() | ast.IsNot()], [ast.Constant(other)]):
                return ast.copy_location(ast.Constant(one != other), node)
            case ast.Compare(
                ast.Constant(one),
                [ast.In() | ast.NotIn() as asks],
                [ast.Set(items) | ast.List(items) | ast.Tuple(items)],
            ) if all(isinstance(each, ast.Constant) for each in items):
                among = one in [each.value for each in items if isinstance(each, ast.Constant)]
                return ast.copy_location(ast.Constant(among == isinstance(asks, ast.In)), node)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            node.operand = _settled(node.operand)
        match node:
            case ast.UnaryOp(ast.Not(), ast.Constant(None | bool() as value)):
                return ast.copy_location(ast.Constant(not value), node)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        node.test = _settled(node.test)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        node.test = _settled(node.test)
        if not isinstance(node.test, ast.Constant):
            return node
        way = node.body if node.test.value else node.orelse
        return way or ast.copy_location(ast.Pass(), node)


def _settled(test: ast.expr) -> ast.expr:
    """A test without those of its parts that are known; a constant where they settle it."""
    if not isinstance(test, ast.BoolOp):
        return test
    ends = isinstance(test.op, ast.Or)
    rest: list[ast.expr] = []
    for each in map(_settled, test.values):
        if not isinstance(each, ast.Constant):
            rest.append(each)
        elif bool(each.value) == ends:
            return ast.copy_location(ast.Constant(ends), test)
    test.values = rest
    return test if len(rest) > 1 else rest[0] if rest else ast.copy_location(ast.Constant(not ends), test)
