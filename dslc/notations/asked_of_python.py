"""What Python is asked about names and types: layers by the text of their name, and whether a value is of a type.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    model Net(cell = "LSTM") {                        model Net(cell: layer = LSTM) {
        y = x -> getattr(layers, cell)(8)                 y = x -> cell(8)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

BY_TEXT = r"(?:getattr\((?:\w+\.)*(?!(?:ops|activations|functional|F)\b)\w+[ ]*,[ ]*(?P<name>\w+|[\"']\w+[\"'])\)|(?:globals\(\)|vars\((?:\w+\.)*\w+\)|(?:\w+\.)*layers\.__dict__|(?:\w+\.)*layers)\[(?P<key>\w+|[\"']\w+[\"'])\]|eval\((?P<text>\w+)\))"
"""A layer that is looked for by the text of its name."""

_BY_TEXT = regex(BY_TEXT)
_CALLED = regex(rf"{BY_TEXT}\((?P<given>{GIVEN})\)\((?P<value>[a-z]\w*)\)")


def _title(one: re.Match[str]) -> str:
    return (one["name"] or one["key"] or one["text"]).strip("\"'")


def by_text(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`getattr(layers, cell)(8)`: a layer that a parameter hands over, in all lines of the item, and where it is handed over."""
    first, last = where.extent
    changed: dict[int, str] = {}
    asked: set[str] = set()
    for row in range(first, last + 1):
        line = where.lines[row - 1]
        asked |= {_title(each) for each in _BY_TEXT.finditer(line)}
        written = _CALLED.sub(lambda one: f"{one['value']} -> {_title(one)}({one['given']})", line)
        written = _BY_TEXT.sub(_title, written)
        if written != line:
            changed[row] = written
    head = re.match(r"(?:model|block)[ ]+(?P<name>\w+)[ ]*\((?P<given>[^{}]*)\)", where.text(first))
    parameters = parts_of(head["given"]) if head is not None else []
    for name in sorted(asked):
        told = [each for each in parameters if re.match(rf"{name}\b", each)]
        if not told:
            if name[:1].isupper():
                continue  # a layer, by its own name
            return
        default = told[0].partition("=")[2].strip().strip("\"'")
        if default[:1].islower():
            return  # an activation
        line = changed.get(first, where.lines[first - 1])
        declared = f"{name}: layer = {default}" if default else f"{name}: layer"
        changed[first] = line.replace(told[0], declared, 1)
        assert head is not None
        handed = regex(rf"(\b{head['name']}\((?:{GIVEN}[ ,])?{name}[ ]*=[ ]*)[\"'](\w+)[\"']")
        for row, other in enumerate(where.lines, 1):
            written = handed.sub(r"\1\2", changed.get(row, other))
            if written != changed.get(row, other):
                changed[row] = written
    if any(not each[:1].isupper() for each in asked):
        yield tuple((row, row, (line,)) for row, line in sorted(changed.items()))


_TYPES = {"int": r"-?\d+", "float": r"-?\d*\.\d*(?:e-?\d+)?|-?\d+e-?\d+", "str": r"[\"'].*[\"']", "bool": "True|False",
          "list": r"\[.*\]", "tuple": r"\(.*\)", "dict": r"\{.*\}"}  # fmt: skip
ASKED = r"(?P<not>not[ ]+)?isinstance\([ ]*(?P<name>\w+)[ ]*,[ ]*\(?(?P<types>\w+(?:[ ]*,[ ]*\w+)*)\)?[ ]*\)"
"""Whether a value is of a type."""


def _holds(found: re.Match[str], where: Where) -> bool | None:
    """Whether the test does, of the value that is there; None where nobody knows."""
    head = re.match(r"(?:model|block)[ ]+\w+[ ]*\((?P<given>[^{}]*)\)", where.text(where.extent[0]))
    given = parts_of(head["given"]) if head is not None else []
    value = next((each.partition("=")[2] for each in given if re.match(rf"{found['name']}\b", each)), "")
    above = (
        re.fullmatch(rf"{found['name']}[ ]*=(?!=)(.+)", where.text(row))
        for row in range(where.extent[0] + 1, where.row)
    )
    value = next((each[1] for each in above if each is not None), value).strip()
    types = [each.strip() for each in found["types"].split(",")]
    if not value or not all(each in _TYPES for each in types):
        return None
    return any(re.fullmatch(_TYPES[each], value) for each in types) != bool(found["not"])


