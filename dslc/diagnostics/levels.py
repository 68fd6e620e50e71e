"""Which warnings somebody wants to hear: by the settings of a project, and by comments in a text.

In: diagnostics, and `Levels` or the comments of a file.  Out: those that are left, some as errors. What is an error stays one.

    levelled([DSL801 "never used", DSL401 "…"], Levels(ignore=("DSL8",)))        [DSL401 "…"]

    y = x -> Dense(4)  # dslc: ignore[DSL801]                the warnings of this line
    y = x
        -> Dense(4)  # dslc: ignore[DSL801]                  at either end of a statement: all of it
    model Draft { …  # dslc: ignore[DSL8]                    on the line of a model or block: all inside
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.diagnostics.messages import taste
from dslc.record import record, replace
from dslc.regex import regex
from dslc.source import Span

Level = Literal["ignore", "warn", "error"]
LEVELS: tuple[Level, ...] = ("ignore", "warn", "error")

CODE = regex(r"DSL\d{0,3}")
"""A code, or the beginning of several."""

WARNINGS = (
    "DSL220", "DSL222", "DSL414", "DSL415", "DSL416", "DSL419", "DSL432", "DSL433", "DSL434", "DSL480", "DSL481", "DSL482",
    "DSL507", "DSL614", "DSL705", "DSL801", "DSL802", "DSL803", "DSL804", "DSL805", "DSL807", "DSL808", "DSL809", "DSL810",
    "DSL811", "DSL812", "DSL813", "DSL814", "DSL815", "DSL816", "DSL817", "DSL818", "DSL820", "DSL821", "DSL822", "DSL823",
    "DSL824", "DSL825", "DSL826", "DSL827", "DSL828", "DSL829", "DSL830", "DSL831", "DSL832", "DSL833", "DSL834", "DSL835", "DSL836", "DSL850",
    "DSL851", "DSL852", "DSL853", "DSL854", "DSL855", "DSL856", "DSL857", "DSL858", "DSL859", "DSL871", "DSL872", "DSL873", "DSL874", "DSL875", "DSL876", "DSL877", "DSL878",
)  # fmt: skip
"""The codes of all warnings and notes, which the catalogue knows, too, but not at the start of every run."""

IGNORES = regex(r"#\s*dslc:\s*ignore\b\s*(?:\[([^\]\n]*)\][^\n]*)?$")
"""A comment that silences codes; the first group has them, and what stands behind them says why."""


@record
class Levels:
    """The codes, or beginnings of codes, that are not told of, are warnings, are errors; the longest one decides.

    With `select` nothing else is told of.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()
    error: tuple[str, ...] = ()


AS_THEY_ARE = Levels()


def levelled(diagnostics: Sequence[Diagnostic], levels: Levels) -> list[Diagnostic]:
    """The diagnostics as somebody wants them."""
    if levels == AS_THEY_ARE:
        return list(diagnostics)
    kept: list[Diagnostic] = []
    for each in diagnostics:
        level = None if each.severity == "error" else _level(each.code, levels)
        if level is None:
            kept.append(each)
        elif level != "ignore":
            kept.append(replace(each, severity="error" if level == "error" else "warning"))
    return kept


def _level(code: str, levels: Levels) -> Level | None:
    found: tuple[int, Level] | None = None
    for level in LEVELS:
        for begin in getattr(levels, level):
            if code.startswith(begin) and (found is None or len(begin) > found[0]):
                found = (len(begin), level)
    if found is None and levels.select and not code.startswith(levels.select):
        return "ignore"
    return None if found is None else found[1]


@record
class _Ignore:
    """A comment that silences codes in some rows of its file."""

    comment: Span
    codes: tuple[str, ...]
    first: int
    last: int


def heard(
    diagnostics: list[Diagnostic],
    comments: Iterable[Span],
    items: Iterable[Span],
    statements: Iterable[Span],
) -> list[Diagnostic]:
    """The diagnostics but for those that a comment silences, with a warning for a comment that silences nothing.

    `items` are the models and blocks of the file that the comments stand in, `statements` what may go over several lines.
    """
    marks = [(comment, found) for comment in comments if (found := IGNORES.search(comment.text)) is not None]
    if not marks:
        return diagnostics
    rows = {row: (each.row, each.finish.row) for each in statements for row in (each.row, each.finish.row)}
    rows.update({each.row: (each.row, each.finish.row) for each in items})
    ignores = []
    for comment, found in marks:
        codes = tuple(code.strip() for code in (found.group(1) or "").split(",") if code.strip())
        ignores.append(_Ignore(comment, codes, *rows.get(comment.row, (comment.row, comment.row))))
    kept = []
    used: set[int] = set()
    for each in diagnostics:
        silent = [
            number
            for number, ignore in enumerate(ignores)
            if each.severity != "error"
            and each.span.source is ignore.comment.source
            and ignore.first <= each.span.row <= ignore.last
            and any(each.code.startswith(code) for code in ignore.codes if CODE.fullmatch(code))
        ]
        used.update(silent)
        if not silent:
            kept.append(each)
    sure = not has_errors(diagnostics)  # behind an error there may be a warning that nobody sees yet
    for number, ignore in enumerate(ignores):
        wrong = [code for code in ignore.codes if CODE.fullmatch(code) is None]
        if wrong or not ignore.codes or (number not in used and sure):
            kept.append(
                taste.ignores_nothing(wrong[0] if wrong else None, bool(ignore.codes)).at(ignore.comment)
            )
    return kept
