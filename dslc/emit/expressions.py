"""Static and tensor expressions of the program as Python expressions.

In: a program expression.  Out: the Python that says the same. What a name, a chain or a layer is depends on where the
expression is written; that is the business of a `Scope`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, cast

from dslc.emit import python as py
from dslc.emit.context import Context
from dslc.emit.names import Names, parameter_name
from dslc.program import nodes as p

_LAZY = ("zip", "enumerate", "reversed")  # lists here, iterators in Python


class Scope(Protocol):
    """What the names, chains and layers of an expression are in the Python scope it is written into."""

    def local(self, e: p.Local) -> py.Expr:
        """A name of the source."""

    def flow(self, e: p.Flow) -> py.Expr:
        """A chain inside an expression."""

    def recipe(self, e: p.MakeLayer | p.Stages) -> py.Expr:
        """A layer as an argument."""


class Expressions:
    """Translates expressions of one Python scope. `holes` holds what `_` stands for, innermost last."""

    def __init__(self, context: Context, names: Names, file: str, scope: Scope) -> None:
        self.context = context
        self.names = names
        self.file = file
        self.scope = scope
        self.key = ("", "")  # the item whose body this is
        self.holes: list[py.Expr] = []
        self.seed: py.Expr | None = None  # what random numbers are drawn from, in a class
        self.lists: set[str] = set()  # parameters that are tuples in Python and lists in the source

    def constant(self, name: str) -> py.Expr:
        """A constant of the file, by its name in the module."""
        return self.context.item(self.context.module.files[self.file].visible[name])

    def all(self, items: Sequence[p.Expr]) -> tuple[py.Expr, ...]:
        return tuple(self.expr(item) for item in items)

    def arguments(
        self, positional: Sequence[p.Expr], keywords: Sequence[p.Argument]
    ) -> tuple[tuple[py.Expr, ...], tuple[tuple[str, py.Expr], ...]]:
        return self.all(positional), tuple((parameter_name(a.name), self.argument(a)) for a in keywords)

    def argument(self, a: p.Argument) -> py.Expr:
        """An argument by its name: an initializer under a name is handed out as a copy, every layer its own."""
        value = self.expr(a.value)
        if not a.name.endswith("initializer") or not isinstance(a.value, p.Local):
            return value
        own = self.context.module.files[self.file].visible.get(a.value.name, self.key)
        key = own if a.value.kind == "constant" else self.key
        if (key, a.value.name if key == self.key else key[1]) not in self.context.initializers:
            return value
        if a.value.kind == "parameter":  # a caller may give a string
            value = py.Call(self.context.member("initializers", "get"), (value,))
        return py.Call(py.Attr(value, "clone"))

    def expr(self, e: p.Expr) -> py.Expr:
        """The Python for an expression; sizes that only the call knows are asked for there."""
        made = self._expr(e)
        return dynamic(self.context, made) if self.context.is_late(e) else made

    def _expr(self, e: p.Expr) -> py.Expr:
        match e:
            case p.Const(_, value, text):
                number = isinstance(value, (int, float)) and not isinstance(value, bool)
                return py.Const(value, text if number else "")
            case p.Text(_, parts):
                return py.FString(tuple(x if isinstance(x, str) else (self.expr(x[0]), x[1]) for x in parts))
            case p.Local():
                return self.constant(e.name) if e.kind == "constant" else self.scope.local(e)
            case p.UnknownSize():
                return py.Const(None)
            case p.Hole():
                return self.holes[-1]
            case p.TupleOf(_, items):
                return py.Tuple(self.all(items))
            case p.ListOf(_, items):
                return py.List(self.all(items))
            case p.Comprehension():
                return self.comprehension(e)
            case p.Unary(_, operator, operand):
                return py.Unary(operator, self.expr(operand))
            case p.Binary(_, operator, left, right):
                return py.Binary(operator, self.operand(left), self.operand(right))
            case p.Compare(_, first, rest):
                return py.Compare(self.operand(first), tuple((op, self.operand(x)) for op, x in rest))
            case p.Conditional(_, test, then, otherwise):
                return py.Conditional(self.expr(test), self.expr(then), self.expr(otherwise))
            case p.Attribute(_, value, name):
                return py.Attr(self.expr(value), name)
            case p.Index(_, value, items, comma):
                return py.Index(self.expr(value), self.all(items), comma)
            case p.Slice(_, start, stop, step):
                bounds = [None if x is None else self.expr(x) for x in (start, stop, step)]
                return py.Slice(*bounds)
            case p.CallBuiltin():
                return self.builtin(e, lazy=False)
            case p.CallFn(_, _, key, positional, keywords):
                return py.Call(self.context.item(key), *self.arguments(positional, keywords))
            case p.CallOperation(_, name, _, positional, keywords):
                namespace, _, member = name.partition(".")
                given, named = self.arguments(positional, keywords)
                if namespace == "random" and self.seed is not None and all(key != "seed" for key, _ in named):
                    named = (*named, ("seed", self.seed))
                return py.Call(self.context.member(namespace, member), given, named)
            case p.KerasObject(_, namespace, name, positional, keywords, called):
                reference = self.context.member(namespace, name)
                return py.Call(reference, *self.arguments(positional, keywords)) if called else reference
            case p.Flow():
                return self.scope.flow(e)
            case p.MakeLayer() | p.Stages():
                return self.scope.recipe(e)

    def operand(self, e: p.Expr) -> py.Expr:
        """An operand: a parameter whose default is a list here and a tuple in Python is made a list again."""
        value = self.expr(e)
        if isinstance(e, p.Local) and e.name in self.lists and e.kind == "parameter":
            return py.Call(py.Name("list"), (value,))
        return value

    def iterable(self, e: p.Expr) -> py.Expr:
        """What a loop goes through: an iterator will do."""
        return self.builtin(e, lazy=True) if isinstance(e, p.CallBuiltin) else self.expr(e)

    def builtin(self, e: p.CallBuiltin, lazy: bool) -> py.Expr:
        inner = (
            self.iterable if e.name in (*_LAZY, "list", "tuple", "sum", "sorted", "all", "any") else self.expr
        )
        positional = tuple(inner(x) for x in e.positional)
        keywords = tuple((a.name, self.expr(a.value)) for a in e.keywords)
        match e.name:
            case "record":
                return py.Dict(())
            case "keys" | "values" | "items":
                call = py.Call(py.Attr(positional[0], e.name))
                return call if lazy else py.Call(py.Name("list"), (call,))
            case "ceil" | "floor":
                return py.Call(self.context.math(e.name), positional, keywords)
            case _:
                made = py.Call(py.Name(e.name), positional, keywords)
                return made if lazy or e.name not in _LAZY else py.Call(py.Name("list"), (made,))

    def comprehension(self, e: p.Comprehension) -> py.Expr:
        clauses = tuple(
            (
                self.target(c.target, inside=True),
                self.iterable(c.iterable),
                None if c.test is None else self.expr(c.test),
            )
            for c in e.clauses
        )
        return py.Comprehension(self.expr(e.element), clauses, e.bare)

    def target(self, target: p.Target, inside: bool = False) -> py.Expr:
        match target:
            case p.Bind(_, name):
                return py.Name(self.names.local(name))
            case p.Discard():
                return py.Name("_")
            case p.Field(_, local, key):
                return py.Index(self.scope.local(local), (self.expr(key),))
            case p.Unpack(_, targets, brackets):
                items = tuple(self.target(each) for each in targets)
                if brackets == "[]":
                    return py.List(items)
                return py.Tuple(items, bare=not brackets)


def dynamic(context: Context, e: py.Expr) -> py.Expr:
    """The expression with sizes as they are in the call: `ops.shape(x)[1]` for `x.shape[1]`."""
    if isinstance(e, py.Attr) and e.name == "shape" and e.value != py.Name("ops"):
        return py.Call(context.member("ops", "shape"), (e.value,))
    if isinstance(e, tuple):
        return tuple(dynamic(context, each) for each in e)  # type: ignore[return-value]
    if hasattr(e, "__match_args__") and type(e).__module__ == py.__name__:
        remake: Any = type(e)
        return cast(py.Expr, remake(*(dynamic(context, getattr(e, name)) for name in e.__match_args__)))
    return e
