"""What is said all over a body, as one: somebody has brought it from Python, or its training, and every line is the same mistake.

In: the diagnostics of an item of a file.  Out: the first of those about training, and the first of those about Python, which points to the others; its fix makes all of their
edits, the inner ones inside the outer ones, with brackets where an arrow would take in what stands beside it.

    x = layers.Dense(8)(inputs)                x = inputs -> Dense(8)
    y = Dense(2)(Dense(8)(x)) + x              y = (x -> Dense(8) -> Dense(2)) + x
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from dslc.diagnostics.fixing import line_after
from dslc.diagnostics.vocabulary.layers import STAYS
from dslc.program import habits
from dslc.program.meant import as_shown
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span

_CALL, _METHOD, _LAYER, _UNUSED, _ELSEWHERE = "DSL210", "DSL211", "DSL202", "DSL801", "DSL227"
_OF_CLASSES = (Cause.SELF, Cause.RETURN)
_PLACES = 4  # how often "and here" is said of one mistake
_BEFORE = regex(r"(?:[-+*/%@<>]|[=!<>]=|\b(?:not|and|or|in|if|else))\s*\Z")
_BEHIND = regex(r"\s*(?:[-+*/%@<.\[]|==|!=|>|\b(?:and|or|in|if|else)\b)(?<!->)")


def gathered(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics, with those about Python as one."""
    inside = _nested([each for each in diagnostics if _is_of_python(each) and _edit(each) is not None])
    inner = {id(each) for within in inside.values() for each in within}
    outer = [each for each in diagnostics if id(each) in inside]
    calls = [each for each in outer if each.code != _LAYER]
    if all(each.code != _CALL for each in calls):
        calls = [each for each in calls if each.code != _METHOD]
        calls = calls if len(calls) > 1 else []
    told = set(map(id, calls))
    of_lines: dict[int, list[Diagnostic]] = {}
    for each in outer:
        if each.code in (_METHOD, _LAYER) and id(each) not in told:
            of_lines.setdefault(each.span.row, []).append(each)
    training = [each for each in diagnostics if each.code == _UNUSED and STAYS in (each.help or "")]
    of_calls, of_training = set(map(id, calls)), set(map(id, training))
    made: list[Diagnostic] = []
    for each in diagnostics:
        if id(each) in inner:
            continue
        if id(each) in of_training:
            if each is training[0]:
                places = [Label(other.span, "and here") for other in training[1:]]
                made.append(replace(each, labels=(*each.labels, *places[:_PLACES])))
        elif id(each) in of_calls:
            if each is calls[0]:
                made.append(_together(calls, inside))
        elif id(each) in inside:
            line = [other for other in of_lines.get(each.span.row, [each]) if other.code == each.code]
            if each is line[0]:  # several methods of a line are one line to write
                made.append(_together(line, inside))
        else:
            made.append(each)
    return made


def _nested(python: Sequence[Diagnostic]) -> dict[int, list[Diagnostic]]:
    """The diagnostics whose edits lie inside no other's, by identity, each with those whose edits lie inside its own."""
    inside: dict[int, list[Diagnostic]] = {}
    around: Diagnostic | None = None
    for each in sorted(python, key=_extent):
        if around is not None and _holds(around, each):
            inside[id(around)].append(each)
        else:
            inside[id(each)] = []
            around = each
    return inside


def _extent(each: Diagnostic) -> tuple[int, int]:
    """Where an edit begins, the longer one first."""
    edit = _edit(each)
    return (edit.span.start, -edit.span.end) if edit is not None else (0, 0)


def _is_of_python(each: Diagnostic) -> bool:
    """Whether it is about a way of Python's: a call, a method, an attribute of `self`, a `return`."""
    edit = _edit(each)
    if each.code == _LAYER and edit is not None:  # layers in small letters
        return edit.content.lower() == edit.span.text.lower().replace("_", "") and edit.span.text.islower()
    if each.code == _ELSEWHERE:  # of NumPy, as a function of tensors
        return edit is not None
    return each.code in habits.OF_PYTHON or each.cause in _OF_CLASSES


def _edit(each: Diagnostic) -> Edit | None:
    return each.fix.edits[0] if each.fix is not None and len(each.fix.edits) == 1 else None


def _holds(outer: Diagnostic, inner: Diagnostic) -> bool:
    """Whether the edit of one lies inside that of another."""
    around, within = _edit(outer), _edit(inner)
    if outer is inner or around is None or within is None or around.span == within.span:
        return False
    return around.span.start <= within.span.start and within.span.end <= around.span.end


def _together(same: Sequence[Diagnostic], inside: Mapping[int, Sequence[Diagnostic]]) -> Diagnostic:
    """The first of some diagnostics, for all of them and those inside them."""
    edits = tuple(_whole(each, inside[id(each)]) for each in same)
    lines: dict[int, list[Edit]] = {}
    for edit in edits:
        lines.setdefault(edit.span.row, []).append(edit)
    first, *others = [_written(line) for line in lines.values()]
    old = _edit(same[0])
    advice = same[0].help or ""
    if old is None or old.content != first:
        advice = f"write `{first}`"
    labels = [
        Label(line[0].span, f"write `{text}`" if text else "leave it out")
        for line, text in zip(list(lines.values())[1:], others[:_PLACES], strict=False)
    ]
    if others:
        advice += ", and the other lines likewise"
    safe = all(each.fix is not None and each.fix.applicability == "safe" for each in same)
    text = "write all of it as it is written here" if others else f"write `{first}`"
    fix = Fix("safe" if safe else "unsafe", text, edits)
    return replace(same[0], help=advice, labels=(*same[0].labels, *labels), fix=fix)  # type: ignore[no-any-return]


def _written(edits: Sequence[Edit]) -> str:
    """What the edits of a line make: of several the whole line."""
    if len(edits) == 1:
        return as_shown(edits[0].content)
    return as_shown(line_after(edits))


def _whole(each: Diagnostic, within: Sequence[Diagnostic]) -> Edit:
    """The edit of a diagnostic with those that lie inside it."""
    edit = _edit(each)
    assert edit is not None
    content = edit.content
    for other in within:
        if any(_holds(between, other) for between in within):
            continue  # which holds it already
        part = _whole(other, [one for one in within if _holds(other, one)])
        if content.count(part.span.text) == 1:
            at = content.index(part.span.text)
            bare = (
                part.content.removeprefix("(").removesuffix(")") if _begins_chain(content, at, part) else None
            )
            content = content.replace(part.span.text, part.content if bare is None else bare)
    return Edit(edit.span, _in_brackets(edit.span, content))


def _begins_chain(content: str, at: int, part: Edit) -> bool:
    """Whether what is inserted stands at the beginning of a chain, where it goes on without brackets."""
    behind = content[at + len(part.span.text) :].lstrip()
    return (
        at == 0
        and behind.startswith("->")
        and part.content.startswith("(")
        and part.content != part.span.text
    )


def _in_brackets(span: Span, content: str) -> str:
    """A chain with brackets, where an operator stands beside it."""
    if not re.search(r"\s->\s", content) or re.match(r"(?:input|output|shared|weight)\b|\w+ \+?= ", content):
        return content
    text = span.source.text
    before, behind = text[max(0, span.start - 20) : span.start], text[span.end : span.end + 20]
    line_ends = behind.split("\n")[0]
    beside = _BEFORE.search(before.rpartition("\n")[2]) is not None and not before.rstrip().endswith("->")
    beside = beside or (_BEHIND.match(line_ends) is not None and not line_ends.lstrip().startswith("->"))
    return f"({content})" if beside else content
