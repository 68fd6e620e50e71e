"""Signature help: what the parentheses at a place take, and which argument is being written.

In: an analysis and an offset.  Out: the signature of the innermost call that is open there, or None.

    x -> Conv2D(32, 3, padding=‸       Conv2D(filters, kernel_size, strides=(1, 1), padding="valid", …), the fourth
"""

from __future__ import annotations

from dslc.editor.analysis import Analysis
from dslc.editor.callables import Argument, Callable, callable_of
from dslc.editor.completion import documentation
from dslc.editor.place import Open, place
from dslc.editor.scope import names_at
from dslc.record import record


@record
class Signature:
    """A signature; `parts` are where its arguments stand in `label`, `active` is the number of the one at the cursor."""

    label: str
    parts: tuple[tuple[int, int], ...]
    active: int | None
    text: str


def signature(analysis: Analysis, offset: int) -> Signature | None:
    """The call that an offset is in the parentheses of."""
    at = place(analysis.source, offset)
    names = names_at(analysis, at)
    for bracket in reversed(at.opened):
        if bracket.callee and not bracket.definition:
            made = callable_of(analysis, names, bracket.callee)
            if made is not None:
                about = documentation(analysis, made.about, made.name) if made.about == "item" else ""
                return _shown(made, bracket, about)
    return None


def _shown(made: Callable, bracket: Open, about: str) -> Signature:
    parts: list[tuple[int, int]] = []
    label = f"{made.name}("
    star = False
    shown = [each for each in made.arguments if not each.extra or each.name in bracket.names]
    for number, each in enumerate(shown):
        label += ", " if number else ""
        if not each.position and not star:
            star = True
            label += "*, "
        parts.append((len(label), len(label) + len(each.text)))
        label += each.text
    active = made.argument(bracket.index, bracket.argument)
    return Signature(f"{label})", tuple(parts), _number(shown, active), about)


def _number(arguments: list[Argument], active: Argument | None) -> int | None:
    return next((number for number, each in enumerate(arguments) if each is active), None)
