"""Which parameters of functions and classes are layers, by what is done with them.

In: a `File`.  Out: for each function and class the parameters that are called on a tensor, or make a layer that is.

    def unit(x, norm=BatchNormalization): return norm(axis=1)(x)         norm makes layers
    def unit(x, act=None): return act(x) if act else x                   act is called
    def deep(x, part=unit): return part(part(x, 8), 8)                   part is called, and given what it asks for
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dslc.decompile.python.module import File
from dslc.decompile.python.signatures import arguments, function_in
from dslc.decompile.python.wanted import bound

MAKES, CALLED = "makes", "called"
_ROUNDS = 12
"""Through so many functions a layer is handed on."""

Found = dict[str, dict[str, str]]


def layer_parameters(file: File) -> Found:
    """The parameters that are layers, and how each is used, by the functions and classes that have them."""
    bodies: dict[str, ast.FunctionDef | ast.ClassDef] = {**file.functions, **file.classes}
    takes = {name: _takes(own) for name, own in bodies.items()}
    found: Found = {name: dict(_used(own, set(takes[name]))) for name, own in bodies.items()}
    calls = {
        name: [
            node for node in ast.walk(own) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        for name, own in bodies.items()
    }
    for _ in range(_ROUNDS):
        before = {name: dict(each) for name, each in found.items()}
        for name in bodies:
            for call in calls[name]:
                assert isinstance(call.func, ast.Name)
                if call.func.id in found:
                    for key, value in arguments(takes[call.func.id], call).items():
                        use = found[call.func.id].get(key)
                        if use is not None and isinstance(value, ast.Name) and value.id in takes[name]:
                            found[name].setdefault(value.id, use)
        if found == before:
            break
    return found


def _takes(own: ast.FunctionDef | ast.ClassDef) -> list[str]:
    if isinstance(own, ast.ClassDef):
        made = function_in(own, "__init__")
        return [] if made is None else _takes(made)[1:]
    return [each.arg for each in (*own.args.posonlyargs, *own.args.args, *own.args.kwonlyargs)]


def _used(own: ast.FunctionDef | ast.ClassDef, takes: set[str]) -> Iterator[tuple[str, str]]:
    """The parameters that something calls: themselves, or under the attribute that keeps them."""
    made = function_in(own, "__init__") if isinstance(own, ast.ClassDef) else own
    if made is None:
        return
    takes = takes - {name for s in made.body for name in bound(s)}
    kept = {}
    makes = set()
    inside = [node for s in made.body for node in ast.walk(s)]
    for node in inside:
        match node:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], ast.Name(given)) if given in takes:
                kept[name] = given
            case ast.Call(ast.Call(ast.Name(name))) | ast.Assign(
                [ast.Attribute(ast.Name("self"))], ast.Call(ast.Name(name))
            ) if (name in takes):
                makes.add(name)
    for node in inside:
        match node:
            case ast.Call(ast.Name(name), [_, *_]) if name in takes and name not in makes:
                yield name, CALLED
    for node in ast.walk(own) if kept else ():
        match node:
            case ast.Call(ast.Attribute(ast.Name("self"), name), [_, *_]) if name in kept:
                yield kept[name], CALLED
    yield from ((name, MAKES) for name in makes)
