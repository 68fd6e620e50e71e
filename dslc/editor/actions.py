"""Code actions: what may be done about a mistake, or to the text at the cursor.

In: an analysis and a range.  Out: actions with their edits, repairs first; a refactoring that is not possible says why.

    output [q, v] -> MultiHeadAttention(2, 8)        write `(q, v)`
"""

from __future__ import annotations

from collections.abc import Iterator

from dslc.diagnostics.diagnostic import Diagnostic, Edit
from dslc.diagnostics.fixing import are_in, edits_of
from dslc.diagnostics.levels import IGNORES
from dslc.editor import extract, forks, inline
from dslc.editor.action import Action, CannotBe
from dslc.editor.analysis import Analysis
from dslc.editor.repairs import repairs
from dslc.source import Span


def actions(analysis: Analysis, start: int, end: int) -> list[Action]:
    """What may be done in a range."""
    found = [each for item in _said(analysis, start, end) for each in _about(analysis, item)]
    if start < end:
        found += _possible(
            "extract these as a block", "refactor.extract", extract.extracted, analysis, start, end
        )
    found += _possible("put the block here", "refactor.inline", inline.inlined, analysis, start, end)
    found += _possible("name the branches", "refactor.rewrite", forks.named, analysis, start, end)
    found += _possible("write the branches as a fork", "refactor.rewrite", forks.forked, analysis, start, end)
    return found


def fix_all(analysis: Analysis) -> list[Edit]:
    """The edits of all safe fixes of a document; of those that touch one another, the first."""
    return edits_of(analysis.diagnostics, analysis.source)


def _said(analysis: Analysis, start: int, end: int) -> list[Diagnostic]:
    """What is said of a range."""
    return [
        each
        for each in analysis.diagnostics
        if each.span.source is analysis.source and each.span.start <= end and start <= each.span.end
    ]


def _about(analysis: Analysis, item: Diagnostic) -> Iterator[Action]:
    if item.fix is not None and are_in(analysis.source, item.fix.edits):
        yield Action(item.fix.text, "quickfix", item.fix.edits, item, item.fix.applicability == "safe")
    else:
        yield from repairs(analysis, item)
    if item.severity != "error":
        yield from _ignored(analysis, item)


def _ignored(analysis: Analysis, item: Diagnostic) -> Iterator[Action]:
    """The comment that silences a warning, at the end of its line, among the codes of one that is there."""
    source = analysis.source
    line_end = source.starts[item.span.row - 1] + len(source.line(item.span.row))
    comment = next(
        (each for each in analysis.tree.comments if each.row == item.span.row and each.end == line_end), None
    )
    place, content = line_end, f"  # dslc: ignore[{item.code}]"
    if comment is not None:
        known = IGNORES.search(comment.text)
        if known is None or known.group(1) is None:
            return  # what somebody else has to say stands there
        place, content = comment.start + known.end(1), f", {item.code}"
    title = f"ignore {item.code} here"
    yield Action(title, "quickfix", (Edit(Span(source, place, place), content),), item)


def _possible(
    title: str, kind: str, change: extract.Change, analysis: Analysis, start: int, end: int
) -> list[Action]:
    """A refactoring, or why it cannot be; nothing where it is not about what stands there."""
    try:
        edits = change(analysis, start, end)
    except CannotBe as reason:
        return [Action(title, kind, (), refused=str(reason))]
    return [] if edits is None else [Action(title, kind, edits)]
