"""Layers of a list that are taken by their numbers, and values of one that is called: each layer is made where it is used.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    fcs = [Dense(64), Dense(8)]                       units = [64, 8]
    for i in range(2) { x = fcs[i](x) }               for i in range(2) { x = x -> Dense(units[i]) }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.keras import objects
from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

_MADE = regex(r"(?:self\.)?(?P<name>\w+)[ ]*=[ ]*(?:(?:\w+\.)*ModuleList\([ ]*)?\[(?P<items>.+)\]\)?")
_CALL = regex(rf"(?P<layer>(?:\w+\.)*[A-Z]\w*)(?:\((?P<given>{GIVEN})\))?")
_EACH = regex(r"(?P<layer>.+?)[ ]+for[ ]+(?P<names>[\w, ]+?)[ ]+in[ ]+(?P<values>.+)")
_NUMBER = r"\[[ ]*(?P<number>[^\[\]]+?)[ ]*\]"


def taken_by_number(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`fcs[i](x)` and `x -> fcs[i]`: the list holds what the layers differ in."""
    name = found["name"]
    used = regex(
        rf"(?<![\w.])(?:self\.)?{name}{_NUMBER}\((?P<value>[a-z]\w*)\)|(?<=->[ ])(?:self\.)?{name}{_NUMBER.replace('number', 'other')}(?!\()"
    )
    body = range(where.extent[0] + 1, where.extent[1] + 1)
    made = [row for row in body if (each := _MADE.fullmatch(where.text(row))) and each["name"] == name]
    uses = [row for row in body if row not in made and re.search(rf"\b{name}\b", where.text(row))]
    if len(made) != 1 or len(uses) != 1 or len(used.findall(where.lines[uses[0] - 1])) != 1:
        return  # a layer that is taken twice has one set of weights
    of_list = _MADE.fullmatch(where.text(made[0]))
    row, line = uses[0], where.lines[uses[0] - 1]
    at = used.search(line)
    if at is None or of_list is None:
        return
    number = at["number"] or at["other"]
    written = _of_each(of_list["items"], number) or _of_items(of_list["items"], number, where)
    if written is None:
        return
    layer, held = written
    flow = f"{at['value']} -> " if at["value"] else ""
    new = f"{line[:at.start()]}{flow}{layer}{line[at.end():]}"
    lines = (f"{where.indent(made[0])}{held}",) if held else ()
    yield ((made[0], made[0], lines), (row, row, (new,)))


def _of_each(items: str, number: str) -> tuple[str, str] | None:
    """`Dense(n) for n in sizes`: the layer with the value of its turn."""
    each = _EACH.fullmatch(items)
    if each is None:
        return None
    names, values = [name.strip() for name in each["names"].split(",")], each["values"]
    if len(names) == 1 and values.startswith("range(") and "," not in values:
        told = {names[0]: number}
    elif len(names) == 1 and values.isidentifier():
        told = {names[0]: f"{values}[{number}]"}
    elif len(names) == 2 and (counted := re.fullmatch(r"enumerate\((\w+)\)", values)):
        told = {names[0]: number, names[1]: f"{counted[1]}[{number}]"}
    else:
        return None
    layer = each["layer"]
    for name, value in told.items():
        layer = re.sub(rf"(?<![\w.]){name}\b(?![ ]*=)", lambda _, value=value: value, layer)
    return layer, ""


def _of_items(items: str, number: str, where: Where) -> tuple[str, str] | None:
    """`Dense(64), Dense(8)`: the layer with what differs from one to the next, and the line that holds that."""
    calls = [_CALL.fullmatch(each) for each in parts_of(items)]
    named = [each for each in calls if each is not None]
    if not named or len(named) < len(calls) or len({each["layer"] for each in named}) != 1:
        return None
    layer = named[0]["layer"]
    given = [parts_of(each["given"] or "") for each in named]
    if layer.rpartition(".")[2] == "Linear":  # which is told what comes in, too
        given = [each[1:] for each in given]
    keys = [[part.partition("=")[0] if "=" in part else "" for part in each] for each in given]
    if any(each != keys[0] for each in keys):
        return None
    values = [[part.partition("=")[2] or part for part in each] for each in given]
    differing = [at for at in range(len(keys[0])) if len({each[at] for each in values}) > 1]
    words = {word for row in range(*where.extent) for word in re.findall(r"\w+", where.text(row + 1))}
    free = next((each for each in ("units", "widths", "numbers", "given") if each not in words), None)
    if free is None:
        return None
    arguments = list(given[0])
    for place, at in enumerate(differing):
        own = f"{free}[{number}]" + (f"[{place}]" if len(differing) > 1 else "")
        arguments[at] = f"{keys[0][at]}={own}" if keys[0][at] else own
    inside = [", ".join(each[at] for at in differing) for each in values]
    held = ", ".join(f"({each})" if len(differing) > 1 else each for each in inside)
    title = "Dense" if layer.rpartition(".")[2] == "Linear" else layer
    call = f"{title}({', '.join(arguments)})" if arguments else title
    return call, f"{free} = [{held}]" if differing else ""


def called(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`acts(i % 3)`: a value of a list is taken in square brackets."""
    name = where.about.span.text
    line = where.lines[where.row - 1]
    held = (
        regex(rf"(?:{name}[ ]*=[ ]*|(?:model|block|fn)\b.*[(,][ ]*{name}[ ]*=[ ]*)[\[{{(]")
        if name.isidentifier()
        else None
    )
    if held is not None and any(map(held.match, map(str.lstrip, where.lines))):
        written = re.sub(rf"(?<![\w.]){name}\(({GIVEN})\)", rf"{name}[\1]", line)
        yield ((where.row, where.row, (written,)),)


_FUNCTION = regex(r"(?<![\w.])(?:ops|activations)\.(\w+)")


def function_parameter(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`fn(y)` of a parameter that is given `ops.tanh`: a layer is handed over, and stands behind an arrow."""
    name, first = where.about.span.text, where.extent[0]
    head = where.lines[first - 1]
    block = (
        re.match(rf"(?:block|model)[ ]+(\w+)[ ]*\((?:[^{{}}]*[(, ])?{name}[ ]*[,)=]", head)
        if name.isidentifier()
        else None
    )
    if block is None:
        return
    changed = {first: re.sub(rf"(?<=[(, ]){name}\b", f"{name}: layer", head, count=1)}
    for row in range(first + 1, where.extent[1] + 1):
        line = where.lines[row - 1]
        written = re.sub(rf"(?<![\w.>][ ])(?<![\w.]){name}\((\w+)\)", rf"\1 -> {name}", line)
        if written != line:
            changed[row] = written
    for row, line in enumerate(where.lines, 1):
        if row not in changed and re.search(rf"\b{block[1]}\(", line):
            written = _FUNCTION.sub(_as_layer, line)
            if written != line:
                changed[row] = written
    changed[first] = _FUNCTION.sub(_as_layer, changed[first])
    if any(_FUNCTION.search(where.lines[row - 1]) for row in changed):  # a function, which is given somewhere
        yield tuple((row, row, (line,)) for row, line in sorted(changed.items()))


def _as_layer(one: re.Match[str]) -> str:
    return f'Activation("{one[1]}")' if one[1] in objects.strings("activation") else one[0]
