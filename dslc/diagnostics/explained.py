"""What a line of a text explains of others: errors that follow from a mistake in it, or from a body that begins or ends in the wrong place.

In: all errors of a text, in order.  Out: `Lines`, which answers of each whether another explains it.

    Dense2)                                  `)` closes nothing, and there is a layer `Dense2` only without its `(`
    } … output x                             no output in a model that ended before
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic
from dslc.regex import regex

_BRACKETS = ("DSL102", "DSL103", "DSL104", "DSL105")
"""Brackets and quotes without their other half: what else is said of their line guesses at what stands in them."""

_SYNTAX = ("DSL101", "DSL108", "DSL109", "DSL110", "DSL113", "DSL115")
"""Slips of syntax in a line, of which nobody knows then what its names stand for."""

_LACKING = ("DSL205", "DSL224")
_TWICE = "DSL204"
_MISPLACED = "DSL107"
_NAMES = ("DSL201", "DSL202")
_BELOW = ("DSL107", "DSL108", "DSL201", "DSL202")
"""What is said of lines below one that stands outside of its body: they stand there, too."""

_FLOWLESS = ("DSL208", "DSL211", "DSL389")
"""A layer in arithmetic, a method of a value, a layer as a value: an arrow is missing there, and with it what `_` in that line stands for."""

_NEAR = 5
"""Lines behind the place of a missing `}`: a head that stands there instead of it has left its body outside."""

_HEADLESS = 4
"""Lines before a `}` that closes nothing in which its body may stand."""
_FAR = 12
"""The same where no head stands between."""

_OPEN = ("DSL101", "DSL102")
UNCLOSED, UNOPENED = "DSL102", "DSL103"


class Lines:
    """The lines of which something is said that explains more."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.brackets: dict[tuple[str, int], Diagnostic] = {}
        self.slips: set[tuple[str, int]] = set()
        self.below: set[tuple[str, int]] = set()  # outside of every body, and the lines that follow these
        self.constants: set[tuple[str, int]] = (
            set()
        )  # which a line of a body looks like that stands outside of it
        self.open: set[tuple[str, int]] = set()
        self.unreadable: dict[tuple[str, int], int] = {}  # where the first word of a line does not fit
        self.commented: set[tuple[str, int]] = set()  # lines that end in a comment of C
        self.layered: set[str] = set()  # constants that were given a layer
        self.unopened: set[tuple[str, int]] = set()  # a `}` that closes nothing
        self.taken: list[Diagnostic] = []  # names that mean something else
        self.valued: set[tuple[str, int]] = set()  # a value where a layer is meant
        self.doubled: set[str] = set()  # blocks with two parameters of one name
        self.bare: dict[str, int] = {}  # a body without its `{`
        self.cut: set[tuple[str, int]] = set()  # lines with a semicolon
        self.inputless: set[str] = set()  # blocks
        self.computed: set[str] = set()  # blocks that are meant as functions
        self.wordless: dict[str, int] = {}  # a body behind a word that is none of the language
        self.twice: set[str] = set()  # names that two things have
        self.unclosed: dict[str, int] = (
            {}
        )  # where the first `{` of a file that is never closed should have been
        self.flowless: set[tuple[str, int]] = set()
        self.rewritten: set[tuple[str, int, str]] = (
            set()
        )  # strings in what is written for layers that others call otherwise
        self.branched: set[tuple[str, int]] = set()  # `||` between branches
        self.else_ifs: set[tuple[str, int]] = set()  # items with an `elif`, whose `else` follows no `if` then
        self.made: set[str] = set()  # plain names for layers, of which it is said how they are made
        self.unknown: set[tuple[str, int]] = set()  # a name that is not there
        self.displaced: dict[str, set[str]] = (
            {}
        )  # what lines that no body holds, or nobody can read, would have named
        self.goes: dict[str, int] = {}  # where lines begin that are of no use, to the end of the file
        self.nameless: dict[str, int] = {}  # a line whose name is lost, and with it its value
        self.lost: dict[str, str | None] = {}  # what that name is, most likely: the first that is not there
        lacking: dict[str, list[int]] = {}  # where models have no output, or no input
        for each in diagnostics:
            line = (each.span.source.name, each.span.row)
            if each.code in _BRACKETS:
                self.brackets.setdefault(line, each)
            if each.code in _SYNTAX:
                self.slips.add(line)
            if each.code in _OPEN:
                self.open.add(line)
            if each.code == "DSL101":
                self.unreadable.setdefault(line, each.span.start)
            if each.cause is Cause.WORDLESS:
                self.wordless.setdefault(*line)
            if each.code == _TWICE:
                self.twice.add(each.span.text)
                head = _HEAD.match(each.span.source.line(lines_of_item(each)[0]))
                if head is not None and each.cause is Cause.PARAMETER:
                    self.doubled.add(re.sub(r"\W.*", "", head[0].split()[1]))
            if each.cause is Cause.COMMENT:
                self.commented.add(line)
            if each.cause is Cause.IN_CONSTANT:
                self.layered.add(each.span.source.line(line[1]).partition("=")[0].strip())
            if each.code == UNOPENED and each.span.text == "}":
                self.unopened.add(line)
            if each.code == "DSL203":
                self.taken.append(each)
            if each.code == "DSL216":
                self.valued.add(line)
            if each.cause is Cause.BRACELESS and "}" in each.span.source.line(line[1]):
                self.bare.setdefault(*line)
            if each.code == UNCLOSED and each.span.text == "{":
                last = max([each.span.row, *(label.span.row for label in each.labels)])
                self.unclosed.setdefault(each.span.source.name, last)
            if each.code == "DSL106" and each.span.text == ";":
                self.cut.add(line)
            if each.code in _FLOWLESS:
                self.flowless.add(line)
            if each.cause is Cause.ELSE_IF:
                self.else_ifs.add((line[0], lines_of_item(each)[0]))
            if each.cause is Cause.MADE:
                self.made.update(each.span.source.line(each.span.row).split(".")[0].split())
            if each.code == "DSL201":
                self.unknown.add(line)
            if each.code == "DSL202":
                self.rewritten.update((*line, name) for name in each.names)
            if each.cause is Cause.BRANCHES:
                self.branched.add(line)
            if each.cause is Cause.NAMELESS:
                self.nameless.setdefault(*line)
            if each.code == "DSL212":
                lacking.setdefault(line[0], []).append(line[1])
            if each.cause is Cause.NO_INPUT and each.subject is not None:
                self.inputless.add(each.subject)
            if each.cause is Cause.FN and each.subject is not None:
                self.computed.add(each.subject)
            if each.cause is Cause.OUTSIDE:
                self.below.add(line)
            if each.cause is Cause.LINES_GO:
                self.goes[line[0]] = min(line[1], self.goes.get(line[0], line[1]))
            if (each.cause is Cause.OUTSIDE) or each.code == "DSL101":
                self.displaced.setdefault(line[0], set()).update(_named_in(each))
            if each.cause is Cause.IN_CONSTANT:
                self.constants.add(line)
        self.outside = {file for file, _ in self.below}
        self.torn: set[tuple[str, int]] = set()  # what the items around a line outside of every body lack
        for file, row in self.below:
            rows = lacking.get(file, [])
            above, under = [each for each in rows if each <= row], [each for each in rows if each > row]
            self.torn |= {(file, each) for each in (*above[-1:], *under[:1])}

    def explain(self, each: Diagnostic) -> bool:
        """Whether an error follows from another one."""
        file, row = each.span.source.name, each.span.row
        line, before = (file, row), (file, row - 1)
        misplaced_below = each.cause is Cause.OUTSIDE
        first = self.brackets.get(line)
        if first is not None:
            return (first.code, first.span) != (each.code, each.span)
        if misplaced_below and self.goes.get(file, row) < row:
            return True
        if each.cause is Cause.ELSE and (file, lines_of_item(each)[0]) in self.else_ifs:
            return True
        if each.cause is Cause.RECIPE and each.span.text in self.made:
            return True
        if each.code == "DSL209" and line in self.flowless:
            return True
        if each.code == "DSL201" and not has_other_name(each) and self._ends_without_head(file, row):
            return True
        if each.code == UNOPENED and before in self.unreadable:
            return True
        if each.cause is Cause.EMPTY and self._lacks_name(each):
            return True
        if misplaced_below and before in self.brackets:
            return True
        if each.code == "DSL208" and line in self.commented:
            return True
        if each.code == "DSL201" and (*line, each.span.text) in self.rewritten:
            return True
        if each.code == "DSL106" and line in self.branched and each.span.text == "||":
            return True
        if each.code == "DSL216" and each.span.text in self.layered:
            return True
        if each.code in ("DSL201", "DSL385") and line in self.cut:
            return True  # of what stood in one line with it
        if each.code != "DSL203" and self._is_of_taken(each):
            return True
        if each.code == "DSL210" and line in self.valued and each.span.text.isidentifier():
            return True  # two names that have changed places
        if each.code == "DSL303" and file in self.outside and each.cause is Cause.CALL:
            return True  # whose input is among the lines that no body holds
        is_call = each.cause is Cause.CALL
        if each.code == "DSL302" and not is_call and each.subject in self.doubled:
            return True
        if each.code == "DSL205" and each.span.text in self.twice:
            return True
        if each.cause is Cause.NO_RECORD and line in self.unknown:
            return True
        if each.code == "DSL201" and file in self.unclosed and not has_other_name(each):
            head, last = lines_of_item(each)
            if head <= self.unclosed[file] <= last:
                return True  # a body that ends in the wrong place has other names
        if each.code == "DSL201" and (
            self._is_lost_name(each) or each.span.text in self.displaced.get(file, ())
        ):
            return True
        if each.cause is Cause.NO_RECORD:
            return each.subject in self.displaced.get(file, ())
        misplaced = each.cause is Cause.OUTSIDE
        behind = row - self.unclosed.get(file, row)
        if misplaced and 0 < behind <= (_NEAR if _heads_between(each, row - behind, row) else _FAR):
            return True
        if misplaced and 0 < row - self.bare.get(file, row) <= _NEAR:
            return True  # its `}` has ended the body around it
        if each.code == _MISPLACED and line in self.constants and before in self.constants:
            return each.span.source.line(row)[:1].isspace()  # lines of one body, outside of it
        if misplaced:
            return before in self.below or before in self.constants
        if each.code in _BELOW and (before in self.below or (line in self.below and each.code != _MISPLACED)):
            self.below.add(line)
            return True
        if each.code[3] != "1" and line in self.slips:
            return True
        if each.code == "DSL101" and self.unreadable.get(line, each.span.start) < each.span.start:
            return True
        if (
            each.code == "DSL101"
            and file in self.wordless
            and self.wordless[file] < row <= lines_of_item(each)[1]
        ):
            return True  # of a notation that nobody knows
        if each.code == "DSL109" and before in self.flowless:  # what a loop goes through that is not there
            return each.span.source.line(row - 1).lstrip().startswith("for ")
        if each.code in ("DSL302", "DSL303") and not is_call and each.subject in self.inputless:
            return True  # which has a parameter in its place
        if each.code in ("DSL305", "DSL306") and each.span.text.partition("(")[0] in self.computed:
            return True
        if each.code == "DSL703":
            return each.subject in self.twice
        if each.code in _NAMES and line in self.constants:
            return True
        if each.code == "DSL212":
            return line in self.torn
        if file in self.outside and (each.code in _LACKING or _is_headless(each)):
            return True
        return each.code == _TWICE and before in self.open

    def _ends_without_head(self, file: str, row: int) -> bool:
        """Whether a `}` below closes nothing: the head of its body is lost, and with it a name."""
        return any((file, below) in self.unopened for below in range(row + 1, row + _HEADLESS))

    def _lacks_name(self, each: Diagnostic) -> bool:
        """Whether a name is not there in the item that it stands in, which may be what fills the list."""
        first, last = lines_of_item(each)
        return any(file == each.span.source.name and first <= row <= last for file, row in self.unknown)

    def _is_of_taken(self, each: Diagnostic) -> bool:
        """Whether it is about a line with a name that was to mean something else there."""
        return any(
            other.span.source is each.span.source
            and lines_of_item(other) == lines_of_item(each)
            and re.search(
                rf"(?<![\w.]){re.escape(other.span.text)}(?!\w)", each.span.source.line(each.span.row)
            )
            for other in self.taken
        )

    def _is_lost_name(self, each: Diagnostic) -> bool:
        """Whether a name is not there because the line has lost it that gave it its value."""
        file, name = each.span.source.name, each.subject
        if self.nameless.get(file, each.span.row) >= each.span.row or each.cause is Cause.NEAR:
            return False
        return self.lost.setdefault(file, name) == name


