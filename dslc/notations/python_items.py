"""Items whose bodies are classes of Python: one message for each, with the whole body as it is written here.

In: a source and all that is said of it.  Out: the same, with one message for the lines of a class, where all of them are understood and
what they become has been tried; and the items of which that is said.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import repeat
from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.fixing import applied
from dslc.diagnostics.messages import foreign as messages
from dslc.notations.found import Row
from dslc.notations.places import Items, line_span, replaced
from dslc.notations.settled import Tried, settled, still_said
from dslc.record import record, replace
from dslc.regex import regex
from dslc.source import Source, Span

if TYPE_CHECKING:
    from dslc.notations.python_bodies import Python


_MOST, _CHARACTERS = 8, 40_000
"""Bodies of a file that are written as they are here, and the characters that are tried for them: all of the file for each."""


@record
class Told:
    """What is said of a source, and the numbers of the items of which all is said."""

    said: Sequence[Diagnostic]
    items: frozenset[int]


def as_python(source: Source, said: Sequence[Diagnostic], items: Items, tried: Tried) -> Told:
    """Diagnostics, with one for each body that is a class of Python, or for a whole file of Python."""
    whole = next((each for each in said if each.code == "DSL117" and each.span.source is source), None)
    if whole is not None:
        return Told([_whole(source, each, tried) if each is whole else each for each in said], frozenset())
    wrong: dict[int, list[Diagnostic]] = {}
    for each in said:
        if each.severity == "error" and each.span.source is source:
            wrong.setdefault(items.of(each.span.row), []).append(each)
    made: dict[int, Diagnostic] = {}
    most = min(_MOST, max(1, _CHARACTERS // max(1, len(source.text))))
    for number, own in sorted(wrong.items())[:most]:
        if number < 0 or (len(own) == 1 and own[0].fix is not None):
            continue  # one that says it all
        body = items.body(number)
        found = None if body is None else _told(source, items, number, body, tried)
        if found is not None:
            made[number] = found
    if not made:
        return Told(said, frozenset())
    kept = [each for each in said if each.span.source is not source or items.of(each.span.row) not in made]
    if any(each.severity == "error" for each in kept):  # which may follow from what the bodies lack
        edits = [edit for each in made.values() if each.fix is not None for edit in each.fix.edits]
        kept = still_said(kept, applied(source.text, edits), tried)
    return Told((*kept, *made.values()), frozenset(made))


def _whole(source: Source, said: Diagnostic, tried: Tried) -> Diagnostic:
    """What is said of a whole file of Python, with the text that it is here, where all of that is known."""
    right = next(
        (each for each in map(_settled, _readings(source.text), repeat(tried)) if each is not None), None
    )
    if right is None:
        return said
    fix = Fix("unsafe", "write it as a model", (Edit(Span(source, 0, len(source.text)), right),))
    made: Diagnostic = replace(said, help=messages.model_of_python(right.rstrip("\n").split("\n")), fix=fix)
    return made


def _readings(text: str) -> Iterator[str]:
    """What a file of Python may be here: as a file of Keras, all of which is known, or as one of another library."""
    from dslc.decompile.config import Refused
    from dslc.decompile.python.text import write  # which take Python's own parser
    from dslc.notations.python_files import python_file

    with suppress(Refused):  # what is in the way, `dslc import` tells
        made = write(text).text
        if "\nmodel " in f"\n{made}":  # a class says nothing of the shapes that it is given
            yield made
    other = python_file(text)
    if other is not None:
        yield other


def _settled(text: str, tried: Tried) -> str | None:
    return settled(text, 0, len(text), tried)


def _told(source: Source, items: Items, number: int, body: Sequence[Row], tried: Tried) -> Diagnostic | None:
    """What is said of a body that is a class of Python; None where it is none, or nobody knows what it is here."""
    if not _PYTHON.search("\n".join(text for _, text in body)):
        return None
    from dslc.notations.python_bodies import python_body  # which takes Python's own parser

    first, last = items.extents[number]
    found = python_body(body, items.lines, items.names, items.lines[first - 1].startswith("model"))
    if found is None:
        return None
    edits = replaced(source, found.rows, [(each.row, each.text) for each in found.lines])
    edits += _parameters(source, first, found.parameters)
    start, end = source.starts[first - 1], line_span(source, last).end
    text = applied(source.text, edits)
    right = settled(text, start, end + len(text) - len(source.text), tried)
    if right is None:
        return None
    fix = Fix("unsafe", "write these lines as they are here", (Edit(Span(source, start, end), right),))
    shown = _shown(items, first, last, found, right)
    extent = (found.rows[0], found.rows[-1])
    message = messages.foreign_notation("Python", extent, shown, left=found.left)
    return message.at(line_span(source, found.rows[0]), (), fix)


_PYTHON = regex(
    r"^(?:(?:async[ \t]+)?def[ \t]+(?:__init__|__call__|setup|build|forward|call)\b|self\.\w+[ \t]*=|@nn\.compact$"
    r"|(?:return[ \t]+|\w+[ \t]*=[ \t]*)?(?:\w+\.)*(?:Sequential|serial|Chain|Stack)\(.*\)$|.*\)\(.*;[ \t]*\w)",
    re.MULTILINE,
)
"""Lines of a class of Python, a chain of layers that is put into something, and several calls of layers in one line."""


def _shown(items: Items, first: int, last: int, found: Python, right: str) -> list[str]:
    """The lines of an item that are new in it; all of them where its head is."""
    own = {items.lines[row - 1].rstrip() for row in range(first, last + 1) if row not in found.rows}
    lines = [line for line in right.split("\n") if line.strip()]
    if lines[0].rstrip() in own:
        lines = [line for line in lines if line.rstrip() not in own]
    return textwrap.dedent("\n".join(lines)).split("\n")


def _parameters(source: Source, row: int, parameters: Sequence[str]) -> list[Edit]:
    """The edit that gives the head of a body its parameters, if it has none."""
    line = source.line(row)
    named = re.match(r"(?:model|block)\s+\w+", line)
    if named is None or "(" in line or not parameters:
        return []
    place = source.starts[row - 1] + named.end()
    return [Edit(Span(source, place, place), f"({', '.join(parameters)})")]
