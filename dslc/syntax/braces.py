"""Braces that do not pair: which one is missing or too many, by the look of the text.

In: the tokens of a piece of text whose braces do not pair.  Out: the same tokens with braces put in or left out so that
they do, and a diagnostic for each. Only here indentation has a meaning: a piece whose braces pair is never looked at, and
one that lost a brace is read the way its author indented it, so that one lost brace is one mistake and not fourteen.

    for n in [4, 8]                  a `{` is put behind `]`, since the next line stands deeper
        x = x -> Dense(n)
    }
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Message
from dslc.diagnostics.messages import syntax as messages
from dslc.record import record
from dslc.source import Base, Source, Span
from dslc.syntax.tables import HEADS, ITEMS, STATEMENTS
from dslc.syntax.tokens import Token


@record
class _Open:
    """A body that is open: how far the line is indented that opens it, and its brace (None when it was put in)."""

    head: int
    token: Token | None


_BEGINS = {"NEWLINE", "LBRACE", "RBRACE"}


def pair_braces(
    base: Source | Base, text: str, tokens: Sequence[Token]
) -> tuple[list[Token], list[Diagnostic]]:
    """The tokens with their braces in pairs, and what was wrong with them."""
    return _Pairing(base, text).run(tokens)


class _Pairing:
    """One pass over the tokens. `out` is what it has made of them so far, `open` the bodies around, innermost last."""

    def __init__(self, base: Source | Base, text: str) -> None:
        self.base = base
        self.text = text
        self.out: list[Token] = []
        self.open: list[_Open] = []
        self.diagnostics: list[Diagnostic] = []
        self.indentation = 0  # of the statement that is being read
        self.head = ""  # the type of its first token
        self.has_brace = False
        self.flat = False  # an opened body that stands no deeper than its head: indentation tells nothing

    def run(self, tokens: Sequence[Token]) -> tuple[list[Token], list[Diagnostic]]:
        for index, token in enumerate(tokens):
            begins = not self.out or self.out[-1].type in _BEGINS
            column = self._column(token)
            if column is not None and not self.flat:
                self._line(token, column, begins)
                begins = not self.out or self.out[-1].type in _BEGINS
            if begins and token.type != "NEWLINE":
                self.head, self.has_brace = token.type, False
                if column is not None:
                    self.indentation = column
            if token.type == "RBRACE" and column is not None:
                self.indentation = column  # of an `else` behind it
            match token.type:
                case "LBRACE":
                    self.has_brace = True
                    self.open.append(_Open(self.indentation, token))
                    if index + 1 < len(tokens):
                        self._see_whether_flat(tokens[index + 1])
                case "RBRACE":
                    if not self._closes(token, column):
                        self.report(messages.stray_bracket("}"), token)
                        continue
                    if self.out and self.out[-1].type == "NEWLINE":
                        self.out.pop()
                case "NEWLINE" if self._lacks_brace(tokens, index):
                    self._put_brace(token)
                    continue
                case _:
                    pass
            self.out.append(token)
        end = Token("RBRACE", len(self.text), len(self.text))
        last = next((each for each in reversed(self.out) if each.end > each.start), end)
        while self.open:
            self._close(end, Label(last.within(self.base), "its `}` is expected behind this line"))
        return self.out, self.diagnostics

    def report(self, message: Message, token: Token, *labels: Label) -> None:
        self.diagnostics.append(message.at(token.within(self.base), labels))

    def _column(self, token: Token) -> int | None:
        """How far a token is indented; None when it is not the first of its line."""
        text = self.text
        start = text.rfind("\n", 0, token.start) + 1
        if token.type == "NEWLINE" or text[start : token.start].strip():
            return None
        return len(text[start : token.start].expandtabs(8))

    def _line(self, token: Token, column: int, begins: bool) -> None:
        """A line begins: bodies that end here by their indentation are closed, lines without a body get one."""
        if token.type == "RBRACE":
            around = [each for each in self.open if each.head <= column]
            while around and self.open[-1].head > column:
                self._close(token, self._before(token))
            return
        if token.type == "ELSE" and self.out[-1:] and self.out[-1].type != "RBRACE":
            if (
                self.open and column <= self.open[-1].head + 1
            ):  # the `}` before it is missing, perhaps but for its place
                self._close(token, self._before(token))
                self.out.pop()
            return
        if not begins or token.type == "ELSE":
            return
        item = token.type in ITEMS
        nested = item and self.open and column > self.open[-1].head and column > 0  # which is another mistake
        while self.open and ((item and not nested) or column <= self.open[-1].head):
            self._close(token, self._before(token))
        if not self.open and not item and (token.type in STATEMENTS or column > 0):
            word = f"`{self.text[token.start : token.end]}`"
            advice = (
                "it belongs in a `model` or a `block`: is the line missing that opens one, or a `}` too many?"
            )
            self.report(messages.outside(word, advice), token)
            self.out.append(Token("ERROR", token.start, token.start))
            self.out.append(Token("LBRACE", token.start, token.start))
            self.open.append(_Open(column - 1, None))

    def _see_whether_flat(self, following: Token) -> None:
        column = self._column(following)
        if column is not None and column <= self.indentation and following.type not in (*ITEMS, "RBRACE"):
            self.flat = True

    def _closes(self, token: Token, column: int | None) -> bool:
        """Take the body that a brace closes from the open ones; whether there is one."""
        if not self.open or (column is not None and column > self.open[-1].head and not self.flat):
            return False
        self.open.pop()
        return True

    def _close(self, before: Token, expected: Label) -> None:
        """Close the innermost body, whose own brace is missing, before a token."""
        body = self.open.pop()
        if body.token is not None:
            said = messages.unclosed_bracket("{")
            self.diagnostics.append(
                said.at(body.token.within(self.base), (expected,), self._closing(body.token, before))
            )
        if self.out and self.out[-1].type not in _BEGINS:
            self.out.append(Token("NEWLINE", before.start, before.start))
        if body.token is not None:  # nobody knows what else is missing of it
            self.out.append(Token("ERROR", before.start, before.start))
        elif self.out and self.out[-1].type == "NEWLINE":
            self.out.pop()
        self.out.append(Token("RBRACE", before.start, before.start))
        self.out.append(Token("NEWLINE", before.start, before.start))

    def _closing(self, opened: Token, before: Token) -> Fix | None:
        """The brace that is missing, in a line of its own behind the body; None where something else stands before it."""
        text = self.text
        begin = text.rfind("\n", 0, before.start) + 1
        if text[begin : before.start].strip():
            return None
        head = text.rfind("\n", 0, opened.start) + 1
        line = text[head : opened.start]
        indent = line[: len(line) - len(line.lstrip())]
        at = len(text[:begin].rstrip())
        brace = Edit(Span(self.base, at, at), f"\n{indent}}}")
        return Fix("unsafe", "close it", (brace,)) if at > opened.start else None

    def _before(self, at: Token) -> Label:
        return Label(at.within(self.base), "its `}` is expected before this line")

    def _lacks_brace(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether the statement that ends here should have opened a body: the next line stands deeper."""
        if self.flat or self.has_brace or self.head not in HEADS or index + 1 >= len(tokens):
            return False
        column = self._column(tokens[index + 1])
        return column is not None and column > self.indentation

    def _put_brace(self, newline: Token) -> None:
        last = next(each for each in reversed(self.out) if each.end > each.start)
        where = f" after `{self.text[last.start : last.end]}`"
        advice = "a body stands in braces: `{ … }`"
        self.report(messages.unexpected("the end of the line", where, "`{`", advice, Cause.BRACELESS), last)
        if self.text[last.start : last.end] == ":":
            self.out.pop()
        self.out.append(Token("LBRACE", newline.start, newline.start))
        self.open.append(_Open(self.indentation, None))
