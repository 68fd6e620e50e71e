"""Advice about a mistake that is an edit, too."""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.record import record


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
