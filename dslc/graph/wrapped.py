"""Layers that a wrapper lacks, which stand behind the next arrow.

In: a wrapper without its layer, as it is written.  Out: the edit that puts the layer into its brackets.

    x -> Bidirectional -> LSTM(8)                               x -> Bidirectional(LSTM(8))
    x -> TimeDistributed -> Conv2D(8, 3) -> MaxPooling2D        x -> TimeDistributed(Conv2D(8, 3) -> MaxPooling2D)
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.usual import INNER
from dslc.keras import layers
from dslc.program import nodes as p
from dslc.regex import regex
from dslc.source import Span

_FOLLOWING = regex(r"\s*->\s*([A-Z]\w*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?)")
_OF_PICTURES = regex(r"\w*([23])D")


def around_next(stage: p.MakeLayer) -> Edit | None:
    """A wrapper with the layer that the next arrow leads to inside it, and with those that take each step of a film as that does."""
    text, at = stage.span.source.text, stage.span.end
    name = stage.name_span.text
    found = _FOLLOWING.match(text, at)
    if found is None or name not in INNER:
        return None
    if name == "Bidirectional" and "go_backwards" not in layers.arguments(found[1].partition("(")[0]):
        return None  # it goes through steps, which not every layer does
    inner, end = found[1], found.end()
    first = _OF_PICTURES.match(inner) if name == "TimeDistributed" else None
    between: list[str] = []
    while first is not None and (found := _FOLLOWING.match(text, found.end())) is not None:
        if found[1].partition("(")[0] in INNER:
            break
        between.append(found[1])
        own = _OF_PICTURES.match(found[1])
        if found[1].startswith("Flatten") or (own is not None and own[1] == first[1]):
            inner, end = " -> ".join((inner, *between)), found.end()
            between = []
        if found[1].startswith(("Flatten", "Global")):
            break
    given = [inner, *(each.span.text for each in (*stage.positional, *stage.keywords))]
    last = stage.span.last + end - stage.span.end
    return Edit(Span(stage.span.base, stage.span.first, last), f"{name}({', '.join(given)})")
