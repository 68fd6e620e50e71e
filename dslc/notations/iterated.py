"""What `itertools` of Python goes through, as lists of the language.

In: a line that calls a function of `itertools`, and where it stands.  Out: the same line, with what the function gives.

    for a, b in itertools.combinations(xs, 2)       for a, b in [(a, b) for i, a in enumerate(xs) for b in xs[i + 1:]]
    for f, k in product([8, 16], [3, 5])            for f, k in [(f, k) for f in [8, 16] for k in [3, 5]]
    for n in chain(first, second)                   for n in [*first, *second]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

NAMES = "combinations|permutations|product|chain|pairwise|islice|repeat|count"

_CALLED = regex(rf"(?<![\w.])(?:(?:itertools|it)\.)?(?P<name>{NAMES})\((?P<given>{GIVEN})\)")
_TARGETS = regex(r"\bfor[ ]+\(?[ ]*(?P<names>[A-Za-z_]\w*(?:[ ]*,[ ]*[A-Za-z_]\w*)*)[ ]*\)?[ ]+in[ ]*\Z")


def as_lists(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The line with a list in the place of the call."""
    line = where.lines[where.row - 1]
    for call in _CALLED.finditer(line):
        targets = _TARGETS.search(line, 0, call.start())
        names = [] if targets is None else parts_of(targets["names"])
        made = _made(call["name"], parts_of(call["given"]), names)
        if made is not None:
            yield ((where.row, where.row, (f"{line[:call.start()]}{made}{line[call.end():]}",)),)


def _made(function: str, given: list[str], names: list[str]) -> str | None:
    """What a function of `itertools` gives; `names` are those of the loop that goes through it."""
    match function, given:
        case "combinations", [values, "2"]:
            one, other = names if len(names) == 2 else ("a", "b")
            return f"[({one}, {other}) for i, {one} in enumerate({values}) for {other} in {values}[i + 1:]]"
        case "permutations", [values] | [values, "2"]:
            one, other = names if len(names) == 2 else ("a", "b")
            inner = f"for i, {one} in enumerate({values}) for j, {other} in enumerate({values}) if i != j"
            return f"[({one}, {other}) {inner}]"
        case "product", [_, *_]:
            own = names if len(names) == len(given) else [*"abcdefgh"][: len(given)]
            loops = " ".join(f"for {name} in {each}" for name, each in zip(own, given, strict=False))
            return f"[({', '.join(own)}{',' if len(own) == 1 else ''}) {loops}]"
        case "chain", [_, *_]:
            return f"[{', '.join(f'*{each}' for each in given)}]"
        case "pairwise", [values]:
            return f"zip({values}[:-1], {values}[1:])"
        case "islice", [values, number]:
            return f"{values}[:{number}]"
        case "repeat", [value, number]:
            return f"[{value}] * {number}"
    return None
