"""Arrays of plain numbers that a file keeps outside of its functions: a list of numbers, which is made a tensor where it is used.

In: the tree of a file.  Out: the same, whose names hold plain lists.

    MEAN = np.array([0.4, 0.5]) * 255        MEAN = [0.4, 0.5]
    x = x - MEAN                             x = x - np.array(MEAN) * 255
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence

from dslc.decompile.python.wanted import bound, taken, times
from dslc.regex import regex

Path = Callable[[ast.AST], str | None]

_DTYPE = regex(r"u?int(8|16|32|64)|float(16|32|64)|bfloat16|bool_?|string")

ARRAYS = ("numpy.array", "numpy.asarray", "tensorflow.constant", "tensorflow.convert_to_tensor")
"""Functions of other libraries that are `ops.array` here."""


def of_dtype(e: ast.Call, path: Path) -> ast.Call:
    """The call of such a function with its dtype by name, as a string."""
    by_place = [ast.keyword("dtype", each) for each in e.args[1:2]]
    named = [ast.keyword(each.arg, _dtype(each.value, path)) for each in (*by_place, *e.keywords)]
    return ast.copy_location(ast.Call(e.func, e.args[:1] + e.args[2:], named), e)


def _dtype(e: ast.expr, path: Path) -> ast.expr:
    named = dtype_named(e, path)
    return e if named is None else ast.Constant(named)


def dtype_named(e: ast.expr, path: Path) -> str | None:
    """The dtype that a name of NumPy, TensorFlow or Python stands for."""
    match e:
        case ast.Name("float"):
            return "float32"
        case ast.Name("int"):
            return "int32"
        case ast.Name("bool"):
            return "bool"
    library, _, name = (path(e) or "").partition(".")
    is_dtype = library in ("numpy", "tensorflow") and _DTYPE.fullmatch(name) is not None
    return name.rstrip("_") if is_dtype else None


def with_lists(tree: ast.Module, path: Path) -> ast.Module:
    """A tree in which names outside of functions hold lists where they held arrays of them."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    hidden = {name for each in functions for name in _own(each)} | set(_handed(tree, functions))
    found: dict[str, ast.expr] = {}
    for s in tree.body:
        match s:
            case ast.Assign([ast.Name(name)], value) if name not in hidden:
                array = _array(value, path)
                if array is not None and times([tree], name, ast.Store) == 1:
                    s.value = array.args[0]
                    array.args[0] = ast.copy_location(ast.Name(name, ast.Load()), s.value)
                    found[name] = value
    return _Arrays(found).visit(tree) if found else tree


def _own(function: ast.FunctionDef) -> set[str]:
    given = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    return given | {name for s in function.body for name in bound(s)}


def _handed(tree: ast.Module, functions: Sequence[ast.FunctionDef]) -> Iterator[str]:
    """Names that functions of the file are given, of which nobody knows here what they do with an array."""
    for each in functions:
        yield from taken(each.args)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id != "len":
            for value in (*node.args, *(each.value for each in node.keywords)):
                parts = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
                yield from (each.id for each in parts if isinstance(each, ast.Name))


def _array(e: ast.expr, path: Path) -> ast.Call | None:
    """The array of plain numbers in a value that is made of it and of numbers; None where it is no such value."""
    match e:
        case ast.Call(func, [ast.List() | ast.Tuple() as numbers, *_], named) if path(func) in ARRAYS:
            is_plain = all(isinstance(node, _NUMBERS) for node in ast.walk(numbers))
            return e if is_plain and len(e.args) < 3 and all(each.arg == "dtype" for each in named) else None
        case ast.BinOp(left, _, right):
            one, other = _array(left, path), _array(right, path)
            rest = right if one is not None else left
            is_only = (one is None) != (other is None)
            return (
                (one or other)
                if is_only and all(isinstance(node, _NUMBERS) for node in ast.walk(rest))
                else None
            )
        case ast.UnaryOp(ast.USub(), value):
            return _array(value, path)
        case _:
            return None


_NUMBERS = (
    ast.Constant, ast.List, ast.Tuple, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop, ast.expr_context,
)  # fmt: skip


class _Arrays(ast.NodeTransformer):
    """The arrays in the place of their names."""

    def __init__(self, found: Mapping[str, ast.expr]) -> None:
        self._found = found

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A list is as long as the array that is made of it."""
        match node:
            case ast.Call(ast.Name("len"), [ast.Name()], []):
                return node
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A name that is read."""
        if node.id not in self._found or not isinstance(node.ctx, ast.Load):
            return node
        return copy.deepcopy(self._found[node.id])
