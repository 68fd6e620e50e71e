"""Where a token does not fit, as the parser sees it.

In: the tokens of a statement, the one that does not fit, and the parser's states.  Out: a `Place`, and the state that stands for what was
read before it (`settled`).
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.record import record
from dslc.syntax.tables import RULES, STATES
from dslc.syntax.tokens import Token

_STATEMENT_RULES = ("file", "_statements", "statement", "definition", "if_statement")


@record
class Place:
    """The token `tokens[position]` of a piece of text does not fit; its statement begins at `tokens[start]`.

    `token` is that token (the end of the text where the tokens are used up) and `before` the one before it, if that is
    of the same statement.
    """

    text: str
    tokens: Sequence[Token]
    start: int
    position: int
    token: Token
    before: Token | None

    def word(self, token: Token | None) -> str:
        """How a token is written."""
        return "" if token is None else self.text[token.start : token.end]

    def at(self, position: int) -> Token | None:
        """The token at a position of the statement, up to the one that does not fit."""
        return (
            self.tokens[position]
            if self.start <= position <= min(self.position, len(self.tokens) - 1)
            else None
        )


def place(text: str, tokens: Sequence[Token], start: int, position: int) -> Place:
    """Where `tokens[position]` does not fit into the statement that begins at `tokens[start]`."""
    token = tokens[position] if position < len(tokens) else Token("$END", len(text), len(text))
    return Place(text, tokens, start, position, token, tokens[position - 1] if position > start else None)


def settled(states: Sequence[int]) -> int:
    """The state that the parser's stack comes to when whatever is complete is taken for complete.

    When a token does not fit, the parser has mostly not yet decided what the words before it are: behind `[a` a name is
    as wrong as behind `(a`, but the state is that of a name that was just read. Once the name is taken for an element,
    the state tells that a list is open. No state completes more than one rule. It ends before the statement is complete.
    """
    stack = list(states)
    while True:
        complete = next((action for _, action in STATES[stack[-1]].items() if action < 0), None)
        if complete is None:
            return stack[-1]
        name, size, _, _ = RULES[-complete - 1]
        if name in _STATEMENT_RULES:
            return stack[-1]
        if size:
            del stack[-size:]
        stack.append(STATES[stack[-1]][name])


def first_word(where: Place) -> str:
    """The first word of the statement."""
    return where.word(where.at(where.start))


def following(where: Place) -> Token | None:
    """The token behind the one that does not fit."""
    following = where.position + 1
    return where.tokens[following] if following < len(where.tokens) else None


def is_joined(where: Place) -> bool:
    return where.before is not None and where.before.end == where.token.start < where.token.end


LONGEST = 500
"""Characters of a line that is taken apart: nobody writes longer ones by hand."""


def by_hand(where: Place) -> str:
    """The line of the statement's first word; nothing of one that nobody has written by hand."""
    line = line_of(where)
    return line if len(line) <= LONGEST else ""


def line_of(where: Place) -> str:
    """The line of the statement's first word."""
    first = where.at(where.start)
    begin = where.token.start if first is None else first.start
    return where.text[begin:].partition("\n")[0]
