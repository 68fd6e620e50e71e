"""What the lexer gives to the parser: tokens, and what was found beside them.

A token stands at two offsets counted from the base of its piece of text, as everything about a piece does (see
`pieces.py`): it stays true when text is put in above.
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.record import record
from dslc.source import Base, Source, Span

STATEMENT_ENDS = ("NEWLINE", "LBRACE", "RBRACE")
"""The tokens that a statement stands behind."""


@record
class Token:
    """One token: its terminal in the grammar, and where it begins and ends in its piece."""

    type: str
    start: int
    end: int

    def within(self, base: Source | Base) -> Span:
        """Its place, counted from a base."""
        return Span(base, self.start, self.end)


def indentation(text: str, at: int) -> int:
    """How far the line at a place is indented."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return len(line) - len(line.lstrip())


@record
class Tokens:
    """Everything the lexer found in a piece of text; `paired` tells whether every brace has its other half."""

    tokens: list[Token]
    comments: list[Span]
    diagnostics: list[Diagnostic]
    paired: bool
