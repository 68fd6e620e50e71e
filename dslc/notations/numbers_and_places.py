"""Axes, numbers and values in another form: axes without the batch, ranges of parts, values in the brackets of what several flow into.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    t = ops.transpose(x, (1, 0))         t = ops.transpose(x, (0, 2, 1))
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.keras import layers
from dslc.notations.around import Right, Where
from dslc.notations.between_files import inputs_of
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

_CALLED = regex(
    rf"(?P<before>(?:output[ ]+|return[ ]+)?(?:\w+(?:[ ]*,[ ]*\w+)*[ ]*=[ ]*)?)(?:(?P<flow>[a-z]\w*)[ ]*->[ ]*)?(?P<name>[A-Z]\w*)\((?P<given>{GIVEN})\)(?P<behind>(?:[ ]*->.*)?)"
)


def all_of_them(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Distance(x, y)` and `x -> Distance(y)` of a block with two inputs: both come along the arrow."""
    call = _CALLED.fullmatch(where.text(where.row))
    if call is None:
        return
    takes, parts = inputs_of(where, call["name"]), parts_of(call["given"])
    flows = [*([call["flow"]] if call["flow"] else []), *parts][: len(takes)]
    rest = parts[len(takes) - bool(call["flow"]) :]
    if (
        len(takes) < 2
        or len(flows) < len(takes)
        or not all(re.fullmatch(r"[a-z]\w*", each) for each in flows)
    ):
        return
    told = f"({', '.join(rest)})" if rest else ""
    line = f"{call['before']}({', '.join(flows)}) -> {call['name']}{told}{call['behind']}"
    yield ((where.row, where.row, (where.indented(line),)),)


