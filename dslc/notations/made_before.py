"""Layers that are made under plain names before they are used: connected in lines of their own, frozen, put into a cell of TensorFlow 1.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    conv = Conv2D(8, 3)             conv = image -> Conv2D(8, 3)
    image -> conv
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import camel_case
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

_MADE = regex(rf"(?P<name>[a-z]\w*)[ ]*=[ ]*(?P<layer>(?:layers\.)?[A-Z]\w*(?:\({GIVEN}\))?)")
_CONNECTED = regex(r"[a-z]\w*(?:[ ]*->[ ]*[a-z]\w*)+")


def connected(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`image -> conv`, `conv -> pool` of layers that lines above give names to: each is made where data comes into it."""
    body = range(where.extent[0] + 1, where.extent[1] + 1)
    made = {one["name"]: (row, one["layer"]) for row in body if (one := _MADE.fullmatch(where.text(row)))}
    edges = {
        row: re.split(r"[ ]*->[ ]*", where.text(row)) for row in body if _CONNECTED.fullmatch(where.text(row))
    }
    into = [name for ends in edges.values() for name in ends[1:]]
    if not edges or len(set(into)) < len(into) or not set(into) <= set(made):
        return  # one that is used twice is shared
    changes: list[Change] = [(made[name][0], made[name][0], ()) for name in into]
    for row, (first, *others) in edges.items():
        before = [first, *others]
        lines = (f"{name} = {flow} -> {made[name][1]}" for flow, name in zip(before, others, strict=False))
        changes.append((row, row, tuple(where.indent(row) + line for line in lines)))
    yield tuple(sorted(changes))


