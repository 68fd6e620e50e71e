"""What a row says of a line that the language says in another way.

In: a pattern, and the line that is right.  Out: a `Rephrasing`, of which `rows_of_parts` and `rows_of_python` are made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dslc.notations.around import Right, Where
from dslc.record import record
from dslc.regex import regex


@record
class Rephrasing:
    """A way to say something: what its line looks like, the line that is right (a template, or a function that gives the lines that change),
    why, and what is wrong, where the mistake as it was found does not say it."""

    line: re.Pattern[str]
    right: str | Callable[[re.Match[str], Where], Iterator[Right]]
    why: str
    text: str | None = None
    codes: tuple[str, ...] = ()  # what is said of such a line, where more lines look like it
    is_last: bool = False  # only where nothing else is known to write
    fits: bool = False  # only where its shapes fit, too


def row(
    line: str,
    right: str | Callable[[re.Match[str], Where], Iterator[Right]],
    why: str,
    text: str | None = None,
    codes: tuple[str, ...] = (),
    is_last: bool = False,
    fits: bool = False,
) -> Rephrasing:
    return Rephrasing(regex(line), right, why, text, codes, is_last, fits)
