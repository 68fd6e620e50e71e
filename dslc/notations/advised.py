"""Advice that shows what to write in the place of what is wrong, and nothing else: an edit does the same.

In: a mistake, and what is said of it.  Out: the line with what the advice shows, which is tried as all others are.

    name="conv_{i}"       … write `f"conv_{i}"`       name=f"conv_{i}"
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN
from dslc.notations.where_written import comes_by_name
from dslc.regex import regex

_SHOWN = regex(
    r"(?:write|a shape is a tuple:|an f-string:|did you mean|a whole number,) `(?P<meant>[^`]+)`\??(?:, which [^`]+)?$"
)
_UNREAD = ("DSL1", "DSL202", "DSL210", "DSL389", "DSL411")
"""What is said of lines that may be in the notation of others, which all of them are told of at once, and with values of no line."""

_IN_WORDS = "as one tuple"
"""What is said of arguments by their values, which `said_early` says in the words of the line."""

_VALUE = regex(r".*`(?:\"|-?[\d.])")
"""Advice to write a value that is known."""

_CHOICE = regex(r"; |\bfor instance\b|, or\b")
"""Advice that leaves it to whoever reads it."""


def in_its_place(found: re.Match[str], where: Where) -> Iterator[Right]:
    """What is shown, in the place of the words that are marked."""
    span, advice = where.about.span, where.about.help or ""
    meant = _SHOWN.search(advice)
    if _IN_WORDS in where.about.text or (_VALUE.match(advice) is not None and comes_by_name(where)):
        return  # what stands there holds other values, too
    if meant is None or where.about.code.startswith(_UNREAD) or _CHOICE.search(advice) is not None:
        return
    line, at = where.lines[where.row - 1], span.begin.column - 1
    end = at + len(span.text)
    if (
        meant is not None
        and meant["meant"].startswith("(")
        and (line[at - 1 : at], line[end : end + 1]) == ("(", ")")
    ):
        line, at, end = (
            f"{line[:at - 1]}{line[at:end]}{line[end + 1:]}",
            at - 1,
            end - 1,
        )  # `(n)` is written `(n,)`
    if where.row == span.row and line[at:end] == span.text and "\n" not in meant["meant"]:
        lines = {where.row: f"{line[:at]}{meant['meant']}{line[end:]}"}
        for each in where.about.labels:
            row, other = each.span.row, each.span.begin.column - 1
            if each.text == "and here" and each.span.text == span.text and row not in lines:
                text = where.lines[row - 1]
                lines[row] = f"{text[:other]}{meant['meant']}{text[other + len(span.text):]}"
        yield tuple((row, row, (text,)) for row, text in sorted(lines.items()))


_CALLED = regex(r"write `(?P<meant>[A-Z]\w*\([^`]*\))`$")


def in_place_of_call(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The layer that is shown, with its arguments, in the place of one that there is not: `InstanceNorm2d(8)`."""
    span, meant = where.about.span, _CALLED.match(where.about.help or "")
    if meant is None or where.row != span.row:
        return
    line, at = where.lines[where.row - 1], span.begin.column - 1
    call = regex(rf"{re.escape(span.text)}(?:\({GIVEN}\))?").match(line, at)
    if call is not None:
        yield ((where.row, where.row, (f"{line[:at]}{meant['meant']}{line[call.end():]}",)),)
