"""What is one sign, one word or one pair of brackets away from what is meant.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    activation=["relu"]           activation="relu"
    input for: (8,)               input for_in: (8,)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.diagnostics.suggest import nearest
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import at_commas
from dslc.regex import regex


def alone(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`activation=["relu"]`: the one that is in the list."""
    one = re.fullmatch(r"[\[(][ ]*([\"']\w+[\"'])[ ]*,?[ ]*[\])]", where.about.span.text)
    if one is not None:
        yield from where.marked_as(one[1])


_LACKS = regex(
    r"give the (?P<one>first|second) the axes that it lacks: write `(?P<its>\[[^`]*\])`|write `(?P<index>\[[^`]*\])` behind the (?P<which>first|second)"
)
_OF_TWO = regex(r"(?P<first>\w+)(?P<sign>[ ]*[-+*/@]+[ ]*)(?P<second>\w+)")


def with_axes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x * mask`, one of which lacks an axis: the axis where it is missing."""
    told, two = _LACKS.match(where.about.help or ""), _OF_TWO.fullmatch(where.about.span.text)
    if told is not None and two is not None:
        parts = {
            name: two[name] + (told["index"] or told["its"] if name in (told["which"], told["one"]) else "")
            for name in ("first", "second")
        }
        yield from where.marked_as(f"{parts['first']}{two['sign']}{parts['second']}")


def typed(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`width?: number = 16`, as TypeScript has it: a value needs no type."""
    parts = [
        re.sub(r"^(\w+)\??[ ]*:[ ]*[\w<>\[\]|. ]+?(?=[ ]*=|$)", r"\1", each)
        for each in at_commas(found["given"])
    ]
    yield ((where.row, where.row, (where.indented(f"{found['head']}({', '.join(parts)}){found['rest']}"),)),)


WORDS = "for|if|in|else|and|or|not|input|output|shared|weight|loss|assert|return|use|from|extern|fn|block|model|is|lambda|class"
"""What no value can be called."""


def other_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input for: (8,)`: a word of the language, which gets another letter."""
    name = found["name"]
    reads = regex(
        rf"(?<=[\[(,])(?P<blank>[ ]*){name}(?=[ ]*[,\])])|(?P<begin>^[ ]*(?:\w+[ ]*=[ ]*|output[ ]+)){name}(?=[ ]*->)"
    )
    changed: list[Change] = []
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        line = where.lines[row - 1]
        if row == where.row:
            written = line.replace(f"{found['word']} {name}", f"{found['word']} {name}_value", 1)
        else:
            written = reads.sub(lambda one: f"{one['blank'] or one['begin'] or ''}{name}_value", line)
        if written != line:
            changed.append((row, row, (written,)))
    yield tuple(changed)


def idle_constant(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`DROPOUT`, where the file has one constant that nothing uses, `DROP`."""
    missing = where.about.span.text
    text = "\n".join(where.lines)
    constants = {each[1] for line in where.lines if (each := re.match(r"([A-Z][A-Z0-9_]*)[ ]*=(?!=)", line))}
    idle = [each for each in constants if len(re.findall(rf"\b{each}\b", text)) == 1]
    if missing.isupper() and len(idle) == 1 and (missing.startswith(idle[0]) or idle[0].startswith(missing)):
        yield from where.marked_as(idle[0])


_NO_KEY = regex(r".*the (?:dictionary has no key|record has no field) '(?P<key>\w+)'")
_KEYS = regex(r"did you mean `\"(\w+)\"`|'(\w+)'")


