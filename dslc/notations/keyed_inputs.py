"""Inputs that a loop declares under the name of its value: they stand in a record, under keys.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    for name in ["age", "fare"] { input name: (1,) }      for name in ["age", "fare"] { input inputs[name]: (1,) }
    x = [age, fare] -> Concatenate                        x = [inputs["age"], inputs["fare"]] -> Concatenate
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Change, Right, Where
from dslc.regex import regex

_LOOP = regex(r"for[ ]+(?P<targets>[\w, ()]+?)[ ]+in[ ]+(?P<values>.+?)[ ]*\{.*")
_RECORDS = ("inputs", "columns", "features", "fields")
_WORD = regex(r"[\"'](\w+)[\"']")


def of_each_turn(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input name: (1,)` in a loop over the names; the lines below read each by its key."""
    name = found["name"]
    loop = _around(where, name)
    if loop is None:
        return
    head = _LOOP.fullmatch(where.text(loop))
    assert head is not None
    body = range(where.extent[0], where.extent[1] + 1)
    words = {word for row in body for word in re.findall(r"\w+", where.text(row))}
    record = next((each for each in _RECORDS if each not in words), None)
    if record is None:
        return
    values = head["values"]
    lists = [values]
    if values.isidentifier():
        lists += [text for text in map(where.text, body) if re.match(rf"{values}[ ]*=", text)]
    keys = {key for each in lists for key in _WORD.findall(each)}
    last = where.at(loop).closing() or where.row
    own = where.lines[where.row - 1].replace(f"input {name}", f"input {record}[{name}]", 1)
    changed: list[Change] = [(where.row, where.row, (own,))]
    for row in range(loop + 1, where.extent[1] + 1):
        if row == where.row:
            continue
        line = where.lines[row - 1]
        written = line
        if row <= last:  # what flows in this turn
            written = re.sub(rf"(?<![\w.\"']){name}(?=[ ]*->)", f"{record}[{name}]", written)
        else:
            for key in keys:
                written = re.sub(
                    rf"(?<![\w.\"']){key}(?![\w\"'(:]|[ ]*=(?!=))", f'{record}["{key}"]', written
                )
        if written != line:
            changed.append((row, row, (written,)))
    yield tuple(changed)


def _around(where: Where, name: str) -> int | None:
    """The line of the loop around a line that gives a name its value."""
    own = len(where.indent())
    for row in range(where.row, where.extent[0], -1):
        loop = _LOOP.fullmatch(where.text(row))
        if loop is None or (row < where.row and len(where.indent(row)) >= own):
            continue
        if name in re.findall(r"\w+", loop["targets"]):
            return row
    return None


_OVER = regex(
    r"\bfor[ ]+(?P<targets>[\w, ()]+?)[ ]+in[ ]+(?:enumerate\()?(?P<record>[A-Za-z_]\w*)(?=[\s,)\]{]|$)"
)
_KEPT = regex(r"(?:input[ ]+)?([A-Za-z_]\w*)\[[^\[\]=]+\][ ]*(?::|=(?!=))")
"""A line that puts something into a record, or declares an input there."""


def keys_of_a_record(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`for x in features { … x -> … }`, where `features` is a record: a loop goes through its keys, `values(features)` are what they lead to."""
    records = {kept[1]: None for row in where.item if (kept := _KEPT.match(where.text(row)))}
    names = re.findall(r"[A-Za-z_]\w*", where.about.span.text)
    for row in range(where.row, where.extent[0], -1):
        line = where.lines[row - 1]
        for loop in _OVER.finditer(line):
            record = loop["record"]
            if record in records and not {*names}.isdisjoint(re.findall(r"\w+", loop["targets"])):
                at = loop.start("record")
                yield ((row, row, (f"{line[:at]}values({record}){line[at + len(record):]}",)),)
    for record in records if len(names) == 1 else ():
        yield from where.marked_as(f"{record}[{names[0]}]")


_DECLARED = regex(r"[ \t]*input[ ]+([A-Za-z_]\w*)(?=[ ]*[:=])")


def inputs_by_their_names(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A loop over the names of inputs, `for name in ["user", "item"] { … name -> … }`: the inputs stand in a record."""
    name = where.about.span.text
    if not name.isidentifier():
        return
    words = {word for row in where.item for word in re.findall(r"\w+", where.text(row))}
    record = next((each for each in reversed(_RECORDS) if each not in words), None)
    keys = set(_WORD.findall("\n".join(where.lines)))
    inputs = {one[1]: row for row in where.item if (one := _DECLARED.match(where.lines[row - 1]))}
    named = {each: row for each, row in inputs.items() if each in keys}
    if record is None or len(named) <= 1:
        return
    read = regex(rf"(?<![\w.\"'])({'|'.join(named)})(?![\w\"'(:]|[ ]*=(?!=))")
    flowing = regex(rf"(?<![\w.\"']){name}(?=[ ]*(?:->|\]))")

    def changed(line: str) -> str:
        declared = _DECLARED.match(line)
        if declared is not None:
            begin, end = declared.span(1)
            return f'{line[:begin]}{record}["{declared[1]}"]{line[end:]}' if declared[1] in named else line
        return flowing.sub(f"{record}[{name}]", read.sub(rf'{record}["\1"]', line))

    yield where.rewritten(where.item, changed)
