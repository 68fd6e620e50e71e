"""What a fn of plain values gives is worked out once for each set of arguments, however often it is called.

In: a fn, and what a body calls it with.  Out: what it gave before, or what has been found out for the first time.

    fn pairs(n) = [(i, j) for i in range(n) for j in range(n)]
    pairs(4)    pairs(4)      the second call is looked up

Such a fn names nothing but values, so that all it can do is give one; and what holds nothing but numbers and strings is
never changed. A call inside a fn is not looked up: how deep fns may call each other depends on no earlier call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dslc.graph.interpreter import Run
from dslc.graph.values import NOTHING, is_plain
from dslc.program import nodes as p
from dslc.program.traversal import walk

_COMPUTES = (
    *(
        p.Const,
        p.Text,
        p.Local,
        p.TupleOf,
        p.ListOf,
        p.Starred,
        p.Comprehension,
        p.Clause,
        p.Unary,
        p.Binary,
        p.Compare,
    ),
    *(p.Conditional, p.Index, p.Slice, p.CallBuiltin, p.CallFn, p.Argument),
    *(p.Return, p.If, p.For, p.Assign, p.Augment, p.Bind, p.Discard, p.Unpack, p.Rest, p.Parameter, p.Fn),
)
"""The nodes that stand in a fn of plain values."""


def remembered(
    run: Run,
    fn: p.Fn,
    key: tuple[str, str],
    positional: Sequence[Any],
    keywords: Sequence[tuple[str, Any]],
    follow: Callable[[], Any],
) -> Any:
    """What `follow` finds that a fn gives, or what it has found for the same arguments; what has led to a message is not kept."""
    given = (*positional, *keywords)
    if not _is_pure(run, fn, key) or not is_plain(given):
        return follow()
    arguments = len(positional), _told_apart(given)
    known = run.results.get((key, arguments), NOTHING)
    if known is not NOTHING:
        return known
    said = len(run.diagnostics)
    result = follow()
    if len(run.diagnostics) == said and is_plain(result):
        run.results[key, arguments] = result
    return result


def _is_pure(run: Run, fn: p.Fn, key: tuple[str, str]) -> bool:
    known = run.pure.get(key)
    if known is None:
        run.pure[key] = True  # one that calls itself is what the rest of it is
        known = run.pure[key] = all(_computes(run, node) for node in walk(fn))
    return known


def _computes(run: Run, node: object) -> bool:
    if isinstance(node, p.Local):
        return node.kind in ("parameter", "value", "constant")
    if isinstance(node, p.CallFn):
        called = run.module.item(node.key)
        return isinstance(called, p.Fn) and _is_pure(run, called, node.key)
    return isinstance(node, _COMPUTES)


def _told_apart(value: Any) -> Any:
    """A plain value as a key, in which 1, 1.0 and True are three."""
    kind = type(value)
    if kind is list or kind is tuple:
        return kind, tuple(map(_told_apart, value))
    return kind, repr(value) if kind is float else value
