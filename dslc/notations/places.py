"""Where the items of a file stand, by their lines, and the edits that put others in their place.

In: a source.  Out: the extents of its items, their bodies without what stands around these, and edits of whole lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Edit
from dslc.notations.found import Row
from dslc.record import record
from dslc.regex import regex
from dslc.source import Source, Span

_HEAD = regex(r"(?:block|model|fn|extern|use)\b[ \t]+[\w\"]")
_BODY = regex(r"(?:block|model)\b[^{=(]*(?:\(.*\)[^{=(]*)?\{[ \t]*(?:#.*)?$")
_NAME = regex(r"(?:block|model)[ \t]+(\w+)")
_COMMENT = regex(r"((?<!\s)\s+#\s.*)$")


@record
class Items:
    """The lines of a file, the lines in which its items begin and end, and the names of its blocks and models. A file without any is one item."""

    lines: tuple[str, ...]
    heads: tuple[int, ...]
    extents: tuple[tuple[int, int], ...]
    names: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing in the file is an item."""
        return not self.heads

    def of(self, row: int) -> int:
        """The number of the item that a line is in; -1 above all of them."""
        return 0 if self.is_whole else bisect_right(self.heads, row) - 1

    def body(self, number: int) -> list[Row] | None:
        """The lines of a body without its head and its end, or all lines where nothing is an item; None of what has no such body."""
        first, last = self.extents[number]
        begin = first
        if not self.is_whole:
            if not _BODY.match(self.lines[first - 1]):
                return None
            begin = first + 1
            while last > begin and not self.lines[last - 1].strip().startswith("}"):
                last -= 1
            last -= 1
        lines = [(row, bare(self.lines[row - 1])) for row in range(begin, last + 1)]
        return [(row, text) for row, text in lines if text]


def items_of(source: Source, is_whole: bool) -> Items:
    """The items of a file; it is one where it holds none, or nobody can read it (`is_whole`)."""
    lines = source.text.split("\n")
    heads = heads_in(lines)
    if is_whole or not heads:
        return Items(tuple(lines), (), ((1, len(lines)),), ())
    ends = [*(each - 1 for each in heads[1:]), len(lines)]
    names = tuple(found[1] for each in heads if (found := _NAME.match(lines[each - 1])))
    return Items(tuple(lines), tuple(heads), tuple(zip(heads, ends, strict=True)), names)


def heads_in(lines: Sequence[str]) -> list[int]:
    """The lines in which items begin."""
    return [row for row, text in enumerate(lines, 1) if _HEAD.match(text)]


def bare(text: str) -> str:
    """A line without what stands around it, and without a comment."""
    inner = text.strip()
    return "" if inner.startswith(("#", "//")) and not inner.startswith("#!") else _COMMENT.sub("", inner)


def line_span(source: Source, row: int) -> Span:
    """A line without the blanks around it."""
    text = source.line(row)
    begin = source.starts[row - 1] + len(text) - len(text.lstrip())
    return Span(source, begin, begin + len(text.strip()))


def replaced(source: Source, rows: Sequence[int], lines: Sequence[Row]) -> list[Edit]:
    """The edits that write lines in the place of others, with their comments; each is told which line it stands for."""
    place = line_span(source, rows[0])
    blank = source.text[source.starts[rows[0] - 1] : place.start]
    text = f"\n{blank}".join(with_comments(source, rows, lines))
    edits = []
    for run in _runs(rows, source):
        first, last = line_span(source, run[0]), line_span(source, run[-1])
        if run[0] == rows[0]:
            edits.append(Edit(Span(source, first.start, last.end), text))
        else:
            end = min(len(source.text), last.end + 1)
            edits.append(Edit(Span(source, source.starts[run[0] - 1], end), ""))
    return edits


def with_comments(source: Source, rows: Sequence[int], lines: Sequence[Row]) -> list[str]:
    """Lines with the comments of those that they stand for."""
    comments = {row: note[1] for row in rows if (note := _COMMENT.search(source.line(row)))}
    return [f"{text}{comments.pop(row, '')}" for row, text in lines]


def _runs(rows: Sequence[int], source: Source) -> list[list[int]]:
    """Lines that follow each other, with none but blank ones between."""
    runs: list[list[int]] = [[rows[0]]]
    for row in rows[1:]:
        if all(not source.line(between).strip() for between in range(runs[-1][-1] + 1, row)):
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def line_of(said: Diagnostic) -> str:
    """The line of a mistake, which stays where lines above it go."""
    return said.span.source.line(said.span.row).strip()
