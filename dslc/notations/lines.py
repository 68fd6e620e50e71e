"""Lines of a body, or a whole text, in the notation of others: they are one mistake, and the whole of it is written as it is here.

In: a source and all that is said of it.  Out: the same, with one message for all lines of a notation. What else is said of these lines, or
follows from them, is left out. What the message shows has been tried.

    1. Dense(128, relu)           write line 3 as `x = x -> Dense(128, activation="relu")`, and the line below likewise
    2. Dense(10)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, in_order
from dslc.diagnostics.fixing import applied
from dslc.diagnostics.messages import syntax as messages
from dslc.notations.finding import found_in
from dslc.notations.found import Found, Row
from dslc.notations.phrases import Stages
from dslc.notations.written import Around, Line, written
from dslc.record import record, replace
from dslc.source import Source, Span

Tried = Callable[[str], Sequence[Diagnostic]]
"""What is said of a changed text."""

_HEAD = re.compile(r"(?:block|model|fn|extern|use)\b[ \t]+[\w\"]")
_BODY = re.compile(r"(?:block|model)\b[^{=]*\{[ \t]*(?:#.*)?$")
_UNREADABLE = (
    "DSL101",
    "DSL102",
    "DSL103",
    "DSL106",
    "DSL107",
    "DSL108",
    "DSL118",
    "DSL119",
    "DSL120",
    "DSL121",
    "DSL202",
    "DSL210",
    "DSL389",
)
"""What is said of lines that are none of the language."""

_GATHERED = ("DSL108", "DSL121", "DSL202", "DSL210", "DSL389")
"""What is said of them where each can be read: of several lines at once, mostly."""

_FOLLOWS = ("DSL212", "DSL224", "DSL801", "DSL808")
"""What is said of a body that lacks the lines which nobody could read."""

_ALLOWED = ("DSL40", "DSL41", "DSL42", "DSL8")
"""What may still be said of the lines once they are written as they are here: the shapes are the author's."""

_MOST = 200  # lines that are written as they are here


@record
class _Item:
    """An item of a file with lines in a notation: what they are, the names that other lines give values, and how they are written here."""

    found: Found
    bound: frozenset[str]
    lines: Sequence[Line] | None
    fix: Fix | None


def as_notations(source: Source, said: Sequence[Diagnostic], tried: Tried) -> list[Diagnostic]:
    """Diagnostics, with one for all lines of a body that are in one notation."""
    wrong = {each.span.row for each in said if each.code in _UNREADABLE and each.span.source is source}
    if not wrong:
        return list(said)
    unread = {each.span.row for each in said if each.code in _UNREADABLE and each.code not in _GATHERED}
    rows = source.text.split("\n")
    heads = [number for number, text in enumerate(rows, 1) if _HEAD.match(text)]
    is_whole = not heads or any(each.code == "DSL119" for each in said)
    items = (
        [(1, len(rows))]
        if is_whole
        else list(zip(heads, [*(each - 1 for each in heads[1:]), len(rows)], strict=True))
    )
    numbers = [0] if is_whole else sorted({bisect_right(heads, row) - 1 for row in wrong} - {-1})
    found = {}
    told = Counter(0 if is_whole else bisect_right(heads, each.span.row) - 1 for each in said)
    python = {
        bisect_right(heads, each.span.row) - 1
        for each in said
        if each.code == "DSL210" and each.fix is not None
    }
    for number in numbers:
        if number in python and told[number] == 1 and not is_whole:
            continue  # calls of Python, which are one mistake already
        item = _item(source, rows, (wrong, unread), *items[number], is_whole)
        if item is not None and wrong & set(item.found.rows):
            found[number] = item
    if not found:
        return list(said)
    kept = [
        each for each in said if each.span.source is not source or not _is_told(each, found, heads, is_whole)
    ]
    failed = _failed(source, found, kept, is_whole, tried)
    made = [*kept]
    for number, item in found.items():
        right = number not in failed
        lines = item.lines if right else None
        extent = None if is_whole else (item.found.rows[0], item.found.rows[-1])
        stages = [each.said.text for each in item.found.parts if isinstance(each.said, Stages)]
        stage = next((each for each in stages if re.fullmatch(r"Dense\(.*\)", each)), None)
        texts = [each.text for each in lines or ()]
        message = messages.foreign_notation(item.found.notation, extent, texts, stage)
        made.append(message.at(_row(source, item.found.rows[0]), (), item.fix if right else None))
    return in_order(made)


def _item(
    source: Source,
    rows: Sequence[str],
    wrong: tuple[Set[int], Set[int]],
    first: int,
    last: int,
    is_whole: bool,
) -> _Item | None:
    """An item of a file, if several of its lines are in one notation. `wrong` are lines of which something is said, and those that nobody can read."""
    body = _body(rows, first, last, is_whole)
    if body is None:
        return None
    numbers = {number for number, _ in body}
    said, unread = wrong[0] & numbers, wrong[1] & numbers
    lost = said if unread or len(said) > 1 else set()  # one line may speak for others already
    found = found_in(body, lost, _dimensions(rows[first - 1 : last]))
    if found is None:
        return None
    found = replace(found, rows=tuple(sorted(found.rows)))
    theirs = set(found.rows)
    bound = frozenset(
        name[1] for number, text in body if number not in theirs and (name := _BOUND.match(text))
    )
    lines = written(found.parts, _around(found, body)) if len(theirs) <= _MOST else None
    return _Item(found, bound, lines, None if lines is None else _fix(source, found, lines, is_whole))


