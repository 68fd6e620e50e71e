"""Chains and lists of layers that a class fills in several lines.

In: a class.  Out: the class, whose attributes hold lists that are written out or made by a comprehension, where that is the same.

    self.net = keras.Sequential()            self.net = keras.Sequential([Dense(8), ReLU()])
    self.net.add(Dense(8))
    self.net.add(ReLU())
    self.blocks = []                         self.blocks = [Block(n) for n in WIDTHS]
    for n in WIDTHS:
        self.blocks.append(Block(n))
    self.blocks = [Stem()]                   self.blocks = []; self.blocks.append(Stem())
    for n in WIDTHS: …                       for n in WIDTHS: …
    self.steps = keras.Sequential()          def steps(self, x):                               (used once)
    for n in WIDTHS:                             for n in WIDTHS: x = Dense(n)(x)
        self.steps.add(Dense(n))                 return x
    self.tower = keras.Sequential()          self.tower = []                                   (used more often)
    for n in WIDTHS:                         for n in WIDTHS: self.tower.append(Dense(n)), self.tower.append(ReLU())
        self.tower.add(Dense(n))             def tower(self, x): for layer in self.tower: x = layer(x)
        self.tower.add(ReLU())
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence

from dslc.casing import untaken
from dslc.decompile.python.module import File
from dslc.decompile.python.signatures import function_in
from dslc.decompile.python.wanted import bound, read


def written_out(file: File, own: ast.ClassDef) -> ast.ClassDef:
    """A class with its lists in one line each, and methods that go through the others."""
    made = copy.copy(own)
    made.body = []
    chains: list[ast.stmt] = []
    for each in own.body:
        if isinstance(each, ast.FunctionDef) and each.name in ("__init__", "build"):
            each = copy.copy(each)
            each.body, found = _filled(file, own, each)
            chains += found
        made.body.append(each)
    made.body += chains
    return made


def _filled(file: File, own: ast.ClassDef, method: ast.FunctionDef) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The body of a method with such lists, and the methods that its chains become."""
    body = [_with_ways(file, each) for s in method.body for each in _filled_later(file, s, method)]
    work = list(body)
    methods: list[ast.stmt] = []
    for s in body:
        match s:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], value):
                if file.called(value) == "keras.Sequential" and isinstance(value, ast.Call):
                    steps = _steps(work, own, method, name, value)
                    if steps is not None:
                        methods.append(steps)
                        work = [each for each in work if each is not s and not _parts(each, name, "add")]
                        continue
                    work, is_list = _chain(work, s, name, value)
                    methods += [_going_through(s, name)] if is_list else []
                if _is_empty(value) or file.called(value) == "keras.Sequential":
                    work = _list(work, name)
    return work, methods


def _filled_later(file: File, s: ast.stmt, method: ast.FunctionDef) -> list[ast.stmt]:
    """A list of several parts, or that gets more layers later, as an empty one that gets all of them one after the other."""
    match s:
        case ast.Assign([ast.Attribute(ast.Name("self"), name) as target], value):
            parts = _of_several(value)
            grows = any(_parts(each, name, "append") for each in method.body)
            is_plain = isinstance(value, (ast.List, ast.ListComp)) and len(parts) == 1 and not grows
        case _:
            return [s]
    layers = [each.elt if isinstance(each, ast.ListComp) else each for part in parts for each in _items(part)]
    if is_plain or not layers or not all(_makes_layer(file, each) for each in layers):
        return [s]
    found: list[ast.stmt] = [ast.Assign([target], ast.List([], ast.Load()))]
    for part in parts:
        for each in _items(part):
            add = ast.Attribute(ast.Attribute(target.value, name, ast.Load()), "append", ast.Load())
            layer = each.elt if isinstance(each, ast.ListComp) else each
            line: ast.stmt = ast.copy_location(ast.Expr(ast.Call(add, [layer], [])), layer)
            for turns in reversed(each.generators if isinstance(each, ast.ListComp) else ()):
                line = ast.For(turns.target, turns.iter, [line], [])
            found.append(line)
    return [ast.fix_missing_locations(ast.copy_location(each, s)) for each in found]


