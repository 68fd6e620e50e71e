"""Lines that say what the language says in another way: one message for all that is said of them, with what to write.

In: a source and all that is said of it.  Out: the same, with one message in the place of those that a rephrasing answers; None where none does.
`rephrasings` has the lines that are known. What one of them leads to is tried before it is shown, with whatever `check` still says of
it mended by its own fixes.

    extern my.layers.Head(n) { … }          extern Head(n) from my.layers { … }
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, in_order
from dslc.diagnostics.messages import foreign as messages
from dslc.notations.around import Right, Where
from dslc.notations.edited import changes, edit_of_lines
from dslc.notations.found import LINE
from dslc.notations.places import bare, items_of, line_of, line_span
from dslc.notations.rephrasing import Rephrasing
from dslc.notations.rephrasings import known_for
from dslc.notations.settled import ALLOWED, Tried, settled
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Source

_MOST, _CHARACTERS = 12, 40_000
"""Lines of a file that are looked at, and the characters that are tried for them: all of the file for each."""

Errors = Counter[tuple[str, str]]
"""How often a file has each mistake, by its code and text."""


def rephrased(source: Source, said: Sequence[Diagnostic], tried: Tried) -> list[Diagnostic] | None:
    """Diagnostics, with one for each place that is said in another way here, as many as are tried."""
    items = items_of(source, False)
    tries = _CHARACTERS // max(1, len(source.text))
    answers: dict[int, Diagnostic] = {}
    gone: set[int] = set()
    alike: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for one in said:
        alike[one.code, items.of(one.span.row)].add(one.span.row)
    # first what leaves nothing wrong in the lines that change, then what leaves the other mistakes there
    for beside, (about, row) in product((False, True), _places(source, said)):
        line = bare(source.line(row))
        number = items.of(row)
        extent = items.extents[number] if number >= 0 else (row, (items.heads or (row + 1,))[0] - 1)
        own = "\n".join(items.lines[extent[0] - 1 : extent[1]]) if number >= 0 else ""
        if id(about) in answers or id(about) in gone or _is_unlike(line, own):
            continue
        where = Where(items.lines, row, extent, about, frozenset(alike[about.code, number]))
        for each, right in known_for(line, where):
            if all(tuple(items.lines[first - 1 : last]) == written for first, last, written in right):
                continue  # nothing is said in another way
            if beside and not _has_others(said, about, right):
                continue
            if tries <= 0:
                break
            tries -= 1
            text = _settled(source, said, right, tried, about if beside else None)
            left = None if text is None else tried(text)
            if text is not None and left is not None and _is_better(said, left, about, each.fits):
                answers[id(about)] = _message(source, about, row, each, text)
                kept = {id(other) for other in _still(about, said, left)}
                gone |= {id(other) for other in said if other is not about and id(other) not in kept}
                break
    if not answers:
        return None
    return in_order([answers.get(id(each), each) for each in said if id(each) not in gone])


def _is_unlike(line: str, own: str) -> bool:
    """Whether a line is none that rows are about."""
    return not line or len(line) > LINE or _OF_CLASS.search(own) is not None


_OF_CLASS = regex(r"^[ \t]*def[ ]+(?:__\w+__|forward|call|setup|build)\b[^{\n]*$", re.MULTILINE)
"""A line of a class of Python, whose lines are told together."""


def _places(source: Source, said: Sequence[Diagnostic]) -> Iterator[tuple[Diagnostic, int]]:
    """The lines that may be said in another way: those of mistakes, and those that open the bodies that these stand in."""
    items = items_of(source, False)
    seen: set[int] = set()
    for each in said:
        if each.severity != "error" or each.span.source is not source:
            continue
        number = items.of(each.span.row)
        rows = [each.span.row]
        if number >= 0 and not items.is_whole:
            rows += [_opener(items.lines, each.span.row), items.heads[number]]
        for row in rows:
            if row not in seen and len(seen) < _MOST:
                seen.add(row)
                yield each, row


def _opener(lines: Sequence[str], row: int) -> int:
    """The nearest line above one that is less indented."""
    own = len(lines[row - 1]) - len(lines[row - 1].lstrip())
    for above in range(row - 1, max(0, row - _NEAR), -1):
        line = lines[above - 1]
        if line.strip() and len(line) - len(line.lstrip()) < own:
            return above
    return row


_NEAR = 40


def _has_others(said: Sequence[Diagnostic], about: Diagnostic, right: Right) -> bool:
    """Whether something else is wrong in the lines that change."""
    changed = {row for first, last, _ in right for row in range(first, last + 1)}
    return any(each is not about and each.severity == "error" and each.span.row in changed for each in said)


def _settled(
    source: Source, said: Sequence[Diagnostic], right: Right, tried: Tried, alone: Diagnostic | None = None
) -> str | None:
    """The text with other lines in the place of some, mended; what is said of the others may stay, and of one `alone` all but that."""
    lines = source.text.split("\n")
    for first, last, written in sorted(right, reverse=True):
        lines[first - 1 : last] = written
    changed = {row for first, last, _ in right for row in range(first, last + 1)}
    others = {
        (each.code, each.text)
        for each in said
        if each.span.row not in changed or (alone is not None and each is not alone)
    }
    text = "\n".join(lines)
    if not text.strip():
        return None
    return settled(text, 0, len(text), tried, others)


def _errors(said: Iterable[Diagnostic]) -> Errors:
    return Counter((each.code, each.text) for each in said if each.severity == "error")


def _is_better(said: Sequence[Diagnostic], left: Sequence[Diagnostic], about: Diagnostic, fits: bool) -> bool:
    """Whether a mistake is gone from a text, and no other has come; what becomes of its shapes is the author's, unless they were it."""
    before = _errors(said)
    after = _errors(each for each in left if fits or not each.code.startswith(ALLOWED))
    own = about.code, about.text
    return after[own] < before[own] and not after - before


