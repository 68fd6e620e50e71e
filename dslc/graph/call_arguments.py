"""Arguments that a layer was given where its call takes them: they come along the arrow.

In: what Keras has against the arguments of a layer, and the stage that gives them.  Out: one refusal for them, with the line that is right.

    x -> LSTM(8, mask=m)                (x, mask=m) -> LSTM(8)
    x -> Dense(8) -> LSTM(8, mask=m)    x -> Dense(8) -> (_, mask=m) -> LSTM(8)
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Fix
from dslc.keras.types import Refusal
from dslc.program import nodes as p
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span

_HEAD = regex(r"(?:^|=|\(|\[|,|\boutput(?:\s+\w+\s*=)?)\s*(\w+|\([^()]*\))\s*->\s*\Z")
"""A value, or several in brackets, at the beginning of a chain whose first stage comes next."""


_REACH = 300
"""Characters of a line before a stage that are looked at."""


def along_the_arrow(refusals: Sequence[Refusal], stage: p.MakeLayer) -> tuple[Refusal, Fix] | None:
    """The refusal of arguments that the call takes, if there are some, with the edit that moves all of them before the arrow."""
    lost = [each for each in refusals if each.message.cause is Cause.ARROW]
    names = [each.argument for each in lost]
    moved = [each for each in stage.keywords if each.name in names]
    if not moved:
        return None
    rest = ", ".join(each.span.text for each in (*stage.positional, *stage.keywords) if each not in moved)
    layer = f"{stage.name_span.text}({rest})" if rest else stage.name_span.text
    flows, begin = _flows(stage)
    text = f"({flows}, {', '.join(each.span.text for each in moved)}) -> {layer}"
    whole = Span(stage.span.base, stage.span.first - begin, stage.span.last)
    said: Refusal = replace(
        lost[0], message=replace(lost[0].message, help=f"it goes with what comes in: write `{text}`")
    )
    return said, Fix.writing(whole, text)


def line_before(span: Span) -> str:
    """What stands before a stage in its line; nothing where that is more than anybody writes by hand."""
    column = span.begin.column - 1
    return span.source.text[span.start - column : span.start] if column < _REACH else ""


def _flows(stage: p.MakeLayer) -> tuple[str, int]:
    """What flows into a stage as its line says it, and how far before the stage that begins."""
    before = line_before(stage.span)
    found = _HEAD.search(before)
    twice = stage.name_span.text in ("MultiHeadAttention", "GroupQueryAttention")  # a query and a value
    if found is None:
        return ("_, _" if twice else "_"), 0
    head = found[1]
    inner = head[1:-1].strip() if head.startswith("(") else f"{head}, {head}" if twice else head
    return inner, len(before) - found.start(1)
