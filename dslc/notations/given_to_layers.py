"""What layers are given in the wrong brackets, or behind them: activations, axes, layers by strings, and what wraps them.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    h = x -> Dense(64) relu         h = x -> Dense(64, activation="relu")
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.diagnostics.vocabulary.layers import MERGES
from dslc.keras import layers, objects
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

_ACTIVATED = regex(
    rf"\b(?P<layer>[A-Z]\w*)\((?P<given>{GIVEN})\)(?:[ ]*[,+|][ ]*|[ ]+)(?:(?:with|and|activation|act)[ ]*[=:]?[ ]*)*[\"']?(?P<name>[a-z]\w*)[\"']?(?=[ ]*(?:->|\}}|#|$))"
)


def _written(where: Where, pattern: re.Pattern[str], by: str) -> Right:
    """The lines of the item with something else in them, each that has it."""
    return where.rewritten(where.item, lambda line: pattern.sub(by, line))


def activated(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(64) relu`, in every line of the item: the activation is an argument."""
    yield where.rewritten(where.item, lambda line: _ACTIVATED.sub(_with_activation, line))


def _with_activation(one: re.Match[str]) -> str:
    if one["name"] not in objects.strings("activation"):
        return one[0]
    given = ", ".join([*parts_of(one["given"]), f'activation="{one["name"]}"'])
    return f"{one['layer']}({given})"


