"""Statements of a body, each to its resolved form; scopes follow the flow of control.

In: the tree's statements of a block, model, fn or extern.  Out: program statements and, through `Expressions`, the
diagnostics about names. What may stand in which body is decided by `_ALLOWED`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from typing import assert_never

from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.messages import taste
from dslc.diagnostics.messages import values as value_messages
from dslc.diagnostics.suggest import nearest
from dslc.keras.dtypes import DECLARED
from dslc.program import nodes as p
from dslc.program import traversal
from dslc.program.expressions import Expressions
from dslc.program.unresolved import not_found, said_before
from dslc.source import Span
from dslc.syntax import nodes as t

_ITEMS = (t.Use, t.Extern, t.Fn, t.Block)
_FLOW = (t.Assign, t.Extend, t.For, t.If, t.Assert)
_ALLOWED: dict[str, tuple[type, ...]] = {
    "model": (t.Input, t.Output, t.Shared, t.WeightStatement, *_FLOW),
    "block": (t.Input, t.Output, t.Shared, t.WeightStatement, *_FLOW),
    "fn": (t.Return, *_FLOW),
    "extern": (t.Input, t.Output),
}


class Statements:
    """Resolves the body of one item. `bound` remembers where each name was first bound, for the warnings."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self.bound: dict[str, tuple[str, Span]] = {}
        self.statements_of: dict[str, list[Span]] = {}
        self.unused: list[tuple[Span, str, Span]] = []
        self.outputs: dict[str, Span] = {}
        self.inputs: dict[str, Span] = {}

    # ---- parameters

    def parameters(self, items: Sequence[t.Parameter]) -> tuple[p.Parameter, ...]:
        """Parameters with their defaults, which see the file's names only; afterwards the body sees them."""
        e = self.expressions
        resolved: list[p.Parameter] = []
        seen: set[str] = set()
        optional = late = False
        for item in items:
            if item.name in seen:
                e.report(messages.defined_twice(item.name, "parameters"), item.name_span)
            seen.add(item.name)
            layer = item.kind is not None  # a kind that there is not was most likely meant to be `layer`
            if item.kind not in (None, "layer"):
                e.report(messages.unknown_kind(item.kind, item.name), item.span)
                layer = item.kind not in messages.PYTHON_TYPES
            default: p.Expr | p.Stage | None = None
            if item.default is not None:
                optional = True
                outside, e.outside = e.outside, "in a default"
                default = e.stage(item.default) if layer else e.expr(item.default)
                e.outside = outside
            elif optional and not late:
                late = True  # said of the first
                advice = "give it a default too, or move it forward"
                e.report(
                    syntax_messages.misplaced(f"`{item.name}`", "after a parameter with a default", advice),
                    item.span,
                )
            resolved.append(p.Parameter(item.span, item.name, layer, default))
        for item in items:
            is_layer = item.kind is not None and item.kind not in messages.PYTHON_TYPES
            e.bind(item.name, item.name_span, "layer" if is_layer else "parameter")
        return tuple(resolved)

    def warn_unused(self, items: Iterable[t.Parameter], owner: str) -> None:
        if self.expressions.items.headless:  # its use may stand among the lines that lost their body
            return
        for item in items:
            if item.name not in self.expressions.scope.used and item.name != "_":
                self.expressions.report(taste.unused("parameter", item.name), item.name_span)

    def warn_unused_values(self) -> None:
        if self.expressions.items.headless:
            return
        for name, (what, span) in self.bound.items():
            if name not in self.expressions.scope.used and name not in self.outputs:
                self.expressions.report(taste.unused(what, name), span)
                self.unused.extend((each, what, span) for each in self.statements_of.get(name, ()))

    def check_complete(self, keyword: str, name: t.Name, kinds: Set[type]) -> None:
        """A model without inputs or outputs, a block without outputs (unless a broken line may hold them)."""
        if self.expressions.items.headless or t.Broken in kinds:
            return
        if keyword == "model" and t.Input not in kinds:
            self.expressions.report(messages.incomplete(keyword, name.text, "input"), name.span)
        if t.Output not in kinds and t.Return not in kinds:
            self.expressions.report(messages.incomplete(keyword, name.text, "output"), name.span)

    # ---- bodies

    def body(self, statements: Sequence[t.Statement], where: str) -> tuple[p.Statement, ...]:
        resolved = []
        for statement in statements:
            if isinstance(statement, t.Broken):
                resolved += self.broken(statement, where)
                continue
            if not isinstance(statement, _ALLOWED[where]):
                self._misplaced(statement, where)
                if isinstance(statement, t.Return) and where in (
                    "model",
                    "block",
                ):  # it is meant as an output
                    given = self.output(t.Output(statement.span, statement.value, None, None))
                    resolved += [] if given is None else [given]
                continue
            made = self.statement(statement, where)
            if made is not None:
                resolved.append(made)
        return tuple(resolved)

    def broken(self, statement: t.Broken, where: str) -> list[p.Statement]:
        """A line that could not be read: what it may have bound is unknown from here on, and nobody asks for it again."""
        e = self.expressions
        names = names_in_head(statement)
        for name in names:
            if e.scope.kinds.get(name) is None:
                e.scope.missing.setdefault(name, None)
        if statement.body is not None:
            names |= traversal.assigned(self.body(statement.body.statements, where))
        made: list[p.Statement] = []
        for name in sorted(names):
            if e.scope.kinds.get(name) is None:
                e.scope.missing.setdefault(name, None)
            else:
                made.append(
                    p.Assign(statement.span, p.Bind(statement.span, name), None, e.unknown(statement.span))
                )
        return made

    def _misplaced(self, statement: t.Statement, where: str) -> None:
        e = self.expressions
        if isinstance(statement, t.ExpressionStatement):
            if isinstance(statement.value, t.Literal) and isinstance(statement.value.value, str):
                e.report(
                    syntax_messages.misplaced(
                        "a string", "here", "a docstring is the first line of its body"
                    ),
                    statement.span,
                )
                return
            before = len(e.diagnostics)
            e.expr(statement.value)
            if len(e.diagnostics) == before:
                text = " ".join(statement.span.text.split())
                e.report(syntax_messages.lost_value(text if len(text) <= 40 else "…"), statement.span)
            return
        word = f"`{statement.span.text.split()[0]}`"
        if isinstance(statement, _ITEMS):
            advice = "it belongs at the top of the file; is a `}` missing before it?"
        elif isinstance(statement, t.Return):
            advice = f"a {where} gives its result with `output`: `output {statement.value.span.brief}`"
        else:
            advice = f"a {where} cannot hold it"
        e.report(syntax_messages.misplaced(word, f"in a {where}", advice), _head(statement.span))

    def statement(self, s: t.Statement, where: str) -> p.Statement | None:
        e = self.expressions
        match s:
            case t.Input():
                return self.input(s, where)
            case t.Output():
                return self.output(s)
            case t.Shared(span, name, value):
                stage = e.stage(value, in_fork=True)
                self.bind(name, "instance", "shared layer")
                return p.Shared(span, name.text, name.span, stage)
            case t.WeightStatement():
                return self.weight(s, where)
            case t.Assign(span, target, contract, value):
                resolved = e.expr(value)
                declared = None if contract is None else self.contract(contract)
                bound = e.target(target)
                if isinstance(resolved, (p.MakeLayer, p.Stages)) and isinstance(bound, p.Bind):
                    e.recipes[bound.name] = resolved.span.brief
                for each in traversal.walk(bound):
                    if isinstance(each, p.Bind):
                        self.bound.setdefault(each.name, ("value", each.span))
                        self.statements_of.setdefault(each.name, []).append(span)
                return p.Assign(span, bound, declared, resolved)
            case t.Extend(span, target, value):
                resolved = e.expr(value)
                if not isinstance(target, t.Name):
                    e.report(syntax_messages.bad_target("what stands left of `+=`"), target.span)
                    return None
                if e.scope.find(target.text) is None and not said_before(e, target.text, target.span):
                    advice = f"a list begins empty: `{target.text} = []`, before it is extended"
                    near = nearest(target.text, e.scope.kinds)
                    not_found(e, target.text, target.span, None if near else advice)
                return p.Extend(span, target.text, resolved, e.site())
            case t.For():
                return self.loop(s, where)
            case t.If():
                return self.branch(s, where)
            case t.Assert(span, test, says):
                return p.Assert(span, e.expr(test), None if says is None else e.expr(says), e.site())
            case t.Return(span, value):
                return p.Return(span, e.expr(value))
            case t.Use() | t.Extern() | t.Fn() | t.Block() | t.ExpressionStatement() | t.Broken():
                return None  # not of a body; `body` has said so
            case _:
                assert_never(s)

    def bind(self, name: t.Name, kind: p.LocalKind, what: str) -> None:
        self.expressions.bind(name.text, name.span, kind)
        self.bound.setdefault(name.text, (what, name.span))

    def contract(self, contract: t.Contract) -> p.Contract:
        e = self.expressions
        if contract.dtype is not None and contract.dtype not in DECLARED:
            assert contract.dtype_span is not None
            advice = None if nearest(contract.dtype, DECLARED) else f"a dtype is one of {', '.join(DECLARED)}"
            e.report(messages.unknown_name(contract.dtype, DECLARED, advice), contract.dtype_span)
        return p.Contract(contract.span, e.shape(contract.shape), contract.dtype)

    def input(self, s: t.Input, where: str) -> p.Input | None:
        e = self.expressions
        key: p.Expr | None = None
        match s.target:
            case t.Name() as name:
                pass
            case t.Index(_, t.Name() as name, items, _):
                key = e.expr(items[0])
            case _:
                if not isinstance(s.target, (t.Chain, t.Call, t.Literal)):  # others the parser reported
                    e.report(syntax_messages.bad_target("this input"), s.target.span)
                return None
        if name.text in self.inputs and key is None:
            e.report(messages.defined_twice(name.text, "inputs"), name.span)
        self.inputs[name.text] = name.span
        e.in_input = True
        declared = None if s.contract is None else self.contract(s.contract)
        e.in_input = False
        options = None
        if s.full is not None:
            if (
                isinstance(s.full, t.Call)
                and isinstance(s.full.function, t.Name)
                and s.full.function.text == "Input"
            ):
                before, e.in_shape = e.in_shape, True
                options = e.arguments(s.full.positional, s.full.keywords)
                e.in_shape = before
            else:
                advice = "write `input x: (28, 28, 1)`, or in full `input x = Input((28, 28, 1), …)`"
                e.report(syntax_messages.misplaced("this value", "after `input … =`", advice), s.full.span)
        elif declared is None and where == "model":
            e.report(messages.incomplete("input", name.text, "shape"), s.span)
        self.bind(name, "value", "input")
        return p.Input(s.span, name.text, name.span, key, declared, options)

    def output(self, s: t.Output) -> p.Output | None:
        e = self.expressions
        declared = None if s.contract is None else self.contract(s.contract)
        name: str | None = None
        name_span = _head(s.span)
        if s.name is not None:
            if not isinstance(s.name, t.Name):
                if isinstance(s.name, (t.Tuple, t.List)):
                    e.report(syntax_messages.bad_target("an output with several names"), s.name.span)
                return None
            name, name_span = s.name.text, s.name.span
            if name in self.outputs:
                e.report(messages.defined_twice(name, "outputs"), name_span)
            self.outputs[name] = name_span
        if s.value is None:
            if s.name is None and declared is not None:  # `output x Dense`: a dtype in a place for a value
                if e.diagnostics and e.diagnostics[-1].span == (s.contract and s.contract.dtype_span):
                    e.diagnostics.pop()
                assert (
                    s.contract is not None
                    and s.contract.dtype is not None
                    and s.contract.dtype_span is not None
                )
                advice = f"is an arrow missing? write `{s.contract.shape.span.text} -> {s.contract.dtype}`"
                e.report(
                    syntax_messages.unexpected(
                        f"the name `{s.contract.dtype}`",
                        f" after `{s.contract.shape.span.text}`",
                        None,
                        advice,
                    ),
                    s.contract.dtype_span,
                )
                return None
            kind = e.scope.find(name) if name is not None else None
            if name is None or kind is None:
                if name is not None and not said_before(e, name, name_span):
                    not_found(e, name, name_span)
                return None
            return p.Output(s.span, name, name_span, declared, p.Local(name_span, name, kind))
        value = e.expr(s.value)
        if isinstance(value, (p.MakeLayer, p.Stages)):
            e.report(value_messages.not_a_tensor(f"`{value.span.brief}`", "a layer"), s.value.span)
            value = e.unknown(s.value.span)
        if name is not None:
            e.bind(name, name_span)
        elif isinstance(value, p.Local):
            name = value.name if value.kind == "value" and value.name.isidentifier() else None
        return p.Output(s.span, name, name_span, declared, value)

    def weight(self, s: t.WeightStatement, where: str) -> p.WeightDeclaration | None:
        e = self.expressions
        positional: tuple[p.Expr, ...] = ()
        keywords: tuple[p.Argument, ...] = ()
        if s.shape is None:
            if not (
                isinstance(s.value, t.Call)
                and isinstance(s.value.function, t.Name)
                and s.value.function.text == "Weight"
            ):
                advice = 'write `weight w: (8,) = "zeros"`, or in full `weight w = Weight((8,), …)`'
                e.report(syntax_messages.misplaced("this value", "after `weight … =`", advice), s.span)
                return None
            positional, keywords = e.arguments(s.value.positional, s.value.keywords)
        else:
            positional = (e.shape(s.shape),)
            if s.value is not None:
                value = e.expr(s.value)
                keywords = (p.Argument(s.value.span, "initializer", s.value.span, value),)
        self.bind(s.name, "weight", "weight")
        self.statements_of.setdefault(s.name.text, []).append(s.span)
        return p.WeightDeclaration(s.span, s.name.text, s.name.span, positional, keywords, e.site())

    def loop(self, s: t.For, where: str) -> p.For:
        e = self.expressions
        iterable = e.expr(s.iterable)
        outer = e.scope
        inner = outer.branch()
        e.scope = inner
        target = e.target(s.target)
        body = self.body(s.body.statements, where)
        e.scope = outer
        for each in walk(s.body.statements):
            if (
                isinstance(each, t.Input)
                and isinstance(each.target, t.Index)
                and isinstance(each.target.value, t.Name)
            ):
                outer.bind(each.target.value.text)  # a record of inputs outlives the loop that fills it
        assigned = traversal.assigned(body, inputs=False)
        carried = tuple(name for name in outer.kinds if name in assigned)
        outer.join([outer.branch(), inner], s.span.row, "`for`")
        return p.For(s.span, target, iterable, body, carried, e.site())

    def branch(self, s: t.If, where: str) -> p.If:
        e = self.expressions
        test = e.expr(s.test)
        outer = e.scope
        first, second = outer.branch(), outer.branch()
        inputs = dict(self.inputs)
        outputs = dict(self.outputs)
        e.scope = first
        then = self.body(s.then.statements, where)
        after_inputs, self.inputs = self.inputs, inputs
        after_outputs, self.outputs = self.outputs, outputs
        e.scope = second
        otherwise: tuple[p.Statement, ...] = ()
        if isinstance(s.otherwise, t.Body):
            otherwise = self.body(s.otherwise.statements, where)
        elif s.otherwise is not None:
            otherwise = (self.branch(s.otherwise, where),)
        self.inputs.update(after_inputs)
        self.outputs.update(after_outputs)
        e.scope = outer
        outer.join([first, second], s.span.row, "`if`")
        return p.If(s.span, test, then, otherwise, e.site())

    # ---- extern

    def extern(self, s: t.Extern, key: tuple[str, str]) -> p.Extern:
        e = self.expressions
        parameters = self.parameters(s.parameters) if s.brackets else None
        inputs: list[p.Input] = []
        outputs: list[p.Contract] = []
        for statement in s.body.statements if s.body is not None else ():
            match statement:
                case t.Input():
                    made = self.input(statement, "extern")
                    if made is not None:
                        inputs.append(made)
                case t.Output(_, None, _, t.Contract() as contract):
                    outputs.append(self.contract(contract))
                case t.Output(span, value, None, None) if value is not None:
                    outputs.append(p.Contract(span, e.shape(value), None))
                case t.Broken():
                    pass
                case _:
                    self._misplaced(statement, "extern")
        return p.Extern(
            s.span, s.name.text, s.module, parameters, tuple(inputs), tuple(outputs), s.body is not None, key
        )


