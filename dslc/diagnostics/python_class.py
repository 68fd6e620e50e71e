"""A class of Python that stands in a body, `__init__`, `self` and all: it is one slip, whoever has told its lines.

In: all errors of a text, in order.  Out: the same, with those about a class in one item as one, which points to the other lines.

    def __init__(self):                block Net {
        self.d1 = Dense(32)                shared d1 = Dense(32)
    def call(self, x):                     input x
        return self.d1(x)                  output x -> d1
                                       }
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.record import record, replace

_PLACES = 8  # how many other lines one message points at
_FOLLOWS = ("DSL207", "DSL216", "DSL227", "DSL381")
"""What is said of layers that a class keeps in a list, and of the loop through it."""


def as_one_class(
    diagnostics: Sequence[Diagnostic], item: Callable[[Diagnostic], int]
) -> Sequence[Diagnostic]:
    """The diagnostics, with those of a class as the first of them. `item` tells in which item of its file one stands."""
    classes: dict[tuple[str, int], list[Diagnostic]] = {}
    for each in diagnostics:
        if each.severity == "error" and _is_of_class(each):
            classes.setdefault((each.span.source.name, item(each)), []).append(each)
    made = list(diagnostics)
    for (file, place), parts in classes.items():
        if not any("self" in part.span.source.line(part.span.row) for part in parts):
            continue
        first = parts[0]
        rest = [each for each in made if each is not first and _belongs(each, first, parts)]
        rest = [each for each in rest if each.span.source.name == file and item(each) == place]
        if rest:
            whole = _whole(first, rest)
            made = [whole if each is first else each for each in made if each not in rest]
    return made


def _is_of_class(each: Diagnostic) -> bool:
    """Whether something is said of a part of a class: a method, its base, an attribute of `self`."""
    match each.code:
        case "DSL101":
            return each.cause is Cause.OWN_CALL
        case "DSL202":
            return each.span.text == "super"
        case "DSL109":
            return each.cause is Cause.SELF
        case "DSL210":
            return "self." in each.span.text
        case _:
            return False


def _belongs(each: Diagnostic, first: Diagnostic, parts: Sequence[Diagnostic]) -> bool:
    if each.severity != "error" or each.span.start <= first.span.start:
        return False
    return each in parts or each.code == "DSL210" or each.code in _FOLLOWS


@record
class _Line:
    """What becomes of a line."""

    row: int
    label: Label


def _whole(first: Diagnostic, rest: Sequence[Diagnostic]) -> Diagnostic:
    """The first of them for all, with what becomes of the other lines."""
    lines: dict[int, _Line] = {}
    for label in (label for each in (first, *rest) for label in (*_own(each, first), *each.labels)):
        text = re.sub(r"^and here: (?:there is no `self`: )?", "", label.text)
        lines.setdefault(label.span.row, _Line(label.span.row, Label(label.span, text)))
    labels = tuple(lines[row].label for row in sorted(lines) if row != first.span.row)
    advice = first.help or ""
    loop = next((each.help for each in rest if each.cause is Cause.IN_TURN), None)
    if loop is not None:
        advice = f"there is no `self`: {loop}"
    elif "likewise" not in advice:
        advice += ", and the other lines likewise"
    return replace(first, help=advice, labels=labels[:_PLACES], fix=None)  # type: ignore[no-any-return]


def _own(each: Diagnostic, first: Diagnostic) -> list[Label]:
    if each is first:
        return []
    advice = re.sub(
        r"^[^`]*(?:`[^`]*`)?[^`]*: (?=write|leave)|, and the other lines likewise$", "", each.help or ""
    )
    return [Label(each.span, advice)]
