"""Names and heads as people write them who have just begun: names of several words, parameters among the lines of a body.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.
`first_stages` has what they write behind arrows.

    input my data: (8,)                     input my_data: (8,)
    output my data -> Dense(3)              output my_data -> Dense(3)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import camel_case
from dslc.keras import layers
from dslc.keras.dtypes import DECLARED
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import at_commas, parts_of
from dslc.regex import regex

_NAMED = regex(
    r"(?:(?P<input>input)[ ]+(?P<given>[A-Za-z]\w*(?:[ ]+\w+|-\w+)+)[ ]*(?::.*)?"
    r"|(?:output[ ]+|shared[ ]+)?(?P<name>[A-Za-z]\w*(?:[ ]+\w+)+|[A-Za-z]\w*(?:-\w+)+|\d\w*|[\"'][A-Za-z][\w -]*[\"'])[ ]*=(?!=).*)"
)
"""A line that gives a value to what is no name."""


def in_one_word(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`my data`, `skip-1`, `1` and `"hidden"` as names: one word in their place, wherever they are used."""
    rows = range(where.extent[0] + 1, where.extent[1] + 1)
    named = [each for row in rows if (each := _NAMED.fullmatch(where.text(row))) is not None]
    names = dict.fromkeys(each["given"] or each["name"] for each in named)
    lines = {row: where.lines[row - 1] for row in rows}
    taken = {word for line in lines.values() for word in re.findall(r"(?<![\"'])\b[A-Za-z]\w*\b", line)}
    for name in sorted(names, key=len, reverse=True):
        words = re.findall(r"\w+", name)
        if words[0] in DECLARED:  # a dtype, which stands behind the shape
            return
        plain = "_".join(words) if words[0][0].isalpha() else "h" + "_".join(words)
        if plain in taken:
            return
        new = {row: _renamed(line, name, plain) for row, line in lines.items()}
        if sum(new[row] != lines[row] for row in rows) > 1 or found[0].startswith("input"):
            lines = new
    changed = [(row, row, (line,)) for row, line in lines.items() if line != where.lines[row - 1]]
    if changed:
        yield tuple(changed)


WORDS = r"for|if|else|in|and|or|not|is|use|from|fn|block|model|input|output|return|assert"


