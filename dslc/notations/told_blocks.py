"""What a block is given that it lacks, and its layer takes: a parameter of the block, which hands it on.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    block Conv(n) = Conv2D(n, 3)                      block Conv(n, strides = 1) = Conv2D(n, 3, strides=strides)
    … x -> Conv(8, strides=2)                         … x -> Conv(8, strides=2)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.keras import layers
from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

_LAYER = regex(rf"(?<![\w.])(?P<layer>[A-Z]\w*)\((?P<given>{GIVEN})\)")
_OWN = ("name", "trainable", "dtype")  # which blocks take as they are


def with_parameter(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv(8, strides=2)` and `Conv(8, 3, 2)`, of a block whose first layer that takes it is told nothing of it."""
    if re.match(r"did you mean", where.about.help or "") and "only one" not in (where.about.help or ""):
        return
    told = re.match(
        r"`(?P<block>\w+)` (?:has no argument `(?P<name>\w+)`|takes (?P<places>\d+) arguments? by position)",
        where.about.text,
    )
    if told is None or told["name"] in _OWN:
        return
    heads = [row for row, line in enumerate(where.lines, 1) if re.match(rf"block[ ]+{told['block']}\b", line)]
    if len(heads) != 1:
        return
    head = re.match(
        r"(?P<begin>block[ ]+\w+)[ ]*(?:\((?P<given>[^{}]*?)\))?[ ]*(?=[={])", where.lines[heads[0] - 1]
    )
    if head is None:
        return
    parameters = parts_of(head["given"] or "")
    last = _end(where, heads[0])
    for row in range(heads[0], last + 1):
        line = where.lines[row - 1]
        begin = head.end() if row == heads[0] else 0
        for call in _LAYER.finditer(line, begin):
            name = told["name"] or _next(call, len(parameters))
            default = None if name is None else _default(call, name)
            if name is None or default is None or any(re.match(rf"{name}\b", each) for each in parameters):
                continue
            wider = f"{head['begin']}({', '.join([*parameters, f'{name} = {default}'])}) "
            given = ", ".join([*parts_of(call["given"]), f"{name}={name}"])
            body = f"{line[:call.start()]}{call['layer']}({given}){line[call.end():]}"
            if row == heads[0]:
                yield ((row, row, (f"{wider}{body[head.end():]}",)),)
            else:
                first = where.lines[heads[0] - 1]
                yield ((heads[0], heads[0], (f"{wider}{first[head.end():]}",)), (row, row, (body,)))
            return


def _end(where: Where, row: int) -> int:
    """The last line of the block that a line opens."""
    for below in range(row + 1, len(where.lines) + 1):
        line = where.lines[below - 1]
        if re.match(r"(?:block|model|fn|extern|use)\b|\}", line):
            return below - 1
    return len(where.lines)


def _next(call: re.Match[str], places: int) -> str | None:
    """The argument of a layer that comes behind as many as the block takes, which are the first ones of the layer."""
    row = layers.find(call["layer"])
    given = parts_of(call["given"])
    if row is None or [each for each in given[:places] if "=" in each] or len(given) < places:
        return None
    names = [each.name for each in layers.signature(row).constructor]
    return names[places] if len(names) > places else None


def _default(call: re.Match[str], name: str) -> str | None:
    """What a layer takes for an argument that it is not given, as it is written here; None where it does not, or needs it."""
    row = layers.find(call["layer"])
    if row is None or re.search(rf"\b{name}[ ]*=", call["given"]):
        return None
    for each in layers.signature(row).constructor:
        if each.name == name:
            if each.required:
                return None
            value = each.default
            if isinstance(value, tuple) and value and all(one == value[0] for one in value):
                value = value[0]
            return f'"{value}"' if isinstance(value, str) else repr(value)
    return None
