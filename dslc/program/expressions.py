"""Expressions and stages of the tree, each to its resolved form.

In: a tree expression and the scope it stands in.  Out: a program expression; what a name stands for is decided here
and nowhere else.

    x -> Conv2D(32, 3) -> _ * k      Flow(Local x, (MakeLayer Conv2D, Expression(Hole * Local k)))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeGuard, TypeVar, assert_never

from dslc.casing import with_article
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Message
from dslc.diagnostics.messages import backbones, objects, operations
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.messages import values as value_messages
from dslc.diagnostics.vocabulary import layers as vocabulary
from dslc.program import nodes as p
from dslc.program.choices import note_of_choices
from dslc.program.habits import (
    ATTRIBUTES,
    activation_elsewhere,
    as_call,
    is_sequential,
    meant_as_stage,
    merged_at_once,
    method,
    of_training,
    with_arguments_of_keras,
    with_names_of_keras,
    written_as_in_keras,
)
from dslc.program.items import OBJECTS, ItemNames, has_member, members
from dslc.program.scope import (
    BUILTINS,
    FUNCTION_NAMESPACES,
    LAYER_NAMESPACE,
    MATH_CONSTANTS,
    NAMESPACES,
    TENSOR_NAMESPACES,
    Scope,
)
from dslc.program.traversal import count_holes
from dslc.program.unresolved import no_layer, not_found, said_before
from dslc.program.ways import ways
from dslc.source import Span
from dslc.syntax import nodes as t

_NOTHING = t.NOTHING
Found = TypeVar("Found")

_OF_STAGES = ("DSL206", "DSL207", "DSL214")
"""What is said of something that is no stage."""
_MERGING = {"+": "Add", "-": "Subtract", "*": "Multiply"}
"""The layers that merge as an operator does."""


class Expressions:
    """Resolves the expressions of one body. `holes` counts the stages around, which is where `_` has a meaning."""

    def __init__(
        self, items: ItemNames, scope: Scope, diagnostics: list[Diagnostic], sites: Iterator[int]
    ) -> None:
        self.items = items
        self.scope = scope
        self.diagnostics = diagnostics
        self.sites = sites  # numbers that no other place of the program has
        self.holes = 0
        self.in_shape = False  # inside a shape, where `T?` has a meaning
        self.in_input = False  # inside the shape of an input, where a size is named for the whole body
        self.unplaced: set[str] = (
            set()
        )  # sizes that only contracts name: no tensor is at hand to read them off
        self.outside = ""  # of every call of a model ("in a constant"): nobody knows there whether it trains
        self.recipes: dict[str, p.Expr] = (
            {}
        )  # names that were given a layer, or a list of them, by a plain `=`
        self.given: dict[str, str] = {}  # layers that a model is given, and the texts of their defaults
        self.layers_in_turn: set[str] = set()  # targets of loops that go through layers
        self.records: set[str] = set()  # names that were given a record
        self.inputs: set[str] = set()  # names of the body's inputs, and of what flows from them
        self.later: Callable[[], dict[str, int]] = (
            dict  # the line of each name of the body that binds it first
        )

        self.misnamed = (
            False  # a name of the body is taken: what is not found may be what it was to be called
        )
        self.homeless: dict[str, None] = {}  # names that nothing was given, in a model that has no input
        self.has_inputs = True  # or may have them
        self.doubtful: set[str] = set()  # names whose values have been reported

    def site(self) -> int:
        return next(self.sites)

    def report(self, message: Message, span: Span, fix: Fix | None = None) -> None:
        self.diagnostics.append(message.at(span, (), fix))

    def unknown(self, span: Span) -> p.Expr:
        """The stand-in for an expression that was reported: nobody will say anything about it again."""
        return p.Local(span, _NOTHING, "value")

    def is_unknown(self, value: p.Expr) -> bool:
        """Whether an expression stands for one that was reported."""
        return isinstance(value, p.Local) and value.name == _NOTHING

    # ---- expressions

    def expr(self, e: t.Expr) -> p.Expr:
        match e:
            case t.Literal(span, value, text):
                return p.Const(span, value, text)
            case t.Name(span, text):
                return self.name(span, text)
            case t.Hole(span):
                if not self.holes:
                    only = next(iter(self.inputs)) if len(self.inputs) == 1 else None
                    self.scope.used.update(self.inputs)  # one of them is meant
                    fix = None if only is None else Fix("unsafe", f"write `{only}`", (Edit(span, only),))
                    self.report(stage_messages.hole_outside_stage(only), span, fix)
                    return self.unknown(span)
                return p.Hole(span)
            case t.FString(span, parts):
                return p.Text(
                    span, tuple(x if isinstance(x, str) else (self.expr(x.value), x.format) for x in parts)
                )
            case t.UnknownDim(span, name):
                if not self.in_shape:
                    self.report(messages.unknown_size_as_value(span.text), span)
                    return self.unknown(span)
                if name is not None:
                    if self.scope.kinds.get(name) is None:
                        self.scope.bind(name, "dim")
                        self.unplaced.add(name)
                    elif self.scope.kinds[name] != "dim":  # `H?` says what a size is called, and reads none
                        self.scope.used.add(name)
                    if self.in_input:
                        self.unplaced.discard(name)
                return p.UnknownSize(span, name)
            case t.Tuple(span, items, _):
                return p.TupleOf(span, self.all(items))
            case t.List(span, items):
                return p.ListOf(span, self.all(items))
            case t.Starred(span, value):
                return p.Starred(span, self.expr(value))
            case t.Dictionary(span, entries):
                return p.DictionaryOf(
                    span,
                    tuple(
                        p.Entry(
                            each.span,
                            None if each.key is None else self.key(each.key),
                            self.expr(each.value),
                        )
                        for each in entries
                    ),
                )
            case t.Group(_, value):
                return self.expr(value)
            case t.Arguments(span, positional, _):
                return p.TupleOf(span, self.all(positional))
            case t.Comprehension():
                return self.comprehension(e)
            case t.Unary(span, operator, operand):
                return p.Unary(span, operator, self.operand(operand, operator), self.site())
            case t.Binary(span, operator, left, right) if (
                self.holes and operator in _MERGING and self.makes_layer(left) and self.makes_layer(right)
            ):  # both are meant to be given what comes along the arrow
                text = f"[{left.span.text}, {right.span.text}] -> {_MERGING[operator]}"
                fix = Fix("unsafe", f"write `{text}`", (Edit(span, text),))
                self.report(stage_messages.layer_in_arithmetic(left.span.brief, operator, text), span, fix)
                return self.unknown(span)
            case t.Binary(span, operator, left, right):
                return p.Binary(
                    span, operator, self.operand(left, operator), self.operand(right, operator), self.site()
                )
            case t.Compare(span, first, rest):
                backwards = rest[0][0] == "<" and "<-" in span.text  # written from right to left
                if (
                    backwards
                    and len(rest) == 1
                    and isinstance(rest[0][1], t.Unary)
                    and self.makes_layer(first)
                ):
                    return self.from_the_right(e, first, rest[0][1].operand)
                return p.Compare(
                    span,
                    self.operand(first, "<-" if backwards else rest[0][0]),
                    tuple((op, self.operand(x, op)) for op, x in rest),
                    self.site(),
                )
            case t.Conditional(span, test, then, otherwise):
                asked = self.expr(test)
                held, failed = (
                    self.on_way(asked, holds, way, self.expr)
                    for holds, way in ((True, then), (False, otherwise))
                )
                return p.Conditional(span, asked, held, failed, self.site())
            case t.Call():
                return self.call(e)
            case t.Attribute():
                return self.attribute(e)
            case t.Index(span, value, items, comma):
                return p.Index(span, self.expr(value), self.all(items), comma, self.site())
            case t.Slice(span, start, stop, step):
                return p.Slice(
                    span,
                    None if start is None else self.expr(start),
                    None if stop is None else self.expr(stop),
                    None if step is None else self.expr(step),
                )
            case t.Chain():
                return self.chain(e)
            case _:
                assert_never(e)

    def all(self, items: Sequence[t.Expr]) -> tuple[p.Expr, ...]:
        return tuple(self.expr(item) for item in items)

    def shape(self, e: t.Expr) -> p.Expr:
        """An expression that may hold `?` and `T?`."""
        before, self.in_shape = self.in_shape, True
        try:
            return self.expr(e)
        finally:
            self.in_shape = before

    def operand(self, e: t.Expr, operator: str) -> p.Expr:
        value = self.expr(e)
        if isinstance(value, (p.MakeLayer, p.Stages)):
            self.report(stage_messages.layer_in_arithmetic(e.span.brief, operator), e.span)
            return self.unknown(e.span)
        return value

    def from_the_right(self, e: t.Compare, layer: t.Expr, value: t.Expr) -> p.Expr:
        """Report `Dense(8) <- x`; what it gives is known to nobody."""
        self.expr(value)
        text = f"{value.span.text} -> {layer.span.text}"
        fix = Fix("safe", f"write `{text}`", (Edit(e.span, text),))
        self.report(stage_messages.layer_in_arithmetic(layer.span.brief, "<-", text), e.span, fix)
        return self.unknown(e.span)

    def name(self, span: Span, text: str) -> p.Expr:
        if text == _NOTHING:
            return self.unknown(span)
        kind = self.scope.find(text)
        if kind == "dim" and text in self.unplaced and not self.in_shape:
            if not said_before(self, text, span):
                self.scope.missing[text] = len(self.diagnostics)
                self.report(messages.unknown_size_as_value(text), span)
            return self.unknown(span)
        if kind is not None:
            return p.Local(span, text, kind)
        layer = self.items.layer(text)
        if layer is not None:
            return p.MakeLayer(span, layer, span, (), (), False, self.site())
        what = self.items.kind(text)
        if what == "constant":
            return p.Local(span, text, "constant")
        if what in OBJECTS:
            return p.KerasObject(span, OBJECTS[what], text, (), (), False, self.items.key(text))
        if text == "training":
            if not self.outside:
                return p.Local(span, text, "training")
            advice = "only a call knows whether it trains: ask in the body of a block or model"
            self.report(syntax_messages.misplaced("`training`", self.outside, advice), span)
            return self.unknown(span)
        if what == "missing" or said_before(self, text, span):
            pass  # the `use` or the line that should have brought it has been reported
        elif what == "fn" or text in BUILTINS:
            self.report(messages.python_call(text, f"{text}(…)"), span)
        elif text in self.scope.lost:
            self.scope.missing[text] = len(self.diagnostics)
            self.report(messages.bound_in_one_branch(text, *self.scope.lost[text]), span)
        elif text in NAMESPACES:
            self.report(messages.unknown_attribute(text, members(text)), span)
        else:
            not_found(self, text, span)
        return self.unknown(span)

    def comprehension(self, e: t.Comprehension) -> p.Comprehension:
        outer, self.scope = self.scope, self.scope.branch()
        resolved = []
        for clause in e.clauses:
            iterable = self.expr(clause.iterable)
            target = self.target(clause.target)
            test = None if clause.test is None else self.expr(clause.test)
            resolved.append(p.Clause(target, iterable, test, self.site()))
        key = None if e.key is None else self.expr(e.key)
        value = self.expr(e.element)
        self.scope = outer
        return p.Comprehension(e.span, value, tuple(resolved), e.bare, self.site(), key)

    def target(self, target: t.Expr | t.TargetGroup) -> p.Target:
        """Bind the names of a target of `for`, `=` or a comprehension."""
        match target:
            case t.Name(span, text):
                self.bind(text, span)
                return p.Bind(span, text)
            case t.Hole(span):
                return p.Discard(span)
            case t.TargetGroup(span, items, brackets, _):
                return p.Unpack(span, tuple(self.target(item) for item in items), brackets)
            case t.Tuple(span, items, bare):
                return p.Unpack(span, tuple(self.target(item) for item in items), "" if bare else "()")
            case t.List(span, items):
                return p.Unpack(span, tuple(self.target(item) for item in items), "[]")
            case t.Group(_, value):
                return self.target(value)
            case t.Index(span, t.Name(name_span, text), items, _):
                kind = self.scope.find(text)
                if kind is None and self.items.kind(text) == "constant":
                    advice = (
                        f"a constant stays what it is; a value of this body can follow it: `value = {text}`"
                    )
                    said = syntax_messages.misplaced("an assignment", f"behind the constant `{text}`", advice)
                    self.report(said, span)
                    return p.Discard(span)
                if kind is None and not said_before(self, text, name_span):
                    not_found(self, text, name_span)
                if len(items) != 1:
                    self.report(
                        messages.not_supported_yet(
                            "a field with several keys", "put them into one, with an f-string for instance"
                        ),
                        span,
                    )
                return p.Field(span, p.Local(name_span, text, kind or "value"), self.expr(items[0]))
            case _:  # reported by the parser
                for word in re.split(r"[.*\s]+", target.span.text):
                    self.scope.missing.setdefault(word, None)
                return p.Discard(target.span)

    def bind(self, name: str, span: Span, kind: p.LocalKind = "value") -> None:
        taken = self.items.taken(name)
        if taken is not None:  # the name keeps its meaning, and nobody asks again what it is here
            self.report(messages.name_taken(name, taken), span)
            self.misnamed = True
            self.scope.missing.setdefault(name, None)
            self.scope.used.add(name)
            return
        self.scope.bind(name, kind)

    # ---- calls

    def arguments(
        self, positional: Sequence[t.Expr], keywords: Sequence[t.Keyword]
    ) -> tuple[tuple[p.Expr, ...], tuple[p.Argument, ...]]:
        return tuple(map(self.argument, positional)), tuple(
            p.Argument(k.span, k.name, k.name_span, self.argument(k.value)) for k in keywords
        )

    def argument(self, e: t.Expr) -> p.Expr:
        """A value that is given to a call; here a tensor function may stand for itself: `activation=ops.relu`."""
        match e:
            case t.Attribute(span, t.Name(_, "ops"), name, name_span) if self.is_namespace("ops"):
                if not self.member("ops", name, name_span):
                    return self.unknown(span)
                return p.KerasObject(span, "ops", name, (), (), called=False)
            case t.Attribute() if (text := activation_elsewhere(self, e)) is not None:
                self.report(messages.python_call(e.span.brief, f'"{text}"'), e.span)
                return p.Const(e.span, text, f'"{text}"')
            case _:
                return self.expr(e)

    def call(self, e: t.Call) -> p.Expr:
        match e.function:
            case t.Name(span, text):
                return self.call_name(e, span, text)
            case t.Attribute(
                span, t.Attribute(_, t.Name() as root, room, _), name, name_span
            ) if root.text in TENSOR_NAMESPACES and self.is_namespace(
                root.text
            ):  # `ops.image.resize`
                function = t.Attribute(span, root, f"{room}.{name}", name_span)
                return self.call(t.Call(e.span, function, e.positional, e.keywords))
            case t.Attribute(_, t.Name(_, namespace), name, name_span) if self.is_namespace(namespace):
                positional, keywords = self.arguments(e.positional, e.keywords)
                if not self.member(namespace, name, name_span):
                    return self.unknown(e.span)
                full = f"{namespace}.{name}"
                if namespace == LAYER_NAMESPACE:
                    layer, span = p.KerasLayer(full), e.function.span
                    return p.MakeLayer(e.span, layer, span, positional, keywords, True, self.site())
                if namespace == "math":
                    return self.math(e, name, positional, keywords)
                if namespace in TENSOR_NAMESPACES or (namespace == "activations" and _takes_tensor(e)):
                    return p.CallOperation(e.span, full, e.function.span, positional, keywords, self.site())
                return p.KerasObject(e.span, namespace, name, positional, keywords, called=True)
            case t.Attribute():
                if merged_at_once(self, e, e.function.name):
                    return self.unknown(e.span)
                if is_sequential(self, e, e.function.name):
                    return self.unknown(e.span)
                found = written_as_in_keras(self, e.function)
                if found is not None:
                    keywords_here = with_names_of_keras(self, e)
                    rest = e.positional[vocabulary.given_here(e.function.name, len(e.positional))]
                    if rest != e.positional and isinstance(found, t.Name):
                        text = as_call(found.text, rest, keywords_here)
                        self.diagnostics.pop()
                        self.report(messages.python_call(e.span.brief, text), e.span)
                    return self.call(t.Call(e.span, found, rest, keywords_here))
                if of_training(self, e.function):
                    return self.unknown(e.span)  # what it is given is of no interest
                self.arguments(e.positional, e.keywords)
                method(self, e, e.function)
                return self.unknown(e.span)
            case t.Call(_, function, _, _):
                before = len(self.diagnostics)
                inner = self.expr(e.function)
                positional, _ = self.arguments(e.positional, e.keywords)
                if isinstance(inner, (p.MakeLayer, p.Stages)):
                    given = e.positional[0].span.text if e.positional else "x"
                    stage = e.function.span.brief
                    if before < len(self.diagnostics) and self.diagnostics[before].span == function.span:
                        said = self.diagnostics.pop(before)  # of the module in front: one message says both
                        stage = stage.replace(
                            function.span.text, said.fix.edits[0].content if said.fix else "", 1
                        )
                    if len(e.positional) + len(e.keywords) > 1:
                        given = f"({', '.join(each.span.text for each in (*e.positional, *e.keywords))})"
                    text = f"{given} -> {stage.removesuffix('()')}"
                    self.report(messages.python_call(e.span.brief, text), e.span)
                else:
                    self.report(stage_messages.not_a_stage(function.span.brief), e.function.span)
                return self.unknown(e.span)
            case _:
                self.expr(e.function)
                self.arguments(e.positional, e.keywords)
                self.report(stage_messages.not_a_layer(e.function.span.brief, "a value"), e.function.span)
                return self.unknown(e.span)

    def math(
        self, e: t.Call, name: str, positional: tuple[p.Expr, ...], keywords: tuple[p.Argument, ...]
    ) -> p.Expr:
        """A static function of numbers."""
        if name in MATH_CONSTANTS:
            self.report(messages.python_call(e.span.brief, f"math.{name}"), e.span)
            return self.unknown(e.span)
        return p.CallBuiltin(e.span, f"math.{name}", positional, keywords, self.site())

    def call_name(self, e: t.Call, span: Span, text: str) -> p.Expr:
        if text == _NOTHING:
            self.arguments(e.positional, e.keywords)
            return self.unknown(e.span)
        kind = self.scope.find(text)
        if kind is not None:
            positional, keywords = self.arguments(e.positional, e.keywords)
            if kind == "layer" and not (positional and self.is_data(positional[0])):
                use = p.UseLocal(e.span, p.Local(span, text, kind), self.site(), positional, keywords, True)
                return p.Stages(e.span, (use,), self.site())
            if kind == "instance" and text in self.given and not any(map(self.is_data, positional)):
                default = self.given[text]
                made = as_call(default, e.positional, e.keywords) if default.isidentifier() else "Dense(8)"
                self.report(stage_messages.layer_with_arguments(text, made, "given"), e.span)
            elif kind in ("layer", "instance") and e.positional:
                self.report(
                    messages.python_call(e.span.brief, f"{e.positional[0].span.text} -> {text}"),
                    e.span,
                )
            elif kind == "instance":
                fix = Fix("unsafe", f"write `{text}`", (Edit(e.span, text),))
                self.report(
                    stage_messages.layer_with_arguments(text, f"`shared {text} = …`", "shared"), e.span, fix
                )
            elif text in self.recipes:
                self.report(self._no_stage(text), span)
            else:
                self.report(stage_messages.not_a_layer(text, "a value"), span)
            return self.unknown(e.span)
        layer = self.items.layer(text)
        if layer is None and self.items.kind(text) is None:
            if merged_at_once(self, e, text):
                return self.unknown(e.span)
            if vocabulary.of_training(text) and not said_before(self, text, span):
                no_layer(self, text, (), span)  # what it is given is of no interest
                return self.unknown(e.span)
            if is_sequential(self, e, text):
                return self.unknown(e.span)
        positional, keywords = self.arguments(e.positional, e.keywords)
        if layer is not None and positional and not self.holes and self.flows(positional[0]):  # `Dense(x, 4)`
            first = e.positional[0].span.text
            stage = as_call(text, e.positional[1:], e.keywords)
            self.report(messages.python_call(e.span.brief, f"{first} -> {stage}"), e.span)
            return self.unknown(e.span)
        if layer is not None:
            return p.MakeLayer(e.span, layer, span, positional, keywords, True, self.site())
        what = self.items.kind(text)
        if what in OBJECTS:
            return p.KerasObject(
                e.span, OBJECTS[what], text, positional, keywords, True, self.items.key(text)
            )
        if what == "fn":
            return p.CallFn(e.span, text, self.items.key(text), positional, keywords)
        if text == "taps":
            self.report(stage_messages.not_a_stage(e.span.brief), e.span)
            return self.unknown(e.span)
        if text in BUILTINS:
            return p.CallBuiltin(e.span, text, positional, keywords, self.site())
        if what == "missing" or said_before(self, text, span):
            pass  # the `use` or the line that should have brought it has been reported
        elif what is not None:
            self.report(stage_messages.not_a_layer(text, with_article(what)), span)
        elif text in self.scope.lost:
            self.scope.missing[text] = len(self.diagnostics)
            self.report(messages.bound_in_one_branch(text, *self.scope.lost[text]), span)
        else:
            no_layer(self, text, [*BUILTINS, *self.scope.kinds], span)
            rest = e.positional[vocabulary.given_here(text, len(e.positional))]
            if (now := vocabulary.renamed(text)) is not None and rest != e.positional:
                self.diagnostics[-1] = with_arguments_of_keras(
                    self.diagnostics[-1], e, as_call(now, rest, e.keywords)
                )
        return self.unknown(e.span)

    def is_data(self, e: p.Expr) -> bool:
        """Whether an argument is what should flow into a layer, most likely: `norm(x)`, as in Python."""
        match e:
            case p.Local(_, name, "value"):
                return name in self.inputs or name == _NOTHING
            case p.Hole() | p.Flow() | p.CallOperation():
                return True
            case _:
                return False

    def flows(self, e: p.Expr) -> bool:
        """Whether a value is data for certain, or a list of them."""
        if isinstance(e, p.ListOf):
            return len(e.items) > 1 and all(map(self.flows, e.items))
        return isinstance(e, p.Local) and e.name != _NOTHING and self.is_data(e)

    def is_namespace(self, name: str) -> bool:
        return name in NAMESPACES and self.scope.kinds.get(name) is None

    def member(self, namespace: str, name: str, span: Span) -> bool:
        """Whether Keras has `namespace.name`; reports it when not."""
        if has_member(namespace, name):
            return True
        if namespace == "math":
            full = f"math.{name}"
            self.report(messages.unknown_name(full, members("math"), _in_ops(name)), span)
        elif namespace in TENSOR_NAMESPACES:
            self.report(operations.unknown_operation(f"{namespace}.{name}", members(namespace)), span)
        else:
            self.report(
                objects.unknown_object(
                    namespace, name, [full.partition(".")[2] for full in members(namespace)]
                ),
                span,
            )
        return False

    def key(self, e: t.Expr) -> p.Expr:
        """The key of an entry; a name that nothing has been given is meant as the string, as in JavaScript."""
        name = e.text if isinstance(e, t.Name) else None
        if name is None or self.scope.kinds.get(name) is not None or self.items.kind(name) is not None:
            return self.expr(e)
        fix = Fix("unsafe", "write the key in quotes", (Edit(e.span, f'"{name}"'),))
        self.report(messages.unknown_name(name, [], f'a key is a string here: write `"{name}"`'), e.span, fix)
        return p.Const(e.span, name, f'"{name}"')

    def attribute(self, e: t.Attribute) -> p.Expr:
        if isinstance(e.value, t.Name) and self.is_namespace(e.value.text):
            namespace = e.value.text
            if not self.member(namespace, e.name, e.name_span):
                return self.unknown(e.span)
            if namespace == "math" and e.name in MATH_CONSTANTS:
                return p.CallBuiltin(e.span, e.span.text, (), (), self.site())
            if namespace == "math":
                self.report(messages.python_call(e.span.text, f"{e.span.text}(…)"), e.span)
                return self.unknown(e.span)
            if namespace in TENSOR_NAMESPACES:
                only = next(iter(self.inputs)) if len(self.inputs) == 1 else "x"
                self.scope.used.update(self.inputs)  # from one of which data should flow
                written = f"{e.span.text}(_)" if self.holes else f"{only} -> {e.span.text}"
                self.report(stage_messages.operation_without_hole(e.span.text, written), e.span)
                return self.unknown(e.span)
            if namespace == LAYER_NAMESPACE:
                layer = p.KerasLayer(f"{namespace}.{e.name}")
                return p.MakeLayer(e.span, layer, e.span, (), (), False, self.site())
            return p.KerasObject(e.span, namespace, e.name, (), (), called=False)
        found = written_as_in_keras(self, e)
        if found is not None:
            return self.expr(found)
        if isinstance(e.value, t.Name) and self.items.kind(e.value.text) in ("model", "block"):
            what = f"what happens inside `{e.value.text}` is its own: make `{e.name}` an output of it, `output {e.name}`, and name it where it is used"
            self.report(messages.unknown_attribute(e.name, ATTRIBUTES, what), e.name_span)
            return self.unknown(e.span)
        value = self.expr(e.value)
        if e.name not in ATTRIBUTES:
            if self.is_unknown(value):
                return value
            whole = e.value.span.text
            field = f'{whole}["{e.name}"]' if whole in self.records else None
            fix = None if field is None else Fix("safe", f"write `{field}`", (Edit(e.span, field),))
            instead = None if field is None else f"write `{field}`"
            if e.name in ("length", "size", "count"):
                instead = f"write `len({whole})`"
            elif field is None and self.items.kind(whole) == "constant":
                instead = f'an entry of a dictionary is `{whole}["{e.name}"]`'
            self.report(messages.unknown_attribute(e.name, ATTRIBUTES, instead), e.name_span, fix)
            return self.unknown(e.span)
        return p.Attribute(e.span, value, e.name, self.site())

    # ---- chains and stages

    def chain(self, e: t.Chain) -> p.Expr:
        self.warn_of_conditional_head(e)
        note_of_choices(self, e)
        head: p.Expr | p.CallArguments
        match e.head:
            case t.Arguments(span, positional, keywords):
                head = p.CallArguments(span, *self.arguments(positional, keywords))
            case t.Tuple(span, positional, False):
                head = p.CallArguments(span, self.all(positional), ())
            case t.Literal(span, int() | float() | str(), text):
                self.scope.used.update(self.inputs)  # from one of which data should flow
                only = next(iter(self.inputs)) if len(self.inputs) == 1 else None
                fix = None if only is None else Fix("unsafe", f"write `{only}`", (Edit(span, only),))
                kind = (
                    "a string" if text[-1:] in "\"'" else "a whole number" if text.isdigit() else "a number"
                )
                self.report(value_messages.not_a_tensor(f"`{text}`", kind, only), span, fix)
                head = self.unknown(span)
            case _:
                head = self.expr(e.head)
        if isinstance(head, (p.MakeLayer, p.Stages)) or (
            isinstance(head, p.Local) and head.kind in ("layer", "instance")
        ):
            before = len(self.diagnostics)
            rest = self.stages(e.stages)
            if len(self.diagnostics) > before and any(map(self.is_lost, rest)):
                return self.unknown(e.span)
        else:
            rest = ()
        if isinstance(head, p.MakeLayer):
            return p.Stages(e.span, (head, *rest), self.site())
        if isinstance(head, p.Stages):
            return p.Stages(e.span, (*head.stages, *rest), self.site())
        if isinstance(head, p.Local) and head.kind in ("layer", "instance"):
            use = p.UseLocal(head.span, head, self.site())
            return p.Stages(e.span, (use, *rest), self.site())
        before = len(self.diagnostics)
        stages = self.stages(e.stages)
        if isinstance(head, p.Local) and self.is_unknown(head):  # nobody knows what was meant to flow
            rest_said = [each for each in self.diagnostics[before:] if each.code not in _OF_STAGES]
            self.diagnostics[before:] = rest_said
        return p.Flow(e.span, head, stages, self.site())

    def on_way(self, test: p.Expr, holds: bool, e: t.Expr, resolve: Callable[[t.Expr], Found]) -> Found:
        """What stands on one way of a choice, where the names are that an `if` with the same test has bound."""
        asked = ways(test)
        before = self.scope
        if asked is not None:
            self.scope = before.way(asked.then if holds else asked.otherwise)
        found = resolve(e)
        self.scope = before
        return found

    def is_lost(self, stage: p.Stage) -> bool:
        """Whether a stage has been reported, so that nobody knows what it gives."""
        return isinstance(stage, p.Expression) and self.is_unknown(stage.value)

    def stages(self, items: Sequence[t.Expr]) -> tuple[p.Stage, ...]:
        return tuple(self.stage(item) for item in items)

    def _no_stage(self, name: str) -> Message:
        """A name of a value at the end of an arrow."""
        match self.recipes.get(name):
            case None:
                return stage_messages.value_as_stage(name)
            case p.ListOf(_, items):
                return stage_messages.list_as_stage(name, [each.span.text for each in items])
            case p.Conditional():
                return stage_messages.recipe_as_stage(name, None)
            case layer:
                return stage_messages.recipe_as_stage(name, layer.span.brief)

    def stage(self, e: t.Expr, in_fork: bool = False) -> p.Stage:
        """What stands right of an arrow, or as a branch of a fork."""
        match e:
            case t.Group(_, value):
                return self.stage(value, in_fork)
            case t.List(span, items):
                return p.Fork(span, tuple(self.stage(item, in_fork=True) for item in items), self.site())
            case t.Conditional(span, test, then, otherwise):
                asked = self.expr(test)
                one = self.on_way(asked, True, then, partial(self.stage, in_fork=True))
                other = self.on_way(asked, False, otherwise, partial(self.stage, in_fork=True))
                return p.Choice(span, asked, one, other, self.site())
            case t.Chain(span, head, stages):
                return p.Stages(span, (self.stage(head, in_fork), *self.stages(stages)), self.site())
            case t.Tuple(span, positional, _) if any(map(self.makes_layer, positional)):
                branches = ", ".join(each.span.text for each in positional)
                self.report(
                    stage_messages.not_a_stage(
                        span.brief, f"branches stand in square brackets: `[{branches}]`"
                    ),
                    span,
                )
                return p.Expression(span, self.unknown(span), self.site())
            case t.Tuple(span, positional, _):
                return p.Pass(span, p.CallArguments(span, *self.inside(positional, ())), self.site())
            case t.Arguments(span, positional, keywords):
                return p.Pass(span, p.CallArguments(span, *self.inside(positional, keywords)), self.site())
            case t.Name():
                return self.name_stage(e, in_fork)
            case t.Attribute(
                _, t.Name(_, namespace), name, name_span
            ) if namespace in FUNCTION_NAMESPACES and self.is_namespace(namespace):
                if self.member(namespace, name, name_span):
                    return p.Operation(e.span, f"{namespace}.{name}", self.site())
                return p.Expression(e.span, self.unknown(e.span), self.site())
            case t.Attribute() if (found := written_as_in_keras(self, e)) is not None:
                return self.stage(found, in_fork)
            case t.Call(span, t.Name(_, "cond"), positional, keywords) if (
                self.scope.kinds.get("cond") is None
            ):
                return self.cond(e, span, positional)
            case t.Call(_, t.Name(_, "taps")) if (
                self.scope.kinds.get("taps") is None and self.items.kind("taps") is None
            ):
                return self.taps(e)
            case _:
                return self.expression_stage(e, in_fork)

    def makes_layer(self, e: t.Expr) -> bool:
        """Whether an expression is a layer or block, with arguments or without."""
        named = e.function if isinstance(e, t.Call) else e
        return isinstance(named, t.Name) and self.items.layer(named.text) is not None

    def inside(
        self, positional: Sequence[t.Expr], keywords: Sequence[t.Keyword]
    ) -> tuple[tuple[p.Expr, ...], tuple[p.Argument, ...]]:
        """Arguments in which `_` has a meaning."""
        self.holes += 1
        try:
            return self.arguments(positional, keywords)
        finally:
            self.holes -= 1

    def name_stage(self, e: t.Name, in_fork: bool) -> p.Stage:
        kind = self.scope.kinds.get(e.text)
        if kind is None and self.items.layer(e.text) is None and self.items.kind(e.text) is None:
            if said_before(self, e.text, e.span):
                return p.Expression(e.span, self.unknown(e.span), self.site())
            if e.text not in self.scope.lost and e.text != "training":
                no_layer(self, e.text, [*self.scope.kinds], e.span)
                return p.Expression(e.span, self.unknown(e.span), self.site())
        elif kind is None and self.items.kind(e.text) in ("fn", "constant", *OBJECTS):
            self.report(
                stage_messages.not_a_layer(e.text, with_article(str(self.items.kind(e.text)))), e.span
            )
            return p.Expression(e.span, self.unknown(e.span), self.site())
        value = self.expr(e)
        match value:
            case p.MakeLayer():
                return value
            case p.Local(span, name, kind):
                if kind in ("layer", "instance"):
                    return p.UseLocal(span, value, self.site())
                if in_fork:
                    return p.Expression(span, value, self.site())
                if kind == "parameter":
                    self.report(stage_messages.parameter_as_stage(name), span)
                elif name != _NOTHING and name not in self.doubtful:
                    if name in self.layers_in_turn:
                        self.report(stage_messages.layer_in_turn(name), span)
                    else:
                        self.report(self._no_stage(name), span)
                return p.Expression(span, self.unknown(span), self.site())
            case _:
                return p.Expression(e.span, self.unknown(e.span), self.site())

    def expression_stage(self, e: t.Expr, in_fork: bool) -> p.Stage:
        self.holes += 1
        before = len(self.diagnostics)
        value = self.expr(e)
        self.holes -= 1
        if isinstance(value, p.MakeLayer):
            return value
        if isinstance(value, p.Stages):
            return value.stages[0] if _is_one_use(value) else value
        known = not self.is_unknown(value)
        if known and len(self.diagnostics) == before and not in_fork and not count_holes(value):
            if isinstance(value, p.CallOperation) or _is_activation(value):
                written = e.span.text.replace("(", "(_, " if value.positional or value.keywords else "(_", 1)
                self.report(stage_messages.operation_without_hole(e.span.brief, written), e.span)
            elif isinstance(value, p.CallFn):
                self.report(stage_messages.not_a_layer(value.name, "a fn"), e.span)
            else:
                self.report(stage_messages.not_a_stage(e.span.brief, meant_as_stage(self, e)), e.span)
            return p.Expression(e.span, self.unknown(e.span), self.site())
        return p.Expression(e.span, value, self.site())

    def cond(self, e: t.Call, span: Span, positional: tuple[t.Expr, ...]) -> p.Stage:
        if len(positional) != 3 or e.keywords:
            self.report(stage_messages.not_a_stage("cond(…)"), span)
            return p.Expression(span, self.unknown(span), self.site())
        self.holes += 1
        predicate = self.expr(positional[0])
        self.holes -= 1
        then, otherwise = self.stage(positional[1], True), self.stage(positional[2], True)
        return p.Cond(span, predicate, then, otherwise, self.site())

    def taps(self, e: t.Call) -> p.Stage:
        """`taps(base, names)`: into a model that exists, under its `shared` name."""
        positional, keywords = self.arguments(e.positional, e.keywords)
        first = e.positional[0] if e.positional else None
        model = positional[0] if positional else None
        if len(positional) == 2 and not keywords and isinstance(model, p.Local) and model.kind == "instance":
            names = positional[1]
            several = not isinstance(names, (p.Const, p.Text))
            return p.Taps(e.span, model, names, several, self.site())
        if model is not None and self.is_unknown(model):
            pass  # which has been reported
        elif len(positional) == 2 and not keywords and first is not None:
            layer = self.recipes.get(first.span.text)
            text = None if layer is None else layer.span.brief
            self.report(backbones.taps_of(first.span.brief, text), first.span)
        else:
            self.report(backbones.taps_of(None), e.span)
        return p.Expression(e.span, self.unknown(e.span), self.site())

    def warn_of_conditional_head(self, e: t.Chain) -> None:
        """`x -> A -> B if c else x`: the conditional holds the last stage only."""
        last = e.stages[-1]
        if (
            len(e.stages) > 1  # with one stage both readings are the same
            and isinstance(last, t.Conditional)
            and isinstance(e.head, t.Name)
            and isinstance(last.otherwise, t.Name)
            and last.otherwise.text == e.head.text
            and not isinstance(last.then, t.Hole)
        ):
            self.report(stage_messages.conditional_head(e.head.text), last.span)


def _in_ops(name: str) -> str | None:
    """The tensor function that does what a function of Python's `math` would, which the language has not."""
    return f"of tensors there is `ops.{name}`" if has_member("ops", name) else None


def _takes_tensor(e: t.Call) -> bool:
    """Whether a call of an activation is given something that may be a tensor; `activations.relu(0.5)` is not."""
    values = [*e.positional[:1], *(each.value for each in e.keywords if each.name == "x")]
    return any(not isinstance(value, t.Literal) for value in values)


def _is_activation(value: p.Expr) -> TypeGuard[p.KerasObject]:
    return isinstance(value, p.KerasObject) and value.namespace == "activations" and value.called


def _is_one_use(value: p.Stages) -> bool:
    """Whether a value is a layer parameter with its arguments, and nothing behind it."""
    return len(value.stages) == 1 and isinstance(value.stages[0], p.UseLocal)
