"""What is known of a file of Python before any run: questions of Keras that have one answer here, and ways that are never gone.

In: the tree of a file, and what its imports stand for.  Out: the same without them.

    axis = 1 if K.image_data_format() == "channels_first" else 3        axis = 3
    height = Model(inputs, x).output_shape[1]                           height = x.shape[1]
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from dslc.decompile.python import paths
from dslc.decompile.python.by_kind import told_apart
from dslc.decompile.python.called_at_once import without_models
from dslc.decompile.python.decided import Deciding
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


def folded(tree: ast.Module, imports: Mapping[str, str]) -> tuple[ast.Module, list[str]]:
    """A tree without what is known of it, and what Keras was asked."""
    tree = told_apart(tree, lambda e: paths.path(e, imports))
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    known = _Known(imports)
    made = known.visit(with_own_inputs(of_one_type(tree, functions), functions))
    assert isinstance(made, ast.Module)
    made, names = without_models(made, lambda e: paths.path(e, imports))
    return made, [*sorted(known.found), *names]


class _Known(Deciding, ast.NodeTransformer):
    """Answers where Keras is asked, and the ways that are gone then."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self.found: set[str] = set()

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """What a question comes to."""
        path = paths.path(node.func, self._names)
        if path is None or path not in _ANSWERS or node.args or node.keywords:
            return self.generic_visit(node)
        self.found.add(f"`{ast.unparse(node)}`, which is `{_ANSWERS[path]}`")
        return ast.copy_location(ast.Constant(_ANSWERS[path]), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """A shape that a model is made for."""
        match node:
            case ast.Attribute(ast.Call(func, [_, given], []), "output_shape") if (
                paths.path(func, self._names) == "keras.Model"
            ):
                return ast.copy_location(ast.Attribute(self.visit(given), "shape", ast.Load()), node)
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """A model that nobody holds, and that is made to load the weights of its layers."""
        match node.value:
            case ast.Call(ast.Attribute(ast.Call(func), "load_weights")) if (
                paths.path(func, self._names) == "keras.Model"
            ):
                self.found.add(f"`{ast.unparse(node.value)}`, as all weights are loaded")
                return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)
