"""The Python that a document becomes in one style, and which of its lines belong to which stretch of the text.

In: an analysis, a style, and the `Destination` that the settings of a project give its Python.  Out: code with its pairs, or why there
is none; and how what lies on the disk compares with it.

    y = x -> Dense(8) -> ReLU           9  y = layers.Dense(8)(x)         Dense(8): 9-9, ReLU: 10-10, the statement: 9-10
                                       10  y = layers.ReLU()(y)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from dslc import driver
from dslc.diagnostics.diagnostic import Diagnostic
from dslc.editor.analysis import Analysis
from dslc.memory import Memory
from dslc.program import nodes as p
from dslc.program.traversal import statements_in
from dslc.record import record, replace
from dslc.source import Span
from dslc.styles import Style

Held = Literal["nothing", "ours", "edited", "foreign"]
"""What lies where the Python of a document goes: no file, one of ours, one of ours that somebody has changed, another one."""


@record
class Destination:
    """Where a project puts the Python of a document, how it is written, and the text that is there now."""

    style: Style
    path: str
    imports: driver.Imports = "keras"
    modules: Mapping[str, str] = {}
    held: Held = "nothing"
    text: str = ""


@record
class Pair:
    """A stretch of a document from one offset to another, and the lines of Python it became: runs from a line to a line, both from
    1 and the last one included."""

    start: int
    end: int
    lines: tuple[tuple[int, int], ...]


@record
class Python:
    """The Python of a document, or the mistakes and refusals in its way. Where two pairs hold a place, the shorter one speaks of it."""

    code: str | None
    pairs: tuple[Pair, ...] = ()
    reasons: tuple[Diagnostic, ...] = ()


@record
class State:
    """How a file is to what a build would write, in words, and whether a build helps."""

    text: str
    build: bool = False


def python(
    analysis: Analysis,
    style: Style,
    destination: Destination | None = None,
    memory: Memory | None = None,
) -> Python:
    """The Python of a document in a style, with the imports that its project wants; `memory` is that of the analysis."""
    options = (
        driver.DEFAULTS
        if destination is None
        else replace(driver.DEFAULTS, imports=destination.imports, modules=destination.modules)
    )
    built = driver.build(analysis.checked, style, options, memory)
    if built.code is None:
        return Python(None, reasons=tuple(each for each in built.diagnostics if each.severity == "error"))
    return Python(built.code, tuple(_pairs(analysis, built.lines)))


def _pairs(analysis: Analysis, lines: Mapping[int, Span]) -> Iterator[Pair]:
    """Stretches with their lines; an item and a statement have those of all that is in them."""
    found: dict[tuple[int, int], set[int]] = {}
    for line, span in lines.items():
        if span.source is analysis.source:
            found.setdefault((span.start, span.end), set()).add(line)
    own = sorted(found)
    for node in _holders(analysis.items):
        start, end = node.span.start, node.span.end
        numbers = found.setdefault((start, end), set())
        for place in own[bisect_left(own, (start, start)) : bisect_right(own, (end, end))]:
            if place[1] <= end:
                numbers |= found[place]
    for (start, end), numbers in sorted(found.items()):
        if numbers:
            yield Pair(start, end, _runs(numbers))


def _holders(items: Sequence[p.Item]) -> Iterator[p.Item | p.Statement]:
    """What holds stages: statements, the inner ones first, then the items around them."""
    for item in items:
        if isinstance(item, (p.Block, p.Fn)):
            yield from reversed([*statements_in(item.body)])
        yield item


def _runs(numbers: set[int]) -> tuple[tuple[int, int], ...]:
    """Numbers as runs: {1, 2, 4} is 1-2 and 4-4."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


def state(analysis: Analysis, model: str, where: Destination, made: Python) -> State:
    """How the Python that lies at a destination is to what a build would put there, for one of the models of a document."""
    if made.code is None:
        refusals = driver.refusals(analysis.checked, where.style, model)
        own = [each for each in refusals if each.severity == "error"]
        first, *others = own or made.reasons
        more = f", and {len(others)} more" if others else ""
        word = "refused" if own else "no Python"
        return State(f"{word}, line {first.span.row}: {first.text}{more}")
    if where.held == "nothing":
        return State("not built", True)
    if where.text == made.code:
        return State("up to date")
    if where.held == "foreign":
        return State("another file is in its place")
    return State("edited by hand") if where.held == "edited" else State("stale", True)