def with_more_words(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output_length=` for `output_sequence_length=`: the one argument whose words hold all of these."""
    said = re.match(r"`(\w+)` has no argument `(\w+)`", where.about.text)
    row = None if said is None else layers.find(said[1])
    if said is None or row is None or not (where.about.help or "").startswith("its arguments are"):
        return
    words = set(said[2].split("_"))
    names = [each.name for each in layers.signature(row).constructor if words < set(each.name.split("_"))]
    line, at = where.lines[where.row - 1], where.about.span.begin.column - 1
    if len(names) == 1 and where.row == where.about.span.row and line[at:].startswith(said[2]):
        yield ((where.row, where.row, (f"{line[:at]}{names[0]}{line[at + len(said[2]):]}",)),)


_TURNED = regex(r"(\bops\.(?:transpose|permute)\([ ]*\w+[ ]*,[ ]*(?:axes[ ]*=[ ]*)?)[(\[]([\d, ]+)[)\]]")


def with_batch(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`ops.transpose(x, (1, 0))` of a tensor with a batch: axis 0 stays."""

    def written(one: re.Match[str]) -> str:
        axes = [int(each) for each in parts_of(one[2])]
        if sorted(axes) != list(range(len(axes))):
            return one[0]
        return f"{one[1]}({', '.join(map(str, [0, *(each + 1 for each in axes)]))})"

    yield ((where.row, where.row, (_TURNED.sub(written, where.lines[where.row - 1]),)),)


_RANGE = regex(r"\brange\([ ]*([\d.]+)[ ]*,[ ]*([\d.]+)[ ]*,[ ]*([\d.]+)[ ]*\)")
_MOST = 20


def each_part(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`range(0.1, 0.5, 0.1)`: a list of what it would hold."""
    line = where.lines[where.row - 1]
    one = _RANGE.search(line)
    if one is None or "." not in one[0] or any(each.count(".") > 1 for each in one.groups()):
        return
    first, last, step = (float(each) for each in one.groups())
    if step > 0 and 0 < (last - first) / step <= _MOST:
        count = max(1, round((last - first) / step + 0.499))
        values = ", ".join(f"{round(first + step * at, 6):g}" for at in range(count))
        yield ((where.row, where.row, (f"{line[:one.start()]}[{values}]{line[one.end():]}",)),)


_SPACED = regex(
    r"(?:\[(?P<each>\w+)(?:\.item\(\))?[ ]+for[ ]+(?P=each)[ ]+in[ ]+)?(?:\w+\.)*linspace\([ ]*(?P<first>[\w.]+)[ ]*,[ ]*(?P<last>[\w.]+)[ ]*,[ ]*(?:num[ ]*=[ ]*|steps[ ]*=[ ]*)?(?P<count>\w+)[ ]*\)(?:\.tolist\(\))?(?(each)\])"
)


def spaced(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`np.linspace(0, 0.2, depth)` that a loop goes through: a list of numbers."""
    names = [each for each in ("i", "k", "place") if not re.search(rf"\b{each}\b", where.text(where.row))]

    def written(one: re.Match[str]) -> str:
        first, last, count, i = one["first"], one["last"], one["count"], names[0]
        steps = str(int(count) - 1) if count.isdigit() and int(count) > 1 else f"max(1, {count} - 1)"
        if first in ("0", "0.", "0.0"):
            return f"[{last} * {i} / {steps} for {i} in range({count})]"
        return f"[{first} + ({last} - {first}) * {i} / {steps} for {i} in range({count})]"

    line = where.text(where.row)
    bound = re.match(r"(\w+)[ ]*=(?!=)", line)
    below = "\n".join(where.text(row) for row in range(where.row + 1, where.extent[1] + 1))
    is_static = line.startswith("for ") or (
        bound is not None
        and re.search(rf"\bin[ ]+(?:\w+\(.*)?{bound[1]}\b|\b{bound[1]}\[", below) is not None
    )
    if names and is_static:
        yield ((where.row, where.row, (_SPACED.sub(written, where.lines[where.row - 1]),)),)


def as_whole_number(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`ops.one_hot(i, 10.0)`: a whole number."""
    text = where.about.span.text
    if re.fullmatch(r"\d+\.0*", text):
        yield from where.marked_as(text.partition(".")[0])


MATH = "sqrt|isqrt|log|log2|log10|exp|sin|cos|tan|pow|prod|gcd|floor|ceil"
"""Functions of `math`, which people call by themselves."""

_OF_MATH = regex(rf"(?<![\w.])(?:{MATH})(?=\()")


def of_numbers(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(int(sqrt(n)))`: functions of numbers."""
    yield ((where.row, where.row, (_OF_MATH.sub(r"math.\g<0>", where.lines[where.row - 1]),)),)


def in_a_comment(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Lines between two lines of three quotes: comments."""
    mark = where.text(where.row)[:3]
    lines = [re.sub(r"^[\"']{3}[ ]*", "", where.text(where.row))]
    for row in range(where.row + 1, where.extent[1] + 1):
        text = where.lines[row - 1].strip()
        lines.append(re.sub(r"[ ]*[\"']{3}$", "", text))
        if text.endswith(mark):
            yield ((where.row, row, tuple(where.indented(f"# {each}") for each in lines if each)),)
            return


def in_braces(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Net = model(…)` with lines that end in commas: a body in braces."""
    lines: list[str] = []
    for row in range(where.row + 1, len(where.lines) + 1):
        if where.text(row) == ")":
            head = f"{found['word']} {found['name']} {{"
            yield ((where.row, row, (head, *lines, "}")),)
            return
        lines.append(where.lines[row - 1].rstrip().removesuffix(","))


def counted_for_tensors(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`positions = range(n)`, then `positions -> Embedding(n, 8)`: the numbers as a tensor."""
    name = where.about.span.text
    if "is a range" not in where.about.text:
        return
    rows = [row for row in where.item[1:] if re.match(rf"{re.escape(name)}[ ]*=[ ]*range\(", where.text(row))]
    changed = where.rewritten(
        rows[:1] or [where.row], lambda line: re.sub(r"(?<![\w.])range\(", "ops.arange(", line, count=1)
    )
    if changed:
        yield changed


def on_the_axis_that_fits(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`ops.concatenate([a, b], axis=1)`, of which all sizes but those of another axis are equal."""
    fits = re.match(r"`(axis=\d+)` fits", where.about.help or "")
    if fits is not None and where.row == where.about.span.row:
        line = re.sub(r"\baxis[ ]*=[ ]*-?\d+", fits[1], where.lines[where.row - 1], count=1)
        yield ((where.row, where.row, (line,)),)


_SIZE = regex(r"(?<![\w.])(?P<name>[a-z]\w*)\.(?P<size>height|width|channels|depth|steps|features)\b(?!\()")
_PLACES = {"height": 1, "width": 2, "channels": -1, "depth": 1, "steps": 1, "features": -1}


def sizes_by_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x.height * x.width`: `x.shape[1] * x.shape[2]`."""
    yield where.rewritten(
        [where.row],
        lambda line: _SIZE.sub(lambda one: f"{one['name']}.shape[{_PLACES[one['size']]}]", line),
    )


def contract_with_words(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`extern Attn(dim) from my.layers { (T, D) -> (T, dim) }`: an input and an output, with sizes that each use brings."""
    sizes = [each if not each.isidentifier() else f"{each}?" for each in parts_of(found["given"])]
    given, made = (
        f"({', '.join(each)}{',' if len(each) == 1 else ''})" for each in (sizes, parts_of(found["made"]))
    )
    yield ((where.row, where.row, (where.indented(f"{found['head']} input x: {given}  output {made} }}"),)),)
