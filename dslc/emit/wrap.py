"""One logical line of Python laid out in lines of at most 88 columns, exactly as black lays it out.

In: the leaves of a line (see `leaves.py`).  Out: its lines, as text.

    x = layers.Conv2D(64, 3, …)(x)      x = layers.Conv2D(
                                            64, 3, …
                                        )(x)

A line that is too long is split at a pair of brackets: what stands in them goes on a line of its own, one step deeper
(`_at_last_brackets`). That inner line, if it is still too long, is split at its delimiters of the highest rank, one
piece a line (`_at_delimiters`), and so on with every piece. Optional brackets are tried as well: they become visible
where a line is split inside them. black forgets nothing it tried: a bracket that showed in an attempt that was given up
is visible for the next one. So brackets that show are kept in a set that the lines of a page share.

black formats its own output once more, since the commas and brackets it put there are read as written by a person;
`wrapped` repeats until nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from dslc.emit.brackets import Split, can_be_split, can_omit, is_better
from dslc.emit.leaf import ARGUMENT_COMMA, COMMA, COMMA_LEAF, DOT, INDENT, LINE_LENGTH, Leaf
from dslc.emit.lines import (
    Line,
    Page,
    fits,
    hug,
    inside_brackets,
    is_one,
    leaf_length,
    lengths,
    line_text,
    tracked,
)
from dslc.record import replace

_ROUNDS = 6
_SEQUENCES = frozenset(
    {"atom", "list", "dict", "import", "value", "kept", "tuple", "target", "loop", "statement", "item"}
)
"""The groups of brackets whose items stand one a line as soon as they do not fit between their brackets."""


class CannotSplitError(Exception):
    """A way to split a line that does not fit this line."""


class UnsureError(Exception):
    """A line for which no rule is known to give what black gives."""


def wrapped(leaves: Sequence[Leaf], depth: int, comment: str = "") -> list[str]:
    """The lines for one logical line, laid out like black does it. Raises UnsureError where black would not come to an end."""
    for _ in range(_ROUNDS):
        page = Page(leaves, comment)
        line = tracked(page, tuple(range(len(leaves))), depth, False)
        lines = _transformed(line, forced=False)
        again = _read_again(lines)
        if again == list(leaves):
            return [line_text(each) for each in lines]
        leaves = again
    raise UnsureError("black does not come to rest")


# ---- splitting


def _transformed(line: Line, forced: bool) -> list[Line]:
    """A line, split until it fits or until nothing helps. `forced` makes optional brackets show where they may."""
    text = line_text(line)
    hugged = hug(line)
    ways: tuple[Callable[[Line, bool], list[Line]], ...] = ()
    if line.explode or line.commas or not fits(text if hugged is None else line_text(hugged)):
        if line.page.leaves[line.leaves[0]].text == "def":
            ways = (_at_first_brackets,)
        else:
            ways = (_at_delimiters, _at_last_brackets) if line.inside else (_at_last_brackets,)
    for way in ways:
        try:
            return _split(line, way, forced, text)
        except CannotSplitError:
            continue
    if hugged is not None and line_text(hugged) != text:
        return _transformed(hugged, forced)
    return [line]


def _split(line: Line, way: Callable[[Line, bool], list[Line]], forced: bool, text: str) -> list[Line]:
    """A line split in one way, and its pieces in turn; with all optional brackets where that fits and else does not."""
    page = line.page
    optional = [index for index in line.invisible if page.depths[index] == 0]
    found: list[Line] = []
    for piece in way(line, forced):
        if line_text(piece) == text:
            raise CannotSplitError
        found.extend(_transformed(piece, forced))
    if (
        forced
        or way is not _at_last_brackets
        or not line.invisible
        or any(not page.hidden(index) for index in optional)
        or fits(line_text(found[0]))
        or not page.made.isdisjoint(line.leaves)
    ):
        return found
    again = tracked(
        page.copy(), line.leaves, line.depth, line.inside, explode=line.explode, commas=line.commas
    )
    second = _split(again, way, True, text)
    return second if all(fits(line_text(each)) for each in second) else found


def _piece(line: Line, leaves: tuple[int, ...], part: str, opening: int) -> Line:
    """The part of a line before, in or behind a pair of brackets."""
    page = line.page
    if part != "body":
        track = inside_brackets(page, leaves) if part == "head" else frozenset()
        return tracked(page, leaves, line.depth, False, track)
    if leaves and _wants_comma(line, leaves, opening) and page.leaves[leaves[-1]].kind != "comma":
        leaves = (*leaves, page.comma)
    made = tracked(page, leaves, line.depth + 1, True)
    return replace(made, explode=True) if _stands_one_a_line(made, opening) else made


def _wants_comma(line: Line, leaves: tuple[int, ...], opening: int) -> bool:
    """Whether the last of some parameters or imported names takes a comma."""
    first = line.page.leaves[line.leaves[0]]
    if first.kind == "import":
        return True
    return first.text == "def" and all(line.page.leaves[index].kind != "comma" for index in leaves)


def _stands_one_a_line(body: Line, opening: int) -> bool:
    """Whether items in brackets are parted at once, without a look at whether they fit between the brackets."""
    page = body.page
    if not body.leaves:
        return False
    last = body.leaves[-1]
    comma = page.leaves[last].kind == "comma"
    ranks = [rank for index, rank in body.delimiters.items() if not (comma and index == last)]
    if not ranks or max(ranks) != COMMA:
        return False
    return comma or page.leaves[opening].group in _SEQUENCES


def _parts(line: Line, opening: int, closing: int) -> tuple[Line, Line, Line]:
    """What stands before, in and behind the brackets at two places of a line."""
    leaves = line.leaves
    bracket = leaves[opening]
    head = _piece(line, leaves[: opening + 1], "head", bracket)
    body = _piece(line, leaves[opening + 1 : closing], "body", bracket)
    tail = _piece(line, leaves[closing:], "tail", bracket)
    if not body.leaves and len(line_text(tail).strip()) < 3:
        raise CannotSplitError
    return head, body, tail


def _at_first_brackets(line: Line, forced: bool) -> list[Line]:
    """The head of a function: its parameters on lines of their own."""
    page = line.page
    for opening, index in enumerate(line.leaves):
        if page.leaves[index].kind == "open" and page.leaves[index].text == "(":
            closing = line.leaves.index(page.match[index]) if page.match[index] in line.leaves else 0
            if closing > opening + 1:
                return list(_parts(line, opening, closing))
            break
    raise CannotSplitError


def _at_last_brackets(line: Line, forced: bool) -> list[Line]:
    """Split at the last pair of brackets; at an earlier one when the first line gets too long else."""
    page = line.page
    starts: dict[int, int] = {}
    at = len(INDENT) * line.depth
    for index, length in lengths(line):
        starts[index] = at
        at += length
    first: list[Line] | None = None
    for omit in _omitted(line):
        if omit:
            opening = _last_opening(line, omit)
            if opening >= 0 and not page.hidden(opening) and starts.get(opening, 0) > LINE_LENGTH:
                continue
        lines = _right_hand(line, _last_brackets(line, omit), omit, forced)
        if first is None and not omit:
            first = lines
        if fits(line_text(lines[0])):
            return lines
    return _right_hand(line, _last_brackets(line, set()), set(), forced) if first is None else first


def _last_opening(line: Line, omit: set[int]) -> int:
    page = line.page
    for index in reversed(line.leaves):
        if page.leaves[index].kind == "close" and index not in omit:
            return page.match[index]
    return -1


def _last_brackets(line: Line, omit: AbstractSet[int]) -> Split:
    """The split at the last brackets that hold something and are not to be left out."""
    page, leaves = line.page, line.leaves
    place = len(leaves) - 1
    while place >= 0:
        index = leaves[place]
        if page.leaves[index].kind == "close" and index not in omit:
            opening = page.match[index]
            if opening not in leaves:
                break
            start = leaves.index(opening)
            if place > start + 1:
                return Split(*_parts(line, start, place), opening, index)
            place = start
        place -= 1
    raise CannotSplitError


def _right_hand(line: Line, split: Split, omit: AbstractSet[int], forced: bool) -> list[Line]:
    """The three lines of a split; when its brackets are optional ones, those of a split without them if that is better."""
    page = line.page
    optional = page.hidden(split.opening)
    if not forced and optional and not _is_import(line) and can_omit(split):
        without = {split.closing, *omit}
        try:
            other = _last_brackets(line, without)
            if is_better(other, split):
                return _right_hand(line, other, without, forced)
        except CannotSplitError:
            many = sum(page.leaves[index].kind == "equal" for index in line.leaves) > 1
            if not many and not can_be_split(split.body) and not fits(line_text(split.body)):
                raise
    page.show(split.opening, split.closing)
    return [each for each in (split.head, split.body, split.tail) if each.leaves]


def _is_import(line: Line) -> bool:
    return line.page.leaves[line.leaves[0]].kind == "import"


def _omitted(line: Line) -> Iterator[set[int]]:
    """The closing brackets to leave out in every attempt to split: first none, then ever more from the right."""
    page, leaves = line.page, line.leaves
    omit: set[int] = set()
    if not line.commas:
        yield omit
    length = len(INDENT) * line.depth
    opening = closing = -1
    inner: set[int] = set()
    for place in range(len(leaves) - 1, -1, -1):
        index = leaves[place]
        length += leaf_length(page, index, place == 0)
        if length > LINE_LENGTH or index == page.comment_at:
            return
        kind = page.leaves[index].kind
        ends_in_comma = (
            kind == "close"
            and place > 0
            and page.leaves[leaves[place - 1]].kind == "comma"
            and not (page.leaves[index].text == ")" and is_one(page, leaves, place))
        )
        if opening >= 0:
            if index == opening:
                opening = -1
            elif kind == "close":
                if ends_in_comma:
                    return
                inner.add(index)
        elif kind == "close":
            if place > 0 and page.leaves[leaves[place - 1]].kind == "open":
                inner.add(index)
                continue
            if closing >= 0:
                omit.add(closing)
                omit |= inner
                inner.clear()
                yield omit
            if ends_in_comma:
                return
            if not page.hidden(index):
                opening, closing = page.match[index], index


def _at_delimiters(line: Line, forced: bool) -> list[Line]:
    """One line for every piece between the delimiters of the highest rank; a comma behind the last where commas part."""
    page, leaves = line.page, line.leaves
    ranks = [rank for index, rank in line.delimiters.items() if index != leaves[-1]]
    if not ranks:
        raise CannotSplitError
    rank = max(ranks)
    if rank == DOT and list(line.delimiters.values()).count(DOT) == 1:
        raise CannotSplitError
    found: list[Line] = []
    start = 0
    for place, index in enumerate(leaves, 1):
        if line.delimiters.get(index) == rank:
            found.append(tracked(page, leaves[start:place], line.depth, line.inside))
            start = place
    if start < len(leaves):
        last = leaves[start:]
        if rank == COMMA and page.leaves[last[-1]].kind != "comma":
            last = (*last, page.comma)
        found.append(tracked(page, last, line.depth, line.inside))
    return found


# ---- what black reads when it formats its own output


def _read_again(lines: Sequence[Line]) -> list[Leaf]:
    """The leaves of a statement that was laid out: brackets that show and commas at the ends are there for good."""
    found: list[Leaf] = []
    groups: list[str] = []
    for line in lines:
        page = line.page
        for index in line.leaves:
            leaf = page.leaves[index]
            if leaf.kind in ("open", "close") and not page.hidden(index) and _stays(page, index):
                leaf = replace(leaf, group="atom")
            if leaf.kind == "open":
                groups.append(leaf.group)
            elif leaf.kind == "close":
                groups.pop()
            elif index == page.comma:
                leaf = ARGUMENT_COMMA if groups[-1] in ("call", "parameters") else COMMA_LEAF
            found.append(leaf)
    return found


def _stays(page: Page, index: int) -> bool:
    """Whether an optional bracket that shows is read as one that has to be there."""
    return page.leaves[index].group in ("kept", "tuple", "target", "test", "statement")
