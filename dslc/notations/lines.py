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
from collections.abc import Iterator, Mapping, Sequence, Set

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, in_order
from dslc.diagnostics.fixing import applied
from dslc.diagnostics.messages import foreign as messages
from dslc.notations.edited import changes, edit_of_lines
from dslc.notations.finding import found_in
from dslc.notations.followed import followed
from dslc.notations.found import Found, Row
from dslc.notations.indented import as_braces, braced_alone
from dslc.notations.phrases import Stages
from dslc.notations.places import Items, bare, heads_in, items_of, line_span, replaced, with_comments
from dslc.notations.python_items import as_python
from dslc.notations.rephrased import rephrased
from dslc.notations.settled import ALLOWED, Tried, settled
from dslc.notations.written import Around, Line, written
from dslc.record import record, replace
from dslc.regex import regex
from dslc.source import Source, Span

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

_MOST = 200  # lines that are written as they are here


@record
class _Item:
    """An item of a file with lines in a notation: what they are, the names that other lines give values, and how they are written here."""

    found: Found
    bound: frozenset[str]
    lines: Sequence[Line] | None
    fix: Fix | None
    calling: frozenset[int] = frozenset()  # the lines that call what it declares, which are written anew, too


def as_notations(source: Source, said: Sequence[Diagnostic], tried: Tried) -> list[Diagnostic]:
    """Diagnostics, with one for all lines of a body that are in one notation, and fixes that lead to their end."""

    def answered(text: Source, found: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
        return _as_one(text, found, tried)

    return followed(source, answered(source, said), tried, answered)


def _as_one(source: Source, said: Sequence[Diagnostic], tried: Tried) -> list[Diagnostic]:
    """Diagnostics, with one for all lines of a body that are in one notation."""
    said = _with_braces(source, said, tried)
    answer = rephrased(source, said, tried)
    if answer is not None:
        return answer
    items = items_of(source, any(each.code == "DSL119" for each in said))
    told = as_python(source, said, items, tried)
    said = told.said
    wrong = {each.span.row for each in said if each.code in _UNREADABLE and each.span.source is source}
    unread = {each.span.row for each in said if each.code in _UNREADABLE and each.code not in _GATHERED}
    found = {}
    number_of = Counter(items.of(each.span.row) for each in said)
    python = {items.of(each.span.row) for each in said if each.code == "DSL210" and each.fix is not None}
    own = {items.of(each.span.row) for each in said if each.cause is Cause.CHAIN}  # lines that lack an arrow
    for number in sorted({items.of(row) for row in wrong} - {-1} - told.items):
        if number in own and number_of[number] == 1:
            continue
        if number in python and number_of[number] == 1 and not items.is_whole:
            continue  # calls of Python, which are one mistake already
        item = _item(source, items, (wrong, unread), number)
        if item is not None and wrong & set(item.found.rows):
            found[number] = item
    if not found:
        return in_order(list(said))
    found = {
        number: _with_calls(source, item, items.extents[number], tried) for number, item in found.items()
    }
    heads = _of_heads(source, said, found, items)
    found = {number: _with_head(item, heads.get(number)) for number, item in found.items()}
    told_with = [id(each) for each in heads.values()]
    kept = [
        each
        for each in said
        if id(each) not in told_with and (each.span.source is not source or not _is_told(each, found, items))
    ]
    failed = _failed(source, found, kept, items, tried)
    made = [*kept]
    for number, item in found.items():
        right = number not in failed
        lines = item.lines if right else None
        extent = None if items.is_whole else (item.found.rows[0], item.found.rows[-1])
        stages = [each.said.text for each in item.found.parts if isinstance(each.said, Stages)]
        stage = next((each for each in stages if re.fullmatch(r"Dense\(.*\)", each)), None)
        texts = [each.text for each in lines or ()]
        said_by_us = (each.said.guessed for each in item.found.parts if isinstance(each.said, Stages))
        guessed = next(filter(None, said_by_us), "")
        message = messages.foreign_notation(item.found.notation, extent, texts, stage, guessed=guessed)
        head = heads.get(number)
        labels = () if head is None or head.help is None else (Label(head.span, head.help),)
        made.append(message.at(line_span(source, item.found.rows[0]), labels, item.fix if right else None))
    return in_order(made)


def _with_braces(source: Source, said: Sequence[Diagnostic], tried: Tried) -> Sequence[Diagnostic]:
    """Diagnostics, with one for all bodies that stand behind a colon; where the lines in them are in a notation of others, with these
    as they are written here."""
    braced = as_braces(source, said, tried)
    begun = braced_alone(source, said)
    if begun is None or sum(each.severity == "error" for each in braced) == 1:
        return braced
    told, text = begun
    found = tried(text)
    then = (
        [each for each in _as_one(found[0].span.source, found, tried) if each.severity == "error"]
        if found
        else []
    )
    if len(then) != 1 or then[0].fix is None:
        return braced
    text = applied(text, then[0].fix.edits)
    if any(each.severity == "error" for each in tried(text)):
        return braced
    old, new = source.text.split("\n"), text.split("\n")
    changed = changes(old, new)
    edits = tuple(edit_of_lines(source, a, b, new[c:d]) for a, b, c, d in changed)
    shown = new[changed[0][2] : changed[-1][3]]
    made = replace(told, help=messages.in_braces(shown), fix=Fix("unsafe", "put the bodies in braces", edits))
    return [made, *(each for each in braced if each.severity != "error")]


def _with_calls(source: Source, item: _Item, extent: tuple[int, int], tried: Tried) -> _Item:
    """An item that declares layers, with the lines below that call these as Python does: they are written anew, too."""
    if item.fix is None or item.lines is None or not all(each.declares for each in item.found.parts):
        return item
    if len(item.lines) != len(item.found.rows):
        return item
    begin = source.starts[extent[0] - 1]
    behind = source.starts[extent[1]] if extent[1] < len(source.starts) else len(source.text)
    text = applied(source.text, item.fix.edits)
    done = settled(text, begin, len(text) - (len(source.text) - behind), tried)
    before = text[begin : len(text) - (len(source.text) - behind)].split("\n")
    after = [] if done is None else done.split("\n")
    if len(before) != len(after):
        return item
    changed = {
        row: new.strip()
        for row, (old, new) in enumerate(zip(before, after, strict=True), extent[0])
        if old != new
    }
    lines = [*item.lines, *(Line(row, bare(new)) for row, new in changed.items())]
    edits = (*item.fix.edits, *(Edit(line_span(source, row), new) for row, new in changed.items()))
    made: _Item = replace(item, lines=lines, fix=replace(item.fix, edits=edits), calling=frozenset(changed))
    return made


def _of_heads(
    source: Source, said: Sequence[Diagnostic], found: Mapping[int, _Item], items: Items
) -> dict[int, Diagnostic]:
    """What is said of the heads of the items, `model "net" {`, with an edit: it is the same notation."""
    heads = {items.extents[number][0]: number for number in found if not items.is_whole}
    return {
        heads[each.span.row]: each
        for each in said
        if each.span.source is source
        and each.code == "DSL101"
        and each.fix is not None
        and each.span.row in heads
    }


def _with_head(item: _Item, head: Diagnostic | None) -> _Item:
    """An item whose fix makes the edits of its head, too."""
    if head is None or head.fix is None or item.fix is None:
        return item
    edits = (*head.fix.edits, *item.fix.edits)
    made: _Item = replace(item, fix=replace(item.fix, edits=edits))
    return made


def _item(source: Source, items: Items, wrong: tuple[Set[int], Set[int]], number: int) -> _Item | None:
    """An item of a file, if several of its lines are in one notation. `wrong` are lines of which something is said, and those that nobody can read."""
    body = items.body(number)
    if body is None:
        return None
    numbers = {row for row, _ in body}
    said, unread = wrong[0] & numbers, wrong[1] & numbers
    lost = said if unread or len(said) > 1 else set()  # one line may speak for others already
    first, last = items.extents[number]
    found = found_in(body, lost, _dimensions(items.lines[first - 1 : last]))
    if found is None:
        return None
    found = replace(found, rows=tuple(sorted({*found.rows, *_of_their_names(found, body)})))
    theirs = set(found.rows)
    bound = frozenset(
        name[1] for number, text in body if number not in theirs and (name := _BOUND.match(text))
    )
    lines = written(found.parts, _around(found, body)) if len(theirs) <= _MOST else None
    return _Item(found, bound, lines, None if lines is None else _fix(source, found, lines, items.is_whole))


_OUTPUT = regex(r"output[ \t]+([A-Za-z_]\w*)")


def _of_their_names(found: Found, body: Sequence[Row]) -> Iterator[int]:
    """The line behind a notation that hands out what its last section is called, `output ip1`, which no line of the language binds."""
    number, text = body[-1]
    named = _OUTPUT.fullmatch(text)
    if named is None or number < found.rows[-1] or any(each.name for each in found.parts):
        return
    theirs = set(found.rows)
    quoted = regex(rf"[\"']{named[1]}[\"']")
    if any(quoted.search(line) for row, line in body if row in theirs):
        yield number


_BOUND = regex(r"(?:(?:input|weight|shared|output)[ \t]+)?([A-Za-z_]\w*)[ \t]*(?::|=(?!=))")
"""A line that gives a name its value."""


def _is_told(each: Diagnostic, found: Mapping[int, _Item], items: Items) -> bool:
    """Whether something is said of the lines of a notation, or follows from them."""
    item = found.get(items.of(each.span.row))
    if item is None:
        return False
    if each.span.row in item.found.rows or each.span.row in item.calling:
        return True
    if each.code == "DSL201":
        return each.fix is None and each.span.text not in item.bound
    return each.code in _FOLLOWS


def _failed(
    source: Source, found: Mapping[int, _Item], kept: Sequence[Diagnostic], items: Items, tried: Tried
) -> set[int]:
    """The items of which something else is said when they are written as they are here."""
    edits = [edit for item in found.values() if item.fix is not None for edit in item.fix.edits]
    if not edits:
        return set()
    text = applied(source.text, edits)
    heads = heads_in(text.split("\n"))
    known = {(each.code, each.text) for each in kept}
    return {
        0 if items.is_whole else bisect_right(heads, each.span.row) - 1
        for each in tried(text)
        if each.severity == "error"
        and (each.code, each.text) not in known
        and not each.code.startswith(ALLOWED)
    }


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
    words = {word for number, text in body if number not in theirs for word in re.findall(r"\w+", text)}
    return Around(flow, has_output, frozenset(words))


def _fix(source: Source, found: Found, lines: Sequence[Line], is_whole: bool) -> Fix:
    """The edits that write the lines of a notation as they are here, each run of them at once."""
    written = [(each.row, each.text) for each in lines]
    if is_whole:
        text = "\n    ".join(with_comments(source, found.rows, written))
        whole = Edit(Span(source, 0, len(source.text)), f"model Net {{\n    {text}\n}}\n")
        return Fix("unsafe", "write it as a model", (whole,))
    edits = replaced(source, found.rows, written)
    return Fix("unsafe", "write these lines as they are here", tuple(edits))
