"""Names that are used as another kind of thing than they are: layers as tables, lists as numbers, texts as values.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    u = table[user]                         u = user -> table
    x = ["a", "b"] -> Concatenate           x = [a, b] -> Concatenate
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.regex import regex

_AT = regex(r"(?P<layer>[a-z_]\w*)\[(?P<value>[^\[\]]+)\]")


def looked_up(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`table[user]` of a layer: it gives what it has for each number that flows into it."""
    about = where.about
    at = _AT.fullmatch(about.span.text)
    if at is None or "a layer has no parts" not in about.text or where.row != about.span.row:
        return
    line, begin = where.lines[where.row - 1], about.span.begin.column - 1
    end = begin + len(at[0])
    chain = f"{at['value']} -> {at['layer']}"
    is_alone = line[:begin].rstrip().endswith(("=", "output")) and re.match(r"\s*(?:->|#|$)", line[end:])
    written = chain if is_alone else f"({chain})"
    yield ((where.row, where.row, (f"{line[:begin]}{written}{line[end:]}",)),)


_COUNTED = regex(r"\brange\([ ]*(?P<list>[A-Za-z_]\w*)[ ]*\)")


def as_many(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`range(units)` of a list: as many turns as it has values, or its values themselves."""
    if "not a list" not in where.about.text and "not a tuple" not in where.about.text:
        return
    line = where.lines[where.row - 1]
    for written in (r"range(len(\g<list>))", r"\g<list>"):
        yield ((where.row, where.row, (_COUNTED.sub(written, line, count=1),)),)


_TEXT = regex(r"(?P<quote>[\"'])(?P<name>[A-Za-z_]\w*)(?P=quote)")


def without_their_quotes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`["a", "b"] -> Concatenate`, which are names of values above."""
    above = range(where.extent[0], where.row)
    bound = {each[1] for row in above if (each := _BOUND.match(where.text(row))) is not None}
    line = where.lines[where.row - 1]
    texts = _TEXT.findall(line)
    if texts and all(name in bound for _, name in texts):
        yield ((where.row, where.row, (_TEXT.sub(r"\g<name>", line),)),)


_BOUND = regex(r"(?:input[ ]+|shared[ ]+)?([A-Za-z_]\w*)[ ]*(?::|=(?!=))")

_MARKED = regex(r"(?P<mark>->|\|>?|>{1,2}|=>|~>|\+|\.)[ ]*(?P<stage>[A-Z]\w*\b(?![ ]*->).*)")


def along_the_lines(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x` alone in a line, above lines with a mark and a layer each: one chain, whose result has the name of the value."""
    below = [where.row]
    marks: set[str] = set()
    for row in where.below:
        marked = _MARKED.fullmatch(where.text(row))
        if marked is None:
            break
        marks.add(marked["mark"])
        below.append(row)
    if len(marks) != 1:
        return
    name, more = found["name"], f"{where.indent()}    "
    stages = [_MARKED.fullmatch(where.text(row)) for row in below[1:]]
    lines = [f"{more}-> {each['stage']}" for each in stages if each is not None]
    yield ((where.row, below[-1], (where.indented(f"{name} = {name}"), *lines)),)


def as_the_missing(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The second of two inputs of one name, where a line reads one that is not there."""
    meant = regex(r"is it `(\w+)`, which is not there").search(where.about.help or "")
    if meant is not None and where.row == where.about.span.row:
        yield ((where.row, where.row, (where.indented(f"input {meant[1]}{found['rest']}"),)),)