def _of_several(e: ast.expr) -> list[ast.expr]:
    """The parts of a list that is put together: `[a] + [b for …]`, `[a, *[b for …]]`; none where they are not all known."""
    match e:
        case ast.BinOp(left, ast.Add(), right):
            one, other = _of_several(left), _of_several(right)
            return [*one, *other] if one and other else []
        case ast.List([_, *_] as items):
            parts: list[ast.expr] = []
            for each in items:
                known = _of_several(each.value) if isinstance(each, ast.Starred) else [ast.List([each])]
                if not known:
                    return []
                parts += known
            return parts if any(isinstance(each, ast.Starred) for each in items) else [e]
        case ast.ListComp(_, turns) if not any(each.ifs or each.is_async for each in turns):
            return [e]
        case _:
            return []


def _items(part: ast.expr) -> list[ast.expr]:
    return part.elts if isinstance(part, ast.List) else [part]


def _makes_layer(file: File, e: ast.expr) -> bool:
    return file.is_layer(e) or (
        isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and e.func.id in file.classes
    )


def _with_ways(file: File, s: ast.stmt) -> ast.stmt:
    """A condition whose ways make chains, with the layers of these in their brackets."""
    if not isinstance(s, ast.If):
        return s
    ways = []
    for way in (s.body, s.orelse):
        work = [_with_ways(file, each) for each in way]
        for each in list(work):
            match each:
                case ast.Assign([ast.Attribute(ast.Name("self"), name)], ast.Call() as value) if (
                    file.called(value) == "keras.Sequential"
                ):
                    found, is_list = _chain(work, each, name, value)
                    work = work if is_list else found
        ways.append(work)
    return ast.copy_location(ast.If(s.test, *ways), s)


def _steps(
    work: Sequence[ast.stmt], own: ast.ClassDef, method: ast.FunctionDef, name: str, chain: ast.Call
) -> ast.FunctionDef | None:
    """A chain that gets its layers in loops or conditions, as a method in whose place they are made where it is called, which is once."""
    adds = [each for each in work if _parts(each, name, "add")]
    if all(isinstance(each, ast.Expr) for each in adds) or chain.args or chain.keywords:
        return None
    if not all(_only_adds(each, name) for each in adds):
        return None
    flow = function_in(own, "call")
    filled = sum(len(_parts(each, name, "add")) for each in adds)
    reads = [node for node in ast.walk(own) if is_own(node, name)]
    calls = [] if flow is None else [s for s in flow.body if _called(s, name)]
    if (
        flow is None
        or len(reads) != filled + 2
        or len(calls) != 1
        or isinstance(calls[0], (ast.For, ast.While))
    ):
        return None
    asked = {name for each in adds for name in read(each)}
    inside = {name for each in adds for name in bound(each)}
    changed = {name for each in work if each not in adds for name in bound(each)} - {"self"}
    there = {each.arg for each in flow.args.args} | {name for s in flow.body for name in bound(s)}
    if asked & changed - inside or (asked | inside) & (there - {"self"}):
        return None  # which is something else there
    value = untaken("x", asked | inside)
    made = ast.parse(f"def {name}(self, {value}, training=None):\n return {value}\n").body[0]
    assert isinstance(made, ast.FunctionDef)
    made.body[:0] = [_Flows(name, value).visit(copy.deepcopy(each)) for each in adds]
    made.lineno = method.lineno
    return made


def _only_adds(s: ast.stmt, name: str) -> bool:
    match s:
        case ast.For(_, _, body, []) | ast.If(_, body, []):
            return all(_only_adds(each, name) for each in body)
        case ast.If(_, body, rest):
            return all(_only_adds(each, name) for each in (*body, *rest))
        case ast.Expr():
            return bool(_parts(s, name, "add"))
        case _:
            return False


def is_own(node: ast.AST, name: str) -> bool:
    """Whether a node is an attribute of the object, by its name."""
    match node:
        case ast.Attribute(ast.Name("self"), own):
            return own == name
        case _:
            return False


def _called(s: ast.stmt, name: str) -> bool:
    """Whether a statement calls an attribute."""
    return any(isinstance(node, ast.Call) and is_own(node.func, name) for node in ast.walk(s))


