"""Lines, signs and numbers that belong to Python or to a list around the lines, and that these do without.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    1. x = image -> Flatten               x = image -> Flatten
    h = x -> Dense(8) ->                  h = x -> Dense(8)
    h = h -> Dense(4)                     h = h -> Dense(4)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.notations.commas import parts_of
from dslc.regex import regex

_NUMBER = regex(r"([ \t]*)(?:\(?\d+[.):]|\[\d+\]:?)[ ]+(?=\S)")


def numbered(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`1. x = image -> Flatten`: the lines of a body with their numbers."""
    made = where.rewritten(
        where.item, lambda line: _NUMBER.sub(r"\1", line, count=1) if _NUMBER.match(line) else line
    )
    if len(made) > 1:
        yield made


def after_arrow(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A line that ends in an arrow, behind which another line begins."""
    for row in range(where.row - 1, where.extent[0], -1):
        text = where.text(row)
        if not text:
            continue
        if text.endswith("->"):
            line = where.lines[row - 1]
            at = line.rindex("->", 0, line.index(text) + len(text))
            yield ((row, row, (f"{line[:at].rstrip()}{line[at + 2:]}".rstrip(),)),)
        return


_SUFFIXED = regex(r"(?<![\w.])(\d+(?:\.\d*)?(?:e-?\d+)?|\.\d+)[fFdDlL]\b")


def without_suffix(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`0.5f`, as C has it."""
    yield ((where.row, where.row, (_SUFFIXED.sub(r"\1", where.lines[where.row - 1]),)),)


_GIVEN = regex(r"[\"'](?P<name>[A-Za-z]\w*)[\"'][ ]*:[ ]*(?P<value>.+)")


def out_of_a_dictionary(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv({"filters": 32})`, in all lines of the file: arguments by their names."""
    call = regex(rf"(?P<before>\b{found['name']}\()\{{(?P<entries>[^{{}}]*)\}}(?=\))")
    yield where.rewritten(where.file, lambda line: call.sub(_by_name, line))


def _by_name(one: re.Match[str]) -> str:
    entries = [_GIVEN.fullmatch(each) for each in parts_of(one["entries"])]
    named = [f"{each['name']}={each['value']}" for each in entries if each is not None]
    return f"{one['before']}{', '.join(named)}" if len(named) == len(entries) else one[0]


_ZEROS = regex(
    r"(?P<name>\w+)[ ]*=[ ]*ops\.(?P<function>zeros|ones)\([ ]*(?P<shape>\((?:\w+[ ]*,[ ]*)*\w+[ ]*,?[ ]*\)|\w+)(?P<rest>[^()]*)\)"
)


def for_each_sample(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`state = ops.zeros((units,))`, which flows beside a tensor: one for each sample."""
    inputs = [
        each[1]
        for row in range(where.extent[0], where.row)
        if (each := re.match(r"input[ ]+(\w+)", where.text(row)))
    ]
    for row in range(where.row - 1, where.extent[0], -1):
        made = _ZEROS.fullmatch(where.text(row))
        if made is None or not inputs:
            continue
        sizes = [each for each in parts_of(made["shape"].strip("() ")) if each != "1"]
        shape = f"(ops.shape({inputs[0]})[0], {', '.join(sizes)})"
        line = f"{where.indent(row)}{made['name']} = ops.{made['function']}({shape}{made['rest']})"
        yield ((row, row, (line,)),)


def as_expression(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Lambda(lambda t: t / 255, name="scale")`: what it computes, of what comes along."""
    body = re.sub(rf"(?<![\w.\"']){found['name']}\b(?![ ]*=(?!=))", "_", found["body"])
    yield ((where.row, where.row, (where.indented(f"{found['before']}{body}{found['behind']}"),)),)


def brace_too_many(found: re.Match[str], where: Where) -> Iterator[Right]:
    """A body that ends too early, above, with `}}`: one of the two closes nothing that is open there."""
    for row in range(where.row - 1, max(0, where.row - _NEAR), -1):
        text = where.text(row)
        if text.endswith("}}") and text.count("{") < text.count("}"):
            yield ((row, row, (where.lines[row - 1].rstrip()[:-1],)),)
            return


_NEAR = 20
"""Lines above that are looked at."""
