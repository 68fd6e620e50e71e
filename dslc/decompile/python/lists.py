"""Lists that are emptied, and lists that functions change for those that call them, as lists that are given.

x = layers.Concatenate()([x, skips.pop()])           skip = skips[-1]
                                                     skips = skips[:-1]
                                                     x = layers.Concatenate()([x, skip])
def down(x, skips):                                  def down(x, skips):
    skips.append(x)                                      skips.append(x)
    return layers.MaxPooling2D(2)(x)                     return layers.MaxPooling2D(2)(x), skips
x = down(x, skips)                                   x, skips = down(x, skips)
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.python.signatures import given_function, positional
from dslc.decompile.python.wanted import bound
from dslc.record import record

_CHANGES = ("append", "extend", "pop", "insert", "remove", "clear", "reverse")


@record
class Changed:
    """A list that a function changes: where it stands among what the function takes; within the argument where that is a list of several."""

    name: str
    place: int
    within: int | None
    inner: bool  # whether the function that it gives takes it


def given_back(tree: ast.Module) -> ast.Module:
    """A tree in which no function changes lists of others, and nothing is taken out of one in passing."""
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    changed = {name: found for name, each in functions.items() if (found := _changed(each)) is not None}
    for name, each in changed.items():
        _gives(functions[name], each)
    _in_bodies(tree, lambda body: _taken_out(_rebound(body, changed)))
    return tree


def _changed(function: ast.FunctionDef) -> Changed | None:
    """The list that a function, or the one that it gives, changes for its caller."""
    inner = given_function(function)
    for own in (function, inner) if inner is not None else (function,):
        takes = positional(own)
        places: dict[str, tuple[int, int | None]] = {
            name: (number, None) for number, name in enumerate(takes)
        }
        for s in own.body:
            match s:
                case ast.Assign([ast.Tuple(parts)], ast.Name(whole)) if whole in takes:
                    for number, part in enumerate(parts):
                        if isinstance(part, ast.Name):
                            places[part.id] = (takes.index(whole), number)
        stored = {
            target.id
            for s in own.body
            for node in ast.walk(s)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in (node for s in own.body for node in ast.walk(s)):
            match node:
                case ast.Call(ast.Attribute(ast.Name(name), change)) if (
                    change in _CHANGES and name in places and name not in stored
                ):
                    return Changed(name, *places[name], inner=own is inner)
    return None


def _gives(function: ast.FunctionDef, changed: Changed) -> None:
    """Let a function give the list, too."""
    own = given_function(function) if changed.inner else function
    assert own is not None
    last = own.body[-1]
    held = ast.Name(changed.name, ast.Load())
    ends = [node for s in own.body for node in ast.walk(s) if isinstance(node, ast.Return)]
    if not isinstance(last, ast.Return):
        own.body.append(ast.copy_location(ast.Return(held), last))
    for each in ends:
        value = each.value
        if isinstance(value, ast.Name) and value.id == changed.name:
            continue
        parts = list(value.elts) if isinstance(value, ast.Tuple) else [] if value is None else [value]
        each.value = ast.copy_location(ast.Tuple([*parts, held], ast.Load()), each) if parts else held


def _rebound(body: Sequence[ast.stmt], changed: Mapping[str, Changed]) -> list[ast.stmt]:
    """Statements in which calls bind the lists that they change."""
    return [_with_list(s, changed) for s in body]


def _with_list(s: ast.stmt, changed: Mapping[str, Changed]) -> ast.stmt:
    if isinstance(s, (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.With, ast.Try)):
        return s
    calls = [(node, found) for node in ast.walk(s) if (found := _changing(node, changed)) is not None]
    if not calls:
        return s
    (call, found), *others = calls
    name = _list_of(call, found)
    match s:
        case ast.Assign([ast.Name() | ast.Tuple() as target], value) if value is call and not others and name:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            if any(isinstance(each, ast.Name) and each.id == name for each in parts):
                return s  # it is given back already
            s.targets = [ast.copy_location(ast.Tuple([*parts, ast.Name(name, ast.Store())], ast.Store()), s)]
            return s
        case ast.Expr(value) if value is call and not others and name:
            return ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], call), s)
    for each, changes in calls:
        each.changes = changes.name  # type: ignore[attr-defined]  # refused where a model needs it
    return s


def _changing(node: ast.AST, changed: Mapping[str, Changed]) -> Changed | None:
    """What a call changes."""
    match node:
        case ast.Call(ast.Call(ast.Name(name))) if name in changed and changed[name].inner:
            return changed[name]
        case ast.Call(ast.Name(name)) if name in changed and not changed[name].inner:
            return changed[name]
        case _:
            return None


def _list_of(call: ast.AST, found: Changed) -> str:
    """The name of the list that a call changes."""
    assert isinstance(call, ast.Call)
    given: ast.expr | None = call.args[found.place] if found.place < len(call.args) else None
    if found.within is None:
        given = given or next((each.value for each in call.keywords if each.arg == found.name), None)
    elif isinstance(given, (ast.List, ast.Tuple)) and found.within < len(given.elts):
        given = given.elts[found.within]
    return given.id if isinstance(given, ast.Name) else ""


# What is taken out


def _taken_out(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Statements in which nothing is taken out of a list in passing."""
    found: list[ast.stmt] = []
    for s in body:
        if not isinstance(s, (ast.Assign, ast.AugAssign, ast.Expr, ast.Return)):
            found.append(s)
            continue
        while (call := next(_pops(s), None)) is not None:
            assert isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
            key = call.func.value.id
            first = bool(call.args) and isinstance(call.args[0], ast.Constant)
            whole = s.value if isinstance(s, (ast.Assign, ast.Expr)) else None
            own = s.targets[0].id if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name) else ""
            direct = own if whole is call and own != key else ""
            name = direct or untaken(
                key.removesuffix("s") if key.endswith("s") else f"{key}_last", _names(body)
            )
            found += _parted(call, key, name, first)
            if direct or (whole is call and isinstance(s, ast.Expr)):
                break
            s = _Held(call, name).visit(s)
        else:
            found.append(s)
    return found


