"""The parser's reductions, each to a node of the tree: one method per name after `->` in `grammar/kdl.lark`.

A method is given the span of what was matched and its meaningful parts, tokens or nodes. What the grammar lets
through and the language does not is found here (a target that is none, keywords in brackets that are no call), and said
in `let_through`.
"""

from __future__ import annotations

from typing import Any, assert_never

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import syntax as messages
from dslc.record import replace
from dslc.source import Base, Source, Span
from dslc.syntax import let_through, literals, nodes, sharing
from dslc.syntax.nodes import Expr
from dslc.syntax.tokens import Token


class Builder:
    """Makes the nodes of one piece of text; `diagnostics` gathers what it found wrong on the way.

    `read` gives the expression between two offsets of the text: the builder itself reads no text but literals.
    """

    def __init__(self, base: Source | Base, text: str, read: literals.Read) -> None:
        self.base = base
        self.text = text
        self.read = read
        self.diagnostics: list[Diagnostic] = []

    def _span(self, token: Token) -> Span:
        return Span(self.base, token.start, token.end)

    def _word(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def _name(self, token: Token) -> nodes.Name:
        return nodes.Name(self._span(token), self._word(token))

    def _value(self, value: Expr) -> Expr:
        """An expression used as a value: brackets with keywords are none."""
        if type(value) is nodes.Arguments:
            return let_through.keywords_without_call(value, self.text, self.diagnostics)
        return value

    # ---- the file and its items

    def module(self, span: Span, *statements: nodes.Statement) -> tuple[nodes.Statement, ...]:
        return statements

    def body(self, span: Span, *statements: nodes.Statement) -> nodes.Body:
        return nodes.Body(span, statements)

    def broken(self, span: Span) -> nodes.Broken:
        return nodes.Broken(span, None)

    def broken_body(self, span: Span, body: nodes.Body) -> nodes.Broken:
        return nodes.Broken(span, body)

    def use(self, span: Span, *parts: Token) -> nodes.Use:
        *names, path = parts
        return nodes.Use(span, tuple(self._name(name) for name in names), self.string(self._span(path), path))

    def extern_kind(self, span: Span, kind: Token, name: Token, *parts: Any) -> nodes.Extern:
        return replace(self.extern(span, name, *parts), kind=self._name(kind))  # type: ignore[no-any-return]

    def extern(self, span: Span, name: Token, *parts: Any) -> nodes.Extern:
        parameters: tuple[nodes.Parameter, ...] = ()
        body: nodes.Body | None = None
        module, brackets = nodes.Name(span, ""), False
        for part in parts:
            if isinstance(part, nodes.Name):
                module = part
            elif isinstance(part, nodes.Body):
                body = part
            else:
                parameters, brackets = part, True
        return nodes.Extern(
            span, self._name(name), parameters, module.text, body, brackets, module_span=module.span
        )

    def dotted(self, span: Span, *parts: Any) -> nodes.Name:
        texts = (part.text if isinstance(part, nodes.Name) else self._word(part) for part in parts)
        return nodes.Name(span, ".".join(texts))

    def fn_short(self, span: Span, name: Token, parameters: Any, value: Expr) -> nodes.Fn:
        return nodes.Fn(span, self._name(name), parameters, self._value(value))

    def fn_long(self, span: Span, name: Token, parameters: Any, body: nodes.Body) -> nodes.Fn:
        return nodes.Fn(span, self._name(name), parameters, body)

    def _block(self, keyword: str, span: Span, name: Token, parts: tuple[Any, ...]) -> nodes.Block:
        *parameters, body = parts
        if not isinstance(body, nodes.Body):
            body = self._value(body)
        return nodes.Block(
            span, keyword, self._name(name), parameters[0] if parameters else (), body, bool(parameters)
        )

    def block_short(self, span: Span, name: Token, *parts: Any) -> nodes.Block:
        return self._block("block", span, name, parts)

    block_long = block_short

    def model_short(self, span: Span, name: Token, *parts: Any) -> nodes.Block:
        return self._block("model", span, name, parts)

    model_long = model_short

    def parameters(self, span: Span, *items: nodes.Parameter) -> tuple[nodes.Parameter, ...]:
        return items

    def parameter(self, span: Span, name: Token) -> nodes.Parameter:
        return nodes.Parameter(span, self._word(name), self._span(name), None, None)

    def parameter_default(self, span: Span, name: Token, value: Expr) -> nodes.Parameter:
        return nodes.Parameter(span, self._word(name), self._span(name), None, self._value(value))

    def parameter_kind(self, span: Span, name: Token, kind: Token) -> nodes.Parameter:
        return nodes.Parameter(
            span, self._word(name), self._span(name), self._word(kind), None, self._span(kind)
        )

    def parameter_kind_default(self, span: Span, name: Token, kind: Token, value: Expr) -> nodes.Parameter:
        return nodes.Parameter(
            span, self._word(name), self._span(name), self._word(kind), self._value(value), self._span(kind)
        )

    # ---- statements of a body

    def contract(self, span: Span, shape: Expr) -> nodes.Contract:
        return nodes.Contract(span, self._value(shape), None, None)

    def contract_dtype(self, span: Span, shape: Expr, dtype: Token) -> nodes.Contract:
        return nodes.Contract(span, self._value(shape), self._word(dtype), self._span(dtype))

    def input_any(self, span: Span, target: Expr) -> nodes.Input:
        if isinstance(target, nodes.Call) and isinstance(target.function, nodes.Name) and not target.keywords:
            return let_through.input_without_colon(span, target.function, target.positional, self.diagnostics)
        return nodes.Input(span, self._target(target), None, None)

    def input_shape(self, span: Span, target: Expr, contract: nodes.Contract) -> nodes.Input:
        return nodes.Input(span, self._target(target), contract, None)

    def input_full(self, span: Span, target: Expr, full: Expr) -> nodes.Input:
        return nodes.Input(span, self._target(target), None, self._value(full))

    def output_value(self, span: Span, value: nodes.Contract) -> nodes.Output:
        if value.dtype is not None:  # only in the contract of an extern: `output (N, dim) int32`
            return nodes.Output(span, None, None, value)
        return nodes.Output(span, value.shape, None, None)

    def output_many(self, span: Span, *items: Expr) -> nodes.Output:
        values = tuple(self._value(item) for item in items)
        return nodes.Output(
            span, nodes.Tuple(values[0].span.to(values[-1].span), values, bare=True), None, None
        )

    def output_named(self, span: Span, name: Expr, value: Expr) -> nodes.Output:
        return nodes.Output(span, self._value(value), self._target(name), None)

    def output_shape(self, span: Span, name: Expr, contract: nodes.Contract) -> nodes.Output:
        return nodes.Output(span, None, self._target(name), contract)

    def output_contract(self, span: Span, name: Expr, contract: nodes.Contract, value: Expr) -> nodes.Output:
        return nodes.Output(span, self._value(value), self._target(name), contract)

    def shared(self, span: Span, name: Token, value: Expr) -> nodes.Shared:
        return nodes.Shared(span, self._name(name), self._value(value))

    def weight_full(self, span: Span, name: Token, value: Expr) -> nodes.WeightStatement:
        return nodes.WeightStatement(span, self._name(name), None, self._value(value))

    def weight_shape(self, span: Span, name: Token, shape: Expr, value: Expr) -> nodes.WeightStatement:
        return nodes.WeightStatement(span, self._name(name), self._value(shape), self._value(value))

    def weight_bare(self, span: Span, name: Token, shape: Expr) -> nodes.WeightStatement:
        return nodes.WeightStatement(span, self._name(name), self._value(shape), None)

    def for_loop(self, span: Span, target: nodes.Target, iterable: Expr, body: nodes.Body) -> nodes.For:
        return nodes.For(span, target, self._value(iterable), body)

    def if_only(self, span: Span, test: Expr, then: nodes.Body) -> nodes.If:
        return nodes.If(span, self._value(test), then, None)

    def if_else(self, span: Span, test: Expr, then: nodes.Body, otherwise: nodes.Body | nodes.If) -> nodes.If:
        return nodes.If(span, self._value(test), then, otherwise)

    if_else_if = if_else

    def loss(self, span: Span, value: Expr) -> nodes.Loss:
        return nodes.Loss(span, self._value(value))

    def assert_bare(self, span: Span, test: Expr) -> nodes.Assert:
        return nodes.Assert(span, self._value(test), None)

    def assert_says(self, span: Span, test: Expr, says: Expr) -> nodes.Assert:
        return nodes.Assert(span, self._value(test), self._value(says))

    def return_value(self, span: Span, value: Expr) -> nodes.Return:
        return nodes.Return(span, self._value(value))

    def expression_statement(self, span: Span, value: Expr) -> nodes.ExpressionStatement:
        return nodes.ExpressionStatement(span, self._value(value))

    def assign(self, span: Span, target: Expr, value: Expr) -> nodes.Assign | nodes.Shared | nodes.Broken:
        if isinstance(target, nodes.Attribute) and target.span.text == f"self.{target.name}":
            return let_through.of_self(span, target, value, self._value, self.diagnostics)
        if span.text.startswith("shared") and (lines := sharing.grouped(span.text)):
            return let_through.shared_together(span, lines, self.text, self.diagnostics)
        return nodes.Assign(span, self._target(target), None, self._value(value))

    def assign_contract(
        self, span: Span, target: Expr, contract: nodes.Contract, value: Expr
    ) -> nodes.Assign:
        return nodes.Assign(span, self._target(target), contract, self._value(value))

    def augment(self, span: Span, target: Expr, operator: str, value: Expr) -> nodes.Augment:
        return nodes.Augment(span, self._target(target), operator, self._value(value))

    # ---- targets

    def _target(self, value: Expr) -> Expr:
        """`value` as something that can be given a value; anything else is reported."""
        match value:
            case nodes.Name() | nodes.Hole():
                return value
            case nodes.Tuple(_, items) | nodes.List(_, items):
                stars = [item for item in items if isinstance(item, nodes.Starred)]
                for item in items:
                    self._target(item.value if stars and item is stars[0] else item)
                return value
            case nodes.Group(_, inner):
                self._target(inner)
                return value
            case nodes.Index(_, nodes.Name(), _, _):
                return value
            case nodes.Attribute(_, nodes.Name(_, record), field, _) if (
                record != "self" and field != "trainable"
            ):
                return let_through.field_of_record(value, record, self.diagnostics)
            case (
                nodes.Literal() | nodes.Starred() | nodes.Chain() | nodes.Call() | nodes.FString() | nodes.UnknownDim()
                | nodes.Arguments() | nodes.Dictionary() | nodes.Comprehension() | nodes.Unary() | nodes.Binary()
                | nodes.Compare() | nodes.Conditional() | nodes.Attribute() | nodes.Index() | nodes.Slice()
            ):  # fmt: skip
                let_through.no_target(value, self.text, self.diagnostics)
                return value
            case _:
                assert_never(value)

    def targets(self, span: Span, *items: nodes.Target) -> nodes.Target:
        return items[0] if len(items) == 1 else nodes.TargetGroup(span, items, "")

    def targets_comma(self, span: Span, *items: nodes.Target) -> nodes.TargetGroup:
        return nodes.TargetGroup(span, items, "", comma=True)

    def target_name(self, span: Span, name: Token) -> nodes.Target:
        return nodes.Hole(span) if self._word(name) == "_" else self._name(name)

    def target_group(self, span: Span, inner: nodes.Target) -> nodes.TargetGroup:
        brackets = "()" if self.text[span.first] == "(" else "[]"
        if isinstance(inner, nodes.TargetGroup) and not inner.brackets:
            return nodes.TargetGroup(span, inner.items, brackets, inner.comma)
        return nodes.TargetGroup(span, (inner,), brackets)

    # ---- expressions

    def bare_tuple(self, span: Span, *items: Expr) -> nodes.Tuple:
        return nodes.Tuple(span, tuple(self._value(item) for item in items), bare=True)

    def chain(self, span: Span, head: Expr, *stages: Expr) -> nodes.Chain:
        *inner, last = stages
        kept = [stage if isinstance(stage, nodes.Arguments) else self._value(stage) for stage in inner]
        return nodes.Chain(span, head, (*kept, self._value(last)))

    def conditional(self, span: Span, then: Expr, test: Expr, otherwise: Expr) -> nodes.Conditional:
        return nodes.Conditional(span, self._value(test), self._value(then), self._value(otherwise))

    def _binary(self, operator: str, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return nodes.Binary(span, operator, self._value(left), self._value(right))

    def either(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("or", span, left, right)

    def both(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("and", span, left, right)

    def add(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("+", span, left, right)

    def subtract(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("-", span, left, right)

    def multiply(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("*", span, left, right)

    def divide(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("/", span, left, right)

    def floor_divide(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("//", span, left, right)

    def modulo(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("%", span, left, right)

    def matmul(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("@", span, left, right)

    def power(self, span: Span, left: Expr, right: Expr) -> nodes.Binary:
        return self._binary("**", span, left, right)

    def negate(self, span: Span, operand: Expr) -> nodes.Unary:
        return nodes.Unary(span, "not", self._value(operand))

    def minus(self, span: Span, operand: Expr) -> nodes.Unary:
        return nodes.Unary(span, "-", self._value(operand))

    def plus(self, span: Span, operand: Expr) -> nodes.Unary:
        return nodes.Unary(span, "+", self._value(operand))

    def compare(self, span: Span, first: Expr, *rest: Any) -> nodes.Compare:
        return nodes.Compare(span, self._value(first), rest)

    def compared(self, span: Span, operator: str, operand: Expr) -> tuple[str, Expr]:
        return operator, self._value(operand)

    def attribute(self, span: Span, value: Expr, name: Token) -> nodes.Attribute:
        return nodes.Attribute(span, self._value(value), self._word(name), self._span(name))

    def call(self, span: Span, function: Expr, *arguments: Expr | nodes.Keyword) -> nodes.Call:
        before = len(self.diagnostics)
        positional, keywords = self._arguments(arguments)
        if any(each.code == "DSL113" for each in self.diagnostics[before:]):
            function = nodes.Name(function.span, nodes.NOTHING)  # nobody knows what it was meant to be given
        return nodes.Call(span, self._value(function), positional, keywords)

    def _arguments(
        self, arguments: tuple[Expr | nodes.Keyword, ...]
    ) -> tuple[tuple[Expr, ...], tuple[nodes.Keyword, ...]]:
        positional: list[Expr] = []
        keywords: dict[str, nodes.Keyword] = {}
        misplaced = False  # said once a call
        for number, argument in enumerate(arguments):
            if isinstance(argument, nodes.Keyword):
                if argument.name == nodes.SPREAD:
                    keywords[f"{nodes.SPREAD}{len(keywords)}"] = argument
                    continue
                if argument.name in keywords:
                    let_through.repeated(argument, arguments[number - 1].span.last, self.diagnostics)
                keywords[argument.name] = argument
            else:
                if keywords and not misplaced:
                    self.diagnostics.append(
                        messages.positional_after_keyword(argument.span.brief).at(argument.span)
                    )
                    misplaced = True
                positional.append(self._value(argument))
        return tuple(positional), tuple(keywords.values())

    def starred(self, span: Span, value: Expr) -> nodes.Starred:
        return nodes.Starred(span, self._value(value))

    def keyword(self, span: Span, name: Token, value: Expr) -> nodes.Keyword:
        return nodes.Keyword(span, self._word(name), self._span(name), self._value(value))

    def spread(self, span: Span, value: Expr) -> nodes.Keyword:
        star = Span(self.base, span.first, span.first + len(nodes.SPREAD))
        return nodes.Keyword(span, nodes.SPREAD, star, self._value(value))

    def generator(self, span: Span, element: Expr, *clauses: nodes.Clause) -> nodes.Comprehension:
        return nodes.Comprehension(span, self._value(element), clauses, bare=True)

    def index(self, span: Span, value: Expr, *items: Expr) -> nodes.Index:
        return nodes.Index(span, self._value(value), tuple(self._value(item) for item in items))

    def index_comma(self, span: Span, value: Expr, *items: Expr) -> nodes.Index:
        return nodes.Index(span, self._value(value), tuple(self._value(item) for item in items), comma=True)

    def slice(self, span: Span, *parts: Any) -> nodes.Slice:
        bounds: list[Expr | None] = [None]
        for part in parts:
            if isinstance(part, Token):
                bounds.append(None)
            else:
                bounds[-1] = self._value(part)
        start, stop, *step = bounds
        return nodes.Slice(span, start, stop, step[0] if step else None, two_colons=bool(step))

    def name(self, span: Span, token: Token) -> Expr:
        word = self._word(token)
        return nodes.Hole(span) if word == "_" else nodes.Name(span, word)

    def unknown_named(self, span: Span, name: Token) -> nodes.UnknownDim:
        return nodes.UnknownDim(span, self._word(name))

    def unknown(self, span: Span) -> nodes.UnknownDim:
        return nodes.UnknownDim(span, None)

    def number(self, span: Span, token: Token) -> nodes.Literal:
        text = self._word(token)
        value, problem = literals.number(text)
        if problem is not None:
            self.diagnostics.append(problem.at(span))
        return nodes.Literal(span, value, text)

    def string(self, span: Span, token: Token) -> nodes.Literal:
        text = self._word(token)
        value, problem = literals.string(text)
        if problem is not None:
            self.diagnostics.append(messages.bad_literal("string", problem).at(span))
        return nodes.Literal(span, value, text)

    def fstring(self, span: Span, token: Token) -> nodes.FString:
        parts, problems = literals.fstring_parts(self.text, span, self.read)
        self.diagnostics.extend(problems)
        return nodes.FString(span, parts)

    def true(self, span: Span) -> nodes.Literal:
        return nodes.Literal(span, True, "True")

    def false(self, span: Span) -> nodes.Literal:
        return nodes.Literal(span, False, "False")

    def none(self, span: Span) -> nodes.Literal:
        return nodes.Literal(span, None, "None")

    def ellipsis(self, span: Span) -> nodes.Literal:
        return nodes.Literal(span, ..., "...")

    def empty_tuple(self, span: Span) -> nodes.Tuple:
        return nodes.Tuple(span, ())

    def parenthesised(self, span: Span, *items: Expr | nodes.Keyword) -> Expr:
        if len(items) == 1 and isinstance(items[0], nodes.Starred):
            let_through.starred_alone(span, items[0], self.diagnostics)
        elif len(items) == 1 and not isinstance(items[0], nodes.Keyword):
            return nodes.Group(span, self._no_generator(self._value(items[0])))
        return self.parenthesised_comma(span, *items)

    def parenthesised_comma(self, span: Span, *items: Expr | nodes.Keyword) -> Expr:
        positional, keywords = self._arguments(items)
        positional = tuple(self._no_generator(item) for item in positional)
        for each in keywords:
            if each.name == nodes.SPREAD:
                self.diagnostics.append(messages.keyword_outside_call(nodes.SPREAD).at(each.span))
        keywords = tuple(each for each in keywords if each.name != nodes.SPREAD)
        return nodes.Arguments(span, positional, keywords) if keywords else nodes.Tuple(span, positional)

    def _no_generator(self, value: Expr) -> Expr:
        if isinstance(value, nodes.Comprehension) and value.bare:
            self.diagnostics.append(
                messages.not_supported("a generator", "write a list: `[… for … in …]`").at(value.span)
            )
        return value

    def list(self, span: Span, *items: Expr) -> nodes.List:
        return nodes.List(span, tuple(self._value(item) for item in items))

    def comprehension(self, span: Span, element: Expr, *clauses: nodes.Clause) -> nodes.Comprehension:
        return nodes.Comprehension(span, self._value(element), clauses)

    def dictionary(self, span: Span, *parts: Token | nodes.Entry) -> nodes.Dictionary:
        return nodes.Dictionary(span, tuple(part for part in parts if isinstance(part, nodes.Entry)))

    def entry(self, span: Span, key: Expr, colon: Token, value: Expr) -> nodes.Entry:
        return nodes.Entry(span, self._value(key), self._value(value))

    def entry_spread(self, span: Span, value: Expr) -> nodes.Entry:
        return nodes.Entry(span, None, self._value(value))

    def dictionary_comprehension(self, span: Span, *parts: Any) -> nodes.Comprehension:
        _, key, _, element, *clauses, _ = parts
        return nodes.Comprehension(span, self._value(element), tuple(clauses), key=self._value(key))

    def set(self, span: Span, *parts: Any) -> nodes.List:
        """`{1, 2}`, which the language does not have: reported, and taken for the list that says the same."""
        items = tuple(self._value(part) for part in parts if not isinstance(part, Token))
        let_through.set_of(span, items, self.diagnostics)
        return nodes.List(span, items)

    def clause(self, span: Span, target: nodes.Target, iterable: Expr) -> nodes.Clause:
        return nodes.Clause(span, target, self._value(iterable), None)

    def clause_if(self, span: Span, target: nodes.Target, iterable: Expr, test: Expr) -> nodes.Clause:
        return nodes.Clause(span, target, self._value(iterable), self._value(test))


def _operator(operator: str) -> Any:
    def method(self: Builder, span: Span) -> str:
        return operator

    return method


for _method, _text in {
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=",
    "in": "in", "not_in": "not in", "is": "is", "is_not": "is not",
}.items():  # fmt: skip
    setattr(Builder, f"comparator_{_method}", _operator(_text))

for _method, _text in {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "floor_divide": "//", "modulo": "%", "power": "**",
    "matmul": "@",
}.items():  # fmt: skip
    setattr(Builder, f"augmented_{_method}", _operator(_text))
