"""Values, sizes and settings that stand in another place than here, or in another form.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    h = MultiHeadAttention(4, 8, query=q, value=v)        h = (q, v) -> MultiHeadAttention(4, 8)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dslc.keras import layers, training
from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

_OPERAND = regex(r"(\*\*|//|[-+*/@])[ ]*->")


def with_operand(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`2 * -> Dense(1)`: the operator lacks what flows."""
    line = where.lines[where.row - 1]
    at = _OPERAND.search(line)
    if at is not None:
        flow = "_" if "->" in line[: at.start()] else where.flow
        yield ((where.row, where.row, (f"{line[:at.end(1)]} {flow} ->{line[at.end():]}",)),)


def _free(where: Where) -> str:
    """A name for an input that the item has for nothing else."""
    words = {word for row in range(*where.extent) for word in re.findall(r"\w+", where.text(row + 1))}
    return next((each for each in ("x", "data", "given") if each not in words), "x_in")


def declared(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input = [8]`: an input of these sizes, under a name of its own, by which the lines below read it."""
    sizes = found["sizes"].strip("([{}]) ").removesuffix(",")
    parts = parts_of(sizes)
    shape = f"({sizes},)" if len(parts) == 1 else f"({', '.join(parts)})"
    name = _free(where)
    first = where.indented(f"input {name}: {shape.replace('None', '?')}")
    below = where.rewritten(
        where.below, lambda line: re.sub(r"(?<![\w.\"'])input(?=[ ]*(?:->|[,)\]]))", name, line)
    )
    yield ((where.row, where.row, (first,)), *below)


def as_long_as_others(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`zip([8, 4], 0.1)`: the same number for each turn."""
    line = where.lines[where.row - 1]
    for zipped in re.finditer(r"\bzip\(((?:[^()]|\([^()]*\))*)\)", line):
        parts = parts_of(zipped[1])
        lists = [each for each in parts if each.startswith("[")]
        others = lists or [each for each in parts if each.isidentifier()]
        for at, part in enumerate(parts):
            for other in others:
                if part != other and not part.startswith("["):
                    times = f"{len(parts_of(other[1:-1]))}" if other in lists else f"len({other})"
                    written = ", ".join([*parts[:at], f"[{part}] * {times}", *parts[at + 1 :]])
                    yield (
                        (where.row, where.row, (f"{line[:zipped.start(1)]}{written}{line[zipped.end(1):]}",)),
                    )


_PLAIN = r"-?[\d.]+|[\"'][^\"']*[\"']"


def as_list(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`range(len(units))` of a number: a list of one, where the name gets its value."""
    yield from _with_value(where, found["name"], lambda value: f"[{value}]")


def as_whole(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`range(depth)` of `3.0`: a whole number, where the name gets its value."""
    yield from _with_value(where, found["name"], lambda value: re.sub(r"\.0*$", "", value))


def _with_value(where: Where, name: str, other: Callable[[str], str]) -> Iterator[Right]:
    """The line of the item, or the one above, that gives a name its value, with another one."""
    given = regex(rf"(.*(?:^|[(, ]){name}[ ]*=[ ]*)({_PLAIN})(?![\w.*/+-])(.*)")
    for row in range(where.row - 1, 0, -1):
        line = given.fullmatch(where.lines[row - 1])
        if line is not None:
            yield ((row, row, (f"{line[1]}{other(line[2])}{line[3]}",)),)
            return


_THOUSANDS = regex(r"(?<![\w.])([1-9]\d{0,2}(?:,\d{3})+)(?![\d.])")


def without_commas(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(1,024)`: one number."""
    line = where.lines[where.row - 1]
    yield ((where.row, where.row, (_THOUSANDS.sub(lambda each: each[1].replace(",", "_"), line),)),)


CALLED = regex(
    rf"(?P<before>(?:output[ ]+)?(?:\w+(?:[ ]*,[ ]*\w+)*[ ]*=[ ]*)?)(?P<layer>[A-Z]\w*)\((?P<given>{GIVEN})\)(?P<behind>(?:[ ]*->.*)?)"
)
"""A layer with what stands in its brackets, at the beginning of a chain."""
_NAMED = regex(r"(\w+)[ ]*=[ ]*(.+)")


_COMPUTED = regex(r"(?:[a-z]\w*|\([^()]*\))[ ]*(?:[-+*/@]|\*\*)[ ]*[a-z(]")


def along_the_arrow(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h = MultiHeadAttention(4, 8, query=q, value=v)`: what the call takes comes along the arrow."""
    row = layers.find(found["layer"])
    if row is None:
        return
    takes = [each.name for each in layers.signature(row).call]
    names = {"input": takes[0], "inputs": takes[0], "x": takes[0], "sequences": takes[0]} if takes else {}
    given: dict[str, str] = {}
    rest: list[str] = []
    for each in parts_of(found["given"]):
        named = _NAMED.fullmatch(each)
        name = None if named is None else named[1] if named[1] in takes else names.get(named[1])
        if named is None or name is None:
            rest.append(each)
        else:
            given[name] = named[2]
    first: list[str] = []
    for name in takes:
        if name not in given:
            break
        first.append(given.pop(name))
    if not first and rest and _COMPUTED.match(rest[0]):  # `LayerNormalization(x + y)`
        first.append(rest.pop(0))
    if not first:
        return
    values = ", ".join([*first, *(f"{name}={value}" for name, value in given.items())])
    flow = values if len(first) == 1 and not given else f"({values})"
    call = f"{found['layer']}({', '.join(rest)})" if rest else found["layer"]
    yield ((where.row, where.row, (where.indented(f"{found['before']}{flow} -> {call}{found['behind']}"),)),)


def named_above(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The same of a line above, whose name is read."""
    name = where.about.span.text
    for row in range(where.row - 1, where.extent[0], -1):
        line = CALLED.fullmatch(where.text(row))
        if line is not None and line["before"].partition("=")[0].strip() == name:
            yield from along_the_arrow(line, where.at(row))
            return


_FIRST = {
    "Conv2D": "(28, 28, 1)", "SeparableConv2D": "(28, 28, 1)", "MaxPooling2D": "(28, 28, 1)",
    "Conv1D": "(64, 8)", "LSTM": "(64, 8)", "GRU": "(64, 8)", "Conv3D": "(8, 28, 28, 1)", "Embedding": "(64,) int32",
}  # fmt: skip
"""Shapes of inputs for which nothing says more than the layer that they come into."""


def out_of_the_head(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Net(x) {`, where `x` is what flows in: an input of the body, of a shape that its first layer takes."""
    body = where.inside()
    parts = parts_of(found["given"])
    flows = [each for each in parts if f"take `{each}` out" in (where.about.help or "")]
    if body is None or body[0] == where.row or len(flows) != 1 or not flows[0].isidentifier():
        return
    name = flows[0]
    taker = regex(rf"(?<!\w){name}[ ]*->[ ]*([A-Z]\w*)")
    first = next((each[1] for line in body[1] if (each := taker.search(line))), "Dense")
    rest = ", ".join(each for each in parts if each != name)
    head = f"{found['head'].rstrip()}{f'({rest})' if rest else ''} {{"
    inside = where.indent(where.row + 1) or "    "
    yield (
        (where.row, where.row, (where.indented(head), f"{inside}input {name}: {_FIRST.get(first, '(8,)')}")),
    )


def above(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output Input(shape=(8,)) -> Dense(2)`: the input has a line of its own."""
    shape = re.sub(r"\bNone\b", "?", found["shape"])
    dtype = "" if found["dtype"] is None else f" {found['dtype']}"
    name = found["name"] or _free(where)
    lines = (f"input {name}: {shape}{dtype}", f"{found['before']}{name}{found['behind']}")
    yield ((where.row, where.row, tuple(map(where.indented, lines))),)


_TRAINING = regex(r"(?P<comma>,[ ]*)?\b(?:is_)?train(?:ing)?[ ]*=[ ]*(?P<value>\w+)(?(comma)|(?:,[ ]*)?)")


def inside_the_block(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> Drop(training=True)` of a block: the layers in it that training changes are told so; or it is left out."""
    line = where.lines[where.row - 1]
    given = _TRAINING.search(line)
    if given is None or not _blocks(where):
        return
    without = re.sub(r"\b([A-Z]\w*)\(\)", r"\1", f"{line[:given.start()]}{line[given.end():]}")
    without = re.sub(r"\((\w+)\)(?=[ ]*->)", r"\1", without)
    changes = _told(found, where, given["value"])
    if given["value"] in ("True", "False") and changes:
        yield tuple(sorted([*changes, (where.row, where.row, (without,))]))
    yield ((where.row, where.row, (without,)),)


_LAYER = regex(r"->[ ]*([A-Z]\w*)(\((?:[^()]|\([^()]*\))*\))?")


def _blocks(where: Where) -> dict[str, int]:
    """The blocks of the file that a line uses, and where they begin."""
    names = re.findall(r"\b([A-Z]\w*)\b", where.text(where.row))
    heads = ((row, re.match(r"block[ ]+([A-Z]\w*)", line)) for row, line in enumerate(where.lines, 1))
    return {each[1]: row for row, each in heads if each is not None and each[1] in names}


def _told(found: re.Match[str], where: Where, value: str) -> Right:
    """The lines of the block that a line uses, once, whose layers do another thing in training."""
    heads = _blocks(where)
    name = next(iter(heads), None)
    used = 0 if name is None else len(re.findall(rf"\b{name}\b", "\n".join(where.lines)))
    if name is None or used != 2:
        return ()
    begin = where.at(heads[name])
    last = begin.closing() if "{" in begin.text(begin.row) else begin.row
    if any(re.search(r"\btraining\b", where.text(row)) for row in range(begin.row, (last or begin.row) + 1)):
        return ()  # which asks by itself
    return where.rewritten(
        range(begin.row, (last or begin.row) + 1),
        lambda line: _LAYER.sub(
            lambda each: f"-> (_, training={value}) {each[0]}" if training.differs(each[1], ()) else each[0],
            line,
        ),
    )


def renamed_extern(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`extern my_layers.Attention`, where Keras has a layer of the name: another one, here and in the module."""
    name, module = found["name"], (found["module"] or found["of"] or "").removesuffix(".py").replace("/", ".")
    if layers.find(name) is None or not re.fullmatch(r"\w+(?:\.\w+)*", module):
        return
    used = regex(rf"(?<![\w.\"']){name}\(({GIVEN})\)")
    uses = (
        each for row, text in enumerate(where.lines, 1) if row != where.row for each in used.finditer(text)
    )
    given = found["given"] or _parameters(next((each[1] for each in uses), ""))
    line = f"extern My{name}{given} from {module}{found['rest']}"
    changes = [(where.row, where.row, (line,))]
    for row, before in enumerate(where.lines, 1):
        code, mark, comment = before.partition("#")
        written = re.sub(rf"(?<![\w.\"'])({name})\b", r"My\1", code)
        if row != where.row and written != code:
            changes.append((row, row, (f"{written}{mark}{comment}",)))
    yield tuple(sorted(changes))


def _parameters(given: str) -> str:
    """The parameters that take what a use gives, in brackets."""
    parts = parts_of(given)
    names = [
        each.partition("=")[0].strip() if _NAMED.fullmatch(each) else f"value{at or ''}"
        for at, each in enumerate(parts)
    ]
    return f"({', '.join(names)})" if names else ""


_SIDES = regex(
    r"(,[ ]*(?:\w+[ ]*=[ ]*)?|\b(?:\w+Pooling|UpSampling|ZeroPadding|Cropping)\dD\([ ]*)(\d+(?:[ ]*×[ ]*\d+)+)(?![\w.])"
)


def in_brackets(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv2D(8, 3×3)`: sizes, in brackets."""
    line = _SIDES.sub(
        lambda each: f"{each[1]}({', '.join(re.findall('[0-9]+', each[2]))})", where.lines[where.row - 1]
    )
    yield ((where.row, where.row, (line,)),)


def as_parts(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dropout(50%)`: a part of the whole."""
    line = re.sub(
        r"(?<![\w.])(\d{1,3})[ ]*%(?=[ ]*[,)])",
        lambda each: f"{int(each[1]) / 100:g}",
        where.lines[where.row - 1],
    )
    yield ((where.row, where.row, (line,)),)


def handed_over(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A block that reads a number of the model which uses it: a parameter."""
    name, head = where.about.span.text, where.at(where.extent[0])
    begun = re.fullmatch(r"block[ ]+(\w+)[ ]*(?:\(([^()]*)\))?(.*)", head.text(head.row))
    values = rf"[ \t]+{name}[ ]*=[ ]*(?:{_PLAIN}|True|False|[(\[][^()\[\]]*[)\]])[ ]*(?:#.*)?"
    known = name.isidentifier() and any(re.fullmatch(values, line) for line in where.lines)
    if begun is None or not known:
        return
    block, given = begun[1], parts_of(begun[2] or "")
    if any("=" in each for each in given):
        return
    changes = [(head.row, head.row, (f"block {block}({', '.join([*given, name])}) {begun[3].lstrip()}",))]
    use = regex(rf"(?<![\w.]){block}\b(?:\(({GIVEN})\))?")
    for row, line in enumerate(where.lines, 1):
        if where.extent[0] <= row <= where.extent[1]:
            continue
        written = use.sub(
            lambda each: f"{block}({', '.join([*parts_of(each[1] or ''), f'{name}={name}'])})", line
        )
        if written != line:
            changes.append((row, row, (written,)))
    yield tuple(sorted(changes))


def another_constant(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`SIZES += [32]` of a constant: a name of the body, which the lines below read."""
    name, other = found["name"], found["name"].lower()
    above = range(where.row - 1, where.extent[0], -1)
    around = (where.text(row) for row in above if len(where.indent(row)) < len(where.indent()))
    if not name.isupper() or other == name or any(re.match(r"for\b", each) for each in around):
        return
    changes = [(where.row, where.row, (where.indented(f"{other} = {name} {found['sign']} {found['rest']}"),))]
    for row in range(where.row + 1, where.extent[1] + 1):
        written = re.sub(rf"(?<![\w.\"']){name}\b", other, where.lines[row - 1])
        if written != where.lines[row - 1]:
            changes.append((row, row, (written,)))
    yield tuple(changes)


def without_defaults(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block B(units = 8, rate)`, whose uses give all of them."""
    parts = parts_of(found["given"])
    last = max((at for at, each in enumerate(parts) if "=" not in each), default=0)
    names = [each.partition("=")[0].strip() if at < last else each for at, each in enumerate(parts)]
    yield ((where.row, where.row, (where.indented(f"{found['head']}({', '.join(names)}){found['rest']}"),)),)


def each_by_itself(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`a, b = [x, y] -> encode` of a shared layer of one tensor: a line for each."""
    name = found["name"]
    line = regex(
        rf"(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]*=[ ]*[\[(](?P<values>\w+(?:[ ]*,[ ]*\w+)+)[\])][ ]*->[ ]*{name}(?P<rest>[ ]*->.*)?"
    )
    for row in range(where.row + 1, where.extent[1] + 1):
        one = line.fullmatch(where.text(row))
        if one is not None:
            names, values = parts_of(one["names"]), parts_of(one["values"])
            pairs = zip(names, values, strict=False)
            lines = tuple(
                f"{where.indent(row)}{each} = {value} -> {name}{one['rest'] or ''}" for each, value in pairs
            )
            if len(names) == len(values):
                yield ((row, row, lines),)
            return


def multiplied(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x * w` of a weight with a row for each feature: a product of matrices."""
    weights = {
        each[1] for row in range(*where.extent) if (each := re.match(r"weight[ ]+(\w+)", where.text(row)))
    }
    if found["other"] not in weights:
        return
    yield (
        (
            where.row,
            where.row,
            (where.indented(f"{found['before']}{found['one']} @ {found['other']}{found['behind']}"),),
        ),
    )


def required(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Net(units = None)` of a number that a layer cannot do without: a parameter without a default."""
    name = where.about.span.text
    for row in range(where.row, 0, -1) if name.isidentifier() else ():
        line = where.lines[row - 1]
        written = re.sub(rf"(?<=[(, ])({name})[ ]*=[ ]*None\b", r"\1", line)
        if written != line and re.match(r"(?:model|block)\b", line):
            yield ((row, row, (written,)),)
            return


def without_the_line(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A line that is to be left out, with those in its brackets."""
    is_about = where.row == where.about.span.row
    if not is_about or not (where.about.help or "").startswith("leave this line out"):
        return
    depth = 0
    for row in range(where.row, min(where.row + _MOST, len(where.lines)) + 1):
        text = where.text(row)
        depth += sum(text.count(each) for each in "([{") - sum(text.count(each) for each in ")]}")
        if depth <= 0:
            if depth == 0:
                yield ((where.row, row, ()),)
            return


_MOST = 30
