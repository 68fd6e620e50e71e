"""Lines of a body whose value goes nowhere: reported once where several follow each other, as one slip.

In: a line that is a value and nothing else.  Out: what is said of it, or what is said of the line before for both.

    Conv2D(32, 3)                  write `output x -> Conv2D(32, 3) -> Flatten -> Dense(10)`
    Flatten
    Dense(10)

    x -> Dense(32)                 name it (`x = x -> Dense(32)`)
    x -> Dense(16)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Message
from dslc.diagnostics.messages import syntax as messages
from dslc.diagnostics.suggest import nearest
from dslc.diagnostics.vocabulary import functions
from dslc.keras import layers
from dslc.program import habits
from dslc.program.items import is_identifier
from dslc.program.resolver import Resolver
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span
from dslc.syntax import nodes as t

_BEGINS_CHAIN = regex(r"(?:(output\b)(?!\s*$)|[\w, ]+=(?!=)).*[\w)\]](?:\s*#.*)?$")
"""A line that gives a chain to an output, or to a name."""

LONGEST = 40  # of a line that is shown again
_PLACES = 4  # how many lines one message points at


class LostLines:
    """What has been said of the lines of a body that go nowhere, one after the other."""

    def __init__(self, body: Resolver) -> None:
        self.body = body
        self.number: int | None = None  # which diagnostic speaks of the lines before
        self.lines: list[t.ExpressionStatement] = []
        self.missing: Span | None = None  # the last line that only lacks its arrow
        self.arrows = False  # whether the diagnostic speaks of such lines
        self.chain = ""  # what they are as a chain, with the word or name before it

    def layers(self, s: t.ExpressionStatement, rest: Sequence[t.Statement], flows: str) -> bool:
        """Whether a line is a layer, or a chain of layers, into which nothing flows; it is reported then.

        `rest` are the statements of the body from this one on, and `flows` is the value that is meant to flow.
        """
        stage = self.layer(s.value)
        if stage is None:
            return False
        if self._goes_on(s, stage):
            return True
        if self.lines and self.number is not None and self._follows(s):
            self.lines.append(s)
            self.chain += f" -> {stage}"
        else:
            self.lines, self.number = [s], len(self.body.diagnostics)
            self.body.diagnostics.append(messages.lost_value("").at(s.span))
            gives = any(isinstance(each, t.Output) for each in rest)
            self.chain = f"{flows} = {flows} -> {stage}" if gives else f"output {flows} -> {stage}"
        advice = f"data flows along arrows: write `{self.chain}`"
        self.body.diagnostics[self.number] = self._said(advice, self.chain)
        return True

    def _goes_on(self, s: t.ExpressionStatement, stage: str) -> bool:
        """Whether a line of layers lacks the arrow that makes it part of the chain above; it is reported then, once for several.

        That is plain where it stands deeper than the line that begins the chain, or where that is an output.
        """
        source, row = s.span.source, s.span.row - 1
        while row > 0 and source.line(row).lstrip().startswith(("->", "#")):
            row -= 1
        above = source.line(row) if row > 0 else ""
        begins = _BEGINS_CHAIN.match(above.lstrip())
        deeper = s.span.begin.column - 1 > len(above) - len(above.lstrip())
        goes_on = begins is not None and bool(deeper or begins[1])
        if not goes_on and (self.missing is None or row != self.missing.row):
            return False
        self.missing = s.span
        put_in = Edit(Span(s.span.base, s.span.first, s.span.first), "-> ")
        before = None if self.number is None or not self.arrows else self.body.diagnostics[self.number]
        if begins is None and before is not None and before.fix is not None:
            fix = replace(before.fix, edits=(*before.fix.edits, put_in))
            labels = (*before.labels, Label(s.span, "and here"))[:_PLACES]
            self.body.diagnostics[self.number or 0] = replace(before, labels=labels, fix=fix)
            return True
        self.arrows, self.number = True, len(self.body.diagnostics)
        shown = f"-> {stage}" if len(stage) <= LONGEST else "-> …"
        advice = f"is an arrow missing? a chain goes on with one: write `{shown}`"
        fix = Fix("unsafe", "put in `->`", (put_in,))
        said = replace(messages.lost_value(""), help=advice, cause=Cause.CHAIN)
        self.body.diagnostics.append(said.at(s.span, (), fix))
        return True

    def layer(self, value: t.Expr) -> str | None:
        """A line that begins with a layer, as it stands in a chain; None for any other."""
        head = value.head if isinstance(value, t.Chain) else value
        head = head.operand if isinstance(head, t.Unary) else head  # a point of a list
        if self.body.makes_layer(head):
            return " ".join(value.span.text.lstrip("+- ").split())
        return self.noted(value)

    def noted(self, value: t.Expr) -> str | None:
        """A line that is a layer as notes have it, `conv2d(32, kernel=3)` or `flatten`, as it is written here."""
        called = value.function if isinstance(value, t.Call) else value
        if (
            not isinstance(called, t.Name)
            or not called.text.islower()
            or self.body.items.kind(called.text) is not None
        ):
            return None
        if self.body.scope.kinds.get(called.text) is not None:
            return None
        name = functions.as_layer(called.text, "layers", ()) or nearest(called.text, layers.names(), 0)
        if name is None or not isinstance(value, t.Call):
            return name
        words = [each.value.span.text for each in value.keywords] + [
            each.span.text for each in value.positional
        ]
        return habits.written_as_here(name, value, False, [each for each in words if is_identifier(each)])

    def value(
        self, s: t.ExpressionStatement, rest: Sequence[t.Statement], outputs: Mapping[str, Span], gives: bool
    ) -> Diagnostic | None:
        """What is said of a line that nobody takes the value of; None where that is said with the line before."""
        text = " ".join(s.span.text.split())
        shown = text if len(text) <= LONGEST else f"{text[0] if text[0] in '+-' else ''}…"
        head = (
            s.value.head.text if isinstance(s.value, t.Chain) and isinstance(s.value.head, t.Name) else None
        )
        if head is None:
            return messages.lost_value(shown).at(s.span)
        if head in outputs:
            return _behind_output(head, outputs[head], text.removeprefix(head), shown).at(s.span)
        again = _asks_for(head, rest[1:]) or self._turns(s, head)
        if again and self._follows(s) and self.number is not None:
            said = self.body.diagnostics[self.number]
            self.lines.append(s)
            labels = (*said.labels, Label(s.span, "nor does this"))[:_PLACES]
            fix = _named(head, self.lines)
            self.body.diagnostics[self.number] = replace(said, labels=labels, fix=fix)
            return None
        if again:
            self.lines, self.number = [s], len(self.body.diagnostics)
            line = text if len(text) <= LONGEST else f"{head} -> …"
            return messages.lost_value(line, again=head).at(s.span, (), _named(head, (s,)))
        if not gives and len(rest) == 1:
            line = f"output {text if len(text) <= 2 * LONGEST else f'{head} -> …'}"
            said = replace(
                messages.lost_value(shown), help=f"the last value is the output, mostly: write `{line}`"
            )
            begin = Span(s.span.base, s.span.first, s.span.first)
            return said.at(s.span, (), Fix("unsafe", "put in `output`", (Edit(begin, "output "),)))  # type: ignore[no-any-return]
        return messages.lost_value(shown).at(s.span)

    def _turns(self, s: t.ExpressionStatement, head: str) -> bool:
        """Whether a line stands in a loop, whose next turn goes on from what came in, as what follows it does."""
        text, row = s.span.source.text, s.span.source.line(s.span.row)
        indent = len(row) - len(row.lstrip())
        above = text[: s.span.start].split("\n")[:-1]
        opener = next(
            (each for each in above[::-1] if each.strip() and len(each) - len(each.lstrip()) < indent), ""
        )
        behind = text[s.span.end :].partition("\n}")[0].partition("}")[2]
        return (
            opener.lstrip().startswith("for ")
            and self.body.scope.kinds.get(head) == "value"
            and re.search(rf"(?<![\w.]){re.escape(head)}(?!\w)", behind) is not None
        )

    def ends(self, s: t.ExpressionStatement) -> bool:
        """Whether a line is the bare word `output` below layers that go nowhere: it says what they are for, and goes with them."""
        said = None if self.number is None or not self.lines else self.body.diagnostics[self.number]
        bare = isinstance(s.value, t.Name) and s.value.text in ("output", "outputs")
        if said is None or said.fix is None or not bare or not self._follows(s):
            return False
        whole = self.lines[0].span.to(s.span)
        fix = replace(said.fix, edits=(Edit(whole, said.fix.edits[0].content),))
        self.body.diagnostics[self.number or 0] = replace(said, fix=fix)
        return True

    def _follows(self, s: t.ExpressionStatement) -> bool:
        """Whether a line stands below the last of those that have been reported."""
        if not self.lines:
            return False
        between = s.span.source.text[self.lines[-1].span.end : s.span.start]
        return all(not line.strip() or line.lstrip().startswith("#") for line in between.split("\n"))

    def _said(self, advice: str, text: str) -> Diagnostic:
        first = self.lines[0]
        labels = tuple(Label(each.span, "nor does this") for each in self.lines[1 : _PLACES + 1])
        whole = first.span.to(self.lines[-1].span)
        fix = Fix("unsafe", "write it as a chain", (Edit(whole, text),))
        said: Diagnostic = replace(messages.lost_value("").at(first.span, labels, fix), help=advice)
        return said


def _named(name: str, lines: Sequence[t.Statement]) -> Fix:
    """The edits that give a name what is made of it."""
    edits = tuple(
        Edit(Span(each.span.base, each.span.first, each.span.first), f"{name} = ") for each in lines
    )
    return Fix("unsafe", f"put in `{name} =`", edits)


def _behind_output(name: str, place: Span, stages: str, shown: str) -> Message:
    """What goes on behind an output belongs into its line."""
    line = place.source.line(place.row).partition("#")[0].strip()
    said: Message = messages.lost_value(shown)
    whole = f"{line}{stages}"
    if line.startswith("output ") and line.count("(") == line.count(")"):
        return replace(  # type: ignore[no-any-return]
            said, help=f"`{name}` is an output already: go on in its line, `{whole}`"
        )
    return said


def _asks_for(name: str, statements: Sequence[t.Statement]) -> bool:
    """Whether any of some statements asks for a name."""
    return any(re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", each.span.text) for each in statements)
