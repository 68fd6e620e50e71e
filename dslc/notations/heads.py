"""Heads of items as other languages write them, and items that stand inside others.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    function head(x, n) {                   block Head(n) {
        return x -> Dense(n)                    input x
    }                                           output x -> Dense(n)
    output head(x, 3)                       }    …    output x -> Head(3)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import camel_case
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import GIVEN, at_commas, parts_of
from dslc.record import replace
from dslc.regex import regex

_RETURN = regex(r"((?:^|\{|\belse)[ \t]*)(?:return|yield)\b")


def item(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`class Net {` and `def Net(n) {`: a model, a block, or a function of numbers."""
    name, given, rest = found["name"], found["given"] or "", found["rest"]
    for head in (
        f"model {_title(name)}{given}",
        f"block {_title(name)}{given}",
        f"fn {name}{given or '()'}",
    ):
        word = "output" if head[:2] != "fn" else "return"
        last, lines = _body(where, word)
        first = f"{head} {_giving(word, rest)}"
        changed: list[Change] = [(where.row, last, (first, *lines))]
        yield (*changed, *_uses(where, name, _title(name), last))


def unwrapped(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`def forward(self, x) { … }` in a model: its lines are those of the model."""
    inside = where.inside()
    if inside is None or where.row == where.extent[0]:
        return
    last, lines = inside
    yield ((where.row, last, tuple(where.indented(_giving("output", each)) for each in lines)),)


def flowing(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A function with layers in it: a block, into which flows what its first parameters were given."""
    if where.about.code == "DSL216" and "on tensors is a block" not in (where.about.help or ""):
        return  # it computes with numbers
    row = _definition(found, where)
    head = None if row is None else _HEAD.fullmatch(where.text(row))
    if row is None or head is None:
        return
    given = parts_of((head["given"] or "()")[1:-1])
    at, name = where.at(row), head["name"]
    title = _title(name)
    for flows in range(1, min(len(given), _MOST_FLOWS) + 1):
        if any("=" in each for each in given[:flows]):
            return
        rest = f"({', '.join(given[flows:])})" if given[flows:] else ""
        inputs = tuple(f"    input {re.split('[ ]*:', each)[0]}" for each in given[:flows])
        last, lines = _body(at, "output")
        begin = f"block {title}{rest} {{"
        if head["sign"] == "=":
            made = (begin, *inputs, f"    output {head['rest'].strip()}", "}")
        elif head["rest"].strip():
            inside = _giving("output", head["rest"]).strip().removesuffix("}").strip()
            made = (begin, *inputs, f"    {inside}", "}")
        else:
            made = (begin, *inputs, *lines)
        yield ((row, last, made), *_flows(at, name, title, flows, last))


_HEAD = regex(
    r"(?:fn|function|func|fun|def|proc|sub|method)[ ]+(?P<name>\w+)[ ]*(?P<given>\(.*?\))[ ]*(?:->[ ]*\w+[ ]*)?(?P<sign>[{=])(?P<rest>.*)"
)
_MOST_FLOWS = 3


def _definition(found: re.Match[str], where: Where) -> int | None:
    """The line that defines the function which a line is about: itself, or one that it calls."""
    if _HEAD.fullmatch(where.text(where.row)):
        return where.row
    called = {*re.findall(r"\b([a-z_]\w*)[ ]*\(", found[0]), *re.findall(r"->[ ]*([a-z_]\w*)", found[0])}
    for row in range(1, len(where.lines) + 1):
        head = _HEAD.fullmatch(where.text(row))
        if head is not None and head["name"] in called:
            return row
    return None


def _title(name: str) -> str:
    return name if name[:1].isupper() else camel_case(name)


def _body(where: Where, word: str) -> tuple[int, list[str]]:
    """The last line of the body that a head opens, and the lines behind the head, in which a word gives the result."""
    last = where.closing() or where.row
    lines = where.lines[where.row : last]
    return last, [_giving(word, each) for each in lines]


def _giving(word: str, line: str) -> str:
    """A line that gives a result, by another word."""
    return _RETURN.sub(lambda found: f"{found[1]}{word}", line)


def _uses(where: Where, name: str, title: str, last: int) -> Iterator[Change]:
    """The lines that use an item, with its new name."""
    for row, line in enumerate(where.lines, 1):
        if where.row <= row <= last or name == title:
            continue
        new = re.sub(rf"(?<![\w.]){name}(?=[ ]*\()|(?<=->[ ]){name}\b", title, line)
        if new != line:
            yield row, row, (new,)


def _flows(where: Where, name: str, title: str, flows: int, last: int) -> Iterator[Change]:
    """The lines that call a function, with an arrow in the place of its first arguments."""
    call = regex(rf"(?<![\w.]){name}[ ]*(\({GIVEN}\))|(?<=->)(?P<blank>[ ]*){name}\b(?![ ]*\()")

    def written(one: re.Match[str]) -> str:
        if one["blank"] is not None:
            return f"{one['blank']}{title}"
        if one.string[: one.start()].rstrip().endswith("->"):
            return f"{title}{one[1] if one[1] != '()' else ''}"  # it stands where it is meant to stand
        given = parts_of(one[1][1:-1])
        data, rest = given[:flows], given[flows:]
        head = data[0] if len(data) == 1 else f"({', '.join(data)})"
        stage = f"{title}({', '.join(rest)})" if rest else title
        text = f"{head} -> {stage}"
        alone = re.fullmatch(r"[ \t]*(?:output[ ]+|return[ ]+)?(?:\w+[ ]*=[ ]*)?", one.string[: one.start()])
        return text if alone else f"({text})"

    for row, line in enumerate(where.lines, 1):
        if where.row <= row <= last:
            continue
        new = call.sub(written, line)
        if new != line:
            yield row, row, (new,)


def moved_up(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A `block`, `fn` or `model` inside of another item: it stands above that."""
    top = where.extent[0]
    if where.row == top or not where.indent():
        return
    last = where.closing() if "{" in where.text(where.row) else where.deeper()
    if last is None:
        return
    deep = len(where.indent())
    lines = [each[deep:] if not each[:deep].strip() else each for each in where.lines[where.row - 1 : last]]
    yield ((top, top - 1, (*lines, "")), (where.row, last, ()))


def branches(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block Two = Dense(3), Dense(4)`: a block with an output for each."""
    chains = at_commas(found["chains"])
    if len(chains) > 1 and all(re.match(r"[A-Z]", each) for each in chains):
        lines = (
            f"{found['head'].strip()} {{",
            "    input x",
            *(f"    output x -> {each}" for each in chains),
            "}",
        )
        yield ((where.row, where.row, lines),)


def around(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block Res = Dense(8) + _`: the block in full, in which what comes in has a name."""
    sum_of = found["one"] or found["other"]
    lines = (
        f"{found['head'].strip()} {{",
        "    input x",
        f"    output x {found['sign1'] or found['sign2']} (x -> {sum_of.strip()})",
        "}",
    )
    yield ((where.row, where.row, lines),)


_HEADS = regex(r"(?P<head>(?:if|for|else[ ]+if|elif|else|while|unless)\b[^{}:]*?)[ ]*(?:then|do)?")


def braced(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`if deep` with its lines indented below, and no braces: each body in braces."""
    made: list[str] = []
    row, last = where.row, where.row
    while (head := _HEADS.fullmatch(where.text(row))) is not None:
        at = where.at(row)
        last = at.deeper()
        if last == row or (made and not head["head"].startswith("el")):
            break
        word = head["head"].replace("elif", "else if")
        begin = f"{where.indent()}{'} ' if made else ''}{word} {{"
        made += [begin, *where.lines[row:last]]
        row = last + 1
    if made:
        yield ((where.row, row - 1, (*made, f"{where.indent()}}}")),)


def layers_of_constant(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`LAYERS = [Dense(8), Dense(4)]`, which a loop goes through: a block, through which data flows once."""
    title = camel_case(found["name"].lower())
    layers = parts_of(found["layers"])
    loop = regex(rf"for[ ]+(\w+)[ ]+in[ ]+{found['name']}[ ]*\{{(.*)")
    for row in range(where.row + 1, len(where.lines) + 1):
        head = loop.fullmatch(where.text(row))
        body = None if head is None else replace(where, row=row, extent=(1, len(where.lines))).closing()
        if head is None or body is None:
            continue
        text = (
            " ".join([head[2], *(where.text(each) for each in range(row + 1, body + 1))]).rstrip(" }").strip()
        )
        step = re.fullmatch(rf"(\w+)[ ]*=[ ]*(\w+)[ ]*->[ ]*{head[1]}|(\w+)[ ]*=[ ]*{head[1]}\((\w+)\)", text)
        if step is not None:
            line = f"{where.indent(row)}{step[1] or step[3]} = {step[2] or step[4]} -> {title}"
            yield ((where.row, where.row, (f"block {title} = {' -> '.join(layers)}",)), (row, body, (line,)))
            return