_BOUND = re.compile(r"(?:(?:input|weight|shared|output)[ \t]+)?([A-Za-z_]\w*)[ \t]*(?::|=(?!=))")
"""A line that gives a name its value."""


def _is_told(each: Diagnostic, found: Mapping[int, _Item], heads: Sequence[int], is_whole: bool) -> bool:
    """Whether something is said of the lines of a notation, or follows from them."""
    item = found.get(0 if is_whole else bisect_right(heads, each.span.row) - 1)
    if item is None:
        return False
    if each.span.row in item.found.rows:
        return True
    if each.code == "DSL201":
        return each.fix is None and each.span.text not in item.bound
    return each.code in _FOLLOWS


def _failed(
    source: Source, found: Mapping[int, _Item], kept: Sequence[Diagnostic], is_whole: bool, tried: Tried
) -> set[int]:
    """The items of which something else is said when they are written as they are here."""
    edits = [edit for item in found.values() if item.fix is not None for edit in item.fix.edits]
    if not edits:
        return set()
    text = applied(source.text, edits)
    heads = [number for number, line in enumerate(text.split("\n"), 1) if _HEAD.match(line)]
    known = {(each.code, each.text) for each in kept}
    return {
        0 if is_whole else bisect_right(heads, each.span.row) - 1
        for each in tried(text)
        if each.severity == "error"
        and (each.code, each.text) not in known
        and not each.code.startswith(_ALLOWED)
    }


def _body(rows: Sequence[str], first: int, last: int, is_whole: bool) -> list[Row] | None:
    """The lines of a body without its head and its end, or all lines where nothing is an item."""
    begin = first
    if not is_whole:
        if not _BODY.match(rows[first - 1]):
            return None
        begin = first + 1
        while last > begin and not rows[last - 1].strip().startswith("}"):
            last -= 1
        last -= 1
    lines = [(number, _bare(rows[number - 1])) for number in range(begin, last + 1)]
    return [(number, text) for number, text in lines if text]


_COMMENT = re.compile(r"(\s+#\s.*)$")


def _bare(text: str) -> str:
    """A line without what stands around it, and without a comment."""
    bare = text.strip()
    return "" if bare.startswith(("#", "//")) and not bare.startswith("#!") else _COMMENT.sub("", bare)


def _dimensions(rows: Sequence[str]) -> int:
    """How many dimensions the layers have that do not say it: as the first shape has beside its channels."""
    for row in rows:
        if (found := re.search(r"\(\s*(?:[\w?]+\s*,\s*)+[\w?]+\s*\)", row)) and "input" in row.lower():
            return max(1, min(3, found[0].count(",") - found[0].count("None")))
    return 2


def _around(found: Found, body: Sequence[Row]) -> Around:
    """What a body has besides the lines of a notation."""
    theirs = set(found.rows)
    flow, has_output = "", False
    for number, text in body:
        if number in theirs:
            continue
        named = _BOUND.match(text)
        if number < found.rows[0] and named is not None:
            flow = named[1]
        has_output = has_output or text.startswith("output ")
    return Around(flow, has_output)


def _row(source: Source, row: int) -> Span:
    """A line without the blanks around it."""
    text = source.line(row)
    begin = source.starts[row - 1] + len(text) - len(text.lstrip())
    return Span(source, begin, begin + len(text.strip()))


def _fix(source: Source, found: Found, lines: Sequence[Line], is_whole: bool) -> Fix:
    """The edits that write the lines of a notation as they are here, each run of them at once."""
    rows = found.rows
    place = _row(source, rows[0])
    blank = source.text[source.starts[rows[0] - 1] : place.start]
    blank = "    " if is_whole else blank
    comments = {row: note[1] for row in rows if (note := _COMMENT.search(source.line(row)))}
    text = f"\n{blank}".join(f"{each.text}{comments.pop(each.row, '')}" for each in lines)
    if is_whole:
        return Fix(
            "unsafe",
            "write it as a model",
            (Edit(Span(source, 0, len(source.text)), f"model Net {{\n{blank}{text}\n}}\n"),),
        )
    edits = []
    for run in _runs(rows, source):
        first, last = _row(source, run[0]), _row(source, run[-1])
        if run[0] == rows[0]:
            edits.append(Edit(Span(source, first.start, last.end), text))
        else:
            edits.append(
                Edit(Span(source, source.starts[run[0] - 1], min(len(source.text), last.end + 1)), "")
            )
    return Fix("unsafe", "write these lines as they are here", tuple(edits))


def _runs(rows: Sequence[int], source: Source) -> list[list[int]]:
    """Lines that follow each other, with none but blank ones between."""
    runs: list[list[int]] = [[rows[0]]]
    for row in rows[1:]:
        if all(not source.line(between).strip() for between in range(runs[-1][-1] + 1, row)):
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs
