"""Layers that are told what comes in, or of which one stands for several, as in PyTorch, and lines around them.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    x -> Conv2D(3, 16, 3, stride=2, padding=1)        x -> Conv2D(16, 3, strides=2, padding="same")
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.diagnostics.cause import Cause
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

_NAMES = {"stride": "strides", "dilation": "dilation_rate", "bias": "use_bias", "padding_mode": ""}


def convolution(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A convolution that is told its channels first: Keras finds them out."""
    parts = parts_of(found["given"])
    if where.about.cause is Cause.NEAR:
        return  # a misspelt argument of Keras, `Conv2D(64, 3, 2, actvation="relu")`
    places = [each for each in parts if "=" not in each]
    named = dict(each.replace(" ", "").split("=", 1) for each in parts if "=" in each)
    if len(places) < 3:
        return
    kernel, sizes = places[2], places[3:5]
    for name, size in zip(("stride", "padding"), sizes, strict=False):
        named.setdefault(name, size)
    padding = named.pop("padding", None)
    given = {_NAMES.get(name, name): value for name, value in named.items()}
    given.pop("", None)
    around = ""
    if found["turned"]:
        given.pop("output_padding", None)  # which Keras finds out, too
    if given.get("strides") == "1":
        given.pop("strides")
    if padding not in (None, "0"):
        if found["turned"] or (padding.isdecimal() and kernel == str(2 * int(padding) + 1)):
            given["padding"] = '"same"'
        elif padding.strip("\"'") in ("same", "valid"):
            given["padding"] = padding
        else:
            around = f"ZeroPadding{found['n']}D({padding}) -> "
    words = ", ".join([places[1], kernel, *(f"{name}={value}" for name, value in given.items())])
    call = f"{around}Conv{found['n']}D{found['turned'] or ''}({words})"
    yield ((where.row, where.row, (where.indented(f"{found['before']}{call}{found['behind']}"),)),)


_CONVOLUTION = regex(
    rf"(?P<before>.*->[ ]*)(?:nn\.)?Conv(?P<n>[123])[Dd](?P<turned>Transpose)?\((?P<given>\d+[ ]*,[ ]*\w+[ ]*,{GIVEN})\)(?P<behind>.*)"
)


_WINDOWS = regex(r"\d+[ ]*,[ ]*(?:[89]|\d\d+)[ ]*,[ ]*[1-7]\b")
"""Arguments of which the second is larger than any window, and the third is one."""


def convolutions(found: re.Match[str], where: Where) -> Iterator[Right]:
    """All convolutions of a body that are told their channels first, where only what comes of that is refused."""
    changed: list[Change] = []
    for row in where.item[1:]:
        one = _CONVOLUTION.fullmatch(where.text(row))
        if one is not None and _WINDOWS.match(one["given"]) is None:
            return  # the strides of Keras
        if one is not None:
            changed += [each for right in convolution(one, where.at(row)) for each in right]
    if changed:
        yield tuple(changed)


_GIVEN_ALL = regex(
    r"(?P<names>\w+(?:[ ]*,[ ]*\w+)+)(?P<behind>[ ]*=.*->[ ]*(?:Bidirectional\()?(?:LSTM|GRU|SimpleRNN)\("
    r"(?=[^()]*return_sequences=True)(?=[^()]*return_state=True)[^()]*\)+)"
)


def sequence_first(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`state, seq = x -> GRU(8, return_sequences=True, return_state=True)`, which gives the sequence first."""
    changed: list[Change] = []
    for row in where.item[1:]:
        one = _GIVEN_ALL.fullmatch(where.text(row))
        if one is not None:
            *states, last = parts_of(one["names"])
            line = f"{', '.join((last, *states))}{one['behind']}"
            changed.append((row, row, (where.at(row).indented(line),)))
    if changed:
        yield tuple(changed)


def of_several_layers(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`out, (h, c) = x -> LSTM(32, num_layers=2)`: one layer behind the other, of which the last gives its states."""
    states = re.findall(r"\w+", found["states"])
    wanted = 2 if found["layer"] == "LSTM" else 1
    kept = [
        each
        for each in parts_of(found["given"])
        if not re.match(r"(?:num_layers|batch_first|input_size|hidden_size)\b", each)
    ]
    size = re.search(r"\bhidden_size[ ]*=[ ]*(\w+)", found["given"])
    count = re.search(r"\bnum_layers[ ]*=[ ]*(\d+)", found["given"])
    given = ", ".join([*([size[1]] if size is not None else []), *kept])
    if len(states) != wanted or (count is not None and int(count[1]) > _MOST) or not given:
        return
    layer = f"{found['layer']}({given}, return_sequences=True"
    before = f"{layer}) -> " * (int(count[1]) - 1 if count is not None else 0)
    line = f"{found['out']}, {', '.join(states)} = {found['flow']}{before}{layer}, return_state=True)"
    yield ((where.row, where.row, (where.indented(line),)),)


def with_unused_states(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h, _ = x -> LSTM(8, batch_first=True, bidirectional=True)`, whose states nothing asks for: the whole sequence."""
    below = "\n".join(where.text(row) for row in range(where.row + 1, where.extent[1] + 1))
    states = re.findall(r"\w+", found["states"])
    parts = parts_of(found["given"])
    told = dict(each.replace(" ", "").split("=", 1) for each in parts if "=" in each)
    places = [each for each in parts if "=" not in each]
    size = told.get("hidden_size") or (places[-1] if places else None)
    if (
        not told.keys() & {"batch_first", "bidirectional", "hidden_size", "input_size", "num_layers"}
        or size is None
    ):
        return
    if any(re.search(rf"\b{each}\b", below) for each in states if each != "_"):
        return
    kept = [f"{name}={value}" for name, value in told.items() if name not in _OF_TORCH]
    layer = f"{found['layer']}({', '.join([size, *kept, 'return_sequences=True'])})"
    layer = f"Bidirectional({layer})" if told.get("bidirectional") == "True" else layer
    count = told.get("num_layers", "1")
    if count.isdecimal() and 0 < int(count) <= _MOST:
        chain = " -> ".join([layer] * int(count))
        yield ((where.row, where.row, (where.indented(f"{found['out']} = {found['flow']}{chain}"),)),)


_OF_TORCH = ("batch_first", "bidirectional", "hidden_size", "input_size", "num_layers")

_MOST = 8
_LAST = regex(
    r"[ ]*->[ ]*_\[[ ]*:[ ]*,[ ]*-1[ ]*(?:,[ ]*:[ ]*)?\]|(?<=\w)\[[ ]*:[ ]*,[ ]*-1[ ]*(?:,[ ]*:[ ]*)?\]"
)


def last_step(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`GRU(32) -> _[:, -1, :]`: what is the last step already."""
    line = where.lines[where.row - 1]
    yield ((where.row, where.row, (_LAST.sub("", line, count=1),)),)


def held_in_a_record(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`skips = {}` that tensors are put into: a record."""
    for row in range(where.row - 1, where.extent[0], -1):
        if re.fullmatch(rf"{found['name']}[ ]*=[ ]*(?:\{{[ ]*\}}|dict\(\)|\[[ ]*\])", where.text(row)):
            keyed = where.lines[row - 1].partition("=")[0].rstrip()
            yield ((row, row, (f"{keyed} = record()",)),)
            return


def of_steps(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`for step in x {` of a tensor: its steps by their numbers."""
    count = re.search(r"`for i in range\((\w+)\)`", where.about.help or "")
    last = where.closing()
    if count is None or last is None:
        return
    words = {word for row in range(*where.extent) for word in re.findall(r"\w+", where.text(row + 1))}
    index = next((each for each in "itk" if each not in words), "at")
    part = f"{found['value']}[:, {index}]"
    reads = regex(rf"(?<![\w.\"']){found['name']}\b(?![ ]*=(?!=))")
    head = where.indented(f"for {index} in range({count[1]}) {{{reads.sub(part, found['behind'])}")
    lines = (reads.sub(part, line) for line in where.lines[where.row : last])
    yield ((where.row, last, (head, *lines)),)


def with_base(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`model Net(Base) {`, as classes have it: the other model is a layer of this one, with the same input."""
    base, body = found["base"], where.inside()
    head = next(
        (row for row, line in enumerate(where.lines, 1) if re.match(rf"model[ ]+{base}\b", line)), None
    )
    if body is None or head is None or body[0] == where.row:
        return
    other = where.at(head).inside()
    inputs = [each for each in (other[1] if other is not None else ()) if each.startswith("input ")]
    if len(inputs) != 1 or (name := re.match(r"input[ ]+(\w+)", inputs[0])) is None:
        return
    flow = regex(
        rf"(?<![\w.])(?:super|base|Base|{base})\b(?:\(\))?(?:\.(?:output|call|forward))?(?:\(\w*\))?"
    )
    lines = [flow.sub(f"{name[1]} -> {base}", line) for line in where.lines[where.row : body[0] - 1]]
    own = any(line.strip().startswith("input ") for line in lines)
    inside = where.indent(where.row + 1) or "    "
    begin = () if own else (f"{inside}{inputs[0]}",)
    yield ((where.row, body[0] - 1, (where.indented(f"model {found['name']} {{"), *begin, *lines)),)


def in_parts(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`a, b = torch.split(x, 4, dim=1)`, which says how long each part is: how many there are, as many as have a name."""
    count = len(parts_of(found["names"]))
    line = f"{found['names']} = ops.split({found['value']}, {count}, axis={found['axis'] or 0})"
    yield ((where.row, where.row, (where.indented(line),)),)


def with_output(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A model whose last value is no output."""
    meant = re.fullmatch(r"add `(output \w+)`", where.about.help or "")
    last = where.closing()
    if meant is None or last is None or last == where.row or where.text(last) != "}":
        return
    inside = where.indent(where.row + 1) or "    "
    yield ((last, last - 1, (f"{inside}{meant[1]}",)),)