def _still(about: Diagnostic, said: Sequence[Diagnostic], left: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """What is said of the mended text, too, as often as there; of several that say the same those of lines that are as they were."""
    kept = Counter((each.code, each.text) for each in left)
    lines = {(each.code, each.text, line_of(each)) for each in left}
    for each in sorted(said, key=lambda each: (each.code, each.text, line_of(each)) not in lines):
        if each is not about and kept[each.code, each.text] > 0:
            kept[each.code, each.text] -= 1
            yield each


_SHOWN = regex(r"`[^`]+`")
"""What advice says is to be written."""


def _message(source: Source, about: Diagnostic, row: int, each: Rephrasing, right: str) -> Diagnostic:
    """What is said of a line: what is wrong with it, and the lines that change."""
    edits: list[Edit] = []
    shown: list[str] = []
    old, new = source.text.split("\n"), right.split("\n")
    instead_of = None
    for first, last, begin, end in changes(old, new):
        instead_of = (first + 1, last)
        edits.append(edit_of_lines(source, first, last, new[begin:end]))
        shown += textwrap.dedent("\n".join(new[begin:end])).split("\n")
    advice = messages.said_so(each.why, shown, instead_of if len(edits) == 1 else None)
    done = "write it as it is here" if any(shown) else "leave it out"
    if not each.why and (each.fits or not any(line.strip() for line in shown)):
        advice = about.help or advice  # which says so, and why
        meant = _SHOWN.search(advice)
        done = meant[0] if meant is not None and each.fits else done
    elif each.fits and each.is_last and about.help is not None:
        other = about.help.replace(f"; {each.why}", "")  # which is said already
        if "\n" in advice:  # behind lines that are shown nothing else stands
            advice = messages.said_so(
                f"{other}; or {each.why}", shown, instead_of if len(edits) == 1 else None
            )
        else:
            advice = f"{advice}; or {other}"  # nobody knows which of them was meant
    said: Diagnostic = replace(
        about,
        text=each.text.format(line=bare(source.line(row))) if each.text else about.text,
        span=about.span if each.text is None else line_span(source, row),
        labels=about.labels if each.fits else (),
        help=advice,
        fix=Fix("unsafe", done, tuple(edits)),
    )
    return said
