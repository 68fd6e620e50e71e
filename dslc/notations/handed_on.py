"""What items hand to one another in another way: layers and settings for blocks, several results, names of layers.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    block Body(norm = BatchNormalization) { … -> norm }        block Body(norm: layer = BatchNormalization) { … -> norm }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import parts_of


def as_layer(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A parameter that data flows into: it is declared to be a layer."""
    name, head = re.match(r"\w*", where.about.span.text), where.extent[0]
    if name is None or not name[0]:
        return
    head_says = re.search(rf"\b{name[0]}[ ]*=[ ]*[A-Z]", where.lines[head - 1])
    if "Activation(" in (where.about.help or "") and head_says is None:
        return  # the name of one, most likely
    written = re.sub(rf"([(,][ ]*{name[0]})(?=[ ]*[=,)])", r"\1: layer", where.lines[head - 1], count=1)
    if written != where.lines[head - 1]:
        yield ((head, head, (written,)),)


def by_its_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`act = "relu"` in the head, and data that flows into `act`: a layer that is given the name."""
    name, line = where.about.span.text, where.lines[where.row - 1]
    if (
        not name.isidentifier()
        or re.search(rf"\b{name}[ ]*=[ ]*[\"']", where.lines[where.extent[0] - 1]) is None
    ):
        return
    written = re.sub(rf"(->[ ]*){name}\b(?![\w(])", rf"\1Activation({name})", line)
    called = re.sub(rf"(?<![\w.]){name}\((\w+)\)", rf"\1 -> Activation({name})", line)
    for each in (written, called):
        if each != line:
            yield ((where.row, where.row, (each,)),)


_ARGUMENTS = "its arguments are: "


def one_by_one(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Body(**SETTINGS)` of settings that hold more than it takes: those that it takes, by their names."""
    takes = (where.about.help or "").partition(_ARGUMENTS)[2].split(", ")
    keys = [each for each in re.findall(r"[\"'](\w+)[\"'][ ]*:", found["entries"]) if each in takes]
    name = found["name"]
    for row, line in enumerate(where.lines, 1):
        given = ", ".join(f'{each}={name}["{each}"]' for each in keys)
        written = re.sub(rf"\*\*{name}\b", given, line)
        if keys and written != line:
            yield ((row, row, (written,)),)
            return


_MOST_RESULTS = 6


