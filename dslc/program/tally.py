"""What a body has bound so far, and at its end what it lacks and what nobody has used.

In: names, inputs and outputs as its statements are resolved.  Out: diagnostics about them, through the `Resolver`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Edit, Fix, Message
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.messages import taste
from dslc.program import nodes as p
from dslc.program import python_inputs
from dslc.program.contracts import slip_in_shape, unknown_dtype
from dslc.program.lost_lines import LostLines
from dslc.program.resolver import Resolver
from dslc.program.scope import Scope
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span
from dslc.syntax import nodes as t

_SHAPE_ELSEWHERE = regex(
    r"\b(?:input_shape=|[Ii]nput(?:Layer)?\((?:shape=)?)(?:(\([^()]*\))|(\d+(?:,\s*\d+)*))"
)
"""Where a backbone, or an `Input` of Keras, is told the shape of what comes in."""


_TOLD = regex(r",\s*input_shape=\([^()]*\)|\binput_shape=\([^()]*\),?\s*")
_FORMULA = regex(r"\s*loss\s*=\s*([^#]*\(.*?)\s*(?:#.*)?")
"""A line that computes a loss, and the value."""


class Tally:
    """A body while it is resolved. `bound` remembers where each name was first bound, for the warnings."""

    def __init__(self, expressions: Resolver) -> None:
        self.expressions = expressions
        self.bound: dict[str, tuple[str, Span]] = {}
        self.shared_in: dict[str, Scope] = {}  # the way on which each shared layer was bound last
        self.latest: str | None = None  # the last name that was given a value
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
                formula = _FORMULA.fullmatch(span.source.line(span.row)) if name == "loss" else None
                if formula is not None:
                    said = taste.unused_loss(formula[1])
                elif what == "input" and [*self.inputs] == [name]:
                    said = taste.only_input(name)
                else:
                    said = taste.unused(what, name)
                self.expressions.report(said, span)
                self.unused.extend((each, what, span) for each in self.statements_of.get(name, ()))

    def check_complete(self, keyword: str, name: t.Name, kinds: Set[type]) -> None:
        """A model without inputs or outputs, a block without outputs (unless a broken line may hold them)."""
        if self.expressions.items.headless or t.Broken in kinds:
            return
        if not kinds:
            self.expressions.report(messages.incomplete(keyword, name.text, "body"), name.span)
            return
        lacking, is_parameter = next(iter(self.expressions.homeless.items()), (None, False))
        if keyword == "block" and is_parameter:
            flows = [each for each, of_head in self.expressions.homeless.items() if of_head]
            self.expressions.report(messages.inputs_as_parameters(name.text, flows), name.span)
        if keyword == "model" and t.Input not in kinds and not self.inputs:
            self._no_input(name, lacking, is_parameter)
        if t.Output not in kinds and t.Return not in kinds and not self.lost_output:
            self._no_output(keyword, name)

    def _no_input(self, name: t.Name, lacking: str | None, is_parameter: bool) -> None:
        """A model that takes nothing: a line may say so already, of what was to flow into it."""
        e = self.expressions
        if e.begins is not None:
            said = e.diagnostics[e.begins]
            text = f"input x: {_shape_elsewhere(name, said.span, '(224, 224, 3)')}"
            e.diagnostics[e.begins] = replace(said, help=f"{said.help}, and `{text}` above", fix=None)
            return
        no_input: Message = messages.incomplete("model", name.text, "input", lacking, is_parameter)
        if e.dry is None or lacking is not None or not self.whole:
            e.report(no_input, name.span)
            return
        first, dry = self.whole[0].span, e.dry
        line = f"input x: {_shape_elsewhere(name, self.whole[-1].span, '(28, 28, 1)')}"
        alone = not first.source.text[: first.start].rpartition("\n")[2].strip()
        above = Edit(
            Span(first.base, first.first, first.first), line + (f"\n{first.indent}" if alone else "  ")
        )
        before = Edit(Span(dry.base, dry.first, dry.first), "x -> ")
        chain = next(each.span for each in self.whole if each.span.start <= dry.start < each.span.end)
        at = dry.start - chain.start
        edits, rest = [above, before], chain.text[at:]
        told = _TOLD.search(rest)
        if told is not None:  # which the input says now
            begin = dry.first + told.start()
            edits.append(Edit(Span(dry.base, begin, begin + len(told[0])), ""))
            rest = rest[: told.start()] + rest[told.end() :]
        written = " ".join(f"{chain.text[:at]}x -> {rest}".split())
        fix = Fix("unsafe", f"begin with `{line}`", tuple(edits))
        e.report(replace(no_input, help=f"add `{line}`, and write `{written}`"), name.span, fix)

    def _no_output(self, keyword: str, name: t.Name) -> None:
        """A body that gives nothing: often its last value is what was meant, or it has the word for a name."""
        e = self.expressions
        for word in ("output", "outputs"):
            for span in self.statements_of.get(word, ()):
                if self.plain_input is not None:
                    e.diagnostics[self.plain_input] = python_inputs.with_output(
                        e.diagnostics[self.plain_input], span
                    )
                    return
                text = f"output {re.sub(r'^outputs?[ ]*=[ ]*', '', span.text)}"
                message = syntax_messages.misplaced(
                    "`=`", f"behind the word `{word}`", f"write `{text}`", Cause.RETURN
                )
                e.diagnostics.append(message.at(head_of(span), (), Fix.writing(span, text, "safe")))
                return
        e.report(messages.incomplete(keyword, name.text, "output", self.last_value()), name.span)

    def last_value(self) -> str | None:
        """The last name that was given a value, be it an input that was given another one."""
        return self.latest

    def bind(self, name: t.Name, kind: p.LocalKind, what: str) -> None:
        if what == "shared layer":
            self._warn_replaced(name.text)
        self.expressions.bind(name.text, name.span, kind)
        self.bound.setdefault(name.text, (what, name.span))

    def _warn_replaced(self, name: str) -> None:
        """Warn of a shared layer whose name is given to another one on the same way, before anybody has used it."""
        scope = self.expressions.scope
        what, span = self.bound.get(name, ("", None))
        if span is not None and name not in scope.used and self.shared_in.get(name) is scope:
            self.expressions.report(taste.unused(what, name), span)
            del self.bound[name]
        self.shared_in[name] = scope

    def contract(self, contract: t.Contract) -> p.Contract:
        e = self.expressions
        slip = slip_in_shape(
            contract, lambda name: e.scope.kinds.get(name) is not None or e.items.kind(name) is not None
        )
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


def _shape_elsewhere(name: t.Name, end: Span, otherwise: str) -> str:
    """The shape that Keras is told elsewhere in a model, up to a place; where it is not, another one."""
    found = _SHAPE_ELSEWHERE.search(end.source.text[name.span.start : end.end])
    return otherwise if found is None else (found[1] or f"({found[2]},)").replace("None", "?")


def head_of(span: Span) -> Span:
    """The first word of a statement."""
    return Span(span.base, span.first, span.first + len(span.text.split()[0]))


def _between_stars(shape: t.Expr) -> t.UnknownDim | None:
    """The first size with a name that has a star on both sides."""
    items = shape.items if isinstance(shape, t.Tuple) else ()
    stars = [place for place, item in enumerate(items) if isinstance(item, t.Starred)]
    inside = items[stars[0] : stars[-1]] if stars else ()
    return next((each for each in inside if isinstance(each, t.UnknownDim) and each.name is not None), None)
