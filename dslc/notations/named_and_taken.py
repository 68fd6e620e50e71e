"""Names that something else has, arguments that a block does not take, and bodies in sections: what items call and give each other.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    encoder = x -> encoder          my_encoder = x -> encoder
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.keras import layers
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import GIVEN, entries_of, parts_of
from dslc.regex import regex

_MEANT = regex(r"choose another name, `(\w+)`")


def another_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A value with the name of something else: the name that the advice says, wherever the item reads the value."""
    name, meant = where.about.span.text, _MEANT.search(where.about.help or "")
    if meant is None or not name.isidentifier() or where.row != where.about.span.row:
        return
    line, at = where.lines[where.row - 1], where.about.span.begin.column - 1
    is_item = re.match(r"[ \t]*(?:model|block|fn|extern|use)[ ]+$", line[:at])
    if line[at : at + len(name)] != name or is_item or name == "training":
        return
    read = regex(rf"(?<![\w.\"'>])(?<!->[ ]){name}\b(?![ ]*[(=\"'])|\b{name}(?=[ ]*=(?!=)[^,)]*$)")
    changes: list[Change] = [(where.row, where.row, (f"{line[:at]}{meant[1]}{line[at + len(name):]}",))]
    for row in range(where.row + 1, where.extent[1] + 1):
        code, mark, note = where.lines[row - 1].partition("#")
        written = read.sub(meant[1], code)
        if written != code:
            changes.append((row, row, (f"{written}{mark}{note}",)))
    yield tuple(changes)


_METHOD = regex(
    r"(?:(?:def|fn|func(?:tion)?)[ ]+)?(?P<name>\w+)[ ]*(?:\((?P<given>[^()]*)\))?[ ]*(?::[ ]*)?\{"
)
_MAKES, _FLOWS = ("build", "__init__", "init", "setup", "constructor"), (
    "call",
    "forward",
    "__call__",
    "apply",
)


