"""A value that a layer refuses, and that comes to it under a name: what is wrong stands where the name gets it.

In: a mistake about the value of an argument, at a name.  Out: the lines with another value in the list, the default or the use that holds it.

    for n, act in zip([64, 32], ["relu", "gleu"]) { … Dense(n, activation=act) }       ["relu", "gelu"]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set

from dslc.notations.around import Right, Where
from dslc.regex import regex

CODES = ("DSL305", "DSL306", "DSL308", "DSL491", "DSL381")
"""What is said of the value of an argument."""
_NAME = regex(r"(?!(?:True|False|None)$)[A-Za-z_]\w*(?:\.\w+|\[[^\[\]]*\])*")
_REFUSED = regex(r"\"(?P<word>\w+)\" is not |`\w+\(\w+=(?P<value>\"[^\"]*\"|-?\d[\d.]*)\)`: ")
_MEANT = regex(r"(?:did you mean|Keras calls it) `(\"\w+\")`")
_QUOTED = regex(r"([\"'])(\d+(?:\.\d+)?)\1")
_NEGATIVE = regex(r"(?<=[\[(,=])([ ]*)-(?=\d)")
_PER_CENT = regex(r"(?P<before>[\[,=][ ]*)(?P<number>[1-9]\d?)(?=[ ]*(?:[\],)]|$))")

_TURNS = regex(r"for[ ]+(?P<names>.+?)[ ]+in[ ]+(?P<lists>.*)")
_WORDS = regex(r"[A-Za-z_]\w*")
_GIVEN = regex(r"(\w+)[ ]*=(?!=)")


def comes_by_name(where: Where) -> bool:
    """Whether a mistake is about a value that is not written where it is refused."""
    about = where.about
    return (
        about.code in CODES
        and _NAME.fullmatch(about.span.text) is not None
        and _REFUSED.match(about.text) is not None
    )


def other_value(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The lines where the value is written, with the one that is meant."""
    if where.about.code == "DSL381":
        yield from _counted(where)
        return
    refused = _REFUSED.match(where.about.text)
    if refused is None or not comes_by_name(where):
        return
    advice = where.about.help or ""
    value = refused["value"] or f'"{refused["word"]}"'
    meant = _MEANT.search(advice)
    if meant is not None:
        single = value.replace('"', "'")
        yield where.rewritten(
            where.file, lambda line: line.replace(value, meant[1]).replace(single, meant[1])
        )
        return
    change = _as_number(value, advice)
    if change is not None:
        names = {re.split(r"\W", where.about.span.text)[0]}
        for row in where.item:
            turns = _TURNS.match(where.text(row))
            if turns is not None and names & set(_WORDS.findall(turns["names"])):
                names.update(_WORDS.findall(turns["lists"]))
        yield where.rewritten((row for row in where.file if _gives(where.text(row), names, value)), change)


def _counted(where: Where) -> Iterator[Right]:
    """`range(depth)`, where `depth` holds a number in quotes."""
    called = re.fullmatch(r"range\((\w+)\)", where.about.span.text)
    if called is None or "not a string" not in where.about.text:
        return
    own = regex(rf"(?<!\w)({re.escape(called[1])}[ ]*=[ ]*)([\"'])(\d+)\2")
    yield where.rewritten(where.file, lambda line: own.sub(r"\1\3", line))


def _as_number(value: str, advice: str) -> Callable[[str], str] | None:
    """What makes numbers of a line others: those in quotes, below none, or in per cent."""
    if _QUOTED.fullmatch(value) is not None:
        return lambda line: _QUOTED.sub(r"\2", line)
    if value.startswith("-"):
        return lambda line: _NEGATIVE.sub(r"\1", line)
    if "part of the whole" in advice:
        return lambda line: _PER_CENT.sub(lambda each: f"{each['before']}{int(each['number']) / 100:g}", line)
    return None


def _gives(line: str, names: Set[str], value: str) -> bool:
    """Whether a line gives a name what holds a value: a list that is gone through, a default, or the value itself."""
    before, _, _ = line.partition(value)
    if before == line:
        return False
    turns = _TURNS.match(line)
    return any(
        name in (_WORDS.findall(turns["names"]) if turns is not None else _GIVEN.findall(before))
        for name in names
    )
