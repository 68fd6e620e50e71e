"""Attributes of a class that are no more than names of its `__init__`, and names that are attributes in the end.

In: a class whose methods stand where they are called.  Out: the class, in which each layer is kept by the attribute that it is called by.

    self.planes = 64                                     planes = 64
    steps = keras.Sequential()                           self.stage = keras.Sequential()
    for n in widths:                                     for n in widths:
        steps.add(Block(self.planes, n))                     self.stage.add(Block(planes, n))
        self.planes = n                                      planes = n
    self.stage = steps
    self.norm = layers.LayerNormalization() if deep else None    if deep: self.norm = layers.LayerNormalization()
                                                                 else: self.norm = None
    for i in range(n): setattr(self, f"layer_{i}", Dense(8))     self.layers = []; for i in range(n): self.layers.append(Dense(8))
    getattr(self, f"layer_{i}")(x)                               self.layers[i](x)
    self.found = []                                              (nothing)
    def call(self, x):                                           def call(self, x):
        self.found.clear()                                           found = []
        self.found.append(x)                                         found.append(x)
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.python.module import unwrapped
from dslc.decompile.python.signatures import function_in, kept
from dslc.decompile.python.wanted import bound, taken, times

Makes = Callable[[ast.expr], bool]
"""Whether an expression makes a layer."""


def by_attributes(own: ast.ClassDef, makes: Makes, is_chain: Makes) -> ast.ClassDef:
    """A class whose layers are kept by its attributes, and whose numbers by names."""
    made = copy.deepcopy(own)
    first = function_in(made, "__init__")
    if first is None:
        return own
    numbered = dict(_numbered(first))
    if numbered:
        made = _Numbered(numbered).visit(made)
        first.body[:0] = [
            ast.copy_location(
                ast.Assign([_attribute(name, ast.Store())], ast.List([], ast.Load())), first.body[0]
            )
            for name in numbered.values()
        ]
    first.body = [_ways(s, makes) for s in first.body]
    _of_one_call(made, first)
    _with_names(made, first)
    first.body = _with_attributes(first.body, is_chain)
    _by_parameters(made, first)
    return made


def _by_parameters(own: ast.ClassDef, first: ast.FunctionDef) -> None:
    """Take `n = self.n` out of `build` and `call`, where `self.n` is the `n` that `__init__` was given: a block has it under that name."""
    methods = [each for name in ("build", "call") if (each := function_in(own, name)) is not None]
    taken = {each.arg for method in methods for each in ast.walk(method.args) if isinstance(each, ast.arg)}
    same = {
        name: given
        for name, given in kept(own).items()
        if given not in taken
        and times(first.body, given, ast.Store) == 0
        and sum(_own(node, ast.Store) == name for node in ast.walk(own)) == 1
    }
    for method in methods:
        lines = unwrapped(method.body)
        others = {name for s in lines if _same(s, same) is None for name in bound(s)}
        method.body = [s for s in lines if _same(s, same) in (None, *others)]


def _same(s: ast.stmt, same: Mapping[str, str]) -> str | None:
    """The name that a statement gives what it is anyway."""
    match s:
        case ast.Assign([ast.Name(name)], ast.Attribute(ast.Name("self"), held)) if same.get(held) == name:
            return name
        case _:
            return None


def _attribute(name: str, context: ast.expr_context) -> ast.Attribute:
    return ast.Attribute(ast.Name("self", ast.Load()), name, context)


def _numbered(first: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """What attributes with numbers begin with, which a loop makes from 0 on, and the list that they are."""
    taken = {node.attr for node in ast.walk(first) if isinstance(node, ast.Attribute)}
    for loop in ast.walk(first):
        match loop:
            case ast.For(ast.Name(turn), ast.Call(ast.Name("range"), [_], []), body):
                for s in body:
                    begin = _begin(s.value, "setattr") if isinstance(s, ast.Expr) else None
                    if begin is not None and isinstance(begin[1], ast.Name) and begin[1].id == turn:
                        name = untaken(f"{begin[0].strip('_')}s", taken)
                        taken.add(name)
                        yield begin[0], name


def _begin(e: ast.AST, function: str) -> tuple[str, ast.expr] | None:
    """What an attribute begins with that is got or set by a name with a number: `getattr(self, f"layer_{i}")`."""
    match e:
        case ast.Call(
            ast.Name(name),
            [ast.Name("self"), ast.JoinedStr([ast.Constant(str() as begin), ast.FormattedValue(number)]), *_],
        ) if (
            name == function
        ):
            return begin, number
        case _:
            return None


class _Numbered(ast.NodeTransformer):
    """Attributes with numbers as places in lists."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        self._lists = lists

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """`setattr(self, f"layer_{i}", layer)`, and `getattr(self, f"layer_{i}")`."""
        self.generic_visit(node)
        there = _begin(node, "setattr") or _begin(node, "getattr")
        if there is None or there[0] not in self._lists:
            return node
        held = _attribute(self._lists[there[0]], ast.Load())
        if len(node.args) == 3 and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            added = ast.Attribute(held, "append", ast.Load())
            return ast.copy_location(ast.Call(added, node.args[2:], []), node)
        return ast.copy_location(ast.Subscript(held, there[1], ast.Load()), node)


