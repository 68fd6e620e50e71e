"""Which of two ways to split a line at a pair of brackets reads better, in black's judgement.

In: a `Split`, the three parts of a line around a pair of brackets.  Out: yes or no.

    x = (                   x = f(
        f(a)                    a
    )                       )           the right one: `f(a)` has no delimiter that brackets would help
"""

from __future__ import annotations

from dslc.emit.leaf import DOT, INDENT, LINE_LENGTH
from dslc.emit.lines import NAMES, Line, fits, lengths, line_text, width
from dslc.record import record


@record
class Split:
    """A line in three parts: what stands before, in and behind a pair of brackets."""

    head: Line
    body: Line
    tail: Line
    opening: int
    closing: int


def is_better(other: Split, split: Split) -> bool:
    """Whether a split within the right side of an assignment is better than brackets around that side."""
    page, head = split.head.page, split.head.leaves
    leaves = page.leaves
    if len(head) < 2 or leaves[head[-2]].kind != "equal":
        return True
    if all(leaves[index].kind not in ("open", "close") for index in head[:-1]):
        return True
    if width(line_text(split.head)) > LINE_LENGTH - 1 or split.head.commas:
        return True
    kinds = [leaves[index].kind for index in other.head.leaves]
    signs = sum(leaves[index].kind == "equal" for index in head)
    if signs > 1 and signs > kinds.count("equal"):
        return False
    for kind in reversed(kinds):
        if kind == "equal":
            break
        if kind == "close":
            return True
    return "equal" in kinds and fits(line_text(other.head))


def can_omit(split: Split) -> bool:
    """Whether what stands in optional brackets has a form that reads well without them."""
    body = split.body
    page, leaves = body.page, body.leaves
    if not body.delimiters:
        return True
    rank = max(body.delimiters.values())
    if list(body.delimiters.values()).count(rank) > 1:
        return False
    if rank == DOT:
        return True
    kinds = [page.leaves[index].kind for index in leaves]
    if kinds[0] == "open" and kinds[1] != "close" and _begins_with_brackets(body):
        return True
    if kinds[-1] == "close" and page.leaves[leaves[-1]].group != "index":
        return kinds[-2] != "open" and _ends_with_brackets(body)
    return False


def _begins_with_brackets(line: Line) -> bool:
    """Whether what follows the brackets at the beginning is short, or can be split again."""
    page = line.page
    first = line.leaves[0]
    rest, length = False, len(INDENT) * line.depth
    for index, taken in lengths(line):
        kind = page.leaves[index].kind
        if kind == "close" and page.match[index] == first:
            rest = True
        if rest:
            length += taken
            if length > LINE_LENGTH:
                return False
            if kind == "open":
                rest = False
    return True


def _ends_with_brackets(line: Line) -> bool:
    """Whether what stands before the brackets at the end is short, or can be split too."""
    page = line.page
    opening = page.match[line.leaves[-1]]
    others, length = False, len(INDENT) * line.depth
    for index, taken in lengths(line):
        length += taken
        if index == opening:
            if others or length <= LINE_LENGTH:
                return True
        elif page.leaves[index].kind == "open":
            others = True
    return False


def can_be_split(line: Line) -> bool:
    """False for what is no more than a name or a string with a chain of plain attributes and calls."""
    page, leaves = line.page, line.leaves
    if len(leaves) < 2:
        return False
    if page.leaves[leaves[0]].kind != "string" or page.leaves[leaves[1]].kind != "dot":
        return True
    calls = dots = 0
    behind = page.leaves[leaves[-1]].kind
    for index in leaves[-2::-1]:
        kind = page.leaves[index].kind
        if kind == "open":
            if behind != "close":
                return False
            calls += 1
        elif kind == "dot":
            dots += 1
        elif kind in NAMES:
            if behind not in ("dot", "open"):
                return False
        elif kind != "close":
            return False
        if dots > 1 and calls > 1:
            return False
    return True
