"""Names that are used as another kind of thing than they are: layers as tables, lists as numbers, texts as values.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    u = table[user]                         u = user -> table
    x = ["a", "b"] -> Concatenate           x = [a, b] -> Concatenate
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.diagnostics.vocabulary.layers import MERGES
from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN, at_commas, parts_of
from dslc.regex import regex

_AT = regex(r"(?P<layer>[a-z_]\w*)\[(?P<value>[^\[\]]+)\]")


def looked_up(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`table[user]` of a layer: it gives what it has for each number that flows into it."""
    about = where.about
    at = _AT.fullmatch(about.span.text)
    if at is None or "a layer has no parts" not in about.text or where.row != about.span.row:
        return
    line, begin = where.lines[where.row - 1], about.span.begin.column - 1
    end = begin + len(at[0])
    chain = f"{at['value']} -> {at['layer']}"
    is_alone = line[:begin].rstrip().endswith(("=", "output")) and re.match(r"\s*(?:->|#|$)", line[end:])
    written = chain if is_alone else f"({chain})"
    yield ((where.row, where.row, (f"{line[:begin]}{written}{line[end:]}",)),)


_COUNTED = regex(r"\brange\([ ]*(?P<list>[A-Za-z_]\w*)[ ]*\)")


def as_many(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`range(units)` of a list: as many turns as it has values, or its values themselves."""
    if "not a list" not in where.about.text and "not a tuple" not in where.about.text:
        return
    line = where.lines[where.row - 1]
    for written in (r"range(len(\g<list>))", r"\g<list>"):
        yield ((where.row, where.row, (_COUNTED.sub(written, line, count=1),)),)


_TEXT = regex(r"(?P<quote>[\"'])(?P<name>[A-Za-z_]\w*)(?P=quote)")


def without_their_quotes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`["a", "b"] -> Concatenate`, which are names of values above."""
    above = range(where.extent[0], where.row)
    bound = {each[1] for row in above if (each := _BOUND.match(where.text(row))) is not None}
    line = where.lines[where.row - 1]
    texts = _TEXT.findall(line)
    if texts and all(name in bound for _, name in texts):
        yield ((where.row, where.row, (_TEXT.sub(r"\g<name>", line),)),)


_BOUND = regex(r"(?:input[ ]+|shared[ ]+|weight[ ]+)?([A-Za-z_]\w*)[ ]*(?::|=(?!=)|$)")

_MARKED = regex(r"(?P<mark>->|\|>?|>{1,2}|=>|~>|\+|\.)[ ]*(?P<stage>[A-Z]\w*\b(?![ ]*->).*)")


def along_the_lines(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x` alone in a line, above lines with a mark and a layer each: one chain, whose result has the name of the value."""
    below = [where.row]
    marks: set[str] = set()
    for row in where.below:
        marked = _MARKED.fullmatch(where.text(row))
        if marked is None:
            break
        marks.add(marked["mark"])
        below.append(row)
    if len(marks) != 1:
        return
    name, more = found["name"], f"{where.indent()}    "
    stages = [_MARKED.fullmatch(where.text(row)) for row in below[1:]]
    lines = [f"{more}-> {each['stage']}" for each in stages if each is not None]
    yield ((where.row, below[-1], (where.indented(f"{name} = {name}"), *lines)),)


def as_the_missing(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The second of two inputs of one name, where a line reads one that is not there."""
    meant = regex(r"is it `(\w+)`, which is not there").search(where.about.help or "")
    if meant is not None and where.row == where.about.span.row:
        yield ((where.row, where.row, (where.indented(f"input {meant[1]}{found['rest']}"),)),)


_LISTED = regex(r"did you mean `(\w+)`")
_LOOP = regex(r"(?:.*\{[ ]*)?for[ ]+(?P<target>.+?)[ ]+in[ ]+(?P<through>.+?)[ ]*\{.*")


def of_the_turn(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`name=f"head_{task}"` in `for t in tasks`: the value of the turn, where the list has nearly that name."""
    span, meant = where.about.span, _LISTED.match(where.about.help or "")
    if meant is None or where.row != span.row:
        return
    own = len(where.indent()) + 1
    for row in range(where.row, where.extent[0], -1):
        loop = _LOOP.fullmatch(where.text(row))
        if loop is None or len(where.indent(row)) >= own:
            continue
        own = len(where.indent(row))
        if regex(rf"(?<![\w.]){meant[1]}\b").search(loop["through"]) is None:
            continue
        targets = re.findall(r"[A-Za-z_]\w*", loop["target"])
        for name in reversed(targets):
            yield from where.marked_as(name)


_USED = regex(r"(?:\w+[ ]*=[ ]*)?[A-Za-z_]\w*(?:\.\w+)+\(.*\)|(?:print|plot_model)\(.*\)")


def without_calls(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Net.compile(…)` and `Net.fit(…)` at the top of a file: none of these lines belongs to a text of models."""
    rows = [
        row for row in where.file if where.lines[row - 1][:1].strip() and _USED.fullmatch(where.text(row))
    ]
    if len(rows) > 1 and where.row in rows:
        yield tuple((row, row, ()) for row in rows)


_SHOWN = regex(r"(?<=[\w)])[ ]{2,}(?=\([ ]*(?:None|\d+)(?:[ ]*,[ ]*(?:None|\d+))*[ ]*,?[ ]*\)[ ]*$)")


def as_remarks(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> Conv2D(32, 3)    (26, 26, 32)`: shapes behind the lines of an item are remarks."""
    yield where.rewritten(where.item, lambda line: _SHOWN.sub(lambda gap: f"{gap[0][1:]}# ", line, count=1))


_BUILTIN = r"(?<![\w.\"'])(?:sum|max|min|mean|all|any|abs)\b(?![ ]*[\w(.\"'])"


def in_quotes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`pool = max` and `if pool == max`: texts, wherever the item has one of these words alone."""
    word = regex(_BUILTIN)
    yield where.rewritten(where.item, lambda line: word.sub(lambda one: f'"{one[0]}"', line))


_COUNTING = r"(?:{name}[ ]*(?:\+\+|\+=[ ]*1)|\+\+{name}|{name}[ ]*=[ ]*{name}[ ]*\+[ ]*1)[ ]*;?"


def counted(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`i = 0`, `while i < 3 {` and `i++`: a loop through a range, without the lines that count."""
    name, last = found["name"], found["last"]
    begin = next(
        (
            row
            for row in range(where.row - 1, where.extent[0], -1)
            if re.fullmatch(rf"(?:let |var |int )?{name}[ ]*=[ ]*0[ ]*;?", where.text(row))
        ),
        None,
    )
    counting = regex(_COUNTING.format(name=name))
    count = next((row for row in where.below if counting.fullmatch(where.text(row))), None)
    if begin is not None and count is not None:
        head = where.indented(f"for {name} in range({last}) {{")
        yield ((begin, begin, ()), (where.row, where.row, (head,)), (count, count, ()))


def in_lines(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input (a, b): (16,), (16,)`: a line for each input."""
    names, shapes = parts_of(found["names"]), at_commas(found["shapes"].strip("[] "))
    if len(shapes) == 1:
        shapes *= len(names)
    if len(shapes) != len(names) and not shapes[0].startswith("("):
        shapes = [found["shapes"]] * len(names)
    if len(shapes) == len(names):
        lines = (where.indented(f"input {name}: {shape}") for name, shape in zip(names, shapes, strict=True))
        yield ((where.row, where.row, tuple(lines)),)


_BRACKETS = regex(
    r"input[ ]+(?P<name>\w+)[ ]*:[ ]*[A-Za-z][\w.]*[ ]*(?:\[(?P<a>.*)\]|\((?P<b>.*)\)|<(?P<c>.*)>)"
)
_DTYPE = regex(r"[\"']?(?:\w+\.)?(u?int\d+|b?float\d+|bool|string)[\"']?")


def shape_of_type(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input x: Tensor[28, 28, int32]`: a shape in round brackets, with the dtype behind it."""
    typed = _BRACKETS.fullmatch(where.text(where.row))
    if typed is None:
        return
    parts = at_commas((typed["a"] or typed["b"] or typed["c"] or "").replace("[", "").replace("]", ""))
    parts = [re.sub(r"^(?:shape|dtype)[ ]*=[ ]*", "", each).strip("()\"' ") for each in parts]
    dtypes = [kind[1] for each in parts if (kind := _DTYPE.fullmatch(each))]
    sizes = [each for each in parts if each and _DTYPE.fullmatch(each) is None]
    if len(sizes) > 1 and re.fullmatch(r"(?i)batch\w*|b|none|-1", sizes[0]):
        sizes = sizes[1:]
    sizes = ["?" if each == "None" else each for each in sizes]
    if sizes and all(re.fullmatch(r"[\w?]+", each) for each in sizes):
        shape = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
        dtype = f" {dtypes[0]}" if dtypes and dtypes[0] != "float32" else ""
        yield ((where.row, where.row, (where.indented(f"input {typed['name']}: {shape}{dtype}"),)),)


_OWN = regex(
    r"(?:input|output|shared|weight|loss|assert|for|if|else|return|use)\b|\w+(?:[ ]*,[ ]*\w+)*[ ]*(?::[^=]*)?[-+*/]?=(?!=)|[}\])]"
)


def last_line_out(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A body without an output, whose last line is a value: that comes out."""
    closing = where.closing()
    last = next((row for row in range((closing or where.row) - 1, where.row, -1) if where.text(row)), None)
    text = "" if last is None else where.text(last)
    begun = regex(r"[\[(]*([A-Za-z_]\w*)").match(text)
    bound = {each[1] for row in where.item if (each := _BOUND.match(where.text(row))) is not None}
    if last is not None and begun is not None and begun[1] in bound and _OWN.match(text) is None:
        yield ((last, last, (f"{where.indent(last)}output {where.lines[last - 1].lstrip()}",)),)


_SUM = regex(r"([\"'])([\d.]+(?:[ ]*[-+*/][ ]*[\d.]+)+)\1")


def computed(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Rescaling("1/255")`: numbers and signs without quotes are computed."""
    yield ((where.row, where.row, (_SUM.sub(r"\2", where.lines[where.row - 1]),)),)


def chosen(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h = deep ? h -> Dense(8) : h`: a choice in words, with brackets around chains."""
    one, other = (f"({each})" if "->" in each else each for each in (found["one"], found["other"].strip()))
    yield (
        (where.row, where.row, (where.indented(f"{found['before']}{one} if {found['test']} else {other}"),)),
    )


_UNQUOTED = regex(r"(?<=[=(,])(?P<gap>[ ]*)(?P<text>[A-Za-z_]\w*(?:\{\w+\}\w*)+)(?=[ ]*[,)])")


def put_in(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`name=dense_{i}`: an f-string."""
    line = _UNQUOTED.sub(r'\g<gap>f"\g<text>"', where.lines[where.row - 1])
    yield ((where.row, where.row, (line,)),)


def spread(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`MaxPooling2D(POOL)` of a dictionary: what it holds are arguments."""
    name = where.about.span.text
    if "={" in where.about.text and name.isidentifier():
        yield from where.marked_as(f"**{name}")


def as_it_is_given(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`-> act()` of a parameter that was given `ReLU()`: `-> act`."""
    call = where.about.span.text
    if call.endswith("()"):
        yield from where.marked_as(call[:-2])


_PIPED = regex(r"[ ]*(?:\|>?|>>)[ ]*(?=[A-Z]\w*)")


def along_arrows(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h = x | Dense(16) | ReLU()` and `x >> Dense(8)`, in all lines of an item."""

    def written(line: str) -> str:
        code, sign, remark = line.partition("#")
        return _PIPED.sub(" -> ", code) + sign + remark

    lines = where.rewritten(where.item[1:], written)
    if len(lines) > 1:  # one by itself is mended where it stands
        yield lines


_MERGING = regex(
    rf"(?P<before>[ ]*(?P<name>\w+)[ ]*=[ ]*)(?P<layer>{'|'.join(MERGES.values())})\((?P<given>{GIVEN})\)(?P<behind>.*)"
)


def merged_in_brackets(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`h = Concatenate(x -> Dense(8), y)`: what is merged, in a list before the layer."""
    name = where.about.span.text
    for row in range(where.row, where.extent[0], -1):
        merged = _MERGING.fullmatch(where.lines[row - 1])
        if merged is None or merged["name"] != name:
            continue
        parts = parts_of(merged["given"])
        values = [each for each in parts if not re.match(r"\w+[ ]*=(?!=)", each)]
        told = ", ".join(each for each in parts if each not in values)
        if len(values) > 1:
            layer = f"{merged['layer']}({told})" if told else merged["layer"]
            line = f"{merged['before']}[{', '.join(values)}] -> {layer}{merged['behind']}"
            yield ((row, row, (line,)),)
        return


def in_a_fork(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`mean, var = h -> Dense(4), Dense(4)`: a branch for each name."""
    branches = parts_of(found["layers"])
    if len(branches) == len(parts_of(found["names"])):
        line = f"{found['names']} = {found['flow']} -> [{', '.join(branches)}]"
        yield ((where.row, where.row, (where.indented(line),)),)


def in_a_record(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`input x_{i}: (8,)` in a loop, and `x_0` below it: the inputs of a record."""
    name = found["name"]
    one = regex(rf"(?<![\w.])f?[\"']?{name}_?(?:(\d+)\b|\{{(\w+)\}})[\"']?")
    below = where.rewritten(
        where.below, lambda line: one.sub(lambda each: f"{name}[{each[1] or each[2]}]", line)
    )
    yield ((where.row, where.row, (where.indented(f"input {name}[{found['key']}]{found['rest']}"),)), *below)


_PRODUCT = regex(rf"\bmatmul\((?P<given>{GIVEN})\)")


def transposed(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`ops.matmul(q, k, transpose_b=True)`."""

    def written(one: re.Match[str]) -> str:
        parts = parts_of(one["given"])
        values = [each for each in parts if "=" not in each]
        told = {
            name
            for name, side in zip(("_a", "_b"), values, strict=False)
            if re.search(rf"{name}[ ]*=[ ]*True", one[0])
        }
        sides = [
            f"ops.swapaxes({each}, -2, -1)" if name in told else each
            for name, each in zip(("_a", "_b"), values, strict=False)
        ]
        return f"matmul({', '.join(sides)})"

    yield ((where.row, where.row, (_PRODUCT.sub(written, where.lines[where.row - 1]),)),)
