"""Sizes that a file takes from what another of its models computes: `shape = K.int_shape(x)`, with which a decoder begins.

In: a file, and who says what a text gives.  Out: such statements with the sizes in the place of the question, as they are found out: by the
text of a model that ends there.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

from dslc.decompile.config import Refused
from dslc.decompile.python.module import File
from dslc.decompile.python.paths import KERAS
from dslc.decompile.python.wanted import bound, needed, read
from dslc.record import replace

Sizes = tuple[int | None, ...]
Ask = Callable[[File], Sizes | None]
"""What the model called `PROBE` of a file gives; None where nobody knows."""

PROBE = "dslc_probe"
"""The name of the model that ends where a size is taken."""


def measured(file: File, ask: Ask) -> dict[int, ast.Assign]:
    """The statements outside of functions that take sizes, by their identity, with these as literals."""
    found: dict[int, ast.Assign] = {}
    inputs = [number for number, s in enumerate(file.rest) if _is_input(file, s)]
    for number, s in enumerate(file.rest):
        if not isinstance(s, ast.Assign) or not inputs or number > inputs[-1]:
            continue  # nothing behind it has an input of its own
        for question, name in _questions(file, s.value):
            sizes = _asked(file, number, name, ask)
            if sizes is not None:
                found[id(s)] = _answered(s, question, sizes)
    return found


def _is_input(file: File, s: ast.stmt) -> bool:
    return isinstance(s, ast.Assign) and file.called(s.value) == "keras.Input"


def _questions(file: File, e: ast.expr) -> Iterator[tuple[str, str]]:
    """The parts of a value that ask for a shape, as text, and the names that they ask of."""
    for node in ast.walk(e):
        match node:
            case ast.Call(_, [ast.Name(name)]) if file.called(node) == "keras.backend.int_shape":
                yield ast.unparse(node), name
            case ast.Attribute(ast.Name(name), "shape"):
                yield ast.unparse(node), name


def _asked(file: File, number: int, name: str, ask: Ask) -> Sizes | None:
    before = file.rest[:number]
    wanted = needed(before, [name], lambda s: False, read)
    inputs = [key for s in wanted.statements if _is_input(file, s) for key in bound(s)]
    if not inputs:
        return None
    model = ast.parse(f"{PROBE} = {KERAS}.Model([{', '.join(inputs)}], {name})").body
    for node in ast.walk(model[0]):
        ast.copy_location(node, file.rest[number])
    try:
        return ask(replace(file, rest=(*before, *model)))
    except Refused:
        return None  # what is in the way there is told of the model that it belongs to


class _Answers(ast.NodeTransformer):
    def __init__(self, question: str, sizes: Sizes) -> None:
        self._question = question
        self._sizes = sizes

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, (ast.Call, ast.Attribute)) and ast.unparse(node) == self._question:
            return ast.Tuple([ast.Constant(size) for size in self._sizes], ast.Load())
        return self.generic_visit(node)


def _answered(s: ast.Assign, question: str, sizes: Sizes) -> ast.Assign:
    """A statement with sizes in the place of a question."""
    made = _Answers(question, sizes).visit(copy.deepcopy(s))
    assert isinstance(made, ast.Assign)
    return made
