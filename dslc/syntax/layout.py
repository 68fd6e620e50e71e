"""Expressions as text of a given width: on one line where they fit, broken in one canonical way where they do not.

In: nodes of the tree, and how much room there is.  Out: their text, which may have several lines. A chain breaks into
one stage per line, brackets into one line of all items or one item per line (then with a comma behind the last), sums and conditions behind their
operators. Comments keep their places between the items of brackets and the stages of chains; one that stands anywhere
else raises `Unplaced`, and the statement around it is left as it was written.

    x = image -> Conv2D(32, (3, 3), activation="relu") -> MaxPooling2D((2, 2)) -> Flatten     (too long)

    x = image
        -> Conv2D(32, (3, 3), activation="relu")
        -> MaxPooling2D((2, 2))
        -> Flatten
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from typing import assert_never

from dslc.source import Source, Span
from dslc.syntax import nodes
from dslc.syntax.nodes import Expr
from dslc.syntax.tables import LEVELS

INDENT = 4

Render = Callable[[int, int, int], str]
"""Text of something: `render(indent, used, tail)` continues a line that is `used` wide and leaves room for `tail`."""

Item = tuple[Span, Render, Callable[[], str]]
"""What stands between brackets: its place, its text in lines, and its text on one line."""


class Unplaced(Exception):  # noqa: N818 - no error: a comment stands where the layout has no place for it
    """The statement must stay as it was written."""


class Page:
    """What is being formatted: its source, the width, the comments by offset."""

    __slots__ = ("_offsets", "comments", "source", "text", "width")

    def __init__(self, source: Source, width: int, comments: Sequence[Span]) -> None:
        self.source = source
        self.text = source.text
        self.width = width
        self.comments = comments
        self._offsets = [comment.start for comment in comments]

    def comments_in(self, start: int, end: int) -> Sequence[Span]:
        """The comments that begin between two offsets."""
        return self.comments[bisect_left(self._offsets, start) : bisect_left(self._offsets, end)]

    def same_line(self, start: int, end: int) -> bool:
        """Whether no line ends between two offsets."""
        return "\n" not in self.text[start:end]


def said(comment: Span) -> str:
    """The text of a comment."""
    return comment.text.rstrip()


def expression(page: Page, node: Expr, indent: int, used: int, tail: int = 0) -> str:
    """The text of an expression that begins on a line `used` columns wide and is followed by `tail` columns."""
    if not page.comments_in(node.span.start, node.span.end):
        text = flat(node)
        if used + len(text) + tail <= page.width or "\n" in text:
            return text
    match node:
        case nodes.Chain():
            return _chain(page, node, indent, used, tail)
        case nodes.Call(_, function, positional, keywords):
            opening = expression(page, function, indent, used, 1)
            items = [*positional, *keywords]
            if not items:
                return _plain(page, node)
            generator = len(items) == 1 and isinstance(items[0], nodes.Comprehension) and items[0].bare
            return opening + bracketed(
                page, "()", _items(page, items), function.span.end, node.span.end, indent, not generator
            )
        case nodes.List(span, items) if items:
            branches = any(isinstance(item, nodes.Chain) for item in items)  # side by side, as in the model
            return bracketed(
                page, "[]", _items(page, items), span.start, span.end, indent, together=not branches
            )
        case nodes.Dictionary(span, entries) if entries:
            return bracketed(page, "{}", _items(page, entries), span.start, span.end, indent)
        case nodes.Tuple(span, items, False) if items:
            return bracketed(page, "()", _items(page, items), span.start, span.end, indent)
        case nodes.Arguments(span, positional, keywords):
            return bracketed(page, "()", _items(page, [*positional, *keywords]), span.start, span.end, indent)
        case nodes.Group(span, value):
            return bracketed(page, "()", _items(page, [value]), span.start, span.end, indent, False)
        case nodes.Index(span, value, items, comma):
            opening = expression(page, value, indent, used, 1)
            return opening + bracketed(
                page, "[]", _items(page, items), value.span.end, span.end, indent, comma, together=not comma
            )
        case nodes.Comprehension():
            return _comprehension(page, node, indent)
        case nodes.Attribute(_, value, name):
            only_inside(page, node.span, [value.span])
            return f"{expression(page, value, indent, used, tail + len(name) + 1)}.{name}"
        case nodes.Starred(_, value):
            only_inside(page, node.span, [value.span])
            return "*" + expression(page, value, indent, used + 1, tail)
        case nodes.Unary(_, operator, operand):
            only_inside(page, node.span, [operand.span])
            sign = "not " if operator == "not" else operator
            return sign + expression(page, operand, indent, used + len(sign), tail)
        case nodes.Binary() | nodes.Compare():
            return _operation(page, node, indent, used, tail)
        case nodes.Conditional(_, test, then, otherwise):
            only_inside(page, node.span, [then.span, test.span, otherwise.span])
            first = expression(page, then, indent, used, 4 + len(flat(test)))
            inner = indent + INDENT
            last = expression(page, otherwise, inner, inner + 5, tail)
            return f"{first} if {expression(page, test, indent, used)}\n{' ' * inner}else {last}"
        case nodes.Tuple(span, items, True) if len(items) > 1:
            only_inside(page, span, [item.span for item in items])
            inner = indent + INDENT
            rest = [expression(page, item, inner, inner, 1) for item in items[1:]]
            return f",\n{' ' * inner}".join([expression(page, items[0], indent, used, 1), *rest])
        case (
            nodes.Name() | nodes.Hole() | nodes.Literal() | nodes.FString() | nodes.UnknownDim() | nodes.Tuple()
            | nodes.List() | nodes.Dictionary() | nodes.Slice()
        ):  # fmt: skip
            return _plain(page, node)
        case _:
            assert_never(node)


def better_below(page: Page, node: Expr, used: int, below: int) -> bool:
    """Whether a value that begins at column `used` had better begin on a line of its own, at column `below`.

    So it is where an operation fits there whole, and a chain's first part, and neither does behind the `=`.
    """
    first = node.head if isinstance(node, nodes.Chain) else node
    if not isinstance(
        first, nodes.Call if first is not node else nodes.Binary | nodes.Compare | nodes.Conditional
    ):
        return False
    if page.comments_in(first.span.start, first.span.end):
        return False
    size = len(flat(first))
    return "\n" not in flat(first) and used + size > page.width >= below + size


def bracketed(
    page: Page,
    brackets: str,
    items: Sequence[Item],
    start: int,
    end: int,
    indent: int,
    comma: bool = True,
    together: bool = True,
) -> str:
    """Brackets with all items on one line of their own, or one item per line where they do not fit.

    Comments between `start` and `end` keep their places among the items.
    """
    inner = " " * (indent + INDENT)
    if together and len(items) > 1 and not page.comments_in(start, end):
        line = inner + ", ".join(flat_text() for _, _, flat_text in items)
        if len(line) <= page.width and "\n" not in line:
            return f"{brackets[0]}\n{line}\n{' ' * indent}{brackets[1]}"
    before: list[list[str]] = [[] for _ in range(len(items) + 1)]
    behind: list[str] = [""] * len(items)
    opening = brackets[0]
    for comment in page.comments_in(start, end):
        index = -1
        for place, (span, _, _) in enumerate(items):
            if span.start <= comment.start < span.end:
                break  # the item itself places it
            if span.end <= comment.start:
                index = place
        else:
            last = start if index < 0 else items[index][0].end
            if not page.same_line(last, comment.start) or (index >= 0 and behind[index]):
                before[index + 1].append(inner + said(comment))
            elif index < 0:
                opening += "  " + said(comment)
            else:
                behind[index] = "  " + said(comment)
    lines = [opening]
    for place, (_, render, _) in enumerate(items):
        lines += before[place]
        ending = "," if comma or place < len(items) - 1 else ""
        lines.append(inner + render(indent + INDENT, indent + INDENT, len(ending)) + ending + behind[place])
    lines += before[-1]
    return "\n".join([*lines, " " * indent + brackets[1]])


def flat(node: Expr | nodes.Keyword | nodes.Entry) -> str:
    """An expression on one line, whatever its length."""
    match node:
        case nodes.Name(_, text):
            return text
        case nodes.Hole():
            return "_"
        case nodes.Literal(_, _, text):
            return text
        case nodes.FString(span):
            return span.text
        case nodes.UnknownDim(_, name):
            return f"{name or ''}?"
        case nodes.Tuple(_, items, bare):
            inner = ", ".join(map(flat, items)) + ("," if len(items) == 1 else "")
            return inner if bare else f"({inner})"
        case nodes.List(_, items):
            return f"[{', '.join(map(flat, items))}]"
        case nodes.Group(_, value):
            return f"({flat(value)})"
        case nodes.Arguments(_, positional, keywords):
            return f"({', '.join(map(flat, [*positional, *keywords]))})"
        case nodes.Keyword() | nodes.Entry():
            return _beginning(node) + flat(node.value)
        case nodes.Starred(_, value):
            return f"*{flat(value)}"
        case nodes.Dictionary(_, entries):
            return f"{{{', '.join(map(flat, entries))}}}"
        case nodes.Comprehension(_, element, clauses, bare, key):
            inner = " ".join(
                [("" if key is None else f"{flat(key)}: ") + flat(element), *map(_clause, clauses)]
            )
            return inner if bare else f"[{inner}]" if key is None else f"{{{inner}}}"
        case nodes.Unary(_, operator, operand):
            return f"not {flat(operand)}" if operator == "not" else operator + flat(operand)
        case nodes.Binary(_, operator, left, right):
            return f"{flat(left)} {operator} {flat(right)}"
        case nodes.Compare(_, first, rest):
            return " ".join([flat(first), *(f"{operator} {flat(value)}" for operator, value in rest)])
        case nodes.Conditional(_, test, then, otherwise):
            return f"{flat(then)} if {flat(test)} else {flat(otherwise)}"
        case nodes.Call(_, function, positional, keywords):
            return f"{flat(function)}({', '.join(map(flat, [*positional, *keywords]))})"
        case nodes.Attribute(_, value, name):
            return f"{flat(value)}.{name}"
        case nodes.Index(_, value, items, comma):
            return f"{flat(value)}[{', '.join(map(flat, items))}{',' if comma else ''}]"
        case nodes.Slice():
            return _slice(node)
        case nodes.Chain(_, head, stages):
            return " -> ".join(map(flat, [head, *stages]))
        case _:
            assert_never(node)


def target(node: nodes.Target) -> str:
    """The targets of a `for`."""
    match node:
        case nodes.TargetGroup(_, items, brackets, comma):
            alone = comma and (len(items) == 1 or not brackets)
            inner = ", ".join(map(target, items)) + ("," if alone else "")
            return f"{brackets[0]}{inner}{brackets[1]}" if brackets else inner
        case nodes.Name() | nodes.Hole():
            return flat(node)
        case _:
            assert_never(node)


def _beginning(item: nodes.Keyword | nodes.Entry) -> str:
    """What stands before the value of an argument or an entry."""
    if isinstance(item, nodes.Keyword):
        return nodes.SPREAD if item.name == nodes.SPREAD else f"{item.name}="
    return nodes.SPREAD if item.key is None else f"{flat(item.key)}: "


def _items(page: Page, items: Sequence[Expr | nodes.Keyword | nodes.Entry]) -> list[Item]:
    return [(item.span, _renderer(page, item), partial(flat, item)) for item in items]


def _renderer(page: Page, item: Expr | nodes.Keyword | nodes.Entry) -> Render:
    def render(indent: int, used: int, tail: int) -> str:
        if isinstance(item, (nodes.Keyword, nodes.Entry)):
            only_inside(page, item.span, [item.value.span])
            name = _beginning(item)
            return name + expression(page, item.value, indent, used + len(name), tail)
        return expression(page, item, indent, used, tail)

    return render


def _chain(page: Page, node: nodes.Chain, indent: int, used: int, tail: int) -> str:
    parts = [node.head, *node.stages]
    direct = _outside(page, node.span, [part.span for part in parts])
    inner = indent + INDENT
    if not direct:
        hugged = _hugged(page, parts, indent, used, tail)
        if hugged is not None:
            return hugged
    lines = [expression(page, parts[0], indent, used, 0 if direct else 1)]
    for place, stage in enumerate(parts[1:], 1):
        between = [
            comment for comment in direct if parts[place - 1].span.end <= comment.start < stage.span.start
        ]
        for comment in between:
            if comment is between[0] and page.same_line(parts[place - 1].span.end, comment.start):
                lines[-1] += "  " + said(comment)
            else:
                lines.append(" " * inner + said(comment))
        last = tail if place == len(parts) - 1 else 0
        lines.append(f"{' ' * inner}-> {expression(page, stage, inner, inner + 3, last)}")
    return "\n".join(lines)


def _hugged(page: Page, parts: Sequence[Expr], indent: int, used: int, tail: int) -> str | None:
    """A chain on the line of its one part that has to be broken: `x -> [` … `] -> Concatenate`; None when it has not one."""
    large = []
    for place, part in enumerate(parts):
        room = (
            page.width
            - (used if place == 0 else indent + INDENT + 3)
            - (tail if place == len(parts) - 1 else 0)
        )
        if page.comments_in(part.span.start, part.span.end) or len(flat(part)) > room:
            large.append(place)
    if len(large) != 1:
        return None
    place = large[0]
    part = parts[place]
    ends = place == len(parts) - 1
    if not isinstance(part, nodes.List) and not (ends and isinstance(part, nodes.Call) and len(parts) == 2):
        return None
    before = "".join(f"{flat(item)} -> " for item in parts[:place])
    after = "".join(f" -> {flat(item)}" for item in parts[place + 1 :])
    text = before + expression(page, part, indent, used + len(before), tail + len(after)) + after
    first, *_, last = text.split("\n")
    return (
        text if used + len(first) <= page.width and len(last) + tail <= page.width and first != last else None
    )


def _operation(page: Page, node: nodes.Binary | nodes.Compare, indent: int, used: int, tail: int) -> str:
    """Operands of one level, each on a line of its own behind the operator."""
    operands: list[Expr] = []
    operators: list[str] = []
    if isinstance(node, nodes.Compare):
        operands = [node.first, *(value for _, value in node.rest)]
        operators = [operator for operator, _ in node.rest]
    else:
        left: Expr = node
        level = LEVELS.get(node.operator)
        while isinstance(left, nodes.Binary) and LEVELS.get(left.operator) == level:
            operands.append(left.right)
            operators.append(left.operator)
            left = left.left
            if level is None:
                break
        operands = [left, *reversed(operands)]
        operators.reverse()
    only_inside(page, node.span, [operand.span for operand in operands])
    inner = indent + INDENT
    lines = []
    for place, operand in enumerate(operands):
        ending = f" {operators[place]}" if place < len(operators) else ""
        width = len(ending) or tail
        if place == 0:
            lines.append(expression(page, operand, indent, used, width) + ending)
        else:
            lines.append(" " * inner + expression(page, operand, inner, inner, width) + ending)
    return "\n".join(lines)


def _comprehension(page: Page, node: nodes.Comprehension, indent: int) -> str:
    inside = [node.element.span] if node.key is None else [node.key.span, node.element.span]
    for clause in node.clauses:
        inside += [clause.iterable.span] if clause.test is None else [clause.iterable.span, clause.test.span]
    only_inside(page, node.span, inside)
    column = indent if node.bare else indent + INDENT
    start = "" if node.key is None else f"{expression(page, node.key, column, column)}: "
    lines = [start + expression(page, node.element, column, column + len(start))]
    for clause in node.clauses:
        start = f"for {target(clause.target)} in "
        lines.append(start + expression(page, clause.iterable, column, column + len(start)))
        if clause.test is not None:
            lines.append("if " + expression(page, clause.test, column, column + 3))
    text = f"\n{' ' * column}".join(lines)
    if node.bare:
        return text
    opening, closing = "[]" if node.key is None else "{}"
    return f"{opening}\n{' ' * column}{text}\n{' ' * indent}{closing}"


def _clause(clause: nodes.Clause) -> str:
    test = "" if clause.test is None else f" if {flat(clause.test)}"
    return f"for {target(clause.target)} in {flat(clause.iterable)}{test}"


def _slice(node: nodes.Slice) -> str:
    """`1:T:2`; spaces stand around the colons where a bound is more than a name or a number."""
    bounds = [node.start, node.stop, *([node.step] if node.two_colons else [])]
    simple = (nodes.Name, nodes.Literal, nodes.Attribute, nodes.Index, nodes.Call, nodes.Unary, nodes.Group)
    spaced = any(bound is not None and not isinstance(bound, simple) for bound in bounds)
    text = (" : " if spaced else ":").join("" if bound is None else flat(bound) for bound in bounds)
    return text.strip() if spaced else text


def _plain(page: Page, node: Expr) -> str:
    """What cannot be broken."""
    if page.comments_in(node.span.start, node.span.end):
        raise Unplaced
    return flat(node)


def _outside(page: Page, span: Span, inside: Sequence[Span]) -> list[Span]:
    """The comments of `span` that are in none of the spans `inside`."""
    return [
        comment
        for comment in page.comments_in(span.start, span.end)
        if not any(part.start <= comment.start < part.end for part in inside)
    ]


def only_inside(page: Page, span: Span, inside: Sequence[Span]) -> None:
    """Comments of `span` may stand in the spans `inside` only."""
    if _outside(page, span, inside):
        raise Unplaced