_HEAD = re.compile(r"(?:(?!=|:|->|(?<=\w)[(])[\s\S])*")
_NAME = re.compile(r"[^\W\d]\w*")


def names_in_head(statement: t.Broken) -> set[str]:
    """The names that a broken statement may have meant to bind: those before its first `=`, `:`, `->` or call."""
    span, body = statement.span, statement.body
    found = _HEAD.match(span.text if body is None else span.source.text[span.start : body.span.start])
    return set() if found is None else set(_NAME.findall(found.group()))


def rows_of_names(statements: Iterable[t.Statement]) -> dict[str, int]:
    """The line in which each name of a body is bound first."""
    rows: dict[str, int] = {}
    for statement in walk(statements):
        match statement:
            case t.Assign(span, target, _, _) | t.Input(span, target, _, _) | t.For(span, target, _, _):
                for name in _names_of(target):
                    rows.setdefault(name, span.row)
            case t.Output(span, value, t.Name(_, name), _) if value is not None:
                rows.setdefault(name, span.row)
            case t.Shared(span, t.Name(_, name), _) | t.WeightStatement(span, t.Name(_, name), _, _):
                rows.setdefault(name, span.row)
            case (
                t.Use()
                | t.Extern()
                | t.Fn()
                | t.Block()
                | t.Output()
                | t.If()
                | t.Assert()
                | t.Return()
                | t.Extend()
                | t.ExpressionStatement()
                | t.Broken()
            ):
                pass  # binds nothing, or what has a name already
            case _:
                assert_never(statement)
    return rows


