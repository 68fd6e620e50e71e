"""What a block is given that it lacks, and its layer takes: a parameter of the block, which hands it on.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    block Conv(n) = Conv2D(n, 3)                      block Conv(n, strides = 1) = Conv2D(n, 3, strides=strides)
    … x -> Conv(8, strides=2)                         … x -> Conv(8, strides=2)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from dslc.keras import layers
from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

_LAYER = regex(rf"(?<![\w.])(?P<layer>[A-Z]\w*)\((?P<given>{GIVEN})\)")
_OWN = ("name", "trainable", "dtype")  # which blocks take as they are


def with_parameter(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv(8, strides=2)` and `Conv(8, 3, 2)`, of a block whose first layer that takes it is told nothing of it."""
    if re.match(r"did you mean", where.about.help or "") and "only one" not in (where.about.help or ""):
        return
    told = re.match(
        r"`(?P<block>\w+)` (?:has no argument `(?P<name>\w+)`|takes (?P<places>\d+) arguments? by position)",
        where.about.text,
    )
    if told is None or told["name"] in _OWN:
        return
    heads = [row for row, line in enumerate(where.lines, 1) if re.match(rf"block[ ]+{told['block']}\b", line)]
    if len(heads) != 1:
        return
    head = re.match(
        r"(?P<begin>block[ ]+\w+)[ ]*(?:\((?P<given>[^{}]*?)\))?[ ]*(?=[={])", where.lines[heads[0] - 1]
    )
    if head is None:
        return
    parameters = parts_of(head["given"] or "")
    last = _end(where, heads[0])
    for row in range(heads[0], last + 1):
        line = where.lines[row - 1]
        begin = head.end() if row == heads[0] else 0
        for call in _LAYER.finditer(line, begin):
            name = told["name"] or _next(call, len(parameters))
            default = None if name is None else _default(call, name)
            if name is None or default is None or any(re.match(rf"{name}\b", each) for each in parameters):
                continue
            wider = f"{head['begin']}({', '.join([*parameters, f'{name} = {default}'])}) "
            given = ", ".join([*parts_of(call["given"]), f"{name}={name}"])
            body = f"{line[:call.start()]}{call['layer']}({given}){line[call.end():]}"
            if row == heads[0]:
                yield ((row, row, (f"{wider}{body[head.end():]}",)),)
            else:
                first = where.lines[heads[0] - 1]
                yield ((heads[0], heads[0], (f"{wider}{first[head.end():]}",)), (row, row, (body,)))
            return


def _end(where: Where, row: int) -> int:
    """The last line of the block that a line opens."""
    for below in range(row + 1, len(where.lines) + 1):
        line = where.lines[below - 1]
        if re.match(r"(?:block|model|fn|extern|use)\b|\}", line):
            return below - 1
    return len(where.lines)


def _next(call: re.Match[str], places: int) -> str | None:
    """The argument of a layer that comes behind as many as the block takes, which are the first ones of the layer."""
    row = layers.find(call["layer"])
    given = parts_of(call["given"])
    if row is None or [each for each in given[:places] if "=" in each] or len(given) < places:
        return None
    names = [each.name for each in layers.signature(row).constructor]
    return names[places] if len(names) > places else None


def _default(call: re.Match[str], name: str) -> str | None:
    """What a layer takes for an argument that it is not given, as it is written here; None where it does not, or needs it."""
    row = layers.find(call["layer"])
    if row is None or re.search(rf"\b{name}[ ]*=", call["given"]):
        return None
    for each in layers.signature(row).constructor:
        if each.name == name:
            if each.required:
                return None
            value = each.default
            if isinstance(value, tuple) and value and all(one == value[0] for one in value):
                value = value[0]
            return f'"{value}"' if isinstance(value, str) else repr(value)
    return None


