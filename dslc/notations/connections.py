"""Layers that are declared in lines of their own, and connected in others by a word: `layer a = Dense(4)`, `connect x -> a`.

In: the lines of a body.  Out: the layers with what flows into each, behind those that it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dslc.notations.found import LINE, Found, Part, Row
from dslc.notations.graphs import in_order
from dslc.notations.phrases import read
from dslc.regex import regex

NAMED = regex(r"(?:layer\s+(\w+)\s*[:=]|(\w+)\s*:)\s*(?:layer\s+)?((?:\w+\.)*[A-Z]\w*(?:\(.*\))?)[;,]?")
"""A line that declares a layer."""

_EDGE = regex(r"(?:connect|edge|link|flow)\s*\(?\s*\w+(?:\s*(?:->|-->|=>|,|\bto\b)\s*\w+)+\s*\)?;?")
_BETWEEN = regex(r"-->|->|=>|,|\bto\b")
_WORD = regex(r"\w+\s*\(?")


def connected(rows: Sequence[Row], dimensions: int) -> Found | None:
    """Layers with names, and lines that connect these."""
    named = {
        found[1] or found[2]: (number, found[3]) for number, text in rows if (found := NAMED.fullmatch(text))
    }
    edges = [
        (number, text) for number, text in rows if len(text) <= LINE and _EDGE.fullmatch(text) is not None
    ]
    if not named or not edges:
        return None
    after: dict[str, list[str]] = {}
    for _, text in edges:
        ends = [each.strip(" ();") for each in _BETWEEN.split(_WORD.sub("", text, count=1))]
        for before, name in pairwise(ends):
            after.setdefault(before, [])
            after.setdefault(name, []).append(before)
    outside = {name for name, before in after.items() if not before}
    flowing = [name for name in in_order(after) if name not in outside and name != "output"]
    if set(flowing) != named.keys():
        return None  # a layer that nothing flows into, or what none of the lines declares, would be lost
    places = sorted(named[name][0] for name in flowing)
    parts = [
        Part(place, read(named[name][1], dimensions), name, tuple(after[name]))
        for place, name in zip(places, flowing, strict=True)
    ]
    numbers = sorted((*(number for number, _ in named.values()), *(number for number, _ in edges)))
    return Found("layers that are declared and connected", tuple(numbers), tuple(parts)) if parts else None
