"""What flows into blocks and shared layers that take more than one value, or each step for itself.

In: a line that is known, and where it stands.  Out: the lines that stand in the place of others.

    h = (x, adj) -> A(8) -> A(4)            h = (x, adj) -> A(8), then h = (h, adj) -> A(4)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN
from dslc.regex import regex


def again(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h = (x, adj) -> A(8) -> A(4)`: what flows beside the first value goes into each of the blocks, which have a line each."""
    stages = [each.strip() for each in found["stages"].split("->")]
    name = found["name"] or found["flow"]
    flow, lines = found["flow"], []
    for at, stage in enumerate(stages):
        word = f"{name} = " if at < len(stages) - 1 else found["word"]
        lines.append(where.indented(f"{word}({flow}, {found['more']}) -> {stage}"))
        flow = name
    yield ((where.row, where.row, tuple(lines)),)


def each_step(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`TimeDistributed(cnn)` of a shared layer: what goes through the steps is shared."""
    name = found["name"]
    used = regex(rf"\bTimeDistributed\([ ]*{re.escape(name)}(?:\([ ]*\))?[ ]*\)")
    made = regex(rf"(?P<before>[ ]*shared[ ]+{re.escape(name)}[ ]*=[ ]*)(?P<layer>.*)")
    for row in range(where.row, where.extent[0], -1):
        shared = made.fullmatch(where.lines[row - 1].partition("#")[0].rstrip())
        if shared is not None:
            line = f"{shared['before']}TimeDistributed({shared['layer']})"
            yield (
                (row, row, (line,)),
                *where.rewritten(
                    range(row + 1, where.extent[1] + 1), lambda line: used.sub(lambda _: name, line)
                ),
            )


_STAGE = rf"[A-Z]\w*(?:\({GIVEN}\))?"
SEVERAL = rf"(?P<word>output[ ]+|(?P<name>\w+)[ ]*=[ ]*)\((?P<flow>[a-z]\w*)[ ]*,[ ]*(?P<more>[^()]+)\)[ ]*->[ ]*(?P<stages>{_STAGE}(?:[ ]*->[ ]*{_STAGE})+)"
"""A chain of stages into which several values flow."""
