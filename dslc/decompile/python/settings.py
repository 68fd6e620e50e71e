"""Objects that only hold the settings of a file: what is asked of them is a constant.

In: the tree of a file.  Out: the same, which asks no such object, and hands none around.

    @dataclass
    class Config:
        dim: int = 32                                 dim = 32
        heads: int = 4                                heads = 8
    config = Config(heads=8)
    def attend(x, config):                            def attend(x):
        return Dense(config.dim)(x)                       return Dense(dim)(x)
    y = attend(x, config)                             y = attend(x)
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from dslc.casing import untaken
from dslc.decompile.python.decided import Freed, Told
from dslc.decompile.python.signatures import arguments, defaults, function_in, positional
from dslc.decompile.python.wanted import bound
from dslc.record import record

Path = Callable[[ast.AST], str | None]
Function = ast.FunctionDef

_RECORDS = ("dataclasses.dataclass", "attr.s", "attrs.define")
_SPACES = ("types.SimpleNamespace", "ml_collections.ConfigDict")
_HANDED_ON = 8
"""Through how many functions, each of which calls the next, an object is followed."""


@record
class Kind:
    """A class that only holds values: what it takes in its order, and its fields; None where one must be told."""

    takes: tuple[str, ...]
    values: dict[str, ast.expr | None]


def spread(tree: ast.Module, path: Path) -> ast.Module:
    """A tree in which such objects are constants."""
    kinds = {
        each.name: kind
        for each in tree.body
        if isinstance(each, ast.ClassDef) and (kind := _kind(each, path)) is not None
    }
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    known = _Known(kinds, functions, path)
    tree.body = list(_with_names(tree, known))
    changed = set(_asked(tree, (ast.Store, ast.Del)))
    objects = {name: own for name, own in _objects(tree, known).items() if name not in changed}
    if not objects:
        return tree
    for _ in range(_HANDED_ON):
        if not _taken_out(tree, frozenset(objects)):
            break
    asked = _asked(tree, ast.Load)
    others = [each for each in tree.body if not (isinstance(each, ast.ClassDef) and each.name in kinds)]
    taken = {each for s in others for node in ast.walk(s) for each in _names(node)}
    called: dict[tuple[str, str], str] = {}
    body: list[ast.stmt] = []
    for s in tree.body:
        body.append(s)
        match s:
            case ast.Assign([ast.Name(name)]) | ast.ClassDef(name) if name in objects:
                body += _constants(name, objects[name], asked.get(name, set()), called, taken)
    tree.body = body
    made = _Constants(called).visit(tree)
    assert isinstance(made, ast.Module)
    makers = {name for name in functions if known.fields(ast.Call(ast.Name(name), [], [])) is not None}
    return _without_idle(made, {*objects, *kinds, *makers})


# What they are


def _kind(own: ast.ClassDef, path: Path) -> Kind | None:
    """What a class holds that does nothing else."""
    is_record = any(
        path(each.func if isinstance(each, ast.Call) else each) in _RECORDS for each in own.decorator_list
    )
    bases = [path(each) or ast.unparse(each) for each in own.bases]
    if (
        own.keywords
        or (own.decorator_list and not is_record)
        or bases not in ([], ["object"], ["typing.NamedTuple"])
    ):
        return None
    takes: list[str] = []
    values: dict[str, ast.expr | None] = {}
    for s in own.body:
        match s:
            case ast.Pass() | ast.Expr(ast.Constant()):
                pass
            case ast.Assign([ast.Name(name)], value):
                values[name] = value
            case ast.AnnAssign(ast.Name(name), _, told):
                takes.append(name)
                values[name] = _default(told)
            case ast.FunctionDef("__init__") if not is_record:
                pass
            case _:
                return None
    made = function_in(own, "__init__")
    if made is None:
        return Kind(tuple(takes) if is_record or bases == ["typing.NamedTuple"] else (), values)
    if made.args.vararg or made.args.kwarg or made.args.kwonlyargs:
        return None
    usual = dict(defaults(made.args))
    takes = positional(made)[1:]
    own_fields: dict[str, ast.expr | None] = {name: usual.get(name) for name in takes}
    for s in made.body:
        match s:
            case ast.Expr(ast.Constant()):
                pass
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], ast.Name(given)) if given == name:
                pass
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], value) if name not in takes:
                own_fields[name] = _Own().visit(copy.deepcopy(value))
            case _:
                return None
    return Kind(tuple(takes), values | own_fields)


def _default(e: ast.expr | None) -> ast.expr | None:
    """What a field is that is told nothing: `field(default_factory=lambda: [1, 2])`."""
    match e:
        case ast.Call(_, [], [ast.keyword("default", value)]):
            return value
        case ast.Call(_, [], [ast.keyword("default_factory", ast.Lambda(_, value))]):
            return value
        case _:
            return e


class _Own(ast.NodeTransformer):
    """Fields by their names alone: `self.dim * 4` as `dim * 4`."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """A field of the object."""
        match node:
            case ast.Attribute(ast.Name("self"), name):
                return ast.copy_location(ast.Name(name, ast.Load()), node)
        return self.generic_visit(node)


@record
class _Known:
    """What makes such objects."""

    kinds: Mapping[str, Kind]
    functions: Mapping[str, Function]
    path: Path

    def fields(self, call: ast.expr) -> dict[str, ast.expr] | None:
        """The fields of the object that a call makes; None where it is none, or it is not known what they are."""
        if not isinstance(call, ast.Call):
            return None
        if any(each.arg is None for each in call.keywords) or any(
            isinstance(e, ast.Starred) for e in call.args
        ):
            return None
        if self.path(call.func) in _SPACES and not call.args:
            return {each.arg: each.value for each in call.keywords if each.arg is not None}
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        kind = self.kinds.get(name)
        if kind is not None and len(call.args) <= len(kind.takes):
            return _whole({**kind.values, **arguments(kind.takes, call)}, kind)
        own = self.functions.get(name)
        is_plain = own is not None and not (call.args or call.keywords or positional(own))
        match own.body if own is not None and is_plain else ():
            case [ast.Return(ast.Call(func) as value)] if ast.dump(func) != ast.dump(call.func):
                return self.fields(value)
        return None


def _whole(values: dict[str, ast.expr | None], kind: Kind) -> dict[str, ast.expr] | None:
    found = {name: value for name, value in values.items() if value is not None}
    return found if found.keys() == kind.values.keys() else None


def _with_names(tree: ast.Module, known: _Known) -> Iterator[ast.stmt]:
    """The statements of a file, with a name for each object that is made where it is handed on: `build(Config())`."""
    taken = {each for node in ast.walk(tree) for each in _names(node)}
    for s in tree.body:
        for node in () if isinstance(s, (ast.FunctionDef, ast.ClassDef)) else ast.walk(s):
            if isinstance(node, ast.Call):
                for place, value in enumerate(node.args):
                    if known.fields(value) is not None:
                        name = untaken("config", taken)
                        yield ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], value), value)
                        node.args[place] = ast.copy_location(ast.Name(name, ast.Load()), value)
        yield s


def _objects(tree: ast.Module, known: _Known) -> dict[str, dict[str, ast.expr]]:
    """The names outside of functions that hold such an object, or such a class itself, with its fields."""
    found: dict[str, dict[str, ast.expr]] = {}
    times: dict[str, int] = {}
    for s in tree.body:
        fields = None
        match s:
            case ast.Assign([ast.Name(name)], value):
                fields = known.fields(value)
            case ast.ClassDef(name) if name in known.kinds:
                fields = _whole(dict(known.kinds[name].values), known.kinds[name])
        if fields is not None:
            found[name] = fields
        for each in [s.name] if isinstance(s, ast.ClassDef) else bound(s):
            times[each] = times.get(each, 0) + 1
    return {name: fields for name, fields in found.items() if times[name] == 1}


# Where they are asked


def _own_names(function: ast.AST) -> set[str]:
    """The names that a function has for itself."""
    if not isinstance(function, ast.FunctionDef):
        return set()
    given = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    return given | {name for s in function.body for name in bound(s)}


def _taken_out(tree: ast.Module, objects: frozenset[str]) -> bool:
    """Let functions and classes that are always handed one object ask that, and keep it nowhere; whether some were."""
    functions: dict[str, tuple[Function, int]] = {}
    for each in tree.body:
        made = function_in(each, "__init__") if isinstance(each, ast.ClassDef) else each
        if isinstance(made, ast.FunctionDef):
            functions[each.name] = made, int(isinstance(each, ast.ClassDef))  # type: ignore[attr-defined]
    calls: dict[str, list[ast.Call]] = {}
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            calls.setdefault(node.func.id, []).append(node)
    direct = {id(each.func) for own in calls.values() for each in own}
    handed = {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in direct}
    changed = False
    for name, (function, first) in functions.items():
        if name in handed:
            continue  # whoever has it may call it with anything
        inside = {each for s in function.body for each in bound(s)}
        for own in positional(function)[first:]:
            holds = _always(function, first, own, calls.get(name, []), objects)
            if holds is None or own in inside:
                continue
            changed = True
            _without(function, first, own, calls[name])
            if holds != own:
                function.body = Told({own: ast.Name(holds, ast.Load())}).statements(function.body)
    for each in tree.body:
        if isinstance(each, ast.ClassDef):
            changed |= _kept_nowhere(each, objects)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            changed |= _called_once(node, objects)
    return changed


def _called_once(function: Function, objects: frozenset[str]) -> bool:
    """Let a function have no other name for an object (`cfg = self.config`); whether it had one."""
    own = Counter(name for s in function.body for name in bound(s))
    free = objects - _own_names(function)
    others: dict[str, ast.expr] = {}
    for s in function.body:
        match s:
            case ast.Assign([ast.Name(name)], ast.Name(held) as value) if held in free and own[name] == 1:
                others[name] = value
    if not others:
        return False
    rest = [s for s in function.body if not (isinstance(s, ast.Assign) and s.value in others.values())]
    function.body = Told(others).statements(rest) or [ast.copy_location(ast.Pass(), function)]
    return True


def _always(
    function: Function, first: int, own: str, calls: list[ast.Call], objects: frozenset[str]
) -> str | None:
    """The object that a parameter always is."""
    takes = positional(function)[first:]
    given = [arguments(takes, call).get(own) for call in calls]
    names = {each.id if isinstance(each, ast.Name) else "" for each in given}
    starred = any(isinstance(each, ast.Starred) for call in calls for each in call.args)
    found = names.pop() if len(names) == 1 else ""
    hidden = found != own and found in _own_names(function)
    return found if found in objects and not starred and not hidden else None


def _without(function: Function, first: int, own: str, calls: list[ast.Call]) -> None:
    """Take a parameter out of a function, and its value out of all calls."""
    takes = positional(function)
    place = takes.index(own)
    from_end = len(takes) - place
    if from_end <= len(function.args.defaults):
        del function.args.defaults[-from_end]
    function.args.args = [each for each in function.args.args if each.arg != own]
    for call in calls:
        if place - first < len(call.args):
            del call.args[place - first]
        call.keywords = [each for each in call.keywords if each.arg != own]


def _kept_nowhere(own: ast.ClassDef, objects: frozenset[str]) -> bool:
    """Let a class that keeps an object (`self.config = config`) ask it itself."""
    made = function_in(own, "__init__")
    kept: dict[str, str] = {}
    for s in made.body if made is not None else ():
        match s:
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], ast.Name(held)) if held in objects:
                kept[name] = held
    if made is None or not kept or set(kept.values()) & _own_names(made):
        return False
    made.body = [s for s in made.body if not _keeps(s, kept)] or [ast.copy_location(ast.Pass(), made)]
    Freed(kept).visit(own)
    return True


def _keeps(s: ast.stmt, kept: Mapping[str, str]) -> bool:
    match s:
        case ast.Assign([ast.Attribute(ast.Name("self"), name)], ast.Name(held)):
            return kept.get(name) == held
        case _:
            return False


def _asked(
    tree: ast.Module, how: type[ast.expr_context] | tuple[type[ast.expr_context], ...]
) -> dict[str, set[str]]:
    """What is asked of names, or given another value."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ast.Name(name), field, context) if isinstance(context, how):
                found.setdefault(name, set()).add(field)
    return found


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case (
            ast.Name(name)
            | ast.arg(name)
            | ast.FunctionDef(name)
            | ast.ClassDef(name)
            | ast.alias(_, str() as name)
        ):
            yield name
        case ast.alias(name):
            yield name.partition(".")[0]


