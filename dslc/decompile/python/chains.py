"""What is written of a body: chains of stages and other lines, joined where one goes on from the last.

x = image -> Conv2D(8, 3)                x = image -> Conv2D(8, 3) -> ReLU
x = x -> ReLU
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dslc.decompile.python.blamed import marked
from dslc.decompile.python.module import Comments
from dslc.record import record, replace
from dslc.regex import regex

_WORD = regex(r"[^\W\d]\w*")


@record
class Chain:
    """A value and the stages that it flows through."""

    head: str
    stages: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The chain in one line."""
        return " -> ".join((self.head, *self.stages))


@record
class Line:
    """A line as it is."""

    row: int
    text: str


@record
class Flow:
    """`target = chain`; `output chain` where `gives` says so."""

    row: int
    target: str
    chain: Chain
    gives: bool = False
    rows: tuple[int, ...] = ()  # those of the chains that were joined with it
    parts: tuple[int, ...] = ()  # those of its stages, where each has its own


@record
class Nest:
    """Lines in braces; `otherwise` is what follows `else`."""

    row: int
    head: str
    lines: tuple[Line | Flow | Nest, ...]
    otherwise: tuple[Line | Flow | Nest, ...] = ()


Written = Line | Flow | Nest


def whole(text: str) -> str:
    """What one way of a choice gives: a chain in brackets, of which the condition would choose the last stage alone."""
    return f"({text})" if "->" in text else text


def joined(lines: Sequence[Written]) -> list[Written]:
    """Lines, with each chain that goes on from the one before behind it."""
    found: list[Written] = []
    alone = sum(isinstance(each, Flow) and each.gives for each in lines) == 1
    for each in lines:
        if isinstance(each, Nest):
            each = replace(each, lines=tuple(joined(each.lines)), otherwise=tuple(joined(each.otherwise)))
        while (
            isinstance(each, Flow)
            and found
            and isinstance(last := found[-1], Flow)
            and _goes_on(last, each, alone)
        ):
            stages = (*last.chain.stages, *each.chain.stages)
            rows, parts = (*last.rows, *each.rows, each.row), (*last.parts, *each.parts)
            each = replace(each, row=last.row, chain=Chain(last.chain.head, stages), rows=rows, parts=parts)
            found.pop()
        found.append(each)
    return found


def _goes_on(last: Flow, flow: Flow, alone: bool) -> bool:
    """Whether a chain begins with the value of the one before, which nothing else reads; `alone` where only one is given."""
    if not last.target or last.target != flow.chain.head or not (last.chain.stages or flow.chain.stages):
        return False
    if last.gives or (flow.target != last.target and not (flow.gives and alone)):
        return False
    if not last.chain.stages and _WORD.fullmatch(last.chain.head) is None:
        return False  # `x = a + b` stays: a chain begins with a name where it can
    return not any(last.target in _WORD.findall(stage) for stage in flow.chain.stages)


def text_of(lines: Sequence[Written], comments: Comments, indent: str = "    ") -> Iterator[str]:
    """The text of lines, with the comments that stood above them and behind them."""
    for each in lines:
        rows = (each.row, *each.rows) if isinstance(each, Flow) else (each.row,)
        for row in rows:
            yield from above(row, comments, indent)
        told = [comments.behind.pop(row).lstrip("# ") for row in rows if row in comments.behind]
        behind = f"  # {'; '.join(told)}" if told else ""
        parts = each.parts if isinstance(each, Flow) else ()
        behind += marked(tuple(dict.fromkeys((*parts, *rows)))) if comments.tells_rows else ""
        if isinstance(each, Nest):
            yield f"{indent}{each.head} {{{behind}"
            yield from text_of(each.lines, comments, f"{indent}    ")
            while (further := _else_if(each, comments)) is not None:
                yield f"{indent}}} else {further.head} {{{marked((further.row,)) if comments.tells_rows else ''}"
                yield from text_of(further.lines, comments, f"{indent}    ")
                each = further
            if each.otherwise:
                yield f"{indent}}} else {{"
                yield from text_of(each.otherwise, comments, f"{indent}    ")
            yield f"{indent}}}"
        else:
            yield f"{indent}{_said(each)}{behind}"


def _else_if(nest: Nest, comments: Comments) -> Nest | None:
    """The condition that is asked where one does not hold, if nothing else is there, and no comment."""
    match nest.otherwise:
        case (Nest(row, head) as further,) if head.startswith("if ") and row not in comments.behind:
            return None if any(each in comments.alone for each in _before(row, comments)) else further
        case _:
            return None


def _said(line: Line | Flow) -> str:
    if isinstance(line, Line):
        return line.text
    if line.gives:
        name = f"{line.target} = " if line.target and line.target != line.chain.head else ""
        return f"output {name}{line.chain.text}"
    return f"{line.target} = {line.chain.text}"


def above(row: int, comments: Comments, indent: str = "") -> Iterator[str]:
    """The comments between a row and the code before it."""
    for each in _before(row, comments):
        if each in comments.alone:
            yield f"{indent}{comments.alone.pop(each)}"


def _before(row: int, comments: Comments) -> range:
    """The rows between one and the code before it."""
    first = row
    while first > 1 and first - 1 not in comments.code:
        first -= 1
    return range(first, row)
