"""Statements of a body, each to its resolved form; scopes follow the flow of control.

In: the tree's statements of a block, model, fn or extern.  Out: program statements and, through the `Resolver`, the
diagnostics about names. What may stand in which body is decided by `_ALLOWED`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import assert_never

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.messages import traps
from dslc.diagnostics.suggest import nearest
from dslc.program import keyed_flows, keyed_layers, traversal, unresolved
from dslc.program import nodes as p
from dslc.program.bodies import names_in, names_in_head, names_of_item, walk
from dslc.program.built_up import built_up
from dslc.program.commas import warn_of_arrow_behind_comma
from dslc.program.declarations import Declarations
from dslc.program.expressions import as_operand
from dslc.program.imperative import gives_model, meant
from dslc.program.items import EXTERNS
from dslc.program.lost_lines import LONGEST
from dslc.program.shareable import not_shareable
from dslc.program.tally import head_of
from dslc.program.targets import bind_target
from dslc.program.ways import never_left, ways
from dslc.record import replace
from dslc.regex import regex
from dslc.syntax import nodes as t

_FUNCTION = regex(r"(?:def|fn|func|function|fun)\b")
"""How lines begin that define a function, whose body gives its own result."""

_ITEMS = (t.Use, t.Extern, t.Fn, t.Block)
_FLOW = (t.Assign, t.Augment, t.For, t.If, t.Assert)
_ALLOWED: dict[str, tuple[type, ...]] = {
    "model": (t.Input, t.Output, t.Shared, t.WeightStatement, t.Loss, *_FLOW),
    "block": (t.Input, t.Output, t.Shared, t.WeightStatement, t.Loss, *_FLOW),
    "fn": (t.Return, *_FLOW),
    "extern": (t.Input, t.Output),
}


class Statements(Declarations):
    """Resolves the body of one item."""

    # ---- bodies

    def body(self, statements: Sequence[t.Statement], where: str) -> tuple[p.Statement, ...]:
        resolved = []
        self.whole = self.whole or statements
        built = built_up(statements, self.expressions.has_inputs) if where == "model" else None
        if built is not None:
            self.expressions.diagnostics.append(built.said)
            if built.flows is not None:
                self.lost_output = True
                self.expressions.scope.used.add(built.flows)
            elif built.shared is None:
                self.lost_output, self.inputs["x"] = True, built.said.span
        told = set(map(id, built.statements)) if built is not None else set()
        made_models: set[str] = set()  # names of `Model(…)`, which is the body itself
        for place, statement in enumerate(statements):
            if built is not None and id(statement) in told:
                if built.shared is not None and statement is built.statements[0]:
                    self.bind(built.shared, "instance", "shared layer")
                continue
            if isinstance(statement, t.Broken):
                resolved += self.broken(statement, where)
                continue
            python = meant(
                statement,
                where,
                self.expressions.items,
                self.expressions.has_inputs,
                self.expressions.scope.kinds,
            )
            if python is None:
                python = gives_model(statement, made_models)
            elif isinstance(python.statement, t.Output) and isinstance(statement, t.Assign):
                made_models.add(statement.target.span.text)
            if python is not None:
                self.expressions.diagnostics.append(python.said)
                self.lost_output = self.lost_output or isinstance(python.statement, t.Output)
                resolved += filter(None, (self.input(each, where) for each in python.inputs))
                if python.takes is not None:
                    self.inputs[python.takes] = python.said.span
                elif python.said.code == "DSL107" and not python.inputs:
                    self.plain_input = len(self.expressions.diagnostics) - 1
                if python.statement is None:
                    continue
                statement = python.statement
            if not isinstance(statement, _ALLOWED[where]):
                self._misplaced(statement, statements[place:], where)
                resolved += self._forgotten(statement)
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
        if re.match(r"inputs?\s*:", statement.span.text):  # whose name nobody knows
            e.has_inputs = False
        end = (
            len(statement.span.text)
            if statement.body is None
            else statement.body.span.start - statement.span.start
        )
        e.scope.used.update(names_in(statement.span.text[:end]))  # by what it may mean
        for name in names:
            if e.scope.kinds.get(name) is None:
                e.scope.missing.setdefault(name, None)
        if statement.body is not None and not _FUNCTION.match(statement.span.text):
            before, self.in_broken = self.in_broken, True
            inside = traversal.assigned(self.body(statement.body.statements, where))
            names |= inside
            e.doubtful |= inside  # what it names may be meant for something else there
            self.in_broken = before
        made: list[p.Statement] = []
        for name in sorted(names):
            if e.scope.kinds.get(name) is None:
                e.scope.missing.setdefault(name, None)
            else:
                made.append(
                    p.Assign(statement.span, p.Bind(statement.span, name), None, e.unknown(statement.span))
                )
        return made

    @cached_property
    def _gives_outputs(self) -> bool:
        return any(isinstance(each, t.Output) for each in walk(self.whole))

    def _misplaced(self, statement: t.Statement, rest: Sequence[t.Statement], where: str) -> None:
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
            if self._headless_chain(statement.value) or self.lost.ends(statement):
                return
            if keyed_flows.begins_with_keys(statement.value, e):
                keyed_flows.flow_from_keys(e, statement.value, "y = " if self._gives_outputs else "output ")
                self.lost_output = True
                return
            point = isinstance(statement.value, t.Unary) and e.makes_layer(statement.value.operand)
            before = len(e.diagnostics)
            noted = self.lost.noted(statement.value) is not None
            if not point and not noted:  # of a list, as YAML has it
                e.expr(statement.value)
            self.lost_output = self.lost_output or isinstance(statement.value, t.Chain)
            no_line = isinstance(statement.value, t.Literal) or e.makes_layer(statement.value)
            if len(e.diagnostics) == before and not (self.in_broken and no_line):
                self._lost(statement, rest, where)
            return
        word = f"`{statement.span.text.split()[0]}`"
        instead: Fix | None = None
        if isinstance(statement, _ITEMS):
            for name in names_of_item(statement):
                e.scope.missing.setdefault(name, None)
            advice = "move it to the top of the file; or is a `}` missing before it?"
        elif isinstance(statement, t.Return):
            advice = f"a {where} gives its result with `output`: `output {statement.value.span.brief}`"
            written = f"output {statement.value.span.text}"
            instead = Fix.writing(statement.span, written)
        elif isinstance(statement, t.Output) and where == "fn" and statement.value is not None:
            written = f"return {statement.value.span.text}"
            advice = f"a fn gives its result with `return`: write `{' '.join(written.split())}`"
            instead = Fix.writing(statement.span, written, "safe")
            self.lost_output = True
            e.expr(statement.value)
        elif where == "fn":
            advice = "a fn computes values, and no tensors: it belongs in a `block`, or goes"
        else:
            advice = f"a {where} cannot hold it"
        cause = Cause.RETURN if isinstance(statement, t.Return) else None
        said = syntax_messages.misplaced(word, f"in a {where}", advice, cause)
        e.report(said, head_of(statement.span), instead)

    def _lost(self, statement: t.ExpressionStatement, rest: Sequence[t.Statement], where: str) -> None:
        """Report a line whose value goes nowhere."""
        e = self.expressions
        if where == "fn":
            self.lost_output = True
            text = " ".join(statement.span.text.split())
            fix = Fix("unsafe", "return it", (Edit(statement.span, f"return {statement.span.text}"),))
            said = syntax_messages.lost_value(text if len(text) <= LONGEST else "…", in_fn=True)
            e.report(said, statement.span, fix)
            return
        values = [name for name in e.scope.kinds if e.scope.kinds[name] == "value"]
        if self.lost.layers(statement, rest, values[-1] if values else "x"):
            self.lost_output = True
            e.scope.used.update(values)  # the last of them flows there
            return
        value = self.lost.value(
            statement, rest, self.outputs, self._gives_outputs or statement is not self.whole[-1]
        )
        if value is not None:
            e.diagnostics.append(value)

    def _headless_chain(self, value: t.Expr) -> bool:
        """Whether a line is `output -> Dense(8)`, a word of the language where a value belongs; it is reported then."""
        e = self.expressions
        if not isinstance(value, t.Chain) or not isinstance(value.head, t.Name):
            return False
        word = value.head.text
        if word not in ("output", "input") or e.scope.kinds.get(word) is not None:
            return False
        inputs = [name for name in self.inputs if e.scope.kinds.get(name) is not None]
        begin = inputs[-1] if inputs else "x"
        rest = value.span.text.removeprefix(word).strip()
        if word == "output":
            alone = re.fullmatch(r"->\s*(\w+)", rest)
            advice = f"an output has a value: `output {begin} {' '.join(rest.split())}`"
            if alone is not None and e.scope.kinds.get(alone[1]) == "value":
                e.scope.find(alone[1])  # counts as its use
                advice = f"an output has a value: `output {alone[1]}`"
        else:
            advice = (
                f"an input has a name and a shape: `input x: (8,)`; then `output x {' '.join(rest.split())}`"
            )
        self.lost_output = True
        e.report(syntax_messages.misplaced(f"`{word} ->`", "here", advice), value.head.span)
        return True

    def _forgotten(self, statement: t.Statement) -> list[p.Statement]:
        """What a call of a method, which has been reported, was meant to change: nobody knows what the name holds now."""
        match statement:
            case t.ExpressionStatement(span, t.Call(_, t.Attribute(_, t.Name(_, name), _, _), _, _)) if (
                self.expressions.scope.kinds.get(name) == "value"
            ):
                return [p.Assign(span, p.Bind(span, name), None, self.expressions.unknown(span))]
            case _:
                return []

    def statement(self, s: t.Statement, where: str) -> p.Statement | None:
        e = self.expressions
        match s:
            case t.Input():
                return self.input(s, where)
            case t.Output():
                return self.output(s)
            case t.Shared(span, name, value):
                before = len(e.diagnostics)
                stage = e.stage(value, in_fork=True)
                said = not_shareable(s, stage) if before == len(e.diagnostics) else None
                if said is not None:
                    e.diagnostics.append(said)
                # data on its way: the name may be meant for what comes of it; or layers, one by one
                is_list = len(e.diagnostics) > before and isinstance(value, (t.List, t.Comprehension))
                if is_list or (said is not None and isinstance(stage, p.Stages)):
                    self.bind(name, "value", "value")
                    e.doubtful.add(name.text)
                    return p.Assign(span, p.Bind(name.span, name.text), None, e.unknown(value.span))
                if said is not None:
                    stage = p.Expression(value.span, e.unknown(value.span), e.site())
                self.bind(name, "instance", "shared layer")
                return p.Shared(span, name.text, name.span, stage)
            case t.WeightStatement():
                return self.weight(s, where)
            case t.Assign(span, target, contract, value):
                resolved = e.unknown(value.span) if self.comma_for_arrow(value) else e.expr(value)
                warn_of_arrow_behind_comma(e, target, value)
                declared = None if contract is None else self.contract(contract)
                again = isinstance(target, t.Name) and e.scope.kinds.get(target.text) == "weight"
                if again and target.span.text in names_in(value.span.text):
                    e.report(traps.weight_stays(target.span.text), target.span)
                bound = bind_target(e, target)
                if isinstance(resolved, p.CallBuiltin) and resolved.name == "record":
                    e.records.update(traversal.bound(bound))
                if isinstance(resolved, p.DictionaryOf):
                    e.dictionaries.update(traversal.bound(bound))
                if isinstance(resolved, p.Flow):
                    e.inputs.update(traversal.bound(bound))
                    for given in traversal.bound(bound):
                        e.recipes.pop(given, None)
                if isinstance(bound, p.Bind) and (e.is_unknown(resolved) or self._is_refused(resolved)):
                    e.doubtful.add(bound.name)
                e.keep(bound, resolved)
                if isinstance(bound, p.Bind) and (_is_layer(resolved) or _is_list_of_layers(resolved)):
                    e.recipes[bound.name], e.named[bound.name] = resolved, span
                for each in traversal.walk(bound):
                    if isinstance(each, p.Bind):
                        self.bound.setdefault(each.name, ("value", each.span))
                        self.latest = each.name
                        self.statements_of.setdefault(each.name, []).append(span)
                return p.Assign(span, bound, declared, resolved)
            case t.Augment():
                return self.augment(s)
            case t.For():
                return self.loop(s, where)
            case t.If():
                return self.branch(s, where)
            case t.Assert(span, t.Tuple(whole, (test, says), False), None):
                text = f"assert {test.span.text}, {says.span.text}"
                message = syntax_messages.unexpected(
                    "`(`", " after `assert`", None, f"two values in brackets are always true: write `{text}`"
                )
                e.report(message, whole, Fix.writing(span, text, "safe"))
                return p.Assert(span, e.expr(test), e.expr(says), e.site())
            case t.Assert(span, test, says):
                return p.Assert(span, e.expr(test), None if says is None else e.expr(says), e.site())
            case t.Loss(span, value):
                return p.Loss(span, e.expr(value))
            case t.Return(span, value):
                return p.Return(span, e.expr(value))
            case t.Use() | t.Extern() | t.Fn() | t.Block() | t.ExpressionStatement() | t.Broken():
                return None  # not of a body; `body` has said so
            case _:
                assert_never(s)

    def _is_refused(self, value: p.Expr) -> bool:
        """Whether a dictionary holds what has been reported, or layers, which are reported here: an arrow to its name is told no more."""
        e = self.expressions
        if not isinstance(value, p.DictionaryOf) or not value.entries:
            return False
        if any(map(e.is_unknown, traversal.walk(value))):
            return True
        if not any(map(traversal.is_recipe, traversal.walk(value))):
            return False
        said = keyed_layers.layers_under_keys(value)
        e.diagnostics.extend([] if said is None else [said])
        return said is not None

    def augment(self, s: t.Augment) -> p.Augment | p.Assign | None:
        """`name operator= value`; of the field of a record, which is its own name, the assignment that it stands for."""
        e = self.expressions
        symbol = f"{s.operator}="
        if (
            s.operator == "+"
            and isinstance(s.target, t.Name)
            and e.makes_layer(s.value)
            and e.scope.find(s.target.text) == "value"
        ):
            name, layer = s.target.text, s.value.span.text
            text = f"{name} = {name} -> {layer}"
            said = stage_messages.layer_in_arithmetic(s.value.span.brief, symbol)
            said = replace(
                said, help=f"to go on from it write `{text}`; a sum is `{name} += {name} -> {layer}`"
            )
            e.report(said, s.value.span, Fix.writing(s.span, text))
            return None
        value = as_operand(e, s.value, s.operator)
        match s.target:
            case t.Name(span, name):
                pass
            case t.Index(span):
                goal = bind_target(e, s.target)
                field = e.expr(s.target)
                e.keep(goal, value)
                return p.Assign(s.span, goal, None, p.Binary(s.span, s.operator, field, value, e.site()))
            case _:
                if isinstance(s.target, (t.Tuple, t.List, t.Group, t.Hole)):  # others the parser reported
                    e.report(syntax_messages.bad_target(f"what stands left of `{symbol}`"), s.target.span)
                return None
        kind = e.scope.find(name)
        if kind in ("layer", "instance"):
            e.report(stage_messages.layer_in_arithmetic(name, symbol), span)
        elif kind == "weight":
            advice = f"only training changes a weight; a value of its own can follow it: `value = {name} {s.operator} …`"
            e.report(syntax_messages.misplaced(f"`{symbol}`", "behind a weight", advice), span)
        elif kind is None and e.items.kind(name) == "constant":
            advice = f"a constant stays what it is; a name of this body can follow it: `value = {name}`, `value {symbol} …`"
            e.report(syntax_messages.misplaced(f"`{symbol}`", "behind a constant", advice), span)
        elif kind is None:
            if not unresolved.said_before(e, name, span):
                advice = f"a list begins empty: `{name} = []`, before it is extended"
                near = nearest(name, e.scope.kinds) or not isinstance(value, p.ListOf)
                unresolved.not_found(e, name, span, None if near else advice)
        else:
            e.bind(name, span)
            e.keep(p.Bind(span, name), value)
            return p.Augment(s.span, p.Local(span, name, kind), s.operator, value, e.site())
        e.scope.missing.setdefault(name, None)
        return None

    def loop(self, s: t.For, where: str) -> p.For:
        """A `for`. Its turns are those that there are when it begins, and Python would see what its body adds to them."""
        e = self.expressions
        iterable = e.expr(s.iterable)
        outer = e.scope
        inner = outer.branch()
        e.scope = inner
        target = bind_target(e, s.target)
        e.keep(target, iterable, turns=True)
        listed = e.recipes.get(iterable.name) if isinstance(iterable, p.Local) else None
        if isinstance(listed, p.ListOf) or _holds_layers(iterable):
            chain = _in_one_line(s, listed if isinstance(listed, p.ListOf) else iterable)
            e.layers_in_turn.update(dict.fromkeys(traversal.bound(target), chain))
        elif isinstance(listed, p.Comprehension):
            e.layers_in_turn.update(dict.fromkeys(traversal.bound(target), _in_the_loop(listed)))
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
        sizes = [name for name in traversal.bound(target) if outer.kinds.get(name) == "dim"]
        outer.join([outer.branch(), inner], s.span.row, "`for`")
        for name in sizes:  # nobody knows which is meant: the size, or what the last turn had
            outer.lose(name, s.span.row, "`for`")
        if traversal.gone_through(iterable) & traversal.changed_in_place(body):
            iterable = p.CallBuiltin(iterable.span, "list", (iterable,), (), e.site())
        return p.For(s.span, target, iterable, body, carried, e.site())

    def branch(self, s: t.If, where: str) -> p.If:
        e = self.expressions
        test = e.expr(s.test)
        outer = e.scope
        asked = ways(test)
        first = outer.way(asked and asked.then)
        second = outer.way(asked and asked.otherwise)
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
        going_on = [scope for scope, way in ((first, then), (second, otherwise)) if not never_left(way)]
        outer.join(going_on or [first, second], s.span.row, "`if`")
        if asked is not None:
            outer.keep(asked.then, first)
            outer.keep(asked.otherwise, second)
        return p.If(s.span, test, then, otherwise, e.site())

    # ---- extern

    def extern(self, s: t.Extern, key: tuple[str, str]) -> p.Extern:
        e = self.expressions
        parameters = self.parameters(s.parameters) if s.brackets else None
        kind: p.ExternKind = "layer"
        match s.kind:
            case t.Name(_, "fn" | "initializer" | "regularizer" | "constraint" | "activation" as word):
                kind = word
            case t.Name(span, word):
                advice = f"it is one of {', '.join(EXTERNS)}; a layer has none: `extern {s.name.text}`"
                e.report(syntax_messages.misplaced(f"`{word}`", "after `extern`", advice), span)
            case None:
                pass  # a layer
            case _:
                assert_never(s.kind)
        if kind not in ("layer", "fn") and s.body is not None:
            advice = "layers and functions have shapes"
            e.report(syntax_messages.misplaced("a body", f"at an extern {kind}", advice), s.body.span)
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
                    self._misplaced(statement, (), "extern")
        ends = s.body is None or any(isinstance(each, (t.Output, t.Broken)) for each in s.body.statements)
        if not ends and kind in ("layer", "fn") and not e.items.headless:
            e.report(messages.incomplete("extern", s.name.text, "output", "(32,)"), s.name.span)
        return p.Extern(
            s.span,
            s.name.text,
            s.module,
            parameters,
            tuple(inputs),
            tuple(outputs),
            s.body is not None,
            key,
            kind,
        )


def _in_the_loop(made: p.Comprehension) -> str | None:
    """A loop that makes the layers which a comprehension lists, where it is short."""
    text = " ".join(made.span.text.split()).removeprefix("[").removesuffix("]")
    layer, _, clause = text.partition(" for ")
    return f"for {clause} {{ x = x -> {layer} }}" if " for " not in clause and " if " not in clause else None


def _in_one_line(s: t.For, listed: p.Expr) -> str | None:
    """A loop that sends a value through the layers of a list, one after the other, as the chain that it is."""
    if not isinstance(listed, p.ListOf) or len(s.body.statements) != 1 or not isinstance(s.target, t.Name):
        return None
    match s.body.statements[0]:
        case t.Assign(_, t.Name(_, name), None, t.Chain(_, t.Name(_, flows), (t.Name(_, layer),))):
            pass
        case t.Assign(_, t.Name(_, name), None, t.Call(_, t.Name(_, layer), (t.Name(_, flows),), ())):
            pass
        case _:
            return None
    stages = [" ".join(each.span.text.split()) for each in listed.items]
    return " -> ".join((f"{name} = {flows}", *stages)) if name == flows and layer == s.target.text else None


def _is_list_of_layers(value: p.Expr) -> bool:
    if isinstance(value, p.Comprehension):
        return traversal.is_recipe(value.element)
    return isinstance(value, p.ListOf) and bool(value.items) and all(map(traversal.is_recipe, value.items))


def _is_layer(e: p.Expr) -> bool:
    """Whether an expression is a layer, a chain of them, or a choice between such."""
    if isinstance(e, p.Conditional):
        return _is_layer(e.then) and _is_layer(e.otherwise)
    return traversal.is_recipe(e)


def _holds_layers(e: p.Expr) -> bool:
    """Whether layers are among what an expression lists; those that data flows through do not count."""
    if isinstance(e, p.Flow):
        return False
    return traversal.is_recipe(e) or any(_holds_layers(each) for each in traversal.children(e))