def _names_of(target: object) -> list[str]:
    match target:
        case t.Name(_, text):
            return [text]
        case t.TargetGroup(_, items, _, _) | t.Tuple(_, items, _) | t.List(_, items):
            return [name for item in items for name in _names_of(item)]
        case t.Group(_, value):
            return _names_of(value)
        case _:
            return []


def kinds_of_statements(statements: Iterable[t.Statement]) -> set[type]:
    """The kinds of statements that a body has, at any depth."""
    return {type(each) for each in walk(statements)}


def walk(statements: Iterable[t.Statement]) -> Iterable[t.Statement]:
    """Every statement of a body, those in loops and branches too."""
    for s in statements:
        yield s
        match s:
            case t.For(_, _, _, body):
                yield from walk(body.statements)
            case t.If(_, _, then, otherwise):
                yield from walk(then.statements)
                if isinstance(otherwise, t.Body):
                    yield from walk(otherwise.statements)
                elif otherwise is not None:
                    yield from walk((otherwise,))
            case t.Broken(_, t.Body() as body):
                yield from walk(body.statements)
            case t.Block(_, _, _, _, t.Body() as body, _) | t.Fn(_, _, _, t.Body() as body):
                yield from walk(body.statements)
            case (
                t.Use()
                | t.Extern()
                | t.Fn()
                | t.Block()
                | t.Input()
                | t.Output()
                | t.Shared()
                | t.WeightStatement()
                | t.Assert()
                | t.Return()
                | t.Assign()
                | t.Extend()
                | t.ExpressionStatement()
                | t.Broken()
            ):
                pass  # holds no statements, or what an extern declares
            case _:
                assert_never(s)


def _head(span: Span) -> Span:
    """The first word of a statement."""
    return Span(span.source, span.start, span.start + len(span.text.split()[0]))
