"""What items take from one another, and from files and modules: inputs by their names, names that are taken under others, types of externs.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    output Pair(user=u, item=i)         output (u, i) -> Pair
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.keras import layers
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import entries_of, parts_of
from dslc.regex import regex


def inputs_of(where: Where, name: str) -> list[str]:
    """What flows into an item of the file, in order."""
    for row, line in enumerate(where.lines, 1):
        if re.match(rf"(?:block|model)[ ]+{name}\b", line):
            inside = where.at(row).inside()
            found = (re.match(r"input[ ]+(\w+)", each) for each in (inside[1] if inside is not None else ()))
            return [each[1] for each in found if each is not None]
    return []


def by_names_of_inputs(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Pair(user=u, item=i)`, where `user` and `item` are the inputs of the item."""
    takes = inputs_of(where, found["name"])
    given = dict(entries_of(found["given"]) or ())
    if not takes or not set(takes) <= set(given):
        return
    rest = ", ".join(f"{key}={value}" for key, value in given.items() if key not in takes)
    flows = ", ".join(given[each] for each in takes)
    flow = f"({flows})" if len(takes) > 1 else flows
    line = f"{found['before']}{flow} -> {found['name']}{f'({rest})' if rest else ''}{found['behind']}"
    yield ((where.row, where.row, (where.indented(line),)),)


def turned(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`(i, u) -> Pair` of an item whose inputs have these shapes the other way round."""
    name = found["name"]
    use = regex(rf"(.*)\([ ]*(\w+)[ ]*,[ ]*(\w+)[ ]*\)([ ]*->[ ]*{name}\b.*)")
    for row, line in enumerate(where.lines, 1):
        one = use.fullmatch(line)
        if one is not None:
            yield ((row, row, (f"{one[1]}({one[3]}, {one[2]}){one[4]}",)),)
            return


def under_its_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`use Head as Top from "blocks.kdl"`, and `Top` below: its own name."""
    pairs = [re.fullmatch(r"(\w+)(?:[ ]+as[ ]+(\w+))?", each) for each in parts_of(found["names"])]
    names = [each for each in pairs if each is not None]
    if len(names) < len(pairs):
        return
    changes: list[Change] = [
        (where.row, where.row, (f"use {', '.join(each[1] for each in names)} from {found['file']}",))
    ]
    for row, line in enumerate(where.lines, 1):
        written = line
        for each in names:
            written = re.sub(rf"(?<![\w.\"']){each[2]}\b", each[1], written) if each[2] else written
        if row != where.row and written != line:
            changes.append((row, row, (written,)))
    yield tuple(sorted(changes))


def of_itself(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`use Head from "net.kdl"` in this file: its items know each other."""
    if re.match(r"this would never end: (\S+) uses \1$", where.about.text):
        yield ((where.row, where.row, ()),)


def with_activation_made(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`activation="leaky_relu(0.2)"`: a layer with its argument."""
    made = re.fullmatch(r"[\"'](\w+)\(([^()\"']*)\)[\"']", where.about.span.text)
    line, at = where.lines[where.row - 1], where.about.span.begin.column - 1
    text = where.about.span.text
    if made is None or line[at : at + len(text)] != text:
        return
    plain = made[1].replace("_", "").lower()
    name = next((each for each in layers.names() if each.lower() == plain), None)
    if name is not None:
        yield ((where.row, where.row, (f"{line[:at]}{name}({made[2]}){line[at + len(text):]}",)),)


_ANGLES = regex(r"(?<![\w.])(?P<name>[A-Z]\w*)[ ]*<(?P<given>[^<>{}()]+)>")


def in_round_brackets(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block Scale<dim> {` and `Scale<20>`, in every line: round brackets."""
    yield where.rewritten(where.file, lambda line: _ANGLES.sub(r"\g<name>(\g<given>)", line))


def by_places(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`stage.filters` of a loop through lists: a name for each of their places."""
    name = found["name"]
    used = list(
        dict.fromkeys(
            re.findall(
                rf"(?<![\w.]){name}\.([a-z]\w*)", "\n".join(where.lines[where.row - 1 : where.extent[1]])
            )
        )
    )
    if not used:
        return
    last = where.closing() or where.row
    head = where.lines[where.row - 1].replace(f"for {name} in", f"for {', '.join(used)} in", 1)
    changes: list[Change] = [(where.row, where.row, (re.sub(rf"(?<![\w.]){name}\.", "", head),))]
    for row in range(where.row + 1, last + 1):
        line = re.sub(rf"(?<![\w.]){name}\.(?=[a-z])", "", where.lines[row - 1])
        if line != where.lines[row - 1]:
            changes.append((row, row, (line,)))
    yield tuple(changes)
