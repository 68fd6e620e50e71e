"""Functions that are told whether the model trains: blocks know it by themselves.

def drop(x, rate, is_training):                  def drop(x, rate):
    if not is_training: return x                     if not training: return x
y = drop(x, self.rate, training)                 y = drop(x, self.rate)
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence

from dslc.decompile.python.signatures import arguments, positional


def without_training(tree: ast.Module) -> ast.Module:
    """A tree whose functions are handed no `training`, where all calls hand them that."""
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    calls: dict[str, list[ast.Call]] = {}
    reads: Counter[str] = Counter()
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ast.Load()):
                reads[name] += 1
            case ast.Call(ast.Name(name)) if name in functions:
                calls.setdefault(name, []).append(node)
    for name, own in calls.items():
        is_only_called = reads[name] == len(own)
        starred = any(isinstance(each, ast.Starred) for call in own for each in call.args)
        told = _told(functions[name], own) if is_only_called and not starred else ""
        if told:
            _knows(functions[name], told, own)
    return tree


def _told(function: ast.FunctionDef, calls: Sequence[ast.Call]) -> str:
    """The parameter for which all calls give `training`."""
    order = positional(function)
    for name in (each.arg for each in function.args.args):
        given = [arguments(order, call).get(name) for call in calls]
        if all(isinstance(each, ast.Name) and each.id == "training" for each in given):
            return name
    return ""


def _knows(function: ast.FunctionDef, told: str, calls: Sequence[ast.Call]) -> None:
    place = positional(function).index(told)
    first = len(function.args.args) - len(function.args.defaults)
    if place >= first:
        del function.args.defaults[place - first]
    del function.args.args[place - len(function.args.posonlyargs)]
    for s in function.body:
        for node in ast.walk(s):
            if isinstance(node, ast.Name) and node.id == told:
                node.id = "training"
    for call in calls:
        del call.args[place : place + 1]
        call.keywords = [each for each in call.keywords if each.arg != told]
