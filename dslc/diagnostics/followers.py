"""Errors that follow from another one, by where they stand.

In: all errors of a text, in order.  Out: those without the ones that a mistake in the same line, or a body that begins or ends in the
wrong place, explains; and one error for what comes to many places, such as a layer that is not there. What follows from a value
that is not known is never reported at all; this is about the rest.

    Dense2)                                  `)` closes nothing, and there is a layer `Dense2` only without its `(`
    } … output x                             no output in a model that ended before
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, has_errors
from dslc.diagnostics.python_class import as_one_class
from dslc.record import replace

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

_FLOWLESS = ("DSL208", "DSL211")
"""A layer in arithmetic, a method of a value: an arrow is missing there, and with it what `_` in that line stands for."""

_NEAR = 5
"""Lines behind the place of a missing `}`: a head that stands there instead of it has left its body outside."""

_PLACES = 4  # how often "and here" is said of one mistake
_OUTSIDE = "top of a file"
_OPEN = ("DSL101", "DSL102")
_WORDLESS = "a body stands behind `model` or `block`"
_DECLARED = "no line declares a layer"
_UNCLOSED, _UNOPENED = "DSL102", "DSL103"
_NAMELESS = ("left of `=` stands the name", "a loop is written `for name", "an input has a name")


def without_explained(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics, without the errors that others explain."""
    diagnostics = as_one_class(_with_choices(diagnostics), lambda each: _item(each)[0])
    diagnostics = _with_missing_names(_as_one_bracket(diagnostics))
    lines = _Lines(diagnostics)
    kept: list[Diagnostic] = []
    told: dict[tuple[str, object], int] = {}  # which diagnostic says it for all places
    for each in diagnostics:
        if each.severity == "error" and lines.explain(each):
            continue
        key = _cause(each) if each.severity == "error" else None
        number = None if key is None else told.setdefault((each.span.source.name, key), len(kept))
        if number is None or number == len(kept):
            kept.append(each)
        else:
            kept[number] = _with_place(kept[number], each)
    if has_errors(diagnostics) and not has_errors(kept):
        return list(diagnostics)  # each explained by another: whatever is wrong, something has to be said
    return kept


