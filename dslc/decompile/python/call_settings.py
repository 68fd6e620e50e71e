"""What the `call` of a class may be told and never is: it has its default.

In: the classes of a file, and its tree.  Out: the classes without such parameters.

    def call(self, x, start=0, mask=None):           def call(self, x):
        y = self.attend(x, x, mask=mask)                 y = self.attend(x, x)
        return y + self.table[start:]                    return y + self.table[0:]

A `mask` that nobody gives comes from Keras, where something makes one: of a file that has an `Embedding(…, mask_zero=True)`
or a `Masking` it is not known, and what a class says of masks (`compute_mask`) is no more than what follows from none elsewhere.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator, Mapping

from dslc.decompile.python.decided import Told
from dslc.decompile.python.signatures import defaults, function_in

_MASK = "mask"
_OF_RUNS = ("training",)


def settled(tree: ast.Module, classes: Mapping[str, ast.ClassDef]) -> dict[str, ast.ClassDef]:
    """The classes, with the defaults of what no call tells in its place."""
    if not classes:
        return {}
    calls = _Calls(tree)
    gone: dict[str, dict[str, ast.expr]] = {}
    for name, own in classes.items():
        flow = function_in(own, "call")
        if flow is None:
            continue
        most = calls.most(name)
        place = {each.arg: number for number, each in enumerate(flow.args.args[1:])}
        gone[name] = {
            each: default
            for each, default in defaults(flow.args)
            if isinstance(default, ast.Constant)
            and each not in (*_OF_RUNS, *calls.told)
            and (not calls.masks if each == _MASK else most is not None and place.get(each, 0) >= most)
        }
    return {name: _without(own, gone.get(name, {}), not calls.masks) for name, own in classes.items()}


def _is_handed_on(given: ast.keyword) -> bool:
    """Whether a call hands on what is called the same around it, or nothing."""
    value = given.value
    return (isinstance(value, ast.Name) and value.id == given.arg) or (
        isinstance(value, ast.Constant) and value.value is None
    )


class _Calls:
    """The calls of a file, gone through once: which arguments they tell by name, and how many by place."""

    def __init__(self, tree: ast.Module) -> None:
        self.told: set[str | None] = set()
        self.masks = False  # whether something in the file may have a mask
        self._makes: dict[str, list[int]] = {}  # where a class is called, by its name
        self._known: set[int] = set()  # where that is for what is read here
        self._holders: dict[str, set[str]] = {}  # what holds the layers of a class
        self._direct: dict[str, int] = {}  # how many values these are given where they are made
        self._given: dict[str, list[int]] = {}  # how many values what a name holds is given
        self._reads: Counter[str] = Counter()
        for node in ast.walk(tree):
            self._note(node)
            if _is_read(node) and (name := _named(node)) is not None:
                self._reads[name] += 1
        self.masks = self.masks or bool({_MASK, "mask_zero"} & self.told)

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Assign([target], ast.Call(ast.Name(made)) as call):
                self._known.add(id(call))
                self._holders.setdefault(made, set()).add(ast.unparse(target))
            case ast.Name("Masking") | ast.Attribute(_, "Masking"):
                self.masks = True
            case ast.Call(function, args, keywords):
                self.told |= {each.arg for each in keywords if not _is_handed_on(each)}
                match function, args:
                    case ast.Name(made), _:
                        self._makes.setdefault(made, []).append(id(node))
                    case ast.Call(ast.Name(made)), _:
                        self._known.add(id(function))
                        self._direct[made] = max(self._direct.get(made, 1), len(args))
                    case ast.Attribute(_, "add"), [ast.Call(ast.Name())]:
                        self._known.add(id(args[0]))
                name = _named(function)
                if name is not None:
                    self._given.setdefault(name, []).append(len(args))

    def most(self, name: str) -> int | None:
        """How many values the layers of a class are called with by their places, at most; None where nobody knows who calls them."""
        holders = self._holders.get(name, set())
        if any(each not in self._known for each in self._makes.get(name, ())):
            return None
        if any(self._reads[each] > len(self._given.get(each, ())) for each in holders):
            return None  # it may be called under another name
        given = [count for each in holders for count in self._given.get(each, ())]
        return max(self._direct.get(name, 1), *given, 1)


def _named(node: ast.AST) -> str | None:
    """A name, or an attribute of the class."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(ast.Name("self"), name):
            return f"self.{name}"
        case _:
            return None


