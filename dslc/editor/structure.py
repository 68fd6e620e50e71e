"""What folds, and what a selection grows to.

In: an analysis.  Out: rows that fold to their first one; spans around a place, each inside the next.

    cursor in `32`:  32 · Conv2D(32, 3) · image -> Conv2D(32, 3) · x = image -> Conv2D(32, 3) · the body · the model · the file
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, assert_never, get_args

from dslc.editor.analysis import Analysis
from dslc.editor.bindings import STATEMENTS
from dslc.editor.names import Names
from dslc.record import record
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.traversal import TREE


@record
class Fold:
    """Rows that can be shown as their first one, counted from 1."""

    first: int
    last: int
    kind: Literal["region", "comment", "imports"]


def folds(analysis: Analysis) -> list[Fold]:
    """Bodies, long chains and lists, docstrings, blocks of comments, `use`s."""
    found: dict[int, Fold] = {}  # one for each first row: the longest
    for fold in (*_of_nodes(analysis.tree), *_of_comments(analysis), *_of_uses(analysis.tree)):
        known = found.get(fold.first)
        if fold.last > fold.first and (known is None or known.last < fold.last):
            found[fold.first] = fold
    return [found[row] for row in sorted(found)]


def _of_nodes(tree: t.Module) -> Iterator[Fold]:
    for node in TREE.walk(tree):
        if isinstance(node, t.Body):  # its last brace stays
            yield Fold(node.span.row, node.span.finish.row - node.span.text.endswith("}"), "region")
        elif isinstance(node, STATEMENTS):
            yield from _of_statement(node)
        elif isinstance(node, get_args(t.Expr)):
            yield from _of_expression(node)


def _of_statement(statement: t.Statement) -> Iterator[Fold]:
    """A docstring, and a block without a body; every other one folds with what is in it."""
    match statement:
        case t.ExpressionStatement(span, t.Literal(_, str(), _)):
            yield Fold(span.row, span.finish.row, "comment")
        case t.Block(span, _, _, _, body, _):
            if not isinstance(body, t.Body):
                yield Fold(span.row, span.finish.row, "region")
        case (
            t.Use() | t.Extern() | t.Fn() | t.Input() | t.Output() | t.Shared() | t.WeightStatement() | t.For() | t.If()
            | t.Assert() | t.Loss() | t.Return() | t.Assign() | t.Augment() | t.ExpressionStatement() | t.Broken()
        ):  # fmt: skip
            pass
        case _:
            assert_never(statement)


def _of_expression(e: t.Expr) -> Iterator[Fold]:
    """Chains, calls, and what stands in brackets of its own, whose last line stays; every other one folds with what is in it."""
    match e:
        case t.Chain(span):
            yield Fold(span.row, span.finish.row, "region")
        case t.List() | t.Dictionary() | t.Tuple() | t.Call() | t.Arguments() | t.Comprehension():
            closed = e.span.text[-1:] in (")", "]")
            yield Fold(e.span.row, e.span.finish.row - closed, "region")
        case (
            t.Name() | t.Hole() | t.Literal() | t.FString() | t.UnknownDim() | t.Group() | t.Starred() | t.Unary() | t.Binary()
            | t.Compare() | t.Conditional() | t.Attribute() | t.Index() | t.Slice()
        ):  # fmt: skip
            pass
        case _:
            assert_never(e)


def _of_comments(analysis: Analysis) -> Iterator[Fold]:
    """Comments that have lines for themselves, one below the other."""
    first = last = 0
    for span in analysis.tree.comments:
        row = span.row
        if analysis.source.line(row).lstrip()[:1] != "#":
            continue
        if row != last + 1:
            if last > first:
                yield Fold(first, last, "comment")
            first = row
        last = row
    if last > first:
        yield Fold(first, last, "comment")


def _of_uses(tree: t.Module) -> Iterator[Fold]:
    rows = [each.span.row for each in tree.statements if isinstance(each, t.Use)]
    if rows:
        last = max(each.span.finish.row for each in tree.statements if isinstance(each, t.Use))
        yield Fold(rows[0], last, "imports")


def selection(analysis: Analysis, names: Names, offset: int) -> list[Span]:
    """The spans around a place, the innermost first, each larger than the one before."""
    around: list[Span] = []
    node: Any = analysis.tree
    while node is not None:
        around.append(node.span)
        if isinstance(node, t.Chain):
            around.extend(_beginnings(node, offset))
        inside = [each for each in TREE.children(node) if each.span.start <= offset <= each.span.end]
        node = min(
            inside, key=lambda each: (offset == each.span.end, each.span.end - each.span.start), default=None
        )
    named = names.at(offset)
    if named is not None:
        around.append(named.span)
    found: list[Span] = []
    for span in reversed(around):
        if not found or (span.start <= found[-1].start and span.end >= found[-1].end and span != found[-1]):
            found.append(span)
    return found


def _beginnings(chain: t.Chain, offset: int) -> Iterator[Span]:
    """A chain up to a stage, the longest first: what has been computed there."""
    for stage in reversed(chain.stages[:-1]):
        if stage.span.end >= offset and stage.span.start <= offset:
            yield chain.head.span.to(stage.span)