def _constants(
    key: str,
    fields: Mapping[str, ast.expr],
    asked: set[str],
    called: dict[tuple[str, str], str],
    taken: set[str],
) -> Iterator[ast.stmt]:
    """The lines of the fields that are asked, and of those that they are made of, in their order."""
    wanted = set(asked)
    for name, value in reversed(list(fields.items())):
        if name in wanted:
            wanted |= {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    told: dict[str, ast.expr] = {}
    for name, value in fields.items():
        if name in wanted:
            own = untaken(name if name not in taken else f"{key}_{name}", taken)
            called[key, name] = own
            here = Told(told).visit(copy.deepcopy(value))
            yield ast.copy_location(ast.Assign([ast.Name(own, ast.Store())], here), value)
            told[name] = ast.Name(own, ast.Load())


def _without_idle(tree: ast.Module, names: set[str]) -> ast.Module:
    """A tree without objects, and classes of such, that nothing asks any more."""
    for _ in range(3):  # a class is asked by a function, and that by an object
        asked = {
            node.id
            for s in tree.body
            for node in ast.walk(s)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        gone = names - asked
        tree.body = [s for s in tree.body if not _makes(s, gone)]
    return tree


def _makes(s: ast.stmt, names: set[str]) -> bool:
    match s:
        case ast.Assign([ast.Name(name)]) | ast.ClassDef(name) | ast.FunctionDef(name):
            return name in names
        case _:
            return False


class _Constants(ast.NodeTransformer):
    """Constants where fields are asked."""

    def __init__(self, called: Mapping[tuple[str, str], str]) -> None:
        self._called = called
        self._hidden: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function, whose own names are other ones."""
        before = self._hidden
        self._hidden = before | _own_names(node)
        made = self.generic_visit(node)
        self._hidden = before
        return made

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`config.dim`."""
        match node:
            case ast.Attribute(ast.Name(key), name) if (
                key not in self._hidden and (key, name) in self._called
            ):
                return ast.copy_location(ast.Name(self._called[key, name], ast.Load()), node)
        return self.generic_visit(node)