class _Flows(ast.NodeTransformer):
    """`self.name.add(layer)` as `x = layer(x)`."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """A statement that adds a layer."""
        for layer in _parts(node, self._name, "add"):
            call = ast.Call(layer, [ast.Name(self._value, ast.Load())], [])
            made = ast.Assign([ast.Name(self._value, ast.Store())], ast.copy_location(call, layer))
            return ast.copy_location(made, node)
        return node


def _chain(work: list[ast.stmt], s: ast.stmt, name: str, call: ast.Call) -> tuple[list[ast.stmt], bool]:
    """What a chain gets in lines of its own among its layers; a list instead where it is no list in the source."""
    given = call.args[0] if call.args else ast.List([], ast.Load())
    adds = [each for each in work if _parts(each, name, "add")]
    if isinstance(given, (ast.List, ast.Tuple)) and all(isinstance(each, ast.Expr) for each in adds):
        if not adds:
            return work, False
        parts = [part for each in adds for part in _parts(each, name, "add")]
        whole = ast.Call(call.func, [ast.List([*given.elts, *parts], ast.Load())], call.keywords)
        last = adds[-1]
        made = ast.copy_location(ast.Assign(s.targets, whole), s)  # type: ignore[attr-defined]
        return [made if each is last else each for each in work if each is last or (each not in adds and each is not s)], False  # fmt: skip
    if call.keywords or (adds and not isinstance(given, (ast.List, ast.Tuple))):
        return work, False
    empty = ast.copy_location(ast.Assign(s.targets, given), s)  # type: ignore[attr-defined]
    told = {id(each): _Appends(name).visit(copy.deepcopy(each)) for each in adds} | {id(s): empty}
    return [told.get(id(each), each) for each in work], True


def _list(work: list[ast.stmt], name: str) -> list[ast.stmt]:
    """A list that one loop fills, as a comprehension."""
    first = [each for each in work if _binds(each, name)]
    fills = [each for each in work if _parts(each, name, "append")]
    if len(first) != 1 or len(fills) != 1:
        return work
    match first[0], _at_once(fills[0]):
        case (
            ast.Assign(targets, value),
            ast.For(target, values, [ast.Expr(ast.Call(_, [part]))], []),
        ) if _is_empty(value):
            turns = ast.comprehension(target, values, [], 0)
            made = ast.copy_location(ast.Assign(targets, ast.ListComp(part, [turns])), fills[0])
            return [made if each is fills[0] else each for each in work if each is not first[0]]
    return work


def _at_once(s: ast.stmt) -> ast.stmt:
    """A loop that names each layer before a list gets it, without the name."""
    match s:
        case ast.For(target, values, [ast.Assign([ast.Name(name)], layer), ast.Expr(ast.Call(add, [ast.Name(own)]))], []) if name == own:  # fmt: skip
            added = ast.Expr(ast.Call(add, [layer], []))
            return ast.copy_location(ast.For(target, values, [added], []), s)
        case _:
            return s


def _is_empty(e: ast.expr) -> bool:
    match e:
        case ast.List([]) | ast.Call(ast.Name("list"), [], []):
            return True
        case _:
            return False


def _binds(s: ast.stmt, name: str) -> bool:
    match s:
        case ast.Assign([ast.Attribute(ast.Name("self"), own)]):
            return own == name
        case _:
            return False


def _parts(s: ast.AST, name: str, how: str) -> list[ast.expr]:
    """What a statement adds to a list that an attribute holds."""
    found = []
    for node in ast.walk(s):
        match node:
            case ast.Call(ast.Attribute(ast.Attribute(ast.Name("self"), own), change), [part]) if (
                own == name and change == how
            ):
                found.append(part)
    return found


class _Appends(ast.NodeTransformer):
    """`self.name.add(…)` as what a list is told."""

    def __init__(self, name: str) -> None:
        self._name = name

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if _parts(ast.Expr(ast.Call(node.func, node.args, [])), self._name, "add") and isinstance(
            node.func, ast.Attribute
        ):
            func = ast.Attribute(node.func.value, "append", ast.Load())
            return ast.copy_location(ast.Call(func, node.args, []), node)
        return self.generic_visit(node)


def _going_through(s: ast.stmt, name: str) -> ast.FunctionDef:
    """A method that calls each layer of a list on what the one before gives."""
    text = f"def {name}(self, x, training=None):\n for layer in self.{name}:\n  x = layer(x)\n return x\n"
    made = ast.parse(text).body[0]
    assert isinstance(made, ast.FunctionDef)
    for node in ast.walk(made):
        if hasattr(node, "lineno"):
            node.lineno = s.lineno
    return made