def _ways(s: ast.stmt, makes: Makes) -> ast.stmt:
    """A layer that is perhaps made, as a condition."""
    match s:
        case ast.If(test, body, rest):
            ways = [_ways(each, makes) for each in body], [_ways(each, makes) for each in rest]
            return ast.copy_location(ast.If(test, *ways), s)
        case ast.Assign([ast.Attribute(ast.Name("self"))], ast.IfExp(test, one, other)) if makes(
            one
        ) or makes(other):
            first, second = (ast.copy_location(ast.Assign(s.targets, each), s) for each in (one, other))
            return ast.copy_location(ast.If(test, [first], [second]), s)
        case _:
            return s


def _of_one_call(own: ast.ClassDef, first: ast.FunctionDef) -> None:
    """Let attributes be names of `call` that it gives a value each time, before it asks for them, and nothing before it fills."""
    flow, build = function_in(own, "call"), function_in(own, "build")
    if flow is None:
        return
    made = [s for each in (first, build) if each is not None for s in each.body]
    nothing = [name for s in made if (name := _nothing(s))]
    asked = Counter(name for s in made for node in ast.walk(s) if (name := _own(node)))
    loads = Counter(name for node in ast.walk(flow) if (name := _own(node, ast.Load)))
    begun: dict[str, ast.stmt | None] = {}
    for s in flow.body:
        here = {name for node in ast.walk(s) if (name := _own(node))}
        anew = _anew(s)
        if anew and anew not in begun:
            begun[anew] = s
        begun |= dict.fromkeys(here - begun.keys())
    known = taken(flow)
    names: dict[str, str] = {}
    clears = Counter(name for node in ast.walk(flow) if (name := _clears(node)))
    for name, first_use in begun.items():
        cleared = isinstance(first_use, ast.Expr)  # a list that is emptied later may be held elsewhere
        is_own = first_use is not None and clears[name] == cleared and loads[name] > cleared
        if is_own and asked[name] == nothing.count(name):
            names[name] = untaken(name, known)
            known.add(names[name])
    if not names:
        return
    for each in (first, build):
        if each is not None:
            each.body = [s for s in each.body if _nothing(s) not in names] or [ast.Pass()]
    flow.body = [_emptied(s, names) for s in flow.body]
    _Names(names).visit(flow)


def _nothing(s: ast.stmt) -> str:
    """The attribute that a statement of `__init__` leaves empty; "" of anything else."""
    match s:
        case ast.Assign([target], ast.Constant(None) | ast.List([]) | ast.Dict([])):
            return _own(target)
        case _:
            return ""


def _clears(node: ast.AST) -> str:
    """The attribute whose list is emptied; "" of anything else."""
    match node:
        case ast.Call(ast.Attribute(held, "clear"), [], []):
            return _own(held)
        case _:
            return ""


