"""Several values: a layer for each of them where one flows, a name for each that a model gives, an axis for one that lacks it, no types.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    outs = [a, b] -> enc                        outs = [a -> enc, b -> enc]
    p, q = [a, b] -> [Dense(4), Dense(2)]       p, q = [a -> Dense(4), b -> Dense(2)]
    f = image -> taps(base, ["one", "two"])     f, _ = image -> taps(base, ["one", "two"])
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.notations.commas import parts_of
from dslc.regex import regex


def over_each(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`outs = [a, b] -> enc` of a shared layer."""
    flows = regex(
        rf"(?P<before>(?:\w+[ ]*=[ ]*|output[ ]+))\[[ ]*(?P<values>\w+(?:[ ]*,[ ]*\w+)+)[ ]*\][ ]*->[ ]*{found['layer']}(?P<behind>(?:[ ]*->.*)?)"
    )
    for row in where.below:
        one = flows.fullmatch(where.text(row))
        if one is not None:
            each = [f"{value} -> {found['layer']}" for value in parts_of(one["values"])]
            yield ((row, row, (f"{where.indent(row)}{one['before']}[{', '.join(each)}]{one['behind']}",)),)


def one_by_one(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`p, q = [a, b] -> [Dense(4), Dense(2)]`, with as many layers as values."""
    values, layers = parts_of(found["values"]), parts_of(found["layers"])
    if len(values) == len(layers) == len(parts_of(found["names"])):
        each = [f"{value} -> {layer}" for value, layer in zip(values, layers, strict=True)]
        line = f"{', '.join(parts_of(found['names']))} = [{', '.join(each)}]"
        yield ((where.row, where.row, (where.indented(line),)),)


_TAPPED = regex(r"(?P<name>[a-z]\w*)[ ]*=[ ]*(?P<value>.*->[ ]*taps\(\w+[ ]*,[ ]*\[(?P<layers>[^\[\]]*)\]\))")


def taps_by_names(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`f = image -> taps(base, ["one", "two"])`, of which one flows on: the last, which is the deepest."""
    for row in range(where.extent[0], where.row + 1):
        one = _TAPPED.fullmatch(where.text(row))
        if one is not None:
            names = ["_"] * (len(parts_of(one["layers"])) - 1) + [one["name"]]
            yield ((row, row, (f"{where.indent(row)}{', '.join(names)} = {one['value']}",)),)


def with_an_axis(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`[image, mask] -> Concatenate`, of which one has no channels: an axis more for that."""
    values = parts_of(found["values"])
    for place, value in enumerate(values):
        given = [*values[:place], f"ops.expand_dims({value}, -1)", *values[place + 1 :]]
        line = f"{found['before']}{', '.join(given)}{found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)


_TYPE = regex(
    r"[ ]*:[ ]*(?!layer\b)(?:\w+\.)*[A-Za-z]\w*(?:\[[^\[\]]*(?:\[[^\[\]]*\])?[^\[\]]*\])?(?=[ ]*[=,)])"
)


def without_types(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Net(widths: List[int] = [8, 4]) {`: the parameters without their types."""
    yield where.rewritten([where.row], lambda line: _TYPE.sub("", line))
