"""Ways of conditions that literals decide: only the one that is gone is left.

1 if "channels_last" == "channels_first" else -1         -1
if None is not None: x = mask(x)                         (nothing)
if deep and True: …                                      if deep: …
x.shape.as_list() if hasattr(x.shape, "as_list") else x.shape         x.shape
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence


def settled(test: ast.expr) -> ast.expr:
    """A test without those of its parts that are known; a constant where they settle it."""
    match test:
        case ast.UnaryOp(ast.Not(), inner):
            inner = settled(inner)
            known = ast.Constant(not inner.value) if isinstance(inner, ast.Constant) else None
            return ast.copy_location(known or ast.UnaryOp(ast.Not(), inner), test)
        case ast.BoolOp(sign, values):
            return _of_several(test, [settled(each) for each in values], isinstance(sign, ast.Or))
        case ast.Compare(ast.Constant(value), [sign], [other]) if (
            found := _compared(value, sign, other)
        ) is not None:
            return ast.copy_location(ast.Constant(found), test)
        case ast.Call(ast.Name("hasattr"), [ast.Attribute(_, "shape"), ast.Constant("as_list")]) | ast.Call(
            ast.Name("hasattr"), [_, ast.Constant("_keras_shape")]
        ):
            return ast.copy_location(ast.Constant(False), test)  # a shape is a tuple in Keras 3
        case _:
            return test


def _compared(value: object, sign: ast.cmpop, other: ast.expr) -> bool | None:
    """What a comparison of literals comes to; None where nobody knows."""
    match other:
        case ast.Constant(held) if isinstance(sign, (ast.Eq, ast.NotEq)) or (
            held is None and isinstance(sign, (ast.Is, ast.IsNot))
        ):
            return (value == held and (held is not None or value is None)) == isinstance(
                sign, (ast.Eq, ast.Is)
            )
        case ast.Set(items) | ast.List(items) | ast.Tuple(items) if isinstance(sign, (ast.In, ast.NotIn)):
            known = [each.value for each in items if isinstance(each, ast.Constant)]
            return None if len(known) < len(items) else (value in known) == isinstance(sign, ast.In)
        case _:
            return None


def _of_several(test: ast.BoolOp, values: list[ast.expr], ends: bool) -> ast.expr:
    """`and` or `or` of values, of which one that is `ends` settles the whole."""
    rest: list[ast.expr] = []
    for each in values:
        if not isinstance(each, ast.Constant):
            rest.append(each)
        elif bool(each.value) == ends:
            return ast.copy_location(ast.Constant(ends), test)
    if len(rest) > 1:
        return ast.copy_location(ast.BoolOp(test.op, rest), test)
    return rest[0] if rest else ast.copy_location(ast.Constant(not ends), test)


class Deciding(ast.NodeTransformer):
    """Statements and values with the ways that are gone."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """The value that is taken."""
        self.generic_visit(node)
        node.test = settled(node.test)
        if not isinstance(node.test, ast.Constant):
            return node
        return node.body if node.test.value else node.orelse

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        """The statements that are gone through."""
        self.generic_visit(node)
        node.test = settled(node.test)
        if not isinstance(node.test, ast.Constant):
            return node
        way = node.body if node.test.value else node.orelse
        return way or ast.copy_location(ast.Pass(), node)


class Told(Deciding, ast.NodeTransformer):
    """Names with what they stand for in another body, and of ways that a literal decides the one that is gone."""

    def __init__(self, told: Mapping[str, ast.expr]) -> None:
        self._told = told

    def statements(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """A body as it is there."""
        whole = self.visit(ast.Module([copy.deepcopy(s) for s in body], []))
        return list(whole.body)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """A function whose own parameters stay what they are."""
        own = {each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        inner = Told({name: value for name, value in self._told.items() if name not in own})
        node.body = inner.visit(node.body)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        value = self._told.get(node.id)
        if value is None:
            return node
        if isinstance(value, ast.Name):
            return ast.copy_location(ast.Name(value.id, node.ctx), node)
        return copy.deepcopy(value)


class Freed(ast.NodeTransformer):
    """Names in the place of what is asked of an object: `self.make(n)` as `make(n)`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node:
            case ast.Attribute(ast.Name("self"), name, ast.Load()) if name in self._names:
                return ast.copy_location(ast.Name(self._names[name], ast.Load()), node)
        return self.generic_visit(node)


class Reached(ast.NodeTransformer):
    """Bodies without what stands behind their ends, where nothing comes to; `found` are the rows of these."""

    def __init__(self) -> None:
        self.found: list[int] = []

    def visit(self, node: ast.AST) -> ast.AST:
        """A node whose bodies end with what ends them."""
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list) and not isinstance(node, ast.Module):
                ends = [number for number, s in enumerate(body) if isinstance(s, _ENDS)]
                if ends and ends[0] + 1 < len(body):
                    self.found.append(body[ends[0] + 1].lineno)
                    del body[ends[0] + 1 :]
        return self.generic_visit(node)


_ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
