"""Loops that others write in another way: with `while`, `break` and `continue`.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    while i < 3 { x = x -> Dense(8) i += 1 }          for i in range(3) { x = x -> Dense(8) }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.notations.commas import parts_of
from dslc.regex import regex

_TURNS = 16
"""So often a number can be halved that anybody writes down."""


def bounded(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`while n > 8 { n = n // 2 }`: a loop of so many turns, in which a condition says whether there is anything to do."""
    test, body = found["test"], where.body()
    test = test[1:-1] if re.fullmatch(r"\([^()]*\)", test) else test
    if body is None or not body[1] or any("{" in each or "}" in each for each in body[1]):
        return
    last, lines = body
    if not any(re.match(rf"{found['name']}[ ]*(?:=(?!=)|[-*/]+=)", each) for each in lines):
        return
    inside = [f"    if {test} {{", *(f"        {each}" for each in lines), "    }"]
    written = [f"for _ in range({_TURNS}) {{", *inside, "}"]
    yield ((where.row, last, tuple(map(where.indented, written))),)


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_UNTIL = {"==": "<", ">=": "<", ">": "<="}
"""Signs that say until where a loop goes."""


def left_out(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`if i == 3 { break }` and `if i == 0 { continue }`: the lines below, behind the opposite condition."""
    first, last, test = where.row, where.row, found["test"]
    if test is None:  # which stands in the line above
        above = re.fullmatch(r"if[ ]+([^{:]+?)[ ]*[{:]", where.text(where.row - 1))
        if above is None:
            return
        first, test = where.row - 1, above[1]
        last += where.text(where.row + 1) == "}"
    head, end = _loop_around(where, first)
    parts = re.fullmatch(r"(\w+)[ ]*(==|!=|<=|>=|<|>)[ ]*(\S+)", test)
    if found["word"] == "break":
        if parts is None or parts[2] not in _UNTIL or re.match(rf"for[ ]+{parts[1]}\b", head) is None:
            return
        test = f"{parts[1]} {_UNTIL[parts[2]]} {parts[3]}"
    else:
        test = opposite(test)
    indent = where.indent(first)
    body = [f"    {each}" if each.strip() else each for each in where.lines[last : end - 1]]
    if body:
        yield ((first, end - 1, (f"{indent}if {test} {{", *body, f"{indent}}}")),)


def opposite(test: str) -> str:
    """What holds where a test does not."""
    parts = re.fullmatch(r"([^<>=!]+?)[ ]*(==|!=|<=|>=|<|>)[ ]*([^<>=!]+)", test)
    plain = parts is not None and not re.search(r"\b(?:and|or|not)\b", test)
    if parts is not None and plain:
        return f"{parts[1]} {_OPPOSITE[parts[2]]} {parts[3]}"
    return test.removeprefix("not ") if re.fullmatch(r"not \w+", test) else f"not ({test})"


def _loop_around(where: Where, row: int) -> tuple[str, int]:
    """The head of the loop that a line stands in, and the line behind the last of its body."""
    own = len(where.indent(row))
    above = next(
        (n for n in range(row - 1, where.extent[0], -1) if where.text(n) and len(where.indent(n)) < own), row
    )
    below = (n for n in range(row + 1, where.extent[1] + 1) if where.text(n) and len(where.indent(n)) < own)
    return where.text(above), next(below, where.extent[1] + 1)


def begun(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`outs += [x]` in a loop, of a list that is not there: it begins empty above the outermost loop."""
    name, row = found["name"], where.row
    if any(re.match(rf"{name}[ ]*=(?!=)", line) for line in where.lines):
        return  # a constant of the file has it
    if any(re.match(rf"{name}[ ]*=(?!=)", where.text(n)) for n in range(where.extent[0], where.row)):
        return
    for above in range(where.row - 1, where.extent[0], -1):
        if len(where.indent(above)) < len(where.indent(row)) and re.match(r"(?:for|if)\b", where.text(above)):
            row = above
    yield ((row, row - 1, (f"{where.indent(row)}{name} = []",)),)


def from_to(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`for i in 0:3 {` and `for i in 1..4 {`: a range of numbers."""
    first, last = found["first"], found["last"]
    if found["sign"].endswith("="):  # the last is one of them
        last = str(int(last) + 1) if last.isdigit() else f"{last} + 1"
    numbers = last if first == "0" else f"{first}, {last}"
    yield (
        (
            where.row,
            where.row,
            (where.indented(f"for {found['name']} in range({numbers}) {{{found['rest']}"),),
        ),
    )


def endless(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`while True { … break }`: a loop of some turns; one that is left at the end of its body is none."""
    body = where.body()
    if body is None or not body[1]:
        return
    last, lines = body
    if lines[-1] in ("break", "break;") and not any("{" in each for each in lines):
        yield ((where.row, last, tuple(map(where.indented, lines[:-1]))),)
    kept = [each for each in lines if each != "break"]
    written = ["for _ in range(10) {", *(f"    {each}" for each in kept), "}"]
    yield ((where.row, last, tuple(map(where.indented, written))),)


def through_list(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`while sizes { … sizes[0] …; sizes = sizes[1:] }`: a loop through the list."""
    body, name = where.body(), found["name"]
    if body is None or not body[1]:
        return
    last, lines = body
    first = regex(rf"(?<![\w.]){name}(?:\[0\]|\.pop\((?:0)?\))")
    away = regex(rf"{name}[ ]*=[ ]*{name}\[1:\]|(?:del[ ]+{name}\[0\])")
    each = "each" if name == "n" else "n"
    kept = [first.sub(each, line) for line in lines if not away.fullmatch(line)]
    if kept and kept != lines:
        written = [f"for {each} in {name} {{", *(f"    {line}" for line in kept), "}"]
        yield ((where.row, last, tuple(map(where.indented, written))),)


def counted(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`n++`: one more, or one less."""
    yield ((where.row, where.row, (where.indented(f"{found['name']} {found['sign'][0]}= 1"),)),)


_MOST_TURNS = 8


def over_layers(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`for layer in [Conv2D, "SeparableConv2D"] { x = x -> layer(32, 3) }`: the lines of each turn, with its layer."""
    last, names = where.closing(), re.findall(r"\w+", found["names"])
    turns = [
        parts_of(each[1:-1]) if each[:1] in "([" and each[-1:] in ")]" else [each]
        for each in parts_of(found["items"])
    ]
    if last is None or len(turns) > _MOST_TURNS or any(len(turn) != len(names) for turn in turns):
        return
    inside = [found["behind"].strip(), *where.lines[where.row : last - 1]] if last > where.row else []
    if last == where.row:  # all of it in one line
        inside = [found["behind"].strip().removesuffix("}").strip()]
    lines = [each for each in inside if each.strip()]
    deeper = min((len(each) - len(each.lstrip()) for each in lines[1:] or lines), default=0)
    written: list[str] = []
    for turn in turns:
        told = {
            name: value.strip("\"'") if _QUOTED_LAYER.fullmatch(value) else value
            for name, value in zip(names, turn, strict=True)
        }
        for line in lines:
            for name, value in told.items():
                line = re.sub(rf"(?<![\w.\"']){name}\b(?![ ]*=(?!=))", lambda _, value=value: value, line)
            written.append(where.indent() + (line[deeper:] if line[:deeper].isspace() else line.lstrip()))
    yield ((where.row, last, tuple(written)),)


_QUOTED_LAYER = regex(r"[\"'][A-Z]\w*[\"']")
