"""Advice about a mistake that is an edit, too."""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.record import record
from dslc.regex import regex
from dslc.source import Span


@record
class Mend:
    """Advice that is an edit: what it says, and the edit that does it."""

    text: str
    edit: Edit

    @property
    def fix(self) -> Fix:
        """The edit, to be offered."""
        said = self.edit.content.strip(", ")
        return Fix("unsafe", f"write `{said}`" if said else "leave it out", (self.edit,))


_ARROW_BEHIND = regex(r"[ \t]*->\s*")
_ARROW_BEFORE = regex(r"\s*->\s*\Z")
_LINE = 120
"""Characters before a stage in which its arrow stands, with its own line begun anew."""


def left_out(stage: Span) -> Edit:
    """The edit that takes a stage out of its chain: with the arrow behind it, or where it is the last, with that before it."""
    text = stage.source.text
    after = _ARROW_BEHIND.match(text, stage.end)
    if after is not None:
        return Edit(Span(stage.base, stage.first, stage.last + after.end() - stage.end), "")
    before = _ARROW_BEFORE.search(text[max(0, stage.start - _LINE) : stage.start])
    return Edit(Span(stage.base, stage.first - (len(before[0]) if before is not None else 0), stage.last), "")
