"""Formatting as edits: what `dslc fmt` would change in a document, or in some of its statements.

In: a document, and for a range its two ends.  Out: edits, as few lines as will do; none where the text is in form already.

    x=image->Flatten        one edit, of this line
"""

from __future__ import annotations

from difflib import SequenceMatcher

from dslc.diagnostics.diagnostic import Edit
from dslc.editor.analysis import Analysis
from dslc.source import Source, Span
from dslc.syntax import nodes as t
from dslc.syntax.format import WIDTH, format_text
from dslc.syntax.traversal import bodies_in

_MOST = 4000
"""Lines that are compared one by one; a longer text is replaced from its first change to its last."""


def formatted(analysis: Analysis, width: int = WIDTH) -> list[Edit]:
    """The edits that bring a whole document into form."""
    source = analysis.source
    return edits(source, format_text(source.text, width, source.name))


def formatted_range(analysis: Analysis, start: int, end: int, width: int = WIDTH) -> list[Edit]:
    """The edits that bring the statements into form which a range touches; those of a body that it touches alone."""
    first, last = _touched(analysis, start, end)
    return [each for each in formatted(analysis, width) if first <= each.span.start and each.span.end <= last]


def edits(source: Source, text: str) -> list[Edit]:
    """The changes of lines that make `text` of a source."""
    if text == source.text:
        return []
    old, new = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    places = [0]
    for line in old:
        places.append(places[-1] + len(line))
    if len(old_middle) + len(new_middle) > _MOST:
        span = Span(source, places[head], places[len(old) - tail])
        return [Edit(span, "".join(new_middle))]
    changes = SequenceMatcher(None, old_middle, new_middle, autojunk=False).get_opcodes()
    found: list[Edit] = []
    for tag, first, last, begin, stop in changes:
        if tag == "equal":
            continue
        if last - first != stop - begin:
            span = Span(source, places[head + first], places[head + last])
            found.append(Edit(span, "".join(new_middle[begin:stop])))
            continue
        for number in range(last - first):  # so that each may be made without the others
            span = Span(source, places[head + first + number], places[head + first + number + 1])
            found.append(Edit(span, new_middle[begin + number]))
    return found


def _touched(analysis: Analysis, start: int, end: int) -> tuple[int, int]:
    """From the first line of the first statement that a range touches to the last line of the last one."""
    source = analysis.source
    statements: tuple[t.Statement, ...] = analysis.tree.statements
    while True:
        touched = [each for each in statements if each.span.start <= end and start <= each.span.end]
        inner = [body for each in touched for body in bodies_in(each) if _inside(body, start, end)]
        if not inner:
            break
        statements = inner[0].statements
    first = min([start, *(each.span.start for each in touched)])
    last = max([end, *(each.span.end for each in touched)])
    line_end = source.text.find("\n", last)
    return source.text.rfind("\n", 0, first) + 1, len(source.text) if line_end < 0 else line_end + 1


def _inside(body: t.Body, start: int, end: int) -> bool:
    return body.span.start < start and end < body.span.end
