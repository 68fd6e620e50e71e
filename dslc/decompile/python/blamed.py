"""What `check` says of a text that came from Python, at the lines of Python.

In: diagnostics of a text whose lines tell the rows that they come from (`marked`), and the pieces of the Python.  Out: the same, in these; None
for one that no line of Python is known for.

    x = x -> Dense(8)  #@ 12 13                  said of line 12 or 13, whichever names what it is said of
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.decompile.python.pieces import ROWS, Piece
from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Source, Span

_MARK = regex(r"#@((?: \d+)+)$")
_MARKS = regex(r"  #@(?: \d+)+")
_WORD = regex(r"[^\W\d]\w*")
_WORDS = regex(r"\w+")
_FAR = 1000
"""More than words are lacking in a line that has the first of them."""
_OF_TEXTS = ("DSL80",)
"""Codes of what is said of a text and not of the model: names that Python reads elsewhere."""

_LINE = regex(r"\blines? (\d+)\b")


def marked(rows: Sequence[int]) -> str:
    """What a line ends with that comes from rows of Python."""
    known = [str(row) for row in rows if row]
    return f"  #@ {' '.join(known)}" if known else ""


def blamed(said: Sequence[Diagnostic], text: str, pieces: Sequence[Piece], path: str) -> list[Diagnostic]:
    """Diagnostics at lines of Python, but for those of names that nothing reads; of those that say the same of one line, the first."""
    lines = [_rows(line) for line in text.split("\n")]
    sources = [Source(f"{path}: {each.label}" if each.label else path, each.text) for each in pieces]
    found: dict[tuple[str, Span], Diagnostic] = {}
    for each in said:
        span = _at(each.span, lines, sources)
        if span is None or each.code.startswith(_OF_TEXTS):
            continue
        labels = [
            (there, label.text)
            for label in each.labels
            if (there := _at(label.span, lines, sources)) is not None
        ]
        kept = tuple(
            Label(there, told) for there, told in labels if there.source is span.source and there != span
        )
        words = _with_rows(each.text, lines), None if each.help is None else _with_rows(each.help, lines)
        moved = replace(each, text=words[0], help=words[1], span=span, labels=kept, fix=None)
        found.setdefault((moved.text, span), moved)
    return list(found.values())


def _rows(line: str) -> tuple[int, ...]:
    mark = _MARK.search(line)
    return tuple(map(int, mark[1].split())) if mark is not None else ()


def _at(span: Span, lines: Sequence[tuple[int, ...]], sources: Sequence[Source]) -> Span | None:
    """The piece of Python that a piece of the text comes from."""
    row = span.source.position(span.start).row
    rows = next(
        (lines[at] for at in range(row - 1, len(lines)) if lines[at]), ()
    )  # a head stands above its lines
    places = [found for number in rows if (found := _in(number, span.text, sources)) is not None]
    return min(places, key=lambda each: each[1])[0] if places else None


def _in(number: int, said: str, sources: Sequence[Source]) -> tuple[Span, int] | None:
    """What stands in a row of Python for a piece of the text, and how far from it that is: its first word, with as many of the others as the
    row lacks, or the whole line."""
    piece, row = divmod(number, ROWS)
    if piece >= len(sources) or row > len(sources[piece].starts):
        return None
    source = sources[piece]
    line, start = source.line(row), source.starts[row - 1]
    first = _WORD.search(said)
    words = [each for each in _WORD.finditer(line) if first is not None and each[0] == first[0]]
    if first is None and said in line:
        return Span(source, start + line.index(said), start + line.index(said) + len(said)), 0
    if words:
        lacking = set(_WORDS.findall(said)) - set(_WORDS.findall(line))
        return Span(source, start + words[0].start(), start + words[0].end()), len(lacking)
    return Span(source, start + len(line) - len(line.lstrip()), start + len(line.rstrip())), _FAR


def _with_rows(text: str, lines: Sequence[tuple[int, ...]]) -> str:
    """Words in which lines of the text are those of Python."""

    def there(found: re.Match[str]) -> str:
        row = int(found[1])
        rows = lines[row - 1] if row <= len(lines) else ()
        return f"line {rows[0] % ROWS}" if rows else found[0]

    return _LINE.sub(there, _MARKS.sub("", text))
