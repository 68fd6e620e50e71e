"""Loops that go on while something holds: the values that their name has in turn.

In: the place of such a slip.  Out: the loop as it is written here.

    while n < 128 { … n = n * 2 }       for n in [16, 32, 64] { … }, behind `n = 16`
"""

from __future__ import annotations

import re

from dslc.syntax.place import Place, line_of

_DIGITS = 9  # of numbers that are computed with

_MOST_VALUES = 12


def _counted(where: Place, name: str, sign: str, last: str) -> str | None:
    """The values of a name that a loop counts otherwise than one by one from 0, where the text says all numbers of it."""
    first = re.findall(
        rf"^[ \t]*{name}[ \t]*=[ \t]*(\d{{1,6}})[ \t]*(?:#.*)?$",
        where.text[: where.token.start],
        re.MULTILINE,
    )
    step = re.search(
        rf"^[ \t]*{name}[ \t]*(?:=[ \t]*{name}[ \t]*([+*])|([+*])=)[ \t]*(\d{{1,6}})\b",
        where.text[where.token.end :],
        re.MULTILINE,
    )
    if not first or step is None or not last.isdigit() or len(last) > _DIGITS:
        return None
    start, sign_of_step, by = int(first[-1]), step[1] or step[2], int(step[3])
    end = int(last) + (sign == "<=")
    if sign_of_step == "+":
        return (
            None
            if by == 0
            else f"range({start}, {end}{f', {by}' if by > 1 else ''})" if start or by > 1 else f"range({end})"
        )
    values = [start]
    while by > 1 and start and values[-1] * by < end and len(values) < _MOST_VALUES:
        values.append(values[-1] * by)
    return str(values) if start and by > 1 and values[-1] * by >= end else None


def whiled(where: Place) -> str:
    """The loop that `while i < 3` is, as it is written here."""
    found = re.match(r"(?:while|until)[ \t]+\(?(\w+)[ \t]*(<=?)[ \t]*(\w+)\)?", line_of(where))
    if found is None:
        return "`for i in range(10) { … }`"
    name, sign, last = found.groups()
    if (values := _counted(where, name, sign, last)) is not None:
        return f"write `for {name} in {values} {{ … }}`, and leave the lines out that count `{name}`"
    if sign == "<=":
        last = str(int(last) + 1) if last.isdigit() and len(last) < _DIGITS else f"{last} + 1"
    return f"write `for {name} in range({last}) {{ … }}`, and leave the lines out that count `{name}`"
