"""Functions that take one tensor, or several in a tuple: two of them where calls of both kinds are there.

In: the tree of a file.  Out: the same, in which no function asks whether it is given several.

    def neck(x):                                 def neck(x):
        if isinstance(x, tuple):                     return Conv2D(8, 3)(x)
            x = Concatenate()([x[0], x[1]])      def neck_of_several(x):
        return Conv2D(8, 3)(x)                       x = Concatenate()([x[0], x[1]])
    y = neck(x)                                      return Conv2D(8, 3)(x)
    z = neck((y, x))                             y = neck(x)
                                                 z = neck_of_several((y, x))
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.python.signatures import arguments, given_function, positional
from dslc.decompile.python.wanted import taken

_SEVERAL = ("tuple", "list")

Path = Callable[[ast.AST], str | None]
Scope = ast.FunctionDef | ast.Module

_DEEPEST = 100
"""Through so many names and functions a kind is followed."""


def told_apart(tree: ast.Module, path: Path) -> ast.Module:
    """A tree in which each function takes a tensor, or several."""
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    asked = {name: key for name, each in functions.items() if (key := _asked(each)) is not None}
    if not asked:
        return tree
    calls: dict[str, list[tuple[ast.FunctionDef | None, ast.Call]]] = {name: [] for name in asked}
    named: Counter[str] = Counter()
    outer: dict[int, ast.Call] = {}  # what calls the function that a call gives
    for s in tree.body:
        around = s if isinstance(s, ast.FunctionDef) else None
        for node in ast.walk(s):
            match node:
                case ast.Call(ast.Name(name)) if name in asked:
                    calls[name].append((around, node))
                case ast.Call(ast.Call() as inner):
                    outer[id(inner)] = node
                case ast.Name(name):
                    named[name] += 1
    known = taken(tree) | functions.keys()
    copied: set[str] = set()  # what functions of which there are two now have in them
    of = _Kinds(tree, functions, path, outer)
    for name, key in asked.items():
        kinds = [of.given(around, call, functions[name], key) for around, call in calls[name]]
        if not kinds or named[name] != len(kinds) or None in kinds or name in copied:
            continue
        if "one" in kinds and len(set(kinds)) > 1:
            other = copy.deepcopy(functions[name])
            other.name = untaken(f"{name}_of_several", known)
            known.add(other.name)
            copied |= taken(other)
            tree.body.insert(tree.body.index(functions[name]) + 1, other)
            for (_, call), kind in zip(calls[name], kinds, strict=True):
                _maker(call).id = _maker(call).id if kind == "one" else other.name
            _Answered(key, {each for each in kinds if each not in (None, "one")}).visit(other)
            kinds = ["one"]
        _Answered(key, {each for each in kinds if each}).visit(functions[name])
    return tree


def _asked(function: ast.FunctionDef) -> str | None:
    """The parameter of a function, or of the one that it gives, of which it asks whether it is a tuple."""
    own = given_function(function) or function
    for node in ast.walk(own):
        match node:
            case ast.Call(ast.Name("isinstance"), [ast.Name(name), wanted], []) if (
                name in positional(own) and _types(wanted) and taken(wanted) <= {*_SEVERAL}
            ):
                return name
    return None


def _types(e: ast.expr) -> list[str]:
    parts = e.elts if isinstance(e, ast.Tuple) else [e]
    return [each.id for each in parts if isinstance(each, ast.Name)]


def _maker(call: ast.Call) -> ast.Name:
    assert isinstance(call.func, ast.Name)
    return call.func


class _Kinds:
    """The kinds of values: `tuple`, `list` or `one`; None where nobody knows. Each name, and what each function gives, is looked into once."""

    def __init__(
        self,
        tree: ast.Module,
        functions: Mapping[str, ast.FunctionDef],
        path: Path,
        outer: Mapping[int, ast.Call],
    ) -> None:
        self._tree = tree
        self._functions = functions
        self._path = path
        self._outer = outer
        self._depth = 0
        self._values: dict[int, dict[str, list[ast.expr | None]]] = {}
        self._known: dict[tuple[int, str], str | None] = {}

    def given(
        self, around: ast.FunctionDef | None, call: ast.Call, function: ast.FunctionDef, key: str
    ) -> str | None:
        """The kind of what a call gives a parameter of a function, or of the one that it gives."""
        scope = around or self._tree
        inner = given_function(function)
        if inner is None:
            value = arguments(positional(function), call).get(key)
        else:
            outer = self._outer.get(id(call))
            value = None if outer is None else arguments(positional(inner), outer).get(key)
        return None if value is None else self._of(scope, value)

    def _of(self, scope: Scope, e: ast.expr) -> str | None:
        match e:
            case ast.Tuple():
                return "tuple"
            case ast.List() | ast.ListComp():
                return "list"
            case ast.BinOp():
                return "one"
            case ast.Call(ast.Name(name)) if name in self._functions:
                return self._gives(self._functions[name])
            case ast.Call(ast.Call(ast.Name(name))) if (
                name in self._functions and (inner := given_function(self._functions[name])) is not None
            ):
                return self._gives(inner)
            case ast.Call(ast.Call()):
                return "one"  # a layer, or a model, that is called
            case ast.Call(func) if (self._path(func) or "").startswith(("keras.Input", "keras.layers.")):
                return "one"
            case ast.Name(name):
                return self._looked_up((id(scope), name), scope, lambda: self._bound(scope).get(name, []))
            case _:
                return None

    def _bound(self, scope: Scope) -> dict[str, list[ast.expr | None]]:
        if id(scope) not in self._values:
            self._values[id(scope)] = _values(scope)
        return self._values[id(scope)]

    def _gives(self, function: ast.FunctionDef) -> str | None:
        """The kind of what a function gives at all its ends."""
        return self._looked_up(
            (id(function), ""),
            function,
            lambda: [
                node.value or ast.Constant(None)
                for node in ast.walk(function)
                if isinstance(node, ast.Return)
            ],
        )

    def _looked_up(
        self, key: tuple[int, str], scope: Scope, values: Callable[[], Sequence[ast.expr | None]]
    ) -> str | None:
        """The kind that all of some values have; one of several that something gives is `one`."""
        if key not in self._known:
            self._known[key] = None  # of what is made of itself, or of too many others
            if self._depth < _DEEPEST:
                self._depth += 1
                kinds = {"one" if each is None else self._of(scope, each) for each in values()}
                self._depth -= 1
                self._known[key] = kinds.pop() if len(kinds) == 1 else None
        return self._known[key]


def _values(scope: Scope) -> dict[str, list[ast.expr | None]]:
    """What names are given; None for one of several that something gives."""
    found: dict[str, list[ast.expr | None]] = {}
    unknown = ast.Constant(None)
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets, value):
                for each in targets:
                    for name in _stored(each):
                        found.setdefault(name, []).append(value if isinstance(each, ast.Name) else None)
            case ast.For() | ast.AugAssign() | ast.AnnAssign():
                for name in _stored(node.target):
                    found.setdefault(name, []).append(unknown)
            case ast.arg(name):
                found.setdefault(name, []).append(unknown)
    return found


def _stored(target: ast.expr) -> set[str]:
    return {
        node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


class _Answered(ast.NodeTransformer):
    """Answers to `isinstance(x, tuple)`, where they are the same for all kinds."""

    def __init__(self, key: str, kinds: set[str]) -> None:
        self._key = key
        self._kinds = kinds

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A question."""
        match node:
            case ast.Call(ast.Name("isinstance"), [ast.Name(name), wanted], []) if name == self._key:
                answers = {kind in _types(wanted) for kind in self._kinds}
                if len(answers) == 1:
                    return ast.copy_location(ast.Constant(answers.pop()), node)
        return self.generic_visit(node)