def of_its_type(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`if isinstance(widths, int) { … } else { … }`: what holds of the value that is there."""
    holds, ways = _holds(found, where), _ways(where)
    if holds is None or ways is None:
        return
    last, first, other = ways
    kept = first if holds else other
    own = len(where.indent())
    inner = min((len(each) - len(each.lstrip()) for each in kept if each.strip()), default=own)
    yield ((where.row, last, tuple(where.indent() + each[inner:] for each in kept if each.strip())),)


def _ways(where: Where) -> tuple[int, list[str], list[str]] | None:
    """The last line of an `if` with its `else`, and the lines of both."""
    bodies: list[list[str]] = [[], []]
    depth = way = 0
    for row in range(where.row, where.extent[1] + 1):
        text = where.text(row)
        if row > where.row and depth == 1 and re.fullmatch(r"\}[ ]*else[ ]*\{", text):
            way = 1
            continue
        opened = depth
        depth += text.count("{") - text.count("}")
        if depth <= 0:
            after = where.text(row + 1)
            if not way and re.fullmatch(r"else[ ]*\{", after):
                return None
            return (row, bodies[0], bodies[1]) if text == "}" else None
        if opened > 0:
            bodies[way].append(where.lines[row - 1])
    return None


def chosen_by_type(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`sizes = [sizes] if isinstance(sizes, int) else sizes`: the value that holds; a name that stays what it is needs no line."""
    holds = _holds(found, where)
    if holds is None:
        return
    value = found["one"] if holds else found["other"]
    lines = () if value.strip() == found["target"] else (where.indented(f"{found['target']} = {value}"),)
    yield ((where.row, where.row, lines),)


_AS_LIST = regex(
    r"(?P<value>\b[a-z]\w*)(?:\.get_shape\(\)|\.shape)\.(?:as_list|to_list|tolist|dims)(?:\(\))?"
)


def as_list(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x.get_shape().as_list()[-1]`: a shape is a tuple already, in all lines of the item."""
    made = where.rewritten(where.item, lambda line: _AS_LIST.sub(r"\g<value>.shape", line))
    if made:
        yield made


def entries_by_points(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`cfg.filters`, where `cfg` is a dictionary in each turn of a loop: its entries have keys in quotes."""
    key = where.about.span.text
    text = "\n".join(where.lines)
    for name in dict.fromkeys(re.findall(r"(?<![\w.\"'])([A-Za-z_]\w*)\.\w+", where.text(where.row))):
        turned = any(
            re.search(rf"\bfor\b[\w, ()]*\b{name}\b[\w, ()]*\bin\b", where.text(row)) for row in where.item
        )
        if turned and re.search(rf"[\"']{re.escape(key)}[\"'][ ]*:", text):
            entry = regex(rf"(?<![\w.\"']){name}\.([A-Za-z_]\w*)(?![\w(])")
            yield where.rewritten(where.item, partial(entry.sub, rf'{name}["\1"]'))


_RESULTS = {
    **dict.fromkeys(("output", "outputs", "sequence", "sequences", "last_hidden_state", "y", "out"), 0),
    **dict.fromkeys(("h", "state", "state_h", "hidden", "hidden_state", "h_n", "states"), 1),
    **dict.fromkeys(("c", "state_c", "cell", "cell_state", "c_n"), 2),
}
"""Which of the results of a recurrent layer a name means."""

_COUNTS = {"LSTM": 3, "GRU": 2, "SimpleRNN": 2}


def results_by_points(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h = x -> LSTM(8, return_state=True)` and `h.output`: several results have a name each."""
    name = found["name"]
    made = regex(
        rf"{name}[ ]*=[ ]*(?P<value>.*->[ ]*(?P<layer>LSTM|GRU|SimpleRNN)\(.*return_state[ ]*=[ ]*True.*)"
    )
    row = next((each for each in where.item if made.fullmatch(where.text(each))), None)
    line = None if row is None else made.fullmatch(where.text(row))
    if row is None or line is None:
        return
    asked = regex(rf"(?<![\w.\"']){name}\.(\w+)(?![\w(])")
    names = [name, f"{name}_state", f"{name}_cell"][: _COUNTS[line["layer"]]]
    used = {
        place
        for each in where.item
        for key in asked.findall(where.text(each))
        if (place := _RESULTS.get(key, 9)) < len(names)
    }
    taken = ", ".join(each if place in used else "_" for place, each in enumerate(names))

    def named(one: re.Match[str]) -> str:
        place = _RESULTS.get(one[1], len(names))
        return names[place] if place < len(names) else one[0]

    rest = where.rewritten((each for each in where.item if each != row), lambda text: asked.sub(named, text))
    yield tuple(sorted(((row, row, (f"{where.indent(row)}{taken} = {line['value']}",)), *rest)))
