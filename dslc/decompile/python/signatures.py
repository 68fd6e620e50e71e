"""What functions take and give, and what calls hand to them, by names.

def conv(x, n=8, *, rate=1): …          positional: x, n     defaults: n 8, rate 1
conv(image, rate=2)                     arguments: x image, rate 2
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

OF_INPUTS = ("input_shape", "input_dim", "batch_input_shape", "input_length")
"""What a first layer is told of what comes in."""


def positional(function: ast.FunctionDef) -> list[str]:
    """What a function takes by its place."""
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args)]


def is_static(method: ast.FunctionDef) -> bool:
    """Whether a method is not given its object."""
    return any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in method.decorator_list)


def kept(own: ast.ClassDef) -> dict[str, str]:
    """The attributes that hold what `__init__` was given, with what that is called there."""
    made = function_in(own, "__init__")
    takes = set() if made is None else {each.arg for each in (*made.args.args, *made.args.kwonlyargs)}
    found: dict[str, str] = {}
    for s in made.body if made is not None else ():
        match s:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], ast.Name(given)) if given in takes:
                found[name] = given
    return found


def defaults(takes: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """The defaults of parameters."""
    by_place = reversed([*takes.posonlyargs, *takes.args])
    yield from (
        (each.arg, default) for each, default in zip(by_place, reversed(takes.defaults), strict=False)
    )
    for each, default in zip(takes.kwonlyargs, takes.kw_defaults, strict=True):
        if default is not None:
            yield each.arg, default


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The argument of a call that is given by its name."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def arguments(takes: Sequence[str], call: ast.Call) -> dict[str, ast.expr]:
    """The arguments of a call by their names; `takes` are those of what it calls, in their order."""
    by_place = dict(zip(takes, call.args, strict=False))
    return by_place | {each.arg: each.value for each in call.keywords if each.arg is not None}


def given_function(function: ast.FunctionDef) -> ast.FunctionDef | None:
    """The function inside that a function gives."""
    last = function.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Name):
        return None
    return function_in(function, last.value.id)


def function_in(around: ast.ClassDef | ast.FunctionDef, name: str) -> ast.FunctionDef | None:
    """The method of a class, or the function inside another one, of a name."""
    return next(
        (each for each in around.body if isinstance(each, ast.FunctionDef) and each.name == name), None
    )


def called_itself(node: ast.AST) -> str | None:
    """The name of the method of the same class that a node calls."""
    match node:
        case ast.Call(ast.Attribute(ast.Name("self"), name)):
            return name
        case _:
            return None
