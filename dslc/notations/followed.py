"""Fixes that are followed to their end: what is still said of the lines that they write, and what is said only because of the mistake.

In: a source and all that is said of it.  Out: the same, in which a fix that leads to the next mistake makes the edits of that one, too; and
without the mistakes that are gone once another one is mended, for they follow from it.

    if deep then x = x -> A         leave `then` out                                 if deep x = x -> A
                                    a body stands in braces: write (at once)         if deep { x = x -> A }
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.fixing import applied
from dslc.diagnostics.messages import foreign as messages
from dslc.notations.edited import changes, edit_of_lines
from dslc.notations.places import Items, bare, items_of, line_of
from dslc.notations.settled import ALLOWED, Tried
from dslc.record import record, replace
from dslc.regex import regex
from dslc.source import Source

Answered = Callable[[Source, Sequence[Diagnostic]], Sequence[Diagnostic]]
"""What is said of a text in all, of what was found in it."""

_MOST, _CHARACTERS, _ROUNDS = 8, 40_000, 6
"""Mistakes of a file that are followed, the characters that are tried for them (all of the file for each), and fixes after one another."""


@record
class _End:
    """A text with a mistake mended: what is still said of it, and why else something was written, if one fix was not enough."""

    text: str
    left: Sequence[Diagnostic]
    whys: tuple[str, ...]
    rounds: int
    is_same: bool  # one mistake at several places


def followed(
    source: Source, said: Sequence[Diagnostic], tried: Tried, answered: Answered
) -> list[Diagnostic]:
    """Diagnostics whose fixes lead to a text that has fewer of them, and none that follows from another."""
    tries = min(_MOST, _CHARACTERS // max(1, len(source.text)))
    made: list[Diagnostic] = list(said)
    gone: set[int] = set()
    for number, each in enumerate(said):
        if id(each) in gone or each.severity != "error" or each.fix is None or each.span.source is not source:
            continue
        if tries <= 0:
            break
        tries -= 1
        end = _end(source, said, each, tried, answered)
        if end is not None:
            made[number] = _whole(source, each, end) if end.rounds > 1 else each
            rows = _rows(source.text, end.text)
            followers = _followers(said, each, end.left, rows)
            if followers:  # unless that is said of them all together
                of_text = end.left[0].span.source if end.left else Source(source.name, end.text)
                said_then = answered(of_text, end.left)
                kept = {id(other) for other in _followers(said, each, said_then, rows)}
                gone.update(id(other) for other in followers if id(other) in kept)
    return [each for each, first in zip(made, said, strict=True) if id(first) not in gone]


def _key(each: Diagnostic) -> tuple[str, str]:
    return each.code, each.text


def _errors(said: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [each for each in said if each.severity == "error"]


def _end(
    source: Source, said: Sequence[Diagnostic], about: Diagnostic, tried: Tried, answered: Answered
) -> _End | None:
    """What a fix leads to, once whatever is new in its lines is mended, too; None where something stays there."""
    assert about.fix is not None
    text, edits = source.text, about.fix.edits
    before = Counter(_key(each) for each in _errors(said) if each is not about)
    beside = {_key(each) for each in _errors(said) if _is_beside(each, about)}
    items = items_of(source, False)
    alike = {_key(each) for each in _errors(said) if _is_alike(each, about, items)}
    whys = tuple(filter(None, [_why(about)]))
    is_same = True
    for number in range(1, _ROUNDS + 1):
        text = applied(text, edits)
        left = tried(text)
        rows = _rows(source.text, text)
        new = _new(left, before, rows)
        if any(each.fix is None for each in new):
            new = _new(answered(new[0].span.source, left), before, rows)
        fixes = [each for each in new if each.fix is not None]
        if len(fixes) < len(new):
            return None
        if not fixes:
            here = [each for each in _errors(left) if each.span.row in rows and _key(each) in beside]
            fixes = [each for each in here if each.fix is not None and _is_within(each.fix, rows)]
            fixes = fixes or [each for each in _errors(left) if each.fix is not None and _key(each) in alike]
        if not fixes:
            return _End(text, left, whys, number, is_same)
        first = min(fixes, key=lambda each: each.span.start)
        assert first.fix is not None
        edits = first.fix.edits
        is_same = is_same and first.help == about.help
        whys = tuple(dict.fromkeys((*whys, *filter(None, [_why(first)]))))
    return None


_ELSEWHERE = ("DSL202", "DSL210", "DSL211", "DSL227")
"""What is said of the words of other libraries."""


def _is_beside(each: Diagnostic, about: Diagnostic) -> bool:
    """Whether a mistake stands in what a fix changes, or both are about words of other libraries in one line."""
    if each.span.source is not about.span.source or about.fix is None:
        return False
    of_line = each.span.row == about.span.row and _is_within(about.fix, {about.span.row})
    if of_line and each.code in _ELSEWHERE and about.code in _ELSEWHERE:
        return True
    spans = [edit.span for edit in about.fix.edits]
    return any(each.span.start < span.end and span.start < each.span.end for span in spans)


_OF_CODE = ("DSL210", "DSL211", "DSL227")
"""What is said of lines that are code of another library."""


def _is_alike(each: Diagnostic, about: Diagnostic, items: Items) -> bool:
    """Whether two mistakes are code of another library in one body, which somebody has brought here as a whole."""
    if each.code not in _OF_CODE or about.code not in _OF_CODE or each.span.source is not about.span.source:
        return False
    number = items.of(about.span.row)
    return each is not about and number >= 0 and items.of(each.span.row) == number


def _is_within(fix: Fix, rows: Set[int]) -> bool:
    """Whether a fix changes nothing but these lines."""
    return all(edit.span.row in rows for edit in fix.edits)


def _rows(old: str, text: str) -> set[int]:
    """The lines of a text, from one, in which it is not as before."""
    changed = changes(old.split("\n"), text.split("\n"))
    return {row + 1 for _, _, begin, end in changed for row in range(begin, end)}


def _new(left: Sequence[Diagnostic], before: Counter[tuple[str, str]], rows: Set[int]) -> list[Diagnostic]:
    """The mistakes of changed lines that nobody has spoken of yet, but for those of shapes, which are the author's."""
    known = Counter(before)
    found: list[Diagnostic] = []
    for each in _errors(left):
        known[_key(each)] -= 1
        if known[_key(each)] < 0 and not each.code.startswith(ALLOWED) and each.span.row in rows:
            found.append(each)
    return found