def near_key(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`CONFIG["clases"]`: the key that is near."""
    wrong = _NO_KEY.match(where.about.text)
    known = [one or other for one, other in _KEYS.findall(where.about.help or "")]
    said = re.match("did you mean", where.about.help or "") is not None  # which has looked farther
    near = None if wrong is None else known[0] if said and known else nearest(wrong["key"], known)
    if wrong is not None and near is not None:
        yield from where.marked_as(re.sub(rf"([\"']){wrong['key']}\1", f'"{near}"', where.about.span.text))


_DECLARED = regex(
    r"(?P<head>input[ ]+\w+[ ]*:[ ]*)\([ ]*(?P<few>\d+)[ ]*,[ ]*(?P<many>\d+)[ ]*\)(?P<rest>.*)"
)
_FEW = 16


def channels_last(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input x: (3, 1000)`, of which a window of 16 finds no room in 3 steps: the steps stand first."""
    for row in range(where.extent[0], where.row):
        shape = _DECLARED.fullmatch(where.text(row))
        if shape is not None and int(shape["few"]) <= _FEW < int(shape["many"]):
            line = f"{where.indent(row)}{shape['head']}({shape['many']}, {shape['few']}){shape['rest']}"
            yield ((row, row, (line,)),)
            return


def other_way_round(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`skips[i]` of a list that was filled on the way down: from its end, where that fits."""
    if "the other way round" not in (where.about.help or ""):
        return
    line = where.lines[where.row - 1]
    for at in re.finditer(r"\b(?P<list>[a-z]\w*)\[[ ]*(?P<index>[a-z]\w*)[ ]*\]", line):
        yield (
            (
                where.row,
                where.row,
                (f"{line[:at.start()]}{at['list']}[-1 - {at['index']}]{line[at.end():]}",),
            ),
        )


def with_return(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A `fn` whose last value is not returned."""
    meant = re.fullmatch(r"add `(return \w+)`", where.about.help or "")
    last = where.closing()
    if meant is not None and last is not None and last > where.row and where.text(last) == "}":
        inside = where.indent(where.row + 1) or "    "
        yield ((last, last - 1, (f"{inside}{meant[1]}",)),)


def without_backslashes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> Dense(8) \\`, in all lines of the item: a line that begins with an arrow goes on."""
    yield where.rewritten(where.item, lambda line: re.sub(r"[ ]*\\[ ]*$", "", line))


def unless_none(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`act="none"` of a parameter that is a layer, and `if act != "none"` in its block: there is none."""
    name = re.match(r".*\((\w+)=[\"']", where.about.text)
    if name is None or where.about.span.text.strip("\"'").lower() not in (
        "none",
        "null",
        "no",
        "off",
        "linear",
        "identity",
        "",
    ):
        return
    word = re.escape(where.about.span.text.strip("\"'"))
    own = name[1]

    def written(line: str) -> str:
        line = re.sub(rf"\b{own}[ ]*!=[ ]*[\"']{word}[\"']", f"{own} is not None", line)
        line = re.sub(rf"\b{own}[ ]*==[ ]*[\"']{word}[\"']", f"{own} is None", line)
        return re.sub(rf"\b{own}([ ]*=[ ]*)[\"']{word}[\"']", rf"{own}\1None", line)

    yield where.rewritten(where.file, written)


def closed(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A `(` over several lines that nothing closes: above the next line that begins where its own begins."""
    own = len(where.indent())
    sign = {"(": ")", "[": "]"}.get(where.about.span.text)
    for row in range(where.row + 1, where.extent[1] + 1):
        if where.text(row) and len(where.indent(row)) <= own:
            if sign is not None and row > where.row + 1 and not where.text(row).startswith("->"):
                yield ((row, row - 1, (where.indented(sign),)),)
            return


_PLAIN = regex(r"->[ ]*(?:(?P<number>\d+)|[\"'](?P<word>\w+)[\"'])(?=[ ]*(?:->|\}|$))")


def as_layers(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> 64 -> "relu"`, in all lines of the item: units, and an activation by its name."""

    def written(one: re.Match[str]) -> str:
        return f"-> Dense({one['number']})" if one["number"] else f'-> Activation("{one["word"]}")'

    yield where.rewritten(where.item[1:], lambda line: _PLAIN.sub(written, line))


_ENUMERATED = regex(
    r"(?<![\w.])(?:\w+\.)*(?:Activation|Activations|ActivationType|ActivationFn|NonLinearity|Act|Padding|PaddingMode)\.(?P<name>[A-Za-z_]\w*)"
)


def by_string(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Activation.RELU`: to Keras it is a string."""

    def written(one: re.Match[str]) -> str:
        return f'"{one["name"].lower()}"'

    yield ((where.row, where.row, (_ENUMERATED.sub(written, where.lines[where.row - 1]),)),)


def name_for_each(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`for units, act in zip(a, b, c)`: a name for each value, `_` for what nobody needs."""
    told = re.match(r"there are (\d+) names for (\d+) values", where.about.text)
    if told is not None and int(told[1]) < int(told[2]) <= int(told[1]) + 2:
        more = ", _" * (int(told[2]) - int(told[1]))
        line = f"{found['before']}{found['names'].rstrip()}{more} {found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)


def in_the_constant(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`OPTS["activation"] = "relu"` of a constant: it says so where it is declared."""
    for row, line in enumerate(where.lines, 1):
        held = re.fullmatch(
            rf"(?P<begin>{found['name']}[ ]*=[ ]*\{{)(?P<entries>[^{{}}]*)\}}(?P<rest>.*)", line
        )
        if held is not None and found["key"] not in held["entries"]:
            entries = ", ".join(
                filter(None, (held["entries"].strip().rstrip(","), f"{found['key']}: {found['value']}"))
            )
            yield ((row, row, (f"{held['begin']}{entries}}}{held['rest']}",)), (where.row, where.row, ()))


def times(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`3.times do` and `end`: a loop in braces."""
    last = where.deeper() + 1
    if re.fullmatch(r"end;?|done;?|\}", where.text(last)) is None:
        return
    body = where.lines[where.row : last - 1]
    head = where.indented(f"for {found['each'] or '_'} in range({found['number']}) {{")
    yield ((where.row, last, (head, *body, where.indented("}"))),)


def of_the_turn(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(hidden)` in `for units in hidden`: the value of the turn, not the list."""
    name, own = where.about.span.text, len(where.indent())
    for row in range(where.row, where.extent[0], -1):
        loop = (
            re.match(rf"(?:.*\{{[ ]*)?for[ ]+(\w+)[ ]+in[ ]+{name}[ ]*\{{", where.text(row))
            if name.isidentifier()
            else None
        )
        if loop is not None and (row == where.row or len(where.indent(row)) < own):
            yield from where.marked_as(loop[1])
            return


def branches_where_used(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`b1 = Conv2D(8, 1) -> ReLU` and `x -> [b1, b2]`: each branch stands in the fork."""
    names = [each.strip() for each in found["branches"].split(",") if each.strip()]
    made: dict[str, tuple[int, str]] = {}
    for row in range(where.extent[0] + 1, where.row):
        held = re.fullmatch(r"(\w+)[ ]*=[ ]*([A-Z]\w*.*)", where.text(row))
        if held is not None and held[1] in names:
            made[held[1]] = (row, held[2])
    if made and "" not in names:
        inside = ", ".join(made[each][1] if each in made else each for each in names)
        line = f"{found['before']}[{inside}]{found['behind']}"
        gone = [(row, row, ()) for row, _ in made.values()]
        yield (*gone, (where.row, where.row, (where.indented(line),)))


def with_comma_above(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A branch or value on a line of its own, behind a line that lacks its comma."""
    above = where.lines[where.row - 2] if where.row > 1 else ""
    before = "".join(map(where.text, range(where.extent[0], where.row)))
    if before.count("[") + before.count("(") <= before.count("]") + before.count(")"):
        return  # no list is open
    if (where.about.help or "").startswith("is a comma missing") and above.strip() and "#" not in above:
        yield ((where.row - 1, where.row - 1, (f"{above.rstrip()},",)),)


def without_commas(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input x: (8,),` and `h = x -> Dense(8),`: the comma at the end of each line of the body that is whole without it."""
    changed: list[Change] = []
    depth = 0
    for row in where.item[1:]:
        text = where.text(row)
        depth += sum(text.count(sign) for sign in "([") - sum(text.count(sign) for sign in ")]")
        if depth == 0 and text.endswith(",") and _WHOLE.match(text):
            changed.append((row, row, (re.sub(r"[ ]*,(?=[ ]*(?:#.*)?$)", "", where.lines[row - 1]),)))
    if changed:
        yield tuple(changed)


_WHOLE = regex(r"(?:input|output|shared|weight|loss|assert)[ ].*|\w+[ ]*[-+*/]?=(?!=).*")
"""A line that is a statement."""


def without_commas_before_arrows(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> Dense(8), -> ReLU`: no comma before an arrow."""
    yield where.rewritten([where.row], lambda line: re.sub(r"[ ]*,[ ]*->", " ->", line))
