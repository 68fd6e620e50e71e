"""Methods that make models or chains, as functions.

Those of a plain class, in which `self.shape`, where `__init__` gives it a plain value, is a constant of the file:

class GAN:
    def __init__(self):
        self.shape = (28, 28, 1)                     shape = (28, 28, 1)
    def build_critic(self):                          def build_critic():
        image = keras.Input(self.shape)                  image = keras.Input(shape)
        return keras.Model(image, …)                     return keras.Model(image, …)

What `__init__` must be given is a parameter of the function: `def build_critic(shape): …`.

Those of a layer or model which ask nothing of their object:

class Net(keras.Model):                              class Net(keras.Model):
    def __init__(self, n):                               def __init__(self, n):
        self.first = self._make(n)                           self.first = make(n)
    def _make(self, n):                              def make(n):
        return keras.Sequential([Dense(n), ReLU()])      return keras.Sequential([Dense(n), ReLU()])
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from dslc.casing import untaken
from dslc.decompile.python.decided import Freed
from dslc.decompile.python.signatures import defaults, positional
from dslc.decompile.python.wanted import taken, times

Makes = Callable[[ast.AST], bool]
"""Whether a piece of Python makes a model."""


def lifted(own: ast.ClassDef, makes: Makes) -> list[ast.stmt]:
    """The functions and constants that the methods of a class are which make models; none where a name has two meanings."""
    methods = [each for each in own.body if isinstance(each, ast.FunctionDef)]
    making = [each for each in methods if each.name != "__init__" and any(map(makes, ast.walk(each)))]
    making = [
        each
        for each in making
        if each.args.args and each.args.args[0].arg == "self" and isinstance(each.body[-1], ast.Return)
    ]
    if not making or own.bases:
        return []
    first = next((each for each in methods if each.name == "__init__"), None)
    asked = {name for each in making for name in _asked(each)}
    kept = {name: s for name, s in _kept(first.body) if name in asked} if first is not None else {}
    names = {node.id for each in making for node in ast.walk(each) if isinstance(node, ast.Name)}
    if names & kept.keys():
        return []
    given = dict.fromkeys(_given(first, kept))
    plain = {name: s for name, s in kept.items() if name not in given}
    functions = [_function(each, kept.keys(), list(given)) for each in making]
    for each in functions:
        if len(functions) == 1 and each.name.strip("_") in _SAYS_NOTHING:
            each.name = f"build_{own.name}"  # which is called `Actor` here
    return [*_constants(first, plain), *functions]


_SAYS_NOTHING = ("build_model", "create_model", "make_model", "get_model", "build", "model", "create_network", "build_network", "nn_model")  # fmt: skip
"""Methods that say less of their model than the name of their class."""


def _asked(method: ast.FunctionDef) -> Iterator[str]:
    """The attributes that a method reads."""
    for node in ast.walk(method):
        match node:
            case ast.Attribute(ast.Name("self"), name, ast.Load()):
                yield name


def _given(first: ast.FunctionDef | None, kept: Mapping[str, ast.Assign]) -> Iterator[str]:
    """The attributes that hold what `__init__` is given, and has no default."""
    takes = [] if first is None else positional(first)
    optional = set() if first is None else {name for name, _ in defaults(first.args)}
    open_ones = {*takes} - optional
    for name, s in kept.items():
        if isinstance(s.value, ast.Name) and s.value.id in open_ones:
            yield name


def _kept(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.Assign]]:
    """The attributes that are given a value, and where."""
    for s in body:
        match s:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)]):
                yield name, s


def _constants(first: ast.FunctionDef | None, kept: dict[str, ast.Assign]) -> Iterator[ast.stmt]:
    """The attributes that are made of plain values, and of arguments that have a default."""
    if first is None:
        return
    given = [each.arg for each in first.args.args]
    defaults = dict(zip(reversed(given), reversed(first.args.defaults), strict=False))
    for name, s in kept.items():
        value = Freed({each: each for each in kept}).visit(copy.deepcopy(s.value))
        if isinstance(value, ast.Name) and value.id in defaults:
            value = defaults[value.id]
        if not {node.id for node in ast.walk(value) if isinstance(node, ast.Name)} & set(given):
            yield ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], value), s)


def _function(method: ast.FunctionDef, names: Set[str], given: Sequence[str]) -> ast.FunctionDef:
    made = copy.deepcopy(method)
    asked = set(_asked(method))
    made.args.args = [*(ast.arg(each) for each in given if each in asked), *made.args.args[1:]]
    function = Freed({name: name for name in names}).visit(made)
    assert isinstance(function, ast.FunctionDef)
    return function


def set_free(tree: ast.Module, makes: Makes) -> ast.Module:
    """A tree in which methods of layers and models that make chains, and ask nothing of their object, are functions."""
    names = taken(tree) | {
        each.name for each in tree.body if isinstance(each, (ast.FunctionDef, ast.ClassDef))
    }
    body: list[ast.stmt] = []
    for own in tree.body:
        free = {each.name: each for each in _free(own, makes)} if isinstance(own, ast.ClassDef) else {}
        calls = {name: untaken(name.strip("_"), names) for name in free}
        for name, each in free.items():
            static = any(isinstance(mark, ast.Name) for mark in each.decorator_list)
            each.name, each.decorator_list = calls[name], []
            each.args.args = each.args.args[0 if static else 1 :]
            body.append(each)
        if isinstance(own, ast.ClassDef) and free:
            own.body = [each for each in own.body if not any(each is one for one in free.values())]
            own = Freed(calls).visit(own)
        body.append(own)
    tree.body = body
    return tree


def _free(own: ast.ClassDef, makes: Makes) -> Iterator[ast.FunctionDef]:
    asked = Counter(node.attr for node in ast.walk(own) if isinstance(node, ast.Attribute))
    called = Counter(
        node.func.attr
        for node in ast.walk(own)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
    )
    for each in own.body if own.bases else ():
        if not isinstance(each, ast.FunctionDef) or (each.name.startswith("__") and each.name.endswith("__")):
            continue
        is_static = [ast.unparse(mark) for mark in each.decorator_list] == ["staticmethod"]
        is_plain = not each.decorator_list and bool(each.args.args) and each.args.args[0].arg == "self"
        if (
            (is_static or is_plain)
            and called[each.name]
            and asked[each.name] == called[each.name]
            and not times(each.body, "self")
            and isinstance(each.body[-1], ast.Return)
            and any(map(makes, ast.walk(each)))
        ):
            yield each
