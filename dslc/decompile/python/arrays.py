"""Which values of a file are arrays that NumPy computes, by what makes them.

In: the tree of a file.  Out: an `Arrays`, which says so of expressions; what is computed with tensors of Keras is a tensor, and no array.

    def rates(n, d): return np.arange(n)[:, None] / d        what `rates` gives; what is called on it
    self.table = np.sin(rates(8, 16))                        `self.table` in this class
    def halved(a): return a[:, 0::2]                         `a`, where a call gives it such a value
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from dslc.decompile.python.signatures import arguments, is_static, positional

Path = Callable[[ast.AST], str | None]

_OTHER, _SPACED, _ARRAY, _TENSOR = range(4)
"""What a value is; one that may be several of them is the last. Numbers that `np.linspace` spaces are a list of plain ones until something is computed with them."""

_TENSORS = ("keras.", "tensorflow.")
_MAKERS = {"arange", "array", "asarray", "empty", "eye", "full", "identity", "ones", "tri", "zeros"}
_PLAIN_METHODS = ("tolist", "item")
_ROUNDS = 12
"""How often all functions are looked at: through so many of them an array is handed on against the order of the file."""


class Scope:
    """A function, or what stands outside of all: the names that hold arrays in it, and those that all methods of its class share."""

    def __init__(self, node: ast.FunctionDef | ast.Module, shared: Shared | None) -> None:
        self.node = node
        self.names: dict[str, int] = {}
        self.of_object = shared
        if shared is not None and isinstance(node, ast.FunctionDef) and node.name == "call":
            self.names = dict.fromkeys(positional(node)[1:], _TENSOR)
        self.nodes = list(_inside(node))


class Shared:
    """What the methods of a class share: attributes that are arrays, and the methods, with those that give one."""

    def __init__(self, methods: Mapping[str, ast.FunctionDef]) -> None:
        self.attributes: dict[str, int] = {}
        self.functions = Functions(methods, 1)


class Functions:
    """Functions that call one another by name: which of them give arrays, and the scope of each."""

    def __init__(self, functions: Mapping[str, ast.FunctionDef], first: int) -> None:
        self._functions = functions
        self._first = first  # the place of what a call gives first
        self.scopes: dict[str, Scope] = {}
        self.give: dict[str, int] = {}

    def takes(self, name: str) -> list[str]:
        """What one of them takes by its place in a call."""
        function = self._functions[name]
        return positional(function)[0 if is_static(function) else self._first :]


class Arrays:
    """What of a file is an array."""

    def __init__(self, tree: ast.Module, path: Path) -> None:
        self._path = path
        self._known: dict[int, tuple[ast.expr, int]] = {}  # by identity, which is kept as long as what has it
        self._is_settled = False
        self._changes = 0
        self._functions = Functions(_functions(tree), 0)
        self.scopes = list(_scopes(tree, self._functions))
        for _ in range(_ROUNDS):
            before = self._changes
            for scope in self.scopes:
                self._look_at(scope)
            if self._changes == before:
                break
        self._is_settled = True

    def taking(self) -> frozenset[str]:
        """The functions that are given arrays, and no tensors."""
        given = {
            name: {scope.names.get(each, _OTHER) for each in self._functions.takes(name)}
            for name, scope in self._functions.scopes.items()
        }
        return frozenset(name for name, kinds in given.items() if max(kinds, default=_OTHER) == _ARRAY)

    def holds(self, e: ast.expr, scope: Scope) -> bool:
        """Whether an expression is an array."""
        return self._kind(e, scope) == _ARRAY

    def is_spaced(self, e: ast.expr, scope: Scope) -> bool:
        """Whether an expression is a list of numbers that `np.linspace` spaces."""
        return self._kind(e, scope) == _SPACED

    def _kind(self, e: ast.expr, scope: Scope) -> int:
        if not self._is_settled:
            return self._read_off(e, scope)
        if id(e) not in self._known:
            self._known[id(e)] = e, self._read_off(e, scope)
        return self._known[id(e)][1]

    def _read_off(self, e: ast.expr, scope: Scope) -> int:
        shared = scope.of_object
        match e:
            case ast.Name(name):
                return scope.names.get(name, _OTHER)
            case ast.Attribute(ast.Name("self"), name) if shared is not None:
                return shared.attributes.get(name, _OTHER)
            case ast.Subscript(value, index) if self._kind(value, scope) == _SPACED:
                return _of_spaced(index)
            case ast.UnaryOp(_, value):
                return _computed(self._kind(value, scope))
            case ast.Attribute(value, "T") | ast.Subscript(value) | ast.Starred(value):
                return self._kind(value, scope)
            case ast.IfExp(_, left, right):
                return max(self._kind(left, scope), self._kind(right, scope))
            case ast.BinOp(left, _, right):
                return _computed(max(self._kind(left, scope), self._kind(right, scope)))
            case ast.Compare(left, _, others):
                return _computed(max(self._kind(each, scope) for each in (left, *others)))
            case ast.List(items) | ast.Tuple(items):
                return max((self._kind(each, scope) for each in items), default=_OTHER)
            case ast.Call(ast.Call()):
                return _TENSOR
            case ast.Call(func, given):
                called = self._called(e, scope)
                if called is not None:
                    return called[0].give.get(called[1], _OTHER)
                path = self._path(func) or ""
                if path.startswith(_TENSORS):
                    return _TENSOR
                if not path and isinstance(func, ast.Attribute):
                    own = _OTHER if func.attr in _PLAIN_METHODS else self._kind(func.value, scope)
                    return _computed(own)
                library, _, name = path.partition(".")
                if path == "numpy.linspace":
                    return _SPACED
                made = _ARRAY if name in _MAKERS else _OTHER
                kinds = [self._kind(each, scope) for each in given] if library == "numpy" else []
                return max([made if library == "numpy" else _OTHER, *map(_computed, kinds)])
            case _:
                return _OTHER

    def _called(self, call: ast.Call, scope: Scope) -> tuple[Functions, str] | None:
        """The function of the file, or the method of the class, that a call calls."""
        shared = scope.of_object
        match call.func:
            case ast.Name(name) if name in self._functions.scopes:
                return self._functions, name
            case ast.Attribute(ast.Name("self"), name) if shared and name in shared.functions.scopes:
                return shared.functions, name
            case _:
                return None

    def _look_at(self, scope: Scope) -> None:
        for node in scope.nodes:
            match node:
                case ast.Assign(targets, value):
                    kind = self._kind(value, scope)
                    for each in targets:
                        self._bind(each, scope, kind)
                case ast.AugAssign(ast.Name() as target, _, value):
                    self._bind(target, scope, self._kind(value, scope))
                case ast.Return(ast.expr() as value) if isinstance(scope.node, ast.FunctionDef):
                    shared = scope.of_object
                    functions = self._functions if shared is None else shared.functions
                    self._tell(functions.give, scope.node.name, self._kind(value, scope))
                case ast.Call():
                    called = self._called(node, scope)
                    if called is not None:
                        functions, name = called
                        for own, value in arguments(functions.takes(name), node).items():
                            self._tell(functions.scopes[name].names, own, self._kind(value, scope))

    def _bind(self, target: ast.expr, scope: Scope, kind: int) -> None:
        match target:
            case ast.Name(name):
                self._tell(scope.names, name, kind)
            case ast.Attribute(ast.Name("self"), name) if scope.of_object is not None:
                self._tell(scope.of_object.attributes, name, kind)
            case ast.Tuple(parts):
                for each in parts:
                    self._bind(each, scope, kind)

    def _tell(self, known: dict[str, int], name: str, kind: int) -> None:
        if kind > known.get(name, _OTHER):
            known[name] = kind
            self._changes += 1


def _computed(kind: int) -> int:
    """What is computed with a value."""
    return _ARRAY if kind == _SPACED else kind


def _of_spaced(index: ast.expr) -> int:
    """What is taken of numbers in a row: some of them, one of them, or all as an array with more axes."""
    match index:
        case ast.Slice():
            return _SPACED
        case ast.Tuple():
            return _ARRAY
        case _:
            return _OTHER


def _functions(around: ast.Module | ast.ClassDef) -> dict[str, ast.FunctionDef]:
    return {each.name: each for each in around.body if isinstance(each, ast.FunctionDef)}


def _scopes(tree: ast.Module, functions: Functions) -> Iterator[Scope]:
    yield Scope(tree, None)
    for each in tree.body:
        if isinstance(each, ast.FunctionDef):
            functions.scopes[each.name] = Scope(each, None)
        elif isinstance(each, ast.ClassDef):
            methods = _functions(each)
            shared = Shared(methods)
            shared.functions.scopes = {name: Scope(own, shared) for name, own in methods.items()}
            yield from shared.functions.scopes.values()
    yield from functions.scopes.values()


def _inside(around: ast.FunctionDef | ast.Module) -> Iterator[ast.AST]:
    """The nodes of a function, or of what stands outside of all, without those of functions and classes in it."""
    waiting: list[ast.AST] = list(around.body)
    while waiting:
        node = waiting.pop()
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node
            waiting += ast.iter_child_nodes(node)
