"""Sections of a body, as classes and settings of others have them: what stands in them, where it belongs here.

In: a line that opens such a section, and where it stands.  Out: the body without sections.

    params { units = 64 }                   the head: `model Net(units = 64) {`
    layers { fc = Dense(8) }                shared fc = Dense(8)
    forward { output x -> fc }              output x -> fc
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import GIVEN, parts_of
from dslc.regex import regex

_SECTION = regex(
    r"(?P<word>[A-Za-z_]\w*)[ ]*(?:\([ ]*(?:self)?[^()]*\))?[ ]*:?[ ]*\{|(?P<other>[A-Za-z_]\w*)[ ]*:"
)
_NAMED = regex(r"(?P<name>[A-Za-z_]\w*)[ ]*[:=](?!=)[ ]*(?P<value>.+?)[,;]?")
_HEAD = regex(rf"(?P<begin>(?:model|block)[ ]+\w+)[ ]*(?:\((?P<given>{GIVEN})\))?(?P<end>[ ]*\{{.*)")


def _shared(name: str, value: str) -> str:
    return f"shared {name} = {value}"


def _input(name: str, value: str) -> str:
    return f"input {name}: {value}"


def _output(name: str, value: str) -> str:
    return f"output {name} = {value}"


def _bound(name: str, value: str) -> str:
    return f"{name} = {value}"


_PARAMETERS = {"params", "parameters", "hyperparameters", "hyperparams", "hparams", "config", "settings", "args", "options"}  # fmt: skip
_LINES: dict[str, Callable[[str, str], str] | None] = {
    **dict.fromkeys(("layers", "modules", "components", "submodules", "init", "__init__", "setup", "define", "declare"), _shared),
    **dict.fromkeys(("inputs", "input"), _input),
    **dict.fromkeys(("outputs", "output"), _output),
    **dict.fromkeys(("constants", "variables", "vars"), _bound),
    **dict.fromkeys(
        ("forward", "call", "flow", "graph", "connections", "network", "architecture", "body", "compute", "main", "structure", "topology"),
        None,
    ),
}  # fmt: skip
"""What the lines of a section are here, by its word: `None` where they are lines of the body as they stand."""


def in_one_body(found: re.Match[str], where: Where) -> Iterator[Right]:
    """All sections of an item at once."""
    head = _HEAD.fullmatch(where.text(where.extent[0]))
    if head is None:
        return
    changes: list[Change] = []
    given: list[str] = []
    row = where.extent[0] + 1
    while row <= where.extent[1]:
        opened = _SECTION.fullmatch(where.text(row))
        word = "" if opened is None else opened["word"].lower()
        if word not in _PARAMETERS and word not in _LINES:
            row += 1
            continue
        last = where.at(row).closing()
        if last is None or last == row:
            return
        lines = _lines_of(where, row, range(row + 1, last), word, given)
        if lines is None:
            return
        changes.append((row, last, tuple(lines)))
        row = last + 1
    if given:
        parameters = ", ".join([*parts_of(head["given"] or ""), *given])
        first = where.extent[0]
        changes.insert(
            0, (first, first, (f"{where.indent(first)}{head['begin']}({parameters}) {head['end'].lstrip()}",))
        )
    if changes:
        yield tuple(changes)


def _lines_of(where: Where, opened: int, inside: range, word: str, given: list[str]) -> list[str] | None:
    """The lines of a section as they are here; parameters are gathered. None where one is none of such a section."""
    lines: list[str] = []
    own = where.indent(opened)
    deep = min((len(where.indent(row)) for row in inside if where.text(row)), default=len(own))
    for row in inside:
        text = where.text(row)
        named = _NAMED.fullmatch(text)
        if word in _PARAMETERS:
            if text and named is None:
                return None
            given += [f"{named['name']} = {named['value']}"] if named is not None else []
            continue
        kind = _LINES[word]
        if kind is not None and named is not None and not text.startswith(("input ", "output ", "shared ")):
            text = kind(named["name"], named["value"])
            lines.append(f"{own}{text}")
        elif kind is _output and re.fullmatch(r"\w+", text):
            lines.append(f"{own}output {text}")
        else:
            lines.append(f"{own}{where.lines[row - 1][deep:]}")
    return lines