def _pops(s: ast.stmt) -> Iterator[ast.Call]:
    for node in ast.walk(s):
        match node:
            case ast.Call(
                ast.Attribute(ast.Name(), "pop"),
                [] | [ast.Constant(0) | ast.UnaryOp(ast.USub(), ast.Constant(1))],
                [],
            ):
                yield node


def _parted(call: ast.Call, key: str, name: str, first: bool) -> Iterator[ast.stmt]:
    """The element that is taken, and the list without it."""
    which, rest = ("0", "1:") if first else ("-1", ":-1")
    for text in (f"{name} = {key}[{which}]", f"{key} = {key}[{rest}]"):
        made = ast.parse(text).body[0]
        for node in ast.walk(made):
            ast.copy_location(node, call)
        yield made


def _names(body: Sequence[ast.stmt]) -> set[str]:
    return {node.id for s in body for node in ast.walk(s) if isinstance(node, ast.Name)} | {
        name for s in body for name in bound(s)
    }


class _Held(ast.NodeTransformer):
    """A name in the place of a call."""

    def __init__(self, call: ast.Call, name: str) -> None:
        self._call = call
        self._name = name

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if node is self._call:
            return ast.copy_location(ast.Name(self._name, ast.Load()), node)
        return self.generic_visit(node)


def _in_bodies(tree: ast.AST, change: Callable[[Sequence[ast.stmt]], list[ast.stmt]]) -> None:
    """Change all bodies in a tree, the inner ones first."""
    for node in ast.iter_child_nodes(tree):
        _in_bodies(node, change)
    for field in ("body", "orelse", "finalbody"):
        body = getattr(tree, field, None)
        if isinstance(body, list):
            setattr(tree, field, change(body))
