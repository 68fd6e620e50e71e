"""What an action is, and what the refactorings share: why one cannot be, names that are free, text in other lines.

In: texts and names.  Out: texts and names.
"""

from __future__ import annotations

from collections.abc import Collection

from dslc.diagnostics.diagnostic import Diagnostic, Edit
from dslc.record import record
from dslc.source import Source


@record
class Action:
    """A change that is offered: `kind` as editors sort them; `refused` says why it cannot be made after all."""

    title: str
    kind: str
    edits: tuple[Edit, ...]
    about: Diagnostic | None = None
    preferred: bool = False
    refused: str | None = None


class CannotBe(Exception):  # noqa: N818 - it carries an answer, it is no error
    """Raised where a refactoring would change what the text means; says why."""


def free_name(wanted: str, taken: Collection[str]) -> str:
    """A name that nobody has: `wanted`, or it with a number."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}{number}", number + 1
    return name


def line_start(source: Source, offset: int) -> int:
    """Where the line of an offset begins."""
    return source.text.rfind("\n", 0, offset) + 1


def above(source: Source, offset: int) -> int:
    """The start of the comments right above the line of an offset, or of that line."""
    at = line_start(source, offset)
    while at > 0:
        before = line_start(source, at - 1)
        if not source.text[before:at].strip().startswith("#"):
            break
        at = before
    return at
