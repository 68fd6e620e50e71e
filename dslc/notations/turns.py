"""Numbers of turns that are one off: places and turns are counted from 0, and the last is one less than there are.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    for i in range(3) { x = x -> Dense(8 * i) }        for i in range(3) { x = x -> Dense(8 * (i + 1)) }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Change, Right, Where
from dslc.regex import regex

_HEAD = regex(
    r"(?P<begin>(?:.*\{[ ]*)?for[ ]+(?P<name>\w+)(?:[ ]*,[^{]*?)?[ ]+in[ ]+)(?P<through>(?:range|enumerate)\((?:[^(){}]|\([^(){}]*\))*\))(?P<rest>[ ]*\{.*)"
)


def _heads(where: Where) -> Iterator[tuple[int, re.Match[str]]]:
    """The heads of the loops around a line that count, the nearest first."""
    own = len(where.indent()) + 1
    for row in range(where.row, where.extent[0], -1):
        if len(where.indent(row)) >= own or not where.text(row):
            continue
        own = len(where.indent(row)) + (row == where.row)
        found = _HEAD.fullmatch(where.text(row))
        if found is not None:
            yield row, found


def from_one(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(8 * i)` in the first turn, of which the number is 0."""
    text = where.about.span.text
    if "=0)" not in where.about.text:
        return
    for _, head in _heads(where):
        name = head["name"]
        counted = regex(rf"(?<![\w.]){name}(?![\w(])")
        if len(counted.findall(text)) == 1:
            more = f"{name} + 1" if text == name else f"({name} + 1)"
            written = counted.sub(lambda _, more=more: more, text)  # type: ignore[misc]
            yield from where.marked_as(written)


_AT = regex(r"(?P<list>[A-Za-z_]\w*)\[[ ]*(?P<name>[a-z_]\w*)(?P<more>[ ]*\+[ ]*1)?[ ]*\]")


def within(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`sizes[i]` in the last turn of a loop that takes one too many."""
    if "there is no index" not in where.about.text or where.row != where.about.span.row:
        return
    for asked in _AT.finditer(where.about.span.text):
        listed = asked["list"]
        own = [(row, head) for row, head in _heads(where) if head["name"] == asked["name"]]
        if len(own) > 1:  # the inner loop has the name of the outer one, which is meant
            row, head = own[0]
            line = re.sub(rf"(\bfor[ ]+){asked['name']}\b", r"\1_", where.lines[row - 1], count=1)
            yield ((row, row, (line,)),)
        for row, head in _heads(where):
            if head["name"] != asked["name"] or not head["through"].startswith("range("):
                continue
            if re.fullmatch(r"range\([ ]*len\(\w+\)[ ]*,[ ]*(?:0|-1)[ ]*,[ ]*-1[ ]*\)", head["through"]):
                yield _through(where, row, head, f"range(len({listed}) - 1, -1, -1)")
                continue
            down = re.fullmatch(r"range\([ ]*(\w+)[ ]*,[ ]*0[ ]*,[ ]*-1[ ]*\)", head["through"])
            if down is not None:
                yield _through(where, row, head, f"reversed(range({down[1]}))")
                continue
            if asked["more"]:
                yield _through(where, row, head, f"range(len({listed}) - 1)")
                continue
            line = where.lines[where.row - 1]
            behind = re.sub(rf"\b{listed}\[[ ]*{asked['name']}[ ]*\]", "", line.replace(head["begin"], ""))
            if re.match(r"range\([ ]*1[ ]*,", head["through"]) and re.search(rf"\b{asked['name']}\b", behind):
                before = re.sub(
                    rf"\b{listed}\[[ ]*{asked['name']}[ ]*\]", f"{listed}[{asked['name']} - 1]", line
                )
                yield ((where.row, where.row, (before,)),)
            yield _through(where, row, head, f"range(len({listed}))")


def _through(where: Where, row: int, head: re.Match[str], values: str) -> Right:
    """A loop through other values."""
    line = where.lines[row - 1]
    change: Change = (row, row, (line.replace(head["through"], values, 1),))
    return (change,)


def counted_by_hand(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`i = 0`, `while i < n { … i += 1 }`: a loop through a range."""
    body, name = where.body(), found["name"]
    if body is None:
        return
    last, lines = body
    step = regex(rf"{name}[ ]*(?:\+=[ ]*|=[ ]*{name}[ ]*\+[ ]*)(?P<step>\d+)")
    begun = regex(rf"{name}[ ]*=[ ]*(?P<first>[^=].*)")
    steps = [each for each in map(step.fullmatch, lines) if each is not None]
    rows = (row for row in range(where.row - 1, where.extent[0], -1) if begun.fullmatch(where.text(row)))
    row = next(rows, None)
    if len(steps) != 1 or row is None:
        return
    start = begun.fullmatch(where.text(row))
    assert start is not None
    end = found["last"].strip() + (" + 1" if found["sign"] == "<=" else "")
    if re.fullmatch(r"\d+ \+ 1", end):
        end = str(int(end.split()[0]) + 1)
    by = steps[0]["step"]
    values = (
        end
        if start["first"] == "0" and by == "1"
        else f"{start['first']}, {end}" + (f", {by}" if by != "1" else "")
    )
    head = f"for {name} in range({values}) {{"
    if last > where.row:
        kept = [
            where.lines[n - 1] for n in range(where.row + 1, last + 1) if not step.fullmatch(where.text(n))
        ]
        ends = () if "{" in where.text(where.row) else (where.indented("}"),)
        yield ((row, row, ()), (where.row, last, (where.indented(head), *kept, *ends)))