def data_in_head(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Scale needs x`, of a block without an input: what it works on is its input, and comes along the arrow."""
    told = re.match(r"`(?P<block>\w+)` needs `(?P<name>\w+)`", where.about.text)
    if told is None:
        return
    for row, line in enumerate(where.lines, 1):
        head = re.match(
            rf"(?P<begin>block[ ]+{told['block']})[ ]*\((?P<given>[^{{}}()]*)\)(?P<rest>[ ]*\{{[ ]*)$", line
        )
        if head is None:
            continue
        parameters = parts_of(head["given"])
        body = where.lines[row : _end(where, row)]
        if (
            not parameters
            or parameters[0] != told["name"]
            or any(each.lstrip().startswith("input ") for each in body)
        ):
            return
        rest = ", ".join(parameters[1:])
        inside = where.indent(row + 1) or "    "
        given = f"({rest})" if rest else ""
        yield ((row, row, (f"{head['begin']}{given}{head['rest']}", f"{inside}input {told['name']}")),)


_EXTERN = regex(
    r"(?P<head>extern[ ]+(?:fn[ ]+)?\w+)\((?P<given>[^()]*)\)(?P<from>[ ]+from[ ]+[\w.]+)(?P<contract>[ ]*\{.*)?"
)
_DATA = ("x", "inputs", "input", "tensor", "data", "features", "hidden", "y")


def data_of_extern(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`extern fn scaled(x, factor)` and `-> scaled(2.0)`: what flows in is no parameter."""
    told = re.match(r"`(\w+)` (?:needs|takes) ", where.about.text)
    for row, line in enumerate(where.lines, 1):
        extern = _EXTERN.fullmatch(line.rstrip())
        parameters = parts_of(extern["given"]) if extern is not None else []
        if told is None or extern is None or extern["head"].split()[-1] != told[1]:
            continue
        if not parameters or parameters[0] not in _DATA:
            return
        given = f"({', '.join(parameters[1:])})" if parameters[1:] else ""
        contract = extern["contract"] or f" {{ input {parameters[0]}  output {parameters[0]} }}"
        yield ((row, row, (f"{extern['head']}{given}{extern['from']}{contract}",)),)
        return


_UNTOLD = regex(r"`(?P<layer>\w+)` needs `(?P<name>\w+)`$")


def by_idle_parameter(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense needs units`, in an item with one parameter that nothing uses."""
    told = _UNTOLD.match(where.about.text)
    span = where.about.span
    line, at = where.lines[where.row - 1], span.begin.column - 1
    head = re.match(r"(?:model|block)[ ]+\w+[ ]*\((?P<given>[^{}]*)\)", where.text(where.extent[0]))
    if told is None or head is None or where.row != span.row or line[at : at + len(span.text)] != span.text:
        return
    names = [re.match(r"\w+", each) for each in parts_of(head["given"])]
    body = "\n".join(where.lines[where.extent[0] : where.extent[1]])
    idle = [each[0] for each in names if each is not None and not re.search(rf"\b{each[0]}\b", body)]
    call = regex(rf"(?P<layer>\w+)(?:\((?P<given>{GIVEN})\))?").fullmatch(span.text)
    if len(idle) != 1 or call is None:
        return
    given = parts_of(call["given"] or "")
    is_first = layers.arguments(told["layer"])[:1] == (told["name"],)
    parts = [idle[0], *given] if is_first else [*given, f"{told['name']}={idle[0]}"]
    yield (
        (
            where.row,
            where.row,
            (f"{line[:at]}{call['layer']}({', '.join(parts)}){line[at + len(span.text):]}",),
        ),
    )


def without_quotes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Net(width = "64")`, whose number stands in quotes where it is given its name."""
    name = where.about.span.text.strip("\"'{}f")
    if not name.isidentifier():
        return
    told = regex(rf"(?<![\w.])(?P<before>{name}[ ]*=[ ]*)(?P<quote>[\"'])(?P<number>\d+(?:\.\d+)?)(?P=quote)")
    put_in = regex(rf"f([\"'])\{{{name}\}}\1")
    # not those of other items
    rows = [row for row in range(1, where.extent[0]) if not where.lines[row - 1][:1].isspace()]
    yield where.rewritten(
        [*rows, *where.item], lambda line: put_in.sub(name, told.sub(r"\g<before>\g<number>", line))
    )


_PADDING = 3
"""The place of the padding of a convolution, behind its filters, window and strides."""


def without_in(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`block B(cin, out, k, s, p)` around `Conv2D(cin, out, k, s, p)`, as in PyTorch: what comes in nobody is told, and its padding is a word."""
    parameters = parts_of(found["given"])
    names = [re.split(r"[ ]*[=:]", each)[0] for each in parameters]
    told_first = regex(
        rf"(?<![\w.])(?P<layer>[A-Z]\w*)\([ ]*{re.escape(names[0])}[ ]*(?:,(?P<rest>{GIVEN}))?\)"
    )
    uses = regex(rf"(?<![\w.]){found['name']}\((?P<given>{GIVEN})\)")
    last = _end(where, where.row)
    outside = [row for row in where.file if not where.row <= row <= last]
    given_in_uses = [parts_of(use["given"]) for row in outside for use in uses.finditer(where.lines[row - 1])]
    dropped = {names[0]}

    def told(call: re.Match[str]) -> str:
        given = parts_of(call["rest"] or "")
        padding = given[_PADDING] if len(given) > _PADDING and call["layer"].startswith("Conv") else ""
        if padding in names:
            place = names.index(padding)
            own = parameters[place].partition("=")[2].strip()
            amounts = {_given_at(each, place, padding) or own for each in given_in_uses}
            if all(each.isdecimal() for each in amounts) and (amounts == {"0"} or "0" not in amounts):
                dropped.add(padding)
                given[_PADDING : _PADDING + 1] = [] if amounts == {"0"} else ['padding="same"']
        return f"{call['layer']}({', '.join(given)})" if given else call["layer"]

    def used(call: re.Match[str]) -> str:
        named = zip_longest(names, parts_of(call["given"]), fillvalue="")
        given = [
            each
            for name, each in named
            if each and (each.partition("=")[0].strip() if "=" in each else name) not in dropped
        ]
        return f"{found['name']}({', '.join(given)})" if given else found["name"]

    rest = told_first.sub(told, found["rest"])
    body = where.rewritten(range(where.row + 1, last + 1), lambda line: told_first.sub(told, line))
    kept = [each for each, name in zip(parameters, names, strict=True) if name not in dropped]
    head = f"{found['head'].rstrip()}{f'({parts})' if (parts := ', '.join(kept)) else ''}{rest}"
    yield (
        (where.row, where.row, (head,)),
        *body,
        *where.rewritten(outside, lambda line: uses.sub(used, line)),
    )


def _given_at(given: Sequence[str], place: int, name: str) -> str | None:
    """What a use gives a parameter, by its place or its name."""
    named = next((each for each in given if re.match(rf"{re.escape(name)}[ ]*=", each)), None)
    if named is not None:
        return named.partition("=")[2].strip()
    return given[place] if len(given) > place and "=" not in given[place] else None
