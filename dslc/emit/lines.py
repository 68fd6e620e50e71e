"""Lines on their way: what there is to know of a line of Python before it is split.

In: the leaves of a logical line (see `leaves.py`).  Out: a `Line` over some of them, with the places where it may be
broken and how gladly, the optional brackets in it, and its text as it stands now.

    x = f(a, b + c)         breaks between the brackets: behind the comma (18) rather than before the plus (5)

black forgets nothing it tried: a bracket that showed in an attempt that was given up is visible for the next one. So
what shows is kept on the page that the lines share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dslc.emit.leaf import COMMA, COMMA_LEAF, INDENT, LINE_LENGTH, Leaf, is_optional
from dslc.record import record, replace

NAMES = frozenset({"name", "import", "for", "in", "lambda"})
"""The kinds of leaves that are words."""


class Page:
    """The leaves of a logical line, and what changes while it is laid out: which optional brackets show.

    Behind the last leaf stands one more, a comma, for every line that gets a comma at its end.
    """

    __slots__ = ("comma", "comment", "comment_at", "depths", "leaves", "made", "match", "spaces", "texts")

    def __init__(self, leaves: Sequence[Leaf], comment: str) -> None:
        self.comma = len(leaves)
        self.leaves = [*leaves, COMMA_LEAF]
        self.match = matches(self.leaves)
        self.depths = [0] * len(self.leaves)
        self.spaces = [leaf.space for leaf in self.leaves]
        self.texts = ["" if is_optional(leaf) else leaf.text for leaf in self.leaves]
        self.made = {self.comma}  # leaves that were not there before
        self.comment = f"  # {comment}" if comment else ""
        self.comment_at = self._before_comment() if comment else -1

    def _before_comment(self) -> int:
        """The leaf that a comment behind the line belongs to; a lone leaf in optional brackets keeps it."""
        last = self.comma - 1
        lone = is_optional(self.leaves[last]) and last - self.match[last] == 2
        return last - 1 if lone and self.leaves[last - 1].kind != "dots" else last

    def copy(self) -> Page:
        """The same leaves once more, for another attempt."""
        page = Page.__new__(Page)
        page.leaves, page.match, page.comma = self.leaves, self.match, self.comma
        page.depths, page.spaces, page.texts = list(self.depths), list(self.spaces), list(self.texts)
        page.made = set(self.made)
        page.comment, page.comment_at = self.comment, self.comment_at
        return page

    def hidden(self, index: int) -> bool:
        """Whether this is an optional bracket that does not show."""
        return not self.texts[index]

    def show(self, *brackets: int) -> None:
        """Make brackets visible."""
        for index in brackets:
            self.texts[index] = self.leaves[index].text


_WIDE_SINCE_UNICODE_16 = (
    ("\u2630", "\u2637"),
    ("\u268a", "\u268f"),
    ("\u4dc0", "\u4dff"),
    ("\U0001d300", "\U0001d356"),
    ("\U0001d360", "\U0001d376"),
)
"""Signs that older tables of Unicode take for narrow."""
_SKIN = ("\U0001f3fb", "\U0001f3ff")
"""The colours that are put on the emoji before them."""


@record
class Line:
    """A line on its way: leaves of a page by their index.

    `inside` says that it stands between brackets, `explode` that it must be split, `commas` that one of its brackets
    ends in a comma that splits it. `delimiters` maps the leaf before a possible break to its rank, `invisible` are the
    optional brackets in it.
    """

    page: Page
    leaves: tuple[int, ...]
    depth: int
    inside: bool
    explode: bool
    commas: bool
    delimiters: dict[int, int]
    invisible: tuple[int, ...]


# ---- what a line holds


def matches(leaves: Sequence[Leaf]) -> list[int]:
    """For every bracket the index of its partner, for every other leaf -1."""
    match = [-1] * len(leaves)
    open_: list[int] = []
    for index, leaf in enumerate(leaves):
        if leaf.kind == "open":
            open_.append(index)
        elif leaf.kind == "close":
            match[index] = open_.pop()
            match[match[index]] = index
    return match


def tracked(
    page: Page,
    leaves: tuple[int, ...],
    depth: int,
    inside: bool,
    track: frozenset[int] | None = None,
    explode: bool = False,
    commas: bool = False,
) -> Line:
    """A line with what there is to know for splitting it; `track` are the leaves to look at, None for all.

    As in black the depth of a leaf is noted on the page, where a later line may overwrite it.
    """
    delimiters: dict[int, int] = {}
    invisible: list[int] = []
    open_: list[int] = []
    loops: list[int] = []
    lambdas: list[int] = []
    level, previous = 0, -1
    for place, index in enumerate(leaves):
        if track is not None and index not in track:
            continue
        leaf = page.leaves[index]
        kind = leaf.kind
        if kind == "close" and not open_:
            continue  # its partner stands on an earlier line
        if kind == "in" and loops and loops[-1] == level:
            level -= 1
            loops.pop()
        elif kind == "colon" and lambdas and lambdas[-1] == level:
            level -= 1
            lambdas.pop()
        if kind == "close":
            level -= 1
            open_.pop()
            if page.hidden(index):
                invisible.append(index)
        page.depths[index] = level
        if level == 0:
            before = leaf.before
            if kind == "dot" and previous >= 0 and page.leaves[previous].kind != "close":
                before = 0
            if before and previous >= 0:
                delimiters[previous] = before
            elif kind == "comma":
                delimiters[index] = COMMA
        if kind == "open":
            open_.append(index)
            level += 1
            if page.hidden(index):
                invisible.append(index)
        elif kind == "close":
            commas = commas or _has_magic_comma(page, leaves, place)
        elif kind == "lambda":
            level += 1
            lambdas.append(level)
        elif kind == "for":
            level += 1
            loops.append(level)
        previous = index
    return Line(page, leaves, depth, inside, explode, commas, delimiters, tuple(invisible))


def _has_magic_comma(page: Page, leaves: tuple[int, ...], place: int) -> bool:
    """Whether the bracket that closes at a place ends in a comma which has no need to be there."""
    closing = leaves[place]
    if place == 0 or page.leaves[leaves[place - 1]].kind != "comma":
        return False
    group = page.leaves[closing].group
    if group in ("dict", "list"):
        return True
    return group == "import" or not is_one(page, leaves, place)


def is_one(page: Page, leaves: tuple[int, ...], place: int) -> bool:
    """Whether the round brackets (or those of an index) that close at a place hold one thing and a comma."""
    closing = leaves[place]
    opening = page.match[closing]
    try:
        first = leaves.index(opening) + 1
    except ValueError:
        return False
    level, commas = page.depths[closing] + 1, 0
    for index in leaves[first:place]:
        leaf = page.leaves[index]
        if leaf.kind == "comma" and page.depths[index] == level:
            commas += 2 if leaf.group == "argument" else 1
    return commas < 2


def inside_brackets(page: Page, leaves: tuple[int, ...]) -> frozenset[int]:
    """The leaves that stand in brackets which begin and end among `leaves`, and those brackets."""
    found: set[int] = set()
    levels: list[list[int]] = []
    for index in leaves:
        kind = page.leaves[index].kind
        if kind == "open":
            levels.append([index])
        elif kind == "close":
            if not levels:
                if found:
                    break
                continue
            found.update(levels.pop(), (index,))
        elif levels:
            levels[-1].append(index)
    return frozenset(found)


# ---- its text


def line_text(line: Line) -> str:
    """A line as it stands now."""
    page = line.page
    texts, spaces = page.texts, page.spaces
    first, *rest = line.leaves
    text = INDENT * line.depth + texts[first] + "".join([spaces[index] + texts[index] for index in rest])
    return text + page.comment if page.comment and page.comment_at in line.leaves else text


def leaf_length(page: Page, index: int, first: bool = False) -> int:
    """The characters that a leaf takes, with the space before it and the comment behind it."""
    length = len(page.texts[index]) + (0 if first else len(page.spaces[index]))
    return length + len(page.comment) - 2 if index == page.comment_at else length


def lengths(line: Line) -> Iterator[tuple[int, int]]:
    """Every leaf of a line with the characters that it takes."""
    return ((index, leaf_length(line.page, index, place == 0)) for place, index in enumerate(line.leaves))


# ---- its width


def fits(text: str) -> bool:
    """Whether a line is short enough, counted in columns of a terminal."""
    return len(text) <= LINE_LENGTH if text.isascii() else width(text) <= LINE_LENGTH


def width(text: str) -> int:
    """The columns of a text in a terminal: characters of East Asia take two."""
    from unicodedata import category, east_asian_width

    columns = len(text)
    for character in text:
        if not character.isascii() and (
            (east_asian_width(character) in ("W", "F") and category(character) not in ("Mn", "Mc"))
            or any(first <= character <= last for first, last in _WIDE_SINCE_UNICODE_16)
        ):
            columns += not _SKIN[0] <= character <= _SKIN[1]
    return columns


# ---- powers


def hug(line: Line) -> Line | None:
    """The line without spaces around the `**` between simple operands; None when it has none."""
    page, leaves = line.page, line.leaves
    found: list[int] = []
    for place, index in enumerate(leaves):
        if (
            page.leaves[index].kind == "power"
            and 0 < place < len(leaves) - 1
            and _is_simple_before(page, leaves, place - 1)
            and _is_simple_behind(page, leaves, place + 1)
        ):
            found.append(place)
    if not found:
        return None
    other = page.copy()
    other.texts = page.texts
    delimiters = dict(line.delimiters)
    for place in found:
        for index in leaves[place : place + 2]:
            other.spaces[index] = ""
            other.made.add(index)
        delimiters.pop(leaves[place - 1], None)
    hugged: Line = replace(line, page=other, delimiters=delimiters)
    return hugged


def _is_simple_before(page: Page, leaves: tuple[int, ...], place: int) -> bool:
    """Whether a power's base is a name or a number, or an attribute of a name."""
    kind = page.leaves[leaves[place]].kind
    if kind == "number":
        return True
    if kind not in NAMES:
        return False
    owner = leaves[place - 2] if place > 1 and page.leaves[leaves[place - 1]].kind == "dot" else -1
    return owner < 0 or page.leaves[owner].text not in (")", "]")


def _is_simple_behind(page: Page, leaves: tuple[int, ...], place: int) -> bool:
    """Whether a power's exponent is a name, a number or an attribute, with a sign or without."""
    leaf = page.leaves[leaves[place]]
    if leaf.kind == "operator" and place + 1 < len(leaves):
        place += 1
        leaf = page.leaves[leaves[place]]
    if leaf.kind == "number":
        return True
    if leaf.kind not in NAMES:
        return False
    for index in leaves[place:]:
        leaf = page.leaves[index]
        if leaf.text in ("(", "["):
            return False
        if leaf.kind == "for" or (leaf.kind not in NAMES and leaf.kind != "dot"):
            return True
    return True
