"""The fixes of diagnostics, made in a text.

In: diagnostics of a source.  Out: edits that do not touch one another, and the text after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Edit
from dslc.source import Source


def edits_of(diagnostics: Iterable[Diagnostic], source: Source, unsafe: bool = False) -> list[Edit]:
    """The edits of all fixes of a source, only the safe ones unless `unsafe`; of those that touch one another, the first."""
    found: list[Edit] = []
    reached = 0
    for item in sorted(diagnostics, key=lambda each: each.span.start):
        if item.fix is None or (item.fix.applicability != "safe" and not unsafe):
            continue
        ordered = sorted(item.fix.edits, key=lambda each: each.span.start)
        if ordered and ordered[0].span.start >= reached and are_in(source, ordered):
            found += ordered
            reached = ordered[-1].span.end + (ordered[-1].span.start == ordered[-1].span.end)
    return found


def are_in(source: Source, edits: Sequence[Edit]) -> bool:
    """Whether all edits are of this source, and none of a file that it uses."""
    return all(each.span.source is source for each in edits)


def applied(text: str, edits: Iterable[Edit], begin: int = 0) -> str:
    """A text after edits that do not touch one another; it begins at this place of its source."""
    for each in sorted(edits, key=lambda each: (each.span.start, each.span.end), reverse=True):
        text = text[: each.span.start - begin] + each.content + text[each.span.end - begin :]
    return text


def line_after(edits: Sequence[Edit]) -> str:
    """The line in which edits stand, after them, to the end of the last."""
    source, row = edits[0].span.source, edits[0].span.row
    begin = source.starts[row - 1]
    end = max(begin + len(source.line(row)), *(each.span.end for each in edits))
    return applied(source.text[begin:end], edits, begin)
