"""Chains and lists of layers that a class fills in several lines.

In: a class.  Out: the class, whose attributes hold lists that are written out or made by a comprehension, where that is the same.

    self.net = keras.Sequential()            self.net = keras.Sequential([Dense(8), ReLU()])
    self.net.add(Dense(8))
    self.net.add(ReLU())
    self.blocks = []                         self.blocks = [Block(n) for n in WIDTHS]
    for n in WIDTHS:
        self.blocks.append(Block(n))
    self.tower = keras.Sequential()          self.tower = []
    for n in WIDTHS:                         for n in WIDTHS: self.tower.append(Dense(n)), self.tower.append(ReLU())
        self.tower.add(Dense(n))             def tower(self, x): for layer in self.tower: x = layer(x)
        self.tower.add(ReLU())
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence

from dslc.decompile.python.module import File


def written_out(file: File, own: ast.ClassDef) -> ast.ClassDef:
    """A class with its lists in one line each, and methods that go through the others."""
    made = copy.copy(own)
    made.body = []
    chains: list[ast.stmt] = []
    for each in own.body:
        if isinstance(each, ast.FunctionDef) and each.name in ("__init__", "build"):
            each = copy.copy(each)
            each.body, found = _filled(file, each.body)
            chains += found
        made.body.append(each)
    made.body += chains
    return made


def _filled(file: File, body: Sequence[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """A body with such lists, and the methods that its chains become."""
    work = list(body)
    methods: list[ast.stmt] = []
    for s in body:
        match s:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], value):
                if file.called(value) == "keras.Sequential" and isinstance(value, ast.Call):
                    work, is_list = _chain(work, s, name, value)
                    methods += [_going_through(s, name)] if is_list else []
                if _is_empty(value) or file.called(value) == "keras.Sequential":
                    work = _list(work, name)
    return work, methods


def _chain(work: list[ast.stmt], s: ast.stmt, name: str, call: ast.Call) -> tuple[list[ast.stmt], bool]:
    """What a chain gets in lines of its own among its layers; a list instead where it is no list in the source."""
    given = call.args[0] if call.args else ast.List([], ast.Load())
    adds = [each for each in work if _parts(each, name, "add")]
    if isinstance(given, (ast.List, ast.Tuple)) and all(isinstance(each, ast.Expr) for each in adds):
        if not adds:
            return work, False
        parts = [part for each in adds for part in _parts(each, name, "add")]
        whole = ast.Call(call.func, [ast.List([*given.elts, *parts], ast.Load())], call.keywords)
        last = adds[-1]
        made = ast.copy_location(ast.Assign(s.targets, whole), s)  # type: ignore[attr-defined]
        return [made if each is last else each for each in work if each is last or (each not in adds and each is not s)], False  # fmt: skip
    if call.keywords or (adds and not isinstance(given, (ast.List, ast.Tuple))):
        return work, False
    empty = ast.copy_location(ast.Assign(s.targets, given), s)  # type: ignore[attr-defined]
    told = {id(each): _Appends(name).visit(copy.deepcopy(each)) for each in adds} | {id(s): empty}
    return [told.get(id(each), each) for each in work], True


def _list(work: list[ast.stmt], name: str) -> list[ast.stmt]:
    """A list that one loop fills, as a comprehension."""
    first = [each for each in work if _binds(each, name)]
    fills = [each for each in work if _parts(each, name, "append")]
    if len(first) != 1 or len(fills) != 1:
        return work
    match first[0], fills[0]:
        case (
            ast.Assign(targets, value),
            ast.For(target, values, [ast.Expr(ast.Call(_, [part]))], []),
        ) if _is_empty(value):
            turns = ast.comprehension(target, values, [], 0)
            made = ast.copy_location(ast.Assign(targets, ast.ListComp(part, [turns])), fills[0])
            return [made if each is fills[0] else each for each in work if each is not first[0]]
    return work


def _is_empty(e: ast.expr) -> bool:
    match e:
        case ast.List([]) | ast.Call(ast.Name("list"), [], []):
            return True
        case _:
            return False


def _binds(s: ast.stmt, name: str) -> bool:
    match s:
        case ast.Assign([ast.Attribute(ast.Name("self"), own)]):
            return own == name
        case _:
            return False


def _parts(s: ast.AST, name: str, how: str) -> list[ast.expr]:
    """What a statement adds to a list that an attribute holds."""
    found = []
    for node in ast.walk(s):
        match node:
            case ast.Call(ast.Attribute(ast.Attribute(ast.Name("self"), own), change), [part]) if (
                own == name and change == how
            ):
                found.append(part)
    return found


class _Appends(ast.NodeTransformer):
    """`self.name.add(…)` as what a list is told."""

    def __init__(self, name: str) -> None:
        self._name = name

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if _parts(ast.Expr(ast.Call(node.func, node.args, [])), self._name, "add") and isinstance(
            node.func, ast.Attribute
        ):
            func = ast.Attribute(node.func.value, "append", ast.Load())
            return ast.copy_location(ast.Call(func, node.args, []), node)
        return self.generic_visit(node)


def _going_through(s: ast.stmt, name: str) -> ast.FunctionDef:
    """A method that calls each layer of a list on what the one before gives."""
    text = f"def {name}(self, x, training=None):\n for layer in self.{name}:\n  x = layer(x)\n return x\n"
    made = ast.parse(text).body[0]
    assert isinstance(made, ast.FunctionDef)
    for node in ast.walk(made):
        if hasattr(node, "lineno"):
            node.lineno = s.lineno
    return made
