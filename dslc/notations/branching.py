"""Branches and choices that are written in another way: with names in the fork, without what flows into it, by a key, in a `fn`.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    x -> [a = Dense(3), b = Dense(4)]          a, b = x -> [Dense(3), Dense(4)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import camel_case
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import entries_of
from dslc.regex import regex


def named_branches(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> [a = Dense(3), b = Dense(4)]`, and `h = x -> {a: Dense(3)}` whose parts are `h.a`: names before the fork."""
    entries = entries_of(found["branches"])
    if entries is None:
        return
    whole = found["whole"]
    names = [f"{whole}_{name}" if whole else name for name, _ in entries]
    line = f"{', '.join(names)} = {found['flow'].strip()} -> [{', '.join(layer for _, layer in entries)}]"
    changed: list[Change] = [(where.row, where.row, (where.indented(line),))]
    for row in range(where.row + 1, where.extent[1] + 1) if whole else ():
        part = regex(rf"(?<![\w.]){whole}(?:\.(\w+)|\[[\"'](\w+)[\"']\])")
        new = part.sub(lambda each: f"{whole}_{each[1] or each[2]}", where.lines[row - 1])
        if new != where.lines[row - 1]:
            changed.append((row, row, (new,)))
    yield tuple(changed)


def forked_above(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`a, b = [Dense(3), Dense(4)]`, found where `a` is used: what flows stands before the fork."""
    words = {*re.findall(r"\w+", found[0])}
    for row in range(where.row - 1, where.extent[0], -1):
        made = re.fullmatch(r"(\w+(?:[ ]*,[ ]*\w+)+)[ ]*=[ ]*(\[[ ]*[A-Z].*\])", where.text(row))
        if made is not None and words & {*re.findall(r"\w+", made[1])}:
            line = f"{where.indent(row)}{made[1]} = {where.at(row).flow} -> {made[2]}"
            yield ((row, row, (line,)),)


def chosen_by_key(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`-> {"a": ReLU, "b": Softmax}[kind]`: a choice by tests."""
    entries = entries_of(found["entries"])
    if entries is None:
        return
    *others, (_, last) = entries
    text = last
    for key, layer in reversed(others):
        text = f'{layer} if {found["key"]} == "{key}" else {text}'
    choice = f"({text})" if others else text
    yield ((where.row, where.row, (where.indented(f"{found['before']}{choice}{found['behind']}"),)),)


def block_of_layer_fn(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A `fn` that gives a layer, through which data is to flow: it is a block."""
    names = {*re.findall(r"\b([a-z]\w*)[ ]*\(", found[0])} | {*re.findall(r"->[ ]*([a-z]\w*)", found[0])}
    for row, line in enumerate(where.lines, 1):
        made = re.fullmatch(
            r"fn[ ]+(\w+)[ ]*(\(.*?\))[ ]*(?:=[ ]*([A-Z].*)|\{[ ]*return[ ]+([A-Z].*?)[ ]*\})", line.rstrip()
        )
        if made is None or made[1] not in names:
            continue
        title = camel_case(made[1])
        changed: list[Change] = [(row, row, (f"block {title}{made[2]} = {made[3] or made[4]}",))]
        for other, text in enumerate(where.lines, 1):
            new = re.sub(rf"(?<![\w.]){made[1]}\b(?=\(|[ ]*(?:->|$))", title, text)
            if other != row and new != text:
                changed.append((other, other, (new,)))
        yield tuple(changed)


def unshared(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`shared d = x -> Dense(8)`: a value, or a layer through which data flows where it is used."""
    name, flow = found["name"], found["flow"]
    rows = range(where.row + 1, where.extent[1] + 1)
    used = regex(rf"->[ ]*{name}\b")
    if not any(used.search(where.lines[row - 1]) for row in rows):
        yield ((where.row, where.row, (where.indented(f"{name} = {flow} -> {found['layers']}"),)),)
        return
    changed: list[Change] = [(where.row, where.row, (where.indented(f"shared {name} = {found['layers']}"),))]
    changed += where.rewritten(
        rows,
        lambda line: re.sub(rf"(?<![\w.])(?<!->)(?<!->[ ]){name}\b(?![ ]*=)", f"({flow} -> {name})", line),
    )
    yield tuple(changed)


def summed(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x + Dense(4) + Dense(2)`: a chain."""
    layers = [each.strip() for each in re.split(r"\+(?![^(\[{]*[)\]}])", found["layers"])]
    if all(re.match(r"[A-Z]", each) for each in layers):
        chain = " -> ".join([found["flow"], *layers])
        yield ((where.row, where.row, (where.indented(f"{found['word']}{chain}"),)),)


_WITH_COMMAS = regex(
    r"(?P<before>(?P<name>\w+)[ ]*=[ ]*[a-z]\w*[ ]*->[ ]*)(?P<branches>[A-Z][^\[\]]*?\)?[ ]*,[ ]*[A-Z][^\[\]]*?)"
    r"(?P<rest>[ ]*->[ ]*(?:Concatenate|Add|Multiply|Average|Maximum|Minimum|Subtract|Dot)\b.*)"
)


def listed_above(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`y = x -> Dense(8), Dense(4) -> Concatenate`, and `y` below: the branches of the line that makes it as a list."""
    for row in range(where.row - 1, where.extent[0], -1):
        made = _WITH_COMMAS.fullmatch(where.text(row))
        if made is not None and made["name"] == where.about.span.text:
            line = f"{where.indent(row)}{made['before']}[{made['branches']}]{made['rest']}"
            yield ((row, row, (line,)),)
            return


_STAGES = regex(r"(?:[ ]*->[ ]*[A-Z]\w*(?:\((?:[^()]|\([^()]*\))*\))?)+")


def stages_behind_a_test(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`if pool { -> MaxPooling2D }` behind a line: the stages of that line, each with what flows on without it."""
    last = where.closing()
    body = "" if last is None else " ".join(where.text(row) for row in range(where.row, last + 1))
    ways = re.fullmatch(
        r"if[ ]+(?P<test>[^{}]+?)[ ]*\{(?P<then>[^{}]*)\}(?:[ ]*else[ ]*\{(?P<other>[^{}]*)\})?", body
    )
    if ways is None or last is None:
        return
    parts = [_STAGES.fullmatch(way.strip()) for way in (ways["then"], ways["other"]) if way is not None]
    if any(each is None for each in parts):
        return
    then, *others = [
        [stage.strip() for stage in each[0].split("->")[1:]] for each in parts if each is not None
    ]
    above = (
        where.indent(where.row - 1)
        if where.text(where.row - 1).startswith("->")
        else f"{where.indent(where.row - 1)}    "
    )
    if others and len(then) == len(others[0]) == 1:
        lines = [f"-> {then[0]} if {ways['test']} else {others[0][0]}"]
    elif not others:
        lines = [f"-> {stage} if {ways['test']} else _" for stage in then]
    else:
        return
    yield ((where.row, last, tuple(above + line for line in lines)),)
