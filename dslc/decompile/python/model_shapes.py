"""Sizes that a function takes from what a model of the file gives: with these a decoder begins.

In: a file, and who says what one of its models gives.  Out: the file with the sizes, by the names of what they follow.

    def build_decoder(latent=16):                                 def build_decoder(latent=16):
        shape = build_encoder(latent).output.shape[1:]                shape = (7, 7, latent)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

from dslc.decompile.config import Refused
from dslc.decompile.python.decided import Told
from dslc.decompile.python.measured import PROBE, Ask, Sizes
from dslc.decompile.python.module import File
from dslc.decompile.python.signatures import defaults
from dslc.decompile.python.wanted import times
from dslc.record import replace


def with_shapes(file: File, ask: Ask) -> File:
    """A file without such questions, as far as somebody knows what they come to."""
    functions = {}
    for name, function in file.functions.items():
        asked = _Asked(file, function, ask)
        functions[name] = asked.visit(copy.deepcopy(function)) if any(asked.questions(function)) else function
    made: File = replace(file, functions=functions)
    return made


class _Asked(ast.NodeTransformer):
    """Sizes in the place of the questions of one function."""

    def __init__(self, file: File, function: ast.FunctionDef, ask: Ask) -> None:
        self._file = file
        self._ask = ask
        self._values = {
            name: value.value for name, value in defaults(function.args) if isinstance(value, ast.Constant)
        }
        self._models = {
            s.targets[0].id: s.value
            for s in function.body
            if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name) and self._is_model(s.value)
        }
        self._models = {
            name: call for name, call in self._models.items() if times([function], name, ast.Store) == 1
        }

    def questions(self, function: ast.FunctionDef) -> Iterator[ast.Attribute]:
        """The nodes that ask."""
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and self._of(node) is not None:
                yield node

    def _is_model(self, e: ast.expr) -> bool:
        return isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and e.func.id in self._file.functions

    def _of(self, e: ast.Attribute) -> ast.Call | None:
        """The call that makes the model of which a shape is asked."""
        match e:
            case ast.Attribute(ast.Attribute(model, "output"), "shape") | ast.Attribute(
                model, "output_shape"
            ):
                made = self._models.get(model.id) if isinstance(model, ast.Name) else model
                return made if isinstance(made, ast.Call) and self._is_model(made) else None
            case _:
                return None

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Some of the sizes, or one."""
        made = self.generic_visit(node)
        match made:
            case ast.Subscript(ast.Tuple(sizes), ast.Slice(ast.Constant(int() as first), None, None)):
                return ast.copy_location(ast.Tuple(sizes[first:], ast.Load()), node)
            case ast.Subscript(ast.Tuple(sizes), ast.Constant(int() as number)) if number < len(sizes):
                return sizes[number]
            case _:
                return made

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """A question."""
        call = self._of(node)
        sizes = None if call is None else self._sizes(call)
        if sizes is None:
            return self.generic_visit(node)
        return ast.copy_location(ast.Tuple(sizes, ast.Load()), node)

    def _sizes(self, call: ast.Call) -> list[ast.expr] | None:
        """What the model of a call gives; a size that is a parameter by its name."""
        names = {node.id for each in (*call.args, *call.keywords) for node in ast.walk(each) if isinstance(node, ast.Name)}  # fmt: skip
        if not names <= self._values.keys():
            return None
        values = {name: self._values[name] for name in names}
        sizes = self._given(call, values)
        if sizes is None:
            return None
        found: list[ast.expr] = [ast.Constant(size) for size in sizes]
        for name, value in values.items():
            if not isinstance(value, int) or isinstance(value, bool):
                continue
            others = self._given(call, {**values, name: value + 1})
            for number, (one, other) in enumerate(zip(sizes, others or (), strict=False)):
                if (one, other) == (value, value + 1):
                    found[number] = ast.Name(name, ast.Load())
                elif one != other:
                    return None  # it follows from the parameter in some way
        return found

    def _given(self, call: ast.Call, values: Mapping[str, object]) -> Sizes | None:
        known = {name: ast.copy_location(ast.Constant(value), call) for name, value in values.items()}  # type: ignore[arg-type]
        told = Told(known).visit(copy.deepcopy(call))
        takes = ast.arguments([], [], None, [], [], None, [])
        probe = ast.FunctionDef(PROBE, takes, [ast.copy_location(ast.Return(told), call)], [])
        functions = {**self._file.functions, PROBE: ast.copy_location(probe, call)}
        try:
            return self._ask(replace(self._file, functions=functions))
        except Refused:
            return None  # which is told of the model itself
