"""What people write who have just begun: names of several words, parameters among the lines of a body, arrows without a head.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    input my data: (8,)                     input my_data: (8,)
    output my data -> Dense(3)              output my_data -> Dense(3)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import snake_case
from dslc.keras import layers, operations
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import at_commas, entries_of, parts_of
from dslc.regex import regex

_MERGE = regex(r"[ ]*->[ ]*(?:Add|Concatenate|Multiply|Average|Maximum|Minimum|Subtract|Dot)\b")


def joined(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`(a & b) -> Dense(2)`: a list, which is concatenated where no other layer merges it."""
    values = ", ".join(re.split(r"[ ]*&[ ]*", found["values"]))
    merge = "" if _MERGE.match(found["behind"]) else " -> Concatenate"
    line = f"{found['before']}[{values}]{merge} {found['behind'].lstrip()}"
    yield ((where.row, where.row, (where.indented(line),)),)


_NAMED = regex(
    r"(?:(?P<input>input)[ ]+(?P<given>[A-Za-z]\w*(?:[ ]+\w+)+)[ ]*(?::.*)?"
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
        plain = "_".join(words) if words[0][0].isalpha() else "h" + "_".join(words)
        if plain in taken:
            return
        new = {row: _renamed(line, name, plain) for row, line in lines.items()}
        if sum(new[row] != lines[row] for row in rows) > 1 or found[0].startswith("input"):
            lines = new
    changed = [(row, row, (line,)) for row, line in lines.items() if line != where.lines[row - 1]]
    if changed:
        yield tuple(changed)


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


_SHAFT = regex(r"[ ]*(?<![-<>=])-[ ]*(?=[A-Z])")


def with_shafts(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x - Dense(8) - ReLU`: arrows, each with its head."""
    yield ((where.row, where.row, (where.indented(found["before"] + _SHAFT.sub(" -> ", found["chain"])),)),)


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


_BRACED = regex(r"\b([A-Z]\w*)\(\{([^{}]+)\}\)")


def with_names(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense({units: 8})`: arguments, each with its name."""

    def named(one: re.Match[str]) -> str:
        entries = entries_of(one[2])
        return (
            one[0]
            if entries is None
            else f"{one[1]}({', '.join(f'{name}={value}' for name, value in entries)})"
        )

    yield ((where.row, where.row, (_BRACED.sub(named, where.lines[where.row - 1]),)),)


_STAGE = regex(r"[A-Z]\w*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?")


def turned_round(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output Dense(2) -> Dense(8) -> x`, whose data comes from the right: the value first, and the layers in the other order."""
    word = found.groupdict().get("word") or found.groupdict().get("before") or ""
    stages = [each[0] for each in _STAGE.finditer(found["layers"])][::-1]
    yield ((where.row, where.row, (where.indented(f"{word}{' -> '.join((found['name'], *stages))}"),)),)


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


def called(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(double 4)`, where `double` is a function of the file."""
    if any(re.match(rf"fn[ ]+{found['name']}\b", line) for line in where.lines):
        yield (
            (
                where.row,
                where.row,
                (where.indented(f"{found['before']}({found['value']}){found['behind']}"),),
            ),
        )


_WIDTH = regex(r"\b(?:d_model|embed_dim|hidden_size|model_dim)[ ]*=[ ]*(\d+)")
_HEADS = regex(
    r"MultiHeadAttention\((?:\w*heads?[ ]*=[ ]*|nhead[ ]*=[ ]*)?(\d+)|\b(?:\w*heads|nhead)[ ]*=[ ]*(\d+)"
)


def of_each_head(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`MultiHeadAttention(4, d_model=16)`: the width of each head, where that of all of them is said."""
    line = where.lines[where.row - 1]
    width, heads = _WIDTH.search(line), _HEADS.search(line)
    if width is not None and heads is not None:
        number = int(heads[1] or heads[2])
        if number and not int(width[1]) % number:
            yield ((where.row, where.row, (line.replace(width[0], f"key_dim={int(width[1]) // number}"),)),)


_SIGNS = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "Scale": "*",
    "Divide": "/",
    "Power": "**",
    "Pow": "**",
}


def with_number(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`-> Multiply(2)`, which merges two tensors: what comes in by a number."""
    line = f"{found['before']}_ {_SIGNS[found['layer']]} {found['value']}{found['behind']}"
    yield ((where.row, where.row, (where.indented(line),)),)


def on_what_comes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`-> / 255` and `-> [:, -1]`, which lack what they are about."""
    line = re.sub(r"->[ ]*(\*\*|//|[-+*/])[ ]*(?=[\w.])", r"-> _ \1 ", where.lines[where.row - 1])
    yield ((where.row, where.row, (re.sub(r"->[ ]*(?=\[[^\[\]]*:)", "-> _", line),)),)


_AT_ARROW = regex(r"(->|(?<=\))[ ]*=|^block[ ]+\w+[ ]*=)[ ]*([A-Za-z]\w*)\b(?:\(((?:[^()]|\([^()]*\))*)\))?")


def function_of_tensors(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`-> Mean(axis=1)` and `-> Slice(0, 4)`: the functions under `ops` that are called so, as many as the line has."""
    said = where.about.help or ""
    if where.about.fix is not None and not said.startswith("did you mean"):
        return
    known = {each.lower() for each in layers.names()}
    known |= {
        each[1].lower()
        for line in where.lines
        if (each := re.match(r"(?:block|model|extern)[ ]+(\w+)", line))
    }

    def written(one: re.Match[str]) -> str:
        text = None if one[2].lower() in known else _function(one[2], one[3])
        is_meant = one[2][:1].isupper() or one[2] == where.about.span.text
        return one[0] if text is None or not is_meant else f"{one[1]} {text}"

    own = where.about.span.text
    line = where.lines[where.row - 1]
    if own.isidentifier() and own.lower() not in known and _function(own, "0") is not None:
        yield ((where.row, where.row, (_AT_ARROW.sub(written, line),)),)


def _function(name: str, arguments: str | None) -> str | None:
    """A function of tensors that somebody has taken for a layer, on what comes in; None for another name."""
    plain = snake_case(name) if name[:1].isupper() else name
    given = parts_of(arguments or "")
    if plain == "slice":
        return f"_[:, {':'.join((*given, '', '')[:2])}]"
    function = "swapaxes" if plain == "transpose" and not given else _FUNCTIONS.get(plain, plain)
    if not operations.supported(f"ops.{function}"):
        return None
    return f"ops.{function}({', '.join(('_', *(given or _GIVEN.get(function, ()))))})"


_FUNCTIONS = {
    "permute": "transpose",
    "reduce_mean": "mean",
    "reduce_sum": "sum",
    "reduce_max": "max",
    "arg_max": "argmax",
    "unsqueeze": "expand_dims",
}
"""What functions of tensors are called by those who take them for layers."""

_GIVEN = {
    **dict.fromkeys(
        ("argmax", "argmin", "mean", "sum", "max", "min", "prod", "softmax", "cumsum", "norm", "std", "var"),
        ("axis=-1",),
    ),
    "swapaxes": ("-2", "-1"),
}
"""What those are given that would take the batch with the rest."""


def repeated(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(8) x3`: three of them."""
    number = int(found["number"] or found["other"] or found["third"])
    chain = " -> ".join([found["layer"]] * number)
    yield ((where.row, where.row, (where.indented(f"{found['before']}{chain}{found['behind']}"),)),)


def in_a_chain(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`TimeDistributed([Conv2D(8, 3), Flatten()])`: the layers as a chain."""
    chain = " -> ".join(each.removesuffix("()") for each in parts_of(found["layers"]))
    yield ((where.row, where.row, (where.indented(f"{found['before']}{chain}{found['behind']}"),)),)


def with_arrows(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output x = Dense(8) = Dense(2)`: a chain."""
    stages = [each[0] for each in _STAGE.finditer(found["chain"])]
    yield ((where.row, where.row, (where.indented(f"output {' -> '.join((found['name'], *stages))}"),)),)


def without_commas(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output x ->` with layers below it, a comma behind each: arrows in their place."""
    first = where.row
    while first > where.extent[0] and where.text(first - 1).endswith(","):
        first -= 1
    last = first
    while where.text(last).endswith(","):
        last += 1
    if where.text(first - 1).endswith("->"):
        rows = range(first, last)
        yield tuple((row, row, (where.lines[row - 1].rstrip().removesuffix(",") + " ->",)) for row in rows)


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


def tapped(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`base.get_layer("a").output`: what the layer of that name gives, inside a model that is shared."""
    given = (re.match(r"input[ ]+(\w+)", where.text(row)) for row in range(where.extent[0], where.row))
    flow = next((each[1] for each in given if each is not None), None)
    made = regex(rf"{found['base']}[ ]*=(?!=)")
    rows = [row for row in range(where.extent[0], where.row) if made.match(where.text(row))]
    if flow is not None:
        shared = tuple((row, row, (f"{where.indent(row)}shared {where.text(row)}",)) for row in rows)
        line = f"{found['word']}{flow} -> taps({found['base']}, {found['name']}){found['behind']}"
        yield (*shared, (where.row, where.row, (where.indented(line),)))


_WINDOWED = regex(r"\b[Cc]onv_?(\d)[x×](\d)\(([^(),=]+)((?:,[ ]*\w+[ ]*=[^(),]+)*)\)")


def with_window(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv3x3(16)`: the window as an argument of a `Conv2D`."""

    def written(one: re.Match[str]) -> str:
        window = one[1] if one[1] == one[2] else f"({one[1]}, {one[2]})"
        padding = "" if "padding" in one[4] or window == "1" else ', padding="same"'
        return f"Conv2D({one[3]}, {window}{one[4]}{padding})"

    yield ((where.row, where.row, (_WINDOWED.sub(written, where.lines[where.row - 1]),)),)


def by_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> act`, where `act` goes through strings or is one: the activation of that name."""
    name = found["name"]
    strings = regex(rf"\bfor[ ]+{name}[ ]+in[ ]+[\[(][\"']|\b{name}[ ]*=[ ]*[\"']")
    if any(strings.search(where.text(row)) for row in range(where.extent[0], where.row + 1)):
        line = f"{found['before']}Activation({name}){found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)


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


ARROWS = r"={2,}>|-{3,}>|~+>|>->|-?\.+-+>|[=:|*]->|-=>"
"""Arrows that nobody else reads as one."""


def with_usual_arrows(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x ==> Dense(8) ~> ReLU`: the arrows of the language, in every line of the item."""
    arrow = regex(rf"[ ]*(?:{ARROWS})[ ]*")
    rows = range(where.extent[0] + 1, where.extent[1] + 1)
    lines = {row: where.lines[row - 1] for row in rows}
    yield tuple(
        (row, row, (new,))
        for row, line in lines.items()
        if (new := arrow.sub(" -> ", line).rstrip()) != line.rstrip()
    )
