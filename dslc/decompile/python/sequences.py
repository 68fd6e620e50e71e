"""Chains whose layers are gathered beforehand, or made by a comprehension, as chains that get them one after the other.

parts = []                                            net = keras.Sequential(name="net")
for n in widths: parts.append(Dense(n))               for n in widths: net.add(Dense(n))
net = keras.Sequential(parts, name="net")
return keras.Sequential([Dense(n) for n in widths])   chain = keras.Sequential()
                                                      for n in widths: chain.add(Dense(n))
                                                      return chain
y = keras.Sequential([Dense(n) for n in widths])(x)   y = x
                                                      for n in widths: y = Dense(n)(y)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from dslc.casing import untaken
from dslc.decompile.python import paths
from dslc.decompile.python.signatures import keyword
from dslc.decompile.python.wanted import taken, times

_Takes = Callable[[ast.expr], ast.stmt]
"""The statement that gives a layer to what takes it."""


def one_by_one(tree: ast.Module, names: Mapping[str, str]) -> ast.Module:
    """A tree in whose functions and classes such chains are said in that way."""
    for each in tree.body:
        match each:
            case ast.FunctionDef():
                each.body = _Chains(names, each).body(each.body)
            case ast.ClassDef(_, _, _, methods):
                for method in methods:
                    if isinstance(method, ast.FunctionDef):
                        method.body = _Chains(names, method).body(method.body)
    return tree


class _Chains:
    def __init__(self, names: Mapping[str, str], around: ast.FunctionDef) -> None:
        self._names = names
        self._around = around
        self._taken = taken(around)

    def body(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        work = list(body)
        for s in body:
            match s:
                case ast.Assign(
                    [ast.Name() | ast.Attribute(ast.Name("self")) as target], value
                ) if self._is_chain(value):
                    work = self._kept(work, s, target, value)
                case ast.Return(ast.Call() as value) if self._is_chain(value):
                    work = self._returned(work, s, value)
                case ast.Assign([ast.Name(name)], ast.Call(ast.Call() as chain, [given], [])) if (
                    self._is_chain(chain) and not _empty(chain).keywords
                ):
                    steps = _given(self._layers(chain), partial(_step, name))
                    if steps is not None:
                        first = ast.Assign([ast.Name(name, ast.Store())], given)
                        work = _instead(work, s, [first, *steps])
        return work

    def _is_chain(self, e: ast.expr | None) -> bool:
        return isinstance(e, ast.Call) and paths.path(e.func, self._names) == "keras.Sequential"

    def _layers(self, chain: ast.expr) -> ast.expr | None:
        """The layers of a chain, where they do not stand in its brackets already."""
        assert isinstance(chain, ast.Call)
        layers = chain.args[0] if chain.args else keyword(chain, "layers")
        if isinstance(layers, (ast.List, ast.Tuple)):
            return layers if any(isinstance(each, ast.Starred) for each in layers.elts) else None
        return layers

    def _kept(self, work: list[ast.stmt], s: ast.Assign, target: ast.expr, chain: ast.expr) -> list[ast.stmt]:
        """A chain that a name or an attribute holds."""
        layers = self._layers(chain)
        if isinstance(layers, ast.Name):
            return self._gathered(work, s, layers.id, target, chain) or work
        adds = _given(layers, partial(_adds, target))
        if adds is None:
            return work
        plain = isinstance(target, ast.Name) and not _empty(chain).keywords  # a name would be lost
        calls = [
            each for each in work if plain and isinstance(target, ast.Name) and _call_of(each, target.id)
        ]
        if (
            len(calls) == 1
            and isinstance(target, ast.Name)
            and times([self._around], target.id, ast.Load) == 1
        ):
            call = calls[0]
            assert isinstance(call, ast.Assign) and isinstance(call.value, ast.Call)
            name = call.targets[0].id  # type: ignore[attr-defined]
            steps = _given(layers, partial(_step, name))
            assert steps is not None
            first = ast.Assign([ast.Name(name, ast.Store())], call.value.args[0])
            return _instead([each for each in work if each is not s], call, [first, *steps])
        return _instead(work, s, [ast.Assign([target], _empty(chain)), *adds])

    def _returned(self, work: list[ast.stmt], s: ast.Return, chain: ast.Call) -> list[ast.stmt]:
        """A chain that a function gives."""
        layers = self._layers(chain)
        if isinstance(layers, ast.Name):
            held = ast.Name(layers.id, ast.Store())
            found = self._gathered(work, s, layers.id, held, chain)
            return work if found is None else [*found, _at(ast.Return(_read(held)), s)]
        name = untaken("chain", self._taken)
        target = ast.Name(name, ast.Store())
        adds = _given(layers, partial(_adds, target))
        if adds is None:
            return work
        self._taken.add(name)
        return _instead(work, s, [ast.Assign([target], _empty(chain)), *adds, ast.Return(_read(target))])

    def _gathered(
        self, work: list[ast.stmt], s: ast.stmt, name: str, target: ast.expr, chain: ast.expr
    ) -> list[ast.stmt] | None:
        """A chain of a list that is filled for it alone; None where the list is something else besides."""
        filling = _Filling(name, target)
        made: list[ast.stmt] = []
        begun = False
        for each in work:
            match each:
                case ast.Assign([ast.Name(own)], ast.List(parts)) if own == name and not begun:
                    begun = True
                    first = ast.Assign([target], _empty(chain))
                    made += [_at(one, each) for one in (first, *(_adds(target, part) for part in parts))]
                case _ if each is s:
                    break
                case _:
                    found = filling.visit(copy.deepcopy(each))
                    made += found if isinstance(found, list) else [found]
        if not begun or filling.count + 2 != times(work, name):
            return None
        behind = work[next(number for number, each in enumerate(work) if each is s) + 1 :]
        return [*made, *behind]


class _Filling(ast.NodeTransformer):
    """What a list gets, as what a chain gets; `count` says how often."""

    def __init__(self, name: str, target: ast.expr) -> None:
        self._name = name
        self._target = target
        self.count = 0

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """`parts.append(layer)`."""
        match node.value:
            case ast.Call(ast.Attribute(ast.Name(name), "append"), [layer], []) if name == self._name:
                self.count += 1
                return _at(_adds(self._target, layer), node)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
        """`parts += [layer, layer]`."""
        match node:
            case ast.AugAssign(ast.Name(name), ast.Add(), ast.List(layers)) if name == self._name and layers:
                self.count += 1
                return [_at(_adds(self._target, layer), node) for layer in layers]
        return node


def _given(layers: ast.expr | None, takes: _Takes) -> list[ast.stmt] | None:
    """The statements by which something gets the layers of a list; None where nobody knows which they are."""
    match layers:
        case ast.List(parts) | ast.Tuple(parts):
            made: list[ast.stmt] = []
            for each in parts:
                inner = _given(each.value, takes) if isinstance(each, ast.Starred) else [takes(each)]
                if inner is None:
                    return None
                made += inner
            return made
        case ast.BinOp(one, ast.Add(), other):
            before, behind = _given(one, takes), _given(other, takes)
            return None if before is None or behind is None else [*before, *behind]
        case ast.ListComp(layer, turns):
            body: list[ast.stmt] = [takes(layer)]
            for turn in reversed(turns):
                for test in reversed(turn.ifs):
                    body = [ast.If(test, body, [])]
                body = [ast.For(turn.target, turn.iter, body, [])]
            return body
        case _:
            return None


def _adds(target: ast.expr, layer: ast.expr) -> ast.stmt:
    return ast.Expr(ast.Call(ast.Attribute(_read(target), "add", ast.Load()), [layer], []))


def _step(name: str, layer: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], ast.Call(layer, [ast.Name(name, ast.Load())], []))


def _read(target: ast.expr) -> ast.expr:
    match target:
        case ast.Attribute(value, name):
            return ast.Attribute(value, name, ast.Load())
        case ast.Name(name):
            return ast.Name(name, ast.Load())
        case _:
            raise AssertionError(target)


def _empty(chain: ast.expr) -> ast.Call:
    """A chain without its layers."""
    assert isinstance(chain, ast.Call)
    return ast.Call(chain.func, [], [each for each in chain.keywords if each.arg != "layers"])


def _call_of(s: ast.stmt, name: str) -> bool:
    match s:
        case ast.Assign([ast.Name()], ast.Call(ast.Name(own), [_], [])):
            return own == name
        case _:
            return False


def _instead(work: Sequence[ast.stmt], s: ast.stmt, others: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Statements with others in the place of one."""
    return [one for each in work for one in ([_at(other, s) for other in others] if each is s else [each])]


def _at(made: ast.stmt, s: ast.stmt) -> ast.stmt:
    """A statement that stands where another one does; what comes from the text keeps its place."""
    for node in _made(made):
        ast.copy_location(node, s)
    return made


def _made(node: ast.AST) -> Iterator[ast.AST]:
    if not hasattr(node, "lineno"):
        yield node
    for each in ast.iter_child_nodes(node):
        yield from _made(each)
