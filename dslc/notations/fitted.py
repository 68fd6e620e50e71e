"""Lines whose shapes do not fit, and the one change of the body with which they do: each is tried, and counts where nothing is left to say.

In: a line that is known, and where it stands.  Out: for each change that may be meant, the lines that stand in the place of others.

    for i in range(3) { x = x -> LSTM(32) }        for i in range(3) { x = x -> LSTM(32, return_sequences=i < 2) }
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product

from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import parts_of
from dslc.regex import regex

_LOOP = regex(r"for[ ]+(?P<target>.+?)[ ]+in[ ]+(?P<through>.+?)[ ]*\{(?P<behind>.*)")
_RECURRENT = regex(r"\b(?:LSTM|GRU|SimpleRNN)\((?:[^()]|\([^()]*\))*\)")


def until_the_last(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Recurrent layers of a loop: all but the last give their whole sequence."""
    line = where.lines[where.row - 1]
    layers = list(_RECURRENT.finditer(line))
    head = next(
        (row for row in range(where.row, where.extent[0], -1) if _LOOP.match(where.text(row)) is not None),
        None,
    )
    loop = None if head is None else _LOOP.match(where.text(head))
    if head is None or loop is None or len(layers) != 1 or "return_sequences" in line:
        return
    counted = _counted(loop["target"], loop["through"])
    if counted is None:
        return
    begin, index, last = counted
    at = layers[0].end() - 1
    written = f"{line[:at]}, return_sequences={index} < {last}{line[at:]}"
    opened = f"{where.indent(head)}{begin} {{{loop['behind']}"
    if head == where.row:
        yield ((head, head, (written.replace(where.text(head).partition("{")[0].rstrip(), begin, 1),)),)
    else:
        yield ((head, head, (opened,)), (where.row, where.row, (written,)))


def _counted(target: str, through: str) -> tuple[str, str, str] | None:
    """The head of a loop that says in which turn it is, what that is called, and which is the last."""
    turns = re.fullmatch(r"range\(([^(),]+)\)", through)
    if turns is not None and re.fullmatch(r"\w+", target) is not None:
        index = "i" if target == "_" else target
        last = str(int(turns[1]) - 1) if re.fullmatch(r"\d{1,9}", turns[1]) else f"{turns[1]} - 1"
        return f"for {index} in {through}", index, last
    numbered = re.fullmatch(r"enumerate\((.+)\)", through)
    values = through if numbered is None else numbered[1]
    beside = re.fullmatch(r"zip\((.+)\)", values)
    first = values if beside is None else next(iter(parts_of(beside[1])), "")
    if re.fullmatch(r"\[[^\[\]]*\]", first) is not None:
        last = str(len(parts_of(first[1:-1])) - 1)
    elif re.fullmatch(r"\w+", first) is not None:
        last = f"len({first}) - 1"
    else:
        return None
    if numbered is not None:
        return f"for {target} in {through}", target.partition(",")[0].strip(), last
    several = f"({target})" if "," in target and not target.startswith("(") else target
    return f"for i, {several} in enumerate({values})", "i", last


_WINDOW = regex(
    r"\b(?:(?:Separable|Depthwise)?Conv\dD(?:Transpose)?|(?:Max|Average)Pooling\dD)\((?:[^()]|\([^()]*\))*\)"
)
_PADDING = regex(r",?[ ]*\bpadding[ ]*=[ ]*[\"']\w+[\"']")
_MOST = 6


