"""What others put in braces, or behind them in the same line: values, bodies of shared layers, statements.

In: a line with a brace, and where it stands.  Out: the lines that stand in the place of others.

    shared enc = { Dense(8) -> ReLU }            shared enc = Dense(8) -> ReLU
    if deep { x = x -> A } x = x -> B            if deep { x = x -> A }, and x = x -> B in a line of its own
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import camel_case
from dslc.notations.around import Right, Where
from dslc.regex import regex

_LAYERS = regex(r"(?:->[ ]*)?(?:[a-z_]\w*[ ]*->[ ]*)?[A-Z]\w*\b(?!.*[{}]).*")


def chain(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`shared enc = {` above layers and a `}`: these are its chain; with an input and an output they are a block."""
    inside = where.inside()
    if inside is None or not inside[1]:
        return
    last, lines = inside
    if lines[0].startswith("input ") and lines[-1].startswith("output ") and found["word"]:
        yield from _block(found, where, last)
    elif all(_LAYERS.fullmatch(each) for each in lines):
        stages = (each.removeprefix("->").removesuffix("->").strip(" ,;") for each in lines)
        line = f"{found['word'] or ''}{found['name']} = {' -> '.join(stages)}"
        yield ((where.row, last, (where.indented(line),)),)


def _block(found: re.Match[str], where: Where, last: int) -> Iterator[Right]:
    """A block above the model, of which one is shared."""
    name, begin = camel_case(found["name"]), where.extent[0]
    own = len(where.indent())
    body = tuple(where.lines[row - 1][own:] for row in range(where.row + 1, last))
    block = (f"block {name} {{", *body, "}", "")
    shared = where.indented(f"shared {found['name']} = {name}")
    yield ((begin, begin - 1, block), (where.row, last, (shared,)))


def repeated(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h = x -> repeat(3) { A -> B } -> C`, and the same in lines of a chain: a loop of its own."""
    row, begun = where.row, where.text(where.row)
    while begun.startswith("->") and row > where.extent[0]:
        row -= 1
        begun = f"{where.text(row)} {begun}"
    last, behind = where.row, found["behind"].strip()
    while where.text(last + 1).startswith("->"):
        last += 1
        behind = f"{behind} {where.text(last)}".strip()
    head = _HEAD.match(begun)
    if head is None:
        return
    loop = found["loop"] or f"for _ in range({found['number']})"
    name = head["name"] or head["flow"]
    before = begun[head.start("flow") : begun.rindex("->", 0, begun.rindex(found["stage"]))].strip()
    lines = [f"{name} = {before}"] if before != name else []
    lines += [f"{loop} {{", f"    {name} = {name} -> {found['body'].strip().removeprefix('->').strip()}", "}"]
    if behind or head["word"].startswith("output"):
        lines.append(f"{head['word']}{name} {behind}".rstrip())
    yield ((row, last, tuple(where.at(row).indented(each) for each in lines)),)


_HEAD = regex(r"(?P<word>output[ ]+(?:\w+[ ]*=[ ]*)?|(?P<name>[a-z_]\w*)[ ]*=[ ]*)(?P<flow>[a-z_]\w*)\b")
_PART = regex(r"f?(?P<quote>[\"']).*?(?P=quote)|[(\[]|[)\]]|[{};]|[^{}()\[\];\"'f]+|.")


def unfolded(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Bodies in one line, with more in them or behind them: a line for each statement."""
    lines: list[str] = []
    depth = inside = 0
    text = ""
    for part in _PART.finditer(where.text(where.row)):
        sign = part[0]
        inside += (sign in ("(", "[")) - (sign in (")", "]"))
        if inside or sign not in ("{", "}", ";"):
            text += sign
            continue
        if sign == "{":
            lines.append(f"{'    ' * depth}{text.strip()} {{")
        elif text.strip():
            lines.append(f"{'    ' * depth}{text.strip()}")
        depth += (sign == "{") - (sign == "}")
        text = "} " if sign == "}" and depth >= 0 else ""
        if depth < 0:
            return
        if text and not _GOES_ON.match(where.text(where.row), part.end()):
            lines.append(f"{'    ' * depth}}}")
            text = ""
    if text.strip():
        lines.append(f"{'    ' * depth}{text.strip()}")
    if not depth and len(lines) > _SIMPLE:
        yield ((where.row, where.row, tuple(where.indented(each) for each in lines)),)


_GOES_ON = regex(r"[ ]*else\b")
_SIMPLE = 3
"""The lines of a body with one statement, which may stand in one."""
