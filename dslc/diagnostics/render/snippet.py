"""The piece of source under a diagnostic, with its marks.

In: a diagnostic.  Out: the lines between `-->` and `= help`, as in

       --> model.kdl:14:38
        |
     12 |     a = image -> Conv2D(32, 3)
        |                  ------------- (None, 26, 26, 32)
    ...
     14 |     output y = [a, b] -> Concatenate -> Flatten
        |                          ^^^^^^^^^^^ axis 1: 26 and 24

The main span is marked with carets, the labels with dashes; marks of one file share a snippet in row order, other
files follow under `:::`. Columns are counted in terminal cells here: tabs are four wide, East Asian characters two.
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.render.paint import Tint, paint, visible
from dslc.record import record
from dslc.source import Source, Span

TAB = 4
LONGEST = 3  # of a span over more rows than this only the first is shown
WIDEST = 400  # cells of a source line that are shown


@record
class Mark:
    """A stretch of one row to be underlined, in columns from 0; `text` stands beside the underline."""

    row: int
    start: int
    end: int
    symbol: str
    text: str
    tint: Tint


def snippet(diagnostic: Diagnostic, color: bool) -> tuple[int, list[str]]:
    """The width of the row numbers, and the lines of the snippet, the place (`--> file:row:column`) first."""
    spans: list[tuple[Span, str, str, Tint]] = [
        (diagnostic.span, "^", diagnostic.caption, diagnostic.severity)
    ]
    spans += [(label.span, "-", label.text, "frame") for label in diagnostic.labels]
    files: dict[int, Source] = {}
    marks: dict[int, list[Mark]] = {}
    for span, symbol, text, tint in spans:
        files.setdefault(id(span.source), span.source)
        marks.setdefault(id(span.source), []).extend(_marks(span, symbol, text, tint))
    width = max(len(str(mark.row)) for some in marks.values() for mark in some)
    lines: list[str] = []
    for key, source in files.items():
        main = key == id(diagnostic.span.source)
        first = marks[key][0]
        place = visible(source.name)
        if source.text:  # else there is no such file, or nothing in it: no row could be looked at
            place = f"{place}:{first.row}:{first.start + 1}"
        lines.append(" " * width + paint("-->" if main else ":::", "frame", color) + " " + place)
        if source.text:
            lines += _excerpt(source, marks[key], width, color)
    return width, lines


def _excerpt(source: Source, marks: list[Mark], width: int, color: bool) -> list[str]:
    empty = paint(f"{'':{width}} |", "frame", color)
    lines = [empty]
    before = None
    for row in sorted({mark.row for mark in marks}):
        text = source.line(row)
        if before is not None and row == before + 2 and source.line(row - 1).strip():
            between = visible(_expand(source.line(row - 1)), keep="")[:WIDEST]
            lines.append(f"{paint(f'{row - 1:{width}} |', 'frame', color)} {between}".rstrip())
        elif before is not None and row > before + 1:
            lines.append(paint("...", "frame", color))
        before = row
        shown = visible(_expand(text), keep="")
        lines.append(f"{paint(f'{row:{width}} |', 'frame', color)} {shown[:WIDEST]}".rstrip())
        for mark in sorted((m for m in marks if m.row == row), key=lambda m: (m.symbol != "^", m.start)):
            start = _cells(text, mark.start)
            length = max(1, _cells(text, mark.end) - start)
            if start >= WIDEST:
                continue
            under = paint(mark.symbol * min(length, WIDEST - start), mark.tint, color)
            words = f" {paint(visible(mark.text), mark.tint, color)}" if mark.text else ""
            lines.append(f"{empty} {' ' * start}{under}{words}")
    return lines


def _marks(span: Span, symbol: str, text: str, tint: Tint) -> list[Mark]:
    begin, finish = span.begin, span.finish
    if finish.row > begin.row and finish.column == 1:  # ends with a line break: that break is not worth a row
        last = finish.row - 1
        last_end = len(span.source.line(last))
    else:
        last, last_end = finish.row, finish.column - 1
    if last <= begin.row:
        return [Mark(begin.row, begin.column - 1, max(last_end, begin.column - 1), symbol, text, tint)]
    rows = list(range(begin.row, last + 1))
    if len(rows) > LONGEST or symbol == "-":
        whole = len(span.source.line(begin.row).rstrip())
        return [Mark(begin.row, begin.column - 1, max(whole, begin.column - 1), symbol, text, tint)]
    marks = []
    for row in rows:
        line = span.source.line(row)
        start = begin.column - 1 if row == begin.row else len(line) - len(line.lstrip())
        end = last_end if row == last else len(line)
        if end > start:
            marks.append(Mark(row, start, end, symbol, "", tint))
    if not marks:
        return [Mark(begin.row, begin.column - 1, begin.column - 1, symbol, text, tint)]
    closing = marks.pop()
    return [*marks, Mark(closing.row, closing.start, closing.end, symbol, text, tint)]


def _expand(text: str) -> str:
    return text.replace("\t", " " * TAB)


def _cells(text: str, column: int) -> int:
    """Terminal cells that the first `column` characters of a line take as they are shown."""
    part = text[:column]
    if part.isascii() and part.isprintable():
        return len(part)
    from unicodedata import combining, east_asian_width

    cells = 0
    for letter in visible(_expand(part), keep=""):
        if not combining(letter):
            cells += 2 if east_asian_width(letter) in "WF" else 1
    return cells
