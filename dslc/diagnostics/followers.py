"""Errors that follow from another one, by where they stand.

In: all errors of a text, in order.  Out: those without the ones that a mistake in the same line, or a body that begins or ends in the
wrong place, explains; and one error for what comes to many places, such as a layer that is not there. What follows from a value
that is not known is never reported at all; this is about the rest.

    Dense2)                                  `)` closes nothing, and there is a layer `Dense2` only without its `(`
    } … output x                             no output in a model that ended before
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, has_errors
from dslc.diagnostics.explained import UNCLOSED, UNOPENED, Lines, has_other_name, lines_of_item
from dslc.diagnostics.fixing import line_after
from dslc.diagnostics.messages import syntax
from dslc.diagnostics.python_class import as_one_class
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span

_PLACES = 4  # how often "and here" is said of one mistake
_SAID_ONCE = (Cause.COMMENT, Cause.COMMA, Cause.CHOICE, Cause.ELSE_IF, Cause.DECLARED, Cause.TYPE)
"""Habits that come to many places of a text."""
_UNQUOTED = (Cause.QUOTES, Cause.KEY)


def without_explained(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics, without the errors that others explain."""
    diagnostics = as_one_class(_with_choices(diagnostics), lambda each: lines_of_item(each)[0])
    diagnostics = _with_missing_names(_with_calls(_as_one_bracket(_with_taken_names(diagnostics))))
    diagnostics = _without_echoes(diagnostics)
    lines = Lines(diagnostics)
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
    kept = _as_lines(_as_one_habit(kept))
    if has_errors(diagnostics) and not has_errors(kept):
        return list(diagnostics)  # each explained by another: whatever is wrong, something has to be said
    return kept


