"""Lines that are right once others change with them: bodies, shared layers and records.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dslc.casing import camel_case
from dslc.diagnostics.vocabulary.blocks import BLOCKS, as_block
from dslc.diagnostics.vocabulary.composed import composed
from dslc.keras.layers import arguments
from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN, at_commas, entries_of, parts_of
from dslc.notations.loops import opposite
from dslc.regex import regex


def one_chain(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block B(n) { Dense(n) -> ReLU }`, and with `= {`, whose body is layers alone."""
    body = where.inside()
    if body is None or not body[1]:
        return
    last, lines = body
    stages = [
        each.removeprefix("output ").strip().removeprefix("->").removesuffix("->").strip() for each in lines
    ]
    if not all(re.match(r"(?:\w+\.)*[A-Z]", each) for each in stages):
        return
    rest = where.text(last).rpartition("}")[2].strip()
    if rest and last != where.row:
        return
    yield ((where.row, last, (f"{found['head'].strip()} = {' -> '.join(stages)}",)),)


def block_of_fn(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`fn head { input x … }`: what has an input is a block, whose uses have its name as well."""
    body = where.inside()
    if body is None or not any(each.startswith("input ") for each in body[1]):
        return
    name = found["name"]
    title = name if name[:1].isupper() else camel_case(name)
    head = re.sub(r"^fn[ ]+\w+", f"block {title}", where.lines[where.row - 1].lstrip())
    head = head.replace("return ", "output ")
    changed = [(where.row, where.row, (head,))]
    for row, line in enumerate(where.lines, 1):
        new = re.sub(r"^(\s*)return\b", r"\1output", line) if where.row < row <= body[0] else line
        new = re.sub(rf"(?<![\w.]){name}\b(?!\s*[:=])", title, new) if row != where.row else new
        if new != line and row != where.row:
            changed.append((row, row, (new,)))
    yield tuple(changed)


def block_of_def(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`def part(t, n):` inside a model, or with a brace: a block above it, into which flows what its first parameter was given."""
    given = [each.strip() for each in re.split(r",(?![^(\[]*[)\]])", found["given"]) if each.strip()]
    given = [re.sub(r"^(\w+)[ ]*:[^=]*", r"\1", each).strip() for each in given if each != "self"]
    if not given or not re.fullmatch(r"\w+", given[0]):
        return
    name, rest, last = found["name"], found["rest"].strip(), where.deeper()
    below = where.lines[where.row : last]
    if found[0][found.start("rest") - 1] == "{":
        closing = where.closing()
        if closing is None:
            return
        rest, last = rest.removesuffix("}").strip(), closing
        below = where.lines[where.row : max(where.row, last - 1)]
    rows = [rest, *(each.rstrip() for each in below)]
    body = [re.sub(r"^(\s*)return\b", r"\1output", each) for each in rows if each.strip()]
    if not body:
        return
    title = camel_case(name)
    deep = min(len(each) - len(each.lstrip()) for each in body)
    inputs = sum("=" not in each for each in given)
    is_nested = where.row != where.extent[0] and where.indent() != ""
    top = where.extent[0] if is_nested else where.row
    handed = _of_the_model(where, body, given) if is_nested and len(given) == 1 else []
    given += handed
    told = f"{title}({', '.join(handed)})" if handed else title
    calls = _renamed(where, name, told, range(where.row, last + 1))
    for flows in range(1, min(inputs, _MOST_FLOWS) + 1):
        rest = given[flows:]
        head = f"block {title}{'(' + ', '.join(map(_spaced, rest)) + ')' if rest else ''} {{"
        lines = [
            head,
            *(f"    input {each}" for each in given[:flows]),
            *(f"    {each[deep:]}" for each in body),
            "}",
        ]
        if is_nested:
            yield ((top, top - 1, (*lines, "")), (where.row, last, ()), *calls)
        else:
            yield ((where.row, last, tuple(lines)), *calls)


def _of_the_model(where: Where, body: Sequence[str], given: Sequence[str]) -> list[str]:
    """The parameters of the model around a function that it reads, as it may in Python."""
    head = re.match(rf"(?:model|block)[ ]+\w+[ ]*\(({GIVEN})\)", where.text(where.extent[0]))
    names = [] if head is None else [re.split(r"[ ]*[=:]", each)[0] for each in parts_of(head[1])]
    read = set(re.findall(r"(?<![\w.])[A-Za-z_]\w*(?![ ]*=(?!=))", " ".join(body)))
    return [each for each in names if each in read and each not in given]


_MOST_FLOWS = 3
"""Values that flow into a block that was a function; the others are parameters."""


def _spaced(parameter: str) -> str:
    return re.sub(r"[ ]*=[ ]*", " = ", parameter, count=1)


def _renamed(
    where: Where, name: str, title: str, but: Sequence[int]
) -> list[tuple[int, int, tuple[str, ...]]]:
    """The lines that use a function, by the name of the block that it is."""
    made: list[tuple[int, int, tuple[str, ...]]] = []
    for row, line in enumerate(where.lines, 1):
        new = line if row in but else re.sub(rf"(?<![\w.]){name}[ ]*(?=\()", title, line)
        if new != line:
            made.append((row, row, (new,)))
    return made


def _arguments(text: str) -> tuple[list[str], dict[str, str]]:
    """What stands in the brackets of a call: values by their place, and those with a name."""
    positional: list[str] = []
    keywords: dict[str, str] = {}
    for each in at_commas(text):
        named = re.fullmatch(r"(\w+)[ ]*=(?!=)[ ]*(.+)", each)
        if named is not None:
            keywords[named[1]] = named[2]
        elif each:
            positional.append(each)
    return positional, keywords


_READY = regex(rf"(?:\w+\.)*\b({'|'.join(BLOCKS)})(?:\(((?:[^()]|\([^()]*\))*)\)|\b(?![\w(]))")


def with_block(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Layers that Keras has not: the blocks that they are, above the model, and their calls."""
    yield from with_blocks(where, where.lines[where.row - 1])


def with_blocks(where: Where, line: str) -> Iterator[Right]:
    """A line in the place of another one, with the blocks above the item that its layers are."""
    own = {each[1] for text in where.lines if (each := re.match(r"block[ ]+(\w+)", text))}
    heads: list[str] = []
    changed = line
    for ready in _READY.finditer(line):
        made = as_block(ready[1], *_arguments(ready[2] or ""))
        if made is None or ready[1] in own:
            continue
        if made[0][0] not in heads:
            heads += [*made[0], ""]
        changed = changed.replace(ready[0], made[1])
    top = where.extent[0]
    if where.row == top:
        yield ((top, top, (*heads, changed)),)
    elif heads:
        yield ((top, top - 1, tuple(heads)), (where.row, where.row, (changed,)))


def chained(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`MLP([64, 10])`, whose layers are a chain."""
    chain = composed(found["name"], "", *_arguments(found["arguments"]))
    if chain is not None:
        yield ((where.row, where.row, (where.indented(f"{found['before']}{chain}{found['behind']}"),)),)


def filled(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`r = record(a=x, b=x -> Dense(2))`: a line for each entry."""
    entries = entries_of((found["given"] or found["braced"]).strip("{}"))
    name = found["name"]
    if entries is not None:
        lines = [f'{name}["{key}"] = {value}' for key, value in entries]
        changed = [(where.row, where.row, tuple(map(where.indented, (f"{name} = record()", *lines))))]
        keys = "|".join(key for key, _ in entries)
        changed += where.rewritten(
            where.below, lambda line: re.sub(rf"(?<![\w.]){name}\.({keys})\b", rf'{name}["\1"]', line)
        )
        yield tuple(changed)


def model_of_models(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Whole = Encoder -> Decoder`: what comes in is what comes into the first."""
    begins = rf"model[ ]+{found['first']}\b"
    at = next((row for row, line in enumerate(where.lines, 1) if re.match(begins, line)), None)
    inputs = (re.fullmatch(r"input[ ]+(\w+)[ ]*:[ ]*(.+)", line.strip()) for line in where.lines[at or 0 :])
    given = next((each for each in inputs if each is not None), None)
    if at is not None and given is not None:
        lines = (
            f"model {found['name']} {{",
            f"    input {given[1]}: {given[2]}",
            f"    output {given[1]} -> {found['chain']}",
            "}",
        )
        yield ((where.row, where.row, lines),)


def kept_by_key(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`heads = {n: x -> Dense(n) for n in sizes}`: a record that a loop fills."""
    name = found["name"]
    filling = f"for {found['target']} in {found['values']} {{ {name}[{found['key']}] = {found['value']} }}"
    yield ((where.row, where.row, tuple(map(where.indented, (f"{name} = record()", filling)))),)


def keyed_blocks(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`LAYERS = {"a": Dense(3)}` in a file: a block for each, which arrows lead to by its name."""
    if where.indent():
        return
    entries = [re.fullmatch(r"[\"'](\w+)[\"'][ ]*:[ ]*(.+)", each) for each in parts_of(found["entries"])]
    titles = {
        each[1]: camel_case(f"{each[1]}_{found['name']}".lower()) for each in entries if each is not None
    }
    lines = [f"block {titles[each[1]]} = {each[2]}" for each in entries if each is not None]
    if None in entries or not lines:
        return
    use = regex(rf"(?<![\w.]){found['name']}\[[\"'](\w+)[\"']\]")
    changed = [(where.row, where.row, tuple(lines))]
    for row, line in enumerate(where.lines, 1):
        new = use.sub(lambda each: titles.get(each[1], each[0]), line)
        if new != line and row != where.row:
            changed.append((row, row, (new,)))
    yield tuple(changed)


def default_of_other(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block B(n, m = 2 * n)`: the default is `None`, and a line of the body gives the value."""
    parameters = at_commas(found["given"])
    names = [re.split(r"[ ]*[=:]", each)[0] for each in parameters]
    made, head = [], found["head"]
    for each, name in zip(parameters, names, strict=True):
        default = re.fullmatch(r"\w+[ ]*=[ ]*(.+)", each)
        if default is not None and set(re.findall(r"[A-Za-z_]\w*", default[1])) & {*names} - {name}:
            head = head.replace(each, f"{name} = None", 1)
            made.append(f"    if {name} is None {{ {name} = {default[1]} }}")
    if not made:
        return
    if found["sign"] == "=":
        lines = (f"{head} {{", "    input x", *made, f"    output x -> {found['rest'].strip()}", "}")
        yield ((where.row, where.row, lines),)
    elif not found["rest"].strip():
        behind = where.row
        while re.match(r"input\b|[\"']", where.text(behind + 1)) is not None:
            behind += 1
        yield ((where.row, where.row, (f"{head} {{",)), (behind + 1, behind, tuple(made)))


def fields(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`r.low = x`, and `r["a"]["b"] = x`: the keys of a record stand in one pair of square brackets."""
    name = found["name"]
    nested = regex(rf"(?<![\w.]){name}\[([^\[\]]+)\]\[([^\[\]]+)\]")
    dotted = regex(rf"(?<![\w.]){name}\.([a-z]\w*)\b(?!\()")
    text = "\n".join(where.lines[where.extent[0] - 1 : where.row])
    turned = set(re.findall(r"\bfor[ ]+(\w+)", text))

    def key(field: re.Match[str]) -> str:
        return f"{name}[{field[1]}]" if field[1] in turned else f'{name}["{field[1]}"]'

    yield where.rewritten(where.item, lambda line: nested.sub(rf"{name}[\1, \2]", dotted.sub(key, line)))


def attributes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`self.fc = Dense(3)` in a body: a shared layer, without `self` wherever it stands."""

    def written(line: str) -> str:
        line = re.sub(r"^([ ]*)self\.(\w+)[ ]*=(?!=)", r"\1shared \2 =", line)
        return re.sub(r"(?<![\w.])self\.(\w+)", r"\1", line)

    yield where.rewritten(where.item, written)


def frozen(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`d.requires_grad_(False)`: an argument where the layer is made."""
    for row in range(where.row - 1, where.extent[0], -1):
        made = re.fullmatch(rf"((?:shared[ ]+)?{found['name']}[ ]*=[ ]*[\w.]+)(?:\((.*)\))?", where.text(row))
        if made is not None:
            given = f"{made[2]}, " if made[2] else ""
            yield (
                (row, row, (f"{where.indent(row)}{made[1]}({given}trainable=False)",)),
                (where.row, where.row, ()),
            )


def of_pairs(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`OrderedDict([("fc", nn.Linear(8, 4)), …])` in a `Sequential`: the layers without their names."""
    layers = re.findall(
        r"\([\"'][^\"']*[\"'][ ]*,[ ]*((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", found["pairs"]
    )
    if layers:
        yield (
            (
                where.row,
                where.row,
                (where.indented(f"{found['before']}{', '.join(layers)}{found['behind']}"),),
            ),
        )


def taken_apart(found: re.Match[str], where: Where) -> Iterator[Right]:
    """As many parts of a tensor as there are names for them."""
    number = found["names"].count(",") + 1
    yield (
        (
            where.row,
            where.row,
            (where.indented(f"{found['names']} = {found['before']}{number}{found['behind']}"),),
        ),
    )


def data_parameter(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block B(x, n) { input x … }`: what is an input is no parameter as well."""
    inputs = {
        each[1]
        for row in range(where.row, where.extent[1] + 1)
        if (each := re.match(r"(?:.*\{[ ]*)?input[ ]+(\w+)", where.text(row)))
    }
    given = at_commas(found["given"])
    names = [re.split(r"[ ]*[=:]", each)[0] for each in given]
    yield from (right for each in names if each in inputs for right in _told_to_layers(each, found, where))
    kept = [part for part, each in zip(given, names, strict=True) if each not in inputs]
    if len(kept) < len(given):
        head = f"{found['head']}({', '.join(kept)})" if kept else found["head"]
        yield ((where.row, where.row, (f"{head}{found['rest']}",)),)


def _told_to_layers(name: str, found: re.Match[str], where: Where) -> Iterator[Right]:
    """A parameter that layers are told, which is no input but is called so: it gets a name of its own."""
    own = "size" if not any(re.search(r"\bsize\b", where.text(row)) for row in where.item) else f"{name}_size"
    told = regex(rf"(?<=[(,=])([ ]*){re.escape(name)}(?=[ ]*[),])")
    calls = regex(rf"[A-Z]\w*\({GIVEN}\)")
    inside = where.rewritten(
        where.item[1:], lambda line: calls.sub(lambda call: told.sub(rf"\1{own}", call[0]), line)
    )
    if inside:
        given = regex(rf"(?<=[(,])([ ]*){re.escape(name)}\b").sub(rf"\1{own}", f"({found['given']})")
        yield ((where.row, where.row, (f"{found['head']}{given}{found['rest']}",)), *inside)


def both_outputs(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output x -> A if deep`, and below it `output x -> B if not deep`."""
    below = re.fullmatch(r"output[ ]+(.+?->[ ]*)(.+?)[ ]+if[ ]+([^{}]+)", where.text(where.row + 1))
    if (
        below is not None
        and below[1] == found["flow"]
        and below[3] in (f"not {found['test']}", opposite(found["test"]))
    ):
        line = f"output {found['flow']}{found['one']} if {found['test']} else {below[2]}"
        yield ((where.row, where.row + 1, (where.indented(line),)),)


def called_extern(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`similarity(a, b)` of an `extern fn` without parameters: what it is given flows into it."""
    if any(re.match(rf"extern[ ]+fn[ ]+{found['name']}[ ]+from\b", line) for line in where.lines):
        line = f"{found['before']}({found['values']}) -> {found['name']}{found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)


def block_in_quotes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> "Head"(4)`, of a block of the file."""
    if any(re.match(rf"(?:block|model|extern)[ ]+{found['name']}\b", line) for line in where.lines):
        yield (
            (where.row, where.row, (where.indented(f"{found['before']}{found['name']}{found['behind']}"),)),
        )


def named_argument(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Head(units=8, 0.1)`: the argument without a name, with the name of the first that has no value yet."""
    heads = (
        re.match(rf"(?:block|model|extern)[ ]+{found['callee']}[ ]*\((.*?)\)", line) for line in where.lines
    )
    head = next((each for each in heads if each is not None), None)
    takes = (
        arguments(found["callee"])
        if head is None
        else [re.split(r"[ ]*[=:]", each)[0] for each in at_commas(head[1])]
    )
    positional, keywords = _arguments(found["named"])
    free = [each for each in takes[len(positional) :] if each not in keywords]
    if free:
        line = f"{found['before']}{found['named']}, {free[0]}={found['plain'].strip()}{found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)


def input_of_other(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A model without an input, of which another model of the file has one with that name: the same line here."""
    words = {
        word
        for row in range(where.row + 1, where.extent[1] + 1)
        for word in re.findall(r"\w+", where.text(row))
    }
    for line in where.lines:
        given = re.fullmatch(r"[ ]*(input[ ]+(\w+)[ ]*:.*)", line.rstrip())
        if given is not None and given[2] in words:
            yield ((where.row + 1, where.row, (f"    {given[1]}",)),)
            return


def compared(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x > Dense(8) > ReLU`: arrows, each with its shaft."""
    parts = re.split(r"[ ]*[<>][ ]*", found["chain"])
    yield ((where.row, where.row, (where.indented(found["before"] + " -> ".join(parts)),)),)


def backwards(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(8) -> h`: what flows goes through the layers, and comes out under the name, which stands on the left."""
    name, layers = found["name"], found["layers"]
    word = "output" if name in ("output", "out") else f"{name} ="
    for flow in dict.fromkeys((name, where.flow)):
        yield ((where.row, where.row, (where.indented(f"{word} {flow} -> {layers}"),)),)


def with_colons(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x : Dense(8) : Dense(2)`: arrows, which others write with one sign."""
    stages = [each.strip() for each in re.split(r":(?![^(]*\))", found["chain"]) if each.strip()]
    line = " -> ".join((f"{found['before']}{found['flow_in']}", *stages))
    yield ((where.row, where.row, (where.indented(line),)),)


def with_parameters(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block Unit n = Dense(n)`: a head whose parameters lack their brackets, where its body uses them."""
    given = re.split(r"[ ,]+", found["given"])
    body = "\n".join(where.lines[where.row - 1 : where.extent[1]]).partition(found["given"])[2]
    if all(re.search(rf"\b{each}\b", body) for each in given):
        head = f"{found['word']} {found['name']}({', '.join(given)}) {found['rest']}"
        yield ((where.row, where.row, (head,)),)