def _named_in(each: Diagnostic) -> list[str]:
    """The input that a line declares, and its sizes; of a line that nobody can read the sizes, and a record that it makes."""
    line = each.span.source.line(each.span.row)
    sizes = re.findall(r"\b([A-Za-z]\w*)\?", line)
    if each.code == _MISPLACED:
        return [
            *sizes,
            *re.findall(r"^\s*(?:input|weight|shared)\s+(\w+)|", line),
            *re.findall(r"(\w+)\s*=(?!=)", line),
            *re.findall(r"^(\w+)\s*->", line),
        ]
    return [*sizes, *each.names, *re.findall(r"^\s*(\w+)\W+record\b", line)]


def _is_headless(each: Diagnostic) -> bool:
    """Whether a layer is missed that is near no other: a block that has lost its head."""
    return each.code == "DSL202" and each.cause is not Cause.NEAR


def has_other_name(each: Diagnostic) -> bool:
    """Whether it is told already what a name that is not there may be."""
    return each.cause in _TOLD


_TOLD = (Cause.NEAR, Cause.TOLD, Cause.BELOW, Cause.QUOTES, Cause.SELF)


def lines_of_item(each: Diagnostic) -> tuple[int, int]:
    """The first and the last line of the item of the file that a place is in."""
    heads, last = _heads(each.span.source.text)
    behind = bisect_right(heads, each.span.row)
    return heads[behind - 1] if behind else 1, heads[behind] - 1 if behind < len(heads) else last


def _heads_between(each: Diagnostic, first: int, last: int) -> bool:
    """Whether an item of the file begins between two lines."""
    heads, _ = _heads(each.span.source.text)
    return bisect_right(heads, last) > bisect_right(heads, first)


@lru_cache(maxsize=1)
def _heads(text: str) -> tuple[Sequence[int], int]:
    """The lines in which items of a file begin, and its last one."""
    lines = text.split("\n")
    return [row for row, line in enumerate(lines, 1) if _HEAD.match(line) is not None], len(lines)


_HEAD = regex(r"(?:block|model|fn|extern|use)\b[ \t]+\S")
