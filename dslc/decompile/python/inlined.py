"""Methods that `__init__`, `build` and `call` of a class call, in the place of each call; functions that are given tables of numbers likewise.

In: a class.  Out: the class, in which these three call no other method of it.

    def call(self, x):                        def call(self, x):
        return self.halved(x) + 1                 y = ops.relu(x)
    def halved(self, x):                          return y / 2 + 1
        y = ops.relu(x)
        return y / 2
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping, Sequence
from itertools import count

from dslc.decompile.config import Refused
from dslc.decompile.python.decided import Told
from dslc.decompile.python.module import File, body_of, refused, said
from dslc.decompile.python.signatures import arguments, called_itself, is_static
from dslc.decompile.python.wanted import bound, read, single_exit
from dslc.record import replace

OF_LAYERS = ("__init__", "build", "call")
_MOST = 2_000
"""Statements that may stand in the place of calls: methods that call others twice each double what comes out."""


def inlined(own: ast.ClassDef) -> ast.ClassDef:
    """A class whose layers are all made and called in the methods that Keras knows."""
    methods = {each.name: each for each in own.body if isinstance(each, ast.FunctionDef)}
    others = {name: each for name, each in methods.items() if name not in OF_LAYERS}
    if not others:
        return own
    taken = {name for each in methods.values() for name in _names(each)}
    inliner = _Inliner(others, taken, called_itself)
    made = copy.copy(own)
    made.body = [
        inliner.method(each) if isinstance(each, ast.FunctionDef) and each.name in OF_LAYERS else each
        for each in own.body
    ]
    return made


def without_tables(file: File) -> File:
    """A file that calls none of its functions on tables of numbers, which a `fn` does not take: each stands where it is called, if it can."""
    others = {name: each for name, each in file.functions.items() if name in file.of_tables}
    if not others:
        return file

    def without(function: ast.FunctionDef) -> ast.FunctionDef:
        try:
            return _Inliner(others, _names(function), _called_by_name).method(function)
        except Refused:
            return function

    classes = {name: copy.copy(own) for name, own in file.classes.items()}
    for own in classes.values():
        own.body = [without(each) if isinstance(each, ast.FunctionDef) else each for each in own.body]
    functions = {name: without(each) for name, each in file.functions.items() if name not in others}
    left = {
        called
        for each in (*functions.values(), *classes.values(), *file.rest)
        for node in ast.walk(each)
        if (called := _called_by_name(node)) in others
    }
    functions |= others if left else {}
    made: File = replace(file, functions=functions, classes=classes)
    return made


def is_called(own: ast.ClassDef, name: str) -> bool:
    """Whether a method of a class calls another one of it."""
    return any(called_itself(node) == name for node in ast.walk(own))


def _names(function: ast.FunctionDef) -> set[str]:
    given = function.args
    own = {each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    return own | {name for s in function.body for name in (*bound(s), *read(s))}


def _called_by_name(node: ast.AST) -> str | None:
    """The name of the function of the file that a node calls."""
    match node:
        case ast.Call(ast.Name(name)):
            return name
        case _:
            return None


class _Inliner:
    """`called` says which function is called. `within` are the methods whose bodies are read now: one that calls itself has no end."""

    def __init__(
        self,
        methods: Mapping[str, ast.FunctionDef],
        taken: set[str],
        called: Callable[[ast.AST], str | None],
    ) -> None:
        self._called = called
        self._methods = methods
        self._taken = set(taken)
        self._used: set[str] = set()  # the names of methods that a body has by now
        self._within: list[str] = []
        self._count = 0

    def method(self, function: ast.FunctionDef) -> ast.FunctionDef:
        """A method without calls of the others."""
        if not any(self._called(node) in self._methods for node in ast.walk(function)):
            return function
        self._used = _names(function)
        made = copy.copy(function)
        made.body = self._body(function.body)
        return made

    def _body(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        return [each for s in body for each in self._statement(s)]

    def _statement(self, s: ast.stmt) -> list[ast.stmt]:
        if not any(self._called(node) in self._methods for node in ast.walk(s)):
            return [s]
        match s:
            case ast.For(target, values, body, rest):
                before, values = self._value(values)
                turns = ast.For(target, values, self._body(body), self._body(rest))
                return [*before, ast.copy_location(turns, s)]
            case ast.If(test, body, rest):
                before, test = self._value(test)
                return [*before, ast.copy_location(ast.If(test, self._body(body), self._body(rest)), s)]
            case ast.With(items, body):
                return [ast.copy_location(ast.With(items, self._body(body)), s)]
            case ast.Assign([ast.Name(name)], ast.ListComp(each, [turns])) if not turns.ifs:
                return self._loop(s, name, each, turns)
            case ast.Assign(targets, ast.IfExp(test, one, other)):
                ways = (self._body([ast.copy_location(ast.Assign(targets, way), s)]) for way in (one, other))
                return self._statement(ast.copy_location(ast.If(test, *ways), s))
            case ast.Return(ast.IfExp(test, one, other)):
                ways = (self._body([ast.copy_location(ast.Return(way), s)]) for way in (one, other))
                return self._statement(ast.copy_location(ast.If(test, *ways), s))
            case ast.Expr(ast.Call() as call) if self._called(call) in self._methods:
                before, _ = self._replaced(call)
                return before
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Return() | ast.Expr():
                made = copy.copy(s)
                if s.value is None:
                    return [s]
                before, made.value = self._value(s.value)
                last = before[-1] if before else None
                match made.value, last:
                    case ast.Name(own), ast.Assign([ast.Name(name)], value) if (
                        isinstance(s, ast.Assign) and own == name
                    ):  # what the last line of a method binds is what it gives
                        made.value = value
                        before = before[:-1]
                return [*before, made]
            case _:
                raise refused(s, f"`{said(s)}` has no counterpart in the language")

    def _loop(self, s: ast.stmt, name: str, each: ast.expr, turns: ast.comprehension) -> list[ast.stmt]:
        """A list of what a method gives, as the loop that fills it."""
        before, value = self._value(each)
        if not before:
            made = ast.ListComp(value, [turns])
            return [ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], made), s)]
        empty = ast.Assign([ast.Name(name, ast.Store())], ast.List([], ast.Load()))
        added = ast.Expr(
            ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load()), [value], [])
        )
        around = ast.For(turns.target, turns.iter, [*before, ast.copy_location(added, s)], [])
        return [ast.copy_location(empty, s), ast.copy_location(around, s)]

    def _value(self, e: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
        """A value without calls of methods, and the statements that have to stand before it."""
        replacing = _Replacing(self._replaced)
        value = replacing.visit(copy.deepcopy(e))
        assert isinstance(value, ast.expr)
        return replacing.before, value

    def _replaced(self, call: ast.Call) -> tuple[list[ast.stmt], ast.expr | None]:
        """The statements of a method, and what it gives; what is not one of the class stays."""
        name = self._called(call)
        if name is None or name not in self._methods:
            return [], call
        function = self._methods[name]
        if name in self._within:
            raise refused(call, f"`{name}` calls itself, which has no counterpart in the language")
        if function.args.vararg is not None or function.args.kwarg is not None:
            raise refused(call, f"`{said(call)}`: which argument is which cannot be read")
        self._within.append(name)
        work, value = self._taken_over(function, call)
        self._within.pop()
        return work, value

    def _taken_over(
        self, function: ast.FunctionDef, call: ast.Call
    ) -> tuple[list[ast.stmt], ast.expr | None]:
        work = body_of(function)
        self._count += sum(isinstance(node, ast.stmt) for s in work for node in ast.walk(s))
        if self._count > _MOST:
            raise refused(call, "the methods of this class call one another too often to stand in one body")
        given = self._arguments(function, call)
        inside = {name for s in work for name in bound(s)}
        reads = [node.id for s in work for node in ast.walk(s) if isinstance(node, ast.Name)]
        told: dict[str, ast.expr] = {}
        before: list[ast.stmt] = []
        for name, value in given.items():
            once = reads.count(name) <= 1 and not _repeats(work)
            if name not in inside and (once or isinstance(value, (ast.Name, ast.Constant))):
                told[name] = value
                continue
            own = self._fresh(name)
            told[name] = ast.Name(own)
            before.append(ast.copy_location(ast.Assign([ast.Name(own, ast.Store())], value), call))
        for name in sorted(inside - given.keys() - {"self", "_"}):
            told[name] = ast.Name(self._fresh(name))
        work = single_exit(Told(told).statements(work))
        last = work[-1] if work else None
        gives = last.value if isinstance(last, ast.Return) else None
        kept = work[:-1] if isinstance(last, ast.Return) else work
        if any(isinstance(node, ast.Return) for s in kept for node in ast.walk(s)):
            raise refused(function, f"`{function.name}` ends in several places")
        before += self._body(kept)
        if gives is None:
            return before, None
        more, made = self._value(gives)
        return [*before, *more], made

    def _arguments(self, function: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr]:
        """What a call gives for each parameter; the call has been read, so it calls no method itself."""
        plain = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        is_method = isinstance(call.func, ast.Attribute) and not is_static(function)
        takes = plain[1:] if is_method else plain
        given = arguments(takes, call)
        last = function.args.defaults
        defaults = dict(zip(plain[len(plain) - len(last) :], last, strict=True))
        named = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        defaults |= {each.arg: value for each, value in named if value is not None}
        takes += [each.arg for each in function.args.kwonlyargs]
        missing = [each for each in takes if each not in given and each not in defaults]
        odd: list[ast.expr] = [each for each in call.args if isinstance(each, ast.Starred)]
        odd += [each.value for each in call.keywords if each.arg not in takes]
        if missing or odd or len(call.args) > len(takes):
            raise refused(call, f"`{said(call)}`: which argument is which cannot be read")
        return {each: given.get(each) or defaults[each] for each in takes}

    def _fresh(self, name: str) -> str:
        """A name of a method, which may be another one where it stands now."""
        names = (f"{name}_{number}" for number in count(1))
        made = name if name not in self._used else next(each for each in names if each not in self._taken)
        self._used.add(made)
        self._taken.add(made)
        return made


def _repeats(work: Sequence[ast.stmt]) -> bool:
    """Whether something of a body runs several times: what stands there once is computed more often."""
    return any(
        isinstance(node, (ast.For, ast.While, ast.comprehension)) for s in work for node in ast.walk(s)
    )


_PERHAPS = (ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp, ast.Lambda, ast.IfExp, ast.BoolOp)
"""Expressions whose parts run often, later, or perhaps not at all."""


class _Replacing(ast.NodeTransformer):
    """Values in the place of calls; `before` are the statements that these need."""

    def __init__(self, replaced: Callable[[ast.Call], tuple[list[ast.stmt], ast.expr | None]]) -> None:
        self._replaced = replaced
        self.before: list[ast.stmt] = []
        self._bound = 0  # how many of these are around

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        before, value = self._replaced(node)
        if value is None:
            raise refused(node, f"`{said(node)}` gives nothing")
        if before and self._bound:
            raise refused(node, f"`{said(node)}` stands where only an expression can", "call it in a line of its own")  # fmt: skip
        self.before += before
        return value

    def visit(self, node: ast.AST) -> ast.AST:
        self._bound += isinstance(node, _PERHAPS)
        made: ast.AST = super().visit(node)
        self._bound -= isinstance(node, _PERHAPS)
        return made
