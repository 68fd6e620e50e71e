"""What is found of a notation of others: which one it is, its lines, and what each part of them says.

In: nothing.  Out: the records that every form of a notation makes, and what lines of this language look like, which are none.
"""

from __future__ import annotations

from dslc.notations.phrases import Input, Stages
from dslc.record import record
from dslc.regex import regex

Row = tuple[int, str]
"""The number of a line, and what stands in it."""


@record
class Part:
    """What one place of a text names: its line, what it says (None: nobody knows), and in a graph its name and what flows into it."""

    row: int
    said: Input | Stages | None
    name: str = ""
    after: tuple[str, ...] = ()
    declares: bool = False  # its line gives the layer its name, and others lead to that


@record
class Found:
    """Lines in a notation: what that is, all of their numbers, and their parts."""

    notation: str
    rows: tuple[int, ...]
    parts: tuple[Part, ...]


OWN = regex(
    r"(?:input|shared|weight)\s+[^\W\d]\w*\s*(?::|=\s*(?:\w+\.)*[A-Z])|output\s+(?:[^\W\d]\w*$|.*->)|[^\W\d]\w*\s*=(?!=).*->|(?:for|if|assert|loss|fn)\b"
)
"""How lines of this language begin."""

ARGUMENTS = r"(?:\([^()]*+(?:\([^()]*+\)[^()]*+)*+\))"
"""What stands in brackets behind a name, with brackets in it."""

LINE = 300
"""Characters of a line that are looked at: nobody writes longer ones by hand."""