def in_no_word(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`for = x -> Dense(8)`, and `for` below: a name that is no word of the language, wherever its value is meant."""
    word = found["name"]
    value = regex(rf"(?<![\w.\"']){word}(?=[ ]*(?:->|=(?!=)|[,\])]|$))")
    rows = range(where.row, where.extent[1] + 1)
    lines = {row: value.sub(f"{word}_", where.lines[row - 1]) for row in rows}
    yield tuple((row, row, (line,)) for row, line in lines.items() if line != where.lines[row - 1])


def _renamed(line: str, old: str, new: str) -> str:
    """A line with another name for a value; a number is one only where a value stands."""
    indent, text = line[: len(line) - len(line.lstrip())], line.lstrip()
    if old.isdigit():
        own = regex(rf"(?:^|(?<=^output )|(?<=[=(] )|(?<=\()){old}(?=[ ]*(?:->|=(?!=)))")
        text = own.sub(new, text)
        listed = regex(r"\[[\w, ]+\](?=[ ]*->)")
        return indent + listed.sub(lambda each: re.sub(rf"\b{old}\b", new, each[0]), text)
    words = r"[ ]+".join(map(re.escape, old.split(" ")))
    return indent + re.sub(rf"(?<![\w.\"'-]){words}(?![\w\"'-])", new, text)


_HEAD = regex(
    r"(?P<head>(?:model|block)[ ]+\w+)[ ]*(?:\((?P<given>(?:[^()]|\([^()]*\))*)\))?[ ]*(?P<rest>\{.*)"
)


def _with_parameters(where: Where, names: list[str]) -> Change | None:
    """The head of the item with further parameters; None where it has another form."""
    top = where.extent[0]
    head = _HEAD.fullmatch(where.lines[top - 1].rstrip())
    if head is None or top == where.row:
        return None
    given = ", ".join((*parts_of(head["given"] or ""), *names))
    return top, top, (f"{head['head']}({given}) {head['rest']}",)


def as_parameter(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input classes = 10` in a body: a parameter of the model or block."""
    name, value = (each.strip() for each in found["given"].split("=", 1))
    head = _with_parameters(where, [f"{name} = {value.rstrip(';, ')}"])
    if head is not None:
        yield (head, (where.row, where.row, ()))


def as_parameters(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input x, n` in a block that is used as `Unit(3)`: the first flows in, the others are parameters."""
    names = parts_of(found["given"])
    head = _with_parameters(where, names)
    block = re.match(r"block[ ]+(\w+)[ ]*\{", where.text(where.extent[0]))
    if head is None or block is None:
        return
    uses = regex(rf"->[ ]*{block[1]}\(([^()]+)\)")
    if any(len(parts_of(each[1])) == len(names) for line in where.lines for each in uses.finditer(line)):
        line = where.text(where.row)[: -len(found["given"])]
        yield (head, (where.row, where.row, (where.indented(line),)))


_GIVEN_MOSTLY = {
    "units": "64", "filters": "32", "kernel_size": "3", "pool_size": "2", "num_heads": "4", "key_dim": "32", "input_dim": "1000", "output_dim": "64",
    "rate": "0.1", "strides": "1", "activation": '"relu"', "padding": '"same"',
}  # fmt: skip
"""What examples give the arguments that a parameter is handed on to."""
_ANY_HEAD = regex(
    r"(?P<head>(?:model|block)[ ]+\w+)[ ]*(?:\((?P<given>(?:[^()]|\([^()]*\))*)\))?[ ]*(?P<rest>[{=].*)"
)


def as_lacking(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv2D(filters, kernel)` where nothing is called `kernel`: a parameter with what examples give that argument."""
    span, top = where.about.span, where.extent[0]
    head = _ANY_HEAD.fullmatch(where.lines[top - 1].rstrip())
    call = _open_call(where.lines[span.row - 1][: span.begin.column - 1])
    if "is an input" not in (where.about.help or "") or head is None or call is None:
        return
    layer, given = call
    key = re.fullmatch(r"(\w+)[ ]*=[ ]*", given[-1])
    takes = layers.arguments(layer)
    argument = key[1] if key is not None else takes[len(given) - 1] if len(given) <= len(takes) else ""
    if argument not in _GIVEN_MOSTLY or (key is None and given[-1].strip()):
        return
    parameters = ", ".join((*parts_of(head["given"] or ""), f"{span.text} = {_GIVEN_MOSTLY[argument]}"))
    yield ((top, top, (f"{head['head']}({parameters}) {head['rest']}",)),)


def _open_call(before: str) -> tuple[str, list[str]] | None:
    """The layer in whose brackets a line goes on, and what stands in them so far."""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += (before[at] in ")]}") - (before[at] in "([{")
        if depth < 0:
            layer = re.search(r"\b([A-Z]\w*)$", before[:at])
            return None if layer is None or before[at] != "(" else (layer[1], at_commas(before[at + 1 :]))
    return None


_TYPE = regex(
    r"(?:const[ ]+|let[ ]+|var[ ]+|auto[ ]+|final[ ]+)*(?:(?:unsigned|long|short|int|float|double|str|string|bool|boolean|list|tuple|dict|layer|number|integer|char|size_t|any"
    r"|Int|Float|Double|String|Bool|List|Integer|Boolean|Number|Array|Any|Object|Vector)(?:<[^<>]*>|\[[^\[\]]*\])?[*&]?[ ]+)?(?P<rest>[a-z_]\w*[ ]*(?:=.*)?)"
)


def untyped(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Net(int classes = 10)`: the names of the parameters, and what they begin with."""
    given = at_commas(found["given"])
    bare = [each["rest"] if (each := _TYPE.fullmatch(one)) is not None else one for one in given]
    if bare != given:
        line = f"{found['head']}({', '.join(bare)}){found['rest']}"
        yield ((where.row, where.row, (where.indented(line),)),)


def with_dtype(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input tokens: (100, "int32")`: what the numbers are behind the shape."""
    sizes = found["sizes"] if "," in found["sizes"] else f"{found['sizes']},"
    yield ((where.row, where.row, (where.indented(f"input {found['name']}: ({sizes}) {found['dtype']}"),)),)


def of_keras(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`use Dense from "keras"`: nothing, for Keras's layers are there."""
    if all(layers.find(each) is not None for each in parts_of(found["names"])):
        yield ((where.row, where.row, ()),)


def with_end(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`use Head from "./blocks"`: the file with its end, in the quotes of the language."""
    file = found["file"].strip("\"'")
    if not file.endswith(".kdl") and "\\" not in file:
        line = where.lines[where.row - 1].replace(found["file"], f'"{file}.kdl"')
        yield ((where.row, where.row, (line,)),)


_NEAR = regex(r"did you mean `(\w+)`\?")


def by_near_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`use head from "blocks.kdl"`, which has a `Head`: that, wherever it is used."""
    near = _NEAR.search(where.about.help or "")
    if near is None:
        return
    old = regex(rf"(?<![\w.\"']){re.escape(where.about.span.text)}(?![\w\"'])")
    changed = [
        (row, row, (new,))
        for row, line in enumerate(where.lines, 1)
        if (new := old.sub(near[1], line)) != line
    ]
    if changed:
        yield tuple(changed)


def both_states(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`y, state = x -> LSTM(8, return_state=True)`: both states, which go together where the one went."""
    name = found["state"]
    text = "\n".join(where.lines)
    states = ("h", "c") if not re.search(r"\b[hc]\b", text) else (f"{name}_h", f"{name}_c")
    used = regex(rf"(?<![\w.]){name}\b(?![ ]*=)|(?<=initial_state=)\[[ ]*{name}[ ]*\]")
    line = f"{found['out']}, {', '.join(states)} = {found['rest']}"
    changed: list[Change] = [(where.row, where.row, (where.indented(line),))]
    for row in range(where.row + 1, where.extent[1] + 1):
        old = where.lines[row - 1]
        new = (
            used.sub(f"[{', '.join(states)}]", old).replace("[[", "[").replace("]]", "]")
            if name in old
            else old
        )
        if new != old:
            changed.append((row, row, (new,)))
    yield tuple(changed)


def one_state(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`y, h, c = x -> GRU(8, return_state=True)`: the one state, where lists have both."""
    listed = regex(rf"(\[[^\[\]]*?),[ ]*{found['left']}\b(?=[^\[\]]*\])")
    changed: list[Change] = [(where.row, where.row, (where.indented(f"{found['kept']} = {found['rest']}"),))]
    for row in range(where.row + 1, where.extent[1] + 1):
        old = where.lines[row - 1]
        if (new := listed.sub(r"\1", old)) != old:
            changed.append((row, row, (new,)))
    yield tuple(changed)


_BRANCH = regex(
    r"(?:branch|path|tower|stream|arm|lane|head)[ ]+(?P<name>\w+)[ ]*[{:=][ ]*(?P<chain>.*?)[ ]*\}?"
)


def branches(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`branch a { x -> Dense(4) }`, on one line or on several: the value under its name, for all branches of the item."""
    changed: list[Change] = []
    row = where.extent[0] + 1
    while row <= where.extent[1]:
        at = where.at(row)
        one = _BRANCH.fullmatch(at.text(row))
        row += 1
        if one is None:
            continue
        chain, last = one["chain"], at.row
        inside = at.inside() if not chain else None
        if inside is not None:
            last, lines = inside
            chain = " ".join(lines)
        chain = re.sub(r"^(?:output[ ]+|return[ ]+|(\w+)[ ]*=(?!=)[ ]*)", "", chain)
        if not chain:
            return
        flow = "" if re.match(r"[a-z]\w*[ ]*->", chain) else f"{at.flow} -> "
        changed.append((at.row, last, (at.indented(f"{one['name']} = {flow}{chain}"),)))
        row = last + 1
    if changed:
        yield tuple(changed)


_IN_HEAD = regex(
    r"(?:input[ ]+)?(?P<name>[a-z]\w*)[ ]*:[ ]*(?P<shape>\(.*\)(?:[ ]*\w+)?|(?:\w+\.)*[Tt]ensor\w*(?:\[.*\])?)|input[ ]+(?P<alone>[a-z]\w*)"
)


def inputs_of_head(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Net(x: (8,), n = 4) -> y {`: what flows in, and what comes out, as lines of the body."""
    inputs: list[str] = []
    kept: list[str] = []
    outputs: list[str] = []
    for each in parts_of(found["given"]):
        one = _IN_HEAD.fullmatch(each)
        if each.startswith("output "):
            outputs.append(each)
        elif one is not None:
            shape = one["shape"] or ""
            inputs.append(
                f"input {one['name'] or one['alone']}" + (f": {shape}" if shape.startswith("(") else "")
            )
        else:
            kept.append(re.sub(r"[ ]*:[ ]*(?:int|float|str|bool)\b", "", each))
    rows = range(where.row, where.extent[1] + 1)
    last = max((row for row in rows if where.text(row) not in ("", "}")), default=where.row)
    made = re.match(r"(\w+)[ ]*=(?!=)", where.text(last))
    says = any(re.match(r"output\b|return\b", where.text(row)) for row in rows)
    if not inputs or (says and outputs):
        return
    head = f"{found['head']}{'(' + ', '.join(kept) + ')' if kept else ''} {{"
    begun = (where.row, where.row, (head, *(f"    {each}" for each in inputs)))
    ended = f"{where.indent(last)}{outputs[0] if outputs else f'output {made[1]}' if made else ''}"
    yield (begun,) if says or not ended.strip() else (begun, (last + 1, last, (ended,)))


def states_of_last(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`initial_state=h` of an `LSTM`, with the result of another one: both of its states."""
    name = found["state"]
    made = regex(rf"{name}[ ]*=[ ]*(?P<chain>.*->[ ]*LSTM\([^()]*)\)")
    for row in range(where.row - 1, where.extent[0], -1):
        one = made.fullmatch(where.text(row))
        if one is not None and "return_state" not in one["chain"]:
            states = f"{name}, {'c' if name != 'c' else 'cell'}"
            line = f"{where.indent(row)}_, {states} = {one['chain']}, return_state=True)"
            used = re.sub(
                r"initial_state[ ]*=[ ]*\[?\w+\]?", f"initial_state=[{states}]", where.lines[where.row - 1]
            )
            yield ((row, row, (line,)), (where.row, where.row, (used,)))
            return


def without_type(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input x: Tensor` in a block, which takes any shape."""
    if where.about.code != "DSL387" or where.about.fix is None:
        yield ((where.row, where.row, (where.indented(f"input {found['name']}"),)),)


def with_shape(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input x: Tensor` in a model: the first of some usual shapes that fits."""
    if where.about.code != "DSL387" or where.about.fix is None:
        number = _NUMBER.search(where.text(where.row))
        of_one = () if number is None else (f"(1,){' int32' if number[1][:3] == 'int' else ''}",)
        for shape in (*of_one, *_USUAL):
            yield ((where.row, where.row, (where.indented(f"input {found['name']}: {shape}"),)),)


_NUMBER = regex(r":[ ]*(float|int|number|real|double|integer|scalar)$")
_USUAL = ("(8,)", "(28, 28, 1)", "(16, 8)", "(16,) int32")


_IN_PARTS = regex(r"(?<![\w\"'])[A-Za-z]\w*(?:-[A-Za-z]\w*)+")


def in_one_word_of_head(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block Dec(d-model, num-heads)`: parameters without dashes, wherever they are used."""
    names = set(_IN_PARTS.findall(found[0]))
    yield where.rewritten(
        where.file,
        lambda line: _IN_PARTS.sub(lambda one: one[0].replace("-", "_") if one[0] in names else one[0], line),
    )


def item_in_one_word(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block residual block(n)`, and `residual block(8)` where it is used: a name of one word."""
    name = found["name"]
    other = regex(rf"(?<![\w.])(?:{'[ ]+'.join(map(re.escape, name.split()))})(?=[ ]*[({{=]|[ ]*->|[ ]*$)")
    title = camel_case("_".join(name.split()))
    changed = where.rewritten(where.file, lambda line: other.sub(title, line))
    if len(changed) > 1:  # of a head alone that is said already
        yield changed


_UNDER_A_NAME = regex(r"[a-z]\w*[ ]*:[ ]+([A-Z]\w*(?:\(.*\))?)")


def layers_under_names(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input: (28, 28, 1)` and below it `conv: Conv2D(32, 3)`, `output: Dense(10)`: each layer takes what the one above it gives."""
    rows = [row for row in where.below if where.text(row) not in ("", "}")]
    said = [_UNDER_A_NAME.fullmatch(where.text(row)) for row in rows]
    stages = [each[1] for each in said if each is not None]
    if not stages or len(stages) < len(said):
        return
    name = found["name"] or "x"
    lines = [f"input {name}: {found['shape']}", *(f"{name} = {name} -> {stage}" for stage in stages)]
    lines[-1] = f"output {name} -> {stages[-1]}"
    yield ((where.row, rows[-1], tuple(map(where.indented, lines))),)


def without_word(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Net(units = 16) {` without its word: a model where its inputs have shapes, a block otherwise."""
    if where.lines[where.row - 1] != where.text(where.row).rstrip() and where.indent():
        return
    for word in ("model", "block"):
        yield ((where.row, where.row, (f"{word} {found['head']}",)),)


_FIRST_HOLE = regex(r"((?:output[ ]+|\w+[ ]*=[ ]*)(?:\[[ ]*)?)_(?=[ ]*(?:->|,))")


def nameless_input(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input` alone, and `output _ -> ReLU` of it: the input has a name."""
    words = {word for row in where.item for word in re.findall(r"\w+", where.text(row))}
    name = next(each for each in ("x", "inputs", "data", "value") if each not in words or each == "value")
    changed = where.rewritten(where.below, lambda line: _FIRST_HOLE.sub(rf"\g<1>{name}", line))
    yield ((where.row, where.row, (where.indented(f"input {name}"),)), *changed)
