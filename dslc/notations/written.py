"""The parts of a notation as lines of a body of the language.

In: the parts, and what the body around them has already.  Out: a line for each part; None where one of them is not understood.

    784                input x: (784,)
    Dense 128          x = x -> Dense(128)
    Dense 10           output x -> Dense(10)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.keras import layers
from dslc.notations.found import Part
from dslc.notations.phrases import Input, Stages
from dslc.record import record
from dslc.regex import regex

_VALUES, _WORDS = "(8,)", "(16,) int32"
"""Shapes that are taken where nothing is said: a row of numbers, and a sequence of words."""


@record
class Around:
    """What a body has besides: the value that flows into the lines, if there is one, whether an output stands below, and the words of its own lines."""

    flow: str = ""
    has_output: bool = False
    words: frozenset[str] = frozenset()


@record
class Line:
    """A line of the language, and the one that it stands for."""

    row: int
    text: str


def written(parts: Sequence[Part], around: Around) -> list[Line] | None:
    """All parts as lines; what flows in already needs none."""
    if any(each.said is None and not (each.name and each.name == around.flow) for each in parts):
        return None
    if not any(isinstance(each.said, Stages) for each in parts):
        return None
    if all(each.declares for each in parts):
        return [
            Line(each.row, f"shared {each.name} = {each.said.text}")
            for each in parts
            if isinstance(each.said, Stages)
        ]
    if any(each.name for each in parts):
        return _graph(parts, around)
    flow = around.flow
    lines: list[Line] = []
    if not flow:
        first = next((each.said for each in parts if isinstance(each.said, Stages)), None)
        given = next((each for each in parts if isinstance(each.said, Input)), None)
        shape = _shape(
            given.said if given is not None and isinstance(given.said, Input) else Input(""), first
        )
        flow = (given.said.name if given is not None and isinstance(given.said, Input) else "") or "x"
        lines.append(Line(parts[0].row if given is None else given.row, f"input {flow}: {shape}"))
    for each in parts:
        if isinstance(each.said, Stages):
            lines.append(Line(each.row, f"{flow} = {flow} -> {each.said.text}"))
    if not around.has_output:
        last = lines[-1]
        lines[-1] = Line(last.row, f"output {last.text.partition(' = ')[2]}")
    return lines


def _shape(said: Input, first: Stages | None) -> str:
    """The shape that is said, or one that the first layer takes."""
    return f"{said.shape} {said.dtype}".strip() if said.shape else default_shape(first)


def default_shape(first: Stages | None) -> str:
    """A shape that a first layer takes."""
    text, takes = ("", "") if first is None else (first.text, first.takes)
    if takes.startswith("("):
        return takes
    if text.startswith("Embedding"):
        return _WORDS
    axes = _AXES.match(text)
    if axes is None:
        return f"({takes},)" if takes else _VALUES
    if axes["two"]:
        return f"(28, 28, {takes or 1})"
    return f"(16, 16, 16, {takes or 1})" if axes["three"] else f"(16, {takes or 8})"


_AXES = regex(
    r"(?P<one>\w*1D\b|LSTM|GRU|Bidirectional|SimpleRNN|MultiHeadAttention)|(?P<two>\w*2D\b|Flatten\b)|(?P<three>\w*3D\b)"
)
"""How many axes a layer looks at, besides the channels."""


def _graph(parts: Sequence[Part], around: Around) -> list[Line] | None:
    """The nodes of a graph, each under its name."""
    names: dict[str, str] = {}
    for each in parts:
        if each.name in names:
            continue  # it is given its name anew
        name = re.sub(r"\W", "_", each.name)
        name = name if name in around.words else name.lower()
        name = "x" if name in ("input", "inputs") else name
        while name in names.values() or name in _KEYWORDS or layers.exists(name):
            name += "_"
        names[each.name] = around.flow if each.name == around.flow else name
    inner = {before for each in parts for before in each.after}
    lines: list[Line] = []
    if not any(isinstance(each.said, Input) for each in parts) and not around.flow:
        lines.append(Line(parts[0].row, f"input x: {default_shape(_first(parts))}"))
    for each in parts:
        if isinstance(each.said, Input) and each.name != around.flow:
            lines.append(Line(each.row, f"input {names[each.name]}: {_shape(each.said, _first(parts))}"))
        if not isinstance(each.said, Stages):
            continue
        flows = [names.get(before, before) for before in each.after] or [around.flow or "x"]
        flow = flows[0] if len(flows) == 1 else f"[{', '.join(flows)}]"
        is_last = each.name not in inner or (each is parts[-1] and each.name in each.after)
        given = "output " if is_last and not around.has_output else f"{names[each.name]} = "
        lines.append(Line(each.row, f"{given}{flow} -> {each.said.text}"))
    return lines


def _first(parts: Sequence[Part]) -> Stages | None:
    return next((each.said for each in parts if isinstance(each.said, Stages)), None)


_KEYWORDS = frozenset(
    (
        "input",
        "output",
        "model",
        "block",
        "fn",
        "for",
        "if",
        "else",
        "in",
        "loss",
        "weight",
        "shared",
        "return",
        "assert",
        "use",
        "extern",
        "from",
        "layer",
    )
)
