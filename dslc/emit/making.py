"""Where `__init__` and `build` get their statements from: the part of a body that makes layers and weights.

In: the class being written and when its statements run (STATIC: `__init__`, SHAPE: `build`).  Out: Python statements that
make the layers of that kind, in the same loops and under the same conditions as the body, without its data flow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dslc.emit import python as py
from dslc.emit.attributes import SELF, attribute
from dslc.emit.body import negated
from dslc.emit.creation import Made, without_tensors
from dslc.emit.expressions import Expressions
from dslc.emit.kinds import Kind
from dslc.emit.usage import arguments_of, bound_names, names_used, walk
from dslc.program import nodes as p
from dslc.source import Span

if TYPE_CHECKING:
    from dslc.emit.classes import ClassWriter


class Making:
    """The statements that make the layers (and weights) of one kind: what `__init__` or `build` does."""

    def __init__(self, owner: ClassWriter, kind: Kind, expressions: Expressions) -> None:
        self.owner = owner
        self.kind = kind
        self.expressions = expressions
        if kind == Kind.SHAPE:
            self._shapes()

    def _shapes(self) -> None:
        """In `build`, the shape of an input is an argument."""
        inputs = self.owner.inputs
        for each in inputs:
            name = "input_shape" if len(inputs) == 1 else f"{self.owner.names.local(each.name)}_shape"
            if each.contract is not None and isinstance(each.contract.shape, p.TupleOf):
                for axis, dim in enumerate(each.contract.shape.items, 1):
                    if isinstance(dim, p.UnknownSize) and dim.name is not None:
                        self.owner.dims.setdefault(dim.name, py.Index(py.Name(name), (py.Const(axis),)))

    def lines(self, statements: Sequence[p.Statement]) -> list[py.Statement]:
        made, _ = self._backwards(statements, set())
        lists = [
            m.attribute for m in self.owner.plan.made.values() if m.holder != "one" and m.kind == self.kind
        ]
        placed: list[py.Statement] = []
        for line in made:  # a list is made before the loop that fills it
            filled = _appended(line)
            for name in [name for name in lists if name in filled]:
                placed.append(py.Assign(attribute(name), py.List(()), line.span))
                lists.remove(name)
            placed.append(line)
        made = placed
        return _with_input_shapes(self.owner, made) if self.kind == Kind.SHAPE else made

    def _backwards(
        self, statements: Sequence[p.Statement], needed: set[str]
    ) -> tuple[list[py.Statement], set[str]]:
        """The statements kept of a body, and the names they need from before it: read from the end to the start."""
        kept: list[py.Statement] = []
        needed = set(needed)
        for s in reversed(statements):
            lines, needed = self._one(s, needed)
            kept[:0] = lines
        return kept, needed

    def _one(self, s: p.Statement, needed: set[str]) -> tuple[list[py.Statement], set[str]]:
        plan = self.owner.plan
        match s:
            case p.For(span, target, iterable, body):
                inner, inside = self._backwards(body, needed)
                again = inside | needed
                inner, inside = self._backwards(
                    body, again
                )  # what a turn needs, the turn before may have bound
                if not inner:
                    return [], needed
                kept_target, kept_iterable = without_tensors(self.owner.kinds, target, iterable)
                loop = py.For(
                    self.expressions.target(kept_target),
                    self.expressions.iterable(kept_iterable),
                    tuple(inner),
                    span,
                )
                return [loop], needed | inside | names_used(kept_iterable)
            case p.If(span, test, then, otherwise):
                first, needs_then = self._backwards(then, needed)
                second, needs_else = self._backwards(otherwise, needed)
                if not first and not second:
                    return [], needed
                if self.owner.is_late(test):
                    return [*first, *second], needs_then | needs_else
                condition = self.expressions.expr(test)
                return [
                    branch(condition, first, second, span)
                ], needed | needs_then | needs_else | names_used(test)
            case p.Shared(span, _, _, value):
                m = plan.of(value)
                if m.kind != self.kind:
                    return [], needed
                return [
                    self._keep(m, self.owner.constructor(value, self.expressions), span)
                ], needed | names_used(value)
            case p.WeightDeclaration():
                return self.weight(s, needed)
            case p.Assign(span, target, _, value) if self._is_needed(target, value, needed):
                lines = self._makers(s, span)
                return [
                    py.Assign(self.expressions.target(target), self.expressions.expr(value), span),
                    *lines,
                ], (needed | names_used(value))
            case p.Extend(span, name, value) if name in needed and self._early(value):
                return [
                    py.AugAssign(py.Name(self.owner.names.local(name)), self.expressions.expr(value), span)
                ], (needed | names_used(value))
            case p.Assert(span, test, says) if self.kind == Kind.STATIC and self._early(test):
                message = py.Const(test.span.text) if says is None else self.expressions.expr(says)

                error = py.Raise(py.Call(py.Name("ValueError"), (message,)), span)
                return [py.If(negated(self.expressions.expr(test)), (error,), (), span)], needed | names_used(
                    s
                )
            case _:
                lines = self._makers(s, s.span)
                return lines, needed | self._names_of_makers(s) if lines else needed

    def _is_needed(self, target: p.Target, value: p.Expr, needed: set[str]) -> bool:

        return bool(set(bound_names(target)) & needed) and self._early(value)

    def _early(self, value: p.Expr) -> bool:
        return self.owner.kinds.of(value) <= self.kind

    def _keep(self, m: Made, value: py.Expr, span: Span) -> py.Statement:
        if m.holder == "one":
            return py.Assign(attribute(m.attribute), value, span)
        return py.Do(py.Call(py.Attr(attribute(m.attribute), "append"), (value,)), span)

    def weight(self, s: p.WeightDeclaration, needed: set[str]) -> tuple[list[py.Statement], set[str]]:
        kind = max((self.owner.kinds.of(value) for value in arguments_of(s)), default=Kind.STATIC)
        if kind != self.kind:
            return [], needed
        positional, keywords = self.expressions.arguments(s.positional, s.keywords)
        named = (
            keywords if any(a.name == "name" for a in s.keywords) else (*keywords, ("name", py.Const(s.name)))
        )
        shape = (("shape", positional[0]),) if positional else ()
        call = py.Call(py.Attr(SELF, "add_weight"), (), (*shape, *named))
        return [py.Assign(attribute(self.owner.weights[s.name]), call, s.span)], needed | names_used(
            arguments_of(s)
        )

    # ---- layers made inside the chains of a statement

    def _makers(self, node: Any, span: Span) -> list[py.Statement]:
        plan = self.owner.plan
        match node:
            case p.MakeLayer() | p.UseLocal(_, p.Local(_, _, "layer")):
                m = plan.of(node)
                if m.kind != self.kind:
                    return []
                return [self._keep(m, self.owner.constructor(node, self.expressions), node.span)]
            case p.Choice(_, test, then, otherwise) | p.Conditional(_, test, then, otherwise):
                first, second = self._makers(then, span), self._makers(otherwise, span)
                if not first and not second:
                    return []
                if self.owner.is_late(test):
                    return [*first, *second]
                return [branch(self.expressions.expr(test), first, second, span)]
            case p.Comprehension(_, element, clauses, _):
                inner = self._makers(element, span)
                for clause in reversed(clauses):
                    if not inner:
                        return []
                    if clause.test is not None:
                        inner = [py.If(self.expressions.expr(clause.test), tuple(inner), (), span)]
                    target, iterable = without_tensors(self.owner.kinds, clause.target, clause.iterable)
                    inner = [
                        py.For(
                            self.expressions.target(target),
                            self.expressions.iterable(iterable),
                            tuple(inner),
                            span,
                        )
                    ]
                return inner
            case p.CallBuiltin() | p.CallOperation() | p.CallFn():
                return [line for e in arguments_of(node) for line in self._makers(e, span)]
            case tuple():
                return [line for each in node for line in self._makers(each, span)]
            case _ if hasattr(node, "__match_args__") and type(node).__module__ == p.__name__:
                found: list[py.Statement] = []
                for field in node.__match_args__:
                    part = getattr(node, field)
                    if field != "span" and (isinstance(part, tuple) or hasattr(part, "__match_args__")):
                        found.extend(self._makers(part, span))
                return found
            case _:
                return []

    def _names_of_makers(self, node: Any) -> set[str]:
        """The static names that the layers made in a statement need."""
        found: set[str] = set()
        for each in walk(node):
            made = self.owner.plan.made.get(id(each))
            if isinstance(each, p.MakeLayer) and made is not None and made.kind == self.kind:
                found |= names_used(arguments_of(each))
            elif isinstance(each, (p.Choice, p.Conditional)):
                found |= names_used(each.test)
            elif isinstance(each, p.Comprehension):
                found |= names_used(tuple(c.iterable for c in each.clauses))
        return found


def _appended(node: Any) -> set[str]:
    """The lists that a statement appends to."""
    match node:
        case py.Call(py.Attr(py.Attr(py.Name("self"), name), "append"), _, _):
            return {name}
        case tuple() if not isinstance(node, Span):
            return {name for each in node for name in _appended(each)}
        case _ if type(node).__module__ == py.__name__:
            return {name for field in node.__match_args__ for name in _appended(getattr(node, field))}
        case _:
            return set()


def branch(
    test: py.Expr, then: Sequence[py.Statement], otherwise: Sequence[py.Statement], span: Span
) -> py.Statement:
    """An `if`; turned round when only its `else` does anything."""

    if then:
        return py.If(test, tuple(then), tuple(otherwise), span)
    return py.If(negated(test), tuple(otherwise), (), span)


def _with_input_shapes(owner: ClassWriter, lines: list[py.Statement]) -> list[py.Statement]:
    """In `build`, `x.shape` of an input is the shape that `build` is given."""
    names = {owner.names.local(each.name) for each in owner.inputs}
    single = len(names) == 1

    def rewrite(node: Any) -> Any:
        if (
            isinstance(node, py.Attr)
            and node.name == "shape"
            and isinstance(node.value, py.Name)
            and node.value.text in names
        ):
            return py.Name("input_shape" if single else f"{node.value.text}_shape")
        if isinstance(node, tuple) and not isinstance(node, Span):
            return tuple(rewrite(each) for each in node)
        if hasattr(node, "__match_args__") and type(node).__module__ == py.__name__:
            return type(node)(*(rewrite(getattr(node, field)) for field in node.__match_args__))
        return node

    return [rewrite(line) for line in lines]


def makes_layer(node: Any) -> bool:
    """Whether a statement gives the class an attribute, or adds to one that is a list."""
    match node:
        case py.Assign(py.Attr(py.Name("self"), _), _):
            return True
        case tuple() if not isinstance(node, Span):
            return any(makes_layer(each) for each in node)
        case _ if type(node).__module__ == py.__name__:
            return bool(_appended(node)) or any(
                makes_layer(getattr(node, field)) for field in node.__match_args__
            )
        case _:
            return False
