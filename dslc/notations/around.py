"""Where a line stands that is said in another way: the lines around it, what flows there, and what is said of it.

In: the lines of a file.  Out: whatever the functions ask that write other lines in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.notations.places import bare
from dslc.record import record, replace
from dslc.regex import regex

Change = tuple[int, int, tuple[str, ...]]
Right = tuple[Change, ...]
"""Lines, from one up to another, and those that stand in their place. Where the last is before the first, they are put in."""

_BOUND = regex(r"(?:input[ ]+)?([a-z]\w*)[ ]*(?::|[-+*/]?=(?!=))")
"""A line that gives a name the value which flows."""

_MOST = 60  # lines of a body that are looked at


@record
class Where:
    """A line of a file, the extent of the item that it is in, what is said of it, and the lines of the item of which the same is said."""

    lines: Sequence[str]
    row: int
    extent: tuple[int, int]
    about: Diagnostic
    alike: frozenset[int] = frozenset()

    @property
    def flow(self) -> str:
        """The value that flows before the line: the last that a line above has given a name."""
        for row in range(self.row - 1, max(self.extent[0], self.row - _MOST), -1):
            found = _BOUND.match(self.text(row))
            if found is not None:
                return found[1]
        return "x"

    def at(self, row: int) -> Where:
        """The same of another line."""
        made: Where = replace(self, row=row)
        return made

    def text(self, row: int) -> str:
        """A line without its indentation and its comment; nothing outside of the file."""
        return bare(self.lines[row - 1]) if 0 < row <= len(self.lines) else ""

    @property
    def file(self) -> range:
        """All lines of the file."""
        return range(1, len(self.lines) + 1)

    @property
    def item(self) -> range:
        """The lines of the item, of which the first is its head."""
        return range(self.extent[0], self.extent[1] + 1)

    @property
    def below(self) -> range:
        """The lines of the item below this one."""
        return range(self.row + 1, self.extent[1] + 1)

    def rewritten(self, rows: Iterable[int], change: Callable[[str], str]) -> Right:
        """The lines among some that become others by a change, and these."""
        return tuple(
            (row, row, (new,)) for row in rows if (new := change(self.lines[row - 1])) != self.lines[row - 1]
        )

    def marked_as(self, text: str) -> Iterator[Right]:
        """The line with another text in the place of what is marked; nothing where that is no part of it."""
        span, line = self.about.span, self.lines[self.row - 1]
        at = span.begin.column - 1
        end = at + len(span.text)
        if self.row == span.row and line[at:end] == span.text and text != span.text:
            yield ((self.row, self.row, (f"{line[:at]}{text}{line[end:]}",)),)

    def indent(self, row: int | None = None) -> str:
        line = self.lines[(row or self.row) - 1]
        return line[: len(line) - len(line.lstrip())]

    def indented(self, text: str) -> str:
        """A line in the place of this one."""
        return f"{self.indent()}{text}"

    def closing(self) -> int | None:
        """The line with the brace that closes the body which this line opens; None where that is not plain."""
        depth = 0
        for row in range(self.row, min(self.extent[1], self.row + _MOST) + 1):
            text = self.text(row)
            depth += text.count("{") - text.count("}")
            if depth <= 0:
                return row
        return None

    def inside(self) -> tuple[int, list[str]] | None:
        """The last line of the body in braces that this line opens, and its lines; one may stand in the line itself."""
        last = self.closing()
        if last is None:
            return None
        head = self.text(self.row).partition("{")[2]
        if last == self.row:
            return last, [part.strip() for part in [head.rpartition("}")[0]] if part.strip()]
        rows = [head.strip(), *(self.text(row) for row in range(self.row + 1, last))]
        end = self.text(last).rpartition("}")[0].strip()
        return last, [each for each in (*rows, end) if each]

    def body(self) -> tuple[int, list[str]] | None:
        """The same of a line that ends in a brace or, as in Python, in a colon."""
        if "{" in self.text(self.row):
            return self.inside()
        last = self.deeper()
        rest = self.text(self.row).partition(":")[2].strip()
        return last, [
            each for each in (rest, *(self.text(row) for row in range(self.row + 1, last + 1))) if each
        ]

    def deeper(self) -> int:
        """The last of the lines below this one that are indented more."""
        own, last = len(self.indent()), self.row
        for row in range(self.row + 1, min(self.extent[1], self.row + _MOST) + 1):
            if self.text(row):
                if len(self.indent(row)) <= own:
                    break
                last = row
        return last
