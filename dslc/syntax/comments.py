"""Comments as other languages have them.

In: a text, and where a sign stands that may begin one.  Out: the sign, where the comment ends, and its words.

    // eight numbers        /* eight numbers */        -- eight numbers        <!-- eight numbers -->        % eight numbers
"""

from __future__ import annotations

from dslc.record import record
from dslc.regex import regex
from dslc.syntax.tables import ENDS_VALUE, KEYWORDS, SOFT


@record
class Comment:
    """A comment of another language: its sign, its end, and the lines of its words."""

    sign: str
    end: int
    lines: tuple[str, ...]


_BETWEEN = "|".join(text for text, terminal in KEYWORDS.items() if terminal not in SOFT | ENDS_VALUE)
_ANYWHERE = (
    regex(r"(/\*)([\s\S]*?)(?:\*/|\Z)"),
    regex(r"(<!--)([\s\S]*?)(?:-->|\Z)"),
    regex(r"(;+)([ \t]+(?:the|a|an|this|these|our|number|shape|size)\b[^\n=]*)"),
    regex(rf"(//)([ \t]+[^\W\d]\w*[ \t]+(?!(?:{_BETWEEN}|if|else|for)\b)[^\W\d][^\n]*)"),
)
"""What begins a comment behind a value, too: `//` is an operator there, unless two words follow one another."""

_AT_BEGIN = (
    regex(r"(//|--(?=[ \t])|%+)([^\n]*)"),
    regex(r"(;+)([ \t]*[^\W\d]\w*[ \t]+[^\W\d][^\n]*)"),
)
"""What begins one where a statement would begin."""


def comment_elsewhere(text: str, at: int, begins: bool) -> Comment | None:
    """The comment of another language that begins at an offset; `begins` says that a statement would begin there."""
    for pattern in (*_ANYWHERE, *(_AT_BEGIN if begins else ())):
        found = pattern.match(text, at)
        if found is not None:
            lines = [line.strip() for line in found[2].split("\n")]
            if found[1] == "/*":
                lines = [line.lstrip("*").strip() for line in lines]
            return Comment(found[1], found.end(), tuple(filter(None, lines)))
    return None