def _is_read(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Load)


def _without(own: ast.ClassDef, values: Mapping[str, ast.expr], plain: bool) -> ast.ClassDef:
    made = copy.copy(own)
    made.body = [each for s in own.body for each in _kept(s, values, plain)]
    return made


def _kept(s: ast.stmt, values: Mapping[str, ast.expr], plain: bool) -> Iterator[ast.stmt]:
    """What a class has in the place of a statement of it; `plain` where nothing has a mask."""
    if not isinstance(s, ast.FunctionDef):
        yield s
        return
    if plain and s.name in ("compute_mask", "compute_output_mask") and _follows(s):
        return
    if s.name != "call":
        yield _Unasked("", plain).visit(copy.deepcopy(s)) if plain else s
        return
    rest = s.args.kwarg.arg if s.args.kwarg is not None else ""
    if _MASK in values:
        unasked = _Unasked(rest, True).visit(_told(s, {_MASK: ast.Constant(None, kind=_MASK)}))
        if any(isinstance(node, ast.Constant) and node.kind == _MASK for node in ast.walk(unasked)):
            values = {name: value for name, value in values.items() if name != _MASK}  # it is a value there
    told = _told(s, values) if values else copy.deepcopy(s)
    yield _Unasked(rest, plain).visit(told) if plain or rest else told


def _told(flow: ast.FunctionDef, values: Mapping[str, ast.expr]) -> ast.FunctionDef:
    """A method whose parameters have their defaults."""
    made = copy.copy(flow)
    kept = {name: value for name, value in defaults(flow.args) if name not in values}
    takes = copy.copy(flow.args)
    takes.args = [each for each in takes.args if each.arg not in values]
    takes.defaults = [kept[each.arg] for each in takes.args if each.arg in kept]
    named = [
        each for each in zip(takes.kwonlyargs, takes.kw_defaults, strict=True) if each[0].arg not in values
    ]
    takes.kwonlyargs, takes.kw_defaults = [each for each, _ in named], [each for _, each in named]
    made.args = takes
    bound = {
        node.id for node in ast.walk(flow) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    first: list[ast.stmt] = [
        ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], values[name]), flow.body[0])
        for name in values.keys() & bound
    ]
    plain = {name: value for name, value in values.items() if name not in bound}
    made.body = [*first, *Told(plain).statements(flow.body)]
    return made


def _follows(method: ast.FunctionDef) -> bool:
    """Whether a method gives no mask where none comes in."""
    given = {each.arg: ast.Constant(None) for each in method.args.args if each.arg.endswith(_MASK)}
    ends = [
        node
        for s in Told(given).statements(method.body)
        for node in ast.walk(s)
        if isinstance(node, ast.Return)
    ]
    return all(each.value is None or isinstance(each.value, ast.Constant) for each in ends)


class _Unasked(ast.NodeTransformer):
    """Calls without what hands on the rest of what a method is given, which is nothing, and without what says that there is no mask."""

    def __init__(self, rest: str, plain: bool) -> None:
        self._rest = rest
        self._plain = plain

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call without these."""
        self.generic_visit(node)
        node.keywords = [each for each in node.keywords if not self._is_rest(each)]
        node.keywords = [each for each in node.keywords if not (self._plain and _is_no_mask(each))]
        return node

    def _is_rest(self, given: ast.keyword) -> bool:
        return given.arg is None and isinstance(given.value, ast.Name) and given.value.id == self._rest


def _is_no_mask(given: ast.keyword) -> bool:
    is_mask = given.arg is not None and given.arg.endswith(_MASK)
    return is_mask and isinstance(given.value, ast.Constant) and given.value.value is None