def _with_taken_names(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """A line that takes nothing by name from another file: it is told the layers that are not there, and nothing is said of these besides."""
    names = dict.fromkeys(each.span.text for each in diagnostics if each.cause is Cause.UNTAKEN)
    if not names:
        return diagnostics
    made: list[Diagnostic] = []
    for each in diagnostics:
        if each.cause is Cause.UNTAKEN:
            continue
        if each.cause is Cause.UNSAID:
            text = f"use {', '.join(names)} from {each.names[0]}"
            line, row = each.span.source.line(each.span.row), each.span.source.starts[each.span.row - 1]
            length = len(line.partition("#")[0].rstrip())
            edit = Edit(Span(each.span.source, row, row + length), text)
            fix = Fix("unsafe", f"write `{text}`", (edit,))
            lead = (
                "every name that is taken is said" if "*" in line else "names are taken from a file like this"
            )
            each = replace(each, help=f"{lead}: `{text}`", fix=fix)
        made.append(each)
    return made


def _as_one_bracket(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """A bracket that is never closed and one that closes nothing, where a file has one of each: it stands in a wrong place."""
    for pair in ("{}", "()", "[]"):
        found = [each for each in diagnostics if each.code in (UNCLOSED, UNOPENED) and each.span.text in pair]
        if len(found) != 2 or found[0].code == found[1].code:
            continue
        first, second = found
        if first.span.source is not second.span.source:
            continue
        if pair != "{}" and abs(first.span.row - second.span.row) > 1:
            continue
        both: Diagnostic = replace(first, labels=(*first.labels, Label(second.span, second.text)))
        diagnostics = [both if each is first else each for each in diagnostics if each is not second]
    brackets = [each for each in diagnostics if each.code in (UNCLOSED, UNOPENED)]
    if len(brackets) == 2 and (brackets[0].code, brackets[1].code) == (UNCLOSED, UNOPENED):
        first, second = brackets
        if first.span.source is second.span.source and _ends_body(first, second):
            both = _of_another_kind(first, second)
            diagnostics = [both if each is first else each for each in diagnostics if each is not second]
    return diagnostics


def _ends_body(opened: Diagnostic, closing: Diagnostic) -> bool:
    """Whether what closes nothing stands alone on its line, as the brace that ends a body does."""
    return (
        opened.span.text in ("{", "(", "[")
        and closing.span.source.line(closing.span.row).strip() == closing.span.text
    )


def _of_another_kind(opened: Diagnostic, closing: Diagnostic) -> Diagnostic:
    """The bracket of one kind that ends what one of another kind began; a body stands in braces."""
    closes = syntax.closer(opened.span.text)
    source, row = opened.span.source, opened.span.row
    head = re.fullmatch(r"\s*((?:model|block)\s+\w+)\s*[(\[]\s*(?:#.*)?", source.line(row))
    labels = (*opened.labels, Label(closing.span, closing.text))
    if head is not None and closing.span.text in ")]":
        fix = Fix("unsafe", "write braces", (Edit(opened.span, "{"), Edit(closing.span, "}")))
        advice = f"a body stands in braces: write `{head[1]} {{ … }}`"
        return replace(opened, labels=labels, help=advice, fix=fix)  # type: ignore[no-any-return]
    if opened.span.text == "{" and closing.span.text != closes:
        fix = Fix.writing(closing.span, closes)
        help = f"a `{opened.span.text}` is closed with `{closes}`: write it here"
        return replace(closing, labels=(Label(opened.span, "opened here"),), help=help, fix=fix)  # type: ignore[no-any-return]
    return replace(opened, labels=labels)  # type: ignore[no-any-return]


def _with_choices(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """An error about shapes behind what a note has pointed at: it is told the note's advice, and the note is not said besides.

    A choice that ends before the arrow, in its line; channels that stand first, anywhere in the item.
    """
    notes = {_place_of_note(each): each for each in diagnostics if each.code in _CHOSEN}
    made: list[Diagnostic] = []
    told: set[int] = set()
    for each in diagnostics:
        places = (
            [(code, *_where(code, each)) for code in _CHOSEN]
            if notes and each.code.startswith("DSL4")
            else []
        )
        note = next((notes[place] for place in places if place in notes), None)
        if note is None or each.severity != "error" or id(note) in told or note.span.start > each.span.start:
            made.append(each)
            continue
        told.add(id(note))
        text = note.labels[0].text if note.code == _CHANNELS else note.text
        place = note.labels[0].span if note.code == _CHANNELS else note.span
        labels = [label for label in each.labels if label.span != place]
        made.append(replace(each, help=note.help, labels=(*labels, Label(place, text)), fix=None))
    return [each for each in made if id(each) not in told]


_CHANNELS = "DSL804"
_CHOSEN = ("DSL821", "DSL836", _CHANNELS)


def _place_of_note(note: Diagnostic) -> tuple[str, str, int]:
    return note.code, *_where(note.code, note)


def _where(code: str, each: Diagnostic) -> tuple[str, int]:
    """What a note and an error that follows have in common: the line, or the item."""
    return each.span.source.name, lines_of_item(each)[0] if code == _CHANNELS else each.span.row


def _with_missing_names(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """Names that are not there because another line has lost them: that line is told which name it lacks.

    A block without an input, two things of one name, a parameter that a call still gives.
    """
    if not any(each.code in _LOSING for each in diagnostics):
        return diagnostics
    missing = _Missing([each for each in diagnostics if each.code == "DSL201" and not has_other_name(each)])
    made: list[Diagnostic] = []
    gone: set[int] = set()
    for each in diagnostics:
        name = next(
            (other for other in missing.beside(each) if id(other) not in gone and _lacks(each, other)), None
        )
        if name is None:
            made.append(each)
        elif each.code in ("DSL301", "DSL303"):  # a parameter that a block has lost
            owner = each.subject
            place = next((n for n, other in enumerate(made) if other is name), None)
            if place is None:
                made.append(each)
                continue
            advice = f"`{owner}` is called with it: make it a parameter, `{name.span.text}`, or an input of `{owner}`"
            made[place] = replace(name, help=advice, labels=(*name.labels, Label(each.span, "given here")))
        else:
            gone.add(id(name))
            advice = _with_name(each, name.span.text, name.span.row)
            made.append(
                replace(each, help=advice, labels=(*each.labels, Label(name.span, "it is used here")))
            )
    return [each for each in made if id(each) not in gone]


def _with_calls(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """A block that takes its data as parameters, and calls that give it them so: the block is told what becomes of these."""
    blocks = {each.subject: each for each in diagnostics if each.code == "DSL212" and each.names}
    calls: dict[str, list[Diagnostic]] = {}
    for each in diagnostics if blocks else ():
        owner = each.span.text.partition("(")[0]
        if each.code == "DSL210" and owner in blocks:
            calls.setdefault(owner, []).append(each)
    gone = {id(each) for of_block in calls.values() for each in of_block}
    made: list[Diagnostic] = []
    for each in diagnostics:
        of_block = calls.get(each.span.text, []) if each is blocks.get(each.span.text) else []
        if of_block:
            number = len(each.names)
            advice = f"{each.help}; call it like this: `{_call_with_arrow(of_block[0], number)}`"
            labels = tuple(
                Label(call.span, f"`{_call_with_arrow(call, number)}`") for call in of_block[:_PLACES]
            )
            each = replace(each, help=advice, labels=(*each.labels, *labels))
            if each.fix is not None:
                edits = (Edit(call.span, _call_with_arrow(call, number)) for call in of_block)
                each = replace(each, fix=replace(each.fix, edits=(*each.fix.edits, *edits)))
        if id(each) not in gone:
            made.append(each)
    return made


def _call_with_arrow(call: Diagnostic, number: int) -> str:
    """A call whose first arguments are what flows, with an arrow."""
    name, _, given = call.span.text.removesuffix(")").partition("(")
    arguments = re.split(r",\s*(?![^(\[]*[)\]])", given)
    flows, rest = arguments[:number], arguments[number:]
    head = flows[0] if len(flows) == 1 else f"({', '.join(flows)})"
    return f"{head} -> {name}({', '.join(rest)})" if rest else f"{head} -> {name}"


def _without_echoes(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics without the warnings that an error says already: what is idle or unused because a line was lost.

    A parameter that nobody uses is what another body misses; what lies behind a line that stands outside is idle.
    """
    sets = [each.span for each in diagnostics if each.code == "DSL111"]
    missed = {each.span.text for each in diagnostics if each.cause is Cause.ELSEWHERE}
    lost = {
        (each.span.source.name, lines_of_item(each)[0]) for each in diagnostics if each.code in _OUTSIDE_CODES
    }
    return [
        each
        for each in diagnostics
        if not (each.code == "DSL801" and each.span.text in missed)
        and not (
            each.code == "DSL106" and any(span.start < each.span.start < span.end for span in sets)
        )  # between the braces of what is written in brackets
        and not (each.code == "DSL808" and lost and (each.span.source.name, lines_of_item(each)[0]) in lost)
    ]


_OUTSIDE_CODES = ("DSL107", "DSL220")
"""A line that stands outside of every body, and a choice that takes the beginning of its chain: layers are idle by them."""

_LOSING = ("DSL108", "DSL204", "DSL224", "DSL301", "DSL303")


def _with_name(each: Diagnostic, name: str, used: int) -> str:
    """What to do about a line that explains why a name is not there."""
    match each.code:
        case "DSL108":
            whole = " ".join(each.span.text.split())
            return f"give it the name that is used below: write `{name} = {whole if len(whole) <= _LONGEST else '…'}`"
        case "DSL224":
            return f"begin its body with `input {name}`, one line for each value"
        case "DSL204" if each.span.text == name:
            return f"move it to where it is missed: line {used} asks for a `{name}`"
        case _:
            return f"rename one of them: is it `{name}`, which is not there?"


class _Missing:
    """Names that are not there, by what a line may have to do with them: their item, the owner of that, and what they are."""

    def __init__(self, names: Sequence[Diagnostic]) -> None:
        self.items: dict[tuple[str, int], list[Diagnostic]] = {}
        self.owners: dict[str, list[Diagnostic]] = {}
        self.named: dict[str, list[Diagnostic]] = {}
        for each in names:
            head, _ = lines_of_item(each)
            owner = _OWNER.match(each.span.source.line(head))
            self.items.setdefault((each.span.source.name, head), []).append(each)
            self.owners.setdefault("" if owner is None else owner[1], []).append(each)
            self.named.setdefault(each.span.text, []).append(each)

    def beside(self, each: Diagnostic) -> Sequence[Diagnostic]:
        """The names that a diagnostic may explain."""
        if each.code in ("DSL301", "DSL303"):
            return self.owners.get(each.subject or "", ())
        if each.code not in _LOSING:
            return ()
        here = self.items.get((each.span.source.name, lines_of_item(each)[0]), [])
        return [*self.named.get(each.span.text, ()), *here] if each.code == "DSL204" else here


_OWNER = regex(r"\s*(?:block|model|fn)\s+(\w+)")


_LONGEST = 60  # of a line that is shown again


def _lacks(each: Diagnostic, name: Diagnostic) -> bool:
    """Whether what is said of a line explains that a name is not there."""
    if each.code not in _LOSING or each.span.source is not name.span.source:
        return False
    first, last = lines_of_item(name)
    match each.code:
        case "DSL108":
            return first <= each.span.row < name.span.row <= last and "->" in each.span.text
        case "DSL204" if each.span.text == name.span.text:
            return True  # an input that has come into another body
        case "DSL224" | "DSL204":
            return first <= each.span.row <= last
        case "DSL301" | "DSL303" if each.code == "DSL303" or name.span.text in each.names:
            head = _OWNER.match(name.span.source.line(first))
            return head is not None and head[1] == each.subject
        case _:
            return False


def _cause(each: Diagnostic) -> object:
    """What an error of a kind that comes to many places is about; None for all other kinds."""
    match each.code:
        case "DSL202":
            return each.code, each.subject  # the name of a layer
        case _ if each.cause in _UNQUOTED:
            return _UNQUOTED, each.span.row
        case _ if each.cause in _SAID_ONCE:
            return each.cause
        case "DSL303" if each.cause is Cause.NO_PARAMETERS:
            return each.cause, each.subject
        case "DSL305" if each.cause is Cause.SLASH:
            return each.cause
        case "DSL101" if each.cause is Cause.TRAINING:
            return each.cause, lines_of_item(each)[0]
        case "DSL207" if each.cause is Cause.RECIPE:
            return each.code, lines_of_item(each)[0]
        case "DSL201" if each.span.text.isupper() and len(each.span.text) > 1:
            return each.code, each.span.text  # a constant of the file
        case "DSL389" | "DSL381" if (name := _record_of(each)) is not None:
            return _RECORD, name
        case "DSL404" | "DSL311" if each.subject is not None:
            return _LATE, each.subject
        case "DSL404":
            return each.code, each.caption  # the shape
        case "DSL203" | "DSL207" | "DSL216" | "DSL236" | "DSL304" | "DSL703":
            return each.code, each.text  # whoever says the same of the same
        case "DSL389" if each.subject is not None and each.cause is not Cause.LAYER:
            return each.code, each.text
        case "DSL208" | "DSL209" | "DSL211" | "DSL311" | "DSL402" | "DSL410":
            return each.code, each.span.row
        case _:
            return None


def _as_one_habit(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics, with those about the names of another library in one line as one, which says the whole line: layers, arguments, calls."""
    lines: dict[tuple[str, int], list[Diagnostic]] = {}
    for each in diagnostics:
        if _is_of_library(each):
            lines.setdefault((each.span.source.name, each.span.row), []).append(each)
    told: dict[int, Diagnostic] = {}
    gone: set[int] = set()
    for same in lines.values():
        if len({each.code for each in same}) < _KINDS:
            continue
        edits = sorted(
            (edit for each in same if each.fix for edit in each.fix.edits), key=lambda each: each.span.start
        )
        if any(one.span.end > other.span.start for one, other in pairwise(edits)):
            continue
        text = line_after(edits).partition("#")[0].strip()
        fix = Fix("unsafe", f"write `{text}`", tuple(edits))
        labels = [Label(each.span, each.help or "") for each in same[1 : _PLACES + 1]]
        first = replace(same[0], help=f"write `{text}`", fix=fix, labels=(*same[0].labels, *labels))
        told[id(same[0])] = first
        gone.update(id(each) for each in same[1:])
    return [told.get(id(each), each) for each in diagnostics if id(each) not in gone]


_KINDS = 2
"""Kinds of names in one line; those of one kind are told as one anyway."""


def _is_of_library(each: Diagnostic) -> bool:
    """Whether it is about a name as another library has it, with one edit in its line that says what it is here."""
    if each.fix is None or any(
        edit.span.row != each.span.row or "\n" in edit.content + edit.span.text for edit in each.fix.edits
    ):
        return False
    return (
        each.code == "DSL210" or (each.code == "DSL202" and each.cause is None) or each.cause is Cause.FORMER
    )


def _as_lines(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics, with those about several names of layers, or of arguments, in one line as one: they are one habit."""
    made: list[Diagnostic] = []
    lines: dict[tuple[str, str, int], int] = {}
    for each in diagnostics:
        renames = each.code in _OF_NAMES and each.fix is not None
        place = (
            lines.setdefault((each.span.source.name, each.code, each.span.row), len(made))
            if renames
            else len(made)
        )
        if place == len(made):
            made.append(each)
        else:
            made[place] = _with_place(made[place], each, typed=True)
    return made


_OF_NAMES = ("DSL202", "DSL206", "DSL301", "DSL308")
_LATE = "a size that only a call knows"
_RECORD = "a record that holds something else than tensors, or nothing"


def _record_of(each: Diagnostic) -> str | None:
    """The name of the record, or list, of which something is asked that was not put into it."""
    if each.code == "DSL381" and each.cause is not Cause.NO_FIELD:
        return None
    if each.code == "DSL389" and each.cause is not Cause.NO_TENSORS:
        return None
    names = [name for name in re.findall(r"[^\W\d]\w*", each.span.text) if name not in _OF_RECORDS]
    return names[0] if names and re.match(r"(?:\w+\()?[^\W\d]\w*[)\[]|[^\W\d]\w*$", each.span.text) else None


_OF_RECORDS = ("values", "keys", "items", "list")


def _with_place(said: Diagnostic, again: Diagnostic, typed: bool = False) -> Diagnostic:
    """A diagnostic that points to one more place, unless it does so to several or that is in its own line; its fix is one of all."""
    typed = (
        typed
        or said.cause in (Cause.TYPE, Cause.SLASH, *_UNQUOTED)
        or (said.code == "DSL207" and said.subject != again.subject)
    )  # several in one line, each with words of its own
    if again.span.row == said.span.row and not typed:
        return said
    fix = said.fix
    if fix is not None and again.fix is not None and (typed or said.help == again.help):
        made = {(each.span.start, each.span.end, each.content) for each in fix.edits}
        more = [
            each for each in again.fix.edits if (each.span.start, each.span.end, each.content) not in made
        ]
        fix = replace(fix, edits=(*fix.edits, *more))
    if len(said.labels) >= _PLACES:
        return replace(said, fix=fix)  # type: ignore[no-any-return]
    here = f"and here: {again.help}" if typed else "and here"
    return replace(said, labels=(*said.labels, Label(again.span, here)), fix=fix)  # type: ignore[no-any-return]
