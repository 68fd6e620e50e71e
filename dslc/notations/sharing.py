"""Shared layers that stand in the wrong place, have no name, or are given their arguments where they are used.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    shared two = [Dense(3), Dense(3)]          shared two_1 = Dense(3)
    a, b = x -> two                            shared two_2 = Dense(3)
                                               a, b = x -> [two_1, two_2]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import snake_case
from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.record import replace
from dslc.regex import regex

_BODY = regex(r"(?:model|block)\b.*\{[ ]*(?:#.*)?$")


def named(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`shared Dense(8)`: a name for the layer, in the place of the same layer in the lines below."""
    name = snake_case(found["layer"].partition("(")[0])
    below = where.rewritten(
        where.below, lambda line: re.sub(rf"(->[ ]*){re.escape(found['layer'])}(?![\w(])", rf"\1{name}", line)
    )
    if below:
        line = where.indented(f"shared {name} = {found['layer']}")
        yield ((where.row, where.row, (line,)), *below)


def moved_in(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A shared layer outside of every body: it stands in each that uses it, behind the inputs."""
    if where.indent() or (
        _BODY.match(where.lines[where.extent[0] - 1])
        and where.row > where.extent[0]
        and where.closing() is None
    ):
        return
    changed = []
    used = regex(rf"->[ ]*{found['name']}\b")
    for row, line in enumerate(where.lines, 1):
        if not _BODY.match(line):
            continue
        end = next(
            (n for n in range(row, len(where.lines)) if where.lines[n].startswith("}")), len(where.lines)
        )
        if any(used.search(each) for each in where.lines[row:end]):
            inputs = [n for n in range(row + 1, end + 1) if where.text(n).startswith("input ")]
            at = max(inputs, default=row)
            changed.append((at + 1, at, (f"    {found[0]}",)))
    if len(changed) == 1:  # each of several bodies would have a layer of its own
        yield ((where.row, where.row, ()), *changed)


_HEAD = regex(rf"(?P<begin>(?:model|block)[ ]+\w+)[ ]*(?:\((?P<given>{GIVEN})\))?(?P<rest>[ ]*\{{.*)")


def handed_to_each(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A shared layer outside of several bodies that use it: whoever makes these hands one to all of them."""
    name, made = found["name"], found["rest"]
    used = regex(rf"->[ ]*{name}\b")
    changed = []
    for row, line in enumerate(where.lines, 1):
        head = _HEAD.fullmatch(line.rstrip())
        body = where.at(row).deeper() if head is not None else row
        end = next((n for n in range(row, len(where.lines)) if where.lines[n].startswith("}")), body)
        if head is not None and any(used.search(each) for each in where.lines[row:end]):
            given = ", ".join([*parts_of(head["given"] or ""), f"{name}: layer = {made}"])
            changed.append((row, row, (f"{head['begin']}({given}){head['rest']}",)))
    if len(changed) > 1 and not where.indent():
        yield ((where.row, where.row, ()), *changed)


def given_there(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`shared enc = Encoder`, and `x -> enc(8)`: the arguments stand where the layer is made."""
    use = regex(rf"->([ ]*){found['name']}(\((?:[^()]|\([^()]*\))*\))")
    changed: list[tuple[int, int, tuple[str, ...]]] = []
    given = ""
    for row in range(where.row + 1, where.extent[1] + 1):
        line = where.lines[row - 1]
        first = use.search(line)
        if first is not None:
            given = given or first[2]
            changed.append((row, row, (use.sub(rf"->\1{found['name']}", line),)))
    if given:
        yield ((where.row, where.row, (where.indented(f"{found[0]}{given}"),)), *changed)


def given_at_uses(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The same, found at a use of the layer."""
    for name in re.findall(r"->[ ]*([a-z]\w*)\(", found[0]):
        for row in range(where.row - 1, where.extent[0], -1):
            made = re.fullmatch(rf"shared[ ]+(?P<name>{name})[ ]*=[ ]*(?P<layer>[A-Z]\w*)", where.text(row))
            if made is not None:
                yield from given_there(made, replace(where, row=row))


def each(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`shared two = [A, B]`: a line for each of them, and their names where the list is used, or a list of these names."""
    made = re.fullmatch(r"(?P<layer>.+?)[ ]+(?P<loop>for[ ].+)", found["layers"])
    if made is not None:
        yield from _in_a_loop(found["name"], made, where)
        return
    layers = parts_of(found["layers"])
    names = [f"{found['name']}_{number}" for number in range(1, len(layers) + 1)]
    lines = [where.indented(f"shared {name} = {layer}") for name, layer in zip(names, layers, strict=True)]
    changed = [(where.row, where.row, tuple(lines))]

    def of_place(index: re.Match[str]) -> str:
        number = int(index[1])
        return names[number] if number < len(names) else index[0]

    for row in range(where.row + 1, where.extent[1] + 1):
        line = where.lines[row - 1]
        new = re.sub(rf"(?<![\w.]){found['name']}\[(\d)\]", of_place, line)
        new = re.sub(rf"(->[ ]*){found['name']}\b", lambda arrow: f"{arrow[1]}[{', '.join(names)}]", new)
        if new != line:
            changed.append((row, row, (new,)))
    yield tuple(changed)
    lines.append(where.indented(f"{found['name']} = [{', '.join(names)}]"))
    yield ((where.row, where.row, tuple(lines)),)


def _in_a_loop(name: str, made: re.Match[str], where: Where) -> Iterator[Right]:
    """`shared bank = [Dense(8) for _ in range(3)]`: a loop that shares each, and keeps it in the list."""
    one = name[:-1] if name.endswith("s") and len(name) > 2 else f"{name}_layer"
    lines = (
        f"{name} = []",
        f"{made['loop']} {{",
        f"    shared {one} = {made['layer']}",
        f"    {name} += [{one}]",
        "}",
    )
    yield ((where.row, where.row, tuple(map(where.indented, lines))),)


def before_loop(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`shared d = Dense(8)` in a loop, and `x -> d` behind it: one layer, above the loop."""
    for row in range(where.extent[0] + 1, where.row):
        made = re.fullmatch(r"shared[ ]+(\w+)[ ]*=.*", where.text(row))
        if made is None or not re.search(rf"(?<![\w.]){made[1]}\b", found[0]):
            continue
        loop = next(
            (above for above in range(row - 1, where.extent[0], -1) if re.match(r"for\b", where.text(above))),
            None,
        )
        if loop is not None:
            yield ((loop, loop - 1, (f"{where.indent(loop)}{made[0]}",)), (row, row, ()))
            return


def chosen_above(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`norm = BatchNormalization if bn else Identity`, and `x -> norm`: the choice is shared."""
    for name in re.findall(r"(?:->[ ]*|\b)([a-z]\w*)", found[0]):
        for row in range(where.extent[0] + 1, where.row):
            made = re.fullmatch(rf"{name}[ ]*=[ ]*((?:\w+\.)*[A-Z].*[ ]if[ ].*[ ]else[ ].*)", where.text(row))
            if made is not None:
                yield ((row, row, (f"{where.indent(row)}shared {name} = {made[1]}",)),)
                return


def turned_back(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`y @ ops.transpose(embed.embeddings)`: the table is one that goes both ways, and the line an arrow into it."""
    flow = found["left"] or found["right"]
    made = regex(rf"(?P<before>[ ]*shared[ ]+{found['name']}[ ]*=[ ]*)Embedding(?P<given>\(.*)")
    for row in range(where.row - 1, where.extent[0], -1):
        table = made.fullmatch(where.lines[row - 1])
        if table is not None:
            line = f"{found['head']}({flow}, reverse=True) -> {found['name']} {found['rest'] or ''}".rstrip()
            yield (
                (row, row, (f"{table['before']}ReversibleEmbedding{table['given']}",)),
                (where.row, where.row, (where.indented(line),)),
            )