def first_of_several(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`a = x -> Two`, of which one result is used: the others get no name."""
    count = re.search(r"a tuple of (\d+)$", where.about.text)
    if count is None or "return_state" in (where.about.help or "") or not 2 <= int(count[1]) <= _MOST_RESULTS:
        return
    for row in range(where.row - 1, where.extent[0], -1):
        text = where.text(row)
        if re.match(rf"{found['name']}[ ]*=(?!=)", text):
            rest = ", _" * (int(count[1]) - 1)
            line = where.lines[row - 1].replace(found["name"], f"{found['name']}{rest}", 1)
            yield ((row, row, (line,)),)
            return


def another_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A name of a layer that another one has: the one that the advice says."""
    meant = re.search(r"`name=(\"\w+\")` for instance", where.about.help or "")
    text = where.about.span.text
    if meant is not None:
        yield from where.marked_as(text.replace(text[text.find("=") + 1 :].strip(), meant[1]))


def in_letters(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`name="out put"` and `name=f"block {i}"`: letters, digits and `_`."""
    line = where.lines[where.row - 1]

    def written(one: re.Match[str]) -> str:
        unfit = r"[^\w{}]+(?![^{}]*\})" if one[2] else r"\W+"
        name = re.sub(unfit, "_", one[3], flags=re.ASCII).strip("_")
        return f'{one[1]}{one[2]}"{name}"' if name and not name[0].isdigit() else one[0]

    yield ((where.row, where.row, (re.sub(r"(\bname[ ]*=[ ]*)(f?)[\"']([^\"']*)[\"']", written, line),)),)


def noise(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A model that begins with random numbers of its own: they come from outside, as its input."""
    if "input" in {where.text(row).partition(" ")[0] for row in range(*where.extent)}:
        return
    begin = r"(?P<name>\w+)[ ]*=[ ]*(?:\w+\.)*(?:normal|uniform|randn?|zeros|ones)\([ ]*(?:shape[ ]*=[ ]*)?[(\[]?(?P<sizes>[\w, ?]*?),?[ ]*[)\]]?\)"
    for row in range(where.row + 1, where.extent[1] + 1):
        one = re.fullmatch(begin, where.text(row))
        if one is not None:
            sizes = [each.strip() for each in one["sizes"].split(",")]
            shown = sizes[1:] if len(sizes) > 1 and not re.fullmatch(r"\d{2,}|[2-9]", sizes[0]) else sizes
            line = f"{where.indent(row)}input {one['name']}: ({', '.join(shown)}{',' if len(shown) == 1 else ''})"
            yield ((row, row, (line,)),)
            return


def data_out_of_the_head(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block Body(x, n) {`, called as `Body(x, 4)`: what flows is an input of the body, and comes along the arrow."""
    meant = re.findall(r"take `(\w+)` out", where.about.help or "")
    parts, block = parts_of(found["given"]), found["name"]
    if len(meant) != 1 or meant[0] not in parts:
        return
    place = parts.index(meant[0])
    rest = _brackets([each for each in parts if each != meant[0]])
    inside = where.indent(where.row + 1) or "    "
    head = (where.indented(f"block {block}{rest} {{"), f"{inside}input {meant[0]}")
    changes: list[Change] = [(where.row, where.row, head)]
    begin = rf"([ \t]*(?:output[ ]+|return[ ]+)?(?:\w+[ ]*=[ ]*)?){block}\(((?:[^()]|\([^()]*\))*)\)(.*)"
    for row, line in enumerate(where.lines, 1):
        call = re.fullmatch(begin, line)
        given = [] if call is None else parts_of(call[2])
        by_name = [each for each in given if re.match(rf"{meant[0]}[ ]*=(?!=)", each)]
        flows = by_name or given[place : place + 1]
        if call is not None and flows:
            left = _brackets([each for each in given if each != flows[0]])
            flow = flows[0].partition("=")[2].strip() if by_name else flows[0]
            changes.append((row, row, (f"{call[1]}{flow} -> {block}{left}{call[3]}",)))
    yield tuple(sorted(changes))


def _brackets(given: list[str]) -> str:
    return f"({', '.join(given)})" if given else ""


def repeated(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> (Dense(8) -> ReLU) ** 3 -> Dense(2)`: a loop."""
    name = where.flow if "->" in found["value"] else found["value"]
    lines = (
        f"{name} = {found['value']}" if name != found["value"] else "",
        f"for _ in range({found['times']}) {{ {name} = {name} -> {found['chain']} }}",
        f"{found['word']}{name}{found['behind']}",
    )
    yield ((where.row, where.row, tuple(where.indented(each) for each in lines if each)),)


def with_the_rest(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`out, h, c = …` of five values: the first have names."""
    counts = re.match(r"there are (\d+) names for (\d+) values", where.about.text)
    if counts is None or not 0 < int(counts[2]) - int(counts[1]) <= _MOST_RESULTS:
        return
    names, equals, value = where.text(where.row).partition("=")
    rest = ", _" * (int(counts[2]) - int(counts[1]))
    yield ((where.row, where.row, (where.indented(f"{names.rstrip()}{rest} {equals}{value}"),)),)


def optional_layer(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block Body(n, norm = BatchNormalization)`, in which `norm(x)` is called, or `norm()`: a layer, which may be left out."""
    name, head = re.match(r"\w*", where.about.span.text), where.extent[0]
    if name is None or not name[0]:
        return
    opened = re.sub(
        rf"([(,][ ]*{name[0]})([ ]*=[ ]*(?:None|[A-Z])\w*)", r"\1: layer\2", where.lines[head - 1], count=1
    )
    if opened == where.lines[head - 1]:
        return
    changes = [(head, head, (opened,))]
    for row in range(head + 1, where.extent[1] + 1):
        line = re.sub(
            rf"(?<![\w.]){name[0]}(\([^()]*\))?\((\w+)\)", rf"\2 -> {name[0]}\1", where.lines[row - 1]
        )
        line = re.sub(rf"(->[ ]*{name[0]})\(\)", r"\1", line)
        if line != where.lines[row - 1]:
            changes.append((row, row, (line,)))
    yield tuple(changes)


def sampled(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Lambda(sampling)([mean, log_var])` of a variational autoencoder."""
    if any(re.search(r"\bSampling\b", line) for line in where.lines):
        return
    head, mean, log = where.extent[0], found["mean"], found["log"]
    drawn = f"{mean} + ops.exp(0.5 * {log}) * random.normal(ops.shape({mean}))"
    block = ("block Sampling {", f"    input {mean}", f"    input {log}", f"    output {drawn}", "}", "")
    line = where.indented(f"{found['before']}({mean}, {log}) -> Sampling{found['behind']}")
    yield ((head, head - 1, block), (where.row, where.row, (line,)))
