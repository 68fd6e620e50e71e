"""What folds, and what a selection grows to.

In: an analysis.  Out: rows that fold to their first one; spans around a place, each inside the next.

    cursor in `32`:  32 · Conv2D(32, 3) · image -> Conv2D(32, 3) · x = image -> Conv2D(32, 3) · the body · the model · the file
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from dslc.editor.analysis import Analysis
from dslc.editor.names import Names
from dslc.record import record
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.traversal import TREE

_FOLDING = (t.Chain, t.List, t.Dictionary, t.Tuple, t.Call, t.Arguments, t.Comprehension)


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
        match node:
            case t.Body(span, _):  # its last brace stays
                closed = span.text.endswith("}")
                yield Fold(span.row, span.finish.row - closed, "region")
            case t.ExpressionStatement(span, t.Literal(_, str(), _)):
                yield Fold(span.row, span.finish.row, "comment")
            case t.Block(span, _, _, _, body, _) if not isinstance(body, t.Body):
                yield Fold(span.row, span.finish.row, "region")
            case _ if isinstance(node, _FOLDING):
                last = node.span.finish.row
                closed = node.span.text[-1:] in (")", "]") and not isinstance(node, t.Chain)
                yield Fold(node.span.row, last - closed, "region")
            case _:
                pass  # stands in one line, or folds with what it stands in; every body is a `Body`


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
