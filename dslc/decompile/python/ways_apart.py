"""Attributes that hold a list of layers on one way and something else on the other: each way has a name of its own.

In: a class whose methods stand where they are called.  Out: the class, where `call` asks for the same ways.

    if individual: self.lines = [Dense(n) for _ in range(c)]     if individual: self.lines = [Dense(n) for _ in range(c)]
    else: self.lines = Dense(n)                                  else: self.lines_1 = Dense(n)
    def call(self, x):                                           def call(self, x):
        if self.individual: … self.lines[i](x[:, i])                 if self.individual: … self.lines[i](x[:, i])
        else: y = self.lines(x)                                      else: y = self.lines_1(x)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.python.decided import Freed
from dslc.decompile.python.module import body_of
from dslc.decompile.python.signatures import function_in, kept
from dslc.decompile.python.wanted import single_exit


def ways_apart(own: ast.ClassDef) -> ast.ClassDef:
    """A class none of whose attributes is a list on one way alone."""
    made = function_in(own, "__init__")
    plain = kept(own)
    for s in body_of(made) if made is not None else ():
        if not isinstance(s, ast.If) or not s.orelse:
            continue
        one, other = dict(_kept(s.body)), dict(_kept(s.orelse))
        apart = [name for name in one if name in other and _is_list(one[name]) != _is_list(other[name])]
        if apart:
            own = _Apart(own, s, apart, plain).made
    return own


def _kept(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for s in body:
        match s:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], value):
                yield name, value


def _is_list(e: ast.expr) -> bool:
    return isinstance(e, (ast.List, ast.ListComp))


class _Apart(ast.NodeTransformer):
    """A class where attributes have another name on the second way of a condition, wherever that is asked; all of them or none."""

    def __init__(
        self, own: ast.ClassDef, ways: ast.If, names: Sequence[str], plain: Mapping[str, str]
    ) -> None:
        self._plain = plain
        self._asked = self._said(ways.test)
        taken = {node.attr for node in ast.walk(own) if isinstance(node, ast.Attribute)}
        self._names = {name: untaken(f"{name}_1", taken) for name in names}
        self._way: bool | None = None
        self._is_clear = True
        whole = copy.deepcopy(own)
        flow = function_in(whole, "call")
        if flow is not None:
            flow.body = single_exit(flow.body)  # what follows a way that ends is the other one
        made = self.visit(whole)
        assert isinstance(made, ast.ClassDef)
        self.made = made if self._is_clear else own

    def _said(self, test: ast.expr) -> str:
        return ast.dump(Freed(self._plain).visit(copy.deepcopy(test)))

    def visit_If(self, node: ast.If) -> ast.AST:
        """The ways of the condition, or of another one."""
        if self._said(node.test) != self._asked:
            return self.generic_visit(node)
        before = self._way
        for self._way, body in ((True, node.body), (False, node.orelse)):
            body[:] = [self.visit(each) for each in body]
        self._way = before
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """Two values likewise."""
        if self._said(node.test) != self._asked:
            return self.generic_visit(node)
        before = self._way
        self._way = True
        node.body = self.visit(node.body)
        self._way = False
        node.orelse = self.visit(node.orelse)
        self._way = before
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """An attribute of one of these names."""
        if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in self._names:
            self._is_clear = self._is_clear and self._way is not None
            if self._way is False:
                node.attr = self._names[node.attr]
        return self.generic_visit(node)
