"""Where text comes from and where in it something stands.

A `Source` is one file's text under the name that messages show. A `Span` is a half-open range of characters in it,
counted from a `Base` that may move.
Rows and columns are 1-based and count Unicode characters, as people and the JSON output do; `utf16_column` is for
editors, whose protocol counts UTF-16 units from 0.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Source:
    """The text of one `.kdl` file, with an index of its lines made on first use."""

    __slots__ = ("_starts", "name", "text")
    offset = 0

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.name!r})"

    @property
    def source(self) -> Source:
        """The source itself: it is a base of spans (see `Base`)."""
        return self

    @property
    def starts(self) -> list[int]:
        """Offset of the first character of every line."""
        if self._starts is None:
            starts, text, at = [0], self.text, self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> Position:
        """Row and column (both from 1) of a character offset."""
        starts = self.starts
        row = bisect_right(starts, offset)
        return Position(row, offset - starts[row - 1] + 1)

    def line(self, row: int) -> str:
        """The text of a row (from 1), without its line break."""
        starts = self.starts
        end = starts[row] if row < len(starts) else len(self.text)
        return self.text[starts[row - 1] : end].rstrip("\r\n")

    def utf16_column(self, offset: int) -> int:
        """Column (from 0) of a character offset in UTF-16 units."""
        row = bisect_right(self.starts, offset)
        return len(self.text[self.starts[row - 1] : offset].encode("utf-16-le")) // 2


class Position(NamedTuple):
    """A place in a text: row and column, both from 1."""

    row: int
    column: int


class Base:
    """A stretch of a source that spans count from, such as an item of a file.

    What was found out about an item speaks of places in it. When text above the item changes, its base moves, and all of
    that is still true. A `Source` is a base itself, which never moves.
    """

    __slots__ = ("offset", "source")

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset


class Span:
    """The characters from `first` up to (not including) `last`, both counted from a base.

    `start` and `end` are the same from the start of the text. Two spans are equal where they mean the same characters.
    """

    __slots__ = ("base", "first", "last")

    def __init__(self, base: Source | Base, first: int, last: int) -> None:
        self.base = base
        self.first = first
        self.last = last

    def __repr__(self) -> str:
        return f"Span({self.source.name!r}, {self.start}, {self.end})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        return self.source is other.source and self.start == other.start and self.end == other.end

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    @property
    def source(self) -> Source:
        return self.base.source

    @property
    def start(self) -> int:
        return self.base.offset + self.first

    @property
    def end(self) -> int:
        return self.base.offset + self.last

    @property
    def fixed(self) -> Span:
        """The same characters, wherever the base goes."""
        return Span(self.source, self.start, self.end)

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def before(self) -> int:
        """Where what stands before it ends, without the blanks between."""
        text, at = self.source.text, self.start
        while at > 0 and text[at - 1].isspace():
            at -= 1
        return at

    @property
    def indent(self) -> str:
        """The blanks that its line begins with."""
        text = self.source.text
        before = text[text.rfind("\n", 0, self.start) + 1 : self.start]
        return before[: len(before) - len(before.lstrip())]

    @property
    def brief(self) -> str:
        """The text as a message quotes it: on one line, and not too long."""
        line = " ".join(self.text.split())
        return line if len(line) <= 48 else line[:45] + "…"

    @property
    def begin(self) -> Position:
        return self.source.position(self.start)

    @property
    def finish(self) -> Position:
        return self.source.position(self.end)

    @property
    def row(self) -> int:
        return self.begin.row

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other`."""
        return Span(self.base, self.first, other.end - self.base.offset)
