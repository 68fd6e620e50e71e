"""Functions that call a function which makes a model, and give what it gives: the model for some of its parameters.

In: such a function.  Out: the one that it calls, with these arguments as defaults of its parameters, and functions in the place of those handed to it.

    def ResNet50(classes=10): return ResNet([3, 4, 6, 3], classes)     model ResNet50(blocks = [3, 4, 6, 3], classes = 10) { … }
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping

from dslc.decompile.python.decided import Told
from dslc.decompile.python.module import File, body_of
from dslc.decompile.python.roles import Parameter, Role
from dslc.decompile.python.signatures import arguments


def specialised(file: File, roles: Mapping[str, Role], name: str) -> tuple[ast.FunctionDef, list[Parameter]]:
    """The function that makes the model of a wrapper, and its parameters with what the wrapper says of them."""
    call = roles[name].wraps
    assert call is not None and isinstance(call.func, ast.Name)
    around = file.functions[name]
    inner = roles[call.func.id]
    function = copy.copy(file.functions[call.func.id])
    given = arguments(inner.takes, call)
    own = dict(roles[name].parameters)
    held = {
        s.targets[0].id: s.value
        for s in body_of(around)
        if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)
    }
    handed: dict[str, ast.expr] = {}
    parameters: list[Parameter] = []
    for key, default in inner.parameters:
        value = given.get(key)
        if isinstance(value, ast.Name) and value.id in held:
            value = held[value.id]
        if isinstance(value, ast.Name) and value.id in file.functions:
            handed[key] = value
            continue
        if isinstance(value, ast.Name) and value.id in own:
            told = own[value.id]
            is_open = isinstance(told, ast.Constant) and told.value is None and default is not None
            value = None if is_open else told
        parameters.append((key, default if value is None else value))
    function.body = Told(handed).statements(function.body)
    return function, parameters
