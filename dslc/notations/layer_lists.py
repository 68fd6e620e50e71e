"""Layers in a list or a dictionary that data is to go through: each is made where it is used.

In: a line that goes through them, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    layers = [Dense(8) for i in range(3)]          for i in range(3) { x = x -> Dense(8) }
    for l in layers { x = l(x) }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.diagnostics.vocabulary.layers import MERGES
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import entries_of, parts_of
from dslc.regex import regex

_MERGED = regex(rf"[ ]*->[ ]*(?:{'|'.join(MERGES.values())})\b")


def through_layers(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`for l in layers { x = l(x) }`, with the list above it or among the parameters of the block."""
    body, name = where.body(), found["list"]
    if body is None:
        return
    last, lines = body
    listed = list(_listed(where, (where.row, last), found["each"], name, lines))
    yield from listed
    head = where.text(where.extent[0])
    if not listed and re.match(rf"block[ ]+\w+[ ]*\([^)]*\b{name}\b", head) is not None:
        yield from _of_parameter(where, last, found["each"], name, lines)


def through_attribute(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`self.layers = []`, and a loop below that goes through them."""
    loop = regex(rf"for[ ]+(?P<each>\w+)[ ]+in[ ]+(?:self\.)?(?P<list>{found['list']})[ ]*[{{:](?P<rest>.*)")
    for row in range(where.row + 1, where.extent[1] + 1):
        goes = loop.fullmatch(where.text(row))
        if goes is not None:
            yield from through_layers(goes, where.at(row))
            return


def as_chain(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> Sequential(*layers)`, `x -> layers`, and `net = Sequential(layers)` with one `net(x)`: the loop that goes through them."""
    flow, before, behind = found["value"] or found["flow_in"], found["before"], found["behind"]
    gone: Right = ()
    if not flow:
        named = re.fullmatch(r"(\w+)[ ]*=[ ]*", before)
        below = range(where.row + 1, where.extent[1] + 1)
        uses = [] if named is None else list(filter(None, (_use(where.at(row), named[1]) for row in below)))
        if len(uses) != 1:
            return
        gone = ((where.row, where.row, ()),)
        where, flow, before, behind = uses[0]
    words = set(re.findall(r"\w+", "\n".join(where.lines[where.extent[0] - 1 : where.extent[1]])))
    state = next((each for each in ("h", "y", "state", "flow") if each not in words), None)
    if state is None:
        return
    name = found["list"] or found["bare"]
    rows, items = made_in(where, name)
    if rows is not None and items and _MERGED.match(behind):
        each, loop, values = items.partition(" for ")
        made = (
            f"{flow} -> {each}{loop}{values}"
            if loop
            else ", ".join(f"{flow} -> {each}" for each in parts_of(items))
        )
        yield (*gone, (*rows, ()), (where.row, where.row, (where.indented(f"{before}[{made}]{behind}"),)))
        return
    if rows is not None and items and re.search(r"\bfor\b", items) is None:
        chain = " -> ".join((flow, *parts_of(items)))
        yield (*gone, (*rows, ()), (where.row, where.row, (where.indented(f"{before}{chain}{behind}"),)))
        return
    for right in _listed(where, (where.row, where.row), "layer_", name, [f"{state} = {state} -> layer_"]):
        lines = (f"{state} = {flow}", f"{before}{state}{behind}")
        around = (where.indented(lines[0]), *right[-1][2], where.indented(lines[1]))
        yield (*gone, *right[:-1], (where.row, where.row, around))


def _use(where: Where, name: str) -> tuple[Where, str, str, str] | None:
    """A line in which data goes through a chain with a name: where it is, what flows in, and what stands around that."""
    used = regex(
        rf"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?:(?:self\.)?{name}\((?P<value>\w+)\)|(?P<flow>[^{{}}]*?)[ ]*->[ ]*{name}\b)(?P<behind>(?:[ ]*->.*)?)"
    )
    found = used.fullmatch(where.text(where.row))
    return (
        None if found is None else (where, found["value"] or found["flow"], found["before"], found["behind"])
    )


def made_in(where: Where, name: str) -> tuple[tuple[int, int] | None, str]:
    """The lines above that make a list of layers, which may have one for each, and what stands in its brackets."""
    begins = regex(rf"(?:self\.)?{name}[ ]*=[ ]*(?:[\w.]+\()?\[")
    whole = regex(rf"(?:self\.)?{name}[ ]*=[ ]*(?:[\w.]+\()?\[(?P<items>.*)\]\)?")
    for row in range(where.row - 1, where.extent[0], -1):
        if begins.match(where.text(row)) is None:
            continue
        for last in range(row, min(where.row, row + _LONGEST)):
            text = " ".join(filter(None, map(where.text, range(row, last + 1))))
            held = whole.fullmatch(text) if _is_closed(text) else None
            if held is not None:
                return (row, last), held["items"].strip().removesuffix(",")
    return None, ""


_LONGEST = 60  # lines of a list


_INPUT = regex(r"(?:\w+\.)*Input(?:Layer)?\((?:\w*shape[ ]*=[ ]*)?(?P<shape>\([^()]*\)).*\)")


def model_of_list(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`net = Sequential(layers)`, which is the model: its input, if the list begins with one, and one chain."""
    made, items = made_in(where, found["list"])
    parts = parts_of(items)
    begins = _INPUT.fullmatch(parts[0]) if parts else None
    if made is None or begins is None or re.search(r"\bfor\b", items):
        return
    flow = next((each for each in ("x", "data", "x_in") if each != found["name"]), "x")
    lines = (f"input {flow}: {begins['shape']}", f"output {' -> '.join((flow, *parts[1:]))}")
    ends = regex(rf"(?:output|return)[ ]+{found['name']}" if found["name"] else r"$^")
    gone = [
        (row, row, ()) for row in range(where.row + 1, where.extent[1] + 1) if ends.fullmatch(where.text(row))
    ]
    yield ((*made, ()), (where.row, where.row, tuple(map(where.indented, lines))), *gone)


def _is_closed(text: str) -> bool:
    return all(text.count(begin) == text.count(end) for begin, end in ("()", "[]", "{}"))


def _listed(where: Where, rows: tuple[int, int], each: str, name: str, lines: list[str]) -> Iterator[Right]:
    """The lines (of `rows`) in which data goes through a list, where a line above makes that."""
    made, items = made_in(where, name)
    if made is not None and items:
        for right in _of_list(where, (made[0], rows[1]), each, items, lines):
            yield ((*made, ()), *right[1:])
    elif made is not None:
        yield from _of_filled(where, (made[0], rows[1]), each, name, lines)


def _of_list(where: Where, rows: tuple[int, int], each: str, items: str, lines: list[str]) -> Iterator[Right]:
    made = re.fullmatch(r"(?P<layer>.+?)[ ]+for[ ]+(?P<name>\w+)[ ]+in[ ]+(?P<values>.+)", items)
    if made is not None:
        head, layer = f"for {made['name']} in {made['values']} {{", made["layer"]
    else:
        layers = parts_of(items)
        flows = _one_flow(lines, each)
        if flows is not None:
            chain = " -> ".join(layers)
            yield (
                (rows[0], rows[0], ()),
                (where.row, rows[1], (where.indented(f"{flows} = {flows} -> {chain}"),)),
            )
            return
        if len({*layers}) != 1:
            return
        head, layer = f"for _ in range({len(layers)}) {{", layers[0]
    inside = [f"    {_through(line, each, layer)}" for line in lines]
    yield ((rows[0], rows[0], ()), (where.row, rows[1], tuple(map(where.indented, [head, *inside, "}"]))))


def _of_filled(
    where: Where, rows: tuple[int, int], each: str, name: str, lines: list[str]
) -> Iterator[Right]:
    """Layers that lines between put into a list: a loop that does so goes through them itself, where they are used."""
    added = regex(
        rf"(?P<begin>(?:for|if)\b[^{{]*\{{[ ]*)?(?:self\.)?{name}(?:\.append\((?P<one>.+)\)|[ ]*\+=[ ]*\[(?P<other>.+)\]|[ ]*=[ ]*{name}[ ]*\+[ ]*\[(?P<new>.+)\])(?P<end>[ ]*\}})?"
    )
    own = len(where.indent(rows[0]))
    between = range(rows[0] + 1, where.row)
    adding = [row for row in between if added.fullmatch(where.text(row))]
    if not adding:
        return
    first, last = adding[0], adding[-1]
    while first > rows[0] and len(where.indent(first)) > own:
        first -= 1
    while last < where.row and (len(where.indent(last)) > own or last < first):
        last += 1
    if not rows[0] < first <= last < where.row:
        return
    made: list[str] = []
    for row in range(first, last + 1):
        found, indent = added.fullmatch(where.text(row)), where.indent(row)
        if found is None:
            made.append(where.lines[row - 1])
            continue
        layer = " -> ".join(parts_of(found["one"] or found["other"] or found["new"]))
        inside = [_through(line, each, layer) for line in lines]
        if found["begin"] and len(lines) > 1:
            made += [
                f"{indent}{found['begin'].rstrip()}",
                *(f"{indent}    {line}" for line in inside),
                f"{indent}}}",
            ]
        else:
            made += [f"{indent}{found['begin'] or ''}{line}{found['end'] or ''}" for line in inside]
    yield ((rows[0], rows[0], ()), (first, last, ()), (where.row, rows[1], tuple(made)))


def _of_parameter(where: Where, last: int, each: str, name: str, lines: list[str]) -> Iterator[Right]:
    """Layers that a block is given in a list to go through: they are one chain, which is one layer."""
    flows = _one_flow(lines, each)
    head = where.lines[where.extent[0] - 1]
    block = re.match(r"block[ ]+(\w+)", head)
    if flows is None or block is None:
        return
    declared = re.sub(rf"\b{name}\b(?:[ ]*:[ ]*\w+)?", f"{name}: layer", head, count=1)
    changed = [
        (where.extent[0], where.extent[0], (declared,)),
        (where.row, last, (where.indented(f"{flows} = {flows} -> {name}"),)),
    ]
    for row, line in enumerate(where.lines, 1):
        new = (
            re.sub(rf"(\b{block[1]}\([^\[\n]*)\[([^\[\]\n]*)\]", _as_chain, line)
            if row != where.extent[0]
            else line
        )
        if new != line:
            changed.append((row, row, (new,)))
    yield tuple(changed)


def _as_chain(found: re.Match[str]) -> str:
    return found[1] + " -> ".join(parts_of(found[2]))


def _one_flow(lines: list[str], each: str) -> str | None:
    """The name that flows through each layer, where a loop does nothing else."""
    if len(lines) != 1:
        return None
    found = re.fullmatch(rf"(\w+)[ ]*=[ ]*(?:\1[ ]*->[ ]*{each}|{each}\(\1\))", lines[0])
    return None if found is None else found[1]


def _through(line: str, each: str, layer: str) -> str:
    """A line of the loop, with the layer in the place of its name."""
    called = rf"(?P<before>[-+*/%@][ ]*)?(?<![\w.]){each}\((?P<value>\w+)\)(?P<behind>[ ]*[-+*/%@](?!>))?"
    line = re.sub(called, lambda found: _flowing(found, layer), line)
    return re.sub(rf"(->[ ]*){each}\b", lambda found: f"{found[1]}{layer}", line)


def _flowing(found: re.Match[str], layer: str) -> str:
    """What flows through a layer, in brackets where an operator stands beside it."""
    flow = f"{found['value']} -> {layer}"
    is_operand = found["before"] is not None or found["behind"] is not None
    return f"{found['before'] or ''}{f'({flow})' if is_operand else flow}{found['behind'] or ''}"


def chosen_by_key(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`acts = {"relu": ReLU, "elu": ELU}` and `x -> acts[act]`: a choice by the key, where the layer is used."""
    entries, name = entries_of(found["entries"]), found["name"]
    if entries is None or len(entries) < _FEWEST:
        return
    taken = rf"(?<![\w.]){name}(?:\[[ ]*(?P<key>[a-z]\w*(?:\[\w+\])?)[ ]*\]|\.get\([ ]*(?P<asked>[a-z]\w*)[ ]*(?:,[ ]*(?P<else>[^()]+?(?:\([^()]*\))?))?\))"
    used = regex(rf"{taken}(?:\(\))?(?:\((?P<value>\w+)\))?")
    named = regex(rf"(?P<alias>[a-z]\w*)[ ]*=[ ]*{taken}(?:\(\))?")

    def choice(one: re.Match[str]) -> str:
        key, known = one["key"] or one["asked"], entries if one["else"] else entries[:-1]
        tests = "".join(f'{layer} if {key} == "{value}" else ' for value, layer in known)
        return f"({tests}{one['else'] or entries[-1][1]})"

    def chosen(one: re.Match[str]) -> str:
        return f"{one['value']} -> {choice(one)}" if one["value"] else choice(one)

    changed: list[Change] = [(where.row, where.row, ())]
    aliases: dict[str, str] = {}
    last = where.extent[1] if where.indent() else len(where.lines)
    for row in range(where.row + 1, last + 1):
        line = where.lines[row - 1]
        alias = named.fullmatch(where.text(row))
        if alias is not None:
            aliases[alias["alias"]] = choice(alias)
            changed.append((row, row, ()))
            continue
        new = used.sub(chosen, line)
        for each, layer in aliases.items():
            new = _through(new, each, layer)
        if new != line:
            changed.append((row, row, (new,)))
    if len(changed) > 1:
        yield tuple(changed)


_FEWEST = 2
