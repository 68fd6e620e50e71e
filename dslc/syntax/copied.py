"""Texts of the language with the marks of the place where they were copied: fences, prompts, line numbers, entities of HTML.

In: a text with mistakes.  Out: what stands around it or before its lines, and the edits that take all of it away, so that one
message is said of it and not one for every line.

    ```kdl            >>> model Net {           1 | model Net {          model Net {
    model Net {       ...     input x: (8,)     2 |     input x: (8,)        output x -&gt; Dense(8)
    ```
"""

from __future__ import annotations

import html
import re

from dslc.record import record
from dslc.regex import regex
from dslc.syntax.tables import ITEMS, KEYWORDS


@record
class Marks:
    """What was copied with a text: its name, how it is told to go, the first of it, and the edits (begin, end, content)."""

    name: str
    advice: str
    first: tuple[int, int]
    edits: tuple[tuple[int, int, str], ...]


_PREFIXES = (
    ("the prompts of an interpreter", regex(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")),
    ("the prompts of a notebook", regex(r"[ \t]*(?:In \[\d*\]|\.\.\.): ?")),
    ("line numbers", regex(r"[ \t]*\d+(?:[ \t]*[.:|)│](?: |$)|[ \t]|$)")),
    ("the marks of a quotation", regex(r"[ \t]*>(?: |$)")),
    ("the marks of a comparison", regex(r"\+")),
    ("the bullets of a list", regex(r"[ \t]*[*•](?: |$)")),
)
"""What may stand before every line."""

_OF_LISTS = ("the bullets of a list",)
_BRACE = regex(r"(?:\{|\A[ \t]*\})[ \t]*\Z")
"""The head of a body, and its end, which lists leave as they are."""

_MODEL = regex(
    rf"^[ \t]*(?:{'|'.join(word for word, terminal in KEYWORDS.items() if terminal in ITEMS)})[ \t]+[^\W\d]",
    re.MULTILINE,
)
_COMMAND = regex(r"[ \t]*[$%#][ ](?:dslc|cat|less|vim?|nano|python3?|pip|cd)\b")
_FENCE = regex(r"^[ \t]*(?:```|~~~)[ \t]*[\w-]*[ \t]*$", re.MULTILINE)
_TAG = regex(r"(?:[ \t]*</?(?:pre|code|div|span|p|body|html)\b[^>\n]*>)+[ \t]*")
_ENTITY = regex(r"&(?:gt|lt|amp|quot|apos|nbsp|#\d+);")
_OF_HTML = regex(r"-&gt;|[=(,\[ ]&(?:quot|#39|#34);")


def copied(text: str) -> Marks | None:
    """What was copied with a text that is one of the language without it."""
    lines = _lines(text)
    if not lines:
        return None
    for find in (_prefixes, _comparison, _fences, _tags, _entities, _commands):
        marks = find(text, lines)
        if marks is not None and _MODEL.search(_without(text, marks)) is not None:
            return marks
    return None


_HEADER = regex(r"(?:diff |index |@@|---|\+\+\+|\\\\ No newline)")
_CHANGED = regex(r"[-+][ \t]*(?:[A-Za-z_}\]\)]|$)")


_STATEMENT = regex(r"[-+][ \t]+(?:\w+[ \t]*(?:=(?!=)|:)|(?:input|output|shared|weight|for|if)\b|\})")
"""A line of two versions among others without a mark."""


def _comparison(text: str, lines: list[tuple[int, int]]) -> Marks | None:
    """What two versions of a text have in common, and each has alone: the later one is meant."""
    begun = [text[begin:end] for begin, end in lines]
    headers = [_HEADER.match(each) is not None for each in begun]
    changed = [
        not header and _CHANGED.match(each) is not None for each, header in zip(begun, headers, strict=True)
    ]
    apart = [each for each, change in zip(begun, changed, strict=True) if change]
    is_whole = all(
        header or change or each[:1] == " "
        for each, header, change in zip(begun, headers, changed, strict=True)
    )
    is_part = any(each[0] == "+" for each in apart) and all(map(_STATEMENT.match, apart))
    if not apart or not (is_whole or is_part):
        return None
    edits = [
        (begin, min(end + 1, len(text)), "") if header or text[begin] == "-" else (begin, begin + 1, "")
        for (begin, end), header in zip(lines, headers, strict=True)
        if is_whole or text[begin] in "+-"
    ]
    first = next(begin for (begin, _), change in zip(lines, changed, strict=True) if change)
    others = "all others" if is_whole else "those that begin with `+`"
    advice = f"leave out the lines that begin with `-`, and the first sign of {others}"
    return Marks("the marks of a comparison", advice, (first, first + 1), tuple(edits))


def _lines(text: str) -> list[tuple[int, int]]:
    """Where the lines stand that are not blank."""
    return [found.span() for found in re.finditer(r"^.*\S.*$", text, re.MULTILINE)]


def _without(text: str, marks: Marks) -> str:
    for begin, end, content in reversed(marks.edits):
        text = text[:begin] + content + text[end:]
    return text


def _prefixes(text: str, lines: list[tuple[int, int]]) -> Marks | None:
    for name, pattern in _PREFIXES:
        inside = lines
        found = [pattern.match(text[begin:end]) for begin, end in inside]
        if name in _OF_LISTS and not found[0]:  # whose items are the lines of a body
            inside = [each for each in lines if not _BRACE.search(text[slice(*each)])]
            found = [pattern.match(text[begin:end]) for begin, end in inside]
        if len(inside) < 2 or not all(found):
            continue
        edits = tuple(
            (begin + (inside is not lines) * _blanks(text, begin), begin + each.end(), "")
            for (begin, _), each in zip(inside, found, strict=True)
            if each is not None
        )
        shown = " and ".join(
            dict.fromkeys(f"`{text[begin:end].strip()}`" for begin, end, _ in (edits[0], edits[1]))
        )
        return Marks(name, f"leave {shown} out, and what is like it in every line", edits[0][:2], edits)
    return None


_DEEPEST = 80
"""Blanks before a line, at the most."""


def _blanks(text: str, begin: int) -> int:
    """How many blanks a line begins with."""
    rest = text[begin : begin + _DEEPEST]
    return len(rest) - len(rest.lstrip())


def _fences(text: str, lines: list[tuple[int, int]]) -> Marks | None:
    """The fences of Markdown, the first or the last line; words around them go with them."""
    fences = [each.span() for each in _FENCE.finditer(text)]
    if not fences or (lines[0] != fences[0] and lines[-1] != fences[-1]):
        return None
    return _around("the fences of Markdown", "delete the lines with three backticks", text, fences)


def _tags(text: str, lines: list[tuple[int, int]]) -> Marks | None:
    """Lines that are tags of HTML."""
    tags = [span for span in lines if _TAG.fullmatch(text[slice(*span)]) is not None]
    if not tags or (lines[0] != tags[0] and lines[-1] != tags[-1]):
        return None
    shown = " and ".join(f"`{text[slice(*span)].strip()}`" for span in tags)
    return _around("tags of HTML", f"delete {shown}", text, tags)


def _around(name: str, advice: str, text: str, spans: list[tuple[int, int]]) -> Marks:
    """Whole lines that go."""
    return Marks(name, advice, spans[0], tuple((begin, min(end + 1, len(text)), "") for begin, end in spans))


def _commands(text: str, lines: list[tuple[int, int]]) -> Marks | None:
    """Lines of a shell."""
    found = [span for span in lines if _COMMAND.match(text[slice(*span)]) is not None]
    if not found:
        return None
    shown = text[slice(*found[0])].strip()
    return _around("the prompts of a shell", f"delete the line `{shown}`", text, found)


def _entities(text: str, lines: list[tuple[int, int]]) -> Marks | None:
    """`&gt;` for `>`, and the like."""
    if _OF_HTML.search(text) is None:
        return None
    found = list(_ENTITY.finditer(text))
    edits = tuple((*each.span(), html.unescape(each[0]).replace("\xa0", " ")) for each in found)
    first = found[0]
    return Marks("the signs of HTML", f"write `{edits[0][2]}` for `{first[0]}`", first.span(), edits)
