"""Statements of a body, each to its resolved form; scopes follow the flow of control.

In: the tree's statements of a block, model, fn or extern.  Out: program statements and, through the `Resolver`, the
diagnostics about names. What may stand in which body is decided by `_ALLOWED`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from typing import assert_never

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import outside as outside_messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.messages import taste
from dslc.diagnostics.messages import values as value_messages
from dslc.diagnostics.suggest import nearest
from dslc.program import nodes as p
from dslc.program import traversal
from dslc.program.bodies import names_in, names_in_head, names_of_item, walk
from dslc.program.built_up import built_up
from dslc.program.contracts import slip_in_shape, unknown_dtype
from dslc.program.expressions import as_operand
from dslc.program.imperative import meant, with_output
from dslc.program.items import EXTERNS
from dslc.program.keyed_outputs import as_record
from dslc.program.lost_lines import LONGEST, LostLines
from dslc.program.resolver import Resolver
from dslc.program.targets import bind_target
from dslc.program.unresolved import not_found, said_before
from dslc.program.ways import ways
from dslc.record import replace
from dslc.source import Span
from dslc.syntax import nodes as t

_ITEMS = (t.Use, t.Extern, t.Fn, t.Block)
_FLOW = (t.Assign, t.Augment, t.For, t.If, t.Assert)
_ALLOWED: dict[str, tuple[type, ...]] = {
    "model": (t.Input, t.Output, t.Shared, t.WeightStatement, t.Loss, *_FLOW),
    "block": (t.Input, t.Output, t.Shared, t.WeightStatement, t.Loss, *_FLOW),
    "fn": (t.Return, *_FLOW),
    "extern": (t.Input, t.Output),
}


class Statements:
    """Resolves the body of one item. `bound` remembers where each name was first bound, for the warnings."""

    def __init__(self, expressions: Resolver) -> None:
        self.expressions = expressions
        self.bound: dict[str, tuple[str, Span]] = {}
        self.sizes_of: dict[str, set[str]] = {}  # the sizes that inputs bring
        self.statements_of: dict[str, list[Span]] = {}
        self.unused: list[tuple[Span, str, Span]] = []
        self.outputs: dict[str, Span] = {}
        self.inputs: dict[str, Span] = {}
        self.lost = LostLines(expressions)
        self.lost_output = False  # a line has been reported that may be meant as the output
        self.plain_input: int | None = None  # which diagnostic says that `input` was given a plain value
        self.whole: Sequence[t.Statement] = ()  # the outermost body
        self.in_broken = False  # inside the braces of a line that could not be read

    # ---- parameters

    def parameters(self, items: Sequence[t.Parameter], model: bool = False) -> tuple[p.Parameter, ...]:
        """Parameters with their defaults, which see the file's names only; afterwards the body sees them.

        A layer that a block is given is a recipe, of which each use makes a layer; one that a model is given is that layer.
        """
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
                default_text = None if item.default is None else item.default.span.text
                said = messages.unknown_kind(item.kind, item.name, default_text)
                plain = item.name if default_text is None else f"{item.name} = {default_text}"
                fix = Fix("safe", f"write `{plain}`", (Edit(item.span, plain),))
                e.report(said, item.span, fix if item.kind in messages.PYTHON_TYPES else None)
                layer = item.kind not in messages.PYTHON_TYPES
            default: p.Expr | p.Stage | None = None
            if item.default is not None:
                optional = True
                outside, e.outside = e.outside, "in a default"
                optional_layer = isinstance(item.default, t.Literal) and item.default.value is None
                as_layer = layer and not optional_layer
                default = e.stage(item.default) if as_layer else e.expr(item.default)
                e.outside = outside
            elif optional and not late:
                late = True  # said of the first
                advice = f"give it a default too, `{item.name} = …`, or move it forward"
                e.report(
                    syntax_messages.misplaced(f"`{item.name}`", "after a parameter with a default", advice),
                    item.span,
                )
            if item.name == "dtype" and (layer or isinstance(item.default, t.Dictionary)):
                held = "a layer" if layer else "a dictionary"
                why = "Keras takes what a saved layer has of that name for its dtype policy"
                said = outside_messages.name_for_python(f"{held} as a parameter", item.name, why, "inner")
                e.report(said, item.name_span)
            if late and default is None and not layer:
                default = e.unknown(item.span)
            resolved.append(p.Parameter(item.span, item.name, layer, default))
        for item in items:
            is_layer = item.kind is not None and item.kind not in messages.PYTHON_TYPES
            kind: p.LocalKind = "instance" if model else "layer"
            e.bind(item.name, item.name_span, kind if is_layer else "parameter")
            if is_layer and model:
                e.given[item.name] = "" if item.default is None else item.default.span.brief
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
        used = self.expressions.scope.used
        for name, (what, span) in self.bound.items():
            if name not in used and name not in self.outputs and not self.sizes_of.get(name, set()) & used:
                self.expressions.report(taste.unused(what, name), span)
                self.unused.extend((each, what, span) for each in self.statements_of.get(name, ()))

    def check_complete(self, keyword: str, name: t.Name, kinds: Set[type]) -> None:
        """A model without inputs or outputs, a block without outputs (unless a broken line may hold them)."""
        if self.expressions.items.headless or t.Broken in kinds:
            return
        if keyword == "model" and not kinds:
            self.expressions.report(messages.incomplete(keyword, name.text, "body"), name.span)
            return
        lacking, is_parameter = next(iter(self.expressions.homeless.items()), (None, False))
        if keyword == "block" and is_parameter:
            said = messages.incomplete(keyword, name.text, "input", lacking, is_parameter)
            self.expressions.report(said, name.span)
        if keyword == "model" and t.Input not in kinds and not self.inputs:
            self._no_input(name, lacking, is_parameter)
        if t.Output not in kinds and t.Return not in kinds and not self.lost_output:
            self._no_output(keyword, name)

    def _no_input(self, name: t.Name, lacking: str | None, is_parameter: bool) -> None:
        """A model that takes nothing: a line may say so already, of what was to flow into it."""
        e = self.expressions
        if e.begins is None:
            e.report(messages.incomplete("model", name.text, "input", lacking, is_parameter), name.span)
            return
        said = e.diagnostics[e.begins]
        shape = re.search(
            r"\binput_shape=(\([^()]*\))", said.span.source.text[name.span.start : said.span.start]
        )
        text = f"input x: {(224, 224, 3) if shape is None else shape[1]}"
        e.diagnostics[e.begins] = replace(said, help=f"{said.help}, and `{text}` above", fix=None)

    def _no_output(self, keyword: str, name: t.Name) -> None:
        """A body that gives nothing: often its last value is what was meant, or it has the word for a name."""
        e = self.expressions
        for word in ("output", "outputs"):
            for span in self.statements_of.get(word, ()):
                if self.plain_input is not None:
                    e.diagnostics[self.plain_input] = with_output(e.diagnostics[self.plain_input], span)
                    return
                text = f"output {re.sub(r'^outputs?[ ]*=[ ]*', '', span.text)}"
                message = syntax_messages.misplaced("`=`", f"behind the word `{word}`", f"write `{text}`")
                e.diagnostics.append(
                    message.at(_head(span), (), Fix("safe", f"write `{text}`", (Edit(span, text),)))
                )
                return
        last = next((each for each, (what, _) in reversed(self.bound.items()) if what == "value"), None)
        e.report(messages.incomplete(keyword, name.text, "output", last), name.span)

    # ---- bodies

    def body(self, statements: Sequence[t.Statement], where: str) -> tuple[p.Statement, ...]:
        resolved = []
        self.whole = self.whole or statements
        built = built_up(statements, self.expressions.has_inputs) if where == "model" else None
        if built is not None:
            self.expressions.diagnostics.append(built.said)
            self.lost_output, self.inputs["x"] = True, built.said.span
        for place, statement in enumerate(statements):
            if built is not None and statement in built.statements:
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
            if python is not None:
                self.expressions.diagnostics.append(python.said)
                self.lost_output = self.lost_output or isinstance(python.statement, t.Output)
                if python.said.code == "DSL107":
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
        if statement.body is not None:
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
            if self._headless_chain(statement.value):
                return
            before = len(e.diagnostics)
            e.expr(statement.value)
            self.lost_output = self.lost_output or isinstance(statement.value, t.Chain)
            if len(e.diagnostics) == before and not (
                self.in_broken and isinstance(statement.value, t.Literal)
            ):
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
            instead = Fix("unsafe", f"write `{written}`", (Edit(statement.span, written),))
        else:
            advice = f"a {where} cannot hold it"
        e.report(syntax_messages.misplaced(word, f"in a {where}", advice), _head(statement.span), instead)

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
        value = self.lost.value(statement, rest, self.outputs)
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
            advice = f"an output has a value: `output {begin} {' '.join(rest.split())}`"
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
                stage = e.stage(value, in_fork=True)
                self.bind(name, "instance", "shared layer")
                return p.Shared(span, name.text, name.span, stage)
            case t.WeightStatement():
                return self.weight(s, where)
            case t.Assign(span, target, contract, value):
                resolved = e.unknown(value.span) if self.comma_for_arrow(value) else e.expr(value)
                declared = None if contract is None else self.contract(contract)
                bound = bind_target(e, target)
                if isinstance(resolved, p.CallBuiltin) and resolved.name == "record":
                    e.records.update(traversal.bound(bound))
                if isinstance(resolved, p.Flow):
                    e.inputs.update(traversal.bound(bound))
                if e.is_unknown(resolved) and isinstance(bound, p.Bind):
                    e.doubtful.add(bound.name)
                if isinstance(bound, p.Bind) and (_is_layer(resolved) or _is_list_of_layers(resolved)):
                    e.recipes[bound.name] = resolved
                for each in traversal.walk(bound):
                    if isinstance(each, p.Bind):
                        self.bound.setdefault(each.name, ("value", each.span))
                        self.statements_of.setdefault(each.name, []).append(span)
                return p.Assign(span, bound, declared, resolved)
            case t.Augment():
                return self.augment(s)
            case t.For():
                return self.loop(s, where)
            case t.If():
                return self.branch(s, where)
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

    def comma_for_arrow(self, value: t.Expr) -> bool:
        """Whether a value is `x, Dense(8)`, data and a layer with a comma between, which is reported then."""
        e = self.expressions
        if not isinstance(value, t.Tuple) or not value.bare or len(value.items) < 2:
            return False
        if e.makes_layer(value.items[0]) or not all(map(e.makes_layer, value.items[1:])):
            return False
        text = " -> ".join(each.span.text for each in value.items)
        fix = Fix("unsafe", f"write `{text}`", (Edit(value.span, text),))
        said = syntax_messages.misplaced("a layer", "between commas", f"is an arrow meant? write `{text}`")
        e.all(value.items[:1])
        e.report(said, value.items[1].span, fix)
        return True

    def augment(self, s: t.Augment) -> p.Augment | p.Assign | None:
        """`name operator= value`; of the field of a record, which is its own name, the assignment that it stands for."""
        e = self.expressions
        value, symbol = as_operand(e, s.value, s.operator), f"{s.operator}="
        match s.target:
            case t.Name(span, name):
                pass
            case t.Index(span):
                field = e.expr(s.target)
                return p.Assign(
                    s.span,
                    bind_target(e, s.target),
                    None,
                    p.Binary(s.span, s.operator, field, value, e.site()),
                )
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
            if not said_before(e, name, span):
                advice = f"a list begins empty: `{name} = []`, before it is extended"
                near = nearest(name, e.scope.kinds) or not isinstance(value, p.ListOf)
                not_found(e, name, span, None if near else advice)
        else:
            e.bind(name, span)
            return p.Augment(s.span, p.Local(span, name, kind), s.operator, value, e.site())
        e.scope.missing.setdefault(name, None)
        return None

    def bind(self, name: t.Name, kind: p.LocalKind, what: str) -> None:
        self.expressions.bind(name.text, name.span, kind)
        self.bound.setdefault(name.text, (what, name.span))

    def contract(self, contract: t.Contract) -> p.Contract:
        e = self.expressions
        slip = slip_in_shape(contract)
        if slip is not None:
            e.diagnostics.append(slip)
            return p.Contract(contract.span, e.unknown(contract.span), None)
        unknown = unknown_dtype(contract)
        if unknown is not None:
            e.diagnostics.append(unknown)
        lost = _between_stars(contract.shape)
        if lost is not None:
            what = "a size with a name between two stars, which is at another axis each time,"
            e.report(messages.not_supported_yet(what, "read it off the input: `n = x.shape[1]`"), lost.span)
        return p.Contract(contract.span, e.shape(contract.shape), contract.dtype)

    def input(self, s: t.Input, where: str) -> p.Input | None:
        e = self.expressions
        key: p.Expr | None = None
        match s.target:
            case t.Name() as name:
                pass
            case t.Index(_, t.Name() as name, items, _):
                key = e.expr(items[0])
                e.records.add(name.text)
                if len(items) > 1:
                    advice = 'make one of them: `f"{a}_{b}"`'
                    e.report(messages.not_supported_yet("an input under several keys", advice), items[1].span)
            case _:
                if not isinstance(s.target, (t.Chain, t.Call, t.Literal)):  # others the parser reported
                    e.report(syntax_messages.bad_target("this input"), s.target.span)
                return None
        if name.text in self.inputs and key is None:
            e.report(messages.defined_twice(name.text, "inputs"), name.span)
            return None
        if e.scope.kinds.get(name.text) in ("parameter", "layer", "instance"):
            e.report(messages.defined_twice(name.text, "a parameter and an input"), name.span)
        self.inputs[name.text] = name.span
        e.inputs.add(name.text)
        e.in_input = True
        contract = s.contract
        if contract is not None and isinstance(contract.shape, t.Chain):
            contract = self.flowing_on(name.text, contract, contract.shape)
        before_it = set(e.scope.kinds)
        declared = None if contract is None else self.contract(contract)
        self.sizes_of[name.text] = set(e.scope.kinds) - before_it
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
                said = syntax_messages.misplaced("this value", "after `input … =`", _INPUT_IN_FULL)
                fix = None
                if isinstance(s.full, (t.Tuple, t.List)):  # the shape, behind the wrong sign
                    text = f"input {s.target.span.text}: {s.full.span.text}"
                    said = syntax_messages.misplaced("a shape", "after `=`", f"write `{text}`")
                    fix = Fix("safe", f"write `{text}`", (Edit(s.span, text),))
                e.report(said, s.full.span, fix)
        elif declared is None and where == "model":
            e.report(messages.incomplete("input", name.text, "shape"), s.span)
        self.bind(name, "value", "input")
        return p.Input(s.span, name.text, name.span, key, declared, options)

    def flowing_on(self, name: str, contract: t.Contract, chain: t.Chain) -> t.Contract:
        """Report `input x: (8,) -> Dense(8)`; the shape is what stands before the arrow."""
        e = self.expressions
        base, head = chain.span.base, chain.head.span
        rest = Span(base, head.last, contract.span.last)
        text = f"{name} = {name} {rest.text.strip()}"
        before = chain.span.source.text[: chain.span.start].rpartition("\n")[2]
        blank = before[: len(before) - len(before.lstrip())]
        fix = Fix("safe", f"write `{text}` below", (Edit(rest, f"\n{blank}{text}"),))
        advice = f"what is made of it has a line of its own: `{text}`"
        e.report(value_messages.bad_input_shape(chain.span.brief, advice), rest, fix)
        return t.Contract(head, chain.head, None, None)

    def output(self, s: t.Output) -> p.Output | None:
        e = self.expressions
        declared = None if s.contract is None else self.contract(s.contract)
        name: str | None = None
        name_span = _head(s.span)
        if s.name is not None:
            if not isinstance(s.name, t.Name):
                if isinstance(s.name, (t.Tuple, t.List)):
                    e.report(syntax_messages.bad_target("an output with several names"), s.name.span)
                elif isinstance(s.name, t.Index):
                    record = s.name.value.span.text
                    given = "…" if s.value is None else s.value.span.brief
                    advice = f"fill the record, `{s.name.span.text} = {given}`, and write `output {record}` behind it"
                    fix = as_record(self.whole, record)
                    e.report(messages.not_supported_yet("an `output` in a record", advice), s.name.span, fix)
                if s.value is not None:
                    e.expr(s.value)  # what it reads is used
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
        if self.comma_for_arrow(s.value):
            return None
        value = e.expr(s.value)
        if isinstance(value, (p.MakeLayer, p.Stages)):
            names = [each for each in self.inputs if e.scope.kinds.get(each) is not None]
            text = f"{names[-1] if names else 'x'} -> {s.value.span.text}"
            e.scope.used.update(names)  # one of them is meant
            made = Fix("unsafe", f"write `{text}`", (Edit(s.value.span, text),))
            said = value_messages.not_a_tensor(f"`{value.span.brief}`", "a layer", text)
            e.report(said, s.value.span, made if names else None)
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
        if e.scope.kinds.get(s.name.text) == "weight":
            e.report(messages.defined_twice(s.name.text, "weights"), s.name.span)
        self.bind(s.name, "weight", "weight")
        self.statements_of.setdefault(s.name.text, []).append(s.span)
        return p.WeightDeclaration(s.span, s.name.text, s.name.span, positional, keywords, e.site())

    def loop(self, s: t.For, where: str) -> p.For:
        """A `for`. Its turns are those that there are when it begins, and Python would see what its body adds to them."""
        e = self.expressions
        iterable = e.expr(s.iterable)
        outer = e.scope
        inner = outer.branch()
        e.scope = inner
        target = bind_target(e, s.target)
        listed = e.recipes.get(iterable.name) if isinstance(iterable, p.Local) else None
        if isinstance(listed, p.ListOf) or _holds_layers(iterable):
            e.layers_in_turn.update(dict.fromkeys(traversal.bound(target)))
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
        outer.join([outer.branch(), inner], s.span.row, "`for`")
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
        outer.join([first, second], s.span.row, "`if`")
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
    text = " ".join(made.span.text.split()).strip("[]")
    layer, _, clause = text.partition(" for ")
    return f"for {clause} {{ x = x -> {layer} }}" if " for " not in clause and " if " not in clause else None


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


_INPUT_IN_FULL = "write `input x: (28, 28, 1)`, or in full `input x = Input((28, 28, 1), …)`"


def _head(span: Span) -> Span:
    """The first word of a statement."""
    return Span(span.source, span.start, span.start + len(span.text.split()[0]))


def _between_stars(shape: t.Expr) -> t.UnknownDim | None:
    """The first size with a name that has a star on both sides."""
    items = shape.items if isinstance(shape, t.Tuple) else ()
    stars = [place for place, item in enumerate(items) if isinstance(item, t.Starred)]
    inside = items[stars[0] : stars[-1]] if stars else ()
    return next((each for each in inside if isinstance(each, t.UnknownDim) and each.name is not None), None)
