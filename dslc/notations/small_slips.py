"""What is one sign, one word or one pair of brackets away from what is meant.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    activation=["relu"]           activation="relu"
    input for: (8,)               input for_in: (8,)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import at_commas
from dslc.regex import regex


def _at_the_span(where: Where, text: str) -> Iterator[Right]:
    """The line with another text in the place of what is marked."""
    span = where.about.span
    line, at = where.lines[where.row - 1], span.begin.column - 1
    end = at + len(span.text)
    if where.row == span.row and line[at:end] == span.text and text != span.text:
        yield ((where.row, where.row, (f"{line[:at]}{text}{line[end:]}",)),)


def alone(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`activation=["relu"]`: the one that is in the list."""
    one = re.fullmatch(r"[\[(][ ]*([\"']\w+[\"'])[ ]*,?[ ]*[\])]", where.about.span.text)
    if one is not None:
        yield from _at_the_span(where, one[1])


_LACKS = regex(r"give the (?P<which>first|second) the axes that it lacks: write `(?P<index>\[[^`]*\])`")
_OF_TWO = regex(r"(?P<first>\w+)(?P<sign>[ ]*[-+*/@]+[ ]*)(?P<second>\w+)")


def with_axes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x * mask`, one of which lacks an axis: the axis where it is missing."""
    told, two = _LACKS.match(where.about.help or ""), _OF_TWO.fullmatch(where.about.span.text)
    if told is not None and two is not None:
        parts = {
            name: two[name] + (told["index"] if told["which"] == name else "") for name in ("first", "second")
        }
        yield from _at_the_span(where, f"{parts['first']}{two['sign']}{parts['second']}")


def typed(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`width?: number = 16`, as TypeScript has it: a value needs no type."""
    parts = [
        re.sub(r"^(\w+)\??[ ]*:[ ]*[\w<>\[\]|. ]+?(?=[ ]*=|$)", r"\1", each)
        for each in at_commas(found["given"])
    ]
    yield ((where.row, where.row, (where.indented(f"{found['head']}({', '.join(parts)}){found['rest']}"),)),)


WORDS = "for|if|in|else|and|or|not|input|output|shared|weight|loss|assert|return|use|from|extern|fn|block|model|is|lambda|class"
"""What no value can be called."""


def other_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input for: (8,)`: a word of the language, which gets another letter."""
    name = found["name"]
    reads = regex(
        rf"(?<=[\[(,])(?P<blank>[ ]*){name}(?=[ ]*[,\])])|(?P<begin>^[ ]*(?:\w+[ ]*=[ ]*|output[ ]+)){name}(?=[ ]*->)"
    )
    changed: list[Change] = []
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        line = where.lines[row - 1]
        if row == where.row:
            written = line.replace(f"{found['word']} {name}", f"{found['word']} {name}_value", 1)
        else:
            written = reads.sub(lambda one: f"{one['blank'] or one['begin'] or ''}{name}_value", line)
        if written != line:
            changed.append((row, row, (written,)))
    yield tuple(changed)


def idle_constant(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`DROPOUT`, where the file has one constant that nothing uses, `DROP`."""
    missing = where.about.span.text
    text = "\n".join(where.lines)
    constants = {each[1] for line in where.lines if (each := re.match(r"([A-Z][A-Z0-9_]*)[ ]*=(?!=)", line))}
    idle = [each for each in constants if len(re.findall(rf"\b{each}\b", text)) == 1]
    if missing.isupper() and len(idle) == 1 and (missing.startswith(idle[0]) or idle[0].startswith(missing)):
        yield from _at_the_span(where, idle[0])


_NO_KEY = regex(r".*the dictionary has no key '(?P<key>\w+)'")
_NEAR = regex(r"did you mean `\"(?P<key>\w+)\"`\?")


def near_key(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`CONFIG["clases"]`: the key that is near."""
    wrong, near = _NO_KEY.match(where.about.text), _NEAR.match(where.about.help or "")
    if wrong is not None and near is not None:
        yield from _at_the_span(
            where, re.sub(rf"([\"']){wrong['key']}\1", f'"{near["key"]}"', where.about.span.text)
        )


_DECLARED = regex(
    r"(?P<head>input[ ]+\w+[ ]*:[ ]*)\([ ]*(?P<few>\d+)[ ]*,[ ]*(?P<many>\d+)[ ]*\)(?P<rest>.*)"
)
_FEW = 16


def channels_last(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input x: (3, 1000)`, of which a window of 16 finds no room in 3 steps: the steps stand first."""
    for row in range(where.extent[0], where.row):
        shape = _DECLARED.fullmatch(where.text(row))
        if shape is not None and int(shape["few"]) <= _FEW < int(shape["many"]):
            line = f"{where.indent(row)}{shape['head']}({shape['many']}, {shape['few']}){shape['rest']}"
            yield ((row, row, (line,)),)
            return
