"""What a text takes from outside as other languages do: settings that are read when a program runs, files and modules by their names.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    N = int(os.environ["N"])                model Net(N = 8) {
    model Net { … Dense(N) … }                  … Dense(N) …

    use blocks.Head                         use Head from "blocks.kdl"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import parts_of
from dslc.regex import regex

_MODEL = regex(r"(model[ ]+\w+)[ ]*(?:\(((?:[^()]|\([^()]*\))*)\))?([ ]*\{.*)")


def parameters(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`args = parser.parse_args()`: what differs from run to run is a parameter of the model, with the value that holds if nobody says another."""
    name = found["name"]
    field = regex(
        rf"(?<![\w.\"']){name}(?:\.([a-z]\w*)|\[[\"'](\w+)[\"']\]|\.get\([\"'](\w+)[\"'](?:,[^()]*)?\))"
    )
    row = next((n for n in range(1, len(where.lines) + 1) if _MODEL.match(where.text(n))), None)
    head = None if row is None else _MODEL.fullmatch(where.lines[row - 1].rstrip())
    if row is None or head is None:
        return
    changed: list[Change] = [(where.row, where.row, ())]
    names: list[str] = []
    for number, line in enumerate(where.lines, 1):
        if number == where.row:
            continue
        names += [one for each in field.findall(line) for one in each if one and one not in names]
        new = field.sub(lambda each: each[1] or each[2] or each[3], line)
        if new != line and number != row:
            changed.append((number, number, (new,)))
    if not names:
        names = [name]
    given = [
        *([head[2].strip()] if (head[2] or "").strip() else []),
        *(f"{each} = {_value(each)}" for each in names),
    ]
    changed.append((row, row, (f"{head[1]}({', '.join(given)}) {head[3].lstrip()}",)))
    yield tuple(changed)


def _value(name: str) -> str:
    """A value that a setting of such a name may have."""
    lower = name.lower()
    return next((value for word, value in _VALUES.items() if word in lower), "8")


_VALUES = {
    "act": '"relu"',
    "drop": "0.1",
    "rate": "0.1",
    "use": "True",
    "is_": "True",
    "pad": '"same"',
    "path": '"a"',
    "class": "10",
}


def below_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`use blocks.Head` and `use Head from blocks`: the file of that name, in quotes."""
    module = found["module"].strip("./").replace(".", "/").removesuffix("/kdl")
    yield ((where.row, where.row, (f'use {found["names"].strip("{} ")} from "{module}.kdl"',)),)


def by_second_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`use "blocks.kdl" as b`, and `b.Head` below: each name that is taken is said."""
    alias = found["alias"] or re.split(r"[/.]", found["file"].removesuffix(".kdl"))[-1]
    names, changed = _without(where, alias)
    if not names:  # they stand without it: every block that nothing here defines
        text = "\n".join(where.lines)
        own = {*re.findall(r"(?:block|model|fn|extern)[ ]+(?:\w+[ ]+)?(\w+)", text)}
        names = [
            each
            for each in dict.fromkeys(re.findall(r"->[ ]*([A-Z]\w*)", text))
            if each not in own and not _is_layer(each)
        ]
    if names:
        yield ((where.row, where.row, (f'use {", ".join(names)} from "{found["file"]}"',)), *changed)


