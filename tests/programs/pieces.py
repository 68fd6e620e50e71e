"""Statements of generated programs that are written down as they stand: a row each, in `pieces_of_blocks` and `pieces_of_layers`.

A row is a text with holes, and what it makes of the tensor that it is given:

    {x}                 a tensor of the body, of one of the row's ranks
    {made}              the tensor that the lines bind
    {n}                 a positive number of the body: a literal, a name, a computation
    {a} {b} {c} {i}     names of the body that stand for nothing else
    {A} {B}             names of the items of this use; {shape} is the shape of `{x}` as an input of a model has it
    «this¦that¦»        one of these texts
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tests.programs.sizes import Shape, known, value

if TYPE_CHECKING:
    from tests.programs.bodies import Body


class Piece(NamedTuple):
    """A row: lines of a body, the items that they use, and what they ask of the body and its tensor."""

    lines: str
    last: object = "n"
    """The last size of what is made: a number, `"n"`, `"x"` (as it was) or `"2x"`."""
    items: str = ""
    """Items of the file, apart from each other by an empty line."""
    ranks: tuple[int, ...] = (1, 2, 3)
    made: str = "keep"
    """What becomes of the other sizes: `"keep"`, `"drop"` (only the last is left), `"grow"` (the old last one stands before it), `"lead"` (a 1 does)."""
    model: bool = False
    """Whether it stands in a model alone, on a tensor whose sizes are numbers."""
    batch: bool = False
    """Whether the batch must be known."""


CHOICE = re.compile("«([^«»]*)»")


def piece(body: Body, rows: tuple[Piece, ...]) -> bool:
    """Write one of the rows; False, and nothing, where no tensor suits it."""
    row = body.chance.choice(rows)
    found = _tensor(body, row)
    if found is None:
        return False
    _write(body, row, found)
    return True


def _tensor(body: Body, row: Piece) -> str | None:
    """A tensor that the row can work on."""
    scope = body.scope
    in_model = bool(body.file.in_model) and not scope.depth  # type: ignore[attr-defined]
    if ((row.model or row.batch) and not in_model) or (row.batch and not body.file.batch):  # type: ignore[attr-defined]
        return None
    names = [
        name
        for name, shape in scope.tensors.items()
        if len(shape) in row.ranks
        and (not (row.model or row.batch) or all(map(known, shape)))
        and (row.last != "2x" or not known(shape[-1]) or shape[-1] < 100)
    ]
    return body.chance.choice(names) if names else None


def _write(body: Body, row: Piece, found: str) -> None:
    chance, scope = body.chance, body.scope
    shape = scope.tensors[scope.use(found)]
    text, size = body.chains.number()
    words = {"x": found, "n": f"({text})" if " " in text else text}
    lines, items = _chosen(row.lines, chance), _chosen(row.items, chance)
    for name in ("made", "a", "b", "c", "i"):
        if f"{{{name}}}" in lines:
            words[name] = scope.fresh()
    sizes = ", ".join(map(str, shape))
    words["shape"] = f"({sizes}{',' if len(shape) == 1 else ''})"
    kept: list[str] = body.file.items  # type: ignore[attr-defined]
    for letter in "AB":
        words[letter] = f"Item{letter}{sum(1 for each in kept if f'Item{letter}' in each) + 1}"
    kept += [_filled(each, words) for each in items.split("\n\n") if each]
    for line in _filled(lines, words).splitlines():
        body.say(line)
    last = {"n": size, "x": shape[-1], "2x": value(("*", shape[-1], 2), {})}.get(str(row.last), row.last)
    before: dict[str, Shape] = {"keep": shape[:-1], "drop": (), "grow": shape, "lead": (1,)}
    scope.tensors[words["made"]] = (*before[row.made], last)


def _chosen(text: str, chance: object) -> str:
    while (hole := CHOICE.search(text)) is not None:
        text = text[: hole.start()] + chance.choice(hole[1].split("¦")) + text[hole.end() :]  # type: ignore[attr-defined]
    return text.strip("\n")


def _filled(text: str, words: dict[str, str]) -> str:
    """The text with its holes filled: only these names are holes, other braces are of the language."""
    return HOLE.sub(lambda hole: words[hole[1]], text)


HOLE = re.compile(r"\{(x|made|n|a|b|c|i|A|B|shape)\}")