def _as_one_bracket(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """A bracket that is never closed and one that closes nothing, where a file has one of each: it stands in a wrong place."""
    for pair in ("{}", "()", "[]"):
        found = [
            each for each in diagnostics if each.code in (_UNCLOSED, _UNOPENED) and each.span.text in pair
        ]
        if len(found) != 2 or found[0].code == found[1].code:
            continue
        first, second = found
        if first.span.source is not second.span.source:
            continue
        if pair != "{}" and abs(first.span.row - second.span.row) > 1:
            continue
        both: Diagnostic = replace(first, labels=(*first.labels, Label(second.span, second.text)))
        diagnostics = [both if each is first else each for each in diagnostics if each is not second]
    brackets = [each for each in diagnostics if each.code in (_UNCLOSED, _UNOPENED)]
    if len(brackets) == 2 and (brackets[0].code, brackets[1].code) == (_UNCLOSED, _UNOPENED):
        first, second = brackets
        if first.span.source is second.span.source and _ends_body(first, second):
            both = _of_another_kind(first, second)
            diagnostics = [both if each is first else each for each in diagnostics if each is not second]
    return diagnostics


def _ends_body(opened: Diagnostic, closing: Diagnostic) -> bool:
    """Whether what closes nothing stands alone on its line, as the brace that ends a body does."""
    return (
        opened.span.text in ("{", "(")
        and closing.span.source.line(closing.span.row).strip() == closing.span.text
    )


def _of_another_kind(opened: Diagnostic, closing: Diagnostic) -> Diagnostic:
    """The bracket of one kind that ends what one of another kind began; a body stands in braces."""
    closes = {"{": "}", "(": ")", "[": "]"}[opened.span.text]
    source, row = opened.span.source, opened.span.row
    head = re.fullmatch(r"\s*((?:model|block)\s+\w+)\s*\(\s*(?:#.*)?", source.line(row))
    labels = (*opened.labels, Label(closing.span, closing.text))
    if head is not None and closing.span.text == ")":
        return replace(opened, labels=labels, help=f"a body stands in braces: write `{head[1]} {{ … }}`")  # type: ignore[no-any-return]
    if opened.span.text == "{" and closing.span.text != closes:
        fix = Fix("unsafe", f"write `{closes}`", (Edit(closing.span, closes),))
        help = f"a `{opened.span.text}` is closed with `{closes}`: write it here"
        return replace(closing, labels=(Label(opened.span, "opened here"),), help=help, fix=fix)  # type: ignore[no-any-return]
    return replace(opened, labels=labels)  # type: ignore[no-any-return]


def _with_choices(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """What does not fit behind a choice that ends before the arrow: it is told so, and the note is not said besides."""
    notes = {(each.span.source.name, each.span.row): each for each in diagnostics if each.code == _CHOSEN}
    made: list[Diagnostic] = []
    told: set[int] = set()
    for each in diagnostics:
        note = notes.get((each.span.source.name, each.span.row))
        if note is None or each.severity != "error" or not each.code.startswith("DSL4") or id(note) in told:
            made.append(each)
            continue
        told.add(id(note))
        labels = (*each.labels, Label(note.span, note.text))
        made.append(replace(each, help=note.help, labels=labels, fix=None))
    return [each for each in made if id(each) not in told]


_CHOSEN = "DSL821"


def _with_missing_names(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """Names that are not there because another line has lost them: that line is told which name it lacks.

    A block without an input, two things of one name, a parameter that a call still gives.
    """
    missing = [each for each in diagnostics if each.code == "DSL201" and not _has_other_name(each)]
    made: list[Diagnostic] = []
    gone: set[int] = set()
    for each in diagnostics:
        name = next((other for other in missing if id(other) not in gone and _lacks(each, other)), None)
        if name is None:
            made.append(each)
        elif each.code == "DSL301":  # a parameter that a block has lost
            owner = each.text.split("`")[1].removeprefix("the call of ")
            place = next((n for n, other in enumerate(made) if other is name), None)
            if place is None:
                made.append(each)
                continue
            advice = f"`{owner}` is called with it: make it a parameter, `{name.span.text}`, or an input of `{owner}`"
            made[place] = replace(name, help=advice, labels=(*name.labels, Label(each.span, "given here")))
        else:
            gone.add(id(name))
            advice = _with_name(each, name.span.text)
            made.append(
                replace(each, help=advice, labels=(*each.labels, Label(name.span, "it is used here")))
            )
    return [each for each in made if id(each) not in gone]


_LOSING = ("DSL108", "DSL204", "DSL224", "DSL301")


def _with_name(each: Diagnostic, name: str) -> str:
    """What to do about a line that explains why a name is not there."""
    match each.code:
        case "DSL108":
            whole = " ".join(each.span.text.split())
            return f"give it the name that is used below: write `{name} = {whole if len(whole) <= _LONGEST else '…'}`"
        case "DSL224":
            return f"begin its body with `input {name}`, one line for each value"
        case _:
            return f"rename one of them: is it `{name}`, which is not there?"


_LONGEST = 60  # of a line that is shown again


def _has_other_name(each: Diagnostic) -> bool:
    """Whether it is told already what a name that is not there may be."""
    advice = each.help or ""
    return "did you mean" in advice or advice.startswith(("write", "line", "to Keras", "there is no"))


def _lacks(each: Diagnostic, name: Diagnostic) -> bool:
    """Whether what is said of a line explains that a name is not there."""
    if each.code not in _LOSING or each.span.source is not name.span.source:
        return False
    first, last = _item(name)
    match each.code:
        case "DSL108":
            return first <= each.span.row < name.span.row <= last and "->" in each.span.text
        case "DSL224" | "DSL204":
            return first <= each.span.row <= last
        case "DSL301" if f"no argument `{name.span.text}`" in each.text:
            owner = each.text.split("`")[1].removeprefix("the call of ")
            return (
                re.match(rf"\s*(?:block|model|fn)\s+{re.escape(owner)}\b", name.span.source.line(first))
                is not None
            )
        case _:
            return False


def _item(each: Diagnostic) -> tuple[int, int]:
    """The first and the last line of the item of the file that a place is in."""
    heads, last = _heads(each.span.source.text)
    behind = bisect_right(heads, each.span.row)
    return heads[behind - 1] if behind else 1, heads[behind] - 1 if behind < len(heads) else last


@lru_cache(maxsize=1)
def _heads(text: str) -> tuple[Sequence[int], int]:
    """The lines in which items of a file begin, and its last one."""
    lines = text.split("\n")
    return [row for row, line in enumerate(lines, 1) if _HEAD.match(line) is not None], len(lines)


_HEAD = re.compile(r"(?:block|model|fn|extern|use)\b[ \t]+\S")


class _Lines:
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
        self.inputless: set[str] = set()  # blocks
        self.wordless: dict[str, int] = {}  # a body behind a word that is none of the language
        self.twice: set[str] = set()  # names that two things have
        self.unclosed: dict[str, int] = (
            {}
        )  # where the first `{` of a file that is never closed should have been
        self.flowless: set[tuple[str, int]] = set()
        self.unknown: set[tuple[str, int]] = set()  # a name that is not there
        self.displaced: dict[str, set[str]] = (
            {}
        )  # what lines that no body holds, or nobody can read, would have named
        self.nameless: dict[str, int] = {}  # a line whose name is lost, and with it its value
        self.lost: dict[str, str] = {}  # what that name is, most likely: the first that is not there
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
            if each.code == "DSL101" and (each.help or "").startswith(_WORDLESS):
                self.wordless.setdefault(*line)
            if each.code == _TWICE:
                self.twice.add(each.span.text)
            if each.code == _UNCLOSED and each.span.text == "{":
                last = max([each.span.row, *(label.span.row for label in each.labels)])
                self.unclosed.setdefault(each.span.source.name, last)
            if each.code in _FLOWLESS:
                self.flowless.add(line)
            if each.code == "DSL201":
                self.unknown.add(line)
            if (each.help or "").startswith(_NAMELESS):
                self.nameless.setdefault(*line)
            if each.code == "DSL212":
                lacking.setdefault(line[0], []).append(line[1])
                self.inputless.update(re.findall(r"the block `(\w+)` has no input", each.text))
            if each.code == _MISPLACED and _OUTSIDE in each.text:
                self.below.add(line)
            if (each.code == _MISPLACED and _OUTSIDE in each.text) or each.code == "DSL101":
                self.displaced.setdefault(line[0], set()).update(_named_in(each))
            if each.code == _MISPLACED and "in a constant" in each.text:
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
        first = self.brackets.get(line)
        if first is not None:
            return (first.code, first.span) != (each.code, each.span)
        if each.code == "DSL209" and line in self.flowless:
            return True
        if each.code == "DSL381" and "no field to fill" in each.text and line in self.unknown:
            return True
        if each.code == "DSL201" and file in self.unclosed and not _has_other_name(each):
            head, last = _item(each)
            if head <= self.unclosed[file] <= last:
                return True  # a body that ends in the wrong place has other names
        if each.code == "DSL201" and (
            self._is_lost_name(each) or each.span.text in self.displaced.get(file, ())
        ):
            return True
        if each.code == "DSL381" and "no field to fill" in each.text:
            return any(name in each.text for name in self.displaced.get(file, ()))
        misplaced = each.code == _MISPLACED and _OUTSIDE in each.text
        if misplaced and 0 < row - self.unclosed.get(file, row) <= _NEAR:
            return True
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
        if each.code == "DSL101" and file in self.wordless and self.wordless[file] < row <= _item(each)[1]:
            return True  # of a notation that nobody knows
        if each.code == "DSL109" and before in self.flowless:  # what a loop goes through that is not there
            return each.span.source.line(row - 1).lstrip().startswith("for ")
        if each.code in ("DSL302", "DSL303") and each.text.partition("` ")[0].strip("`") in self.inputless:
            return True  # which has a parameter in its place
        if each.code == "DSL703":
            return any(f"`{name}` uses itself" in each.text for name in self.twice)
        if each.code in _NAMES and line in self.constants:
            return True
        if each.code == "DSL212":
            return line in self.torn
        if file in self.outside and (each.code in _LACKING or _is_headless(each)):
            return True
        return each.code == _TWICE and before in self.open

    def _is_lost_name(self, each: Diagnostic) -> bool:
        """Whether a name is not there because the line has lost it that gave it its value."""
        file, name = each.span.source.name, each.text
        if self.nameless.get(file, each.span.row) >= each.span.row or "did you mean" in (each.help or ""):
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
        ]
    return [*sizes, *re.findall(r"^\s*(\w+)\W+record\b", line)]


def _is_headless(each: Diagnostic) -> bool:
    """Whether a layer is missed that is near no other: a block that has lost its head."""
    return each.code == "DSL202" and "did you mean" not in (each.help or "")


def _cause(each: Diagnostic) -> object:
    """What an error of a kind that comes to many places is about; None for all other kinds."""
    match each.code:
        case "DSL202":
            return each.code, each.text  # the name of a layer
        case "DSL101" if (each.help or "").startswith(_DECLARED):
            return each.code, _DECLARED
        case "DSL404" if "but the input is" in each.text:
            shape = each.text.partition("but the input is")[2]
            last = re.search(r"(\?|[A-Za-z]\w*)\)$", shape)
            return (_LATE, last[1]) if last is not None else (each.code, shape)
        case "DSL311" if (found := re.search(r"`([^`]+)` is known only", each.text)) is not None:
            return _LATE, found[1]
        case "DSL208" | "DSL311" | "DSL402" | "DSL410":
            return each.code, each.span.row
        case _:
            return None


_LATE = "a size that only a call knows"


def _with_place(said: Diagnostic, again: Diagnostic) -> Diagnostic:
    """A diagnostic that points to one more place, unless it does so to several or that is in its own line."""
    if len(said.labels) >= _PLACES or again.span.row == said.span.row:
        return said
    return replace(said, labels=(*said.labels, Label(again.span, "and here")))  # type: ignore[no-any-return]