def of_module(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`import blocks`, and `blocks.Head` below: the file of that name, which the names are taken from."""
    names, changed = _without(where, found["alias"] or found["file"])
    if names and not any(map(_is_layer, names)):
        yield ((where.row, where.row, (f'use {", ".join(names)} from "{found["file"]}.kdl"',)), *changed)


def _without(where: Where, alias: str) -> tuple[list[str], list[Change]]:
    """The names that stand behind another one and a dot, and the lines without that."""
    used = regex(rf"(?<![\w.]){alias}(?:\.|::)([A-Za-z]\w*)")
    names: list[str] = []
    changed: list[Change] = []
    for row, line in enumerate(where.lines, 1):
        if row == where.row:
            continue
        names += [each for each in used.findall(line) if each not in names]
        new = used.sub(r"\1", line)
        if new != line:
            changed.append((row, row, (new,)))
    return names, changed


def _is_layer(name: str) -> bool:
    from dslc.keras import layers

    return layers.find(name) is not None


def file_each(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`use A, B from "a.kdl", "b.kdl"`: a line for each file."""
    names = [each.strip() for each in found["names"].split(",")]
    files = [each.strip() for each in found["files"].split(",")]
    if len(names) == len(files):
        yield (
            (
                where.row,
                where.row,
                tuple(f"use {name} from {file}" for name, file in zip(names, files, strict=True)),
            ),
        )


def module_of_python(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`use MyLayer from my_layers.py`: what stands in a Python module is an `extern`, with as many parameters as its uses give it."""
    name = found["name"]
    module = found["module"].strip("./").replace("/", ".")
    call = regex(rf"(?<![\w.]){name}(?:\(((?:[^()]|\([^()]*\))*)\))?")
    used = next(
        (each for row, line in enumerate(where.lines, 1) if row != where.row and (each := call.search(line))),
        None,
    )
    given = [] if used is None else parts_of(used[1] or "")
    parameters = [
        named[1] if (named := re.match(r"(\w+)[ ]*=", each)) else letter
        for each, letter in zip(given, "nmkpqr", strict=False)
    ]
    told = f"({', '.join(parameters)})" if parameters else ""
    yield ((where.row, where.row, (f"extern {name}{told} from {module} {{ input x  output x }}",)),)


def outputs_by_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`t = x -> Two`, and `t.a` below: the outputs of a block are taken apart where they are made."""
    whole = found["whole"]
    for row in range(where.extent[0], where.row + 1):
        made = re.fullmatch(
            rf"([ \t]*){whole}([ ]*=[ ]*.*->[ ]*([A-Z]\w*)(?:\(.*\))?[ ]*)", where.lines[row - 1].rstrip()
        )
        names = [] if made is None else _outputs(where, made[3])
        if made is None or len(names) < _SEVERAL:
            continue
        used = regex(rf"(?<![\w.]){whole}(?:\.([a-z]\w*)|\[[\"'](\w+)[\"']\]|\[(\d)\])")

        def called(each: re.Match[str], names: Sequence[str] = names) -> str:
            return each[1] or each[2] or (names[int(each[3])] if int(each[3]) < len(names) else each[0])

        rows = range(row + 1, where.extent[1] + 1)
        taken = {called(each) for number in rows for each in used.finditer(where.lines[number - 1])}
        told = ", ".join(each if each in taken else "_" for each in names)
        changed: list[Change] = [(row, row, (f"{made[1]}{told}{made[2]}",))]
        for number in rows:
            line = where.lines[number - 1]
            new = used.sub(called, line)
            if new != line:
                changed.append((number, number, (new,)))
        yield tuple(changed)


def first_of_several(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> Two -> Dense(3)`, where `Two` has several outputs: the one that flows on is named."""
    names = _outputs(where, found["block"])
    if len(names) >= _SEVERAL:
        told = ", ".join([names[0], *("_" for _ in names[1:])])
        lines = (f"{told} = {found['flow']}", f"{found['word']}{names[0]} -> {found['rest']}")
        yield ((where.row, where.row, tuple(map(where.indented, lines))),)


def models_in_a_row(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Whole = Encoder + Decoder`: a model with what comes into the first."""
    begins = rf"model[ ]+{found['first']}\b"
    at = next((row for row, line in enumerate(where.lines, 1) if re.match(begins, line)), None)
    inputs = (re.fullmatch(r"input[ ]+(\w+)[ ]*:[ ]*(.+)", line.strip()) for line in where.lines[at or 0 :])
    given = next((each for each in inputs if each is not None), None)
    if at is not None and given is not None:
        chain = " -> ".join([found["first"], *re.findall(r"[A-Z]\w*", found["rest"])])
        body = (f"    input {given[1]}: {given[2]}", f"    output {given[1]} -> {chain}")
        yield ((where.row, where.row, (f"model {found['name']} {{", *body, "}")),)


def tapped_there(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`f = taps(base, "a")` and `x -> f`: the call where the arrow is."""
    changed: list[Change] = [(where.row, where.row, ())]
    used = regex(rf"(?<=->[ ]){found['name']}\b")
    changed += where.rewritten(where.below, lambda line: used.sub(lambda _: found["taps"], line))
    if len(changed) > 1:
        yield tuple(changed)


_SEVERAL = 2


def _outputs(where: Where, block: str) -> list[str]:
    """The names of the outputs of a block or model of the file; none where one has no name."""
    begin = next(
        (n for n, line in enumerate(where.lines, 1) if re.match(rf"(?:block|model)[ ]+{block}\b", line)), None
    )
    names: list[str] = []
    for row in range((begin or len(where.lines)) + 1, len(where.lines) + 1):
        text = where.text(row)
        if where.lines[row - 1].startswith("}"):
            break
        said = re.match(r"output[ ]+(\w+)[ ]*(?:[:=]|$)", text)
        if text.startswith("output "):
            names.append(said[1] if said else "")
    return names if all(names) else []


def made_below(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`net = Net()` below the models, and the lines that do something with it: none of them is the model's."""
    if not where.about.text.startswith("a model "):
        return
    used = regex(rf"(?<![\w.\"']){found['name']}(?!\w)")
    rows = [row for row in range(where.row, where.extent[1] + 1) if used.search(where.text(row))]
    yield tuple((row, row, ()) for row in rows)


def names_in_quotes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output ("a", "b") = x -> [Dense(2), Dense(3)]`: the names stand before the value, and each output in a line."""
    names = [each.strip("\"'") for each in parts_of(found["names"])]
    lines = [f"{', '.join(names)} = {found['value']}", *(f"output {name}" for name in names)]
    yield ((where.row, where.row, tuple(map(where.indented, lines))),)


def refused(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`raise ValueError("…")`, where no way of an `if` is left: an assertion that does not hold there."""
    text = f", {found['text']}" if found["text"] else ""
    yield (
        (where.row, where.row, (where.indented(f"{found['before']}assert False{text}{found['behind']}"),)),
    )


def with_commas(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`[a b] -> Add`: the values of a list."""
    values = found["values"].split()
    if not {"if", "else", "for", "in", "not", "and", "or"} & {*values}:
        line = f"{found['before']}{', '.join(values)}{found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)


def times(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input n: () int32` and `for i in range(n) {`: a parameter of the model."""
    declared = regex(rf"input[ ]+{found['name']}[ ]*:.*")
    row = next((each for each in where.item if declared.fullmatch(where.text(each))), None)
    head = _MODEL.fullmatch(where.lines[where.extent[0] - 1].rstrip())
    if row is not None and head is not None:
        given = ", ".join((*parts_of(head[2] or ""), f"{found['name']} = 3"))
        yield (
            (where.extent[0], where.extent[0], (f"{head[1]}({given}) {head[3].lstrip()}",)),
            (row, row, ()),
        )


_CHOSEN = regex(r"(?P<name>\w+)[ ]*=[ ]*(?P<one>.+?)[ ]+if[ ]+(?P<test>.+?)[ ]+else[ ]+(?P<other>.+)")


def in_one_way(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input meta: (3,) if use_meta`, and `h = [x, meta] -> Concatenate if use_meta else x`: both stand in an `if`."""
    head, test = found["head"], found["test"].strip()
    yield ((where.row, where.row, (where.indented(f"if {test} {{ {head} }}"),)),)
    for row in where.below:
        chosen = _CHOSEN.fullmatch(where.text(row))
        if chosen is not None and chosen["test"] == test:
            lines = (
                f"{chosen['name']} = {chosen['other']}",
                f"if {test} {{",
                f"    {head}",
                f"    {chosen['name']} = {chosen['one']}",
                "}",
            )
            own = tuple(f"{where.indent(row)}{line}" for line in lines)
            yield ((where.row, where.row, ()), (row, row, own))