def with_padding(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Layers with a window that lose an edge of what is declared, or keep one: one of them with the other padding, the last first, or all."""
    if where.about.code != "DSL386" and "padding" not in (where.about.help or ""):
        return
    windows = [
        (row, each)
        for row in range(where.extent[0], where.extent[1] + 1)
        for each in _WINDOW.finditer(where.lines[row - 1].partition("#")[0])
    ]
    windows = [
        each for each in windows if not re.match(r"\w+\([^,()]*,[ ]*\(?1\b", each[1][0])
    ]  # which lose none
    losing = [each for each in windows if not re.search(r"padding[ ]*=[ ]*[\"'](?:same|SAME)", each[1][0])]
    for one in losing[::-1][:_MOST]:
        yield _padded(where, [one])
    convolutions = [each for each in losing if "Conv" in each[1][0]]
    for several in (convolutions, losing):
        if 1 < len(several) <= _MOST * 4:
            yield _padded(where, several)


def _padded(where: Where, layers: list[tuple[int, re.Match[str]]]) -> Right:
    """The lines of these layers, which keep the sizes."""
    made: dict[int, str] = {}
    for row, each in reversed(layers):
        line = made.get(row, where.lines[row - 1])
        call = f'{_PADDING.sub("", each[0])[:-1]}, padding="same")'
        made[row] = line[: each.start()] + call + line[each.end() :]
    return tuple((row, row, (line,)) for row, line in sorted(made.items()))


_POOLED = regex(
    r"\b(?P<kind>Average|Max)Pooling(?P<axes>\d)D\((?:[^()]|\([^()]*\))*\)[ ]*->[ ]*Flatten(?:\(\))?(?!\w)"
)
_LARGE = 4


def whole(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A large window, the last of its chain, that does not fit: the pooling over all there is, whatever its size."""
    line = where.lines[where.row - 1]
    window = re.search(r"a window of (\d+) does not fit", where.about.text)
    if window is None or int(window[1]) < _LARGE:
        return
    for pooled in _POOLED.finditer(line):
        over_all = f"Global{pooled['kind']}Pooling{pooled['axes']}D"
        yield ((where.row, where.row, (f"{line[:pooled.start()]}{over_all}{line[pooled.end():]}",)),)


_VECTOR = regex(r"(?P<begin>input[ ]+\w+[ ]*:[ ]*\([ ]*\w+\??)[ ]*,?[ ]*\)(?P<behind>.*)")


def steps_of_one_value(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A vector that goes into a `Conv1D`: each of its numbers is a step."""
    for row in range(where.extent[0] + 1, where.row):
        vector = _VECTOR.fullmatch(where.text(row))
        if vector is not None:
            yield ((row, row, (f"{where.indent(row)}{vector['begin']}, 1){vector['behind']}",)),)


_COMES = regex(r"the input `\w+` is declared as \((?P<want>[\d, ]+)\), and it is \(None, (?P<have>[\d, ]+)\)")


def as_it_comes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """An input of a model of other numbers than what comes into it where it is used."""
    sizes = _COMES.match(where.about.text)
    line = where.lines[where.row - 1]
    is_model = where.text(where.extent[0]).startswith("model ")
    if sizes is not None and is_model and line.count(f"({sizes['want']})") == 1:
        yield ((where.row, where.row, (line.replace(f"({sizes['want']})", f"({sizes['have']})"),)),)


_MERGED = regex(
    r"\[(?:[^\[\]]|\[[^\[\]]*\])*\](?=[ ]*->[ ]*(?:Add|Concatenate|Multiply|Average|Maximum|Minimum|Subtract)\b)"
)
_GIVES = regex(r"(?P<name>[a-z]\w*)[ ]*=(?!=)")


def with_another_value(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A list of values that do not fit together: one of them is another value of the body, the nearest first."""
    line = where.lines[where.row - 1]
    merged = _MERGED.search(line)
    if merged is None:
        return
    parts = parts_of(merged[0][1:-1])
    above = (_GIVES.match(where.text(row)) for row in range(where.row - 1, where.extent[0], -1))
    others = [each for each in dict.fromkeys(one["name"] for one in above if one) if each not in parts]
    for at, part in enumerate(parts):
        for other in others[:_MOST] if part.isidentifier() else ():
            right = _merging(line, merged, [*parts[:at], other, *parts[at + 1 :]])
            yield ((where.row, where.row, (right,)),)


def _merging(line: str, merged: re.Match[str], parts: Sequence[str]) -> str:
    """A line that merges other values."""
    return f"{line[:merged.start()]}[{', '.join(parts)}]{line[merged.end():]}"


def exchanged(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The lists of a body that are merged, with two names in the place of each other: skips in the wrong order."""
    own = _merged_in(where.lines[where.row - 1])
    rows = [row for row in where.item if _merged_in(where.lines[row - 1])]
    others = {each for row in rows for each in _merged_in(where.lines[row - 1]) if each not in own}
    for one, other in product(own, sorted(others)[:_MOST]):
        yield where.rewritten(rows, partial(_with_names, {one: other, other: one}))


def _merged_in(line: str) -> list[str]:
    """The names that are merged in a line."""
    merged = _MERGED.search(line.partition("#")[0])
    return [] if merged is None else [each for each in parts_of(merged[0][1:-1]) if each.isidentifier()]


def _with_names(names: Mapping[str, str], line: str) -> str:
    """A line that merges other names."""
    return _MERGED.sub(lambda each: re.sub(r"\w+", lambda name: names.get(name[0], name[0]), each[0]), line)


def flattened(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A vector beside a sequence, which the advice makes a vector, too."""
    meant = regex(r"write `Flatten` behind the (first|second)").match(where.about.help or "")
    line = where.lines[where.row - 1]
    merged = _MERGED.search(line)
    if meant is None or merged is None:
        return
    parts, at = parts_of(merged[0][1:-1]), ("first", "second").index(meant[1])
    if at < len(parts):
        parts[at] = f"{parts[at]} -> Flatten"
        yield ((where.row, where.row, (_merging(line, merged, parts),)),)


def for_each_step(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A vector beside a sequence: the same vector for each of its steps."""
    shown = " ".join([where.about.text, where.about.help or "", *(each.text for each in where.about.labels)])
    steps = re.search(r"\(None, (\d+), \d+\)", shown)
    line = where.lines[where.row - 1]
    merged = _MERGED.search(line)
    if steps is None or merged is None:
        return
    parts = parts_of(merged[0][1:-1])
    for at in reversed(range(len(parts))):
        if _row_of_weight(where, parts[at]) is not None:
            continue  # it has no batch
        repeated = f"{parts[at]} -> RepeatVector({steps[1]})"
        right = _merging(line, merged, [*parts[:at], repeated, *parts[at + 1 :]])
        yield ((where.row, where.row, (right,)),)


def for_each_sample(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A weight beside a sequence, which is a step of its own: declared with all axes, and repeated for each sample."""
    line = where.lines[where.row - 1]
    merged = _MERGED.search(line)
    parts = [] if merged is None else parts_of(merged[0][1:-1])
    for at, part in enumerate(parts):
        row = _row_of_weight(where, part)
        if merged is None or row is None or len(parts) != 2:
            continue
        before, shape, behind = re.split(r"\((.*?)\)", where.lines[row - 1], maxsplit=1)
        declared = f"{before}({', '.join(['1', '1', *parts_of(shape)][-3:])}){behind}"
        written = [
            f"ops.repeat({part}, ops.shape({parts[1 - at]})[0], axis=0)" if each == part else each
            for each in parts
        ]
        right = _merging(line, merged, written)
        yield ((row, row, (declared,)), (where.row, where.row, (right,)))


def _row_of_weight(where: Where, name: str) -> int | None:
    """The line of the item that declares a weight of this name, with its shape in brackets."""
    declared = regex(rf"weight[ ]+{re.escape(name)}[ ]*:[ ]*\([^()]*\).*")
    return next((row for row in where.item if declared.fullmatch(where.text(row))), None)


def flat_steps(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Steps of several axes before a recurrent layer: a vector for each, as the advice says."""
    about, flat = where.about, "TimeDistributed(Flatten())"
    if f"`{flat}` before it" in (about.help or "") and where.row == about.span.row:
        line, at = where.lines[where.row - 1], about.span.begin.column - 1
        yield ((where.row, where.row, (f"{line[:at]}{flat} -> {line[at:]}",)),)
    elif f"write `{flat}`" in (about.help or ""):
        rows = {each.span.row for each in about.labels if each.span.text.startswith("Flatten")}
        yield where.rewritten(sorted(rows), lambda line: _FLATTEN.sub(flat, line))


_FLATTEN = regex(r"(?<![\w(])Flatten(?:\(\))?(?!\w)")
_TURNED = regex(r"\bops\.transpose\([ ]*(?P<name>\w+)[ ]*\)")


def last_two_axes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`ops.matmul(q, ops.transpose(k))`, which turns the batch, too: only the last two axes change places."""
    line = where.lines[where.row - 1]
    yield ((where.row, where.row, (_TURNED.sub(r"ops.swapaxes(\g<name>, -2, -1)", line),)),)


def pooled(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A `Flatten` of sizes that nobody knows: what its place takes."""
    meant = re.search(r"write `(\w+)` in the place of `Flatten`", where.about.help or "")
    rows = {where.row, *(each.span.row for each in where.about.labels if "Flatten" in each.span.text)}
    if meant is not None:
        flatten = regex(r"\bFlatten(?:\(\))?(?!\w)")
        yield where.rewritten(sorted(rows), lambda line: flatten.sub(meant[1], line))


_PICTURE = regex(
    r"(?P<before>input[ ]+\w+[ ]*:[ ]*\([^(),]+,[^(),]+,[ ]*)(?:\?|None|\w+\?)(?P<behind>[ ]*,?[ ]*\).*)"
)


def of_colours(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A picture of which no size is known, before a convolution, that needs its channels."""
    if re.match(r"`\w*Conv2D\w*` needs to know the number of channels", where.about.text) is None:
        return
    for row in where.item:
        picture = _PICTURE.fullmatch(where.text(row))
        if picture is not None:
            yield ((row, row, (f"{where.indent(row)}{picture['before']}3{picture['behind']}",)),)


_REDUCED = regex(
    r"(?P<before>.*\baxis[ ]*=[ ]*[(\[][ ]*\d(?:[ ]*,[ ]*\d)*?)[ ]*,[ ]*\d[ ]*(?P<behind>[)\]].*)"
)


def with_features(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`ops.mean(x, axis=[1, 2, 3])` before a layer of features: over all axes but the last."""
    rows = [where.row, *(each.span.row for each in where.about.labels)]
    for row in sorted({*rows}) if "(None,)" in where.about.text else ():
        reduced = _REDUCED.fullmatch(where.lines[row - 1])
        if reduced is not None:
            yield ((row, row, (f"{reduced['before']}{reduced['behind']}",)),)


_WEIGHT = regex(
    r"(?P<before>[ ]*weight[ ]+\w+[ ]*:[ ]*\([ ]*)(?P<first>[^(),]+?)[ ]*,[ ]*(?P<second>[^(),]+?)(?P<behind>[ ]*\).*)"
)


def turned_weight(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A matrix whose sizes are declared in the other order than that in which it is multiplied."""
    for row in where.item:
        weight = _WEIGHT.fullmatch(where.lines[row - 1])
        if weight is not None:
            line = f"{weight['before']}{weight['second']}, {weight['first']}{weight['behind']}"
            yield ((row, row, (line,)),)


_ADVISED = (
    regex(r"^`(?P<name>\w+)=(?P<value>[^`]+)` fits"),
    regex(r"`(?P<name>\w+)` can be (?P<value>\d+)$"),
)


def as_advised(found: re.Match[str], where: Where) -> Iterator[Right]:
    """An argument of which the advice knows another value."""
    for pattern in _ADVISED:
        meant = pattern.search(where.about.help or "")
        if meant is not None:
            line = where.lines[where.row - 1]
            given = re.search(rf"\b{meant['name']}[ ]*=[ ]*(\([^()]*\)|[\w.-]+)", line)
            if given is not None:
                right = f"{line[:given.start(1)]}{meant['value']}{line[given.end(1):]}"
                yield ((where.row, where.row, (right,)),)


_INPUT = regex(r"(?P<before>input[ ]+\w+[ ]*:[ ]*\()(?P<first>[^(),]+),[ ]*(?P<rest>[^()]+)(?P<behind>\).*)")
_BATCH = regex(r"(?i)batch\w*|bs|[bn]\??|(?:n|num)_?samples|-1|\?")


def without_batch(found: re.Match[str], where: Where) -> Iterator[Right]:
    """An input of which the advice asks whether its first size is the batch."""
    if re.match(r"is \S+ the batch\? it is left out of shapes: write `", where.about.help or "") is not None:
        yield from _without_first(where, False)


def without_named_batch(found: re.Match[str], where: Where) -> Iterator[Right]:
    """An input whose first size has the name of the batch."""
    yield from _without_first(where, True)


def _without_first(where: Where, is_named: bool) -> Iterator[Right]:
    for row in range(where.extent[0] + 1, where.row):
        shape = _INPUT.fullmatch(where.text(row))
        if shape is None or (is_named and _BATCH.fullmatch(shape["first"].strip()) is None):
            continue
        rest = shape["rest"].rstrip(", ")
        line = f"{shape['before']}{rest}{'' if ',' in rest else ','}{shape['behind']}"
        yield ((row, row, (f"{where.indent(row)}{line}",)),)


_OF_IMAGES = regex(
    r"(?<![\w(])(?:(?:Separable|Depthwise)?Conv2D|(?:Global)?(?:Max|Average)Pooling2D|UpSampling2D|ZeroPadding2D|Flatten)\b(?:\((?:[^()]|\([^()]*\))*\))?"
)


def each_step(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Layers of images behind a sequence of these: they take each for itself, up to the layer that takes the steps together."""
    if not (where.about.help or "").startswith("`TimeDistributed("):
        return
    changed: list[Change] = []
    for row in range(where.row, where.extent[1] + 1):
        line = where.lines[row - 1]
        new = _OF_IMAGES.sub(lambda each: f"TimeDistributed({each[0]})", line)
        if new != line:
            changed.append((row, row, (new,)))
            yield tuple(changed)


_SUM = regex(r"(?P<begin>.*?)(?P<first>\b[a-z]\w*)(?P<sign>[ ]*[-+*][ ]*)(?P<second>[a-z]\w*)(?P<end>.*)")


def projected(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A shortcut with other channels than what it is added to: the layer that the advice names brings it to these."""
    advice = where.about.help or ""
    if where.row != where.about.span.row or _BROUGHT.match(advice) is None or ";" in advice:
        return
    line = where.lines[where.row - 1]
    merged, added = _MERGED.search(line), _SUM.fullmatch(line)
    for meant in _BEHIND.finditer(advice):
        at = ("first", "second").index(meant["which"])
        if merged is not None:
            parts = parts_of(merged[0][1:-1])
            if at < len(parts):
                parts[at] = f"{parts[at]} -> {meant['layer']}"
                right = _merging(line, merged, parts)
                yield ((where.row, where.row, (right,)),)
        elif added is not None:
            values = [added["first"], added["second"]]
            values[at] = f"({values[at]} -> {meant['layer']})"
            right = f"{added['begin']}{values[0]}{added['sign']}{values[1]}{added['end']}"
            yield ((where.row, where.row, (right,)),)


_BEHIND = regex(r"`(?P<layer>[^`]+)` behind the (?P<which>first|second)")
_BROUGHT = regex(r"`[^`]+` behind the (?:first|second) brings it")


_SIZES = regex(r"\b(\d+) (?:against|and) (\d+)\b")
_SIZED = regex(r"(?P<before>input[ ]+\w+[ ]*:[ ]*\()(?P<sizes>[^()]*\d[^()]*)(?P<behind>\).*)")


def of_the_parameter(found: re.Match[str], where: Where) -> Iterator[Right]:
    """An input with a number where a parameter of its model says another, with which all fits: `model Net(length = 40) { input x: (60,)`."""
    met = _SIZES.search(f"{where.about.text} {where.about.caption}")
    if met is None:
        return
    given: dict[str, str] = {}
    for row in where.file:
        text = where.text(row)
        if text.startswith(("model ", "block ")):
            given = dict(_NUMBERED.findall(text)) if text.startswith("model ") else {}
        shape = _SIZED.fullmatch(text)
        sizes = [] if shape is None else shape["sizes"].split(",")
        for size, other in (met.groups(), met.groups()[::-1]):
            name = next((each for each, number in given.items() if number == other), None)
            places = [at for at, each in enumerate(sizes) if each.strip() == size]
            if shape is not None and name is not None and len(places) == 1:
                sizes[places[0]] = sizes[places[0]].replace(size, name)
                line = f"{where.indent(row)}{shape['before']}{','.join(sizes)}{shape['behind']}"
                yield ((row, row, (line,)),)
                break


_NUMBERED = regex(r"(\w+)[ ]*=[ ]*(\d+)(?![\w.])")


def channels_last(found: re.Match[str], where: Where) -> Iterator[Right]:
    """An image with its channels first: last, as the advice says."""
    meant = re.match(r"put the channels last, `(\([^`]+\))`", where.about.help or "")
    for row in range(where.extent[0] + 1, where.row if meant is not None else 0):
        shape = re.fullmatch(r"(input[ ]+\w+[ ]*:[ ]*)(\([^()]*\))(.*)", where.text(row))
        if meant is not None and shape is not None:
            yield ((row, row, (f"{where.indent(row)}{shape[1]}{meant[1]}{shape[3]}",)),)


def divided_sizes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`ops.reshape(q, (-1, heads, dim / heads))`: whole numbers in what is refused."""
    yield from where.marked_as(re.sub(r"(?<!/)/(?!/)", "//", where.about.span.text))


def divided(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Sizes that are divided: whole numbers."""
    line = where.lines[where.row - 1]
    shape, equals, rest = line.partition("=")
    written = re.sub(r"(?<!/)/(?!/)", "//", shape) + equals + rest
    yield ((where.row, where.row, (written,)),)
