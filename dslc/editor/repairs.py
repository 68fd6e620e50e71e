"""Repairs that take the whole document to find: each is tried, and offered when the checker is content with it.

In: an analysis and one of its diagnostics.  Out: at most one action.

    [a, b] -> Concatenate      `padding="same"` at the convolutions before it
    [q, v] -> MultiHeadAttention(2, 8)      round brackets
    for i in … { x -> Dense(4, name="hidden") }      name=f"hidden_{i}"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from dslc import driver
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Severity
from dslc.diagnostics.fixing import applied
from dslc.editor.action import Action
from dslc.editor.analysis import Analysis, at, loaded, nodes
from dslc.keras import kinds, layers
from dslc.program import nodes as p
from dslc.source import Source, Span

_SHAPES = ("DSL401", "DSL402", "DSL408", "DSL415", "DSL460")
_BRACKETS = ("DSL390", "DSL391")
_NAMES = "DSL221"

Candidate = tuple[str, tuple[Edit, ...]]


def repairs(analysis: Analysis, item: Diagnostic) -> Iterator[Action]:
    """The first change that helps against a mistake."""
    if item.code in _SHAPES:
        candidates = _padded(analysis, item)
    elif item.code in _BRACKETS:
        candidates = _bracketed(analysis, item)
    elif item.code == _NAMES:
        candidates = _numbered(analysis, item)
    else:
        return
    for title, edits in candidates:
        if _helps(analysis, item, edits):
            yield Action(title, "quickfix", edits, item)
            return


def _helps(analysis: Analysis, item: Diagnostic, edits: tuple[Edit, ...]) -> bool:
    """Whether less is said afterwards of what is as grave, this gone, and nothing else in its place, nor an error more."""
    source = Source(analysis.source.name, applied(analysis.source.text, edits))
    checked = driver.check(source, loaded(analysis))

    def codes(said: Sequence[Diagnostic], severity: Severity) -> list[str]:
        return [each.code for each in said if each.severity == severity]

    before, after = (codes(said, item.severity) for said in (analysis.diagnostics, checked.diagnostics))
    errors = len(codes(checked.diagnostics, "error")) <= len(codes(analysis.diagnostics, "error"))
    return errors and after.count(item.code) < before.count(item.code) and len(after) < len(before)


def _padded(analysis: Analysis, item: Diagnostic) -> Iterator[Candidate]:
    """The layers that made the two shapes, with `padding="same"`; then all in the same statements."""
    made = [each for each in nodes(analysis) if isinstance(each, p.MakeLayer) and _can_pad(each)]
    here = [each for each in made if each.span.source is analysis.source]
    spans = [label.span for label in item.labels]
    near = [each for each in here if any(_meet(each.span, span) for span in spans)]
    rows = {
        _statement(analysis, span).start for span in (*spans, item.span) if span.source is analysis.source
    }
    beside = [each for each in here if _statement(analysis, each.span).start in rows]
    for chosen in (near, beside):
        if chosen:
            yield 'write `padding="same"`', tuple(_with_padding(each) for each in chosen)


def _can_pad(stage: p.MakeLayer) -> bool:
    if not isinstance(stage.layer, p.KerasLayer) or any(each.name == "padding" for each in stage.keywords):
        return False
    row = layers.find(stage.layer.name)
    return row is not None and "same" in kinds.words(row.kinds.get("padding", kinds.anything))


def _with_padding(stage: p.MakeLayer) -> Edit:
    if not stage.called:
        return Edit(Span(stage.span.source, stage.span.end, stage.span.end), '(padding="same")')
    given = (*stage.positional, *stage.keywords)
    last = given[-1].span.end if given else stage.span.end - 1
    return Edit(Span(stage.span.source, last, last), f'{", " if given else ""}padding="same"')


def _meet(one: Span, other: Span) -> bool:
    return one.source is other.source and one.start < other.end and other.start < one.end


def _statement(analysis: Analysis, span: Span) -> Span:
    """The innermost statement around a place."""
    around = [
        each
        for each in at(analysis, span.start)
        if isinstance(each, (p.Assign, p.Output, p.Shared)) and each.span.end >= span.end
    ]
    found: Span = around[-1].span if around else span
    return found


def _bracketed(analysis: Analysis, item: Diagnostic) -> Iterator[Candidate]:
    """The brackets of what comes before the layer."""
    for flow in (each for each in at(analysis, item.span.start) if isinstance(each, p.Flow)):
        parts = (flow.head, *flow.stages)
        for before, stage in pairwise(parts):
            if stage.span.start <= item.span.start < stage.span.end:
                span, text = before.span, before.span.text
                if text[:1] == "[" and text[-1:] == "]":
                    yield "use round brackets", (Edit(span, f"({text[1:-1]})"),)
                elif text[:1] == "(" and text[-1:] == ")":
                    yield "use square brackets", (Edit(span, f"[{text[1:-1]}]"),)


def _numbered(analysis: Analysis, item: Diagnostic) -> Iterator[Candidate]:
    """A name with what the loop around it counts."""
    text = item.span.text
    if text[:1] not in ("'", '"') or "{" in text or text[:3] in ('"""', "'''"):
        return
    for loop in (each for each in reversed(at(analysis, item.span.start)) if isinstance(each, p.For)):
        targets = loop.target.targets if isinstance(loop.target, p.Unpack) else (loop.target,)
        for target in targets:
            if isinstance(target, p.Bind):
                named = f"f{text[:-1]}_{{{target.name}}}{text[-1]}"
                yield f"write `{named}`", (Edit(item.span, named),)
