"""A text cut into the pieces that can be read each for itself: mostly one item of the file a piece.

In: a text.  Out: the places of its pieces, which lie side by side and cover it: an item (`use`, `extern`, a constant,
`fn`, `block`, `model`) with the blank lines and comments before it. What is left behind the last item belongs to it.

    # widths            |
    WIDTHS = [64, 128]  |  one piece
                        |
    # the model         |
    model M { … }       |  and another

The parser reads piece by piece, and nothing that it says of one depends on another. So whoever keeps what was read of a
piece may go on using it for as long as its text is the same, and only moves its base.

A piece begins at a line that begins with the word of an item, in the first column and outside of strings, whatever is
still open before it: a bracket or brace that was forgotten ends with its own item, and not with the file. A constant
begins a piece only where all brackets and braces before it are in pairs; with one too few or too many it stays in the
piece before, up to the next word of an item. Items that do not begin in the first column stay in the piece before them.
"""

from __future__ import annotations

import re

from dslc.regex import regex
from dslc.syntax.lexer import FOLLOWS_WORD, SCANNER, either
from dslc.syntax.tables import ITEMS, KEYWORDS, SOFT, STATEMENTS

_CODE = regex(r"""(?:[^"'#\n]++|\n(?!\w))*+""")
"""All up to a string, a comment, or a line that begins with a word."""

_PREFIX = regex(r"\W?[fF]\Z")
"""The prefix of a string, which is no end of a name."""

_LINE = regex(
    rf"""(?P<ITEM>(?:{either(ITEMS)})(?={FOLLOWS_WORD}))
    |(?P<STATEMENT>(?:{either(STATEMENTS)})\b)
    |(?P<NAME>(?!(?:{either(frozenset(KEYWORDS.values()) - SOFT)})\b)[^\W\d]\w*[ \t]*(?:=(?!=)|[:,]|(?:[-+%@]|\*\*?|//?)=))""",
    re.VERBOSE,
)


def pieces(text: str) -> list[tuple[int, int]]:
    """Where the pieces of a text begin and end, in order; `text[begin:end]` of all of them together are the text."""
    starts = [0]
    code: list[tuple[int, int]] = []  # of this piece, without strings and comments: what was not counted yet
    depth = 0  # brackets and braces that are open in what was counted; below 0 when too many were closed
    string_end = 0  # no piece begins before the last string ends
    first = _LINE.match(text)
    whole = (
        first is None or first.lastgroup != "STATEMENT"
    )  # nothing is outside of a body that belongs in one
    at, length = 0, len(text)
    while at < length:
        found = _CODE.match(text, at)
        assert found is not None  # it may be empty
        code.append(found.span())
        at = found.end()
        mark = text[at : at + 1]
        if mark == "\n":
            at += 1
            line = _LINE.match(text, at)
            kind = None if line is None else line.lastgroup
            if kind == "STATEMENT" or kind == "NAME":
                depth += sum(_opened(text, *stretch) for stretch in code)
                code.clear()
            if kind == "STATEMENT":
                whole = whole and depth != 0
            elif kind == "ITEM" or (kind == "NAME" and depth == 0 and whole):
                begin = _above(text, at, max(string_end, starts[-1]))
                if begin > starts[-1]:
                    starts.append(begin)
                    code.clear()
                    depth, whole = 0, True
        elif mark == "#":
            end = text.find("\n", at)
            at = length if end < 0 else end
        elif mark:
            at = string_end = _string_end(text, at)
    return list(zip(starts, [*starts[1:], length], strict=True))


def _string_end(text: str, at: int) -> int:
    """Where the string ends whose quote is at `at`, closed or not."""
    if _PREFIX.match(text, max(0, at - 2), at):
        prefixed = SCANNER.match(text, at - 1)
        if prefixed is not None and prefixed.lastgroup == "FSTRING":
            return prefixed.end()
    string = SCANNER.match(text, at)
    assert string is not None and string.end() > at  # what is never closed is a token as well
    return string.end()


def _opened(text: str, start: int, end: int) -> int:
    """How many more brackets and braces are opened than closed between two offsets."""
    return sum(text.count(bracket, start, end) for bracket in "([{") - sum(
        text.count(bracket, start, end) for bracket in ")]}"
    )


def _above(text: str, at: int, bound: int) -> int:
    """Where the comments and empty lines right above the line at `at` begin, if they stand behind `bound`."""
    while at > bound:
        line = text.rfind("\n", 0, at - 1) + 1
        said = text[line:at].strip()
        if line < bound or (said and said[0] != "#"):
            break
        at = line
    return at