def out_of_the_list(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`[a, b, axis=-1] -> Concatenate`: what has a name is an argument of the layer."""
    parts = parts_of(found["values"])
    named = [each for each in parts if re.match(r"\w+[ ]*=(?!=)", each)]
    values = ", ".join(each for each in parts if each not in named)
    given = ", ".join([*parts_of(found["given"] or ""), *named])
    line = f"{found['before']}[{values}] -> {found['layer']}({given}){found['behind']}"
    yield ((where.row, where.row, (where.indented(line),)),)


def shared_as_it_is(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> encode(64)` of a shared layer, which has been made: in every line of the item, without what makes it."""
    name = found["name"]
    body = range(where.extent[0], where.extent[1] + 1)
    if not any(re.match(rf"shared[ ]+{name}\b", where.text(row)) for row in body):
        return
    head = where.text(where.extent[0])
    for part in parts_of(found["given"]):
        value = part.partition("=")[2].strip() or part
        is_plain = re.fullmatch(r"-?[\d.]+|[\"'].*[\"']|True|False|None", value)
        if is_plain is None and re.search(rf"[(,][ ]*{re.escape(value)}\b", head) is None:
            return  # a tensor, which it is called with
    yield _written(where, regex(rf"(->[ ]*){name}\((?:{GIVEN})\)"), rf"\1{name}")


def by_itself(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`norm: layer = "LayerNormalization"`: a layer, not its name."""
    name = where.about.span.text.strip("\"'")
    own = any(re.match(rf"block[ ]+{name}\b", each) for each in where.lines) if name.isidentifier() else False
    meant = name if own or layers.find(name) is not None else None
    if meant is None and name in objects.strings("activation"):
        meant = f'Activation("{name}")'
    if meant is not None:
        yield from where.marked_as(meant)


def with_comma(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`[(16, 1) (32, 2)]`: values stand between commas."""
    line = where.lines[where.row - 1]
    for at in re.finditer(r"(?<=[)\]])[ ]+(?=[(\[])", line):
        yield ((where.row, where.row, (f"{line[:at.start()]}, {line[at.end():]}",)),)


_SHAPED = regex(r"(?P<name>\w+)[ ]*=[ ]*\{(?P<entries>.*)\}")
_ENTRY = regex(
    r"[\"'](?P<key>[A-Za-z]\w*)[\"'][ ]*:[ ]*(?P<shape>\((?:[^()]|\([^()]*\))*\)|(?:\w+\.)*Input\([ ]*(?:shape[ ]*=[ ]*)?(?P<told>\([^()]*\))[^()]*\))"
)


def inputs_under_keys(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`inputs = {"age": (1,), "zip": (8,)}`, and `inputs["age"]` below: an input for each."""
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        one = _SHAPED.fullmatch(where.text(row))
        entries = [] if one is None else [_ENTRY.fullmatch(each) for each in parts_of(one["entries"])]
        named = [each for each in entries if each is not None]
        if one is None or not named or len(named) < len(entries):
            continue
        lines = tuple(
            f"{where.indent(row)}input {each['key']}: {(each['told'] or each['shape']).replace('None', '?')}"
            for each in named
        )
        changes: list[Change] = [(row, row, lines)]
        for below in range(row + 1, where.extent[1] + 1):
            line = where.lines[below - 1]
            written = line
            for each in named:
                written = re.sub(rf"(?<![\w.]){one['name']}\[[\"']{each['key']}[\"']\]", each["key"], written)
            if written != line:
                changes.append((below, below, (written,)))
        yield tuple(changes)
        return


def of_module(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> mylib.Mixer(64)`, where nobody knows what `mylib` is: an extern, with as many parameters as it is given."""
    name, module = found["name"], found["module"]
    if any(re.search(rf"\b(?:extern|block|model)[ ]+{name}\b", line) for line in where.lines):
        return
    dotted = rf"{re.escape(module)}\.{name}"
    if layers.find(name) is not None:
        name = f"My{name}"
    given = [
        each.partition("=")[0].strip() if re.match(r"\w+[ ]*=(?!=)", each) else ""
        for each in parts_of(found["given"] or "")
    ]
    free = (each for each in ("units", "size", "depth", "rate", "n", "m", "k") if each not in given)
    parameters = ", ".join(each or next(free, "value") for each in given)
    told = f"({parameters})" if parameters else ""
    renamed = regex(rf"(?<![\w.]){dotted}(?=\W|$)")
    changes: list[Change] = [(1, 0, (f"extern {name}{told} from {module}", ""))]
    changes += [
        (row, row, (renamed.sub(name, line),))
        for row, line in enumerate(where.lines, 1)
        if renamed.search(line)
    ]
    yield tuple(changes)


def named(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output f"head_{t}" = h -> Dense(1)`, and the same without quotes or around them: the name of the last layer."""
    layer, made = found["layer"], found["name"]
    filled = re.fullmatch(r"([\"'])(.*)\{\}(.*)\1\.format\((\w+)\)", made)
    if filled is not None:
        made = f'f"{filled[2]}{{{filled[4]}}}{filled[3]}"'
    key = re.fullmatch(r"[\"'\[]?\{?(\w+)\}?[\"'\]]?", made)
    if made.startswith("f"):
        name = made if made[1] in "\"'" else f'f"{made}"'
    elif key is not None:
        name = key[1]
    else:
        inside = made.strip("\"'")
        name = f'f"{inside}"'
    loops = (where.text(row) for row in range(where.extent[0], where.row))
    if "{" not in made and not any(
        re.match(rf"for\b.*\b{re.escape(name)}\b.*\bin\b", each) for each in loops
    ):
        return  # a list of one name
    given = parts_of(layer.partition("(")[2].rstrip(") "))
    if not any(re.match(r"name[ ]*=", each) for each in given):
        given.append(f"name={name}")
    call = f"{layer.partition('(')[0]}({', '.join(given)})"
    yield ((where.row, where.row, (where.indented(f"output {found['chain']}{call}{found['behind']}"),)),)


def interleaved(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`pe[:, 0::2] = sin(…)`, `pe[:, 1::2] = cos(…)` of an array of zeros: the two, place by place."""
    name = found["name"]
    begun = regex(rf"{name}[ ]*=[ ]*(?:\w+\.)*(?:zeros|empty)\([ ]*(?P<shape>\([^()]*\)|[^()]*)\)")
    slices = regex(rf"{name}\[[ ]*:[ ]*,[ ]*(?P<first>[01]?)[ ]*::[ ]*2[ ]*\][ ]*=[ ]*(?P<value>.*)")
    rows = range(where.extent[0] + 1, where.extent[1] + 1)
    starts = {row: one for row in rows if (one := begun.fullmatch(where.text(row)))}
    halves = {row: one for row in rows if (one := slices.fullmatch(where.text(row)))}
    if len(starts) != 1 or sorted(one["first"] or "0" for one in halves.values()) != ["0", "1"]:
        return
    (start, first), *_ = starts.items()
    even, odd = (one["value"] for _, one in sorted(halves.items(), key=lambda each: each[1]["first"] or "0"))
    shape = first["shape"].strip()
    shape = shape if shape.startswith("(") else f"({shape})"
    line = f"{where.indent(start)}{name} = ops.reshape(ops.stack([{even}, {odd}], axis=-1), {shape})"
    last = max(halves)
    changes: list[Change] = [
        (start, start, ()),
        *((row, row, (line,) if row == last else ()) for row in halves),
    ]
    yield tuple(sorted(changes))


def in_brackets(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Net units=64 rate=0.2 {`: parameters."""
    parts = re.findall(r"(\w+)(?:[ ]*=[ ]*([^\s,]+))?", found["given"])
    given = ", ".join(f"{name} = {value}" if value else name for name, value in parts)
    yield ((where.row, where.row, (where.indented(f"{found['head']}({given}) {found['rest']}"),)),)


_WORDS = (
    "if",
    "else",
    "for",
    "in",
    "not",
    "and",
    "or",
    "is",
    "input",
    "output",
    "shared",
    "weight",
    "return",
)


def in_a_list(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`a b -> Add`: a list."""
    values = found["values"].split()
    if not set(values) & set(_WORDS):
        line = f"{found['before']}[{', '.join(values)}] -> {found['rest']}"
        yield ((where.row, where.row, (where.indented(line),)),)


def closed_there(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h = (x -> Dense(8)` whose bracket a line below closes: neither has one."""
    for row in range(where.row - 1, max(where.extent[0], where.row - 4), -1):
        line = where.text(row)
        opened = re.fullmatch(r"((?:output[ ]+)?\w+[ ]*=[ ]*|output[ ]+)\((.*)", line)
        if opened is not None and line.count("(") == line.count(")") + 1:
            above = (row, row, (f"{where.indent(row)}{opened[1]}{opened[2]}",))
            yield (above, (where.row, where.row, (where.lines[where.row - 1].rstrip()[:-1],)))
            return


def closed_before_arrow(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> [`, and a line that begins with `->` before the list is closed."""
    close = {"[": "]", "(": ")"}[found[0][-1]]
    for row in range(where.row + 1, where.extent[1] + 1):
        text = where.text(row)
        if text.startswith("->") and len(where.indent(row)) <= len(where.indent(where.row + 1)):
            yield ((row, row, (f"{where.indent()}{close} {text}",)),)
            return


_SIZED = regex(
    r"\b((?:Layer|Batch|Unit)Normalization)\([ ]*\[?[^\[\]()=,]+\]?[ ]*(?:,[ ]*(?P<rest>[^()]*))?\)"
)


def without_sizes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`LayerNormalization([32])`, as PyTorch has it: without the size."""
    line = _SIZED.sub(
        lambda each: f"{each[1]}({each['rest']})" if each["rest"] else each[1], where.lines[where.row - 1]
    )
    yield ((where.row, where.row, (line,)),)


def _is_list(where: Where, name: str) -> bool:
    """Whether a line above gives a name a list, or one more value."""
    if not name.isidentifier():
        return False
    begun = regex(rf"(?<!\w){name}[ ]*(?:=[ ]*\[.*|\+=[ ]*\[.*)")
    rows = range(where.extent[0], where.row)
    return any(begun.search(where.text(row)) is not None for row in rows)


def spread(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`[outs, x] -> Concatenate`, where `outs` is a list."""
    line = re.sub(
        r"(?<=\[)[^\[\]]*(?=\][ ]*->)",
        lambda each: ", ".join(f"*{part}" if _is_list(where, part) else part for part in parts_of(each[0])),
        where.lines[where.row - 1],
    )
    yield ((where.row, where.row, (line,)),)


_MERGED = regex(
    rf"(?P<before>(?:output[ ]+)?(?:(?P<name>\w+)[ ]*=[ ]*)?)(?P<layer>{'|'.join(MERGES.values())})\([ ]*(?P<value>[a-z]\w*)[ ]*\)(?P<behind>(?:[ ]*->.*)?)"
)


def of_a_list(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h = Concatenate(outs)` of a list of tensors, told there or where `h` is read."""
    for row in range(where.row, where.extent[0], -1):
        one = _MERGED.fullmatch(where.text(row))
        if one is not None and row != where.row and one["name"] != where.about.span.text:
            continue
        if one is not None and _is_list(where.at(row), one["value"]):
            line = f"{where.indent(row)}{one['before']}{one['value']} -> {one['layer']}{one['behind']}"
            yield ((row, row, (line,)),)
            return


def beside_what_flows(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> Film(16, c)` of a block with two inputs: both flow in."""
    flows = where.about.span.text
    parts = parts_of(found["given"])
    kept = [each for each in parts if each != flows]
    if len(kept) == len(parts) - 1:
        call = f"{found['name']}({', '.join(kept)})" if kept else found["name"]
        line = f"{found['before']}({found['flow']}, {flows}) -> {call}{found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)


def with_the_idle_input(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> Film(16)` of a block with two inputs, in a model with an input that no line uses."""
    if not where.about.text.startswith("the call of "):
        return
    words = [word for row in where.item[1:] for word in re.findall(r"\w+", where.text(row))]
    inputs = (re.match(r"input[ ]+(\w+)[ ]*:", where.text(row)) for row in where.item[1:])
    idle = [each[1] for each in inputs if each is not None and words.count(each[1]) == 1]
    if len(idle) == 1:
        line = f"{found['before']}({found['flow']}, {idle[0]}){found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)


def shared_in_turn(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`shared enc = [Dense(16), Dense(8)]`: a chain."""
    chain = " -> ".join(parts_of(found["layers"]))
    yield ((where.row, where.row, (where.indented(f"shared {found['name']} = {chain}"),)),)


def for_both_states(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`(w, initial_state=[p]) -> LSTM(8)`, where a layer that keeps no state gave `p`: both states begin with it."""
    state = found["state"]
    made = [where.text(row) for row in where.item[1:] if re.match(rf"{state}[ ]*=(?!=).*->", where.text(row))]
    if made and not re.search(r"\b(?:LSTM|GRU|SimpleRNN|RNN)\b", made[-1]):
        line = f"{found['before']}[{state}, {state}]{found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)
