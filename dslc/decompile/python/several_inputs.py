"""Models of classes that are given several tensors in one: in a list, or by names.

In: the `call` of a class, and the inputs that the file makes for it.  Out: a `call` that takes each by itself.

    def call(self, inputs): a, b = inputs …                  def call(self, a, b): …
    def call(self, inputs): return self.e(inputs["user"])    def call(self, user): return self.e(user)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping

from dslc.casing import untaken
from dslc.decompile.names import value_name
from dslc.decompile.python.signatures import keyword
from dslc.decompile.python.wanted import taken, times

Inputs = Mapping[object, ast.Call]
"""The inputs that a list holds by their places, a dictionary by its keys."""


def inputs_in(
    e: ast.expr | None, held: Mapping[str, ast.expr], is_input: Callable[[ast.expr], bool]
) -> Inputs | None:
    """The inputs that a value is made of; `held` are the values of names. None where it holds something else."""
    e = held.get(e.id) if isinstance(e, ast.Name) else e
    found: dict[object, ast.expr] = {}
    match e:
        case ast.List(items) | ast.Tuple(items):
            found = dict(enumerate(items))
        case ast.Dict(keys, values):
            found = {
                key.value: each
                for key, each in zip(keys, values, strict=True)
                if isinstance(key, ast.Constant)
            }
            if len(found) != len(keys):
                return None
    made: dict[object, ast.Call] = {}
    for key, each in found.items():
        value = held.get(each.id) if isinstance(each, ast.Name) else each
        if not isinstance(value, ast.Call) or not is_input(value):
            return None
        told = each.id if isinstance(each, ast.Name) else ""
        made[key] = _called(value, key if isinstance(key, str) else told)
    return made or None


def _called(call: ast.Call, name: str) -> ast.Call:
    """An input with a name, where it has none."""
    if not name or keyword(call, "name") is not None:
        return call
    named = ast.keyword("name", ast.copy_location(ast.Constant(name), call))
    return ast.copy_location(ast.Call(call.func, call.args, [*call.keywords, named]), call)


def apart(flow: ast.FunctionDef, name: str, given: Inputs) -> tuple[ast.FunctionDef, list[str]] | None:
    """A `call` that takes each of several inputs, and their names; None where it does more with them than take them out."""
    names = taken(flow)
    own: dict[object, str] = {}
    for s in flow.body:
        match s:
            case ast.Assign([ast.Tuple(parts) | ast.List(parts)], ast.Name(held)) if held == name:
                if len(parts) == len(given) and all(isinstance(each, ast.Name) for each in parts):
                    own = {key: each.id for key, each in zip(given, parts, strict=True)}  # type: ignore[attr-defined]
            case ast.Assign([ast.Name(one)], ast.Subscript(ast.Name(held), ast.Constant(place))) if (
                held == name and place in given and times(flow.body, one, ast.Store) == 1
            ):
                if one == place or isinstance(place, int):
                    own.setdefault(place, one)
    if len(set(own.values())) != len(own) or "_" in own.values():
        return None
    others: dict[str, str] = {}  # of values that have the name of an input
    for key, call in given.items():
        told = keyword(call, "name")
        wish = told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else ""
        wish = wish if wish.isidentifier() and value_name(wish) is not None else f"{name}_{key}"
        if key not in own and wish in names:
            others[wish] = untaken(f"{wish}_1", names)
        own.setdefault(key, untaken(wish, set(own.values())))
    made = copy.deepcopy(flow)
    takes = _Takes(name, own, others)
    made.body = [each for s in made.body for each in takes.statement(s)]
    if any(isinstance(node, ast.Name) and node.id == name for s in made.body for node in ast.walk(s)):
        return None
    place = next(number for number, each in enumerate(made.args.args) if each.arg == name)
    made.args.args[place : place + 1] = [ast.arg(each) for each in own.values()]
    return made, list(own.values())


class _Takes(ast.NodeTransformer):
    """`inputs["user"]`, `inputs[0]` and `a, b = inputs` with names of their own; `others` get other ones."""

    def __init__(self, name: str, own: Mapping[object, str], others: Mapping[str, str]) -> None:
        self._name = name
        self._own = own
        self._others = others

    def statement(self, s: ast.stmt) -> list[ast.stmt]:
        """A statement, unless it does nothing but take the inputs out."""
        match s:
            case ast.Assign([ast.Tuple(parts) | ast.List(parts)], ast.Name(held)) if held == self._name:
                if [each.id for each in parts if isinstance(each, ast.Name)] == list(self._own.values()):
                    return []
        made = self.visit(s)
        assert isinstance(made, ast.stmt)
        match made:
            case ast.Assign([ast.Name(one)], ast.Name(other)) if one == other:
                return []
        return [made]

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Name(self._others.get(node.id, node.id), node.ctx), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match node:
            case ast.Subscript(ast.Name(name), ast.Constant(key), ast.Load()) if (
                name == self._name and key in self._own
            ):
                return ast.copy_location(ast.Name(self._own[key], ast.Load()), node)
        return self.generic_visit(node)
