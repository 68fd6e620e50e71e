"""Bodies that stand behind a colon, or behind nothing, indented as in Python, in braces.

In: a source and what is said of it.  Out: the same, with the lines that are right in the first message about such a body, and without what
follows from it; or as it was, where braces alone do not make it right.

    for n in [8, 16]:                 for n in [8, 16] {
        x = x -> Dense(n)                 x = x -> Dense(n)
                                      }
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import foreign as messages
from dslc.notations.settled import Tried, settled, still_said
from dslc.record import record, replace
from dslc.regex import regex
from dslc.source import Source, Span

_HEAD = regex(r"(?:for|if|elif|elseif|elsif|else|model|block|def)\b")
_WORDS = regex(r"(?:model|block)\b")
_THEN = regex(r"(?:if|for)\b.*\b(?:then|do)[ ]*(?:#.*)?$")
_BEGIN = regex(r"[ ]*\b(?:begin|do|is|then)$")
_END = regex(r"\}|(?:end(?:model|block|if|for)?|fi|done)\b(?:[ ]+(?:if|for)\b)?;?")
"""Words that stand behind a head in the place of a brace, and how a line begins that ends a body."""

_ELSE = regex(r"(?:else|elif|elseif|elsif)\b")
_OF_PYTHON = ("DSL210", "DSL211")
"""What is said of calls as Python has them, which come with such bodies."""

_MOST = 2_000
"""Lines that are looked at."""


@record
class _Braced:
    """A text in which bodies stand in braces, and the first and last of the lines that have changed, in the old text and in the new one."""

    lines: tuple[str, ...]
    first: int
    last: int
    until: int


def as_braces(source: Source, said: Sequence[Diagnostic], tried: Tried) -> Sequence[Diagnostic]:
    """Diagnostics, with one for all bodies that stand behind a colon."""
    begun = _begun(source, said)
    if begun is None:
        return said
    told, found = begun
    text = "\n".join(found.lines)
    starts = Source(source.name, text).starts
    end = starts[found.until] - 1 if found.until < len(starts) else len(text)
    others = {(each.code, each.text) for each in said if each is not told and each.code not in _OF_PYTHON}
    right = settled(text, starts[found.first], end, tried, others)
    if right is None:
        return said
    whole = Span(source, source.starts[found.first], _end(source, found.last))
    fix = Fix("unsafe", "put the bodies in braces", (Edit(whole, right),))
    made = replace(told, help=messages.in_braces(right.split("\n")), fix=fix)
    others_left = still_said(said, text[: starts[found.first]] + right + text[end:], tried)
    kept = {id(each) for each in others_left}
    return [made if each is told else each for each in said if each is told or id(each) in kept]


def braced_alone(source: Source, said: Sequence[Diagnostic]) -> tuple[Diagnostic, str] | None:
    """The first message about a body that stands behind a colon, and the text with braces, whatever else is wrong in it."""
    begun = _begun(source, said)
    return None if begun is None else (begun[0], "\n".join(begun[1].lines))


def _begun(source: Source, said: Sequence[Diagnostic]) -> tuple[Diagnostic, _Braced] | None:
    told = next((each for each in said if _is_told(each, source)), None)
    rows = source.text.split("\n")
    found = None if told is None or len(rows) > _MOST else _braced(rows, _meant(told, rows))
    return None if told is None or found is None else (told, found)


def _is_told(each: Diagnostic, source: Source) -> bool:
    line = each.span.source.line(each.span.row) if each.span.source is source else ""
    if each.code != "DSL101":
        return False
    if (_WORDS.match(line) or _THEN.match(line.strip())) and _bare(line) is not None:
        return True
    return (each.cause is Cause.BRACELESS and (_parts(line) or _bare(line)) is not None) or line.startswith(
        "def "
    )


def _end(source: Source, row: int) -> int:
    """Where a line ends, counted from none."""
    return source.starts[row] + len(source.line(row + 1))


def _meant(told: Diagnostic, rows: Sequence[str]) -> range:
    """The lines whose heads may have a colon: those of the same item where the first has none, else all of the file."""
    row = told.span.row - 1
    if _parts(rows[row]) is not None:
        return range(len(rows))
    ends = (number for number in range(row + 1, len(rows)) if rows[number][:1].strip(" \t}#"))
    begins = (number for number in range(row, -1, -1) if rows[number][:1].strip(" \t}#"))
    return range(next(begins, 0), next(ends, len(rows)))


def _braced(rows: Sequence[str], meant: range) -> _Braced | None:
    """Lines with braces in the place of colons, or behind heads alone, and around what is indented behind them."""
    made: list[str] = []
    open_at: list[int] = []  # how far the heads are indented whose bodies are open
    blank = 0  # lines without words at the end of those that are made
    changed: list[int] = []
    ends = 0
    for number, row in enumerate(rows):
        bare = row.strip()
        if not bare or bare.startswith("#"):
            made.append(row)
            blank += 1
            continue
        indent = len(row) - len(row.lstrip())
        goes_on, is_end = "", False
        while open_at and indent <= open_at[-1]:
            at = open_at.pop()
            if indent == at and _ELSE.match(bare):
                goes_on = "} "
                continue
            if indent == at and (ending := _END.match(bare)) is not None:  # which ends it
                is_end = ending[0] != "}"
                row = f"{row[:indent]}}}{bare[ending.end() :]}"
                bare = row.strip()
                continue
            made.insert(len(made) - blank, f"{' ' * at}}}")
            ends = len(made) - blank
        blank = 0
        parts = _parts(bare) if _HEAD.match(bare) and number in meant else None
        if parts is None and _HEAD.match(bare) and _is_behind(rows, number, indent):
            parts = _bare(bare)
        if parts is None:
            made.append(row)
            ends = len(made) if is_end else ends
            continue
        head, body, note = parts
        head = re.sub(r"^def\b", "fn", re.sub(r"^(?:elif|elseif|elsif)\b", "else if", head))
        if not body and not _is_behind(rows, number, indent):
            return None
        changed.append(number)
        made.append(f"{row[:indent]}{goes_on}{head} {{{f' {body} }}' if body else ''}{note}")
        ends = len(made)
        if not body:
            open_at.append(indent)
    for at in reversed(open_at):
        made.insert(len(made) - blank, f"{' ' * at}}}")
        ends = len(made) - blank
    if not changed:
        return None
    return _Braced(tuple(made), changed[0], len(rows) - (len(made) - ends) - 1, ends)


def _parts(text: str) -> tuple[str, str, str] | None:
    """The head of a body, what stands in its line behind the colon, and a comment; None where there is no such colon."""
    depth, quote = 0, ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "#":
            return None
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == ":" and not depth:
            rest, sign, note = text[at + 1 :].partition("#")
            return text[:at].rstrip(), rest.strip(), f"  #{note}" if sign else ""
    return None


_OTHERS = regex(r"[{}]|(?<![=<>!])=(?!=)")
"""What no head of a body without its brace has outside of brackets."""


def _bare(text: str) -> tuple[str, str, str] | None:
    """The head of a body without a brace or a colon, and a comment, as `_parts` gives them; None for any other line."""
    head, sign, note = text.partition("#")
    outside = head
    while (inner := re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", outside)) != outside:
        outside = inner
    if _HEAD.match(head.lstrip()) is None or _OTHERS.search(outside) is not None or ":" in outside:
        return None
    return _BEGIN.sub("", head.rstrip()), "", f"  #{note}" if sign else ""


def _is_behind(rows: Sequence[str], number: int, indent: int) -> bool:
    """Whether lines stand behind a head that are indented more."""
    below = next(_with_words(rows[number + 1 :]), "")
    return len(below) - len(below.lstrip()) > indent


def _with_words(rows: Sequence[str]) -> Iterator[str]:
    return (row for row in rows if row.strip() and not row.lstrip().startswith("#"))
