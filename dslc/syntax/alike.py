"""Characters that look like a sign of the language and are another: those of text processors, of mathematics, of wide scripts.

In: a text, and where a character stands that belongs to no token.  Out: what stands there, and the sign that is meant by it.

    x —> Dense(8)        `—>`, an arrow
    x ⟶ Dense(8)         `⟶`, an arrow
    （8，）                `（`, a bracket
"""

from __future__ import annotations

import unicodedata

from dslc.regex import regex

_SIGNS = {
    "×": "*", "∗": "*", "⋅": "*", "÷": "/", "∕": "/", "≤": "<=", "≥": ">=", "≠": "!=", "≡": "==",
}  # fmt: skip
_DASHED_ARROW = regex(r"[-=\u2010-\u2015\u2212\uff0d]+[>\uff1e\u203a]")
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


def look_alike(text: str, at: int) -> tuple[str, str] | None:
    """What stands at an offset and the sign that it looks like, which is empty where nothing can be seen; None for others."""
    dashed = _DASHED_ARROW.match(text, at)
    if dashed is not None:
        return dashed[0], "->"
    found = text[at]
    if found.isascii():
        return None
    if found in _DASHES:
        return found, "-"
    if unicodedata.category(found) in ("Cf", "Zs"):
        return found, "" if unicodedata.category(found) == "Cf" else " "
    name = unicodedata.name(found, "")
    if "QUOTATION MARK" in name:
        return found, "'" if "SINGLE" in name else '"'
    if "RIGHTWARDS" in name and "ARROW" in name:
        return found, "->"
    if found in "←⟵≔":
        return found, "="
    plain = _SIGNS.get(found) or unicodedata.normalize("NFKC", found)
    return (found, plain) if len(plain) <= len("->") and plain.isascii() else None