def of_one_body(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`def build(shape) { … }  def call(x) { … }` in a block: one body, which begins with its inputs."""
    made: list[str] = []
    flows: list[str] = []
    head, row = where.at(where.extent[0]), where.extent[0] + 1
    end = head.closing()
    if end is None:
        return
    while row < end:
        method = _METHOD.fullmatch(where.text(row))
        if method is None:
            made.append(where.text(row))
            row += 1
            continue
        inside = where.at(row).inside()
        if method["name"] not in (*_MAKES, *_FLOWS):
            made.append(where.text(row))
            row += 1
            continue
        if inside is None:
            return
        given = [each.partition(":")[0].strip() for each in parts_of(method["given"] or "") if each != "self"]
        lines = [re.sub(r"\bself\.", "", each) for each in inside[1]]
        if method["name"] in _FLOWS:
            flows = [each for each in given if each not in ("training", "mask")]
            lines = [re.sub(r"^return\b", "output", each) for each in lines]
        elif given:
            lines = [re.sub(rf"\b{given[0]}\[", "x.shape[", each) for each in lines]
        made += lines
        row = inside[0] + 1
    if not flows:
        return
    made = [re.sub(r"\bx\.shape\[", f"{flows[0]}.shape[", each) for each in made if each]
    shape = ": (8,)" if where.text(where.extent[0]).startswith("model") else ""
    inputs = [f"input {each}{shape}" for each in flows]
    yield ((where.extent[0] + 1, end - 1, tuple(f"    {each}" for each in (*inputs, *made))),)


_SECTION = regex(r"(?P<word>in|out)puts?[ ]*[:=]?[ ]*\{(?P<rest>.*)")


def in_lines(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`inputs { x: (20,) }` and `outputs { y: x -> Dense(1) }` of an item: a line for each."""
    changes: list[Change] = []
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        section = _SECTION.fullmatch(where.text(row))
        inside = None if section is None else where.at(row).inside()
        if section is None or inside is None:
            continue
        word = f"{section['word']}put"
        lines: list[str] = []
        for each in inside[1]:
            entries = entries_of(each.strip("{}, "))
            like = "(" if word == "input" else "->"
            if entries is None or not all(like in value for _, value in entries):
                return
            sign = ": " if word == "input" else " = "
            lines += [f"{where.indent(row)}{word} {name}{sign}{value}" for name, value in entries]
        changes.append((row, inside[0], tuple(lines)))
    yield tuple(changes)


def without_mask(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`mask = embed.compute_mask(tokens)`, and `(e, mask=mask)` below: the mask goes along by itself."""
    name = found["name"]
    given = regex(rf"\((?P<value>\w+)[ ]*,[ ]*mask[ ]*=[ ]*{name}\)|[ ]*,[ ]*mask[ ]*=[ ]*{name}\b")
    changes: list[Change] = [(where.row, where.row, ())]
    for row in range(where.row + 1, where.extent[1] + 1):
        line = given.sub(lambda each: each["value"] or "", where.lines[row - 1])
        if line != where.lines[row - 1]:
            changes.append((row, row, (line,)))
    yield tuple(changes)


_CALL = regex(rf"\b(?P<name>[A-Z]\w*)\((?P<given>{GIVEN})\)")


def _parameters(where: Where, name: str) -> list[str]:
    """What a block of the file takes, in order."""
    for line in where.lines:
        head = re.match(rf"(?:block|model)[ ]+{name}[ ]*\((.*?)\)[ ]*[{{=]", line)
        if head is not None:
            return [re.split(r"[ ]*[:=]", each)[0] for each in parts_of(head[1])]
    return []


def each_by_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv(filters=32, 5)` of a block: what stands behind a name has one, too."""

    def written(call: re.Match[str]) -> str:
        takes, parts = _parameters(where, call["name"]), parts_of(call["given"])
        given = [each.partition("=")[0].strip() for each in parts if re.match(r"\w+[ ]*=(?!=)", each)]
        first = next(
            (at for at, each in enumerate(parts) if each.partition("=")[0].strip() in given), len(parts)
        )
        free = [each for each in takes[first:] if each not in given]
        for at, each in enumerate(parts):
            if at > first and each.partition("=")[0].strip() not in given:
                if not free:
                    return call[0]
                parts[at] = f"{free.pop(0)}={each}"
        return f"{call['name']}({', '.join(parts)})"

    yield ((where.row, where.row, (_CALL.sub(written, where.lines[where.row - 1]),)),)


def handed_on(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv(64, strides=2)` of a block whose only layer with `strides` is not told it: a parameter, which that is given."""
    name = where.about.span.text
    block = re.match(r"`(\w+)` has no argument", where.about.text)
    if block is None or not name.isidentifier():
        return
    heads = (row for row, line in enumerate(where.lines, 1) if re.match(rf"block[ ]+{block[1]}\b", line))
    head = where.at(next(heads, where.row))
    last = head.closing() if "{" in head.text(head.row) else head.row
    if last is None or head.row == where.row:
        return
    takers: list[tuple[int, re.Match[str]]] = []
    for row in range(head.row, last + 1):
        for call in _CALL.finditer(where.lines[row - 1]):
            kind = layers.find(call["name"])
            takes = () if kind is None else layers.signature(kind).constructor
            if any(each.name == name for each in takes) and f"{name}=" not in call["given"].replace(" ", ""):
                takers.append((row, call))
    default = None
    if takers:
        kind = layers.find(takers[0][1]["name"])
        assert kind is not None
        default = next((each for each in layers.signature(kind).constructor if each.name == name), None)
    value = None if default is None else default.default
    if isinstance(value, tuple) and len(set(value)) == 1:
        value = value[0]
    if default is None or not isinstance(value, (int, float, str, bool, type(None))):
        return
    lines = {row: where.lines[row - 1] for row in range(head.row, last + 1)}
    row, call = takers[0]
    end = call.end() - 1
    lines[row] = f"{lines[row][:end]}{', ' if call['given'].strip() else ''}{name}={name}{lines[row][end:]}"
    shown = f'"{value}"' if isinstance(value, str) else f"{value}"
    begun = re.sub(
        rf"^(block[ ]+{block[1]})[ ]*(?:\(([^()]*)\))?",
        lambda each: f"{each[1]}({', '.join([*parts_of(each[2] or ''), f'{name} = {shown}'])})",
        lines[head.row],
    )
    lines[head.row] = begun
    yield tuple((at, at, (line,)) for at, line in lines.items() if line != where.lines[at - 1])


def fewer(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv1D(64, (k, 64))`: as many sizes as the layer has axes."""
    span, said = where.about.span, re.search(
        r"must be a whole number(?: or (\d) of them)?, this has", where.about.text
    )
    parts = parts_of(span.text[1:-1]) if span.text[:1] in ("(", "[") else []
    count = int(said[1] or 1) if said is not None else 0
    if 0 < count < len(parts):
        yield from where.marked_as(parts[0] if count == 1 else f"({', '.join(parts[:count])})")


def to_be_filled(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(<num_classes>)`, `Dense(${CLASSES})`: a parameter of the item, which whoever uses it gives a value."""
    holes = regex(
        r"(?:<[ ]*(?P<one>[A-Za-z]\w*)[ ]*>|\$\{[ ]*(?P<two>\w+)[ ]*\}|\{\{[ ]*(?P<three>\w+)[ ]*\}\})(?=[ ]*[,)\]])"
    )
    names: list[str] = []

    def named(hole: re.Match[str]) -> str:
        name = hole["one"] or hole["two"] or hole["three"]
        if any(re.search(rf"(?:^|[(,])[ ]*{name}[ ]*=", each) for each in where.lines):
            return hole[0]  # which is there already
        name = name.lower()
        names.extend([name] if name not in names else [])
        return name

    changes: list[Change] = []
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        line = holes.sub(named, where.lines[row - 1])
        if line != where.lines[row - 1]:
            changes.append((row, row, (line,)))
    head = re.fullmatch(r"((?:model|block)[ ]+\w+)[ ]*(?:\((.*)\))?[ ]*(\{.*)", where.text(where.extent[0]))
    if head is not None and names and not any(each.isdigit() for each in names):
        given = [*names, *parts_of(head[2] or "")]
        line = f"{head[1]}({', '.join(given)}) {head[3]}"
        yield ((where.extent[0], where.extent[0], (line,)), *changes)


_TWICE = regex(r"rename one of them, `(\w+)`")


def second_of_a_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Two blocks of one name that take other arguments: another name for the second, wherever what is given fits only that."""
    name, meant = where.about.span.text, _TWICE.search(where.about.help or "")
    head = (
        rf"(?:block|model)[ ]+{name}[ ]*(?:\((?P<given>.*?)\))?[ ]*[{{=].*"
        if name.isidentifier()
        else r"(?!)"
    )
    heads = [
        (row, one) for row, line in enumerate(where.lines, 1) if (one := re.fullmatch(head, line)) is not None
    ]
    if meant is None or len(heads) != 2:
        return
    takes = [[re.split(r"[ ]*[:=]", each)[0] for each in parts_of(one["given"] or "")] for _, one in heads]

    def fits(names: list[str], parts: list[str]) -> bool:
        given = [each.partition("=")[0].strip() for each in parts if re.match(r"\w+[ ]*=(?!=)", each)]
        return len(parts) <= len(names) and set(given) <= set(names)

    use = regex(rf"(?<![\w.]){name}\(({GIVEN})\)")

    def renamed(call: re.Match[str]) -> str:
        parts = parts_of(call[1])
        second = fits(takes[1], parts) and not fits(takes[0], parts)
        return f"{meant[1]}{call[0][len(name):]}" if second else call[0]

    changes: list[Change] = []
    for row, line in enumerate(where.lines, 1):
        is_second = row == heads[1][0]
        written = (
            line.replace(name, meant[1], 1)
            if is_second
            else line if row == heads[0][0] else use.sub(renamed, line)
        )
        if written != line:
            changes.append((row, row, (written,)))
    if len(changes) > 1:
        yield tuple(changes)


_NAMED = regex(r"(?:(,[ ]*)|(?<=\())name[ ]*=[ ]*([\"'])[^\"'{]*\2(?(1)|(?:,[ ]*)?)")


def without_names(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`name="conv"` of the layers of a block that is used twice: none of them has one."""
    if not where.text(where.extent[0]).startswith("block "):
        return
    changes: list[Change] = []
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        line = re.sub(r"\b([A-Z]\w*)\(\)", r"\1", _NAMED.sub("", where.lines[row - 1]))
        if line != where.lines[row - 1]:
            changes.append((row, row, (line,)))
    yield tuple(changes)