def frozen_there(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Critic.trainable = False` of a model: where it is used, in this body."""
    name, value = found["name"], found["value"]
    use = regex(rf"(->[ ]*){name}\b(?:\(({GIVEN})\))?")
    changes: list[Change] = [(where.row, where.row, ())]
    for row in range(where.row + 1, where.extent[1] + 1):
        line = use.sub(
            lambda each: f"{each[1]}{name}({', '.join([*parts_of(each[2] or ''), f'trainable={value}'])})",
            where.lines[row - 1],
        )
        if line != where.lines[row - 1]:
            changes.append((row, row, (line,)))
    yield tuple(changes)


def frozen_in_python(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`for layer in base.layers[:-20] { layer.trainable = False }`: all of the model, or nothing here where it is a part."""
    inside = where.body()
    each, name = found["each"], found["name"]
    if "single layers" in (where.about.help or ""):
        return  # which says it all
    if inside is None or not all(
        re.fullmatch(rf"{each}\.trainable[ ]*=[ ]*False", line) for line in inside[1]
    ):
        return
    if not found["part"]:
        given = regex(rf"((?:shared[ ]+)?{name}[ ]*=[ ]*[\w.]+\()({GIVEN})(\).*)")
        for row in range(where.row - 1, where.extent[0], -1):
            made = given.fullmatch(where.text(row))
            if made is not None:
                told = ", ".join([*parts_of(made[2]), "trainable=False"])
                yield (
                    (row, row, (f"{where.indent(row)}{made[1]}{told}{made[3]}",)),
                    (where.row, inside[0], ()),
                )
                return
    yield ((where.row, inside[0], ()),)


_CELL = regex(
    r"(?<![\w.])(?:tf\.)?(?:compat\.v1\.)?(?:nn\.)?(?:(?:contrib\.)?rnn(?:_cell)?\.)?(?:Basic)?(?P<cell>(?:LSTM|GRU)Cell|RNNCell)(?=\()"
)


def through_all_steps(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`outputs, state = tf.nn.dynamic_rnn(cell, x)`, with the cell above: a layer."""
    name, out, state = found["cell"], found["out"], found["state"]
    read = "\n".join(where.text(row) for row in range(where.row + 1, where.extent[1] + 1))
    if re.search(rf"\b{state}\b", read):
        return  # which is another thing for each cell
    making = regex(rf"{name}[ ]*=[ ]*(?P<made>.+)")
    rows = (row for row in range(where.row - 1, where.extent[0], -1) if making.fullmatch(where.text(row)))
    row = next(rows, None)
    made = None if row is None else making.fullmatch(where.text(row))
    if row is None or made is None:
        return
    cells = _CELL.sub(lambda each: each["cell"].replace("RNNCell", "SimpleRNNCell"), made["made"])
    cells = re.sub(r"^(?:\w+\.)*MultiRNNCell\((.*)\)$", r"\1", cells)
    line = where.indented(f"{out} = {found['value']} -> RNN({cells}, return_sequences=True)")
    yield ((row, row, ()), (where.row, where.row, (line,)))


def cells_above(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The same, told at the line with the cells."""
    loop = regex(
        r"(?P<out>\w+)[ ]*,[ ]*(?P<state>\w+)[ ]*=[ ]*tf\.nn\.(?:dynamic|static)_rnn\([ ]*(?P<cell>\w+)[ ]*,[ ]*(?:inputs[ ]*=[ ]*)?(?P<value>\w+)\b.*\)"
    )
    for row in range(where.row + 1, where.extent[1] + 1):
        used = loop.fullmatch(where.text(row))
        if used is not None:
            yield from through_all_steps(used, where.at(row))
            return


def branches(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> { a: Conv2D(8, 1), b: Conv2D(8, 3) } -> Concatenate`: a list."""
    inside = where.inside()
    begin, _, rest = where.text(where.row).partition("{")
    if inside is None:
        return
    last, lines = inside
    behind = where.text(last).rpartition("}")[2]
    if last == where.row:
        rest, _, behind = rest.rpartition("}")
        lines = parts_of(rest)
    else:
        lines = [each for each in lines if each not in (behind.strip(), "")]
    made = [re.sub(r"^[\"']?\w+[\"']?[ ]*[:=][ ]*", "", each.rstrip(",")) for each in lines]
    if len(made) < 2 or not all(re.match(r"[A-Z_]", each) for each in made):
        return
    merge = "" if re.match(r"[ ]*->", behind) else " -> Concatenate"
    text = f"{begin}[{', '.join(made)}]{merge}{behind}"
    yield ((where.row, last, (where.indented(text),)),)


def as_the_model_takes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """An input of another shape than the model of `keras.applications` that it comes into."""
    said = re.search(
        r"is declared as \(None, (?P<want>[^()]+)\), and it is \(None, (?P<have>[^()]+)\)", where.about.text
    )
    if said is None or not (where.about.help or "").startswith("change the declared shape"):
        return
    shape = regex(rf"(input[ ]+\w+[ ]*:[ ]*)\({re.escape(said['have'])}\)(.*)")
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        one = shape.fullmatch(where.text(row))
        if one is not None:
            yield ((row, row, (f"{where.indent(row)}{one[1]}({said['want']}){one[2]}",)),)
            return


def as_its_states(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A decoder of other units than the states with which it begins: as many as they have."""
    said = re.match(r"`(?P<layer>\w+)\((?P<units>\d+)\)` keeps such a state", where.about.help or "")
    if said is not None:
        line = where.lines[where.row - 1]
        written = re.sub(
            rf"(->[ ]*{said['layer']}\([ ]*(?:units[ ]*=[ ]*)?)\d+", rf"\g<1>{said['units']}", line
        )
        yield ((where.row, where.row, (written,)),)


def chosen_there(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`rnn = LSTM if kind else GRU`, and `x -> rnn(16)`: the choice at the arrow."""
    name = where.about.span.text.partition("(")[0]
    making = regex(
        rf"{re.escape(name)}[ ]*=[ ]*(?P<one>[A-Z]\w*)[ ]+if[ ]+(?P<test>.+?)[ ]+else[ ]+(?P<other>[A-Z]\w*)"
    )
    rows = range(where.row - 1, where.extent[0], -1) if name.isidentifier() else ()
    row = next((each for each in rows if making.fullmatch(where.text(each))), None)
    made = None if row is None else making.fullmatch(where.text(row))
    if row is None or made is None:
        return
    one, test, other = made["one"], made["test"], made["other"]
    line = re.sub(
        rf"(->[ ]*){name}(\({GIVEN}\))?",
        lambda each: f"{each[1]}({one}{each[2] or ''} if {test} else {other}{each[2] or ''})",
        where.lines[where.row - 1],
    )
    yield ((row, row, ()), (where.row, where.row, (line,)))


def all_are_layers(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Gan(generator, critic)`, whose parameters all stand behind arrows: layers, which a model has from the start."""
    body = "\n".join(where.text(row) for row in range(where.extent[0] + 1, where.extent[1] + 1))
    is_model = found["head"].startswith("model")
    given: list[str] = []
    for each in parts_of(found["given"]):
        if not each.isidentifier() or not re.search(rf"->[ ]*{each}\b", body):
            given.append(each)
            continue
        named = camel_case(each)
        is_there = any(re.match(rf"(?:model|block)[ ]+{named}\b", line) for line in where.lines)
        default = f" = {named if is_there else 'Dense(8)'}" if is_model else ""
        given.append(f"{each}: layer{default}")
    yield ((where.row, where.row, (where.indented(f"{found['head']}({', '.join(given)}){found['rest']}"),)),)


def each_named(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h -> Dense(8) => [mean, log_var]`: two values, each from a layer of its own."""
    names = parts_of(found["names"])
    yield (
        (
            where.row,
            where.row,
            tuple(where.indented(f"{name} = {found['flow']} -> {found['layer']}") for name in names),
        ),
    )
