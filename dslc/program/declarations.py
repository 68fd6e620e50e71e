"""Statements that declare: parameters, inputs, outputs, weights.

In: those of the tree.  Out: those of the program, whose names and sizes the body knows from there on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import outside as outside_messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.messages import values as value_messages
from dslc.keras.dtypes import DECLARED
from dslc.program import keyed_outputs, unresolved
from dslc.program import nodes as p
from dslc.program.bodies import walk
from dslc.program.tally import Tally, head_of
from dslc.record import replace
from dslc.shapes.wording import listed
from dslc.source import Span
from dslc.syntax import nodes as t


class Declarations(Tally):
    """A body with what it declares."""

    def parameters(
        self, items: Sequence[t.Parameter], model: bool = False, takes: Collection[str] = ()
    ) -> tuple[p.Parameter, ...]:
        """Parameters with their defaults, which see the file's names only; afterwards the body sees them.

        A layer that a block is given is a recipe, of which each use makes a layer; one that a model is given is that layer,
        unless its body gives it arguments: those are in `takes`.
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
                fix = Fix.writing(item.span, plain, "safe")
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
            kept = model and layer and item.name not in takes
            resolved.append(p.Parameter(item.span, item.name, layer, default, kept))
        for item in items:
            is_layer = item.kind is not None and item.kind not in messages.PYTHON_TYPES
            kept = model and item.name not in takes
            kind: p.LocalKind = "instance" if kept else "layer"
            e.bind(item.name, item.name_span, kind if is_layer else "parameter")
            if is_layer and kept:
                e.given[item.name] = "" if item.default is None else item.default.span.brief
        return tuple(resolved)

    def input(self, s: t.Input, where: str) -> p.Input | None:
        e = self.expressions
        key: p.Expr | None = None
        match s.target:
            case t.Name() as name:
                pass
            case t.Index(_, t.Name() as name, items, _):
                key = e.expr(items[0])
                e.records.add(name.text)
                if all(isinstance(each, t.Literal) and isinstance(each.value, int) for each in items):
                    sizes = ", ".join(each.span.text for each in items)
                    text = f"input {name.text}: ({sizes}{',' if len(items) == 1 else ''})"
                    made = Fix.writing(s.span, text)
                    e.report(
                        syntax_messages.misplaced("a shape", "in square brackets", f"write `{text}`"),
                        s.target.span,
                        made,
                    )
                    self.inputs[name.text] = name.span
                    e.bind(name.text, name.span)
                    e.doubtful.add(name.text)
                    return None
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
        e.in_input = where
        contract = s.contract
        if contract is not None and isinstance(contract.shape, t.Chain):
            contract = self.flowing_on(name.text, contract, contract.shape)
        before_it = set(e.scope.kinds)
        declared = None if contract is None else self.contract(contract)
        self.sizes_of[name.text] = set(e.scope.kinds) - before_it
        e.in_input = ""
        options = None
        mistaken = False
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
                    fix = Fix.writing(s.span, text, "safe")
                elif isinstance(s.full, t.Name) and e.scope.kinds.get(s.full.text) == "parameter":
                    text = f"input {s.target.span.text}: {s.full.text}"
                    e.scope.find(s.full.text)  # counts as its use
                    said = syntax_messages.misplaced("a shape", "after `=`", f"write `{text}`")
                    fix = Fix.writing(s.span, text, "safe")
                elif isinstance(s.full, t.Literal) and s.full.value is None:  # as in a `def` of Python
                    said = syntax_messages.misplaced("a default", "after `input … =`", _OPTIONAL_INPUT)
                e.report(said, s.full.span, fix)
                mistaken = True
        elif declared is None and where == "model":
            e.report(messages.incomplete("input", name.text, "shape"), s.span)
        self.bind(name, "value", "input")
        return p.Input(s.span, name.text, name.span, key, declared, options, mistaken)

    def flowing_on(self, name: str, contract: t.Contract, chain: t.Chain) -> t.Contract:
        """Report `input x: (8,) -> Dense(8)`; the shape is what stands before the arrow."""
        e = self.expressions
        base, head = chain.span.base, chain.head.span
        behind = chain.stages[0] if len(chain.stages) == 1 else None
        if isinstance(behind, t.Name) and behind.text in DECLARED:
            dtype = f"{head.text} {behind.text}"
            made = Fix.writing(chain.span, dtype, "safe")
            said = value_messages.bad_input_shape(
                chain.span.brief, f"a dtype stands behind the shape: write `{dtype}`"
            )
            e.report(said, chain.span, made)
            return t.Contract(head, chain.head, None, None)
        rest = Span(base, head.last, contract.span.last)
        flow = f"{name} {' '.join(rest.text.split())}"
        text = f"{name} = {flow}"
        last = chain.stages[-1]
        if isinstance(last, t.Name) and last.text in ("output", "outputs"):
            stages = rest.text[: rest.text.rfind("->")]
            text = f"output {name} {' '.join(stages.split())}"
            self.lost_output = True
        elif not any(isinstance(each, t.Output) for each in walk(self.whole)):
            text, self.lost_output = f"output {flow}", True
        fix = Fix("safe", f"write `{text}` below", (Edit(rest, f"\n{chain.span.indent}{text}"),))
        advice = f"what is made of it has a line of its own: write `{text}`"
        e.report(value_messages.bad_input_shape(chain.span.brief, advice), rest, fix)
        return t.Contract(head, chain.head, None, None)

    def output(self, s: t.Output) -> p.Output | None:
        e = self.expressions
        s = self._value_behind_colon(s) or s
        declared = None if s.contract is None else self.contract(s.contract)
        name: str | None = None
        name_span = head_of(s.span)
        if s.name is not None:
            if not isinstance(s.name, t.Name):
                if isinstance(s.name, (t.Tuple, t.List)):
                    self._several_outputs(s, s.name)
                elif isinstance(s.name, t.Index):
                    record = s.name.value.span.text
                    given = "…" if s.value is None else s.value.span.brief
                    advice = f"fill the record, `{s.name.span.text} = {given}`, and write `output {record}` behind it"
                    fix = keyed_outputs.as_record(self.whole, record)
                    e.report(messages.not_supported_yet("an `output` in a record", advice), s.name.span, fix)
                    if e.scope.kinds.get(record) is None:
                        e.scope.missing.setdefault(record, None)  # whoever asks for it follows from this
                elif isinstance(s.name, t.Hole) and s.value is not None:
                    plain = f"output {s.value.span.text}"
                    unnamed = None if declared else Fix.writing(s.span, plain, "safe")
                    advice = (
                        f"an output needs no name: write `{plain}`"
                        if unnamed
                        else "choose a name for the output"
                    )
                    e.report(syntax_messages.bad_target("`_`", advice), s.name.span, unnamed)
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
                    e.take_back(len(e.diagnostics) - 1)
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
                if name is not None and not unresolved.said_before(e, name, name_span):
                    unresolved.not_found(e, name, name_span)
                return None
            return p.Output(s.span, name, name_span, declared, p.Local(name_span, name, kind))
        if self.comma_for_arrow(s.value) or (name is None and self._outputs_by_name(s, s.value)):
            return None
        value = e.expr(s.value)
        first = None if e.has_inputs or self.inputs else self._first_layer(value)
        if first is not None:
            e.dry = e.dry or first  # that is said of the model
            value = e.unknown(s.value.span)
        elif isinstance(value, (p.MakeLayer, p.Stages)):
            names = [each for each in self.inputs if e.scope.kinds.get(each) is not None]
            text = f"{names[-1] if names else 'x'} -> {s.value.span.text}"
            e.scope.used.update(names)  # one of them is meant
            made = Fix.writing(s.value.span, text)
            said = value_messages.value_cannot_flow(value.span.brief, "a layer", text)
            e.report(said, s.value.span, made if names else None)
            value = e.unknown(s.value.span)
        elif isinstance(value, p.Local) and isinstance(
            layer := e.recipes.get(value.name), (p.MakeLayer, p.Stages)
        ):
            names = [each for each in self.inputs if e.scope.kinds.get(each) is not None]
            e.scope.used.update(names)  # one of them is meant
            start = f"{names[-1] if names else 'x'} -> "
            begin = Span(layer.span.base, layer.span.first, layer.span.first)
            made = Fix("unsafe", f"write `{start}` before it", (Edit(begin, start),))
            text = f"{value.name} = {start}{' '.join(layer.span.text.split())}"
            more = ", and the lines above likewise" if value.name in self.inputs else ""
            said = value_messages.value_cannot_flow(value.name, "a layer", text)
            said = replace(said, help=f"{said.help}{more}")
            whole = names and value.name not in self.inputs  # whose own lines are wrong, too
            e.report(said, s.value.span, made if whole else None)
            value = e.unknown(s.value.span)
        if name is not None:
            e.bind(name, name_span)
        elif isinstance(value, p.Local):
            name = value.name if value.kind == "value" and value.name.isidentifier() else None
        return p.Output(s.span, name, name_span, declared, value)

    def _several_outputs(self, s: t.Output, names: t.Tuple | t.List) -> None:
        """Report `output (a, b) = …`: each output has a line of its own."""
        values = s.value.items if isinstance(s.value, (t.Tuple, t.List)) else ()
        shown = [each.span.text for each in names.items]
        if len(values) == len(shown):
            lines = [f"output {name} = {value.span.text}" for name, value in zip(shown, values, strict=True)]
        else:
            given = "…" if s.value is None else s.value.span.text
            lines = [f"{', '.join(shown)} = {given}", *(f"output {name}" for name in shown)]
        before = s.span.source.text[: s.span.start].rpartition("\n")[2]
        blank = before if not before.strip() else " " * (len(before) - len(before.lstrip()))
        advice = f"each output has a line of its own: write {listed([f'`{line}`' for line in lines], 'and')}"
        fix = Fix("safe", "write a line for each", (Edit(s.span, f"\n{blank}".join(lines)),))
        self.expressions.report(
            syntax_messages.bad_target("an output with several names", advice), names.span, fix
        )

    def _value_behind_colon(self, s: t.Output) -> t.Output | None:
        """`output y: x -> Dense(8)`, with a value where a shape stands, which is reported; the output that it means."""
        e, name = self.expressions, s.name
        if (
            s.contract is None
            or s.contract.dtype is not None
            or s.value is not None
            or not isinstance(name, t.Name)
        ):
            return None
        value, known = s.contract.shape, e.scope.kinds.get(name.text) is not None
        if e.makes_layer(value):
            values = [each for each, kind in e.scope.kinds.items() if kind == "value"]
            flows = name.text if known or not values else values[-1]
            e.scope.used.update(values)  # one of them is meant
            value = t.Chain(value.span, t.Name(name.span, flows), (value,))
            text = f"{'' if known else f'{name.text} = '}{flows} -> {s.contract.shape.span.text}"
        elif isinstance(value, t.Chain) or (
            isinstance(value, t.Name) and not known and value.text in e.inputs
        ):
            text = f"{name.text} = {value.span.text}"
        else:
            return None
        text = f"output {text}"
        colon = Span(name.span.base, name.span.last, value.span.first)
        said = syntax_messages.unexpected(
            "`:`", f" after `{name.text}`", None, f"a value is given with `=`: write `{text}`"
        )
        e.report(said, colon, Fix.writing(s.span, text, "safe"))
        return t.Output(s.span, value, None if known else name, None)

    def _first_layer(self, value: p.Expr) -> Span | None:
        """Where the first layer is made of what begins with one, alone or in a chain; of one with a name, where that was given it."""
        match value:
            case p.Stages(_, (p.MakeLayer(span), *_)) | p.MakeLayer(span):
                return span
            case p.Stages(_, (p.UseLocal(_, p.Local(_, name)), *_)) | p.Local(_, name):
                named = self.expressions.recipes.get(name)
                return named.span if isinstance(named, (p.MakeLayer, p.Stages)) else None
            case _:
                return None

    def _outputs_by_name(self, s: t.Output, value: t.Expr) -> bool:
        """Whether an output is `{"a": x -> Dense(1), "b": y}`, which is reported: each has a line of its own."""
        if not isinstance(value, t.Dictionary) or not value.entries:
            return False
        named: list[tuple[str, t.Expr]] = []
        for each in value.entries:
            match each.key:
                case t.Literal(_, str() as key) | t.Name(_, key) if key.isidentifier():
                    named.append((key, each.value))
                case _:
                    return False
        e = self.expressions
        values = [e.expr(each) for _, each in named]
        if not any(isinstance(each, p.Flow) or e.is_data(each) for each in values):
            return False
        lines = [f"output {key} = {each.span.text}" for key, each in named]
        before = s.span.source.text[: s.span.start].rpartition("\n")[2]
        blank = before if not before.strip() else " " * (len(before) - len(before.lstrip()))
        advice = f"each output has a line of its own: write {listed([f'`{line}`' for line in lines], 'and')}"
        fix = Fix("safe", "write a line for each", (Edit(s.span, f"\n{blank}".join(lines)),))
        e.report(syntax_messages.misplaced("a dictionary", "behind `output`", advice), value.span, fix)
        return True

    def weight(self, s: t.WeightStatement, where: str) -> p.WeightDeclaration | None:
        e = self.expressions
        positional: tuple[p.Expr, ...] = ()
        keywords: tuple[p.Argument, ...] = ()
        in_full = s.value if isinstance(s.value, t.Call) and _is_in_full(s.value) else None
        if s.shape is not None and in_full is not None:
            self._shape_twice(s, s.shape, in_full)
            return None
        if s.shape is None:
            if in_full is None:
                given = "" if s.value is None else f" = {s.value.span.text}"
                advice = f"write `weight {s.name.text}: (8,){given}`, with its shape"
                e.report(syntax_messages.misplaced("this value", "after `weight … =`", advice), s.span)
                e.scope.missing.setdefault(s.name.text, None)
                return None
            positional, keywords = e.arguments(in_full.positional, in_full.keywords)
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

    def _shape_twice(self, s: t.WeightStatement, shape: t.Expr, in_full: t.Call) -> None:
        """`weight w: (8,) = Weight(…)`: one line says the shape once, in full among the arguments."""
        arguments = [each.span.text for each in (*in_full.positional, *in_full.keywords)]
        first = in_full.positional[0] if in_full.positional else None
        says_it = isinstance(first, (t.Tuple, t.List)) or "shape" in [each.name for each in in_full.keywords]
        if not says_it:
            arguments.insert(0, shape.span.text)
        right = f"weight {s.name.text} = Weight({', '.join(arguments)})"
        fix = Fix(
            "safe" if not says_it else "unsafe", "say the shape in the brackets", (Edit(s.span, right),)
        )
        advice = f"its shape stands among its arguments: write `{' '.join(right.split())}`"
        self.expressions.report(
            syntax_messages.misplaced("`Weight(…)`", "behind a shape", advice), in_full.span, fix
        )
        self.expressions.scope.missing.setdefault(s.name.text, None)

    def comma_for_arrow(self, value: t.Expr) -> bool:
        """Whether a value is `x, Dense(8)`, data and a layer with a comma between, which is reported then."""
        e = self.expressions
        if not isinstance(value, t.Tuple) or not value.bare or len(value.items) < 2:
            return False
        if e.makes_layer(value.items[0]) or not all(map(e.makes_layer, value.items[1:])):
            return False
        text = " -> ".join(each.span.text for each in value.items)
        fix = Fix.writing(value.span, text)
        said = syntax_messages.misplaced("a layer", "between commas", f"is an arrow meant? write `{text}`")
        e.all(value.items[:1])
        e.report(said, value.items[1].span, fix)
        return True


_OPTIONAL_INPUT = "an input is always given: take one list, `input parts`, and ask it, `if len(parts) > 1 { mask = parts[1] … }`"
_INPUT_IN_FULL = "write `input x: (28, 28, 1)`, or in full `input x = Input((28, 28, 1), …)`"


def _is_in_full(value: t.Call) -> bool:
    return isinstance(value.function, t.Name) and value.function.text == "Weight"
