"""One body while its names are resolved: what its names are, what has been said of it, and the questions that all rules ask.

In: the names of the file, the scope of the body, and the rules for expressions, stages and arguments, which need one another and
are tied together here. Out: the state that these rules share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Message
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import objects, operations, syntax
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.suggest import nearest
from dslc.program import nodes as p
from dslc.program.items import ItemNames, has_member, members
from dslc.program.scope import (
    BUILTINS,
    LAYER_NAMESPACE,
    NAMESPACES,
    TENSOR_NAMESPACES,
    Scope,
)
from dslc.program.second_names import second_names
from dslc.program.traversal import is_stand_in
from dslc.program.ways import ways
from dslc.record import record, replace
from dslc.source import Span
from dslc.syntax import nodes as t

Found = TypeVar("Found")


@record
class Knots:
    """The rules that call one another, each in a file of its own: `expressions`, `stages`, `calls`."""

    expr: Callable[[Resolver, t.Expr], p.Expr]
    stage: Callable[[Resolver, t.Expr, bool], p.Stage]
    argument: Callable[[Resolver, t.Expr], p.Expr]


class Resolver:
    """Resolves the expressions of one body. `holes` counts the stages around, which is where `_` has a meaning."""

    def __init__(
        self,
        items: ItemNames,
        scope: Scope,
        diagnostics: list[Diagnostic],
        sites: Iterator[int],
        knots: Knots,
    ) -> None:
        self.knots = knots
        self.items = items
        self.scope = scope
        self.diagnostics = diagnostics
        self.sites = sites  # numbers that no other place of the program has
        self.holes = 0
        self.in_shape = False  # inside a shape, where `T?` has a meaning
        self.in_input = (
            ""  # "model" or "block" inside the shape of its input, where a size is named for the whole body
        )
        self.unplaced: set[str] = (
            set()
        )  # sizes that only contracts name: no tensor is at hand to read them off
        self.outside = ""  # of every call of a model ("in a constant"): nobody knows there whether it trains
        self.recipes: dict[str, p.Expr] = (
            {}
        )  # names that were given a layer, or a list of them, by a plain `=`
        self.named: dict[str, Span] = {}  # the statements that gave them these
        self.given: dict[str, str] = {}  # layers that a model is given, and the texts of their defaults
        self.layers_in_turn: dict[str, str | None] = (
            {}
        )  # targets of loops that go through layers, and how else
        self.second_names: set[str] = set()  # that shared layers are kept under, alone or in a list
        self.records: set[str] = set()  # names that were given a record
        self.inputs: set[str] = set()  # names of the body's inputs, and of what flows from them
        self.later: Callable[[], dict[str, int]] = (
            dict  # the line of each name of the body that binds it first
        )

        self.misnamed = (
            False  # a name of the body is taken: what is not found may be what it was to be called
        )
        # names that nothing was given, in a model that has no input, and whether they are parameters
        self.homeless: dict[str, bool] = {}
        self.has_inputs = True  # or may have them
        self.of_weights = False  # in the value of `weights=`
        self.takes_nothing = False  # a block without any input
        self.first: Span | None = None  # the first statement of such a block
        self.holed: int | None = None  # which diagnostic is about `_` in it, which is meant as its input
        self.begins: int | None = None  # which diagnostic is about what flows first, where there is no input
        self.dry: Span | None = (
            None  # the first layer of an output that nothing flows into, where there is no input
        )
        self.dictionaries: set[str] = set()  # names that hold values by their names
        self.doubtful: set[str] = set()  # names whose values have been reported

    # ---- the three knots of the recursion: expressions, stages, arguments

    def expr(self, e: t.Expr) -> p.Expr:
        """An expression, resolved."""
        return self.knots.expr(self, e)

    def stage(self, e: t.Expr, in_fork: bool = False) -> p.Stage:
        """What stands right of an arrow, or as a branch of a fork."""
        return self.knots.stage(self, e, in_fork)

    def argument(self, e: t.Expr) -> p.Expr:
        """A value that is given to a call."""
        return self.knots.argument(self, e)

    # ---- what the rules share

    def site(self) -> int:
        return next(self.sites)

    def report(self, message: Message, span: Span, fix: Fix | None = None) -> None:
        self.diagnostics.append(message.at(span, (), fix))

    def take_back(self, begin: int, end: int | None = None) -> Diagnostic:
        """Remove what was reported from a place on, or up to another; the names that it was about point nowhere then."""
        first = self.diagnostics[begin]
        del self.diagnostics[begin:end]
        late = [name for name, number in self.scope.missing.items() if number is not None and number >= begin]
        self.scope.missing.update(dict.fromkeys(late))
        return first

    def python(self, span: Span, text: str, safe: bool = False) -> None:
        """Report a piece of Python, with what it is in the language."""
        said = messages.python_call(span.brief, " ".join(text.split()))
        self.report(said, span, Fix.writing(span, text, "safe" if safe else "unsafe"))

    def unknown(self, span: Span) -> p.Expr:
        """The stand-in for an expression that was reported: nobody will say anything about it again."""
        return p.Local(span, t.NOTHING, "value")

    def is_unknown(self, value: p.Expr) -> bool:
        """Whether an expression stands for one that was reported."""
        return is_stand_in(value)

    def all(self, items: Sequence[t.Expr]) -> tuple[p.Expr, ...]:
        return tuple(self.expr(item) for item in items)

    def shape(self, e: t.Expr) -> p.Expr:
        """An expression that may hold `?` and `T?`."""
        before, self.in_shape = self.in_shape, True
        try:
            return self.expr(e)
        finally:
            self.in_shape = before

    def bind(self, name: str, span: Span, kind: p.LocalKind = "value") -> None:
        if name == "_" and kind != "value":
            said = syntax.bad_target("`_`", "it stands for what comes along an arrow: choose a name")
            self.report(said, span)
            self.scope.used.add(name)
        taken = self.items.taken(name)
        if taken is not None:  # the name keeps its meaning, and nobody asks again what it is here
            self.report(messages.name_taken(name, taken), span)
            self.misnamed = True
            self.scope.missing.setdefault(name, None)
            self.scope.used.add(name)
            return
        self.scope.bind(name, kind)

    def arguments(
        self, positional: Sequence[t.Expr], keywords: Sequence[t.Keyword]
    ) -> tuple[tuple[p.Expr, ...], tuple[p.Argument, ...]]:
        return tuple(self._unless_named(each) or self.argument(each) for each in positional), tuple(
            p.Argument(k.span, k.name, k.name_span, self._named(k)) for k in keywords
        )

    def _named(self, k: t.Keyword) -> p.Expr:
        """The value of an argument with its name; of `weights` it is known what a name is that is not there."""
        before, self.of_weights = self.of_weights, k.name == "weights"
        value = self.argument(k.value)
        self.of_weights = before
        return value

    def _unless_named(self, e: t.Expr) -> p.Expr | None:
        """The stand-in for `units==8`, an argument with its name, which is reported."""
        match e:
            case t.Compare(_, t.Name(span, name), (("==", value),)) if (
                self.scope.kinds.get(name) is None and self.items.kind(name) is None and name not in BUILTINS
            ):
                text = f"{name}={value.span.text}"
                fix = Fix.writing(e.span, text, "safe")
                said = syntax.unexpected("`==`", f" after `{name}`", None, f"an argument is written `{text}`")
                self.report(said, e.span, fix)
                return self.unknown(span)
            case _:
                return None

    def is_data(self, e: p.Expr) -> bool:
        """Whether an argument is what should flow into a layer, most likely: `norm(x)`, as in Python."""
        match e:
            case p.Local(_, name, "value"):
                return name in self.inputs or name == t.NOTHING
            case p.Hole() | p.Flow() | p.CallOperation():
                return True
            case _:
                return False

    def flows(self, e: p.Expr) -> bool:
        """Whether a value is data for certain, or a list of them."""
        if isinstance(e, p.ListOf):
            return len(e.items) > 1 and all(map(self.flows, e.items))
        return isinstance(e, p.Local) and e.name != t.NOTHING and self.is_data(e)

    def in_one(self, e: t.Attribute) -> t.Attribute:
        """A function of a module inside of Keras's (`ops.nn.relu`), with that as a part of its name."""
        match e:
            case t.Attribute(
                span, t.Attribute(_, t.Name(_, root) as namespace, room, _), name, name_span
            ) if root in TENSOR_NAMESPACES and self.is_namespace(root):
                return t.Attribute(span, namespace, f"{room}.{name}", name_span)
            case _:
                return e

    def is_namespace(self, name: str) -> bool:
        return name in NAMESPACES and self.scope.kinds.get(name) is None

    def member(self, namespace: str, name: str, span: Span) -> bool:
        """Whether Keras has `namespace.name`; reports it when not."""
        if has_member(namespace, name):
            return True
        if namespace == "math":
            full, known = f"math.{name}", members("math")
            advice = _in_ops(name) or (f"write `{name}`" if name in self.scope.kinds else None)
            if advice is None and nearest(full, known) is None:
                advice = "`math` has what Python's module has for plain numbers: `math.pi`, `math.sqrt(n)`"
            self.report(messages.unknown_name(full, known, advice), span)
        elif namespace in TENSOR_NAMESPACES:
            self.report(operations.unknown_operation(f"{namespace}.{name}", members(namespace)), span)
        else:
            known = [full.partition(".")[2] for full in members(namespace)]
            said = objects.unknown_object(namespace, name, known)
            if namespace == LAYER_NAMESPACE and span.source.text[span.end :].startswith(".preprocess_input"):
                said = replace(said, help=_PREPARED, instead=None)
            self.report(said, span)
        return False

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

    def keep(self, target: p.Target, value: p.Expr, turns: bool = False) -> None:
        """Note the second names that a target gives to shared layers."""
        self.second_names.update(second_names(self.second_names, target, value, turns))

    def no_stage(self, name: str) -> Message:
        """A name of a value at the end of an arrow."""
        match self.recipes.get(name):
            case None:
                return stage_messages.value_as_stage(name)
            case p.ListOf(_, items):
                return stage_messages.list_as_stage(name, [each.span.text for each in items])
            case p.Comprehension():
                return stage_messages.value_as_stage(name)
            case p.Conditional():
                return stage_messages.recipe_as_stage(name, None)
            case layer:
                return stage_messages.recipe_as_stage(name, layer.span.brief)

    def shared_by_fix(self, name: str) -> Fix | None:
        """The edit that makes a layer which a plain name was given one that an arrow leads to."""
        if not isinstance(self.recipes.get(name), (p.MakeLayer, p.Stages)):
            return None
        made = self.named[name]
        begin = Span(made.base, made.first, made.first)
        return Fix("unsafe", f"write `shared {' '.join(made.text.split())}`", (Edit(begin, "shared "),))

    def flows_into(self, name: str) -> str | None:
        """The value that was meant to flow into a layer which a name was given without an arrow: the last one above it."""
        if not isinstance(self.recipes.get(name), (p.MakeLayer, p.Stages)):
            return None
        row, rows = self.named[name].row, self.later()
        above = [each for each in self.scope.kinds if each in self.inputs and rows.get(each, row) < row]
        self.scope.used.update(above[-1:])
        return above[-1] if above else None

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


_PREPARED = "pixels are prepared in your Python, before they come to the model: leave it out here; a `Rescaling` at the beginning is a layer of the model"


def _in_ops(name: str) -> str | None:
    """The tensor function that does what a function of Python's `math` would, which the language has not."""
    return f"of tensors there is `ops.{name}`" if has_member("ops", name) else None
