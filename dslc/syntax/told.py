"""What a layer is given, behind its brackets: `Dense(8), activation="relu"`, `Dense(8) with activation="relu"`.

In: the place of such a slip.  Out: where the layer and what follows it stand, and how it is written.
"""

from __future__ import annotations

import re

from dslc.regex import regex
from dslc.syntax.place import Place

_VALUE = (
    r"(?:\"[^\"\n]*\"|'[^'\n]*'|\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\]|-(?!>)|[^-\s,()\[\]\"'={}#])+"
)
_ARGUMENT = rf"[^\W\d]\w*[ ]*=[ ]*{_VALUE}"
_TOLD = regex(
    r"(?P<layer>[A-Z]\w*)(?:\((?P<inside>(?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*)\))?"
    rf"(?:[ ]*(?:,|\bwith\b|\busing\b))?[ ]*(?P<behind>{_ARGUMENT}(?:(?:[ ]*(?:,|\band\b)[ ]*|[ ]+){_ARGUMENT})*)(?=\s*(?:->|[#}}]|$))",
    re.MULTILINE,
)
_BETWEEN = regex(rf"({_ARGUMENT})[ ]*(?:,|\band\b)?[ ]*")


def told(where: Place) -> tuple[int, int, str] | None:
    """Where a layer with arguments behind its brackets begins and ends, and how it is written; None where these are not plain."""
    begin = where.text.rfind("\n", 0, where.token.start) + 1
    end = where.text.find("\n", where.token.start)
    for found in _TOLD.finditer(where.text, begin, len(where.text) if end < 0 else end):
        if found.start() < where.token.start < found.end():
            given = [re.sub(r"[ ]*=[ ]*", "=", each, count=1) for each in _BETWEEN.findall(found["behind"])]
            inside = (found["inside"] or "").strip().rstrip(",")
            return (
                found.start(),
                found.end(),
                f"{found['layer']}({', '.join([inside, *given] if inside else given)})",
            )
    return None
