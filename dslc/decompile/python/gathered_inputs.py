"""Inputs of a model that a dictionary or a list holds, made one by one, in loops, or by a function.

In: the statements of a file, and those of one model.  Out: the same, where each has a line of its own, and the names that hold them.

    inputs = {n: keras.Input((1,), name=n) for n in NAMES}     for n in NAMES: inputs[n] = keras.Input((1,), name=n)
    parts = []                                                 for i in range(2): parts[i] = keras.Input((3,)); part = parts[i]
    for i in range(2):
        part = keras.Input((3,))
        parts.append(part)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.python import paths
from dslc.decompile.python.decided import Told
from dslc.decompile.python.signatures import arguments, defaults, keyword, positional
from dslc.decompile.python.wanted import bound

IsInput = Callable[[ast.AST | None], bool]


def made_where_asked(tree: ast.Module, names: Mapping[str, str]) -> ast.Module:
    """A tree in which the functions that only make inputs stand where they are called."""
    makers = {
        each.name: each for each in tree.body if isinstance(each, ast.FunctionDef) and _makes(each, names)
    }
    if not makers:
        return tree
    bodies = [each.body for each in tree.body if isinstance(each, ast.FunctionDef)]
    for body in (tree.body, *bodies):
        body[:] = [one for s in body for one in _instead(s, makers, body)]
    left = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    tree.body = [
        each
        for each in tree.body
        if not (isinstance(each, ast.FunctionDef) and each.name in makers and each.name not in left)
    ]
    return tree


def _makes(function: ast.FunctionDef, names: Mapping[str, str]) -> bool:
    """Whether a function makes inputs, calls no layer, and gives something at its end alone."""
    made = [paths.path(node.func, names) for node in ast.walk(function) if isinstance(node, ast.Call)]
    ends = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    return (
        "keras.Input" in made
        and not any((path or "").startswith(("keras.layers.", "keras.Model", "keras.ops.")) for path in made)
        and ends == [function.body[-1]]
        and ends[0].value is not None
        and function.args.vararg is None
        and function.args.kwarg is None
    )


def _instead(
    s: ast.stmt, makers: Mapping[str, ast.FunctionDef], body: Sequence[ast.stmt]
) -> Iterator[ast.stmt]:
    """What stands in the place of a statement that calls such a function."""
    match s:
        case ast.Assign([ast.Name() | ast.Tuple() as target], ast.Call(ast.Name(name)) as call) if (
            name in makers
        ):
            function = makers[name]
            takes = positional(function)
            given = dict(defaults(function.args)) | arguments(takes, call)
            if set(given) != set(takes):
                yield s
                return
            end = function.body[-1]
            assert isinstance(end, ast.Return) and end.value is not None
            taken = {node.id for each in body for node in ast.walk(each) if isinstance(node, ast.Name)}
            told: dict[str, ast.expr] = dict(given)
            own = {one for each in function.body for one in bound(each)}
            wishes = _wishes(end.value, target)
            for each in sorted(own - told.keys()):
                name = wishes.get(each) or untaken(each, taken)
                told[each] = ast.Name(name)
                taken.add(name)
            work = function.body[1:] if ast.get_docstring(function) is not None else function.body
            yield from Told(told).statements(work[:-1])
            value = Told(told).visit(copy.deepcopy(end.value))
            if ast.unparse(value) != ast.unparse(target):
                yield ast.copy_location(ast.Assign([target], value), s)
        case _:
            yield s


def _wishes(gives: ast.expr, target: ast.expr) -> dict[str, str]:
    """What the names of a function are called where it is called, by what it gives."""
    match gives, target:
        case ast.Name(own), ast.Name(there):
            return {own: there}
        case (ast.Tuple(items) | ast.List(items)), ast.Tuple(targets) if len(items) == len(targets):
            found = [_wishes(*each) for each in zip(items, targets, strict=True)]
            return {own: there for each in found for own, there in each.items()}
        case _:
            return {}


def one_by_one(body: Sequence[ast.stmt], is_input: IsInput) -> tuple[list[ast.stmt], dict[str, bool]]:
    """Statements with a line for each input that something gathers, and what gathers them; True for a list."""
    work = [each for s in body for each in _spread(s, is_input)]
    found = {
        name: is_list for s in work for name, is_list in _begun(s) if _gathers(work, name, is_list, is_input)
    }
    if not found:
        return list(body), {}
    return [each for s in work for each in _Lines(found, is_input).statements([s], None)], found


def _spread(s: ast.stmt, is_input: IsInput) -> Iterator[ast.stmt]:
    """A dictionary or list of inputs in one statement, as one that is filled."""
    match s:
        case ast.Assign([ast.Name(name)], ast.Dict(keys, values)) if values and all(map(is_input, values)):
            yield _at(ast.Assign(s.targets, ast.Dict([], [])), s)
            for key, value in zip(keys, values, strict=True):
                assert key is not None
                yield _at(_filled(name, key, value), value)
        case ast.Assign([ast.Name(name)], ast.DictComp(key, value, [turn])) if (
            is_input(value) and not turn.ifs
        ):
            yield _at(ast.Assign(s.targets, ast.Dict([], [])), s)
            yield _at(ast.For(turn.target, turn.iter, [_at(_filled(name, key, value), s)], []), s)
        case ast.Assign([ast.Name(name)], ast.ListComp(value, [turn])) if is_input(value) and not turn.ifs:
            yield _at(ast.Assign(s.targets, ast.List([], ast.Load())), s)
            added = ast.Expr(ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "append"), [value], []))
            yield _at(ast.For(turn.target, turn.iter, [_at(added, s)], []), s)
        case _:
            yield s


def _begun(s: ast.stmt) -> Iterator[tuple[str, bool]]:
    """The name of an empty dictionary or list, and whether it is a list."""
    match s:
        case ast.Assign([ast.Name(name)], ast.Dict([]) | ast.Call(ast.Name("dict"), [], [])):
            yield name, False
        case ast.Assign([ast.Name(name)], ast.List([]) | ast.Call(ast.Name("list"), [], [])):
            yield name, True


def _gathers(body: Sequence[ast.stmt], name: str, is_list: bool, is_input: IsInput) -> bool:
    """Whether something holds inputs and nothing else; a list gets them in loops, one a turn."""
    made = {
        node.targets[0].id
        for s in body
        for node in ast.walk(s)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and is_input(node.value)
    }
    given: list[bool] = []
    for s in body:
        for node in ast.walk(s):
            match node:
                case ast.Assign([ast.Subscript(ast.Name(own))], value) if own == name:
                    given.append(not is_list and is_input(value))
                case ast.Call(ast.Attribute(ast.Name(own), "append"), [value]) if own == name:
                    held = isinstance(value, ast.Name) and value.id in made
                    given.append(is_list and isinstance(s, ast.For) and (held or is_input(value)))
                case ast.Call(ast.Attribute(ast.Name(own), "extend" | "insert" | "update" | "pop")) if (
                    own == name
                ):
                    given.append(False)
                case ast.AugAssign(ast.Name(own)) if own == name:
                    given.append(False)
    return bool(given) and all(given)


class _Lines:
    """Statements in which each input is put under its key at once; in a list that is its name, or what the loop goes through."""

    def __init__(self, found: Mapping[str, bool], is_input: IsInput) -> None:
        self._found = found
        self._is_input = is_input

    def statements(self, body: Sequence[ast.stmt], turn: ast.expr | None) -> Iterator[ast.stmt]:
        """The statements of a body; `turn` is what the loop around it goes through."""
        adds = [self._added(s) for s in body]
        lists = {each[1].id: each[0] for each in adds if each is not None and isinstance(each[1], ast.Name)}
        for s, added in zip(body, adds, strict=True):
            match s:
                case ast.For(_, _, inner, rest) if self._reads(s):
                    target, values, place = self._places(s)
                    made = ast.For(target, values, list(self.statements(inner, place)), rest)
                    yield _at(made, s)
                case ast.If(test, inner, rest) if self._reads(s):
                    ways = list(self.statements(inner, turn)), list(self.statements(rest, turn))
                    yield _at(ast.If(test, *ways), s)
                case ast.Assign([ast.Name(name) as kept], value) if name in lists and self._is_input(value):
                    key = self._key(value, turn)
                    yield _at(_filled(lists[name], key, value), s)
                    held = ast.Subscript(ast.Name(lists[name], ast.Load()), key, ast.Load())
                    held.of_inputs = True  # type: ignore[attr-defined]
                    yield _at(ast.Assign([kept], held), s)
                case _ if added is not None:
                    if not isinstance(added[1], ast.Name):
                        yield _at(_filled(added[0], self._key(added[1], turn), added[1]), s)
                case _:
                    yield s

    def _reads(self, s: ast.stmt) -> bool:
        """Whether a statement has to do with inputs that are gathered."""
        return any(isinstance(node, ast.Name) and node.id in self._found for node in ast.walk(s))

    def _places(self, s: ast.For) -> tuple[ast.expr, ast.expr, ast.expr | None]:
        """What a loop goes through, and by what its turns are told apart: a number where one stands there, or is needed."""
        match s.target, s.iter:
            case target, ast.Call(ast.Name("range")):
                return target, s.iter, target
            case ast.Tuple([first, _]), ast.Call(ast.Name("enumerate")):
                return s.target, s.iter, first
        unnamed = any(
            self._is_input(node) and keyword(node, "name") is None  # type: ignore[arg-type]
            for node in ast.walk(s)
        )
        if not unnamed or not any(self._added(each) for each in s.body):
            return s.target, s.iter, None
        number = untaken("i", {node.id for node in ast.walk(s) if isinstance(node, ast.Name)})
        target = ast.Tuple([ast.Name(number, ast.Store()), s.target], ast.Store())
        values = ast.Call(ast.Name("enumerate", ast.Load()), [s.iter], [])
        return target, values, ast.Name(number, ast.Load())

    def _added(self, s: ast.stmt) -> tuple[str, ast.expr] | None:
        """The list that a statement gives something, and that."""
        match s:
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [value])) if self._found.get(
                name
            ):
                return name, value
            case _:
                return None

    def _key(self, call: ast.expr, turn: ast.expr | None) -> ast.expr:
        name = keyword(call, "name") if isinstance(call, ast.Call) else None
        return copy.deepcopy(name or turn or ast.Constant(0))


def _filled(name: str, key: ast.expr, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Subscript(ast.Name(name, ast.Load()), key, ast.Store())], value)


def _at(made: ast.stmt, s: ast.AST) -> ast.stmt:
    made.lineno = getattr(s, "lineno", 0)
    return made
