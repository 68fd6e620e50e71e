"""What stands between commas, as others write arguments and lists: commas in brackets belong to their part.

at_commas("x, f(2, (3, 4)), a=[1, 2]")        ["x", "f(2, (3, 4))", "a=[1, 2]"]
"""

from __future__ import annotations

from dslc.regex import regex

GIVEN = r"(?:[^()]|\((?:[^()]|\([^()]*\))*\))*"
"""A pattern of what stands in the brackets of a call, which may hold brackets of their own, two deep."""

_SIGN = regex(r"[\"'][^\"']*[\"']|[(\[{,)\]}]")


def at_commas(text: str) -> list[str]:
    """The parts of a text, without the blanks around them; one may be empty."""
    parts: list[str] = []
    begin = depth = 0
    for sign in _SIGN.finditer(text):
        if sign[0] == "," and depth <= 0:
            parts.append(text[begin : sign.start()].strip())
            begin = sign.end()
        depth += (sign[0] in "([{") - (sign[0] in ")]}")
    return [*parts, text[begin:].strip()]


def parts_of(text: str) -> list[str]:
    """The same without those that are empty."""
    return [each for each in at_commas(text) if each]


_ENTRY = regex(r"[\"']?(\w+)[\"']?[ ]*[=:][ ]*(.+)")


def entries_of(text: str) -> list[tuple[str, str]] | None:
    """What stands under names, `a = Dense(3), "b": Dense(4)`; None where a part has none, or there is nothing."""
    found = [_ENTRY.fullmatch(each) for each in parts_of(text)]
    named = [(each[1], each[2]) for each in found if each is not None]
    return named if found and len(named) == len(found) else None
