"""What the parameters of functions are given elsewhere in the file: defaults for the models that they become, and their inputs.

In: a function.  Out: the value of a parameter that has none, where the only call in the file tells it; the `keras.Input` of one that is a tensor.

    model = build((28, 28, 1))               model Build(shape = (28, 28, 1)) { … }
    image = keras.Input((8,))
    critic = build_critic(image)             model Critic { input image: (8,) … }
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from typing import Any

from dslc.decompile.python.decided import Told
from dslc.decompile.python.module import File, body_of, refused, said, unwrapped
from dslc.decompile.python.named_layers import completed
from dslc.decompile.python.roles import Parameter, Role
from dslc.decompile.python.signatures import arguments
from dslc.decompile.python.signatures import defaults as own_defaults
from dslc.decompile.python.wanted import times
from dslc.keras import layers

_PLAIN = (ast.Constant, ast.Tuple, ast.List, ast.BinOp)
_DEEPEST = 8
_COUNTS = ("len", "max", "min", "sum")
"""Functions that are the same here."""


def defaults(
    file: File, function: ast.FunctionDef, parameters: Sequence[Parameter], told: Mapping[str, Any]
) -> list[Parameter]:
    """Parameters with their defaults: what the command line tells, their own, or what the only call in the file gives them."""
    found: list[Parameter] = []
    is_last = True  # one with a default stands behind those that have none
    for name, default in reversed(parameters):
        own = ast.Constant(told[name]) if name in told else default
        own = own or (_only(file, function, name, 0) if is_last else None)
        is_last = is_last and own is not None
        found.append((name, own))
    return found[::-1]


def with_layers(
    file: File, role: Role, function: ast.FunctionDef, parameters: Sequence[Parameter]
) -> tuple[ast.FunctionDef, list[Parameter], list[str]]:
    """A function that makes a model, with the layers that its parameters stand for in their place, as all in a model is its own."""
    defaults = dict(parameters)
    calls = _calls(file, function.name)
    takes = [each.arg for each in function.args.args]
    told: dict[str, ast.expr] = {}
    for name, _ in role.layers:
        given = arguments(takes, calls[0][1]).get(name) if len(calls) == 1 else None
        value = given or defaults[name]
        if value is None:
            raise refused(function, f"nothing says which layer `{name}` is", "give it a default")
        is_one = (
            isinstance(value, ast.Call)
            and completed(value, file.path) is None
            and times([function], name) > 1
        )
        if is_one and not _has_no_weights(file, value):
            raise refused(value, f"`{said(value)}` is one layer that `{function.name}` uses several times")
        told[name] = value
    if not told:
        return function, list(parameters), []
    made = copy.copy(function)
    made.body = Told(told).statements(body_of(function))
    kept = [each for each in parameters if each[0] not in told]
    return made, kept, [f"the parameter `{name}`, which is `{said(value)}`" for name, value in told.items()]


def _has_no_weights(file: File, e: ast.expr) -> bool:
    name = file.layer(e.func) if isinstance(e, ast.Call) else None
    row = layers.find(name) if name is not None else None
    return row is not None and row.parameters == "none"


def _calls(file: File, name: str) -> list[tuple[ast.FunctionDef | None, ast.Call]]:
    """The calls of a function in the file, each with the function that it stands in."""
    return [(file.functions.get(around), call) for around, call in file.calls.get(name, ())]


def _only(file: File, function: ast.FunctionDef, name: str, depth: int) -> ast.expr | None:
    calls = _calls(file, function.name)
    if len(calls) != 1 or depth > _DEEPEST:
        return None
    around, call = calls[0]
    value = arguments([each.arg for each in function.args.args], call).get(name)
    if around is not None and isinstance(value, ast.Name):
        own = dict(own_defaults(around.args))
        parameters = {each.arg: own.get(each.arg) for each in around.args.args}
        if value.id in parameters:
            return parameters[value.id] or _only(file, around, value.id, depth + 1)
    value = None if value is None else _spelled_out(value, {} if around is None else _held(around.body, call))
    plain = value is not None and all(
        not isinstance(node, ast.Attribute)
        and (not isinstance(node, ast.Call) or isinstance(node.func, ast.Name))
        and (not isinstance(node, ast.Name) or node.id in file.constants or node.id in _COUNTS)
        for node in ast.walk(value)
    )
    return value if plain else None


def handed(file: File, role: Role, function: ast.FunctionDef) -> dict[str, ast.Call]:
    """The inputs that a function is handed: what the calls of it make them of."""
    found: dict[str, ast.Call] = {}
    for around, call in _calls(file, function.name):
        held = _held(file.rest if around is None else around.body, call)
        for name, value in arguments([each.arg for each in function.args.args], call).items():
            own = held.get(value.id) if isinstance(value, ast.Name) else value
            if name in role.inputs and isinstance(own, ast.Call) and file.called(own) == "keras.Input":
                made = _spelled_out(own, held)
                assert isinstance(made, ast.Call)
                found.setdefault(name, made)
    return found


def _held(body: Sequence[ast.stmt], call: ast.Call) -> dict[str, ast.expr]:
    """What the names of a body hold where a call stands."""
    return {
        s.targets[0].id: s.value
        for s in unwrapped(body)
        if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name) and s.lineno < call.lineno
    }


def _spelled_out(e: ast.expr, held: dict[str, ast.expr]) -> ast.expr:
    """A value with plain values where names hold them."""
    told: ast.expr = _Told(held).visit(copy.deepcopy(e))
    return told


class _Told(ast.NodeTransformer):
    def __init__(self, held: dict[str, ast.expr], depth: int = 0) -> None:
        self._held = held
        self._depth = depth

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self._held.get(node.id)
        if not isinstance(value, _PLAIN) or self._depth > _DEEPEST:
            return node
        told: ast.expr = _Told(self._held, self._depth + 1).visit(copy.deepcopy(value))
        return told
