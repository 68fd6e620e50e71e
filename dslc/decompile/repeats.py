"""Rolls statements that repeat up into loops.

In: the statements of a model, each with the names that it reads and binds.  Out: lines of text, in which the same statements
several times in a row are one `for`. A name that only the loop binds must not be read behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dslc.record import record

_LONGEST = 60
"""Statements of a loop: longer bodies are not looked for."""


@record
class Statement:
    """A statement's text, and the names it reads and binds; `goes_on` where a chain that begins with its one use may follow in place."""

    text: str
    reads: tuple[str, ...]
    binds: tuple[str, ...]
    goes_on: bool = False


def rolled(statements: Sequence[Statement]) -> list[str]:
    """The lines of a body; of all ways to roll up what begins at a statement, the one that saves most."""
    numbers: dict[str, int] = {}
    texts = [numbers.setdefault(each.text, len(numbers)) for each in statements]
    lines: list[str] = []
    alone: list[Statement] = []
    place = 0
    while place < len(statements):
        length, times = max(_repeats(texts, place), key=_saved, default=(0, 0))
        if _saved((length, times)) > 0 and _ends_well(statements, place, length, times):
            body = [f"        {text}" for text in _joined(statements[place : place + length])]
            lines += [f"    {text}" for text in _joined(alone)]
            lines += [f"    for _ in range({times}) {{", *body, "    }"]
            alone = []
            place += length * times
        else:
            alone.append(statements[place])
            place += 1
    return lines + [f"    {text}" for text in _joined(alone)]


def _joined(statements: Sequence[Statement]) -> list[str]:
    """The texts; `z = [a, b] -> Add` and `z = z -> Dense(4)` are one chain."""
    texts: list[str] = []
    before: Statement | None = None
    for each in statements:
        text = each.text
        if before is not None and before.goes_on:
            found = re.match(rf"((?:output )?(?:[\w, ]+ = )?){before.binds[0]} -> ", text)
            if found is not None:
                text = f"{found[1]}{texts.pop().split(' = ', 1)[1]} -> {text[found.end() :]}"
        texts.append(text)
        before = each
    return texts


def _saved(repeat: tuple[int, int]) -> int:
    """Lines that a loop saves."""
    length, times = repeat
    return (times - 1) * length - 2


def _repeats(texts: Sequence[int], place: int) -> Iterator[tuple[int, int]]:
    """How many statements from here on stand how many times in a row."""
    for length in range(1, min(_LONGEST, (len(texts) - place) // 2) + 1):
        body, times = texts[place : place + length], 1
        while texts[place + times * length : place + (times + 1) * length] == body:
            times += 1
        if times > 1:
            yield length, times


def _ends_well(statements: Sequence[Statement], place: int, length: int, times: int) -> bool:
    """Whether nothing is an output or shared in the loop, and nothing behind it reads what only the loop binds."""
    before = {name for each in statements[:place] for name in each.binds}
    body = statements[place : place + length]
    if any(each.text.startswith(("output ", "shared ", "input ")) for each in body):
        return False
    inside = {name for each in body for name in each.binds} - before
    for each in statements[place + length * times :]:
        if inside.intersection(each.reads):
            return False
        inside -= set(each.binds)
    return True