def _anew(s: ast.stmt) -> str:
    """The attribute that a statement gives a value of which it was no part; "" of anything else."""
    match s:
        case ast.Expr(value):
            return _clears(value)
        case ast.Assign([target], value) if _own(target) not in {_own(node) for node in ast.walk(value)}:
            return _own(target)
        case _:
            return ""


def _emptied(s: ast.stmt, names: Mapping[str, str]) -> ast.stmt:
    """A list that is emptied as one that begins."""
    if not isinstance(s, ast.Expr) or _clears(s.value) not in names:
        return s
    empty = ast.Assign([_attribute(_clears(s.value), ast.Store())], ast.List([], ast.Load()))
    return ast.copy_location(empty, s)


def _with_names(own: ast.ClassDef, first: ast.FunctionDef) -> None:
    """Let numbers that `__init__` changes, and nothing else asks for, be names."""
    nodes = list(ast.walk(first))
    stored = Counter(name for node in nodes if (name := _own(node, ast.Store)))
    changed = {_own(node.target) for node in nodes if isinstance(node, ast.AugAssign)}
    asked = Counter(name for node in nodes if (name := _own(node, ast.Load)))
    filled = {_own(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    others = {
        _own(node)
        for s in own.body
        if isinstance(s, ast.FunctionDef) and s.name in ("build", "call")
        for node in ast.walk(s)
    }
    found = {
        name
        for name, count in stored.items()
        if (count > 1 or name in changed) and name not in others | filled
    }
    if not found:
        return
    known = taken(first)
    names = {name: untaken(name, known) for name in sorted(found)}
    idle = {name for name in found if not asked[name]}
    first.body = [each for s in first.body for each in _without(s, idle)]
    _Names(names).visit(first)


def _without(s: ast.stmt, idle: set[str]) -> list[ast.stmt]:
    """A statement without those that only count."""
    match s:
        case ast.Assign([target]) | ast.AugAssign(target) if _own(target) in idle:
            return []
    for field in ("body", "orelse"):
        body = getattr(s, field, None)
        if isinstance(body, list):
            setattr(s, field, [each for inner in body for each in _without(inner, idle)])
    return [s]


def _own(node: ast.AST, context: type[ast.expr_context] = ast.expr_context) -> str:
    """The name of an attribute of the class; "" of anything else."""
    match node:
        case ast.Attribute(ast.Name("self"), name, place) if isinstance(place, context):
            return name
        case _:
            return ""


class _Names(ast.NodeTransformer):
    """Attributes as names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`self.planes`."""
        if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in self._names:
            return ast.copy_location(ast.Name(self._names[node.attr], node.ctx), node)
        return self.generic_visit(node)


def _with_attributes(body: Sequence[ast.stmt], is_chain: Makes) -> list[ast.stmt]:
    """Statements in which a chain or list is an attribute at once that becomes one in the end."""
    work = list(body)
    begun = Counter(name for s in body if (name := _begun(s, is_chain)))
    for s in body:
        match s:
            case ast.Assign([ast.Attribute(ast.Name("self")) as target], ast.Name(name)) if begun[name] == 1:
                fills = sum(_fills(node, name) for each in work for node in ast.walk(each))
                if times(work, name, ast.Store) == 1 and times(work, name, ast.Load) == fills + 1:
                    work = [_Attribute(name, target.attr).visit(each) for each in work if each is not s]
    return work


def _begun(s: ast.stmt, is_chain: Makes) -> str:
    """The name of a chain, or of an empty list; "" of anything else."""
    match s:
        case ast.Assign([ast.Name(name)], value):
            empty = isinstance(value, ast.List) and not value.elts
            return name if empty or is_chain(value) else ""
        case _:
            return ""


def _fills(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(ast.Attribute(ast.Name(own), "append" | "add"), [_]):
            return own == name
        case _:
            return False


class _Attribute(ast.NodeTransformer):
    """A name as an attribute."""

    def __init__(self, name: str, attribute: str) -> None:
        self._name = name
        self._attribute = attribute

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """The name."""
        if node.id != self._name:
            return node
        return ast.copy_location(_attribute(self._attribute, node.ctx), node)
