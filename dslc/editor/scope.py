"""The names that a place of a body may use: parameters, inputs, values, layers, with their kinds and shapes.

In: an analysis and a place.  Out: a `Name` for each, the one that was bound last where there are several. A line that cannot be
read takes nothing away: what it binds is a name of unknown shape, and the lines around it mean what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any, assert_never

from dslc.editor.analysis import Analysis
from dslc.editor.place import Place
from dslc.graph.graph import Shapes
from dslc.program import nodes as p
from dslc.program.bodies import names_in_head
from dslc.program.nodes import LocalKind
from dslc.program.traversal import assigned, bodies, bound, statements_in, walk
from dslc.record import record
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.traversal import bodies_in


@record
class Name:
    """A name and what is known of it: `shapes` of what it holds in each use of its body, `made` by the node that binds it."""

    name: str
    kind: LocalKind
    shapes: tuple[Shapes, ...]
    made: Any  # Parameter, Input, Assign, Shared, WeightDeclaration, For, … of `dslc.program.nodes`


def item_at(analysis: Analysis, place: Place) -> p.Item | None:
    """The item that a place stands in, complete or not: the last one of its piece that begins before it."""
    found = None
    for item in analysis.items:
        if place.piece <= item.span.start <= place.start:
            found = item
    return found


def names_at(analysis: Analysis, place: Place) -> dict[str, Name]:
    """What a place of a body may name, in the order in which it was bound."""
    item = item_at(analysis, place)
    found: dict[str, Name] = {}
    match item:
        case p.Block() | p.Fn():
            for each in item.parameters:
                found[each.name] = Name(each.name, "layer" if each.layer else "parameter", (), each)
            _gather(analysis, item.body, place.statement, place.braces - 1, found)
        case p.Extern():
            for each in item.parameters or ():
                found[each.name] = Name(each.name, "parameter", (), each)
            _gather(analysis, item.inputs, place.statement, 0, found)
        case p.Constant() | None:
            pass
        case _:
            assert_never(item)
    piece = [each for each in analysis.tree.statements if place.piece <= each.span.start]
    for name in _unread(piece, place.statement, place.braces):
        found.setdefault(name, Name(name, "value", (), None))
    return found


def _unread(statements: Sequence[t.Statement], stop: int, deeper: int) -> Iterator[str]:
    """The names that lines may have meant to bind which nobody could read."""
    before = [each for each in statements if each.span.start < stop]
    around = next((each for each in reversed(before) if bodies_in(each)), None) if deeper > 0 else None
    for each in before:
        if isinstance(each, t.Broken):
            yield from sorted(names_in_head(each))
    if around is not None:
        ways = bodies_in(around)
        last = next((way for way in reversed(ways) if way.span.start < stop), ways[0])
        yield from _unread(last.statements, stop, deeper - 1)


def _gather(
    analysis: Analysis, body: Sequence[p.Statement], stop: int, deeper: int, found: dict[str, Name]
) -> None:
    """The names that statements before `stop` bind; it stands `deeper` bodies further in."""
    before = [each for each in body if each.span.start < stop]
    around = next((each for each in reversed(before) if bodies(each)), None) if deeper > 0 else None
    for each in before:
        if each is not around:
            _bind(analysis, each, found)
            continue
        inner = bodies(each)
        if isinstance(each, p.For):
            _put(found, bound(each.target), "value", (), each)
        last = next((way for way in reversed(inner) if way and way[0].span.start < stop), ())
        _gather(analysis, last, stop, deeper - 1, found)


def _bind(analysis: Analysis, s: p.Statement, found: dict[str, Name]) -> None:
    match s:
        case p.Input(_, name, _, _, contract):
            _put(found, [name], "value", _of_input(analysis, s), s)
            if contract is not None:
                sizes = [each.name for each in walk(contract.shape) if isinstance(each, p.UnknownSize)]
                _put(found, [each for each in sizes if each is not None and each not in found], "dim", (), s)
        case p.Assign(_, p.Bind(_, name), _, value):
            _put(found, [name], "value", of_value(analysis, value, found), s)
        case p.Assign(_, target):
            _put(found, bound(target), "value", (), s)
        case p.Augment(_, p.Local(_, name)) | p.Output(_, str() as name):
            _put(found, [name], "value", (), s)
        case p.Shared(_, name):
            _put(found, [name], "instance", (), s)
        case p.WeightDeclaration(_, name):
            _put(found, [name], "weight", (), s)
        case p.If(_, _, then, otherwise):
            every = assigned(then) & assigned(otherwise)
            _put(found, [name for name in sorted(every) if name not in found], "value", (), s)
            _rebind(analysis, (*then, *otherwise), assigned((*then, *otherwise)), found)
        case p.For(_, _, _, body, carried):
            _rebind(analysis, body, set(carried), found)
        case p.Output() | p.Assert() | p.Loss() | p.Return():
            pass  # binds nothing that is there behind it
        case _:
            assert_never(s)


def _rebind(analysis: Analysis, body: Sequence[p.Statement], names: Set[str], found: dict[str, Name]) -> None:
    """The names from before that a loop or a way of a branch has bound again: what they hold behind it."""
    for s in statements_in(body):
        match s:
            case p.Assign(_, p.Bind(_, name), _, value) if name in names and name in found:
                _put(found, [name], "value", of_value(analysis, value, found)[-1:], s)
            case p.Augment(_, p.Local(_, name)) if name in names and name in found:
                _put(found, [name], "value", (), s)
            case (
                p.Input() | p.Output() | p.Shared() | p.WeightDeclaration() | p.Assign() | p.Augment() | p.For() | p.If()
                | p.Assert() | p.Loss() | p.Return()
            ):  # fmt: skip
                pass  # binds nothing that is of use behind it
            case _:
                assert_never(s)


def _put(
    found: dict[str, Name], names: Iterable[str], kind: LocalKind, shapes: tuple[Shapes, ...], made: Any
) -> None:
    for name in names:
        if name.isidentifier():
            found[name] = Name(name, kind, shapes, made)


def _of_input(analysis: Analysis, given: p.Input) -> tuple[Shapes, ...]:
    """The shape of an input of a model, as its graph has it."""
    for graph in analysis.graphs:
        for port in graph.inputs:
            if port.name == given.name and _holds(given.span, port.span):
                return ((port.tensor.shape,),)
    return ()


def _holds(outer: Span, inner: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end


def of_value(analysis: Analysis, value: Any, known: dict[str, Name]) -> tuple[Shapes, ...]:
    """The shapes of what an expression gives, as far as its last stage has them."""
    if isinstance(value, p.Local):
        return known[value.name].shapes if value.name in known else ()
    if isinstance(value, p.Flow):
        value = value.stages[-1]
    site = getattr(value, "site", None)
    return () if site is None else tuple(analysis.sites.shapes(site))
