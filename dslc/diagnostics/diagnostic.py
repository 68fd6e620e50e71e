"""A message to the user, as data.

A `Message` says what is wrong (code, text, help) and knows no place. `message.at(span)` makes it a `Diagnostic`.
The functions in `messages/` make messages; `render/` turns diagnostics into text, JSON and other forms.

    >>> names.unknown_name("iamge", ["image"]).at(span)      # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from dslc.diagnostics.cause import Cause
from dslc.record import record, replace
from dslc.regex import regex
from dslc.source import Span

Severity = Literal["error", "warning", "note"]

_LINE = regex(r"\bline \d")


@record
class Label:
    """A remark on a piece of source that helps to understand a diagnostic, e.g. the shape made there."""

    span: Span
    text: str


@record
class Edit:
    """Replace the characters of `span` by `content`."""

    span: Span
    content: str


@record
class Fix:
    """A change that repairs the mistake; `safe` when it cannot alter what the author meant."""

    applicability: Literal["safe", "unsafe"]
    text: str
    edits: tuple[Edit, ...]

    @classmethod
    def writing(cls, span: Span, content: str, applicability: Literal["safe", "unsafe"] = "unsafe") -> Fix:
        """The change that writes something in one place, and says so."""
        return cls(applicability, f"write `{content}`", (Edit(span, content),))


@record
class Stated:
    """The condition on unknown sizes that a warning states, for whoever gathers all conditions of a model.

    `again(condition, axes)` says the same of another: one warning for several axes, or less where less is left to say.
    """

    condition: Any  # a `Condition` of `dslc.shapes.conditions`
    axis: int | None
    again: Callable[[Any, Sequence[int]], Message]


@record
class Message:
    """What is wrong, without the place: see `dslc explain CODE` for the essay behind each code."""

    code: str
    name: str
    severity: Severity
    text: str
    help: str | None = None
    caption: str = ""  # words beside the carets of the main span
    stated: Stated | None = None
    instead: tuple[str, str] | None = None  # a word, and the one that was meant, most likely
    cause: Cause | None = None
    subject: str | None = None
    names: tuple[str, ...] = ()

    def at(self, span: Span, labels: tuple[Label, ...] = (), fix: Fix | None = None) -> Diagnostic:
        """The diagnostic that says this about `span`; where that is the wrong word, another in its place is its fix."""
        if fix is None and self.instead is not None and span.text == self.instead[0]:
            fix = Fix("unsafe", f"replace by `{self.instead[1]}`", (Edit(span, self.instead[1]),))
        said = (self.code, self.name, self.severity, self.text)
        about = (self.cause, self.subject, self.names)
        return Diagnostic(*said, span, self.caption, labels, self.help, fix, *about)


@record
class Diagnostic:
    """A message at a place. `labels` explain it elsewhere in the source, never repeat it.

    Whoever asks what it is about looks at `code`, `cause`, `subject` (the block, layer, name or size that it is said of) and
    `names` (the others in it: arguments, inputs), never at its words.
    """

    code: str
    name: str
    severity: Severity
    text: str
    span: Span
    caption: str = ""
    labels: tuple[Label, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    cause: Cause | None = None
    subject: str | None = None
    names: tuple[str, ...] = ()

    @property
    def message(self) -> Message:
        """What it says, for whoever says it at another place."""
        return Message(self.code, self.name, self.severity, self.text, self.help)

    @property
    def fixed(self) -> Diagnostic:
        """The same at places that stay, for whoever checks another text with the same memory meanwhile."""
        labels = tuple(Label(each.span.fixed, each.text) for each in self.labels)
        fix = self.fix
        if fix is not None:
            edits = tuple(Edit(each.span.fixed, each.content) for each in fix.edits)
            fix = Fix(fix.applicability, fix.text, edits)
        return replace(self, span=self.span.fixed, labels=labels, fix=fix)  # type: ignore[no-any-return]


def _place(said: Diagnostic) -> tuple[object, ...]:
    span = said.span
    return span.source.name, span.start, span.end, said.code, said.fix is None


def in_order(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file, row and column, each said once: as the one that has a fix, if one has."""
    seen: set[tuple[str, int, int, str, str]] = set()
    kept = []
    for item in sorted(diagnostics, key=_place):
        key = (item.span.source.name, item.span.start, item.span.end, item.code, item.text)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def counts_lines(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether one of them names a line in its words: what stays where it is when the text above it changes."""
    return any(_LINE.search(f"{each.text} {each.help}") for each in diagnostics)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error (warnings and notes let a build go on)."""
    return any(item.severity == "error" for item in diagnostics)
