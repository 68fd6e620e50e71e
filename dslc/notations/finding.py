"""Which notation of others several lines of a body are in, if they are: every form in its order, those by which nothing else can be meant first.

In: the lines of a body, and those that nobody can read.  Out: what was found in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from dslc.notations.connections import NAMED, connected
from dslc.notations.forms import FORMS, in_form
from dslc.notations.found import LINE, OWN, Found, Part, Row
from dslc.notations.graphs import calls, graph
from dslc.notations.json_texts import json_text
from dslc.notations.operations import operations
from dslc.notations.phrases import knows, read
from dslc.notations.sections import sections
from dslc.regex import regex

_MOST = 2_000
"""Lines of a body that are looked at."""


def found_in(rows: Sequence[Row], wrong: Set[int], dimensions: int) -> Found | None:
    """The notation that several of some lines are in, if they are. `wrong` are those that nobody can read."""
    rows = list(_without_pipes(rows[:_MOST]))
    for finder in (_declared, operations, connected, graph, json_text, sections, calls):
        found = finder(rows, dimensions)
        if found is not None:
            return found
    for form in FORMS:
        found = in_form(form, rows, dimensions)
        if found is not None and not _is_chain(rows, found.rows):
            other = None if wrong <= set(found.rows) else _anything(rows, wrong, dimensions)
            return found if other is None or len(other.rows) <= len(found.rows) else other
    return _anything(rows, wrong, dimensions)


_BEGINS = regex(r"(?:output\b[ ]*)?(?:\w+[ ]*=[ ]*)?[a-z_]\w*(?:[ ]*->.*)?$")


def _is_chain(rows: Sequence[Row], found: Sequence[int]) -> bool:
    """Whether lines go on with the chain that a line of this language begins, by its own arrows."""
    texts = dict(rows)
    own = all(texts.get(number, "").startswith("->") for number in found)
    return own and _BEGINS.match(texts.get(found[0] - 1, "")) is not None


_OPENED = regex(r"(?:output\b[ ]*)?(?:\w+[ ]*=)?[ ]*\($")


def _without_pipes(rows: Sequence[Row]) -> Iterator[Row]:
    """Lines but for those with a `|` before a layer, in brackets that a line of this language opens: an arrow each, which is told there."""
    depth = 0
    for number, text in rows:
        if depth == 0 and _OPENED.match(text) is None:
            yield number, text
            continue
        depth = max(0, depth + text.count("(") - text.count(")"))
        if _PIPE.match(text) is None:
            yield number, text


_PIPE = regex(r"\|[ \t]*[A-Z]\w*")

_SECTION = regex(r"layers?\s*:?\s*\{")


def _declared(rows: Sequence[Row], dimensions: int) -> Found | None:
    """Layers that lines give names to, `fc: Dense(8)`, where arrows lead to these in other lines."""
    named = [
        (number, found) for number, text in rows if "->" not in text and (found := NAMED.fullmatch(text))
    ]
    own = "\n".join(text for _, text in rows if not NAMED.fullmatch(text) and not text.startswith("connect"))
    names = [each[1] or each[2] for _, each in named]
    calls_one = len(named) == 1 and named[0][1][1] is not None and f"{names[0]}(" in own
    if not (len(named) > 1 or calls_one):
        return None
    if not all(re.search(rf"->\s*{name}\b|(?<!\w){name}\(", own) for name in names):
        return None
    parts = [
        Part(number, read(each[3], dimensions), name, declares=True)
        for (number, each), name in zip(named, names, strict=True)
    ]
    numbers = [number for number, _ in named]
    heads = [number for number, text in rows if _SECTION.fullmatch(text)]
    ends = [number for number, text in rows if text == "}" and heads and number > numbers[-1]][:1]
    what = "the declaration of a layer" if calls_one else "declarations of layers"
    return Found(what, tuple(sorted((*numbers, *heads, *ends))), tuple(parts))


_OWN_ARROW = regex(
    r"[-\u2010-\u2015\u2212]+>|[\u2192\u21d2\u21e8\u27a1\u27f6\u27f9\u2794\u2799\u279c-\u279e]"
)
"""An arrow of the language, or one that looks like it, of which more is said than that."""


def _anything(rows: Sequence[Row], wrong: Set[int], dimensions: int) -> Found | None:
    """Lines of a body that has hardly any of this language, and names layers: a notation that nobody has described."""
    theirs = [
        (number, text)
        for number, text in rows
        if _OWN_ARROW.search(text) is None
        and not OWN.match(text)
        and (number in wrong or (number - 1 in wrong and not re.match(r"\w+\s*=(?![=>])", text)))
    ]
    own = sum(number not in wrong and ("->" in text or OWN.match(text) is not None) for number, text in rows)
    parts: list[Part] = []
    named = 0
    for number, text in theirs:
        phrase = text[:LINE].strip(" \t;,|*>#$@\\\"'")
        if re.search(r"[A-Za-z]", phrase) is None or _CONTAINER.search(phrase) is not None:
            continue
        said = next((found for each in _bare(phrase) if (found := read(each, dimensions)) is not None), None)
        named += said is not None or any(knows(word) for word in re.findall(r"[A-Za-z]\w*", phrase)[:_WORDS])
        parts.append(Part(number, said))
    if len(parts) < 2 or named < 2 or own > 1 or 2 * named < len(parts):
        return None
    return Found("in a notation of others", tuple(number for number, _ in theirs), tuple(parts))


_CONTAINER = regex(r"\b(?:[Ss]equential|Chain)\(\)$")
_GIVEN = regex(r"(\w+)\s*(?:=>?|:)\s*(.*)")
_DECLARED = regex(r"(?:\w+(?:::|\.))*([A-Z]\w*)\s+\w+\s*[{(](.*)[})]")
"""A layer as languages with types declare it: `torch::nn::Linear fc1{784, 128}`."""

_AROUND = (
    regex(r"(?:\w+\s+)?\$?\w+(?:\s*:\s*\w+)?\s*=\s*(?:new\s+)?(.*)"),
    regex(r"(?:\w+[.:])*\.?add\((.*)\)"),
    regex(r"(?:\d+|new)\s+(.*)"),
)
"""What stands around a layer in the languages of others: a name that is given it, a call that adds it, a number."""


def _bare(phrase: str) -> Iterator[str]:
    """A phrase, and what is in it without what may stand around it."""
    yield phrase
    named = _GIVEN.fullmatch(phrase)
    if named is not None:
        yield f"{named[1]}: {named[2]}"
    declared = _DECLARED.fullmatch(phrase)
    if declared is not None:
        yield f"{declared[1]}({declared[2]})"
    yield from (found[1] for each in _AROUND if (found := each.fullmatch(phrase)) is not None)


_WORDS = 12  # of a line in which the name of a layer is looked for
