"""Results that are given early, inputs that are declared late, counters that are constants: the order of a body, and what it counts by.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    if not use { return x }         if not use { output x } else { output x -> Dense(8) }
    output x -> Dense(8)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.keras import operations
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import parts_of
from dslc.regex import regex

_IF = regex(r"if\b[^{]*\{.*")


def else_the_rest(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`if test { return x }` of a block: the lines behind it are what happens else."""
    row = where.row
    if not _IF.fullmatch(where.text(row)):
        row = where.row - 1
    first, end = where.at(row), where.at(where.extent[0]).closing()
    inside = first.inside() if _IF.fullmatch(where.text(row)) else None
    if inside is None or end is None or inside[0] >= end - 1 or not re.match(r"return\b", inside[1][-1]):
        return
    if re.match(r"\}[ ]*else\b", where.text(inside[0])) or re.match(r"else\b", where.text(inside[0] + 1)):
        return
    lines = [re.sub(r"^return\b", "output", each) for each in inside[1]]
    rest = [where.lines[at - 1] for at in range(inside[0] + 1, end)]
    indent = where.indent(row)
    if any(re.match(r"[ \t]*(?:input|weight|shared)\b", each) for each in rest):
        return
    made = (
        f"{indent}{where.text(row).partition('{')[0]}{{",
        *(f"{indent}    {each}" for each in lines),
        f"{indent}}} else {{",
        *(
            re.sub(r"^([ \t]*)return\b", r"\1output", f"    {each}" if each.strip() else each)
            for each in rest
        ),
        f"{indent}}}",
    )
    yield ((row, end - 1, made),)


