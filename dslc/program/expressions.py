"""Expressions and stages of the tree, each to its resolved form.

In: a tree expression and the scope it stands in.  Out: a program expression; what a name stands for is decided here
and nowhere else.

    x -> Conv2D(32, 3) -> _ * k      Flow(Local x, (MakeLayer Conv2D, Expression(Hole * Local k)))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Message
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.messages.objects import unknown_object
from dslc.diagnostics.messages.operations import unknown_operation
from dslc.diagnostics.vocabulary import functions, methods
from dslc.diagnostics.vocabulary import layers as vocabulary
from dslc.diagnostics.vocabulary.layers import MERGES
from dslc.program import nodes as p
from dslc.program.items import ItemNames
from dslc.program.scope import BUILTINS, NAMESPACES, TENSOR_NAMESPACES, Scope
from dslc.program.traversal import count_holes
from dslc.program.unresolved import no_layer, not_found, said_before
from dslc.source import Span
from dslc.syntax import nodes as t

_ATTRIBUTES = ("shape", "dtype")
_MOST_DOTS = 8
"""No name of Keras, TensorFlow, PyTorch or NumPy has more parts."""

_NOTHING = t.NOTHING


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
        self.recipes: dict[str, str] = {}  # names that were given a layer by a plain `=`, and its text
        self.later: Callable[[], dict[str, int]] = (
            dict  # the line of each name of the body that binds it first
        )

    def site(self) -> int:
        return next(self.sites)

    def report(self, message: Message, span: Span, fix: Fix | None = None) -> None:
        self.diagnostics.append(message.at(span, (), fix))

    def unknown(self, span: Span) -> p.Expr:
        """The stand-in for an expression that was reported: nobody will say anything about it again."""
        return p.Local(span, _NOTHING, "value")

    # ---- expressions

    def expr(self, e: t.Expr) -> p.Expr:
        match e:
            case t.Literal(span, value, text):
                return p.Const(span, value, text)
            case t.Name(span, text):
                return self.name(span, text)
            case t.Hole(span):
                if not self.holes:
                    self.report(messages.hole_outside_stage(), span)
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
                    if self.in_input:
                        self.unplaced.discard(name)
                    self.scope.used.add(name)
                return p.UnknownSize(span, name)
            case t.Tuple(span, items, _):
                return p.TupleOf(span, self.all(items))
            case t.List(span, items):
                return p.ListOf(span, self.all(items))
            case t.Group(_, value):
                return self.expr(value)
            case t.Arguments(span, positional, _):
                return p.TupleOf(span, self.all(positional))
            case t.Comprehension(span, element, clauses, bare):
                return self.comprehension(span, element, clauses, bare)
            case t.Unary(span, operator, operand):
                return p.Unary(span, operator, self.operand(operand, operator), self.site())
            case t.Binary(span, operator, left, right):
                return p.Binary(
                    span, operator, self.operand(left, operator), self.operand(right, operator), self.site()
                )
            case t.Compare(span, first, rest):
                backwards = rest[0][0] == "<" and "<-" in span.text  # written from right to left
                return p.Compare(
                    span,
                    self.operand(first, "<-" if backwards else rest[0][0]),
                    tuple((op, self.operand(x, op)) for op, x in rest),
                    self.site(),
                )
            case t.Conditional(span, test, then, otherwise):
                return p.Conditional(
                    span, self.expr(test), self.expr(then), self.expr(otherwise), self.site()
                )
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
            self.report(messages.layer_in_arithmetic(e.span.brief, operator), e.span)
            return self.unknown(e.span)
        return value

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
            self.report(messages.unknown_attribute(text, self.items.members(text)), span)
        else:
            not_found(self, text, span)
        return self.unknown(span)

    def comprehension(
        self, span: Span, element: t.Expr, clauses: tuple[t.Clause, ...], bare: bool
    ) -> p.Comprehension:
        outer, self.scope = self.scope, self.scope.branch()
        resolved = []
        for clause in clauses:
            iterable = self.expr(clause.iterable)
            target = self.target(clause.target)
            test = None if clause.test is None else self.expr(clause.test)
            resolved.append(p.Clause(target, iterable, test, self.site()))
        value = self.expr(element)
        self.scope = outer
        return p.Comprehension(span, value, tuple(resolved), bare, self.site())

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
            case _:
                return p.Discard(target.span)  # reported by the parser

    def bind(self, name: str, span: Span, kind: p.LocalKind = "value") -> None:
        taken = self.items.taken(name)
        if taken is not None:  # the name keeps its meaning, and nobody asks again what it is here
            self.report(messages.name_taken(name, taken), span)
            self.scope.missing.setdefault(name, None)
            self.scope.used.add(name)
            return
        self.scope.bind(name, kind)

    # ---- calls

    def arguments(
        self, positional: Sequence[t.Expr], keywords: Sequence[t.Keyword]
    ) -> tuple[tuple[p.Expr, ...], tuple[p.Argument, ...]]:
        return self.all(positional), tuple(
            p.Argument(k.span, k.name, k.name_span, self.expr(k.value)) for k in keywords
        )

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
                if namespace in TENSOR_NAMESPACES:
                    full = f"{namespace}.{name}"
                    return p.CallOperation(e.span, full, e.function.span, positional, keywords, self.site())
                return p.KerasObject(e.span, namespace, name, positional, keywords, called=True)
            case t.Attribute():
                if self.merged_at_once(e, e.function.name):
                    return self.unknown(e.span)
                found = self.written_as_in_keras(e.function)
                if found is not None:
                    rest = e.positional
                    if (
                        vocabulary.takes_inputs(e.function.name)
                        and len(rest) > 1
                        and isinstance(found, t.Name)
                    ):
                        rest = rest[1:]  # Keras finds out itself what comes in
                        texts = ", ".join(each.span.text for each in (*rest, *e.keywords))
                        self.diagnostics.pop()
                        self.report(messages.python_call(e.span.brief, f"{found.text}({texts})"), e.span)
                    return self.call(t.Call(e.span, found, rest, e.keywords))
                self.arguments(e.positional, e.keywords)
                self.method(e, e.function)
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
                    self.report(messages.python_call(e.span.brief, f"{given} -> {stage}"), e.span)
                else:
                    self.report(messages.not_a_stage(function.span.brief), e.function.span)
                return self.unknown(e.span)
            case _:
                self.expr(e.function)
                self.arguments(e.positional, e.keywords)
                self.report(messages.not_a_layer(e.function.span.brief, "a value"), e.function.span)
                return self.unknown(e.span)

    def merged_at_once(self, e: t.Call, name: str) -> bool:
        """Whether a call is one of Keras's functions that merge a list (`layers.add([a, b])`), which is reported then."""
        function, first = e.function, e.positional[0] if e.positional else None
        if name not in MERGES or not isinstance(first, (t.List, t.Name)) or len(e.positional) != 1:
            return False
        root = function.value if isinstance(function, t.Attribute) else function
        while isinstance(root, t.Attribute):
            root = root.value
        if not isinstance(root, t.Name) or self.scope.kinds.get(root.text) is not None:
            return False
        if isinstance(function, t.Attribute) and root.text not in ("layers", "keras", "tf"):
            return False
        given = ", ".join(each.span.text for each in e.keywords)
        text = f"{first.span.text} -> {MERGES[name]}{f'({given})' if given else ''}"
        self.arguments(e.positional, e.keywords)
        fix = Fix("safe", f"write `{text}`", (Edit(e.span, text),))
        self.report(messages.python_call(e.span.brief, text), e.span, fix)
        return True

    def method(self, e: t.Call, function: t.Attribute) -> None:
        """Report the call of a method: values have none."""
        if self.of_training(function):
            return
        value = self.expr(function.value)
        if isinstance(value, p.Local) and value.name == _NOTHING:
            return
        given = ", ".join(each.span.text for each in (*e.positional, *e.keywords))
        layer = self.items.layer(function.name)
        if layer is not None:
            text: str | None = f"{function.value.span.text} -> {function.name}{f'({given})' if given else ''}"
        else:
            text = methods.instead(
                function.name,
                function.value.span.text,
                given,
                lambda name: self.items.has_member("ops", name),
            )
        if text is None:
            self.report(messages.unknown_attribute(function.name, _ATTRIBUTES), function.name_span)
            return
        fix = Fix("unsafe", f"write `{text}`", (Edit(e.span, text),))
        self.report(
            messages.unknown_attribute(function.name, _ATTRIBUTES, f"write `{text}`"), function.name_span, fix
        )

    def of_training(self, function: t.Attribute) -> bool:
        """Whether a method belongs to training, on a name that is not there (`model.compile`); it is reported then."""
        root = function.value
        if not isinstance(root, t.Name) or self.scope.kinds.get(root.text) is not None:
            return False
        if self.items.kind(root.text) == "constant" or not vocabulary.of_training(function.name):
            return False
        self.report(messages.from_elsewhere(function.span.text, function.name), function.span)
        return True

    def call_name(self, e: t.Call, span: Span, text: str) -> p.Expr:
        if text == _NOTHING:
            self.arguments(e.positional, e.keywords)
            return self.unknown(e.span)
        kind = self.scope.find(text)
        if kind is not None:
            self.arguments(e.positional, e.keywords)
            if kind in ("layer", "instance") and e.positional:
                self.report(
                    messages.python_call(e.span.brief, f"{e.positional[0].span.text} -> {text}"),
                    e.span,
                )
            elif kind in ("layer", "instance"):
                self.report(messages.layer_parameter_called(text), e.span)
            else:
                self.report(messages.not_a_layer(text, "a value"), span)
            return self.unknown(e.span)
        layer = self.items.layer(text)
        if layer is None and self.items.kind(text) is None and self.merged_at_once(e, text):
            return self.unknown(e.span)
        positional, keywords = self.arguments(e.positional, e.keywords)
        if layer is not None:
            return p.MakeLayer(e.span, layer, span, positional, keywords, True, self.site())
        what = self.items.kind(text)
        if what == "fn":
            return p.CallFn(e.span, text, self.items.key(text), positional, keywords)
        if text in BUILTINS:
            return p.CallBuiltin(e.span, text, positional, keywords, self.site())
        if what == "missing" or said_before(self, text, span):
            pass  # the `use` or the line that should have brought it has been reported
        elif what is not None:
            self.report(messages.not_a_layer(text, f"a {what}"), span)
        elif text in self.scope.lost:
            self.scope.missing[text] = len(self.diagnostics)
            self.report(messages.bound_in_one_branch(text, *self.scope.lost[text]), span)
        else:
            no_layer(self, text, [*BUILTINS, *self.scope.kinds], span)
        return self.unknown(e.span)

    def is_namespace(self, name: str) -> bool:
        return name in NAMESPACES and self.scope.kinds.get(name) is None

    def member(self, namespace: str, name: str, span: Span) -> bool:
        """Whether Keras has `namespace.name`; reports it when not."""
        if self.items.has_member(namespace, name):
            return True
        if namespace in TENSOR_NAMESPACES:
            self.report(unknown_operation(f"{namespace}.{name}", self.items.members(namespace)), span)
        else:
            self.report(
                unknown_object(
                    namespace, name, [full.partition(".")[2] for full in self.items.members(namespace)]
                ),
                span,
            )
        return False

    def attribute(self, e: t.Attribute) -> p.Expr:
        if isinstance(e.value, t.Name) and self.is_namespace(e.value.text):
            namespace = e.value.text
            if not self.member(namespace, e.name, e.name_span):
                return self.unknown(e.span)
            if namespace in TENSOR_NAMESPACES:
                self.report(messages.operation_without_hole(e.span.text, f"{e.span.text}(_)"), e.span)
                return self.unknown(e.span)
            return p.KerasObject(e.span, namespace, e.name, (), (), called=False)
        found = self.written_as_in_keras(e)
        if found is not None:
            return self.expr(found)
        if isinstance(e.value, t.Name) and self.items.kind(e.value.text) in ("model", "block"):
            what = f"what happens inside `{e.value.text}` is its own: make `{e.name}` an output of it, and name it where it is used"
            self.report(messages.unknown_attribute(e.name, _ATTRIBUTES, what), e.name_span)
            return self.unknown(e.span)
        value = self.expr(e.value)
        if e.name not in _ATTRIBUTES:
            if isinstance(value, p.Local) and value.name == _NOTHING:
                return value
            self.report(messages.unknown_attribute(e.name, _ATTRIBUTES), e.name_span)
            return self.unknown(e.span)
        return p.Attribute(e.span, value, e.name, self.site())

    def written_as_in_keras(self, e: t.Attribute) -> t.Expr | None:
        """`layers.Dense`, `keras.ops.mean`, `tf.nn.relu`, `nn.Linear`: reported, and returned as it is written here."""
        parts, inner = [e.name], e.value
        while isinstance(inner, t.Attribute):
            parts.insert(0, inner.name)
            inner = inner.value
            if len(parts) > _MOST_DOTS:
                return None
        if not isinstance(inner, t.Name) or self.scope.kinds.get(inner.text) is not None:
            return None
        parts.insert(0, inner.text)
        if self.items.kind(inner.text) is not None or not functions.begins_elsewhere(parts[0]):
            return None
        text = functions.here(
            parts,
            lambda name: self.items.has_member("ops", name),
            lambda name: self.items.layer(name) is not None,
        )
        if text is None or parts[0] in functions.NUMPY:  # NumPy computes with numbers, too
            self.report(messages.from_elsewhere(e.span.text, parts[-1], text), e.span)
            return t.Name(e.span, _NOTHING)
        fix = Fix("safe", f"write `{text}`", (Edit(e.span, text),))
        self.report(messages.python_call(e.span.text, text), e.span, fix)
        return _dotted(e, text)

    # ---- chains and stages

    def chain(self, e: t.Chain) -> p.Expr:
        self.warn_of_conditional_head(e)
        head: p.Expr | p.CallArguments
        match e.head:
            case t.Arguments(span, positional, keywords):
                head = p.CallArguments(span, *self.arguments(positional, keywords))
            case t.Tuple(span, positional, False):
                head = p.CallArguments(span, self.all(positional), ())
            case _:
                head = self.expr(e.head)
        if isinstance(head, p.MakeLayer):
            return p.Stages(e.span, (head, *self.stages(e.stages)), self.site())
        if isinstance(head, p.Stages):
            return p.Stages(e.span, (*head.stages, *self.stages(e.stages)), self.site())
        if isinstance(head, p.Local) and head.kind in ("layer", "instance"):
            use = p.UseLocal(head.span, head, self.site())
            return p.Stages(e.span, (use, *self.stages(e.stages)), self.site())
        return p.Flow(e.span, head, self.stages(e.stages), self.site())

    def stages(self, items: Sequence[t.Expr]) -> tuple[p.Stage, ...]:
        return tuple(self.stage(item) for item in items)

    def stage(self, e: t.Expr, in_fork: bool = False) -> p.Stage:
        """What stands right of an arrow, or as a branch of a fork."""
        match e:
            case t.Group(_, value):
                return self.stage(value, in_fork)
            case t.List(span, items):
                return p.Fork(span, tuple(self.stage(item, in_fork=True) for item in items), self.site())
            case t.Conditional(span, test, then, otherwise):
                return p.Choice(
                    span, self.expr(test), self.stage(then, True), self.stage(otherwise, True), self.site()
                )
            case t.Chain(span, head, stages):
                return p.Stages(span, (self.stage(head, in_fork), *self.stages(stages)), self.site())
            case t.Tuple(span, positional, _):
                return p.Pass(span, p.CallArguments(span, *self.inside(positional, ())), self.site())
            case t.Arguments(span, positional, keywords):
                return p.Pass(span, p.CallArguments(span, *self.inside(positional, keywords)), self.site())
            case t.Name():
                return self.name_stage(e, in_fork)
            case t.Attribute(
                _, t.Name(_, namespace), name, name_span
            ) if namespace in TENSOR_NAMESPACES and self.is_namespace(namespace):
                if self.member(namespace, name, name_span):
                    return p.Operation(e.span, f"{namespace}.{name}", self.site())
                return p.Expression(e.span, self.unknown(e.span), self.site())
            case t.Attribute() if (found := self.written_as_in_keras(e)) is not None:
                return self.stage(found, in_fork)
            case t.Call(span, t.Name(_, "cond"), positional, keywords) if (
                self.scope.kinds.get("cond") is None
            ):
                return self.cond(e, span, positional)
            case _:
                return self.expression_stage(e, in_fork)

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
        elif kind is None and self.items.kind(e.text) in ("fn", "constant"):
            self.report(messages.not_a_layer(e.text, f"a {self.items.kind(e.text)}"), e.span)
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
                if name != _NOTHING:
                    self.report(messages.value_as_stage(name, self.recipes.get(name)), span)
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
            return value
        known = not (isinstance(value, p.Local) and value.name == _NOTHING)
        if known and len(self.diagnostics) == before and not in_fork and not count_holes(value):
            if isinstance(value, p.CallOperation):
                written = e.span.text.replace("(", "(_, " if value.positional or value.keywords else "(_", 1)
                self.report(messages.operation_without_hole(e.span.brief, written), e.span)
            elif isinstance(value, p.CallFn):
                self.report(messages.not_a_layer(value.name, "a fn"), e.span)
            else:
                self.report(messages.not_a_stage(e.span.brief), e.span)
            return p.Expression(e.span, self.unknown(e.span), self.site())
        return p.Expression(e.span, value, self.site())

    def cond(self, e: t.Call, span: Span, positional: tuple[t.Expr, ...]) -> p.Stage:
        if len(positional) != 3 or e.keywords:
            self.report(messages.not_a_stage("cond(…)"), span)
            return p.Expression(span, self.unknown(span), self.site())
        self.holes += 1
        predicate = self.expr(positional[0])
        self.holes -= 1
        then, otherwise = self.stage(positional[1], True), self.stage(positional[2], True)
        return p.Cond(span, predicate, then, otherwise, self.site())

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
            self.report(messages.conditional_head(e.head.text), last.span)


def _dotted(e: t.Attribute, text: str) -> t.Expr:
    """A name, dotted or not, in the place of another one."""
    first, *rest = text.split(".")
    found: t.Expr = t.Name(e.span, first)
    for part in rest:
        found = t.Attribute(e.span, found, part, e.name_span)
    return found