def _followers(
    said: Sequence[Diagnostic], about: Diagnostic, left: Sequence[Diagnostic], rows: Set[int]
) -> list[Diagnostic]:
    """The other mistakes of a text that are gone from it once one of them is mended; `rows` are the lines that have changed."""
    errors = _errors(left)
    kept = Counter((*_key(each), line_of(each)) for each in errors)
    changed = {_key(each) for each in errors if each.span.row in rows}
    found: list[Diagnostic] = []
    for each in _errors(said):
        if each is about:
            continue
        key = (*_key(each), line_of(each))
        kept[key] -= 1
        if kept[key] < 0 and _key(each) not in changed:
            found.append(each)
    return found


_WRITE = regex(r"(.+?): (?:write )?`[^`]*`[^`]*")


def _why(each: Diagnostic) -> str | None:
    """Why something is written in another way, as far as the advice says it."""
    said = each.help or ""
    if said.startswith("leave "):
        reason = said.partition(": ")[2]
        return None if reason.startswith("write ") else reason or None
    found = _WRITE.fullmatch(said)
    return None if found is None else found[1]


def _whole(source: Source, about: Diagnostic, end: _End) -> Diagnostic:
    """A diagnostic with the edits of its own fix and of those that follow."""
    old, new = source.text.split("\n"), end.text.split("\n")
    edits: list[Edit] = []
    shown: list[str] = []
    for first, last, begin, stop in changes(old, new):
        edits.append(edit_of_lines(source, first, last, new[begin:stop]))
        shown += [each[: len(each) - len(each.lstrip())] + bare(each) for each in new[begin:stop]]
    fix = Fix("unsafe", "write it as it is here", tuple(edits))
    advice = about.help if end.is_same else messages.said_so(", ".join(end.whys), shown)
    return replace(about, help=advice, fix=fix)  # type: ignore[no-any-return]
