"""Reads the tables of `tests/errors/remedies`: typical mistakes, what is said of each, and the text that the help leads to.

In: the text of a table.  Out: its rows. A row is a title and a model in the form of Python's `difflib.ndiff`: lines that
stay begin with two spaces, wrong ones with `- `, right ones with `+ `. Below the line that a message points at, lines with `? `
hold carets under the piece that is meant, the message, and its help.

    a layer in another case
      model Net {
          input x: (8,)
    -     output x -> Conv2d(32, 3)
    ?                 ^^^^^^ error[DSL202]: there is no layer or block called `Conv2d`
    ?                 help: Keras calls it `Conv2D`
    +     output x -> Conv2D(32, 3)
      }

A row without carets is legal: nothing is said of it. A file begins with a line on its family.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dslc.diagnostics.diagnostic import Diagnostic, in_order
from dslc.record import record

TABLES = sorted((Path(__file__).parent / "remedies").glob("*.diff"))
_MARK = 2
"""Columns before the text of a line."""


@record
class Row:
    """A mistake of a family: its title, its lines in the table, and the two texts that they hold."""

    family: str
    title: str
    lines: tuple[str, ...]

    @property
    def wrong(self) -> str:
        """The text with the mistake."""
        return self._text(" -")

    @property
    def right(self) -> str:
        """The text that the help leads to."""
        return self._text(" +")

    @property
    def is_legal(self) -> bool:
        """Whether nothing is wrong with it."""
        return all(line.startswith(" ") for line in self.lines)

    def _text(self, marks: str) -> str:
        return "".join(f"{line[_MARK:]}\n" for line in self.lines if line[:1] in marks)


def rows_of(path: Path) -> list[Row]:
    """The rows of a table, in their order."""
    _, *parts = re.split(r"\n\n(?=[^\s+?-])", path.read_text(encoding="utf-8").rstrip("\n"))
    return [_row(path.stem, *part.split("\n")) for part in parts]


def _row(family: str, title: str, *lines: str) -> Row:
    assert all(line[:1] in " -+?" and line[1:_MARK] in ("", " ") for line in lines if line), title
    return Row(family, title, tuple(line or " " * _MARK for line in lines))


def with_answers(row: Row, diagnostics: Sequence[Diagnostic]) -> tuple[str, ...]:
    """The lines of a row, with what is said of its wrong text below the lines where it is said."""
    answers: dict[int, list[str]] = {}
    for item in in_order(list(diagnostics)):
        answers.setdefault(item.span.row, []).extend(_answer(item))
    made: list[str] = []
    number = 0
    for line in row.lines:
        if line.startswith("?"):
            continue
        made.append(line)
        if line[:1] in " -":
            number += 1
            made += answers.get(number, [])
    return tuple(made)


def _answer(item: Diagnostic) -> list[str]:
    """The lines with `?` of a diagnostic."""
    line = item.span.source.line(item.span.row)
    before = line[: item.span.begin.column - 1]
    width = max(1, min(len(item.span.text), len(line) - len(before)))
    blank = "? " + "".join("\t" if letter == "\t" else " " for letter in before)
    first = f"{blank}{'^' * width} {item.severity}[{item.code}]: {item.text}"
    helps = [] if item.help is None else f"help: {item.help}".split("\n")
    return [first, *(f"{blank}{each}".rstrip() for each in helps)]


_QUOTED = re.compile(r"`([^`]+)`|(\([\d?, -]+\))|(?<![\w`.])(\d+)\b")
"""What a help quotes: text in backticks, a shape, or a number."""


def leads_to(advice: str, wrong: str, right: str) -> bool:
    """Whether a help says what has become of the wrong text in the right one.

    Something that it quotes stands there once more than before, or it says that something goes and less is left, or that lines change
    places. `…` in a quotation stands for anything.
    """
    for quoted in _QUOTED.findall(advice):
        pattern = _pattern(next(filter(None, quoted)))
        if len(pattern.findall(right)) > len(pattern.findall(wrong)):
            return True
    if re.search(r"\b(leave|remove|delete|goes|out of it)\b", advice):
        return len(right.split()) < len(wrong.split()) or len(right) < len(wrong)
    return "move" in advice and sorted(right.split()) == sorted(wrong.split())


def _pattern(quoted: str) -> re.Pattern[str]:
    """What a quotation looks like in a text: spaces and line breaks may differ, and `…` is anything."""
    parts = [re.escape(part).replace(r"\ ", r"\s+") for part in quoted.split("…")]
    begin = r"(?<!\w)" if quoted[0].isalnum() else ""
    end = r"(?!\w)" if quoted[-1].isalnum() else ""
    return re.compile(begin + r"[\s\S]*?".join(parts) + end)
