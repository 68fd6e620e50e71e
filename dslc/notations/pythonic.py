"""Statements of Python that the language says in another way: `lambda`, `partial`, `match`, `try`, `with`, `raise`, `*args`, a class of settings.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    conv = lambda f: Conv2D(f, 3)          block Conv(f) = Conv2D(f, 3)
    x = x -> conv(8)                       x = x -> Conv(8)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import camel_case
from dslc.keras.layers import arguments
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import at_commas, parts_of
from dslc.notations.loops import opposite
from dslc.regex import regex


def lambda_block(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`conv = lambda f: Conv2D(f, 3)` and `scale = lambda t: t * 2`: a block, into which flows what the first parameter was given,
    or which takes all of them."""
    given = [each.strip() for each in found["given"].split(",") if each.strip()]
    title, body = camel_case(found["name"]), found["body"]
    chain = (f"block {title}({', '.join(given)}) = {body}",)
    rest = f"({', '.join(given[1:])})" if given[1:] else ""
    flowing = (
        f"block {title}{rest} {{",
        f"    input {given[0] if given else 'x'}",
        f"    output {body}",
        "}",
    )
    for lines in (chain, flowing):
        yield _above(where, found["name"], title, lines)


def arrow_function(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> (t => t / 255)`: the expression in `_`."""
    body = re.sub(rf"(?<![\w.]){found['name']}(?!\w)", "_", found["body"].strip())
    line = f"{found['before']}{body}{found['behind'] or ''}"
    yield ((where.row, where.row, (where.indented(line),)),)


def partial_block(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`conv = partial(Conv2D, kernel_size=3)`: a block that takes the first argument of the layer."""
    takes = arguments(found["layer"])
    if takes:
        title = camel_case(found["name"])
        line = f"block {title}({takes[0]}) = {found['layer']}({takes[0]}, {found['given']})"
        yield _above(where, found["name"], title, (line,))


def _above(where: Where, name: str, title: str, lines: tuple[str, ...]) -> Right:
    """A block above the item, in the place of a line that gives it a name; its uses have the name of the block."""
    changed: list[Change] = [(where.row, where.row, ())]
    changed += where.rewritten(
        where.below, lambda line: re.sub(rf"(?<![\w.]){name}(?=\()|(?<=->[ ]){name}\b", title, line)
    )
    top = where.extent[0]
    return ((top, top - 1, (*lines, "")), *changed) if where.row != top else ((top, top, lines), *changed[1:])


_CASE = regex(r"(?:case[ ]+)?(?P<value>[^:{]+?)[ ]*(?::|=>|->|\{)[ ]*(?P<rest>.*?)[ ]*\}?")

_ARM = regex(
    r"(?:[\"'][^\"']*[\"']|[\w.]+)(?:[ ]*\|[ ]*(?:[\"'][^\"']*[\"']|[\w.]+))*[ ]*=>|[\"'][^\"']*[\"'][ ]*:"
)
"""How a case begins that has no word before it."""


def matched(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`match kind { case "a": … }`: a test for each case."""
    body = where.body()
    if body is None:
        return
    last, lines = body
    target = (found["target"] or "").strip()
    ways: list[tuple[str, list[str]]] = []
    for line in lines:
        line = line.rstrip(",") if _ARM.match(line) else line
        case = _CASE.fullmatch(line) if line.startswith(("case ", "default")) or _ARM.match(line) else None
        if case is not None:
            value = case["value"].removeprefix("case ").strip()
            rest = case["rest"].strip("{} ")
            rest = f"{target} {rest}" if target and rest else rest
            ways.append(("" if value in ("_", "default", "else") else value, [rest] if rest else []))
        elif ways and line != "}":
            ways[-1][1].append(line)
    made: list[str] = []
    for value, inside in ways:
        test = " || ".join(f"{found['value']} == {each.strip()}" for each in value.split("|"))
        head = f"if {test.replace('||', 'or')} {{" if value else "{"
        made[-1:] = [f"{made[-1]} else {head}"] if made else [head]
        made += [*(f"    {each}" for each in inside), "}"]
    if ways and ways[0][0]:
        yield ((where.row, last, tuple(map(where.indented, made))),)


def unwrapped(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The lines inside `with …` and `try`, without what is done when they fail."""
    body = where.body()
    if body is None:
        return
    last, lines = body
    while re.match(
        r"\}?[ ]*(?:except|finally|catch)\b", where.text(last + 1) if last < len(where.lines) else ""
    ):
        rest = where.at(last + 1).body()
        if rest is None:
            return
        last = rest[0]
    yield ((where.row, last, tuple(map(where.indented, lines))),)


def asserted(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`if n < 1 { raise ValueError("…") }`: an assertion of the opposite."""
    first, last, test = where.row, where.row, found["test"]
    if test is None:  # which stands in the line above
        above = re.fullmatch(r"if[ ]+([^{:]+?)[ ]*[{:]", where.text(where.row - 1))
        if above is None:
            yield ((where.row, where.row, (where.indented(f"assert False, {found['words']}"),)),)
            return
        first, test = where.row - 1, above[1]
        last += last < len(where.lines) and where.text(where.row + 1) == "}"
    yield ((first, last, (f"{where.indent(first)}assert {opposite(test)}, {found['words']}",)),)


def gathered(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block B(*sizes)` and `block B(n, **options)`: a parameter that is given a list or a dictionary."""
    given = at_commas(found["given"])
    starred = re.fullmatch(r"(\*+)[ ]*(\w+)", given[-1])
    if starred is None or any(each.startswith("*") for each in given[:-1]):
        return
    star, name = starred.groups()
    own = "options" if star == "**" else name
    head = (
        found[0]
        .replace(given[-1], own if star == "*" else f"{own} = {{}}", 1)
        .replace(f"**{name}", f"**{own}")
    )
    changed: list[Change] = [(where.row, where.row, (head,))]
    use = regex(rf"(?<!block )\b{found['name']}\(((?:[^()]|\([^()]*\))*)\)")

    def with_one(call: re.Match[str]) -> str:
        parts = parts_of(call[1])
        before, behind = parts[: len(given) - 1], parts[len(given) - 1 :]
        if star == "*":
            last = [f"[{', '.join(behind)}]"]
        else:
            named = [each for each in behind if re.match(r"\w+[ ]*=(?!=)", each)]
            before += [each for each in behind if each not in named]
            entries = ", ".join(re.sub(r"^(\w+)[ ]*=[ ]*", r'"\1": ', each) for each in named)
            last = [f"{{{entries}}}"] if named else []
        return f"{found['name']}({', '.join([*before, *last])})"

    for row, line in enumerate(where.lines, 1):
        new = use.sub(with_one, line)
        new = re.sub(rf"\*\*{name}\b", f"**{own}", new) if row <= where.extent[1] else new
        if new != line and row != where.row:
            changed.append((row, row, (new,)))
    yield tuple(changed)


def settings(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`class Config: units = 8`: a dictionary, whose entries are looked up by their keys."""
    last = where.deeper()
    entries: dict[str, str] = {}
    for row in range(where.row + 1, last + 1):
        each = re.fullmatch(r"(\w+)[ ]*(?::[^=]*)?=[ ]*(.+)", where.text(row))
        if each is None and where.text(row):
            return
        if each is not None:
            entries[each[1]] = each[2]
    if not entries:
        return
    first = where.row - 1 if where.row > 1 and where.text(where.row - 1).startswith("@") else where.row
    name = found["name"].upper()
    text = ", ".join(f'"{key}": {value}' for key, value in entries.items())
    changed: list[Change] = [(first, last, (f"{name} = {{{text}}}",))]
    for row in range(last + 1, len(where.lines) + 1):
        line = where.lines[row - 1]
        new = re.sub(rf"\b{found['name']}(?:\(\))?\.(\w+)", lambda each: f'{name}["{each[1]}"]', line)
        if new != line:
            changed.append((row, row, (new,)))
    yield tuple(changed)


def class_block(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A class of PyTorch or Keras beside the models of the file, which use it as a block."""
    from dslc.notations.python_files import class_item  # which takes Python's own parser

    last = where.deeper()
    text = class_item("\n".join(where.lines[where.row - 1 : last]))
    if text is not None:
        yield ((where.row, last, tuple(text.split("\n"))),)


def repeated(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> [Dense(8), ReLU] * 3`: the layers as often in a chain."""
    layers = parts_of(found["layers"])
    chain = " -> ".join(layers * int(found["number"]))
    yield ((where.row, where.row, (where.indented(f"{found['before']}{chain}{found['behind']}"),)),)


def mapped(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`list(map(lambda n: f(n), values))`: a list of what is made of each value."""
    yield _listed(found, where, f"{found['body']} for {found['names']} in {found['values']}")


def filtered(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`list(filter(lambda n: n > 2, values))`: a list of the values that are taken."""
    name = found["names"]
    yield _listed(found, where, f"{name} for {name} in {found['values']} if {found['body']}")


def _listed(found: re.Match[str], where: Where, inside: str) -> Right:
    in_list = "list(" in found[0][found.end("before") : found.start("names")]
    behind = found["behind"].removeprefix(")") if in_list else found["behind"]
    return ((where.row, where.row, (where.indented(f"{found['before']}[{inside}]{behind}"),)),)


def folded(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`reduce(lambda h, n: Dense(n)(h), [8, 4], x)`: a loop, in which each turn goes on from the one before."""
    name = found["flow"] if found["flow"] != found["first"] else "y"
    body = re.sub(rf"(?<![\w.]){found['flow']}\b", name, found["body"])
    lines = (
        f"{name} = {found['first']}",
        f"for {found['each']} in {found['values']} {{ {name} = {body} }}",
        f"{found['before']}{name}",
    )
    yield ((where.row, where.row, tuple(map(where.indented, lines))),)


def popped(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`y = y + skips.pop()`: the last value, and a line that takes it away."""
    name, is_first = found["name"], found["place"] == "0"
    taken, rest = (f"{name}[0]", f"{name}[1:]") if is_first else (f"{name}[-1]", f"{name}[:-1]")
    line = re.sub(rf"(?<![\w.]){name}\.pop\((?:0|-1)?\)", taken, found[0], count=1)
    away = f"{name} = {rest}"
    inside = re.fullmatch(r"(.*?\{)[ ]*(.+?)[ ]*(\})", line)
    if inside is None:
        lines: tuple[str, ...] = (line, away)
    else:
        lines = (inside[1], f"    {inside[2]}", f"    {away}", inside[3])
    yield ((where.row, where.row, tuple(map(where.indented, lines))),)


_TRAINING = regex(
    r"(?:\w+\.)?(?:optimi[sz]er|metrics?|epochs|batch_size|callbacks|learning_rate|lr|compile|fit|train|scheduler|loss_fn|criterion|loss[ ]*[:=]?[ ]*[\"'])(?:\b|(?<=[\"'])).*"
)


def without_training(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Lines about training, which are left out, all of them at once."""
    rows = range(where.extent[0] + 1, where.extent[1] + 1)
    told = [row for row in rows if _TRAINING.fullmatch(where.text(row))]
    if len(told) > 1:
        yield tuple((row, row, ()) for row in told)


def without_imports(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`try: import a` and `except ImportError: …`: all of it is left out."""
    first = where.row
    while first > 1 and not re.match(r"try[ ]*:", where.text(first)):
        first -= 1
    last = first
    for row in range(first + 1, len(where.lines) + 1):
        text = where.text(row)
        if text and not re.match(
            r"import\b|from\b|pass\b|except\b|finally\b|else[ ]*:|raise\b|print\b|\w+[ ]*=[ ]*(?:None|True|False)",
            text,
        ):
            break
        last = row if text else last
    if last > first and re.match(r"try[ ]*:", where.text(first)):
        yield ((first, last, ()),)


def outputs_of_model(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output Model(inputs=x, outputs=[a, b])`: the outputs, each in a line."""
    given = found["given"].strip("[] ")
    lines = tuple(where.indented(f"output {each.strip()}") for each in given.split(",") if each.strip())
    yield ((where.row, where.row, lines),)


def as_it_comes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`pass` in a block that has no output yet: what flows in comes out."""
    first, last = where.extent
    if not any(re.match(r"\s*output\b|.*[{;]\s*output\b", line) for line in where.lines[first - 1 : last]):
        yield ((where.row, where.row, (where.indented(f"output {where.flow}"),)),)