def inputs_first(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A value that an `input` below gives: inputs stand at the beginning."""
    below = re.match(r"line (\d+) gives it its value, below", where.about.help or "")
    row = 0 if below is None else int(below[1])
    if not where.extent[0] < row <= where.extent[1] or not where.text(row).startswith("input "):
        return
    first = where.extent[0]
    yield ((first + 1, first, (where.lines[row - 1],)), (row, row, ()))


def counted_by_its_loop(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`COUNT += 1` of a constant, in a loop: the number of the turn."""
    name = found["name"]
    for row in range(where.row - 1, where.extent[0], -1):
        head = re.fullmatch(
            r"for[ ]+(?P<each>\w+|\w+[ ]*,[ ]*\w+)[ ]+in[ ]+(?P<values>.+?)[ ]*\{", where.text(row)
        )
        if head is None or len(where.indent(row)) >= len(where.indent()):
            continue
        each, values = head["each"], head["values"]
        last = where.at(row).closing()
        if last is None:
            return
        changes: list[Change] = []
        if not re.match(r"range\([^,]*\)$", values):
            each = name.lower()
            if "," in head["each"] or not re.fullmatch(r"\w+|\[.*\]", values):
                return
            line = f"for {each}, {head['each']} in enumerate({values}) {{"
            changes.append((row, row, (f"{where.indent(row)}{line}",)))
        for at in range(row + 1, last + 1):
            line = re.sub(rf"(?<![\w.\"']){name}\b", each, where.lines[at - 1])
            if at == where.row:
                changes.append((at, at, ()))
            elif line != where.lines[at - 1]:
                changes.append((at, at, (line,)))
        others = "\n".join(where.text(at) for at in range(1, len(where.lines) + 1) if not row <= at <= last)
        making = [at for at in range(1, where.extent[0]) if re.match(rf"{name}[ ]*=", where.text(at))]
        if len(making) == 1 and len(re.findall(rf"\b{name}\b", others)) == 1:
            changes.append((making[0], making[0], ()))
        yield tuple(sorted(changes))
        return


_INPUT = regex(r"input[ ]+\w+[ ]*:[ ]*\([^()]*\)(?:[ ]*\w+)?")


def a_line_for_each(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input x: (20,), input z: (4,)`, in every line of the item."""
    changes: list[Change] = []
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        several = _INPUT.findall(where.text(row))
        if len(several) > 1 and re.fullmatch(r"[ ,;]*", _INPUT.sub("", where.text(row))):
            changes.append((row, row, tuple(where.indent(row) + each for each in several)))
    yield tuple(changes)


_WITH_UNIT = regex(
    r"(?<![\w.])(\d+)[ ]?(?:px|pixels?|units?|neurons?|ch|channels?|filters?|samples?|steps?)\b"
)


def without_units(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`(224px, 224px, 3)`: numbers."""
    yield ((where.row, where.row, (_WITH_UNIT.sub(r"\1", where.lines[where.row - 1]),)),)


def split_there(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`kinds.split(",")` of a string: a list, where the name gets its value."""
    name, sign = found["name"], found["sign"]
    given = regex(rf"(.*(?:^|[(, ]){name}[ ]*=[ ]*)([\"'])([^\"']*)\2(.*)")
    for row in range(where.row - 1, 0, -1):
        line = given.fullmatch(where.lines[row - 1])
        if line is not None:
            values = ", ".join(f'"{each.strip()}"' for each in line[3].split(sign))
            used = re.sub(rf"\b{name}\.split\([^()]*\)", name, where.lines[where.row - 1])
            yield ((row, row, (f"{line[1]}[{values}]{line[4]}",)), (where.row, where.row, (used,)))
            return


def as_one_tuple(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Reshape(-1, heads, size)`, in the words of the line."""
    call = re.fullmatch(r"(\w+)\((.*)\)", where.about.span.text)
    if call is not None and "as one tuple" in where.about.text and re.search(r"[a-z]", call[2]):
        yield from where.marked_as(f"{call[1]}(({call[2].strip()}))")


_CALLED = regex(
    r"(?P<before>(?:[-=(,@*+/]|\boutput\b|\breturn\b)[ ]*)(?P<name>[a-z]\w*)(?=\([ ]*[a-z_]\w*\b)"
)


def of_tensors(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`softmax(w) @ v`: a function of tensors, where a value stands."""
    name = where.about.span.text

    def written(one: re.Match[str]) -> str:
        known = one["name"] == name and operations.exists(f"ops.{name}")
        return f"{one['before']}ops.{name}" if known else one[0]

    yield ((where.row, where.row, (_CALLED.sub(written, where.lines[where.row - 1]),)),)


def without_training(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block Noise(std, training)`: a body asks `training` as it is."""
    given = [each for each in parts_of(found["given"]) if not re.match(r"(?:training|is_training)\b", each)]
    told = f"({', '.join(given)})" if given else ""
    line = f"{found['head'].rstrip()}{told} {found['rest'].lstrip()}"
    yield ((where.row, where.row, (where.indented(line),)),)


def under_one_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h` in one way of a choice and `g` in another, which nobody reads: one name."""
    begun = re.search(r"bound only inside the `if` of line (\d+)", where.about.text)
    name = where.about.span.text
    if begun is None or not name.isidentifier():
        return
    first = int(begun[1])
    lines = {row: where.text(row) for row in range(first, where.about.span.row)}
    rest = "\n".join(where.text(row) for row in range(*where.extent))
    for row, line in lines.items():
        for other in re.findall(r"(?:^|\{)[ ]*([a-z]\w*)[ ]*=(?!=)", line):
            if other != name and len(re.findall(rf"\b{other}\b", rest)) == 1:
                written = re.sub(rf"\b{other}(?=[ ]*=(?!=))", name, where.lines[row - 1], count=1)
                yield ((row, row, (written,)),)


def output_in_one_way(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output extra = h -> Dense(2) if aux`, beside another output."""
    others = [row for row in where.item[1:] if row != where.row and where.text(row).startswith("output ")]
    if others:
        yield ((where.row, where.row, (where.indented(f"if {found['test']} {{ {found['output']} }}"),)),)
