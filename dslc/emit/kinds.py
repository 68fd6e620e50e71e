"""When a value is known: as soon as the model is made, with the shape of its inputs, or only when it runs.

In: the statements of a body.  Out: a `Kind` for each of its names, and so for every expression. A class needs to know:
what is STATIC goes to `__init__`, what needs a SHAPE to `build`, the rest to `call`.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from dslc.emit.usage import assigned, bound_names
from dslc.program import nodes as p


class Kind(IntEnum):
    """Ordered by how late a value is known."""

    STATIC = 0
    SHAPE = 1
    TENSOR = 2


class Kinds:
    """The kinds of the names of one body. A name that is bound several times is as late as the latest of its values."""

    def __init__(self, statements: Sequence[p.Statement]) -> None:
        self.names: dict[str, Kind] = {}
        before: dict[str, Kind] | None = None
        while before != self.names:  # a loop may carry a late value to an earlier line
            before = dict(self.names)
            self._statements(statements)

    def _bind(self, name: str, kind: Kind) -> None:
        self.names[name] = max(kind, self.names.get(name, Kind.STATIC))

    def _target(self, target: p.Target, kind: Kind) -> None:
        for name in bound_names(target):
            self._bind(name, kind)
        if isinstance(target, p.Field):
            self._bind(target.record.name, kind)

    def _statements(self, statements: Sequence[p.Statement]) -> None:
        for s in statements:
            match s:
                case p.Input(_, name):
                    self._bind(name, Kind.TENSOR)
                case p.Output(_, str() as name, _, _, value):
                    self._bind(name, self.of(value))
                case p.Assign(_, target, _, value):
                    self._assign(target, value)
                case p.Extend(_, name, value):
                    self._bind(name, self.of(value))
                case p.WeightDeclaration(_, name):
                    self._bind(name, Kind.TENSOR)
                case p.For(_, target, iterable, body):
                    self.loop_target(target, iterable)
                    self._statements(body)
                case p.If(_, test, then, otherwise):
                    self._statements(then)
                    self._statements(otherwise)
                    for name in assigned((*then, *otherwise)):  # which of the two is known when the test is
                        self._bind(name, min(self.of(test), Kind.SHAPE))
                case _:
                    pass

    def _assign(self, target: p.Target, value: p.Expr) -> None:
        if (
            isinstance(target, p.Unpack)
            and isinstance(value, p.TupleOf)
            and len(target.targets) == len(value.items)
        ):
            for each, item in zip(target.targets, value.items, strict=True):
                self._target(each, self.of(item))
        else:
            self._target(target, self.of(value))

    def loop_target(self, target: p.Target, iterable: p.Expr) -> None:
        """The kinds of what a loop goes through: `zip(widths, skips)` gives a static and a tensor."""
        match iterable, target:
            case p.CallBuiltin(_, "enumerate", (inner, *_)), p.Unpack(_, (index, value)):
                self._target(index, Kind.STATIC)
                self.loop_target(value, inner)
            case p.CallBuiltin(_, "zip", parts), p.Unpack(_, targets) if len(parts) == len(targets):
                for each, part in zip(targets, parts, strict=True):
                    self.loop_target(each, part)
            case p.CallBuiltin(_, "reversed", (inner,)), _:
                self.loop_target(target, inner)
            case _:
                self._target(target, self.of(iterable))

    def of(self, e: p.Expr) -> Kind:
        """When an expression is known."""
        match e:
            case p.Const() | p.UnknownSize() | p.KerasObject() | p.MakeLayer() | p.Stages():
                return self._inside(e)
            case p.Local(_, name, kind):
                match kind:
                    case "value":
                        return self.names.get(name, Kind.STATIC)
                    case "dim":
                        return Kind.SHAPE
                    case "weight" | "training":
                        return Kind.TENSOR
                    case _:
                        return Kind.STATIC
            case p.Flow() | p.Hole() | p.CallOperation():
                return Kind.TENSOR
            case p.Attribute(_, value, name):
                return Kind.SHAPE if name == "shape" else min(Kind.SHAPE, self.of(value))
            case p.CallBuiltin(_, "len", _, _):
                return min(Kind.SHAPE, self._inside(e))
            case p.Comprehension(_, element, clauses, _):
                for clause in clauses:
                    self.loop_target(clause.target, clause.iterable)
                return max(self.of(element), *(self.of(clause.iterable) for clause in clauses))
            case _:
                return self._inside(e)

    def _inside(self, e: object) -> Kind:
        found = Kind.STATIC
        for name in getattr(e, "__match_args__", ()):
            found = max(found, self._part(getattr(e, name)))
        return found

    def _part(self, part: object) -> Kind:
        if type(part) is tuple:
            return max((self._part(item) for item in part), default=Kind.STATIC)
        if isinstance(part, p.Argument):
            return self.of(part.value)
        if type(part).__module__ == p.__name__ and not isinstance(
            part, (p.KerasLayer, p.BlockRef, p.ExternRef)
        ):
            return self.of(part)  # type: ignore[arg-type]
        return Kind.STATIC
